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
/** Weight of the newest second look, and of the newest first one. */
const NEWEST = 0.15;
const NEWEST_FIRST = 0.1;
/** One second look in this many is of the other kind. */
const OTHER = 8;

export class Ration {
  readonly #worth: Record<Look, number> = { sharpen: 0.5, enlarge: 0.5 };
  /** Share of first looks that read something lately: what a picture that is lost would have given. */
  #first = 0.5;
  #sinceHit = Number.POSITIVE_INFINITY;
  #misses = 0;
  #looks = 0;

  /** Says how a picture went at the first look, and whether a code was glimpsed in it. */
  note(hit: boolean, glimpsed = false): void {
    this.#sinceHit = hit || glimpsed ? 0 : this.#sinceHit + 1;
    this.#first += NEWEST_FIRST * ((hit ? 1 : 0) - this.#first);
  }

  /**
   * The second look that a miss is worth; undefined for none. It is worth what it reads, less what the pictures would have
   * given that are lost meanwhile: where every other picture mixes two codes, no look helps, and the next picture is read.
   *
   * @param possible kinds that make sense for this picture
   * @param lost codes that would not be looked at because of such a look
   */
  grant(possible: readonly Look[], lost: (look: Look) => number = () => 0): Look | undefined {
    this.#misses += 1;
    const price = (look: Look): number => this.#first * lost(look);
    const gain = (look: Look): number => this.#worth[look] - price(look);
    const [best] = [...possible].sort((a, b) => gain(b) - gain(a));
    if (best === undefined) return undefined;
    const likely = this.#sinceHit <= NEAR && this.#worth[best] >= WORTH && gain(best) > 0;
    if (!likely && (this.#misses % SELDOM !== 0 || price(best) > WORTH)) return undefined;
    this.#looks += 1;
    if (this.#looks % OTHER !== 0) return best;
    return possible.find((look) => look !== best && price(look) <= WORTH) ?? best;
  }

  /** Says whether a second look helped. */
  judge(look: Look, helped: boolean): void {
    this.#worth[look] += NEWEST * ((helped ? 1 : 0) - this.#worth[look]);
    if (helped) this.#sinceHit = 0;
  }
}
