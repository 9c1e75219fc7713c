/** The recovery key of a rehearsal: made for it, named in its plans, and tried on every backup to recipients at the end. */
import { join } from 'node:path';
import { decodeKeyRecord } from '../../ceremony/key-record.ts';
import type { PlanContext } from '../../ceremony/plan.ts';
import { newIdentity } from '../../devices/backup/identities.ts';
import { recipientsName } from '../../laptop/backups.ts';
import { UsageError } from '../../laptop/errors.ts';
import { readInput, readRecord, writeOutput } from '../../laptop/files.ts';
import { shareOfRecipientsBackup } from '../../laptop/paper/restore.ts';
import type { Layout } from './layout.ts';

/** Makes the identity and writes it where a safe would be. Returns its recipient. */
export async function makeRecoveryKey(layout: Layout): Promise<string> {
  const { secret, recipient } = await newIdentity();
  const text = `# REHEARSAL: a throw-away recovery key\n# public key: ${recipient}\n${secret}\n`;
  writeOutput(layout.recoveryKey, new TextEncoder().encode(text));
  return recipient;
}

/**
 * Opens every backup to recipients of a ceremony with the recovery key, and holds each share against its public share.
 * Returns how many. Throws UsageError where one is not its holder's; as `shareOfRecipientsBackup` does.
 */
export async function tryRecoveryKey(layout: Layout, context: PlanContext): Promise<number> {
  const after = readRecord(layout.record).get('keys/after.json');
  if (after === undefined) return 0;
  const record = decodeKeyRecord(after);
  const identities = {
    text: new TextDecoder().decode(readInput(layout.recoveryKey)),
    what: layout.recoveryKey,
  };
  let opened = 0;
  for (const backup of context.plan.backups) {
    if (backup.kind !== 'recipients-file') continue;
    const role = `holder-${backup.holder}`;
    const name = recipientsName(context, role, backup.label, backup.recipients);
    const path = join(layout.home(role), 'backups', name);
    const { index, share } = await shareOfRecipientsBackup(path, identities, record);
    share.fill(0);
    if (index !== backup.holder)
      throw new UsageError(`${path} holds the share of holder ${index}, not of holder ${backup.holder}.`, 1);
    opened++;
  }
  return opened;
}
