/** Authenticated encryption of things at rest: AES-256-GCM with a random nonce (NIST SP 800-38D §8.2.2). */
import { gcm } from '@noble/ciphers/aes.js';
import { concatBytes } from './bytes.ts';
import { CryptoError } from './errors.ts';
import type { Random } from './random.ts';

/** Bytes in a key. */
export const BOX_KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
/** Bytes that a box is longer than what is in it: nonce and tag. */
export const BOX_OVERHEAD = NONCE_LENGTH + TAG_LENGTH;

function checkKey(key: Uint8Array): void {
  if (key.length !== BOX_KEY_LENGTH)
    throw new CryptoError('bad-length', `key: expected ${BOX_KEY_LENGTH} bytes, found ${key.length}.`);
}

/**
 * Encrypts `plaintext` under `key` (32 bytes) and binds `aad`, which is not stored and must be given again to open.
 * Returns nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes). Throws `bad-length` for another key length, or when the
 * random source returns another number of bytes than asked.
 *
 * Random nonces bear 2^32 boxes under one key (SP 800-38D §8.3). A vault writes a handful under each.
 */
export function sealBox(key: Uint8Array, plaintext: Uint8Array, aad: Uint8Array, random: Random): Uint8Array {
  checkKey(key);
  const nonce = random(NONCE_LENGTH);
  if (nonce.length !== NONCE_LENGTH)
    throw new CryptoError(
      'bad-length',
      `random bytes: expected ${NONCE_LENGTH} bytes, found ${nonce.length}.`,
    );
  return concatBytes(nonce, gcm(key, nonce, aad).encrypt(plaintext));
}

/**
 * Opens a box of `sealBox`. Throws `bad-length` for another key length, and `decryption-failed` for everything else:
 * wrong key, wrong `aad`, changed or cut box are not told apart.
 */
export function openBox(key: Uint8Array, box: Uint8Array, aad: Uint8Array): Uint8Array {
  checkKey(key);
  try {
    const nonce = box.subarray(0, NONCE_LENGTH);
    return gcm(key, nonce, aad).decrypt(box.subarray(NONCE_LENGTH));
  } catch {
    throw new CryptoError(
      'decryption-failed',
      'The box could not be opened: wrong key, or not what was sealed.',
    );
  }
}
