/**
 * Feldman's verifiable secret sharing, summed over dealers: every holder checks one sum in one multiplication and
 * looks at single dealers only when that fails, to name the culprit.
 *
 * Why summing first is sound. Nothing but the sums is ever used: a holder adds Σ_i f_i(j) to its share, and everybody
 * computes the new public shares from Σ_i C_{i,k}. A holder that has checked the sum knows that its new share belongs
 * to its new public share, whatever single dealers did. Errors of several dealers that cancel have the effect of no
 * error. A dealer that chooses its commitments after seeing the others', so as to cancel them, would have to send
 * each honest holder the difference to sub-shares that it cannot open, so that holder's check fails. The constant
 * term is the exception: there the dealer needs no share of anybody's to cancel the others. A refresh has no constant
 * term, a DKG demands a proof of knowledge of it (crypto/dkg.ts), a reshare compares it per dealer (PROTOCOL §5). The
 * same argument carries SimplPedPop (Chu, Gerhart, Ruffing, Schröder, CRYPTO 2023).
 *
 * `from` says which coefficient the first commitment belongs to: 0 when the constant term is committed to (DKG,
 * reshare), 1 when it is zero and left out (refresh).
 */
import { CryptoError } from './errors.ts';
import { checkIndex } from './indices.ts';
import type { SecretPolynomial } from './polynomial.ts';
import type { Point, Suite } from './suite.ts';

/** C_k = a_k·G for k from `from` to the degree. Throws `scalar-zero` for a zero coefficient: it has no encoding. */
export function commit(suite: Suite, polynomial: SecretPolynomial, from: 0 | 1): Point[] {
  return polynomial.coefficients.slice(from).map((coefficient, position) => {
    if (coefficient === 0n)
      throw new CryptoError(
        'scalar-zero',
        `commitment ${position + from}: a zero coefficient cannot be committed to.`,
      );
    return suite.base.multiply(coefficient);
  });
}

/**
 * The commitments of one dealer, from their encodings. Exactly `count` of them: t-1 in a refresh, t in a DKG or
 * reshare; one more would raise the threshold unnoticed, and make the key unusable (PROTOCOL §6.4).
 *
 * Throws `commitment-count`, or what decoding a point throws, with the dealer as culprit. Small-order *components* on
 * ed25519 are not looked for here: call `checkSubgroup` with the sums before using them.
 */
export function decodeCommitments(
  suite: Suite,
  encoded: readonly Uint8Array[],
  count: number,
  field: string,
  dealer: number,
): Point[] {
  if (encoded.length !== count)
    throw new CryptoError(
      'commitment-count',
      `${field}: expected exactly ${count} commitments, found ${encoded.length}.`,
      dealer,
    );
  return encoded.map((bytes, position) => {
    try {
      return suite.pointFromBytesDeferred(bytes, `${field}, commitment ${position + 1} of ${count}`);
    } catch (error) {
      if (error instanceof CryptoError) throw new CryptoError(error.code, error.message, dealer);
      throw error;
    }
  });
}

/** Σ_i C_{i,k} for every k. Throws `commitment-count` when there is no dealer, or the lists differ in length. */
export function sumCommitments(suite: Suite, dealers: ReadonlyMap<number, readonly Point[]>): Point[] {
  let sums: Point[] | undefined;
  for (const [dealer, commitments] of dealers) {
    sums ??= commitments.map(() => suite.zero);
    if (commitments.length !== sums.length)
      throw new CryptoError(
        'commitment-count',
        `commitments of dealer ${dealer}: expected ${sums.length} as from the other dealers, found ${commitments.length}.`,
      );
    sums = sums.map((sum, k) => sum.add(commitments[k] ?? suite.zero));
  }
  if (sums === undefined) throw new CryptoError('commitment-count', 'commitments: found no dealer at all.');
  return sums;
}

/**
 * index·point for a small public index, by doubling and adding. The library's `multiplyUnsafe` first builds a table
 * of multiples, which for indices below 128 takes about as long as the whole product; above, the two are close.
 */
