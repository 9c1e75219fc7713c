/**
 * Chaum–Pedersen proofs that two discrete logarithms are equal: log_G(A) = log_B(C).
 *
 * In a complaint A is a holder's public sealing key, B the dealer's ephemeral key and C their Diffie–Hellman point:
 * the proof lets anyone open that one ciphertext without learning the sealing key (PROTOCOL §4, round 2).
 */
import { concatBytes } from './bytes.ts';
import { CryptoError } from './errors.ts';
import type { Random } from './random.ts';
import type { Point, Suite } from './suite.ts';

/**
 * Proves that `secret` is the logarithm of A to the base G and of C to the base B. `context` is whatever the proof
 * shall be bound to, framed by the caller if it has several parts.
 *
 * Returns c ‖ z, 64 bytes. The other usual form, R1 ‖ R2 ‖ z, can be verified in batches, which rare complaints do
 * not need; c ‖ z is shorter, and has no point in it that could be off the curve, of small order, or encoded twice.
 * Throws `scalar-zero`.
 */
export function proveDleq(
  suite: Suite,
  secret: bigint,
  A: Point,
  B: Point,
  C: Point,
  context: Uint8Array,
  random: Random,
): Uint8Array {
  const scalar = suite.mod(secret);
  if (scalar === 0n) throw new CryptoError('scalar-zero', 'equality proof: the secret is zero.');
  const statement = [context, ...[A, B, C].map((point) => suite.pointToBytes(point))];
  // Hedged as in crypto/schnorr.ts.
  const secretBytes = suite.scalarToBytes(scalar);
  const fresh = random(32);
  const nonce = suite.hashToScalar('dleq-nonce', secretBytes, fresh, ...statement);
  secretBytes.fill(0);
  fresh.fill(0);
  const challenge = suite.hashToScalar(
    'dleq',
    ...statement,
    suite.pointToBytes(suite.base.multiply(nonce)),
    suite.pointToBytes(B.multiply(nonce)),
  );
  return concatBytes(
    suite.scalarToBytes(challenge),
    suite.scalarToBytes(suite.mod(nonce + challenge * scalar)),
  );
}

/**
 * Throws `proof-invalid`, naming `field`, unless the proof shows log_G(A) = log_B(C) in this context. A, B and C must
 * be in the prime-order group and not the identity: with B = C = O the statement would be empty.
 */
export function verifyDleq(
  suite: Suite,
  A: Point,
  B: Point,
  C: Point,
  context: Uint8Array,
  proof: Uint8Array,
  field: string,
): void {
  const refuse = (reason: string): never => {
    throw new CryptoError('proof-invalid', `${field}: ${reason}`);
  };
  for (const [name, point] of Object.entries({ A, B, C })) {
    if (point.is0()) refuse(`the point ${name} is the identity.`);
    if (!suite.inSubgroup(point)) refuse(`the point ${name} is outside the prime-order group.`);
  }
  let challenge: bigint;
  let response: bigint;
  try {
    challenge = suite.scalarFromBytes(proof.subarray(0, suite.scalarLength), `${field}, c`);
    response = suite.scalarFromBytes(proof.subarray(suite.scalarLength), `${field}, z`);
  } catch (error) {
    if (error instanceof CryptoError) throw new CryptoError('proof-invalid', error.message);
    throw error;
  }
  const R1 = suite.base.multiplyUnsafe(response).subtract(A.multiplyUnsafe(challenge));
  const R2 = B.multiplyUnsafe(response).subtract(C.multiplyUnsafe(challenge));
  // The identity has no encoding to hash; an honest prover meets it with chance 1 in the order.
  if (R1.is0() || R2.is0()) refuse('the proof opens to the identity.');
  const expected = suite.hashToScalar(
    'dleq',
    context,
    ...[A, B, C, R1, R2].map((point) => suite.pointToBytes(point)),
  );
  if (expected !== challenge) refuse('the two discrete logarithms are not shown to be equal.');
}
