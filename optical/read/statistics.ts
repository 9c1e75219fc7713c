/** How reading goes, in figures for a person who holds the camera. The clock is handed in. */
import type { Glimpse, Picture, Region } from './picture.ts';
import type { Reading } from './reader.ts';

/** How far back figures look, in milliseconds. */
export const WINDOW = 3000;
/** How far back the pace looks that the time left follows from, in milliseconds. */
const PACE_WINDOW = 6000;

/** How bright the part of a picture is that was looked at. */
export interface Light {
  /** Mean, 0 (black) to 1 (white). */
  readonly brightness: number;
  /** From what is darker than 95 in 100 pixels to what is brighter than 95 in 100; 0 to 1. */
  readonly contrast: number;
}

export interface Statistics {
  /** Pictures in which a code was read, of all of the last three seconds, 0 to 1. */
  readonly hitRate: number;
  /** Median of the codes read in the last three seconds, or of those only glimpsed; undefined when there was none. */
  readonly pixelsPerModule: number | undefined;
  /** The highest version of those codes; undefined when there was none. */
  readonly codeVersion: number | undefined;
  /** How much of the picture's height those codes take, the median; undefined when there was none. */
  readonly fill: number | undefined;
  /** Camera pictures a second. */
  readonly pictures: number;
  /** Frames a second that said something new. */
  readonly fresh: number;
  /** Until the message is whole, at the pace of the last seconds; undefined without a message or pace. */
  readonly secondsLeft: number | undefined;
  readonly light: Light;
  /** Milliseconds since a code was read last; undefined when none ever was. */
  readonly sinceHit: number | undefined;
  /** Milliseconds that were looked at, at most three seconds: figures of less than one say little. */
  readonly span: number;
}

interface Size {
  readonly pixelsPerModule: number;
  readonly version: number;
  readonly fill: number;
}

interface Entry {
  readonly at: number;
  readonly read: readonly Size[];
  readonly glimpsed: readonly Size[];
  readonly fresh: number;
  readonly light: Light;
}

/** Collects what the figures are made of. */
export class Meter {
  #entries: Entry[] = [];
  #lastHit: number | undefined;

  /**
   * Notes one camera picture.
   *
   * @param at when it was taken, in milliseconds of any clock that does not go back
   * @param fresh how many frames in it said something new
   */
  note(at: number, reading: Reading, light: Light, fresh: number): void {
    if (reading.sightings.length > 0) this.#lastHit = at;
    this.#entries.push({
      at,
      read: reading.sightings.map((code) => sizeOf(code, reading.height)),
      glimpsed: reading.glimpses.map((code) => sizeOf(code, reading.height)),
      fresh,
      light,
    });
    const since = at - PACE_WINDOW;
    if ((this.#entries[0]?.at ?? at) < since)
      this.#entries = this.#entries.filter((entry) => entry.at >= since);
  }

  /** The figures at this moment. `progress`: of the message that is coming, frames that are here and that it takes. */
  statistics(at: number, progress?: { readonly rank: number; readonly needed: number }): Statistics {
    const entries = this.#entries.filter((entry) => entry.at > at - WINDOW);
    const span = Math.min(WINDOW, at - (this.#entries[0]?.at ?? at));
    const perSecond = (count: number, over: number): number => (over > 0 ? (1000 * count) / over : 0);
    const sum = (list: readonly Entry[]): number => list.reduce((total, { fresh }) => total + fresh, 0);
    const read = entries.flatMap((entry) => entry.read);
    const seen = read.length > 0 ? read : entries.flatMap((entry) => entry.glimpsed);
    const whole = this.#entries.filter((entry) => entry.at > at - PACE_WINDOW);
    const pace = perSecond(sum(whole), at - (whole[0]?.at ?? at));
    return {
      hitRate:
        entries.length === 0 ? 0 : entries.filter((entry) => entry.read.length > 0).length / entries.length,
      pixelsPerModule: median(seen.map(({ pixelsPerModule }) => pixelsPerModule)),
      codeVersion: seen.length === 0 ? undefined : Math.max(...seen.map(({ version }) => version)),
      fill: median(seen.map(({ fill }) => fill)),
      pictures: perSecond(entries.length, span),
      fresh: perSecond(sum(entries), span),
      secondsLeft:
        progress === undefined || pace === 0
          ? undefined
          : Math.max(0, progress.needed - progress.rank) / pace,
      light: {
        brightness: mean(entries.map(({ light }) => light.brightness)),
        contrast: mean(entries.map(({ light }) => light.contrast)),
      },
      sinceHit: this.#lastHit === undefined ? undefined : at - this.#lastHit,
      span,
    };
  }
}

/** Pixels that are looked at for the light, about. */
const SAMPLES = 4096;

/** How bright a part of a picture is. */
export function lightOf({ data, width }: Picture, region: Region): Light {
  const step = Math.max(1, Math.floor(Math.sqrt((region.width * region.height) / SAMPLES)));
  const counts = new Uint32Array(256);
  let count = 0;
  let sum = 0;
  for (let y = region.y; y < region.y + region.height; y += step)
    for (let x = region.x; x < region.x + region.width; x += step) {
      const at = (y * width + x) * 4;
      const luma = Math.round(
        0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0),
      );
      counts[luma] = (counts[luma] ?? 0) + 1;
      count += 1;
      sum += luma;
    }
  if (count === 0) return { brightness: 0, contrast: 0 };
  const level = (share: number): number => {
    let below = 0;
    const at = counts.findIndex((number) => (below += number) >= share * count);
    return at / 255;
  };
  return { brightness: sum / count / 255, contrast: level(0.95) - level(0.05) };
}

function sizeOf({ corners, version, pixelsPerModule }: Glimpse, height: number): Size {
  const ys = corners.map(({ y }) => y);
  return { version, pixelsPerModule, fill: (Math.max(...ys) - Math.min(...ys)) / height };
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

export { advice } from './advice.ts';