function timesIndex(point: Point, index: number): Point {
  let product = point;
  for (let bit = 30 - Math.clz32(index); bit >= 0; bit--) {
    product = product.add(product);
    if ((index >>> bit) & 1) product = product.add(point);
  }
  return product;
}

/**
 * f(index)·G from commitments, by Horner's rule: one multiplication by the small index per coefficient, no powers
 * modulo the order. Public values only: variable time. May be the identity. Throws `index-invalid`.
 */
export function evaluateInExponent(
  suite: Suite,
  commitments: readonly Point[],
  index: number,
  from: 0 | 1,
): Point {
  checkIndex(index);
  const value = commitments.reduceRight((sum, point) => timesIndex(sum, index).add(point), suite.zero);
  return from === 1 ? timesIndex(value, index) : value;
}

/**
 * True when `summedShare` = Σ_i f_i(index) fits the summed commitments. On false, `findCulprits` names the dealers.
 * The share is secret: it is multiplied in constant time.
 */
export function checkSum(
  suite: Suite,
  summedCommitments: readonly Point[],
  index: number,
  summedShare: bigint,
  from: 0 | 1,
): boolean {
  return matches(suite, summedShare, evaluateInExponent(suite, summedCommitments, index, from));
}

/** What one dealer gave one holder: the public commitments and the opened sub-share in 0..order-1. */
export interface Dealing {
  readonly commitments: readonly Point[];
  readonly share: bigint;
}

/** The dealers whose sub-share for `index` does not fit their own commitments, ascending. */
export function findCulprits(
  suite: Suite,
  dealings: ReadonlyMap<number, Dealing>,
  index: number,
  from: 0 | 1,
): number[] {
  const culprits: number[] = [];
  for (const [dealer, { commitments, share }] of dealings)
    if (!matches(suite, share, evaluateInExponent(suite, commitments, index, from))) culprits.push(dealer);
  return culprits.sort((a, b) => a - b);
}

/** share·G = expected. Zero is a possible share (`multiply` refuses it), so it is compared with the identity. */
function matches(suite: Suite, share: bigint, expected: Point): boolean {
  const scalar = suite.mod(share);
  return scalar === 0n ? expected.is0() : suite.base.multiply(scalar).equals(expected);
}

/**
 * Throws `point-small-order` unless every summed commitment lies in the prime-order group; the culprit is the first
 * dealer with a small-order component. Components that cancel in the sum are let pass: nothing but the sum is used,
 * and a dealer's own check is exact, so such a dealer is still named if it also sends a wrong sub-share.
 */
export function checkSubgroup(
  suite: Suite,
  dealers: ReadonlyMap<number, readonly Point[]>,
  summed: readonly Point[],
): void {
  const k = summed.findIndex((point) => !suite.inSubgroup(point));
  if (k < 0) return;
  for (const dealer of [...dealers.keys()].sort((a, b) => a - b)) {
    const commitments = dealers.get(dealer) ?? [];
    const position = commitments.findIndex((point) => !suite.inSubgroup(point));
    if (position >= 0)
      throw new CryptoError(
        'point-small-order',
        `commitments of dealer ${dealer}: commitment ${position + 1} is outside the prime-order group.`,
        dealer,
      );
  }
  throw new CryptoError(
    'point-small-order',
    `summed commitments: sum ${k + 1} is outside the prime-order group.`,
  );
}

/**
 * Throws `degree-too-low` when the summed top coefficient is the identity: the sum would have a lower degree than the
 * threshold asks for. Nobody is to blame in particular; by chance it happens once in the group's order.
 */
export function checkTopCoefficient(_suite: Suite, summed: readonly Point[]): void {
  if (summed.at(-1)?.is0() !== false)
    throw new CryptoError(
      'degree-too-low',
      'summed commitments: the top coefficient is zero, so fewer holders than the threshold could sign.',
    );
}
