/** The mathematics of a refresh: adding a sharing of zero to every share moves all of them and leaves the key. */
import { uintBytes } from './bytes.ts';
import { CryptoError } from './errors.ts';
import { evaluateInExponent } from './feldman.ts';
import { interpolateInExponent, subsetsForCheck } from './lagrange.ts';
import type { Point, Suite } from './suite.ts';

/** How many subsets `checkGroupKey` recomputes the key over, at least. */
const SUBSETS = 3;

/**
 * Y'_j = Y_j + Σ_k j^k·A_k for every holder, where A_k = Σ_i C_{i,k}, k = 1..t-1, are the summed commitments.
 * Throws `point-identity` when a new public share would be the identity (chance 1 in the order).
 */
export function newPublicShares(
  suite: Suite,
  old: ReadonlyMap<number, Point>,
  summed: readonly Point[],
): Map<number, Point> {
  const renewed = new Map<number, Point>();
  for (const [index, point] of old) {
    const share = point.add(evaluateInExponent(suite, summed, index, 1));
    if (share.is0())
      throw new CryptoError('point-identity', `new public share of holder ${index}: it is the identity.`);
    renewed.set(index, share);
  }
  return renewed;
}

/** s'_j = s_j + Σ_i f_i(j) in 1..order-1. Throws `scalar-zero` when that is zero (chance 1 in the order). */
export function newShare(suite: Suite, oldShare: bigint, subShares: ReadonlyMap<number, bigint>): bigint {
  let sum = oldShare;
  for (const subShare of subShares.values()) sum += subShare;
  const share = suite.mod(sum);
  if (share === 0n) throw new CryptoError('scalar-zero', 'new share: the sum of the sub-shares is zero.');
  return share;
}

/**
 * The auditor's check of a set of public shares against the group key, from nothing but the shares:
 * every t of several subsets, which together contain every holder, interpolate to the key; all n shares lie on one
 * polynomial of degree at most t-1; and its degree is not lower, so that t-1 shares do not determine it.
 *
 * The subsets say what is meant, and name a subset that fails. The degree test is the proof: subsets that happen not
 * to overlap could lie on different polynomials through the same key.
 * The points are in the prime-order group: computed here, or decoded by `pointFromBytes`.
 * Throws `point-identity`, `group-key-changed`, `degree-too-low`, or what indices.ts throws for a
 * malformed committee.
 */
export function checkGroupKey(
  suite: Suite,
  publicShares: ReadonlyMap<number, Point>,
  t: number,
  groupKey: Point,
): void {
  const indices = [...publicShares.keys()].sort((a, b) => a - b);
  const pick = (index: number): Point => publicShares.get(index) ?? suite.zero;

  for (const [index, point] of publicShares)
    if (point.is0())
      throw new CryptoError('point-identity', `public share of holder ${index}: it is the identity.`);

  // Also refuses a malformed committee or threshold.
  for (const subset of subsetsForCheck(indices, t, SUBSETS)) {
    const recomputed = interpolateInExponent(suite, new Map(subset.map((index) => [index, pick(index)])));
    if (!recomputed.equals(groupKey))
      throw new CryptoError(
        'group-key-changed',
        `public shares: those of holders ${subset.join(', ')} do not give the group key.`,
      );
  }

  // SCRAPE's dual-code test (Cascudo–David, ePrint 2017/216): f has degree below t just when Σ v_i·q(i)·f(i) = 0
  // for every q of degree up to n-t-1, with v_i = Π 1/(i-j). One q is enough when it cannot be foreseen: its
  // coefficients are the powers of a hash of all the points. A set that fails some q passes this one with a chance
  // below n/order. With t = n there is no q, and any n points lie on a polynomial of degree n-1.
  const n = indices.length;
  const weights = dividedDifferenceWeights(suite, indices);
  const challenge = suite.hashToScalar(
    'degree-check',
    uintBytes(t, 2),
    ...indices.flatMap((index) => [uintBytes(index, 2), suite.pointToBytes(pick(index))]),
  );
  let test = suite.zero;
  for (const index of n > t ? indices : []) {
    let q = 0n;
    for (let m = 0; m < n - t; m++) q = suite.mod(q * challenge * BigInt(index) + 1n);
    test = test.add(pick(index).multiplyUnsafe(suite.mod((weights.get(index) ?? 0n) * q)));
  }
  if (!test.is0())
    throw new CryptoError(
      'group-key-changed',
      `public shares: they do not all lie on one polynomial of degree ${t - 1}.`,
    );

  // The coefficient of x^(t-1) is the divided difference over any t of the points.
  const firstIndices = indices.slice(0, t);
  let top = suite.zero;
  for (const [index, weight] of dividedDifferenceWeights(suite, firstIndices))
    top = top.add(pick(index).multiplyUnsafe(weight));
  if (top.is0())
    throw new CryptoError(
      'degree-too-low',
      `public shares: the polynomial has a degree below ${t - 1}, so fewer than ${t} holders could sign.`,
    );
}

/** v_i = Π_{j≠i} 1/(i-j). */
function dividedDifferenceWeights(suite: Suite, indices: readonly number[]): Map<number, bigint> {
  return new Map(
    indices.map((i) => {
      let product = 1n;
      for (const j of indices) if (j !== i) product = suite.mod(product * BigInt(i - j));
      return [i, suite.invert(product)];
    }),
  );
}
