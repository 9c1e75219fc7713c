import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../test-support/random.ts';
import { CryptoError } from './errors.ts';
import { evaluate, randomPolynomial } from './polynomial.ts';
import { SUITE_NAMES, suiteByName } from './suite.ts';

describe.each(SUITE_NAMES)('secret polynomials over %s', (name) => {
  const suite = suiteByName(name);

  it('have the constant first, the exact degree, and no zero coefficient after it', () => {
    const random = seededRandom('polynomial');
    for (let degree = 1; degree < 6; degree++) {
      const { coefficients } = randomPolynomial(suite, degree, 0n, random);
      expect(coefficients).toHaveLength(degree + 1);
      expect(coefficients[0]).toBe(0n);
      for (const coefficient of coefficients.slice(1)) {
        expect(coefficient).toBeGreaterThan(0n);
        expect(coefficient).toBeLessThan(suite.order);
      }
    }
  });

  it('never take a zero from a source that returns one', () => {
    const good = seededRandom('after zero');
    let calls = 0;
    const { coefficients } = randomPolynomial(suite, 1, 5n, (length) =>
      calls++ === 0 ? new Uint8Array(length) : good(length),
    );
    expect(calls).toBe(2);
    expect(coefficients[1]).not.toBe(0n);
  });

  it('evaluate as the sum of powers does', () => {
    const polynomial = randomPolynomial(suite, 4, 7n, seededRandom('horner'));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65535 }), (index) => {
        const sum = polynomial.coefficients.reduce((a, c, k) => a + c * BigInt(index) ** BigInt(k), 0n);
        expect(evaluate(suite, polynomial, index)).toBe(suite.mod(sum));
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it('are never evaluated at zero, where the secret is, nor at other invalid indices', () => {
    const polynomial = randomPolynomial(suite, 1, 7n, seededRandom('zero'));
    for (const index of [0, -1, 1.5, 65536, Number.NaN])
      expect(() => evaluate(suite, polynomial, index)).toThrow(
        expect.objectContaining({ code: 'index-invalid' }),
      );
  });

  it('refuse a degree below one and a constant that is not reduced', () => {
    const random = seededRandom('refuse');
    for (const degree of [0, -1, 1.5])
      expect(() => randomPolynomial(suite, degree, 0n, random)).toThrow(
        expect.objectContaining({ code: 'threshold-invalid' }),
      );
    for (const constant of [suite.order, -1n])
      expect(() => randomPolynomial(suite, 1, constant, random)).toThrow(CryptoError);
  });
});
