/**
 * The camera of a console: a film of one picture (YUV4MPEG2) that is written over in place. Chromium's fake camera reads its
 * file again and again, so whatever is written there is what the camera sees from then on.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

export const WIDTH = 1280;
export const HEIGHT = 720;
/** Pictures a second that Chromium takes. A laptop's camera gives 30; there are two cores for several windows. */
const RATE = 6;

/** The head of every file: size and rate cannot change while a window is open. Shades of grey have no colour: 128. */
const HEAD = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${RATE}:1 Ip A1:1 C420jpeg\nFRAME\n`);
const COLOUR = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
/** A wall, when nobody holds anything before the camera. */
const WALL = new Uint8Array(WIDTH * HEIGHT).fill(120);

/** Switches of a Chromium whose camera sees what is in this file. The file has to be there before. */
export const eyeSwitches = (path: string): string[] => [
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-video-capture=${path}`,
];

/** Makes the file; the camera looks at a wall. */
export function makeEye(path: string): void {
  const file = openSync(path, 'w');
  for (const part of [HEAD, WALL, COLOUR]) writeSync(file, part);
  closeSync(file);
}

export class Eye {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'r+');
  }

  /** The camera sees this from now on: brightness, row by row. */
  see(luma: Uint8Array | Uint8ClampedArray): void {
    writeSync(this.#file, luma, 0, WIDTH * HEIGHT, HEAD.length);
  }

  turnAway(): void {
    this.see(WALL);
  }

  close(): void {
    closeSync(this.#file);
  }
}
