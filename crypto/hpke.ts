/**
 * Sealing a sub-share to its recipient: HPKE base mode, single shot (RFC 9180), with DHKEM(P-256, HKDF-SHA256),
 * HKDF-SHA256 and AES-GCM.
 *
 * Reseal stores and sends public keys compressed (33 bytes). What goes into the KEM context is the 65-byte
 * uncompressed form, as RFC 9180 §7.1.1 asks, so ciphertexts are the same as other implementations'.
 *
 * One ephemeral key serves all recipients of a deal (PROTOCOL §3). That is sound (Kurosawa, PKC 2002; Bellare, Boldyreva,
 * Staddon, PKC 2003: Diffie–Hellman encryption stays secure when randomness is shared between recipients), because
 * every recipient's AEAD key is derived from a Diffie–Hellman point of its own, hashed together with its public key and
 * with an `info` that names the recipient. So no two recipients share key and nonce, not even two with equal sealing
 * keys, and the point that a complaint reveals opens that one ciphertext only. Two conditions are the caller's:
 * - never seal two different plaintexts with the same ephemeral key, recipient and `info`: the AEAD nonce would repeat;
 * - the dealer proves that it knows the ephemeral secret, bound to ceremony and sender. Otherwise it could pass off an
 *   honest dealer's ephemeral key as its own and have complaints against itself decrypt the honest dealer's sub-shares.
 */
import { gcm } from '@noble/ciphers/aes.js';
import { p256 } from '@noble/curves/nist.js';
import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, uintBytes, utf8ToBytes } from './bytes.ts';
import { CryptoError } from './errors.ts';
import type { Random } from './random.ts';
import { suiteByName } from './suite.ts';

/** AEADs of RFC 9180 §7.3. Ceremonies use AES-256-GCM; the other one is there for the RFC's own vectors. */
export type SealingAead = 'AES-128-GCM' | 'AES-256-GCM';

/** A sealing key of one laptop and epoch, or the ephemeral key of one deal. */
export interface SealingKey {
  /** Big-endian scalar in 1..order-1, 32 bytes. */
  readonly secretKey: Uint8Array;
  /** SEC1 compressed point, 33 bytes. */
  readonly publicKey: Uint8Array;
}

/** What a sealed message is bound to, beside the keys. */
export interface SealingContext {
  /** PROTOCOL §3: ceremony id ‖ round ‖ sender index ‖ recipient index ‖ epoch. Must name the recipient. */
  readonly info: Uint8Array;
  /** Bytes that are authenticated and not sent. */
  readonly aad: Uint8Array;
  /** AES-256-GCM when left out. */
  readonly aead?: SealingAead;
}

interface Parameters {
  readonly keyLength: number;
  /** The RFC's suite_id for the key schedule: "HPKE" ‖ kem_id ‖ kdf_id ‖ aead_id (§5.1). */
  readonly suiteId: Uint8Array;
}

const P256 = suiteByName('p256');
const KEM_ID = uintBytes(0x0010, 2);
const KDF_ID = uintBytes(0x0001, 2);
/** The RFC's suite_id inside the KEM (§4.1). */
const KEM_SUITE_ID = concatBytes(utf8ToBytes('KEM'), KEM_ID);
const MODE_BASE = Uint8Array.of(0);
const NONE = new Uint8Array(0);
const NONCE_LENGTH = 12;

const PARAMETERS: Readonly<Record<SealingAead, Parameters>> = {
  'AES-128-GCM': { keyLength: 16, suiteId: suiteId(0x0001) },
  'AES-256-GCM': { keyLength: 32, suiteId: suiteId(0x0002) },
};

function suiteId(aeadId: number): Uint8Array {
  return concatBytes(utf8ToBytes('HPKE'), KEM_ID, KDF_ID, uintBytes(aeadId, 2));
}

/** LabeledExtract of RFC 9180 §4. */
function labeledExtract(suite: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
  return extract(sha256, concatBytes(utf8ToBytes('HPKE-v1'), suite, utf8ToBytes(label), ikm), salt);
}

/** LabeledExpand of RFC 9180 §4. */
function labeledExpand(
  suite: Uint8Array,
  prk: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const labeled = concatBytes(uintBytes(length, 2), utf8ToBytes('HPKE-v1'), suite, utf8ToBytes(label), info);
  return expand(sha256, prk, labeled, length);
}

function decodeSecret(bytes: Uint8Array, field: string): bigint {
  const secret = P256.scalarFromBytes(bytes, field);
  if (secret === 0n) throw new CryptoError('scalar-zero', `${field}: zero is not allowed.`);
  return secret;
}

/** Makes a sealing or ephemeral key. Throws `bad-length` or `random-exhausted` when the random source is broken. */
export function generateSealingKey(random: Random): SealingKey {
  const secret = P256.randomScalar(random);
  return { secretKey: P256.scalarToBytes(secret), publicKey: P256.pointToBytes(P256.base.multiply(secret)) };
}

/** The public half (33 bytes) of a 32-byte secret. Throws `bad-length`, `scalar-not-canonical` or `scalar-zero`. */
export function sealingPublicKey(secretKey: Uint8Array): Uint8Array {
  return P256.pointToBytes(P256.base.multiply(decodeSecret(secretKey, 'sealing secret key')));
}

/**
 * SerializePublicKey of RFC 9180 §7.1.1: the 65-byte uncompressed form of a compressed key, which is HPKE's `enc` when
 * it is the ephemeral one. Throws what `Suite.pointFromBytes` throws, naming `field`.
 */
