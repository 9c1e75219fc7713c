/**
 * How much of each image a row of the camera sees: the display writes an image from top to bottom and takes its time to
 * change brightness; the camera reads its rows one after the other and collects light for a while.
 */
import type { Screen } from './screen.ts';

/** What the display is given at a time, in milliseconds. The same object for the same image. */
export type Film = (displayMs: number) => Screen;

/** An image and the time in which the display's buffer has it, in milliseconds. */
export interface Spell {
  readonly screen: Screen;
  readonly from: number;
  readonly to: number;
}

/** Response times after which nothing of an image is left to be seen. */
const TAIL = 6;

/** The images that can be seen between two times, in order; the first counts as having been there for ever. */
export function spells(film: Film, from: number, to: number, refresh: number, response: number): Spell[] {
  const first = Math.floor((from - TAIL * response) / refresh) - 1;
  const found: Spell[] = [];
  for (let number = first; number * refresh < to; number++) {
    const screen = film(number * refresh);
    const last = found.at(-1);
    const end = (number + 1) * refresh;
    if (last?.screen === screen) found[found.length - 1] = { ...last, to: end };
    else
      found.push({ screen, from: last === undefined ? Number.NEGATIVE_INFINITY : number * refresh, to: end });
  }
  const last = found.pop();
  return last === undefined ? [] : [...found, { ...last, to: Number.POSITIVE_INFINITY }];
}

/**
 * Share of each image in the light that is collected between two times, at a place that the display writes `delay`
 * milliseconds after it began with the image. They add up to 1.
 */
export function shares(
  list: readonly Spell[],
  from: number,
  to: number,
  delay: number,
  response: number,
): number[] {
  // Light collected of a step that began at `start` and stays.
  const step = (start: number): number => gathered(to - start, response) - gathered(from - start, response);
  const length = to - from;
  return list.map((spell) => {
    const rising = spell.from === Number.NEGATIVE_INFINITY ? length : step(spell.from + delay);
    const falling = spell.to === Number.POSITIVE_INFINITY ? 0 : step(spell.to + delay);
    return (rising - falling) / length;
  });
}

/** Integral over 1 − exp(−t / response) from 0 to `time`. */
function gathered(time: number, response: number): number {
  if (time <= 0) return 0;
  return response === 0 ? time : time - response * (1 - Math.exp(-time / response));
}
