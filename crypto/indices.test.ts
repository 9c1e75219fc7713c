import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkIndex, checkIndices, checkThreshold, MAX_INDEX } from './indices.ts';

const FIELD = 'plan.holders[2].index';
const refused = (code: string, message: string): Error =>
  expect.objectContaining({ name: 'CryptoError', code, message }) as Error;

const NO_INDEX = [0, -1, 65536, 2 ** 32 + 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY];

describe('checkIndex', () => {
  it('accepts 1 to 65535', () => {
    expect(MAX_INDEX).toBe(65535);
    for (const index of [1, 2, 255, 256, 65535])
      expect(() => {
        checkIndex(index);
      }).not.toThrow();
  });

  it.each(NO_INDEX)('refuses %d, naming the field', (index) => {
    const found = `expected a whole number from 1 to 65535, found ${index}.`;
    expect(() => {
      checkIndex(index, FIELD);
    }).toThrow(refused('index-invalid', `${FIELD}: ${found}`));
    expect(() => {
      checkIndex(index);
    }).toThrow(refused('index-invalid', `holder index: ${found}`));
  });

  it('refuses what is no number at all', () => {
    expect(() => {
      checkIndex('1' as unknown as number, FIELD);
    }).toThrow(expect.objectContaining({ code: 'index-invalid' }) as Error);
  });
});

describe('checkIndices', () => {
  it('accepts different valid indices in any order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 65535 })), (indices) => {
        checkIndices(indices);
      }),
    );
  });

  it('refuses an index that occurs twice, wherever it stands', () => {
    for (const indices of [
      [7, 7],
      [1, 7, 2, 7],
      [7, 1, 2, 7, 7],
    ]) {
      expect(() => {
        checkIndices(indices, FIELD);
      }).toThrow(refused('index-repeated', `${FIELD}: index 7 occurs twice.`));
      expect(() => {
        checkIndices(indices);
      }).toThrow(refused('index-repeated', 'holder indices: index 7 occurs twice.'));
    }
  });

  it.each(NO_INDEX)('refuses %d among valid ones', (index) => {
    for (const indices of [[index], [1, 2, index], [index, 1]])
      expect(() => {
        checkIndices(indices, FIELD);
      }).toThrow(
        refused('index-invalid', `${FIELD}: expected a whole number from 1 to 65535, found ${index}.`),
      );
  });
});

describe('checkThreshold', () => {
  it('accepts 2 up to the number of holders', () => {
    for (const [threshold, holders] of [
      [2, 2],
      [2, 3],
      [3, 3],
      [34, 67],
    ] as const)
      expect(() => {
        checkThreshold(threshold, holders);
      }).not.toThrow();
  });

  it.each([
    [1, 3],
    [0, 3],
    [-2, 3],
    [4, 3],
    [2, 1],
    [2.5, 3],
    [Number.NaN, 3],
  ])('refuses %d of %d', (threshold, holders) => {
    expect(() => {
      checkThreshold(threshold, holders);
    }).toThrow(
      refused(
        'threshold-invalid',
        `threshold: expected a whole number from 2 to ${holders} (the number of holders), found ${threshold}.`,
      ),
    );
  });
});