export function uncompressedKey(publicKey: Uint8Array, field: string): Uint8Array {
  P256.pointFromBytes(publicKey, field);
  return p256.Point.fromBytes(publicKey).toBytes(false);
}

/**
 * The Diffie–Hellman point secret·publicKey, compressed (33 bytes): what a complaint reveals, with a proof of equal
 * discrete logarithms, so that anyone can open the one ciphertext it is about. Opens that ciphertext: secret until a
 * complaint is made. Throws for a secret out of 1..order-1 or a public key that is not a point.
 */
export function sharedPoint(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const scalar = decodeSecret(secret, 'sealing secret key');
  return P256.pointToBytes(P256.pointFromBytes(publicKey, 'sealing public key').multiply(scalar));
}

/**
 * ExtractAndExpand of the KEM (RFC 9180 §4.1): 32 bytes from the Diffie–Hellman point and both public keys, all three
 * compressed. The KEM's `dh` is the point's x coordinate (§7.1), which the compressed form holds after its first byte.
 */
export function kemSharedSecret(
  point: Uint8Array,
  ephemeralPublicKey: Uint8Array,
  recipientPublicKey: Uint8Array,
): Uint8Array {
  P256.pointFromBytes(point, 'shared point');
  const context = concatBytes(
    uncompressedKey(ephemeralPublicKey, 'ephemeral public key'),
    uncompressedKey(recipientPublicKey, 'recipient public key'),
  );
  const prk = labeledExtract(KEM_SUITE_ID, NONE, 'eae_prk', point.subarray(1));
  return labeledExpand(KEM_SUITE_ID, prk, 'shared_secret', context, 32);
}

/** Key and nonce of the first and only message: KeySchedule of RFC 9180 §5.1 in base mode, without the exporter. */
export function keySchedule(
  sharedSecret: Uint8Array,
  info: Uint8Array,
  aead: SealingAead = 'AES-256-GCM',
): { key: Uint8Array; baseNonce: Uint8Array } {
  const { keyLength, suiteId: suite } = PARAMETERS[aead];
  const context = concatBytes(
    MODE_BASE,
    labeledExtract(suite, NONE, 'psk_id_hash', NONE),
    labeledExtract(suite, NONE, 'info_hash', info),
  );
  const secret = labeledExtract(suite, sharedSecret, 'secret', NONE);
  return {
    key: labeledExpand(suite, secret, 'key', context, keyLength),
    baseNonce: labeledExpand(suite, secret, 'base_nonce', context, NONCE_LENGTH),
  };
}

/** What `sealWithEphemeral` takes. */
export interface SealRequest extends SealingContext {
  /** 32 bytes, one fresh key per deal. */
  readonly ephemeralSecret: Uint8Array;
  /** 33 bytes. */
  readonly recipientPublicKey: Uint8Array;
  readonly plaintext: Uint8Array;
}

/**
 * Seals `plaintext` to one recipient: ciphertext ‖ tag, 16 bytes longer than the plaintext. HPKE's `enc` is the
 * public half of the ephemeral key and travels once per deal. Throws for malformed keys.
 */
export function sealWithEphemeral(request: SealRequest): Uint8Array {
  const { ephemeralSecret, recipientPublicKey, info, aad, plaintext, aead } = request;
  const point = sharedPoint(ephemeralSecret, recipientPublicKey);
  const shared = kemSharedSecret(point, sealingPublicKey(ephemeralSecret), recipientPublicKey);
  const { key, baseNonce } = keySchedule(shared, info, aead);
  return gcm(key, baseNonce, aad).encrypt(plaintext);
}

/** What `open` takes. */
export interface OpenRequest extends SealingContext {
  /** 32 bytes. */
  readonly recipientSecret: Uint8Array;
  /** 33 bytes. */
  readonly ephemeralPublicKey: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/**
 * Opens what was sealed to this recipient. Throws for malformed keys, and `decryption-failed` for everything else:
 * another recipient, `info`, `aad` or sender, or a changed ciphertext, are not told apart.
 */
export function open(request: OpenRequest): Uint8Array {
  const { recipientSecret, ephemeralPublicKey, ...rest } = request;
  return openWithSharedPoint({
    ...rest,
    ephemeralPublicKey,
    recipientPublicKey: sealingPublicKey(recipientSecret),
    sharedPoint: sharedPoint(recipientSecret, ephemeralPublicKey),
  });
}

/** What `openWithSharedPoint` takes. */
export interface OpenWithSharedPointRequest extends SealingContext {
  /** The Diffie–Hellman point that the complaint reveals, 33 bytes. */
  readonly sharedPoint: Uint8Array;
  /** 33 bytes. */
  readonly ephemeralPublicKey: Uint8Array;
  /** 33 bytes. */
  readonly recipientPublicKey: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/**
 * Opens one ciphertext with the point that a complaint reveals. Judges nothing by itself: check the complaint's proof
 * that the point belongs to these two keys first, or a wrong point would make an honest dealer look guilty. Throws for
 * malformed keys, and `decryption-failed` for everything else.
 */
export function openWithSharedPoint(request: OpenWithSharedPointRequest): Uint8Array {
  const { ephemeralPublicKey, recipientPublicKey, info, aad, ciphertext, aead } = request;
  const shared = kemSharedSecret(request.sharedPoint, ephemeralPublicKey, recipientPublicKey);
  const { key, baseNonce } = keySchedule(shared, info, aead);
  try {
    return gcm(key, baseNonce, aad).decrypt(ciphertext);
  } catch {
    throw new CryptoError('decryption-failed', 'The sealed message could not be opened.');
  }
}
