/**
 * Decides whether a picture that was not read gets a second look, and which kind of look: only where it is likely to help,
 * because the time it takes is the next picture's. What helped lately is done again; what did not is tried now and then.
 */

/** Kinds of second looks, see enhance.ts. */
export type Look = 'sharpen' | 'enlarge';

/** Pictures after the last code that was seen in which another one must be near. */
const NEAR = 15;
/** Where nothing was seen for that long: one picture in this many gets a second look. */
const SELDOM = 6;
/** Share of second looks that must have helped lately; below it, one miss in `SELDOM` gets one. */
const WORTH = 0.12;
/** Weight of the newest second look. */
const NEWEST = 0.15;
/** One second look in this many is of the other kind. */
const OTHER = 8;

export class Ration {
  readonly #worth: Record<Look, number> = { sharpen: 0.5, enlarge: 0.5 };
  #sinceHit = Number.POSITIVE_INFINITY;
  #misses = 0;
  #looks = 0;

  /** Says how a picture went at the first look, and whether a code was glimpsed in it. */
  note(hit: boolean, glimpsed = false): void {
    this.#sinceHit = hit || glimpsed ? 0 : this.#sinceHit + 1;
  }

  /**
   * The second look that a miss is worth; undefined for none.
   *
   * @param possible kinds that make sense for this picture
   */
  grant(possible: readonly Look[]): Look | undefined {
    this.#misses += 1;
    const [first] = [...possible].sort((a, b) => this.#worth[b] - this.#worth[a]);
    if (first === undefined) return undefined;
    const likely = this.#sinceHit <= NEAR && this.#worth[first] >= WORTH;
    if (!likely && this.#misses % SELDOM !== 0) return undefined;
    this.#looks += 1;
    return this.#looks % OTHER === 0 ? (possible.find((look) => look !== first) ?? first) : first;
  }

  /** Says whether a second look helped. */
  judge(look: Look, helped: boolean): void {
    this.#worth[look] += NEWEST * ((helped ? 1 : 0) - this.#worth[look]);
    if (helped) this.#sinceHit = 0;
  }
}
