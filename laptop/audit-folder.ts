/** The folder that an auditor gets: record, documents, and verifiers that need nothing of Reseal. */
import { bytesToHex, utf8ToBytes } from '../crypto/bytes.ts';
import { sha256 } from '../ceremony/hash.ts';
import { decodePlan, planCode } from '../ceremony/plan.ts';
import type { RecordFiles } from '../ceremony/record.ts';
import { verifyRecord } from '../ceremony/verify/verify.ts';
import { makeDocuments } from './documents/documents.ts';
import { UsageError } from './errors.ts';
import { archiveOf } from './record-archive.ts';
import { verifierFiles } from './verifiers.ts';

export interface AuditRequest {
  readonly record: RecordFiles;
  /** Records of the ceremonies that made earlier epochs, for the backups that are to be destroyed. */
  readonly earlier?: readonly RecordFiles[];
  /** A legal hold that the plan does not know of. */
  readonly hold?: string;
  /** Documents that were made from the same record already. */
  readonly documents?: ReadonlyMap<string, Uint8Array>;
}

function readme(rehearsal: boolean, code: string, sentence: string): string {
  return [
    ...(rehearsal ? ['REHEARSAL: throw-away keys. Nothing here proves anything about a real key.', ''] : []),
    `Ceremony ${code}: ${sentence}`,
    '',
    'record/         the record, as every laptop of the ceremony filed it',
    'record.reseal   the same files as one; any ZIP tool opens it',
    'documents/      made from the record, to read, print and file; they prove nothing by themselves',
    'verifiers/      two programs that check the record without Reseal and without a network:',
    '                verify.html   open it in a browser, and drop record.reseal on it',
    '                verify.py     python3 verifiers/verify.py record',
    'SHA256SUMS      of all files but itself: sha256sum --check SHA256SUMS',
    '',
    'Whoever could change the record could change the verifiers beside it. Compare their SHA-256 with those of a',
    'copy that you trust, or use that copy. No file here holds a secret; names of people and places are in them.',
    '',
  ].join('\n');
}

/**
 * All files of the folder by path. The same record gives the same bytes.
 *
 * @throws UsageError (exit 1) for a record that is not valid, and where verify.html cannot be built
 */
export async function auditFolder(request: AuditRequest): Promise<ReadonlyMap<string, Uint8Array>> {
  const { record, earlier = [], hold } = request;
  const verdict = verifyRecord(record);
  if (verdict.verdict !== 'VALID')
    throw new UsageError('This record is not valid: "reseal verify" says why. Nothing was written.', 1);
  const context = decodePlan(record.get('plan.json') ?? new Uint8Array(0));
  const { plan } = context;
  const documents =
    request.documents ??
    (await makeDocuments({ from: { record }, earlier, ...(hold === undefined ? {} : { hold }) }));
  const end = verdict.outcome === 'closed' ? 'completed' : 'aborted';
  const files = new Map<string, Uint8Array>([
    [
      'README.txt',
      utf8ToBytes(
        readme(plan.rehearsal, planCode(context), `${plan.kind} of the key "${plan.keyName}", ${end}.`),
      ),
    ],
    ['record.reseal', archiveOf(record)],
  ]);
  for (const [path, bytes] of record) files.set(`record/${path}`, bytes);
  for (const [name, bytes] of documents) files.set(`documents/${name}`, bytes);
  for (const [name, bytes] of verifierFiles()) files.set(`verifiers/${name}`, bytes);
  const sums = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, bytes]) => `${bytesToHex(sha256(bytes))}  ${path}\n`);
  return files.set('SHA256SUMS', utf8ToBytes(sums.join('')));
}
