/** Putting a share back into a vault that lost it. */
import { equalBytes } from '../../crypto/bytes.ts';
import { generateSealingKey } from '../../crypto/hpke.ts';
import { CeremonyError } from '../../ceremony/errors.ts';
import { encodeKeyRecord, type KeyRecord } from '../../ceremony/key-record.ts';
import type { SheetContent } from '../../ceremony/paper/payload.ts';
import { checkShareFile, shareInFile } from '../../ceremony/share-file.ts';
import { readBackup } from '../../devices/backup/age.ts';
import { parseIdentities } from '../../devices/backup/identities.ts';
import { readRecipientsBackup } from '../../devices/backup/recipients.ts';
import { systemRandom } from '../../devices/random.ts';
import type { Vault } from '../../devices/vault/vault.ts';
import { UsageError } from '../errors.ts';
import { forgetContent, requireEpoch, requireShareOf, shareOfSheet } from './sheets.ts';

/** What a backup had in it. */
export interface FoundShare {
  readonly index: number;
  /** 32 bytes, secret: for the caller to erase. */
  readonly share: Uint8Array;
}

/**
 * Holder and share in an age file, checked against the record. Rejects with BackupError, and with CeremonyError:
 * `wrong-key`, `wrong-epoch`, `bad-field` for what is no share, or not that of the public share.
 */
export async function shareOfBackup(
  path: string,
  passphrase: string,
  record: KeyRecord,
): Promise<FoundShare> {
  return shareIn(await readBackup(path, passphrase), record);
}

/** The same for a backup to recipients, with the text of an age identity file; `what` names that in sentences. */
export async function shareOfRecipientsBackup(
  path: string,
  identities: { readonly text: string; readonly what: string },
  record: KeyRecord,
): Promise<FoundShare> {
  const parsed = await parseIdentities(identities.text, identities.what);
  return shareIn(await readRecipientsBackup(path, parsed), record);
}

function shareIn(content: Uint8Array, record: KeyRecord): FoundShare {
  let found: ReturnType<typeof shareInFile> | undefined;
  try {
    found = shareInFile(content);
    requireFileOf(found, record);
    checkShareFile(content, record, found.index);
    return { index: found.index, share: found.share };
  } catch (error) {
    found?.share.fill(0);
    throw error;
  } finally {
    content.fill(0);
  }
}

function requireFileOf(file: { fingerprint: string; epoch: number }, record: KeyRecord): void {
  if (file.fingerprint !== record.fingerprint)
    throw new CeremonyError(
      'wrong-key',
      `The backup is of the key ${file.fingerprint}; expected is "${record.name}", ${record.fingerprint}.`,
      'Fetch the backup of this key, or the record of that one.',
    );
  requireEpoch('backup', file.epoch, record);
}

/** Holder and share on a sheet that was read exactly, checked against the record. What the sheet held is erased. */
export async function shareOfContent(
  content: SheetContent,
  record: KeyRecord,
  passphrase: () => string | Promise<string>,
): Promise<FoundShare> {
  const { index } = content.facts;
  try {
    // A copy: of a plain sheet it is the content itself.
    const share = await shareOfSheet(content, record, index, passphrase);
    return { index, share: share.slice() };
  } finally {
    forgetContent(content);
  }
}

/** What is told of a laptop whose sealing key is lost. */
export const SEALING_KEY_LOST =
  'The sealing key of this epoch is in no backup, and it died with the lost laptop. The share signs. For the next refresh make a card of this laptop, and have the plan put it in the place of the lost one.';

/** True when the next refresh would be sealed to a key that only the lost vault had. */
export function sealingKeyIsLost(record: KeyRecord, index: number): boolean {
  return record.holders.find((holder) => holder.index === index)?.sealingKey != null;
}

/**
 * Throws UsageError where this vault can take no share of this record, whatever the backup says: one of the other kind, or
 * one that has the key already. Needs no share, so that nothing secret is typed for nothing.
 */
export async function requireVaultFor(vault: Vault, record: KeyRecord): Promise<void> {
  if (vault.info.rehearsal !== record.rehearsal)
    throw new UsageError(
      record.rehearsal
        ? `"${record.name}" is a rehearsal's key, and this vault is for real ones: use a vault made with --rehearsal.`
        : `"${record.name}" is a real key, and this vault is for rehearsals: use another vault.`,
      1,
    );
  const epochs = await vault.keys.epochs(record.fingerprint);
  const other = epochs.find((epoch) => epoch.id !== restoredId(record));
  if (other !== undefined)
    throw new UsageError(
      `The key ${record.fingerprint} is in this vault already, at ${other.id}: nothing is restored over it.`,
      1,
    );
}

/**
 * Throws UsageError unless this vault may take the share: of the same kind, and without this key. True where this very share
 * lies there already, from a restore before.
 */
export async function requireRoom(
  vault: Vault,
  record: KeyRecord,
  index: number,
  share: Uint8Array,
): Promise<boolean> {
  await requireVaultFor(vault, record);
  requireShareOf(record, index, share, 'The share to be restored');
  const id = restoredId(record);
  if ((await vault.keys.epochs(record.fingerprint)).length === 0) return false;
  const known = await (await vault.keys.secrets(record.fingerprint, id)).get('share');
  const same = known !== undefined && equalBytes(known, share);
  known?.fill(0);
  if (!same || !equalBytes(await vault.keys.record(record.fingerprint, id), encodeKeyRecord(record)))
    throw new UsageError(
      `Another share of the key ${record.fingerprint} was restored to this vault already.`,
      1,
    );
  return true;
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
  const isThere = await requireRoom(vault, record, index, share);
  const id = restoredId(record);
  if (!isThere) {
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
