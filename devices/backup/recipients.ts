/**
 * Backups to recipients: age files that whoever has the secret key of one of them opens, without a passphrase. None of
 * these keys is where the backup is made. So each file is also encrypted to a key that is made for this one write: its
 * secret half never leaves the system's cryptography, opens the file once when it is read back, and is then forgotten.
 */
import { webcrypto } from 'node:crypto';
import { armor, Decrypter, Encrypter, identityToRecipient } from 'age-encryption';
import { utf8ToBytes } from '../../crypto/bytes.ts';
import { isThere, replaceFile, writeNewFile } from '../files.ts';
import { BackupError, checkRequest, damaged, foundNoKey, readArmored, stanzasOf } from './age.ts';
import type { Identities } from './identities.ts';

export interface RecipientsRequest {
  /** Ends in `.age`. */
  readonly path: string;
  /** At most 1 MiB. */
  readonly content: Uint8Array;
  /** Age recipients (`age1…`, X25519), at least one, as a plan has them. */
  readonly recipients: readonly string[];
}

/**
 * Writes a backup to recipients, durably, reads it back from the medium and returns what was in it. The file has one
 * stanza for each recipient and one for the key of this check. A file to recipients, or a damaged one, that has the name
 * is replaced: it cannot be opened here, so nothing can be said of it. Rejects with BackupError (`exists`: a file with a
 * passphrase; `damaged`; `invalid-value`), FileError.
 */
export async function writeRecipientsBackup(request: RecipientsRequest): Promise<Uint8Array> {
  const { path, content, recipients } = request;
  checkRequest(path, content);
  if (recipients.length === 0)
    throw new BackupError('invalid-value', `${path}: a backup to recipients needs at least one.`);
  const check = await makeCheckKey();
  const encrypter = new Encrypter();
  try {
    for (const recipient of [...recipients, await recipientOfCheck(check)]) encrypter.addRecipient(recipient);
  } catch (error) {
    throw new BackupError('invalid-value', `${path}: a recipient is not an age recipient.`, error);
  }
  const file = utf8ToBytes(armor.encode(await encrypter.encrypt(content)));
  if (!isThere(path)) writeNewFile(path, file);
  else if (mayBeReplaced(path)) replaceFile(path, file);
  else
    throw new BackupError(
      'exists',
      `${path} exists and is sealed with a passphrase: it is another backup. Remove it if it is not needed, or choose another folder.`,
    );
  return openWritten(path, check, recipients.length);
}

/** The secret half of a key for one check. */
export type CheckKey = webcrypto.CryptoKey;

/** A key for one check. It cannot be taken out of the system's cryptography, not even by this process. */
export async function makeCheckKey(): Promise<CheckKey> {
  const pair: unknown = await webcrypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits']);
  return (pair as webcrypto.CryptoKeyPair).privateKey;
}

/** The recipient of a key for one check. */
export function recipientOfCheck(check: CheckKey): Promise<string> {
  return identityToRecipient(asGlobal(check));
}

/** The same key: where the types of windows are there too, its type has two names that do not agree. */
function asGlobal(check: unknown): never {
  return check as never;
}

/**
 * Opens a file that was just written to so many recipients and to this key. Rejects with BackupError (`damaged`) where it
 * names another number of keys or does not open; `missing`; FileError.
 */
export async function openWritten(path: string, check: CheckKey, recipients: number): Promise<Uint8Array> {
  const file = readArmored(path);
  const stanzas = stanzasOf(file);
  if (stanzas.length !== recipients + 1 || stanzas.some((type) => type !== 'X25519'))
    throw new BackupError(
      'damaged',
      `${path} names ${stanzas.length} keys, and ${recipients + 1} were written: use another medium.`,
    );
  const decrypter = new Decrypter();
  decrypter.addIdentity(asGlobal(check));
  try {
    return await decrypter.decrypt(file);
  } catch (error) {
    throw damaged(path, error);
  }
}

/** False for a file with a passphrase: what is in it may be the only copy of something. */
function mayBeReplaced(path: string): boolean {
  try {
    return !stanzasOf(readArmored(path)).includes('scrypt');
  } catch (error) {
    if (error instanceof BackupError && error.code === 'damaged') return true;
    throw error;
  }
}

/**
 * Opens a backup with whichever identity fits and returns its content. Rejects with BackupError (`missing`, `damaged`,
 * `to-passphrase`, `no-identity`), FileError.
 */
export async function readRecipientsBackup(path: string, identities: Identities): Promise<Uint8Array> {
  const file = readArmored(path);
  if (stanzasOf(file).includes('scrypt'))
    throw new BackupError(
      'to-passphrase',
      `${path} is sealed with a passphrase, not to recipients: restore it without an identity file.`,
    );
  const decrypter = new Decrypter();
  for (const secret of identities.secrets) decrypter.addIdentity(secret);
  try {
    return await decrypter.decrypt(file);
  } catch (error) {
    if (!foundNoKey(error)) throw damaged(path, error);
    const { length } = identities.secrets;
    const others =
      identities.unsupported === 0 ? '' : ` ${identities.unsupported} of other types were not tried.`;
    throw new BackupError(
      'no-identity',
      `${path} does not open with ${length === 1 ? 'the identity' : `any of the ${length} identities`} given: ` +
        `it is to other recipients, or its header is damaged.${others} Take the identity file of one of its recipients.`,
      error,
    );
  }
}
