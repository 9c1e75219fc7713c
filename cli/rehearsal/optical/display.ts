/** A laptop's display while it shows a message as codes: which image it shows at what time. */
import { draw, QUIET_ZONE } from '../../../optical/symbol/draw.ts';
import type { Sender } from '../../../optical/wire/sender.ts';
import type { Screen } from '../../../test-support/camera/screen.ts';

/** Pixels on a side of the square in which a code is shown: as large as fits, whatever its version. */
const SIDE = 500;
/** Images that are kept: a camera sees few of them at a time. */
const KEPT = 8;

/** What was shown before, and for how many codes it stays. */
export interface LeftOver {
  readonly sender: Sender;
  /** Sequence number of its first code. */
  readonly first: number;
  readonly codes: number;
}

export class Display {
  readonly #sender: Sender;
  readonly #first: number;
  readonly #rate: number;
  readonly #before: LeftOver | undefined;
  readonly #images = new Map<number, Screen>();

  /**
   * @param first sequence number of the first code: somebody who comes late does not see code 0
   * @param rate codes a second
   */
  constructor(sender: Sender, first: number, rate: number, before: LeftOver | undefined) {
    this.#sender = sender;
    this.#first = first;
    this.#rate = rate;
    this.#before = before;
  }

  /** What it shows at a time, in seconds. The same object for the same image. */
  at(seconds: number): Screen {
    const number = this.#numberAt(seconds);
    const known = this.#images.get(number);
    if (known !== undefined) return known;
    const made = centred(this.#frame(number));
    this.#images.set(number, made);
    for (const oldest of this.#images.keys()) {
      if (this.#images.size <= KEPT) break;
      this.#images.delete(oldest);
    }
    return made;
  }

  /** Codes of the message that were shown up to a time, in seconds; without what was left over before. */
  shownBy(seconds: number): number {
    return Math.max(0, this.#numberAt(seconds) + 1 - (this.#before?.codes ?? 0));
  }

  /** Before time 0 it is the first code that stands there. */
  #numberAt(seconds: number): number {
    return Math.max(0, Math.floor(seconds * this.#rate + 1e-6));
  }

  #frame(number: number): Uint8Array {
    const before = this.#before;
    if (before !== undefined && number < before.codes) return before.sender.frame(before.first + number);
    return this.#sender.frame(this.#first + number - (before?.codes ?? 0));
  }
}

/** Draws a frame in the middle of the square, on white. */
function centred(frame: Uint8Array): Screen {
  const { size, modules } = draw(frame);
  const pixels = Math.floor(SIDE / (size + 2 * QUIET_ZONE));
  const margin = Math.floor((SIDE - size * pixels) / 2);
  const luma = new Uint8Array(SIDE * SIDE).fill(255);
  for (let row = 0; row < size * pixels; row++)
    for (let column = 0; column < size * pixels; column++)
      if (modules[Math.floor(row / pixels) * size + Math.floor(column / pixels)] === 1)
        luma[(row + margin) * SIDE + column + margin] = 0;
  return { luma, width: SIDE, height: SIDE };
}
