/** What a refusal of the mathematics is called: for tests that assert the code and not the sentence. */
import { CryptoError } from '../crypto/errors.ts';

/** The code of the CryptoError that `run` ends with, or `no error`. Anything else that it throws goes on. */
export function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CryptoError) return error.code;
    throw error;
  }
  return 'no error';
}
