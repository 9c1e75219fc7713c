/**
 * Threshold signatures for the proof messages: FROST (RFC 9591) from @noble/curves, with errors that name who is at
 * fault, and a verifier that shares no code with the signer.
 *
 * No taproot tweak here: `bip340` signs for the x-only group key as it is. noble's `schnorr_FROST` tweaks what comes
 * out of its own DKG only; keys are handed to it directly and never pass through that (PROTOCOL §2).
 */
import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js';
import {
  createFROST,
  type FROST,
  type FrostPublic,
  type NonceCommitments,
} from '@noble/curves/abstract/frost.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256_FROST } from '@noble/curves/nist.js';
import { schnorr, schnorr_FROST, secp256k1_FROST } from '@noble/curves/secp256k1.js';
import { bytesToNumberBE } from '@noble/curves/utils.js';
import type { TArg } from '@noble/curves/utils.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from './bytes.ts';
import { CryptoError } from './errors.ts';
import { checkIndices, checkThreshold } from './indices.ts';
import type { Random } from './random.ts';
import type { Point, Suite, SuiteName } from './suite.ts';

/** `rfc9591`: the suite's own ciphersuite of RFC 9591 §6. `bip340`: Bitcoin's Schnorr signatures, secp256k1 only. */
export type ProofScheme = 'rfc9591' | 'bip340';

/** The public side of one epoch of a key. */
export interface FrostKey {
  readonly groupKey: Point;
  /** Y_j of every holder. */
  readonly publicShares: ReadonlyMap<number, Point>;
  readonly threshold: number;
}

/** Secret nonces of one signing session, as encoded scalars. Used once; all zero afterwards. Memory only. */
export interface SigningNonces {
  readonly hiding: Uint8Array;
  readonly binding: Uint8Array;
}

/** Public commitments to the nonces, as encoded points. */
export interface NonceCommitment {
  readonly hiding: Uint8Array;
  readonly binding: Uint8Array;
}

/** The commitments of every signer of a session, by index. */
export type SessionCommitments = ReadonlyMap<number, NonceCommitment>;

/**
 * FROST(Ed25519, SHA-512) of RFC 9591 §6.1 with noble's parameters, but without the `validatePoint` of its ready-made
 * instance: noble checks the subgroup of every point anyhow, and the hook did that a second time (0.9 ms a point).
 */
const ED25519_FROST: FROST = createFROST({
  name: 'FROST-ED25519-SHA512-v1',
  Point: ed25519.Point,
  hash: sha512,
  // Empty on purpose: the challenge must be that of RFC 8032.
  H2: '',
});

const RFC9591: Readonly<Record<SuiteName, FROST>> = {
  secp256k1: secp256k1_FROST,
  ed25519: ED25519_FROST,
  p256: p256_FROST,
};

/** RFC 9591 §5.1: fresh nonces, hedged with the secret share (1..order-1), and what is published of them. */
export function commitNonces(
  suite: Suite,
  scheme: ProofScheme,
  secretShare: bigint,
  index: number,
  random: Random,
): { nonces: SigningNonces; commitment: NonceCommitment } {
  const frost = frostOf(suite, scheme);
  checkIndices([index]);
  const secret = {
    identifier: frost.Identifier.fromNumber(index),
    signingShare: suite.scalarToBytes(secretShare),
  };
  const { nonces, commitments } = frost.commit(secret, (length = 32) => Uint8Array.from(random(length)));
  secret.signingShare.fill(0);
  return { nonces, commitment: { hiding: commitments.hiding, binding: commitments.binding } };
}

/**
 * RFC 9591 §5.2: this holder's signature share, an encoded scalar. `commitments` are those of all signers of the
 * session, this holder's among them, at least t and holders of the key.
 *
 * The nonces are zeroed whatever happens, also when the call is refused, so that one pair never meets two sessions;
 * the caller must not keep copies (PROTOCOL §6.11). Throws `nonce-reused` for nonces that were used before,
 * `sub-share-mismatch` when the share does not belong to the key, `signature-invalid` or what decoding a point throws
 * for a session that does not fit.
 */
