import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FINE_PATTERN, fewestRefreshes } from './flashes.ts';
import { DENSITIES, PRESETS, PRESET_SETTINGS, type Setting } from './presets.ts';
import { versionFor } from './draw.ts';
import { openSender } from '../wire/sender.ts';
import { NO_TOPIC } from '../wire/topic.ts';
import { capacityFor, codesFor, layOut, speedStep, SPEEDS } from './layout.ts';

const setting = fc.oneof(
  fc.constantFrom(...PRESETS).map((preset) => PRESET_SETTINGS[preset]),
  fc.record<Setting>({
    density: fc.integer({ min: 0, max: 20 }),
    rate: fc.double({ min: 0.5, max: 30, noNaN: true }),
    codes: fc.constantFrom(1 as const, 2 as const),
  }),
);
const room = fc.record({
  width: fc.double({ min: 1, max: 4000, noNaN: true }),
  height: fc.double({ min: 1, max: 3000, noNaN: true }),
  scale: fc.oneof(fc.constantFrom(1, 1.25, 1.5, 2), fc.double({ min: 0.25, max: 4, noNaN: true })),
});
const refreshRate = fc.oneof(
  fc.constantFrom(24, 30, 50, 59.94, 60, 75, 120, 144, 165, 240),
  // No display is slower.
  fc.double({ min: 24, max: 360, noNaN: true }),
);
const body = fc.oneof(fc.integer({ min: 37, max: 200_000 }), fc.integer({ min: 37, max: 16_800_000 }));
const LAPTOP = { width: 1280, height: 650, scale: 1 };
const many = codesFor(100_000);

describe('how long a code stays', () => {
  it('is what the flash rule allows, whatever the preset, the sliders, the window and the display', () => {
    fc.assert(
      fc.property(setting, body, room, refreshRate, (wanted, bytes, where, hertz) => {
        const { modulePixels, refreshes, rate, frames } = layOut(wanted, codesFor(bytes), where, hertz);
        expect(Number.isInteger(refreshes)).toBe(true);
        if (frames === 1) return;
        expect(refreshes).toBeGreaterThanOrEqual(fewestRefreshes(modulePixels, hertz));
        // The rule once more, in numbers: six changes are three flashes. A third of a percent is for 59.94 Hz.
        if (modulePixels > FINE_PATTERN) expect(rate).toBeLessThan(6.04);
        expect(rate).toBeLessThan(20.7);
        expect(rate).toBeLessThanOrEqual((wanted.rate * hertz) / (hertz - 0.02 * wanted.rate) + 1e-9);
      }),
      { numRuns: 3000 },
    );
  });

  it('is a whole number of refreshes: 15 a second at 60 Hz, and never faster than asked', () => {
    const refreshes = (rate: number, hertz: number): number =>
      layOut({ density: 5, rate, codes: 1 }, many, LAPTOP, hertz).refreshes;
    expect([60, 59.94, 144, 50, 75].map((hertz) => refreshes(15, hertz))).toEqual([4, 4, 10, 4, 5]);
    expect(refreshes(6, 60)).toBe(10);
    expect(refreshes(20, 60)).toBe(3);
    expect(refreshes(30, 60)).toBe(3);
  });
});

describe('how large codes are', () => {
  it('is whole device pixels, and they fit with their quiet zones', () => {
    fc.assert(
      fc.property(setting, body, room, refreshRate, (wanted, bytes, where, hertz) => {
        const { pixels, width, height, codes, version, frames } = layOut(
          wanted,
          codesFor(bytes),
          where,
          hertz,
        );
        expect(Number.isInteger(pixels) && pixels >= 1).toBe(true);
        expect(height).toBe((17 + 4 * version + 8) * pixels);
        expect(width).toBe(codes * height);
        if (frames === 1) expect(codes).toBe(1);
        // Where not even the coarsest code fits, it is shown all the same: somebody will make the window larger.
        if (pixels === 1) return;
        expect(width).toBeLessThanOrEqual(where.width * where.scale + 1e-6);
        expect(height).toBeLessThanOrEqual(where.height * where.scale + 1e-6);
      }),
      { numRuns: 2000 },
    );
  });

  it('is as much as fits for slow ones, and as much as the flash rule allows for fast ones', () => {
    const pixels = (rate: number, scale: number): number =>
      layOut({ density: 5, rate, codes: 1 }, many, { ...LAPTOP, scale }, 60).pixels;
    // 125 modules in 650 pixels.
    expect([1, 1.25, 1.5, 2].map((scale) => pixels(6, scale))).toEqual([5, 6, 7, 10]);
    // 3.41 CSS pixels.
    expect([1, 1.25, 1.5, 2].map((scale) => pixels(15, scale))).toEqual([3, 4, 5, 6]);
  });

  it('says why it is not what was asked for', () => {
    const reasons = (wanted: Partial<Setting>, where = LAPTOP, bytes = 100_000): readonly string[] =>
      layOut({ density: 5, rate: 15, codes: 1, ...wanted }, codesFor(bytes), where, 60).reasons;
    expect(reasons({})).toEqual(['small because fast']);
    expect(reasons({ rate: 6 })).toEqual([]);
    expect(reasons({ codes: 2 })).toEqual(['small because fast']);
    expect(reasons({ codes: 2 }, { ...LAPTOP, width: 400 })).toContain('one because two do not fit');
    expect(reasons({ density: 8 }, { ...LAPTOP, width: 300 })).toContain(
      'less dense because more does not fit',
    );
    expect(reasons({ codes: 2 }, LAPTOP, 500)).toEqual([]);
    // Zoomed out: fine codes would have modules of one device pixel.
    expect(reasons({}, { width: 2560, height: 1300, scale: 0.5 })).toEqual(['slow because large']);
  });
});

describe('codes of a body', () => {
  it('are those that the sender makes', () => {
    fc.assert(
      fc.property(body, fc.integer({ min: 0, max: DENSITIES.length - 1 }), (bytes, density) => {
        const sender = openSender(new Uint8Array(bytes), NO_TOPIC, capacityFor(bytes, density));
        const { version, frames } = codesFor(bytes)(density);
        expect(version).toBe(versionFor(sender.frameBytes));
        expect(frames).toBe(sender.cut.fragments);
      }),
      { numRuns: 300 },
    );
  });
});

describe('speeds', () => {
  it('go through steps', () => {
    expect(SPEEDS.map(speedStep)).toEqual(SPEEDS.map((_, at) => at));
    expect(speedStep(0.5)).toBe(0);
    expect(SPEEDS[speedStep(13)]).toBe(12);
    expect(SPEEDS[speedStep(30)]).toBe(20);
  });
});
