import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FINE_PATTERN } from '../../../optical/symbol/flashes.ts';
import { layOut, codesFor } from '../../../optical/symbol/layout.ts';
import { Shutter, type Shown } from './shutter.ts';

/** Refreshes of a display, some of which the window misses. */
function refreshes(hertz: number, seconds: number, missed: (at: number) => boolean = () => false): number[] {
  const times = Array.from({ length: Math.round(hertz * seconds) }, (_, at) => 1000 + (at * 1000) / hertz);
  return times.filter((_, at) => !missed(at));
}
const FINE: Shown = { modulePixels: 3, refreshes: 4 };
const COARSE: Shown = { modulePixels: 6, refreshes: 10 };

/** Shows what `next` says at every refresh at which it may; returns the times of the changes. */
function run(shutter: Shutter, times: readonly number[], next: (time: number) => Shown): number[] {
  const changes: number[] = [];
  for (const time of times) {
    shutter.refresh(time);
    const shown = next(time);
    if (!shutter.mayChange(time, shown)) continue;
    shutter.changed(time, shown);
    changes.push(time);
  }
  return changes;
}

describe('the rate of a display', () => {
  it.each([30, 50, 59.94, 60, 75, 120, 144, 240])(
    '%d Hz is measured, also where refreshes are missed',
    (hertz) => {
      const shutter = new Shutter();
      for (const time of refreshes(hertz, 2, (at) => at % 7 === 3)) shutter.refresh(time);
      expect(shutter.refreshRate).toBeCloseTo(hertz, 6);
    },
  );

  it('is not guessed: until it is known, the first code stays', () => {
    const shutter = new Shutter();
    expect(run(shutter, refreshes(60, 0.3), () => FINE)).toEqual([1000]);
    expect(shutter.refreshRate).toBeNull();
  });

  it('follows a window that is moved to another display', () => {
    const shutter = new Shutter();
    for (const time of refreshes(60, 2)) shutter.refresh(time);
    for (const time of refreshes(144, 2)) shutter.refresh(time + 2000);
    expect(shutter.refreshRate).toBeCloseTo(144, 6);
  });

  it('does not tremble with the clock', () => {
    const shutter = new Shutter();
    const seen = new Set<number | null>();
    refreshes(60, 5).forEach((time, at) => {
      shutter.refresh(time + Math.sin(at) * 0.3);
      seen.add(shutter.refreshRate);
    });
    expect(seen.size).toBe(2);
  });
});

describe('a change', () => {
  it('comes after exactly as many refreshes as it should', () => {
    const changes = run(new Shutter(), refreshes(60, 5), () => FINE);
    for (const [at, time] of changes.entries())
      if (at > 1) expect(time - (changes[at - 1] ?? 0)).toBeCloseTo(4000 / 60, 6);
    expect(changes.length).toBeGreaterThan(60);
  });

  it('is never made up for: a code that was late stays its time', () => {
    const changes = run(
      new Shutter(),
      refreshes(60, 5, (at) => at > 100 && at < 140),
      () => FINE,
    );
    for (const [at, time] of changes.entries())
      if (at > 0) expect(time - (changes[at - 1] ?? 0)).toBeGreaterThan(66);
  });

  it('keeps the flash rule whatever somebody presses, and whatever display the window is moved to', () => {
    const wanted = fc.record({
      density: fc.integer({ min: 0, max: 8 }),
      rate: fc.double({ min: 0.5, max: 30, noNaN: true }),
      codes: fc.constantFrom(1 as const, 2 as const),
    });
    const where = fc.record({
      width: fc.double({ min: 200, max: 3000, noNaN: true }),
      height: fc.double({ min: 100, max: 2000, noNaN: true }),
      scale: fc.constantFrom(1, 1.25, 1.5, 2),
    });
    const hertz = fc.constantFrom(30, 50, 59.94, 60, 75, 120, 144, 240);
    const act = fc.tuple(wanted, where, hertz, fc.double({ min: 0.01, max: 1.5, noNaN: true }));
    fc.assert(
      fc.property(fc.array(act, { minLength: 1, maxLength: 12 }), (acts) => {
        const shutter = new Shutter();
        const shown: { readonly at: number; readonly modulePixels: number }[] = [];
        let begun = 0;
        for (const [setting, room, display, seconds] of acts) {
          for (const time of refreshes(display, seconds)) {
            const at = begun + time;
            shutter.refresh(at);
            const layout = layOut(setting, codesFor(50_000), room, shutter.refreshRate ?? 60);
            if (!shutter.mayChange(at, layout)) continue;
            shutter.changed(at, layout);
            shown.push({ at, modulePixels: layout.modulePixels });
          }
          begun += seconds * 1000;
        }
        for (const [at, { at: time, modulePixels }] of shown.entries()) {
          const before = shown[at - 1];
          if (before === undefined) continue;
          const isCoarse = Math.max(modulePixels, before.modulePixels) > FINE_PATTERN;
          expect(time - before.at).toBeGreaterThan(isCoarse ? 164 : 47);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('from coarse to fine waits as long as a coarse code has to', () => {
    let at = 0;
    const changes = run(new Shutter(), refreshes(60, 4), () => (at++ < 120 ? COARSE : FINE));
    const first = changes.findIndex((time) => time > 1000 + 120 * (1000 / 60) - 1);
    expect((changes[first] ?? 0) - (changes[first - 1] ?? 0)).toBeGreaterThan(164);
  });
});
