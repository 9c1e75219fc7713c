/**
 * Proofs of possession: Schnorr's proof of knowledge of a discrete logarithm, made non-interactive (RFC 8235) and
 * bound to who proves what, where and when.
 *
 * Everything the proof speaks about goes into the challenge, each part with its length before it, so that a proof
 * made for one ceremony, holder, epoch or purpose is worth nothing anywhere else (PROTOCOL §6.6, §6.9, §6.10). The
 * challenge is one scalar of the group's full size and the proof is a single run: there are no parallel repetitions
 * whose small challenges could coincide (the weakness of TSSHOCK).
 */
import { concatBytes, uintBytes, utf8ToBytes } from './bytes.ts';
import { CryptoError } from './errors.ts';
import { checkIndex } from './indices.ts';
import type { Random } from './random.ts';
import type { Point, Suite } from './suite.ts';

/**
 * What is proven to be known: s_j before the ceremony, s'_j after it, a DKG constant term, the ephemeral key of a deal,
 * a dealer's sealing key for the next ceremony.
 */
export type PossessionPurpose =
  'current-share' | 'new-share' | 'dkg-constant' | 'ephemeral-key' | 'sealing-key';

/** What a proof is bound to beside the public point. */
export interface PossessionContext {
  readonly purpose: PossessionPurpose;
  /** Ceremony id, 16 bytes. */
  readonly ceremony: Uint8Array;
  /** Index of the holder who proves. */
  readonly index: number;
  /** Epoch that the secret belongs to, a whole number ≥ 0. */
  readonly epoch: number;
}

/**
 * Proves knowledge of `secret` (1..order-1) for `publicPoint` = secret·G. Returns R ‖ z: pointLength + scalarLength
 * bytes. Throws `scalar-zero`, or for a malformed context `bad-length` or `index-invalid`.
 */
export function provePossession(
  suite: Suite,
  secret: bigint,
  publicPoint: Point,
  context: PossessionContext,
  random: Random,
): Uint8Array {
  const scalar = suite.mod(secret);
  if (scalar === 0n) throw new CryptoError('scalar-zero', 'proof of possession: the secret is zero.');
  const bound = [...contextParts(context), suite.pointToBytes(publicPoint)];
  // Hedged: as good as the secret if the randomness is bad, and as good as the randomness against fault attacks on
  // deterministic nonces. Zero has chance 1 in the order.
  const secretBytes = suite.scalarToBytes(scalar);
  const fresh = random(32);
  const nonce = suite.hashToScalar('possession-nonce', secretBytes, fresh, ...bound);
  secretBytes.fill(0);
  fresh.fill(0);
  const commitment = suite.pointToBytes(suite.base.multiply(nonce));
  const challenge = suite.hashToScalar('possession', ...bound, commitment);
  return concatBytes(commitment, suite.scalarToBytes(suite.mod(nonce + challenge * scalar)));
}

/**
 * Throws `proof-invalid`, naming `field`, with `context.index` as culprit, unless `proof` shows knowledge of the
 * discrete logarithm of `publicPoint` in exactly this context: z·G = R + c·Y without clearing cofactors, R and Y in
 * the prime-order group and not the identity, z below the order.
 */
export function verifyPossession(
  suite: Suite,
  publicPoint: Point,
  context: PossessionContext,
  proof: Uint8Array,
  field: string,
): void {
  const refuse = (reason: string): never => {
    throw new CryptoError('proof-invalid', `${field}: ${reason}`, context.index);
  };
  const parts = contextParts(context);
  if (publicPoint.is0()) refuse('the public point is the identity.');
  // A point with a small-order component Y + T passes whenever the challenge is a multiple of 8, so it could be
  // ground out. Points of a DKG arrive here before their sums are checked.
  if (!suite.inSubgroup(publicPoint)) refuse('the public point is outside the prime-order group.');
  const commitmentBytes = proof.subarray(0, suite.pointLength);
  let commitment: Point;
  let response: bigint;
  try {
    // Deferred, because the equation settles it: z·G and c·Y are in the prime-order group, so R must be.
    commitment = suite.pointFromBytesDeferred(commitmentBytes, `${field}, R`);
    response = suite.scalarFromBytes(proof.subarray(suite.pointLength), `${field}, z`);
  } catch (error) {
    if (error instanceof CryptoError) throw new CryptoError('proof-invalid', error.message, context.index);
    throw error;
  }
  const challenge = suite.hashToScalar(
    'possession',
    ...parts,
    suite.pointToBytes(publicPoint),
    commitmentBytes,
  );
  const expected = commitment.add(publicPoint.multiplyUnsafe(challenge));
  if (!suite.base.multiplyUnsafe(response).equals(expected))
    refuse(
      `the proof of possession (${context.purpose}) of holder ${context.index} does not hold for this ceremony, epoch and point.`,
    );
}

/** The context as parts to be framed: purpose, ceremony (16 bytes), index (2 bytes), epoch (8 bytes, else RangeError). */
function contextParts(context: PossessionContext): Uint8Array[] {
  checkIndex(context.index);
  if (context.ceremony.length !== 16)
    throw new CryptoError('bad-length', `ceremony id: expected 16 bytes, found ${context.ceremony.length}.`);
  return [
    utf8ToBytes(context.purpose),
    context.ceremony,
    uintBytes(context.index, 2),
    uintBytes(context.epoch, 8),
  ];
}
