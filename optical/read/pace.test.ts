import { describe, expect, test } from 'vitest';
import { Pace } from './pace.ts';

/** A clock that somebody turns. */
function turned(): { clock: () => number; wait: (milliseconds: number) => void } {
  let now = 5000;
  return { clock: () => now, wait: (milliseconds) => (now += milliseconds) };
}
const MILLION = 1_000_000;

describe('pictures that a second look loses', () => {
  test('are none where it is done before the next picture', () => {
    const { clock, wait } = turned();
    const pace = new Pace(clock);
    pace.begin();
    expect(pace.lost('sharpen', MILLION / 10)).toBe(0);
    wait(25);
    expect(pace.lost('sharpen', MILLION / 10)).toBe(0);
    wait(25);
    expect(pace.lost('sharpen', MILLION / 10)).toBeGreaterThan(0.5);
  });

  test('are more for a larger region, and for one that is enlarged', () => {
    const { clock } = turned();
    const pace = new Pace(clock);
    pace.begin();
    expect(pace.lost('sharpen', 3 * MILLION)).toBeGreaterThan(pace.lost('sharpen', 2 * MILLION) + 0.5);
    expect(pace.lost('enlarge', MILLION)).toBeGreaterThan(pace.lost('sharpen', MILLION) + 1);
  });

  test('are more where the picture itself was taken up late, until the reader has caught up', () => {
    const { clock, wait } = turned();
    const pace = new Pace(clock);
    const size = MILLION;
    pace.begin();
    const onTime = pace.lost('sharpen', size);
    wait(60);
    pace.end();
    pace.begin();
    // It came 33.3 ms after the first one, and was taken up after 60.
    expect(pace.lost('sharpen', size)).toBeGreaterThan(onTime + 0.3);
    wait(20);
    pace.end();
    pace.begin();
    expect(pace.lost('sharpen', size)).toBeGreaterThan(onTime);
    wait(20);
    pace.end();
    pace.begin();
    expect(pace.lost('sharpen', size)).toBe(onTime);
  });

  test('none is late of a slower camera, for which the reader waits', () => {
    const { clock, wait } = turned();
    const pace = new Pace(clock);
    pace.begin();
    const onTime = pace.lost('sharpen', MILLION);
    for (let picture = 0; picture < 20; picture++) {
      wait(20);
      pace.end();
      wait(20);
      pace.begin();
      expect(pace.lost('sharpen', MILLION)).toBe(onTime);
    }
  });

  test('are counted with what such a look took here', async () => {
    const { clock, wait } = turned();
    const pace = new Pace(clock);
    for (let picture = 0; picture < 20; picture++)
      await pace.measure('sharpen', MILLION, () => {
        wait(200);
        return Promise.resolve();
      });
    pace.begin();
    expect(pace.lost('sharpen', MILLION)).toBeGreaterThan(4);
    expect(pace.lost('enlarge', MILLION)).toBeLessThan(4);
  });

  test('are none without a clock', () => {
    const pace = new Pace();
    pace.begin();
    expect(pace.lost('enlarge', 50 * MILLION)).toBe(0);
  });
});
