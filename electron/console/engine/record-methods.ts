/** What the window can do with records: read and verify them, and make what people file, carry and hand on. */
import type { InvokeInput, InvokeOutput } from '../../ipc/contract.ts';
import {
  attachTimestamp,
  discloseLines,
  makeAuditFolder,
  makeFiledDocuments,
  packRecord,
  requestTimestamp,
} from './filing.ts';
import { stateDestroyed } from './old-backups.ts';
import type { OpenLaptop } from './open-laptop.ts';
import type { One } from './queue.ts';
import { filedRecords, recordReport } from './records.ts';

type Channel =
  | `record:${'list' | 'verify' | 'audit' | 'pack' | 'disclose'}`
  | `timestamp:${'request' | 'attach'}`
  | 'documents:make'
  | 'backup:destroyed';

/** @param one runs an operation in the engine's queue  @param opened throws while the vault is locked */
export function recordMethods(
  one: One,
  home: string,
  opened: () => OpenLaptop,
  now: () => Date,
): { [C in Channel]: (input: InvokeInput<C>) => Promise<InvokeOutput<C>> | InvokeOutput<C> } {
  return {
    'record:list': () => ({ records: filedRecords(home).slice(0, 1000) }),
    'record:verify': one('Verifying the record', ({ path }) => recordReport(path)),
    'record:audit': one('Making the folder for the auditor', (of) => makeAuditFolder(of, home)),
    'record:pack': one('Packing the record', packRecord),
    'record:disclose': one('Proving the lines', discloseLines),
    'timestamp:request': one('Writing the request', requestTimestamp),
    'timestamp:attach': one('Checking the timestamp', attachTimestamp),
    'documents:make': one('Making the documents', (of) => makeFiledDocuments(of, home, opened)),
    'backup:destroyed': one('Signing how the backup was destroyed', (said) =>
      stateDestroyed(home, opened().vault, said, now()),
    ),
  };
}
