/**
 * Keeps account of the reader's time, for a camera does not wait. While a picture is read the next one waits, and the one
 * after that takes its place (renderer/optical/camera): so a reader may be late by one picture, and loses all beyond.
 */
import type { Look } from './ration.ts';

/** Milliseconds from one picture to the next. */
const PERIOD = 1000 / 30;
/** Milliseconds without work after which the next picture cannot have waited; less may be its way here. */
const IDLE = 10;
/** Milliseconds that are left for the next picture to be copied. */
const COPY = 3;
/** Milliseconds that a second look takes for a million pixels, until it was measured here. */
const FIRST_GUESS: Readonly<Record<Look, number>> = { sharpen: 30, enlarge: 110 };
/** Weight of the newest measurement. */
const NEWEST = 0.2;

export class Pace {
  readonly #clock: () => number;
  readonly #isTimed: boolean;
  readonly #costs: Record<Look, number> = { ...FIRST_GUESS };
  #begun = Number.NaN;
  #ended = Number.NEGATIVE_INFINITY;
  /** How long the picture that is read had waited when it was taken up. */
  #late = 0;

  /** `clock`: milliseconds, and never goes back. Without one, time is no matter: the same pictures give the same readings. */
  constructor(clock?: () => number) {
    this.#clock = clock ?? (() => 0);
    this.#isTimed = clock !== undefined;
  }

  /** Says that the next picture is taken up. */
  begin(): void {
    const now = this.#clock();
    // Who is busy all the time is late by what pictures took beyond their period; whole periods are pictures that were lost.
    const late = this.#late + (now - this.#begun) - PERIOD;
    this.#late = now - this.#ended <= IDLE && late > 0 ? late % PERIOD : 0;
    this.#begun = now;
  }

  /** Says that the picture is read. */
  end(): void {
    this.#ended = this.#clock();
  }

  /**
   * Pictures that nobody would look at if this one got a second look now. Parts of pictures count: who is late by half of
   * one loses it sooner or later.
   *
   * @param pixels how many of them the look is at, before they are enlarged
   */
  lost(look: Look, pixels: number): number {
    if (!this.#isTimed) return 0;
    const ready = this.#late + (this.#clock() - this.#begun) + (this.#costs[look] * pixels) / 1e6 + COPY;
    return Math.max(0, ready / PERIOD - 1);
  }

  /** Does a second look, and learns what it takes. */
  async measure<T>(look: Look, pixels: number, work: () => Promise<T>): Promise<T> {
    const before = this.#clock();
    const result = await work();
    const cost = ((this.#clock() - before) / Math.max(1, pixels)) * 1e6;
    this.#costs[look] += NEWEST * (cost - this.#costs[look]);
    return result;
  }
}
