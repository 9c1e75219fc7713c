/** Codes in their order, drawn ahead of time: when one is due it is there. */
import { drawText } from '../../../optical/symbol/draw-text.ts';
import { draw, type Matrix } from '../../../optical/symbol/draw.ts';

/** Codes that are shown together, from left to right. */
export type Page = readonly Matrix[];

export interface Frames {
  /** Frame `sequence`, from 0 on: bytes, or text for alphanumeric mode. */
  frame(sequence: number): Uint8Array | string;
}

/** Pages that are ready before they are needed: half a second of the fastest. */
const AHEAD = 10;

export class Reel {
  readonly #frames: Frames;
  readonly #versionOf: (sequence: number) => number;
  readonly #codes: 1 | 2;
  readonly #ready = new Map<number, Page>();

  /** @param versionOf version of the code of a frame */
  constructor(frames: Frames, versionOf: (sequence: number) => number, codes: 1 | 2) {
    this.#frames = frames;
    this.#versionOf = versionOf;
    this.#codes = codes;
  }

  /** The page that begins with frame `sequence`. Made now if it is not ready. */
  page(sequence: number): Page {
    const page = this.#ready.get(sequence) ?? this.#make(sequence);
    this.#ready.set(sequence, page);
    return page;
  }

  /** Makes one page of those that follow `sequence`; returns false when enough are ready. Forgets those that are over. */
  prepare(sequence: number): boolean {
    for (const ready of this.#ready.keys())
      if (ready < sequence || ready > sequence + AHEAD * this.#codes) this.#ready.delete(ready);
    for (let ahead = 0; ahead <= AHEAD; ahead++) {
      const next = this.after(sequence, ahead);
      if (this.#ready.has(next)) continue;
      this.#ready.set(next, this.#make(next));
      return true;
    }
    return false;
  }

  /** First frame of the page that is `pages` after the one that begins with `sequence`; before it, if negative. */
  after(sequence: number, pages: number): number {
    // Sequence numbers have 32 bits. At 40 codes a second they last three years.
    return Math.max(0, sequence + pages * this.#codes) % 2 ** 32;
  }

  #make(sequence: number): Page {
    return Array.from({ length: this.#codes }, (_, at) => {
      const number = (sequence + at) % 2 ** 32;
      const frame = this.#frames.frame(number);
      const version = this.#versionOf(number);
      return typeof frame === 'string' ? drawText(frame, version) : draw(frame, version);
    });
  }
}
