import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LinkReport, LinkScreen } from '../wire/link.ts';
import { layOut } from './layout.ts';
import { DENSITIES, settingFor } from './presets.ts';
import { recommend } from './recommend.ts';
import { sweepOf } from './sweep.ts';

const SCREEN: LinkScreen = { width: 1280, height: 600, scale: 1, refreshRate: 60 };
const roomOf = ({ width, height, scale }: LinkScreen) => ({
  width: width / scale,
  height: height / scale,
  scale,
});

interface Seen {
  /** Camera pixels in a device pixel of the screen. */
  readonly scale: number;
  /** Camera pixels a module below which nothing is read. */
  readonly limit: number;
  readonly hits?: number;
  readonly rate?: number;
  readonly decoder?: LinkReport['decoder'];
  readonly size?: readonly [number, number];
}

/** What a camera reports that reads everything above a limit. */
function seen(
  screen: LinkScreen,
  { scale, limit, hits = 1, rate = 30, decoder = 'zxing', size = [1280, 720] }: Seen,
): LinkReport {
  const [width, lines] = size;
  return {
    nonce: new Uint8Array(8).fill(1),
    pass: 1,
    complete: true,
    camera: { width, lines, rate },
    decoder,
    measures: sweepOf(roomOf(screen), screen.refreshRate)
      .filter(({ pixels, height }) => pixels * scale >= limit && height * scale <= lines)
      .map(({ version, pixels }) => ({ version, pixels, pixelsPerModule: pixels * scale, hits })),
  };
}

describe('the recommendation', () => {
  it('is near for a sharp camera that is near enough', () => {
    const found = recommend(SCREEN, seen(SCREEN, { scale: 1, limit: 2.5 }));
    expect(found).toMatchObject({ setting: { codes: 2 }, pixelsPerModule: 3, hits: 1 });
    expect(found?.setting.rate).toBeGreaterThanOrEqual(15);
    expect(found?.pace).toBeGreaterThan(40_000);
  });

  it('is a preset where that is nearly as good: it has a name', () => {
    const slow = { limit: 3.2, decoder: 'jsqr', rate: 12 } as const;
    expect(recommend(SCREEN, seen(SCREEN, { ...slow, scale: 0.6 }))?.preset).toBe('far');
    expect(recommend(SCREEN, seen(SCREEN, { ...slow, scale: 0.4 }))?.preset).toBe('projector');
    expect(recommend(SCREEN, seen(SCREEN, { ...slow, scale: 0.8 }))?.preset).toBe('own');
  });

  it('is slow and large where small codes are not read', () => {
    // 3 pixels make 1.5: only what is large is read, and that has to be slow.
    const found = recommend(SCREEN, seen(SCREEN, { scale: 0.5, limit: 2.5 }));
    expect(found?.setting.rate).toBeLessThanOrEqual(6);
    expect(DENSITIES[found?.setting.density ?? 8]).toBeLessThanOrEqual(21);
    expect(found?.pixelsPerModule).toBeGreaterThanOrEqual(2.5);
  });

  it('is slower for a camera or a decoder with few pictures', () => {
    const pace = (rate: number): number =>
      recommend(SCREEN, seen(SCREEN, { scale: 1, limit: 2.5, rate }))?.pace ?? 0;
    const rateAt = (rate: number): number =>
      recommend(SCREEN, seen(SCREEN, { scale: 1, limit: 2.5, rate }))?.setting.rate ?? 0;
    // At 60 Hz, 8 a second are 7.5.
    expect([5, 8, 15, 30, 60].map(rateAt)).toEqual([2, 4, 8, 15, 20]);
    expect(pace(8)).toBeLessThan(pace(15));
    expect(pace(15)).toBeLessThan(pace(30));
  });

  it('shows two codes only where one is read well', () => {
    const codes = (hits: number): number | undefined =>
      recommend(SCREEN, seen(SCREEN, { scale: 1, limit: 2.5, hits }))?.setting.codes;
    expect([1, 0.6, 0.5].map(codes)).toEqual([2, 2, 1]);
  });

  it('never asks jsQR for two codes', () => {
    expect(recommend(SCREEN, seen(SCREEN, { scale: 1, limit: 2.5, decoder: 'jsqr' }))?.setting.codes).toBe(1);
  });

  it('needs a pass that was seen whole, and something that was read in it', () => {
    const report = seen(SCREEN, { scale: 1, limit: 2.5 });
    expect(recommend(SCREEN, { ...report, complete: false })).toBeNull();
    expect(recommend(SCREEN, { ...report, measures: [] })).toBeNull();
    const blind = report.measures.map((measure) => ({ ...measure, hits: 0 }));
    expect(recommend(SCREEN, { ...report, measures: blind })).toBeNull();
    expect(recommend(SCREEN, { ...report, camera: { width: 0, lines: 0, rate: 0 } })).toBeNull();
  });

  const wild = fc.record({
    scale: fc.double({ min: 0.1, max: 2, noNaN: true }),
    limit: fc.double({ min: 1, max: 6, noNaN: true }),
    hits: fc.double({ min: 0.02, max: 1, noNaN: true }),
    rate: fc.double({ min: 1, max: 60, noNaN: true }),
    decoder: fc.constantFrom('zxing' as const, 'jsqr' as const),
    size: fc.constantFrom([640, 480] as const, [1280, 720] as const, [1920, 1080] as const),
  });
  const screen = fc.record({
    width: fc.integer({ min: 600, max: 3840 }),
    height: fc.integer({ min: 300, max: 2000 }),
    scale: fc.constantFrom(1, 1.25, 1.5, 2),
    refreshRate: fc.constantFrom(50, 59.94, 60, 120, 144),
  });

  it('only trusts what was seen: some code that was read is no larger and no less dense', () => {
    fc.assert(
      fc.property(screen, wild, (where, camera) => {
        const report = seen(where, camera);
        const found = recommend(where, report);
        if (found === null) return;
        const layout = layOut(
          found.setting,
          (density) => ({ version: DENSITIES[density] ?? 6, frames: Infinity }),
          roomOf(where),
          where.refreshRate,
        );
        expect(
          report.measures.some(({ version, pixels }) => version >= layout.version && pixels <= layout.pixels),
        ).toBe(true);
        expect(report.camera.rate / layout.rate).toBeGreaterThanOrEqual(1.9);
        expect(layout.width * camera.scale).toBeLessThanOrEqual(report.camera.width);
        expect(found.pace).toBeGreaterThan(0);
        if (found.preset !== 'own')
          expect(found.setting).toEqual(settingFor(found.preset, report.camera.lines));
      }),
    );
  });

  it('is never worse for a camera that reads more', () => {
    fc.assert(
      fc.property(screen, wild, fc.double({ min: 0, max: 1, noNaN: true }), (where, camera, less) => {
        const pace = (limit: number): number =>
          recommend(where, seen(where, { ...camera, limit }))?.pace ?? 0;
        // A preset may be preferred that is nearly as good.
        expect(pace(camera.limit * (1 - less / 2))).toBeGreaterThanOrEqual(0.85 * pace(camera.limit) - 1);
      }),
    );
  });
});
