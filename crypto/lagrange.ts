/** Lagrange interpolation, of scalars and in the exponent, and the choice of signer subsets that covers everyone. */
import { CryptoError } from './errors.ts';
import { checkIndices, checkThreshold } from './indices.ts';
import type { Point, Suite } from './suite.ts';

/**
 * The coefficients λ_i with f(x) = Σ λ_i·f(i) for every polynomial f of degree below the number of indices.
 * `x` is any whole number ≥ 0, one of the indices included. Throws `index-invalid` or `index-repeated`.
 */
export function lagrangeAt(suite: Suite, indices: readonly number[], x: number): Map<number, bigint> {
  checkIndices(indices);
  if (indices.length === 0) throw new CryptoError('index-invalid', 'interpolation: found no index at all.');
  if (!Number.isSafeInteger(x) || x < 0)
    throw new CryptoError('index-invalid', `interpolation: expected a whole number ≥ 0, found ${x}.`);
  const coefficients = new Map<number, bigint>();
  for (const i of indices) {
    let numerator = 1n;
    let denominator = 1n;
    for (const j of indices) {
      if (j === i) continue;
      numerator = suite.mod(numerator * BigInt(x - j));
      denominator = suite.mod(denominator * BigInt(i - j));
    }
    coefficients.set(i, suite.mod(numerator * suite.invert(denominator)));
  }
  return coefficients;
}

/** `lagrangeAt` for x = 0, where the secret lies (RFC 9591 §4.2). */
export function lagrangeAtZero(suite: Suite, indices: readonly number[]): Map<number, bigint> {
  return lagrangeAt(suite, indices, 0);
}

/**
 * The secret f(0) from shares f(i), by index. All the shares given are used: hand in exactly t of them, or more when
 * they are known to lie on one polynomial. For rehearsals and tests; no ceremony ever brings t shares together.
 */
export function interpolateSecret(suite: Suite, shares: ReadonlyMap<number, bigint>): bigint {
  const coefficients = lagrangeAtZero(suite, [...shares.keys()]);
  let secret = 0n;
  for (const [index, share] of shares) secret += (coefficients.get(index) ?? 0n) * share;
  return suite.mod(secret);
}

/** f(x)·G from the points f(i)·G. Public values only: variable time. The result may be the identity. */
export function interpolateInExponentAt(suite: Suite, points: ReadonlyMap<number, Point>, x: number): Point {
  const coefficients = lagrangeAt(suite, [...points.keys()], x);
  let sum = suite.zero;
  for (const [index, point] of points) sum = sum.add(point.multiplyUnsafe(coefficients.get(index) ?? 0n));
  return sum;
}

/** f(0)·G from the points f(i)·G: the group key from public shares. */
export function interpolateInExponent(suite: Suite, points: ReadonlyMap<number, Point>): Point {
  return interpolateInExponentAt(suite, points, 0);
}

/**
 * At least `count` different subsets of t indices that together contain every index, always the same ones for the
 * same indices: windows spread evenly around the circle of sorted indices. More than `count` when fewer do not cover,
 * fewer when there are not that many windows (one only when t = n). Each subset is sorted.
 */
export function subsetsForCheck(indices: readonly number[], t: number, count: number): number[][] {
  checkIndices(indices);
  checkThreshold(t, indices.length);
  const sorted = [...indices].sort((a, b) => a - b);
  const n = sorted.length;
  if (n === t) return [sorted];
  // Starts lie at most ⌈n/windows⌉ ≤ t apart, so that no index falls between two windows.
  const windows = Math.min(n, Math.max(count, Math.ceil(n / t)));
  return Array.from({ length: windows }, (_, window) => {
    const start = Math.floor((window * n) / windows);
    return sorted.filter((_index, position) => (position - start + n) % n < t);
  });
}

/**
 * The fewest subsets of exactly t indices with every index in at least one: ⌈n/t⌉ of them, each sorted. The signer
 * sets of the proof signatures (PROTOCOL §4).
 */
export function coveringFamily(indices: readonly number[], t: number): number[][] {
  checkIndices(indices);
  checkThreshold(t, indices.length);
  const sorted = [...indices].sort((a, b) => a - b);
  const last = sorted.length - t;
  return Array.from({ length: Math.ceil(sorted.length / t) }, (_, k) => {
    const start = Math.min(k * t, last);
    return sorted.slice(start, start + t);
  });
}
