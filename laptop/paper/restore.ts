/** Putting a share back into a vault that lost it. */
import { equalBytes } from '../../crypto/bytes.ts';
import { generateSealingKey } from '../../crypto/hpke.ts';
import { encodeKeyRecord, type KeyRecord } from '../../ceremony/key-record.ts';
import { checkShareFile, shareInFile } from '../../ceremony/share-file.ts';
import { readBackup } from '../../devices/backup/age.ts';
import { parseIdentities } from '../../devices/backup/identities.ts';
import { readRecipientsBackup } from '../../devices/backup/recipients.ts';
import { systemRandom } from '../../devices/random.ts';
import type { Vault } from '../../devices/vault/vault.ts';
import { UsageError } from '../errors.ts';
import { requireShareOf } from './sheets.ts';

/** Holder and share (32 bytes, secret) in an age file, checked against the record. */
export async function shareOfBackup(
  path: string,
  passphrase: string,
  record: KeyRecord,
): Promise<{ index: number; share: Uint8Array }> {
  return shareIn(await readBackup(path, passphrase), record);
}

/** The same for a backup to recipients, with the text of an age identity file; `what` names that in sentences. */
export async function shareOfRecipientsBackup(
  path: string,
  identities: { readonly text: string; readonly what: string },
  record: KeyRecord,
): Promise<{ index: number; share: Uint8Array }> {
  const parsed = await parseIdentities(identities.text, identities.what);
  return shareIn(await readRecipientsBackup(path, parsed), record);
}

function shareIn(content: Uint8Array, record: KeyRecord): { index: number; share: Uint8Array } {
  try {
    const found = shareInFile(content);
    checkShareFile(content, record, found.index);
    return found;
  } finally {
    content.fill(0);
  }
}

/** True when the next refresh would be sealed to a key that only the lost vault had. */
export function sealingKeyIsLost(record: KeyRecord, index: number): boolean {
  return record.holders.find((holder) => holder.index === index)?.sealingKey != null;
}

/** Throws UsageError unless this vault may take the share: of the same kind, and without this key. */
export async function requireRoom(
  vault: Vault,
  record: KeyRecord,
  index: number,
  share: Uint8Array,
): Promise<void> {
  if (vault.info.rehearsal !== record.rehearsal)
    throw new UsageError(
      record.rehearsal
        ? `"${record.name}" is a rehearsal's key, and this vault is for real ones: use a vault made with --rehearsal.`
        : `"${record.name}" is a real key, and this vault is for rehearsals: use another vault.`,
      1,
    );
  requireShareOf(record, index, share, 'The share to be restored');
  const id = restoredId(record);
  const epochs = await vault.keys.epochs(record.fingerprint);
  const other = epochs.find((epoch) => epoch.id !== id);
  if (other !== undefined)
    throw new UsageError(
      `The key ${record.fingerprint} is in this vault already, at ${other.id}: nothing is restored over it.`,
      1,
    );
  if (epochs.length === 0) return;
  const known = await (await vault.keys.secrets(record.fingerprint, id)).get('share');
  const same = known !== undefined && equalBytes(known, share);
  known?.fill(0);
  if (!same || !equalBytes(await vault.keys.record(record.fingerprint, id), encodeKeyRecord(record)))
    throw new UsageError(
      `Another share of the key ${record.fingerprint} was restored to this vault already.`,
      1,
    );
}

const restoredId = (record: KeyRecord): string => `epoch-${record.epoch}-restored`;

/**
 * Stores a share as the current epoch of its key. share·G must be the public share of holder `index`. The sealing key of
 * this epoch died with the lost vault and is in no backup: a placeholder takes its place, as for imported keys. Restoring
 * the same share again finishes what was interrupted.
 */
export async function restoreShare(
  vault: Vault,
  record: KeyRecord,
  index: number,
  share: Uint8Array,
): Promise<void> {
  await requireRoom(vault, record, index, share);
  const id = restoredId(record);
  if ((await vault.keys.epochs(record.fingerprint)).length === 0) {
    const sealing = generateSealingKey(systemRandom);
    await vault.keys.stage(record.fingerprint, id, {
      record: encodeKeyRecord(record),
      share,
      sealing: sealing.secretKey,
    });
    sealing.secretKey.fill(0);
  }
  await vault.keys.activate(record.fingerprint, id);
}