export function signShare(
  suite: Suite,
  scheme: ProofScheme,
  key: FrostKey,
  index: number,
  secretShare: bigint,
  nonces: SigningNonces,
  commitments: SessionCommitments,
  message: Uint8Array,
): Uint8Array {
  const frost = frostOf(suite, scheme);
  const field = `signature share of holder ${index}`;
  if (isZero(nonces.hiding) || isZero(nonces.binding))
    throw new CryptoError('nonce-reused', `${field}: these nonces were used before; start a new attempt.`);
  const signingShare = suite.scalarToBytes(secretShare);
  try {
    checkSession(key, commitments);
    const publicShare = key.publicShares.get(index);
    if (publicShare === undefined || !commitments.has(index))
      throw new CryptoError('signature-invalid', `${field}: this holder is not a signer of the session.`);
    if (suite.mod(secretShare) === 0n || !suite.base.multiply(suite.mod(secretShare)).equals(publicShare))
      throw new CryptoError(
        'sub-share-mismatch',
        `${field}: the secret share does not belong to this key and epoch.`,
      );
    const secret = { identifier: frost.Identifier.fromNumber(index), signingShare };
    return frost.signShare(
      secret,
      publicPackage(suite, frost, key),
      nonces,
      wire(frost, commitments),
      message,
    );
  } catch (error) {
    if (error instanceof CryptoError) throw error;
    checkCommitments(suite, commitments);
    // The library's own sentence is left out: it is not ours to vouch that it holds no secret.
    throw new CryptoError(
      'signature-invalid',
      `${field}: the session does not contain the nonce commitments that this holder published.`,
    );
  } finally {
    signingShare.fill(0);
    nonces.hiding.fill(0);
    nonces.binding.fill(0);
  }
}

/**
 * RFC 9591 §5.4: true when the signature share of holder `index` is right for this session. A malformed share is
 * simply false; a malformed nonce commitment throws what decoding a point throws, with its holder as culprit.
 */
export function verifySignatureShare(
  suite: Suite,
  scheme: ProofScheme,
  key: FrostKey,
  index: number,
  commitments: SessionCommitments,
  message: Uint8Array,
  share: Uint8Array,
): boolean {
  const frost = frostOf(suite, scheme);
  checkSession(key, commitments);
  if (!commitments.has(index)) return false;
  const identifier = frost.Identifier.fromNumber(index);
  try {
    const list = wire(frost, commitments);
    return frost.verifyShare(publicPackage(suite, frost, key), list, message, identifier, share);
  } catch {
    checkCommitments(suite, commitments);
    return false;
  }
}

/**
 * RFC 9591 §5.3: the signature (R ‖ z; 64 bytes for bip340 and ed25519, else 65), from the shares of exactly the
 * signers who committed. Throws `signature-invalid` with the first holder whose share is wrong as culprit.
 */
export function aggregate(
  suite: Suite,
  scheme: ProofScheme,
  key: FrostKey,
  commitments: SessionCommitments,
  message: Uint8Array,
  shares: ReadonlyMap<number, Uint8Array>,
): Uint8Array {
  const frost = frostOf(suite, scheme);
  checkSession(key, commitments);
  for (const index of commitments.keys())
    if (!shares.has(index))
      throw new CryptoError(
        'signature-invalid',
        `signature: the share of holder ${index} is missing.`,
        index,
      );
  for (const index of shares.keys())
    if (!commitments.has(index))
      throw new CryptoError(
        'signature-invalid',
        `signature: holder ${index} sent a share but did not commit to nonces.`,
        index,
      );
  const list = wire(frost, commitments);
  try {
    const byIdentifier = [...shares].map(
      ([index, share]) => [frost.Identifier.fromNumber(index), share] as const,
    );
    return frost.aggregate(publicPackage(suite, frost, key), list, message, Object.fromEntries(byIdentifier));
  } catch {
    checkCommitments(suite, commitments);
    const culprits = [...shares]
      .filter(
        ([index, share]) => !verifySignatureShare(suite, scheme, key, index, commitments, message, share),
      )
      .map(([index]) => index)
      .sort((a, b) => a - b);
    const reason =
      culprits.length > 0
        ? `the signature shares of holders ${culprits.join(', ')} are wrong.`
        : 'the signature shares do not add up, though each is right: the public shares do not belong to the group key.';
    throw new CryptoError('signature-invalid', `signature: ${reason}`, culprits[0]);
  }
}

