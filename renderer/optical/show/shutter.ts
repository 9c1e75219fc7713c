/**
 * Decides when what is shown may change: the one place through which every change goes, whether the next code is due, a
 * person steps through them, or the size is another. Measures how often the display refreshes, and counts in whole
 * refreshes. So the flash rule (optical/symbol/flashes.ts) is kept whatever somebody presses.
 */
import { fewestRefreshes } from '../../../optical/symbol/flashes.ts';

/** What matters of a code that is shown. */
export interface Shown {
  /** Side of a module in CSS pixels. */
  readonly modulePixels: number;
  /** Refreshes that it stays. */
  readonly refreshes: number;
}

/** Milliseconds of refreshes that are looked at. */
const WINDOW = 1000;
/** Fewest refreshes that say how often the display refreshes. */
const ENOUGH = 20;
/** A display that seems to have become this much faster or slower has: anything less is the measure. */
const DIFFERENT = 0.04;
/** Milliseconds by which the time of a refresh may be off. */
const JITTER = 2;

export class Shutter {
  #times: number[] = [];
  #refreshRate: number | null = null;
  #last: (Shown & { readonly at: number }) | null = null;

  /** Hz; null until it is known. */
  get refreshRate(): number | null {
    return this.#refreshRate;
  }

  /** At every refresh. `time`: milliseconds, as requestAnimationFrame gives it. */
  refresh(time: number): void {
    // A window that was covered begins to measure anew.
    if (time - (this.#times.at(-1) ?? time) > WINDOW / 2) this.#times = [];
    this.#times.push(time);
    while (time - (this.#times[0] ?? time) > WINDOW) this.#times.shift();
    if (this.#times.length <= ENOUGH) return;
    const rate = 1000 / median(this.#times);
    if (this.#refreshRate === null || Math.abs(rate / this.#refreshRate - 1) > DIFFERENT)
      this.#refreshRate = rate;
  }

  /**
   * Whether `next` may be shown instead of what is shown. The first code may always come. Until the rate of the display
   * is known, it stays.
   */
  mayChange(time: number, next: Shown): boolean {
    const last = this.#last;
    if (last === null) return true;
    if (this.#refreshRate === null) return false;
    const coarsest = Math.max(last.modulePixels, next.modulePixels);
    const passed = Math.round(((time - last.at) * this.#refreshRate) / 1000);
    if (passed < Math.max(next.refreshes, fewestRefreshes(coarsest, this.#refreshRate))) return false;
    // A refresh of one millisecond: the same rule in time, should the measured rate be wrong.
    return time - last.at >= fewestRefreshes(coarsest, 1000) - JITTER;
  }

  /** What was shown at this refresh. */
  changed(time: number, { modulePixels, refreshes }: Shown): void {
    this.#last = { at: time, modulePixels, refreshes };
  }
}

/** The middle one of the times between neighbours: refreshes that were missed do not count. */
function median(times: readonly number[]): number {
  const between = times.slice(1).map((time, at) => time - (times[at] ?? time));
  between.sort((a, b) => a - b);
  return between[between.length >> 1] ?? 0;
}
