/**
 * Making a folder of sealed secrets go away, also when the power fails half-way.
 *
 * First the folder gets a tombstone name (`.destroying-…`) in one atomic rename: from then on it does not exist for the
 * vault. Then the file `wrap` with the wrapped data key is unlinked, then everything else. Whatever an interruption
 * leaves has a tombstone name, or the name of something that was never finished (`.staging-…`), and is removed at the
 * next opening.
 *
 * What this can mean, and what not: unlinking on flash leaves the old bytes in spare cells until the controller erases
 * them, and overwriting a file there writes somewhere else (so it is not even tried, and never called "purge"). What
 * remains is sealed under the data key, the data key under the master key, and the master key follows from the
 * passphrase. As long as the passphrase lives, somebody who takes the chips apart may still recover what was
 * destroyed. Only a wrapping key in a token, destroyed there, is cryptographic erasure (NIST SP 800-88r2). Use
 * full-disk encryption, and say in receipts what was done, not that no copy exists.
 */
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import {
  isFolder,
  isRegularFile,
  isTemporaryName,
  isThere,
  listNames,
  removeEmptyFolder,
  removeFile,
  renameDurably,
  syncFile,
  syncFolder,
} from '../files.ts';

/** File that holds the wrapped data key of a folder. */
export const WRAP_NAME = 'wrap';

/** A name for a folder that is being written, to be renamed when it is whole. */
export function stagingPath(path: string): string {
  return join(dirname(path), `.staging-${basename(path)}-${randomBytes(8).toString('hex')}`);
}

/** Destroys a folder and what is left of earlier attempts on the same name. One that is gone is fine. Throws FileError. */
export function destroyFolder(path: string): void {
  const parent = dirname(path);
  const tombstone = `.destroying-${basename(path)}-`;
  if (isThere(path)) renameDurably(path, join(parent, tombstone + randomBytes(8).toString('hex')));
  for (const name of listNames(parent)) if (name.startsWith(tombstone)) wipeFolder(join(parent, name));
}

/** Unlinks the wrapped data keys first, here and below, then the rest. */
export function wipeFolder(path: string): void {
  unlinkKeys(path);
  for (const name of listNames(path)) {
    const child = join(path, name);
    if (isFolder(child)) wipeFolder(child);
    else removeFile(child);
  }
  removeEmptyFolder(path);
}

function unlinkKeys(path: string): void {
  for (const name of listNames(path)) {
    const child = join(path, name);
    if (isFolder(child)) unlinkKeys(child);
    else if (name === WRAP_NAME) removeFile(child);
  }
}

/**
 * Puts a vault's folder in order after a crash: finishes destructions, removes what was never finished, and makes
 * everything durable that an earlier process wrote, because what can be read may still be in the cache only.
 * Idempotent. Only for the one process that has the vault's lock.
 */
export function recoverFolder(path: string): void {
  for (const name of listNames(path)) {
    const child = join(path, name);
    if (isFolder(child)) {
      if (name.startsWith('.destroying-') || name.startsWith('.staging-')) wipeFolder(child);
      else recoverFolder(child);
    } else if (isTemporaryName(name)) removeFile(child);
    else if (!name.startsWith('lock.') && isRegularFile(child)) syncFile(child);
  }
  syncFolder(path);
}
