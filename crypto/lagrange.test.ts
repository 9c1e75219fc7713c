import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../test-support/random.ts';
import {
  coveringFamily,
  interpolateInExponent,
  interpolateInExponentAt,
  interpolateSecret,
  lagrangeAt,
  lagrangeAtZero,
  subsetsForCheck,
} from './lagrange.ts';
import { evaluate, randomPolynomial } from './polynomial.ts';
import { SUITE_NAMES, suiteByName } from './suite.ts';

/** A committee of up to 12 distinct indices, in any order, and a threshold for it. */
const committees = fc
  .uniqueArray(fc.integer({ min: 1, max: 65535 }), { minLength: 2, maxLength: 12 })
  .chain((indices) =>
    fc.record({ indices: fc.constant(indices), t: fc.integer({ min: 2, max: indices.length }) }),
  );

describe.each(SUITE_NAMES)('interpolation over %s', (name) => {
  const suite = suiteByName(name);

  it('finds the secret from any t shares, as a scalar and in the exponent', () => {
    fc.assert(
      fc.property(committees, fc.nat(), ({ indices, t }, seed) => {
        const random = seededRandom(`interpolate ${seed}`);
        const secret = suite.randomScalar(random);
        const polynomial = randomPolynomial(suite, t - 1, secret, random);
        const shares = new Map(indices.slice(0, t).map((j) => [j, evaluate(suite, polynomial, j)]));
        expect(interpolateSecret(suite, shares)).toBe(secret);
        const points = new Map([...shares].map(([j, share]) => [j, suite.base.multiply(share)]));
        expect(interpolateInExponent(suite, points).equals(suite.base.multiply(secret))).toBe(true);
      }),
      { numRuns: 10, seed: 2 },
    );
  });

  it('finds any other point of the polynomial, those given included', () => {
    const polynomial = randomPolynomial(suite, 2, 11n, seededRandom('elsewhere'));
    const point = (j: number) => suite.base.multiply(evaluate(suite, polynomial, j));
    const points = new Map([3, 9, 4].map((j) => [j, point(j)]));
    for (const x of [3, 5, 9, 65535])
      expect(interpolateInExponentAt(suite, points, x).equals(point(x))).toBe(true);
  });

  it('does not find the secret from fewer than t shares', () => {
    const polynomial = randomPolynomial(suite, 2, 11n, seededRandom('too few'));
    const shares = new Map([1, 2].map((j) => [j, evaluate(suite, polynomial, j)]));
    expect(interpolateSecret(suite, shares)).not.toBe(11n);
  });

  it('agrees with the coefficients worked out by hand for holders 1 and 3', () => {
    expect(lagrangeAtZero(suite, [1, 3])).toEqual(
      new Map([
        [1, suite.mod(3n * suite.invert(2n))],
        [3, suite.mod(-suite.invert(2n))],
      ]),
    );
  });

  it('refuses index zero, a repeated index, no index, and an x that is not a whole number', () => {
    expect(() => lagrangeAtZero(suite, [0, 1])).toThrow(expect.objectContaining({ code: 'index-invalid' }));
    expect(() => lagrangeAtZero(suite, [2, 2])).toThrow(expect.objectContaining({ code: 'index-repeated' }));
    expect(() => lagrangeAtZero(suite, [])).toThrow(expect.objectContaining({ code: 'index-invalid' }));
    expect(() => lagrangeAt(suite, [1, 2], -1)).toThrow(expect.objectContaining({ code: 'index-invalid' }));
  });
});

describe('subsets of holders', () => {
  const coversAll = (subsets: number[][], indices: readonly number[]) => {
    expect(new Set(subsets.flat())).toEqual(new Set(indices));
  };

  it('for checks: cover everyone, have size t, differ, and are as many as asked for where possible', () => {
    fc.assert(
      fc.property(committees, fc.integer({ min: 1, max: 5 }), ({ indices, t }, count) => {
        const subsets = subsetsForCheck(indices, t, count);
        coversAll(subsets, indices);
        const n = indices.length;
        expect(subsets.length).toBeGreaterThanOrEqual(t === n ? 1 : Math.min(n, count));
        expect(new Set(subsets.map(String)).size).toBe(subsets.length);
        for (const subset of subsets) {
          expect(new Set(subset).size).toBe(t);
          expect(subset).toEqual([...subset].sort((a, b) => a - b));
        }
        expect(subsetsForCheck([...indices].reverse(), t, count)).toEqual(subsets);
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  it('for signing: ⌈n/t⌉ of them, of exactly t, covering everyone', () => {
    fc.assert(
      fc.property(committees, ({ indices, t }) => {
        const family = coveringFamily(indices, t);
        coversAll(family, indices);
        expect(family).toHaveLength(Math.ceil(indices.length / t));
        for (const subset of family) expect(new Set(subset).size).toBe(t);
      }),
      { numRuns: 200, seed: 4 },
    );
  });

  it('look like this for 3 of 5 and 2 of 4', () => {
    expect(coveringFamily([5, 4, 3, 2, 1], 3)).toEqual([
      [1, 2, 3],
      [3, 4, 5],
    ]);
    expect(coveringFamily([1, 2, 3, 4], 2)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(subsetsForCheck([1, 2, 3, 4, 5], 3, 3)).toEqual([
      [1, 2, 3],
      [2, 3, 4],
      [1, 4, 5],
    ]);
  });

  it('refuse a threshold that does not fit and a repeated index', () => {
    for (const t of [0, 1, 4]) {
      const refusal = expect.objectContaining({ code: 'threshold-invalid' }) as Error;
      expect(() => coveringFamily([1, 2, 3], t)).toThrow(refusal);
      expect(() => subsetsForCheck([1, 2, 3], t, 2)).toThrow(refusal);
    }
    expect(() => coveringFamily([1, 1, 2], 2)).toThrow(expect.objectContaining({ code: 'index-repeated' }));
    expect(() => subsetsForCheck([1, 1, 2], 2, 2)).toThrow(
      expect.objectContaining({ code: 'index-repeated' }),
    );
  });
});
