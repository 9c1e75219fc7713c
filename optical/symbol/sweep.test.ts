import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_MEASURES, MIN_LINK_VERSION } from '../wire/link.ts';
import { fewestRefreshes } from './flashes.ts';
import { DENSITIES } from './presets.ts';
import { IN_ROW, sweepOf } from './sweep.ts';

it('goes from what every camera reads to the densest, then through the small ones', () => {
  const sweep = sweepOf({ width: 1008, height: 600, scale: 1 }, 60);
  expect(sweep.map(({ version, pixels }) => [version, pixels])).toEqual([
    [6, 12],
    [10, 9],
    [14, 7],
    [18, 6],
    [21, 5],
    [25, 4],
    [30, 4],
    [35, 3],
    [40, 3],
    [25, 3],
    [30, 3],
  ]);
});

it('leaves out what does not fit', () => {
  const sweep = sweepOf({ width: 640, height: 250, scale: 1 }, 60);
  expect(sweep.map(({ version }) => version)).toEqual([6, 10, 14, 18, 21, 25]);
});

it('keeps the flash rule and is short enough to be reported on, whatever the window and the display', () => {
  const room = fc.record({
    width: fc.double({ min: 50, max: 5000, noNaN: true }),
    height: fc.double({ min: 50, max: 3000, noNaN: true }),
    scale: fc.constantFrom(0.5, 1, 1.25, 1.5, 2, 3),
  });
  fc.assert(
    fc.property(room, fc.constantFrom(24, 30, 50, 59.94, 60, 75, 120, 144, 240), (where, hertz) => {
      const sweep = sweepOf(where, hertz);
      expect(sweep.length).toBeGreaterThan(0);
      expect(sweep.length).toBeLessThanOrEqual(MAX_MEASURES);
      // A place in a pass is one byte.
      expect(sweep.length * IN_ROW).toBeLessThan(256);
      const sizes = sweep.map(({ version, pixels }) => `${version} ${pixels}`);
      expect(new Set(sizes).size).toBe(sweep.length);
      for (const { version, modulePixels, refreshes, codes } of sweep) {
        expect(DENSITIES).toContain(version);
        expect(version).toBeGreaterThanOrEqual(MIN_LINK_VERSION);
        expect(codes).toBe(1);
        expect(refreshes).toBeGreaterThanOrEqual(fewestRefreshes(modulePixels, hertz));
        // Six a second at the most, the small ones too: nobody has to look at fast ones for a test.
        expect(hertz / refreshes).toBeLessThan(6.04);
      }
    }),
  );
});
