/** The loss of a laptop in a rehearsal: its folder is put aside, and another one gets the share from the backup. */
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyRecord } from '../../ceremony/key-record.ts';
import type { IdentityAlgorithm } from '../../crypto/identity.ts';
import { createVault } from '../../devices/vault/vault.ts';
import { UsageError } from '../../laptop/errors.ts';
import { slug } from '../../laptop/files.ts';
import { restoreShare, shareOfBackup } from '../../laptop/paper/restore.ts';
import { BACKUP_LABELS, REHEARSAL_PASSPHRASE, type Layout, type Seat } from './layout.ts';

/**
 * Gives a seat another laptop. Of the lost one, kept beside it as `SEAT-lost`, only the backup is used: it lay elsewhere.
 * The laptop's process must have ended.
 */
export async function loseLaptop(
  layout: Layout,
  seat: Seat,
  record: KeyRecord,
  alg: IdentityAlgorithm,
): Promise<void> {
  const home = layout.home(seat.name);
  const lost = `${home}-lost`;
  renameSync(home, lost);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const vault = await createVault(join(home, 'vault'), {
    name: `Laptop ${seat.name}, the second`,
    custodian: seat.person,
    passphrase: REHEARSAL_PASSPHRASE,
    rehearsal: true,
    alg,
  });
  try {
    const { index, share } = await shareOfBackup(
      backupIn(join(lost, 'backups')),
      REHEARSAL_PASSPHRASE,
      record,
    );
    try {
      await restoreShare(vault, record, index, share);
    } finally {
      share.fill(0);
    }
  } finally {
    vault.close();
  }
}

/** The backup with a passphrase; those to recipients have other labels. */
function backupIn(dir: string): string {
  const ending = `-${slug(BACKUP_LABELS.file)}.age`;
  const found = readdirSync(dir, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith(ending));
  if (found === undefined) throw new UsageError(`There is no file backup in ${dir}.`, 1);
  return join(dir, found);
}
