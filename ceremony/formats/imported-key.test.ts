import { describe, expect, it } from 'vitest';
import { SUITE_NAMES, suiteByName } from '../../crypto/suite.ts';
import type { Point, SuiteName } from '../../crypto/suite.ts';
import { checkImportedKey } from './imported-key.ts';

/** Public shares of f(x) = Σ coefficients[k]·x^k at the indices, and f(0)·G. */
function sharing(suiteName: SuiteName, coefficients: readonly bigint[], indices: readonly number[]) {
  const suite = suiteByName(suiteName);
  const at = (x: number): Point =>
    suite.base.multiply(coefficients.reduceRight((sum, c) => suite.mod(sum * BigInt(x) + c), 0n));
  return { suite: suiteName, groupKey: at(0), publicShares: new Map(indices.map((x) => [x, at(x)])) };
}

describe.each(SUITE_NAMES)('checkImportedKey, %s', (suite) => {
  it('accepts a sharing of the key', () => {
    checkImportedKey({ ...sharing(suite, [11n, 5n, 3n], [1, 2, 7, 65535]), threshold: 3 }, 'file');
    checkImportedKey({ ...sharing(suite, [11n, 5n], [1, 2]), threshold: 2 }, 'file');
  });

  it('refuses a threshold that is a wrong label', () => {
    const key = sharing(suite, [11n, 5n, 3n], [1, 2, 3, 4, 5]);
    expect(() => {
      checkImportedKey({ ...key, threshold: 2 }, 'file');
    }).toThrow(expect.objectContaining({ code: 'public-shares-inconsistent', field: 'file' }));
    expect(() => {
      checkImportedKey({ ...key, threshold: 4 }, 'file');
    }).toThrow(expect.objectContaining({ code: 'degree-too-low' }));
  });

  it('refuses one wrong public share, and a wrong group key', () => {
    const key = sharing(suite, [11n, 5n], [1, 2, 3]);
    for (const index of [1, 2, 3]) {
      const publicShares = new Map(key.publicShares).set(index, suiteByName(suite).base);
      expect(() => {
        checkImportedKey({ ...key, publicShares, threshold: 2 }, 'file');
      }).toThrow(expect.objectContaining({ code: 'public-shares-inconsistent' }));
    }
    expect(() => {
      checkImportedKey({ ...key, groupKey: key.groupKey.negate(), threshold: 2 }, 'file');
    }).toThrow(expect.objectContaining({ code: 'public-shares-inconsistent' }));
  });

  it('refuses a threshold out of range and an index out of range', () => {
    const key = sharing(suite, [11n, 5n], [1, 2, 3]);
    for (const threshold of [0, 1, 4, 2.5])
      expect(() => {
        checkImportedKey({ ...key, threshold }, 'file');
      }).toThrow(expect.objectContaining({ code: 'threshold-invalid' }));
    for (const index of [0, 65536])
      expect(() => {
        checkImportedKey({ ...sharing(suite, [11n, 5n], [1, 2, index]), threshold: 2 }, 'file');
      }).toThrow(expect.objectContaining({ code: 'index-invalid' }));
  });
});
