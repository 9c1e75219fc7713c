/**
 * The durable memory of one ceremony: a folder of public files, one a name, written once.
 *
 * A file is there as a whole or not at all, and saying the same again makes sure that it is on the disk: after a crash
 * a file can be read that is in the cache only, and acting on it would be acting on something that may never have been.
 */
import { dirname, join } from 'node:path';
import { equalBytes } from '../../crypto/bytes.ts';
import type { Journal } from '../../ceremony/ports.ts';
import {
  FileError,
  isTemporaryName,
  listNames,
  makeFolder,
  promised,
  readBounded,
  replaceFile,
  syncFile,
} from '../files.ts';
import { checkName, VaultError } from './errors.ts';
import type { Keyring } from './keyring.ts';

const MAX_ENTRY = 64 * 1024 * 1024;

/** The journal in `folder`, which is made at the first `put`. Rejects with VaultError (`invalid-name`, `exists`, `closed`). */
export function journalIn(keyring: Keyring, folder: string): Journal {
  function get(name: string): Uint8Array | undefined {
    keyring.assertOpen();
    checkName(name, 'journal name');
    try {
      return readBounded(join(folder, name), MAX_ENTRY);
    } catch (error) {
      if (error instanceof FileError && error.code === 'missing') return undefined;
      throw error;
    }
  }

  return {
    put: (name, bytes) =>
      promised(() => {
        const file = join(folder, name);
        const present = get(name);
        if (present !== undefined) {
          if (!equalBytes(present, bytes))
            throw new VaultError(
              'exists',
              `${file} says something else already: a laptop never says two different things in one place.`,
            );
          syncFile(file);
          return;
        }
        if (bytes.length > MAX_ENTRY)
          throw new VaultError('invalid-value', `journal entry ${name}: more than ${MAX_ENTRY} bytes.`);
        makeFolder(dirname(folder));
        makeFolder(folder);
        replaceFile(file, bytes);
      }),
    get: (name) => promised(() => get(name)),
    names: () =>
      promised(() => {
        keyring.assertOpen();
        return listNames(folder).filter((name) => !isTemporaryName(name) && /^[a-z0-9-]+$/.test(name));
      }),
  };
}
