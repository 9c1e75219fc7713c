/**
 * A folder of secrets under a data key of its own.
 *
 * `wrap` is a random 32-byte data key, sealed by the vault's master key; every other file is one secret, sealed by the
 * data key. Both are bound to the vault's id and to their place in it, so that a file which is moved, renamed or
 * brought from another vault does not open. What destroying a folder can mean: destruction.ts.
 */
import { dirname, join } from 'node:path';
import { openBox, sealBox } from '../../crypto/aead.ts';
import { equalBytes, frame, utf8ToBytes } from '../../crypto/bytes.ts';
import type { SecretFolder } from '../../ceremony/ports.ts';
import { FileError, isThere, makeFolder, promised, readBounded, replaceFile } from '../files.ts';
import { destroyFolder, WRAP_NAME } from './destruction.ts';
import { checkName, VaultError } from './errors.ts';
import { VAULT_FORMAT } from './header.ts';
import type { Keyring } from './keyring.ts';

const MAX_SECRET = 16 * 1024 * 1024;

/** Where a folder of secrets is. */
export interface SecretPlace {
  /** Its path on the disk. Made at the first `put`. */
  readonly path: string;
  /** Its place in the vault, with slashes: part of what its files are bound to. Differs from `path` while staging. */
  readonly place: string;
  /** Whether `put` may make the folder above as well. */
  readonly makeParent?: boolean;
}

/** A folder of secrets as plain functions, for the parts of the vault that do several steps as one. */
export interface SecretFiles {
  put(name: string, secret: Uint8Array): void;
  get(name: string): Uint8Array | undefined;
  destroy(): void;
}

/** The same as the port that ceremonies use. */
export function asSecretFolder(files: SecretFiles): SecretFolder {
  return {
    put: (name, secret) =>
      promised(() => {
        files.put(name, secret);
      }),
    get: (name) => promised(() => files.get(name)),
    destroy: () =>
      promised(() => {
        files.destroy();
      }),
  };
}

/**
 * Opens a folder of secrets; nothing is read or written yet. Its functions throw VaultError: `invalid-name`,
 * `exists` (another secret has the name), `damaged` (a file does not open), `closed`; or FileError.
 */
export function secretFiles(keyring: Keyring, { path, place, makeParent }: SecretPlace): SecretFiles {
  const bound = (kind: string, name: string): Uint8Array =>
    frame(
      utf8ToBytes(`${VAULT_FORMAT}/${kind}`),
      utf8ToBytes(keyring.vaultId),
      utf8ToBytes(place),
      utf8ToBytes(name),
    );

  /** Reads a sealed file, or `undefined` when there is none. */
  function readSealed(key: Uint8Array, kind: string, name: string): Uint8Array | undefined {
    const file = join(path, name);
    let box: Uint8Array;
    try {
      box = readBounded(file, MAX_SECRET + 64);
    } catch (error) {
      if (error instanceof FileError && error.code === 'missing') return undefined;
      throw error;
    }
    try {
      return openBox(key, box, bound(kind, name));
    } catch (error) {
      throw new VaultError(
        'damaged',
        `${file} does not open: it was changed, moved or damaged. Restore it from a backup, or recover the share.`,
        error,
      );
    }
  }

  /** Runs `action` with the data key, making one if `create`; zeroes it afterwards. */
  function withDataKey<T>(create: boolean, action: (key: Uint8Array | undefined) => T): T {
    keyring.assertOpen();
    let key = readSealed(keyring.master(), 'wrap', WRAP_NAME);
    if (key === undefined && create) {
      if (makeParent === true) makeFolder(dirname(path));
      makeFolder(path);
      key = keyring.random(32);
      replaceFile(
        join(path, WRAP_NAME),
        sealBox(keyring.master(), key, bound('wrap', WRAP_NAME), keyring.random),
      );
    }
    try {
      return action(key);
    } finally {
      key?.fill(0);
    }
  }

  function get(name: string): Uint8Array | undefined {
    checkName(name, 'name of a secret');
    if (name === WRAP_NAME)
      throw new VaultError('invalid-name', `name of a secret: "${WRAP_NAME}" is reserved.`);
    return withDataKey(false, (key) => {
      if (key !== undefined) return readSealed(key, 'secret', name);
      if (isThere(join(path, name)))
        throw new VaultError(
          'damaged',
          `${join(path, WRAP_NAME)} is missing: ${name} cannot be opened any more.`,
        );
      return undefined;
    });
  }

  function put(name: string, secret: Uint8Array): void {
    if (secret.length > MAX_SECRET)
      throw new VaultError('invalid-value', `secret ${name}: more than ${MAX_SECRET} bytes.`);
    const present = get(name);
    if (present !== undefined) {
      const same = equalBytes(present, secret);
      present.fill(0);
      if (same) return;
      throw new VaultError('exists', `${join(path, name)} holds another secret: nothing is overwritten.`);
    }
    withDataKey(true, (key) => {
      if (key === undefined) throw new VaultError('damaged', `${join(path, WRAP_NAME)} is missing.`);
      replaceFile(join(path, name), sealBox(key, secret, bound('secret', name), keyring.random));
    });
    // Opened again from the disk, with the data key from the disk: what counts is that it can be read later.
    const back = get(name);
    const same = back !== undefined && equalBytes(back, secret);
    back?.fill(0);
    if (!same) throw new VaultError('damaged', `${join(path, name)} does not read back as it was written.`);
  }

  return {
    put,
    get,
    destroy() {
      keyring.assertOpen();
      destroyFolder(path);
    },
  };
}
