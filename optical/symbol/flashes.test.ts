import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FINE_PATTERN, SLOW, fewestRefreshes } from './flashes.ts';

const rates = fc.constantFrom(24, 30, 48, 50, 59.94, 60, 72, 75, 90, 100, 120, 144, 165, 240);

test('0.1 degree is 3.41 CSS pixels, by WCAG: 341 of them are 10 degrees', () => {
  expect(FINE_PATTERN).toBe(341 / 100);
});

test('a coarse pattern never flashes more than three times a second', () => {
  fc.assert(
    fc.property(rates, fc.double({ min: FINE_PATTERN + 0.001, max: 100, noNaN: true }), (rate, pixels) => {
      // A flash is two changes. 59.94 Hz counts as 60: 0.1 %.
      const changes = rate / fewestRefreshes(pixels, rate);
      expect(changes / 2).toBeLessThanOrEqual(3.1);
      expect(changes).toBeLessThanOrEqual(SLOW * 1.02);
    }),
  );
});

test('a fine one may change as fast as cameras follow, never faster', () => {
  fc.assert(
    fc.property(rates, fc.double({ min: 0.1, max: FINE_PATTERN, noNaN: true }), (rate, pixels) => {
      const changes = rate / fewestRefreshes(pixels, rate);
      expect(changes).toBeLessThanOrEqual(20.4);
      expect(fewestRefreshes(pixels, rate)).toBeGreaterThanOrEqual(1);
    }),
  );
});

test.each([
  [3, 60, 3],
  [3.41, 60, 3],
  [3.42, 60, 10],
  [3, 59.94, 3],
  [10, 59.94, 10],
  [3, 144, 8],
  [10, 144, 24],
  [3, 24, 2],
  [10, 6, 1],
])('%f pixels a module at %f Hz: a code stays %i refreshes', (pixels, rate, refreshes) => {
  expect(fewestRefreshes(pixels, rate)).toBe(refreshes);
});
