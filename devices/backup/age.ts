/**
 * Backups of a share as a file: the age format (age-encryption.org/v1), armored, with a passphrase. Any age tool opens
 * them without this software: `age -d file.age`. What is inside is the caller's business.
 *
 * Backups belong to one epoch. They are destroyed with it, like every other copy of its shares.
 */
import { armor, Decrypter, Encrypter } from 'age-encryption';
import { equalBytes, utf8ToBytes } from '../../crypto/bytes.ts';
import { FileError, readBounded, syncFile, writeNewFile } from '../files.ts';
import { checkNewPassphrase, passphraseBytes } from '../passphrase.ts';

/** Base-2 logarithm of scrypt's cost. 18: about a second, and 256 MiB. */
export const NORMAL_WORK_FACTOR = 18;
/** For throw-away keys. */
export const REHEARSAL_WORK_FACTOR = 10;
/** More than 20 would not be opened again by age-encryption (1 GiB of memory). */
const MAX_WORK_FACTOR = 20;
const MAX_CONTENT = 1024 * 1024;
const MAX_FILE = 2 * MAX_CONTENT;

/**
 * `exists`: another backup, or a part of one, has the name. `missing`: no such file. `wrong-passphrase`: it does not
 * open. `damaged`: not an armored age file, or changed. `invalid-value`: an argument. `no-identity`: no identity opens it.
 * `to-passphrase`, `to-recipients`: it wants the other. `bad-identity`: what was given as an identity file.
 */
export type BackupErrorCode =
  | 'exists'
  | 'missing'
  | 'wrong-passphrase'
  | 'damaged'
  | 'invalid-value'
  | 'no-identity'
  | 'to-passphrase'
  | 'to-recipients'
  | 'bad-identity';

/** The message is a sentence with the next step and names the file. */
export class BackupError extends Error {
  readonly code: BackupErrorCode;

  constructor(code: BackupErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'BackupError';
    this.code = code;
  }
}

export interface BackupRequest {
  /** Ends in `.age`. */
  readonly path: string;
  /** At most 1 MiB. */
  readonly content: Uint8Array;
  /** At least 12 characters, unless the work factor is a rehearsal's (below 18). */
  readonly passphrase: string;
  /** 10 (rehearsal) to 20; 18 when absent. */
  readonly workFactor?: number;
}

/**
 * Writes a backup to a new file, durably, and reads the bytes back. A file that is there and opens to the same content
 * with the same passphrase is fine. Rejects with BackupError (`exists`, `invalid-value`), PassphraseError, FileError.
 */
export async function writeBackup(request: BackupRequest): Promise<void> {
  const { path, content, workFactor = NORMAL_WORK_FACTOR } = request;
  checkRequest(path, content);
  if (!Number.isInteger(workFactor) || workFactor < REHEARSAL_WORK_FACTOR || workFactor > MAX_WORK_FACTOR)
    throw new BackupError(
      'invalid-value',
      `work factor: expected ${REHEARSAL_WORK_FACTOR} to ${MAX_WORK_FACTOR}, found ${workFactor}.`,
    );
  const passphrase = normalised(request.passphrase);
  if (workFactor >= NORMAL_WORK_FACTOR) checkNewPassphrase(passphrase);

  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(workFactor);
  const file = utf8ToBytes(armor.encode(await encrypter.encrypt(content)));
  try {
    writeNewFile(path, file);
  } catch (error) {
    if (!(error instanceof FileError) || error.code !== 'exists') throw error;
    if (!(await holds(path, request.passphrase, content)))
      throw new BackupError(
        'exists',
        `${path} exists and is not this backup: it is another one, has another passphrase, or is not complete. ` +
          'Remove it if it is not needed, or choose another name.',
        error,
      );
    syncFile(path);
  }
}

/** Throws BackupError (`invalid-value`) unless a backup may have this name and content. */
export function checkRequest(path: string, content: Uint8Array): void {
  if (!path.endsWith('.age'))
    throw new BackupError('invalid-value', `${path}: the name of a backup ends in ".age".`);
  if (content.length > MAX_CONTENT)
    throw new BackupError(
      'invalid-value',
      `${path}: a backup holds at most ${MAX_CONTENT} bytes, not ${content.length}.`,
    );
}

/**
 * Opens a backup and returns its content. Rejects with BackupError (`missing`, `damaged`, `wrong-passphrase`,
 * `to-recipients`), PassphraseError, FileError.
 */
export async function readBackup(path: string, passphrase: string): Promise<Uint8Array> {
  const file = readArmored(path);
  const decrypter = new Decrypter();
  decrypter.addPassphrase(normalised(passphrase));
  try {
    return await decrypter.decrypt(file);
  } catch (error) {
    if (!foundNoKey(error)) throw damaged(path, error);
    if (stanzasOf(file).some((type) => type === 'X25519'))
      throw new BackupError(
        'to-recipients',
        `${path} is encrypted to recipients and has no passphrase: it opens with the secret key of one of them.`,
        error,
      );
    throw new BackupError(
      'wrong-passphrase',
      `${path} does not open with this passphrase: try again, or use another copy of the backup.`,
      error,
    );
  }
}

/** The bytes of an age file without their armor. Throws BackupError (`missing`, `damaged`), FileError. */
export function readArmored(path: string): Uint8Array {
  let text: string;
  try {
    text = new TextDecoder('latin1').decode(readBounded(path, MAX_FILE));
  } catch (error) {
    if (error instanceof FileError && error.code === 'missing')
      throw new BackupError('missing', `${path} was not found: insert the medium with this backup.`, error);
    throw error;
  }
  try {
    return armor.decode(text);
  } catch (error) {
    throw new BackupError(
      'damaged',
      `${path} is not an armored age file: use another copy of the backup.`,
      error,
    );
  }
}

/** Types of the stanzas in the header of an age file: one for every recipient, or one for a passphrase. */
export function stanzasOf(file: Uint8Array): string[] {
  const [header = ''] = new TextDecoder('latin1').decode(file).split('\n---', 1);
  return [...header.matchAll(/^-> (\S+)/gm)].map(([, type = '']) => type);
}

/** The same for the bytes of a file, armored or not; none where it is no age file. */
export function keysOfAgeFile(bytes: Uint8Array): string[] {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, MAX_FILE));
  try {
    return stanzasOf(text.startsWith('-----BEGIN') ? armor.decode(text) : bytes);
  } catch {
    return [];
  }
}

/** The library has one sentence for a key that does not fit and others for everything else. */
export function foundNoKey(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('no identity matched');
}

export function damaged(path: string, error: unknown): BackupError {
  return new BackupError('damaged', `${path} is damaged: use another copy of the backup.`, error);
}

async function holds(path: string, passphrase: string, content: Uint8Array): Promise<boolean> {
  try {
    return equalBytes(await readBackup(path, passphrase), content);
  } catch (error) {
    if (error instanceof BackupError) return false;
    throw error;
  }
}

/** The passphrase in the form that is typed into any age tool. */
function normalised(passphrase: string): string {
  return new TextDecoder().decode(passphraseBytes(passphrase));
}