/**
 * True when `signature` is a signature of `message` under the group key, by an ordinary verifier that shares nothing
 * with the signing code: RFC 8032 (strict, not ZIP 215) for ed25519, BIP-340 for the x-only key, or plain Schnorr
 * with the challenge of RFC 9591 §6.4 and §6.5. Anything malformed is false. Throws only for a scheme that the suite
 * does not have.
 */
export function verifyPlain(
  suite: Suite,
  scheme: ProofScheme,
  signature: Uint8Array,
  message: Uint8Array,
  groupKeyBytes: Uint8Array,
): boolean {
  checkScheme(suite, scheme);
  try {
    if (scheme === 'bip340')
      return schnorr.verify(
        signature,
        message,
        suite.pointFromBytes(groupKeyBytes, 'group key').toBytes().subarray(1),
      );
    if (suite.name === 'ed25519') return ed25519.verify(signature, message, groupKeyBytes, { zip215: false });
    const groupKey = suite.pointFromBytes(groupKeyBytes, 'group key');
    const commitment = suite.pointFromBytes(signature.subarray(0, suite.pointLength), 'signature, R');
    const response = suite.scalarFromBytes(signature.subarray(suite.pointLength), 'signature, z');
    // H2: hash_to_field of RFC 9380 §5.2 with expand_message_xmd, SHA-256 and L = 48.
    const domain = utf8ToBytes(`FROST-${suite.name === 'p256' ? 'P256' : 'secp256k1'}-SHA256-v1chal`);
    const input = concatBytes(signature.subarray(0, suite.pointLength), groupKeyBytes, message);
    const challenge = suite.mod(bytesToNumberBE(expand_message_xmd(input, domain, 48, sha256)));
    const expected = commitment.add(groupKey.multiplyUnsafe(challenge));
    return suite.base.multiplyUnsafe(response).equals(expected);
  } catch {
    return false;
  }
}

function checkScheme(suite: Suite, scheme: ProofScheme): void {
  if (scheme === 'bip340' && suite.name !== 'secp256k1')
    throw new CryptoError('unknown-suite', `bip340: expected a secp256k1 key, found ${suite.name}.`);
}

function frostOf(suite: Suite, scheme: ProofScheme): FROST {
  checkScheme(suite, scheme);
  return scheme === 'bip340' ? schnorr_FROST : RFC9591[suite.name];
}

/** Every signer is a holder of the key, none occurs twice, and there are at least t. */
function checkSession(key: FrostKey, commitments: SessionCommitments): void {
  checkThreshold(key.threshold, key.publicShares.size);
  checkIndices([...key.publicShares.keys()]);
  for (const index of commitments.keys())
    if (!key.publicShares.has(index))
      throw new CryptoError('index-invalid', `signers: ${index} is not a holder of this key.`, index);
  if (commitments.size < key.threshold)
    throw new CryptoError(
      'threshold-invalid',
      `signers: expected at least ${key.threshold}, found ${commitments.size}.`,
    );
}

/** Throws, with the culprit, what is wrong with the encodings. Looked at only after the library has refused. */
function checkCommitments(suite: Suite, commitments: SessionCommitments): void {
  for (const [index, commitment] of commitments)
    for (const part of ['hiding', 'binding'] as const)
      try {
        suite.pointFromBytes(commitment[part], `${part} nonce commitment of holder ${index}`);
      } catch (error) {
        if (error instanceof CryptoError) throw new CryptoError(error.code, error.message, index);
        throw error;
      }
}

/** noble's form of the key. Signing uses the first of its polynomial commitments only, which is the group key. */
function publicPackage(suite: Suite, frost: FROST, key: FrostKey): TArg<FrostPublic> {
  return {
    signers: { min: key.threshold, max: key.publicShares.size },
    commitments: [suite.pointToBytes(key.groupKey)],
    verifyingShares: Object.fromEntries(
      [...key.publicShares].map(([index, point]) => [
        frost.Identifier.fromNumber(index),
        suite.pointToBytes(point),
      ]),
    ),
  };
}

function wire(frost: FROST, commitments: SessionCommitments): TArg<NonceCommitments[]> {
  return [...commitments]
    .sort(([a], [b]) => a - b)
    .map(([index, { hiding, binding }]) => ({
      identifier: frost.Identifier.fromNumber(index),
      hiding,
      binding,
    }));
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
