/** Argon2id for share sheets: what turns a passphrase into the key of ceremony/paper/seal.ts. */
import { argon2id } from 'hash-wasm';
import type { SheetKdf } from '../../ceremony/paper/seal.ts';
import { passphraseBytes } from '../passphrase.ts';
import { BackupError } from './age.ts';

/** Throws PassphraseError for an empty passphrase, BackupError where there is not enough memory. */
export const sheetKdf: SheetKdf = async (passphrase, salt, cost, hashLength) => {
  const password = passphraseBytes(passphrase);
  const memorySize = 2 ** cost.memoryLog2;
  try {
    return await argon2id({
      password,
      salt,
      memorySize,
      iterations: cost.passes,
      parallelism: 1,
      hashLength,
      outputType: 'binary',
    });
  } catch (error) {
    throw new BackupError(
      'invalid-value',
      `The passphrase could not be turned into the key of the sheet: ${memorySize} KiB of free memory are needed.`,
      error,
    );
  } finally {
    password.fill(0);
  }
};
