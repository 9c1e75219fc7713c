/**
 * Identity keys: what a laptop signs its envelopes with (PROTOCOL §3). ECDSA P-256 with SHA-256 ("ES256") or Ed25519
 * ("EdDSA"), named as in COSE (RFC 9053 §2).
 *
 * Verification is strict: of the two signatures (r, s) and (r, n - s) only the one with the low s is accepted, and for
 * Ed25519 only canonical encodings (RFC 8032 §5.1.7, not ZIP-215). With a malleable signature a courier could turn one
 * envelope into a second, different one that also verifies, and frame an honest holder as equivocating (check 12).
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { bytesToNumberBE } from '@noble/curves/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, frame, utf8ToBytes } from './bytes.ts';
import { CryptoError } from './errors.ts';
import type { Random } from './random.ts';
import { suiteByName } from './suite.ts';

export const IDENTITY_ALGORITHMS = ['ES256', 'EdDSA'] as const;
export type IdentityAlgorithm = (typeof IDENTITY_ALGORITHMS)[number];

/** The public half, as it stands in plans and enrolment cards. */
export interface IdentityPublicKey {
  readonly alg: IdentityAlgorithm;
  /** ES256: SEC1 compressed point, 33 bytes. EdDSA: RFC 8032 point, 32 bytes. */
  readonly key: Uint8Array;
}

/** The secret half, for laptops without an HSM. */
export interface IdentitySecret {
  readonly alg: IdentityAlgorithm;
  /** ES256: big-endian scalar in 1..order-1, 32 bytes. EdDSA: RFC 8032 seed, 32 bytes. */
  readonly secretKey: Uint8Array;
}

/** Both halves of a new identity. */
export interface IdentityKeyPair extends IdentitySecret {
  readonly publicKey: IdentityPublicKey;
}

/** Bytes in a signature of either algorithm: r ‖ s, or R ‖ S. */
export const SIGNATURE_LENGTH = 64;
const P256 = suiteByName('p256');

/** Makes an identity key. Throws `bad-length` or `random-exhausted` when the random source is broken. */
export function generateIdentity(alg: IdentityAlgorithm, random: Random): IdentityKeyPair {
  switch (alg) {
    case 'ES256': {
      const secret = P256.randomScalar(random);
      const key = P256.pointToBytes(P256.base.multiply(secret));
      return { alg, secretKey: P256.scalarToBytes(secret), publicKey: { alg, key } };
    }
    case 'EdDSA': {
      const secretKey = random(32);
      if (secretKey.length !== 32)
        throw new CryptoError('bad-length', `random bytes: expected 32 bytes, found ${secretKey.length}.`);
      return { alg, secretKey, publicKey: { alg, key: ed25519.getPublicKey(secretKey) } };
    }
  }
}

/**
 * Signs `message` (any bytes, hashed here): 64 bytes. ES256 is deterministic (RFC 6979) with low s. Throws
 * `bad-length`, `scalar-not-canonical` or `scalar-zero` for a malformed secret key.
 */
export function signWithIdentity(secret: IdentitySecret, message: Uint8Array): Uint8Array {
  switch (secret.alg) {
    case 'ES256':
      if (P256.scalarFromBytes(secret.secretKey, 'identity secret key') === 0n)
        throw new CryptoError('scalar-zero', 'identity secret key: zero is not allowed.');
      return p256.sign(message, secret.secretKey, { lowS: true, prehash: true, format: 'compact' });
    case 'EdDSA':
      if (secret.secretKey.length !== 32)
        throw new CryptoError(
          'bad-length',
          `identity secret key: expected 32 bytes, found ${secret.secretKey.length}.`,
        );
      return ed25519.sign(message, secret.secretKey);
  }
}

/** True when `signature` (64 bytes) is a strict signature of `message` under a valid key. Never throws. */
export function verifyIdentity(
  publicKey: IdentityPublicKey,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    const { alg, key } = decodeIdentityKey(publicKey.alg, publicKey.key, 'identity key');
    switch (alg) {
      case 'ES256':
        return p256.verify(signature, message, key, { lowS: true, prehash: true, format: 'compact' });
      case 'EdDSA':
        return ed25519.verify(signature, message, key, { zip215: false });
    }
  } catch {
    return false;
  }
}

/**
 * Brings an ECDSA P-256 signature r ‖ s (64 bytes) to its low-s form. HSMs return either form; ours go through here
 * before they are used. Throws `bad-length`, or `scalar-not-canonical` / `scalar-zero` unless r and s are in
 * 1..order-1.
 */
export function withLowS(signature: Uint8Array): Uint8Array {
  if (signature.length !== SIGNATURE_LENGTH)
    throw new CryptoError(
      'bad-length',
      `signature: expected ${SIGNATURE_LENGTH} bytes, found ${signature.length}.`,
    );
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  for (const [name, half] of [['r', r] as const, ['s', s] as const])
    if (P256.scalarFromBytes(half, `signature ${name}`) === 0n)
      throw new CryptoError('scalar-zero', `signature ${name}: zero is not allowed.`);
  const value = bytesToNumberBE(s);
  return value > P256.order / 2n ? concatBytes(r, P256.scalarToBytes(P256.order - value)) : signature.slice();
}

/** Eight bytes that name a key in headers and on screens: the start of SHA-256 over framed `alg` and `key`. */
export function keyId(publicKey: IdentityPublicKey): Uint8Array {
  return sha256(frame(utf8ToBytes(publicKey.alg), publicKey.key)).slice(0, 8);
}

/**
 * Checks an algorithm name and key bytes from outside. Throws `unknown-suite` for another algorithm, and what
 * `Suite.pointFromBytes` throws for bytes that are not a canonical point of the prime-order group, naming `field`.
 */
export function decodeIdentityKey(alg: string, key: Uint8Array, field: string): IdentityPublicKey {
  switch (alg) {
    case 'ES256':
      P256.pointFromBytes(key, field);
      return { alg, key };
    case 'EdDSA':
      suiteByName('ed25519').pointFromBytes(key, field);
      return { alg, key };
    default:
      throw new CryptoError(
        'unknown-suite',
        `${field}: unknown algorithm "${alg}", expected ${IDENTITY_ALGORITHMS.join(' or ')}.`,
      );
  }
}
