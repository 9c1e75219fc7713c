/**
 * One public file and the secrets that belong to it, as a folder that is there as a whole or not at all: an epoch
 * (record, share, sealing key) or an enrolment card (card, sealing key).
 *
 * The digest of the public file is sealed among the secrets, so that a public file cannot be changed or exchanged
 * without being noticed.
 */
import { dirname, join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes } from '../../crypto/bytes.ts';
import { FileError, makeFolder, readBounded, renameDurably, replaceFile, syncFolder } from '../files.ts';
import { isFolder } from '../files.ts';
import { stagingPath, wipeFolder } from './destruction.ts';
import { VaultError } from './errors.ts';
import type { Keyring } from './keyring.ts';
import { secretFiles } from './secret-folder.ts';
import type { SecretFiles } from './secret-folder.ts';

const MAX_PUBLIC = 16 * 1024 * 1024;
const DIGEST_NAME = 'public-digest';

/** Where an entry is. */
export interface EntryPlace {
  /** Path of its folder on the disk. */
  readonly path: string;
  /** Its place in the vault, with slashes. */
  readonly place: string;
  /** Name of the public file. */
  readonly publicName: string;
}

/** What is in an entry: public bytes, and secrets by name. */
export interface EntryContent {
  readonly publicBytes: Uint8Array;
  readonly secrets: Readonly<Record<string, Uint8Array>>;
}

/** The secrets of an entry. */
export function entrySecrets(keyring: Keyring, at: EntryPlace): SecretFiles {
  return secretFiles(keyring, { path: join(at.path, 'secrets'), place: `${at.place}/secrets` });
}

/** The public bytes of an entry, compared with the sealed digest. Throws `missing` or `damaged`. */
export function entryPublic(keyring: Keyring, at: EntryPlace): Uint8Array {
  const file = join(at.path, at.publicName);
  let bytes: Uint8Array;
  try {
    bytes = readBounded(file, MAX_PUBLIC);
  } catch (error) {
    if (error instanceof FileError && error.code === 'missing' && !isFolder(at.path))
      throw new VaultError('missing', `${at.place} is not in this vault.`, error);
    throw new VaultError('damaged', `${file} cannot be read: restore it from a backup.`, error);
  }
  const digest = entrySecrets(keyring, at).get(DIGEST_NAME);
  if (digest === undefined || !equalBytes(digest, sha256(bytes)))
    throw new VaultError('damaged', `${file} was changed or damaged: restore it from a backup.`);
  return bytes;
}

/**
 * Writes an entry beside its place, reads it back and moves it there with one rename. An entry that is there with the
 * same content is fine. Throws `exists` when it is there with other content, `invalid-value` for endless public bytes.
 */
export function createEntry(keyring: Keyring, at: EntryPlace, content: EntryContent): void {
  keyring.assertOpen();
  if (content.publicBytes.length > MAX_PUBLIC)
    throw new VaultError('invalid-value', `${at.publicName}: more than ${MAX_PUBLIC} bytes.`);
  if (isFolder(at.path)) {
    checkSame(keyring, at, content);
    syncFolder(dirname(at.path));
    return;
  }
  const staging = { ...at, path: stagingPath(at.path) };
  try {
    makeFolder(staging.path);
    replaceFile(join(staging.path, at.publicName), content.publicBytes);
    const secrets = entrySecrets(keyring, staging);
    secrets.put(DIGEST_NAME, sha256(content.publicBytes));
    for (const [name, secret] of Object.entries(content.secrets)) secrets.put(name, secret);
    checkSame(keyring, staging, content);
    renameDurably(staging.path, at.path);
  } catch (error) {
    try {
      wipeFolder(staging.path);
    } catch {
      /* Finished at the next opening. The first failure is the one to report. */
    }
    throw error;
  }
}

function checkSame(keyring: Keyring, at: EntryPlace, content: EntryContent): void {
  const secrets = entrySecrets(keyring, at);
  let same = equalBytes(entryPublic(keyring, at), content.publicBytes);
  for (const [name, secret] of Object.entries(content.secrets)) {
    const present = secrets.get(name);
    same = same && present !== undefined && equalBytes(present, secret);
    present?.fill(0);
  }
  if (!same)
    throw new VaultError(
      'exists',
      `${at.place} is in the vault already with other content: nothing is overwritten.`,
    );
}
