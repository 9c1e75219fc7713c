/** A film of one picture that is written over: what Chromium takes for a camera, and a code held before it. */
import fs from 'node:fs';
import { QUIET_ZONE, type Matrix } from '../optical/symbol/draw.ts';

const WIDTH = 1280;
const HEIGHT = 720;
const HEAD = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F30:1 Ip A1:1 C420jpeg\nFRAME\n`);
/** Luma of the room, and of a screen's white and black. */
const ROOM = 120;
const WHITE = 235;
const BLACK = 20;

export class HeldCode {
  readonly #path: string;

  /** Makes the film, which has to be there before the browser is. */
  constructor(path: string) {
    this.#path = path;
    fs.writeFileSync(path, Buffer.concat([HEAD, Buffer.alloc((WIDTH * HEIGHT * 3) / 2, 128)]));
  }

  /** What Chromium is started with. */
  get args(): string[] {
    return ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${this.#path}`];
  }

  /**
   * Holds a code before the camera, or nothing.
   *
   * @param pixels of the camera on a side of a module
   */
  hold(code: Pick<Matrix, 'size' | 'modules'> | null, pixels: number): void {
    const picture = Buffer.alloc(WIDTH * HEIGHT, ROOM);
    if (code !== null) draw(picture, code, pixels);
    this.#put(picture);
  }

  /** Holds a part of a page before the camera: what lies around this point of it, at one pixel for each of the page. */
  holdPage(
    {
      width,
      height,
      luma,
    }: { readonly width: number; readonly height: number; readonly luma: Uint8ClampedArray },
    middle: { readonly x: number; readonly y: number },
  ): void {
    const picture = Buffer.alloc(WIDTH * HEIGHT, ROOM);
    const [left, top] = [Math.round(middle.x - WIDTH / 2), Math.round(middle.y - HEIGHT / 2)];
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++) {
        const [fromX, fromY] = [left + x, top + y];
        if (fromX < 0 || fromY < 0 || fromX >= width || fromY >= height) continue;
        const value = luma[fromY * width + fromX] ?? 255;
        picture[y * WIDTH + x] = BLACK + (value * (WHITE - BLACK)) / 255;
      }
    this.#put(picture);
  }

  #put(picture: Buffer): void {
    const file = fs.openSync(this.#path, 'r+');
    fs.writeSync(file, picture, 0, picture.length, HEAD.length);
    fs.closeSync(file);
  }
}

function draw(picture: Buffer, { size, modules }: Pick<Matrix, 'size' | 'modules'>, pixels: number): void {
  const side = (size + 2 * QUIET_ZONE) * pixels;
  const [left, top] = [(WIDTH - side) >> 1, (HEIGHT - side) >> 1];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const column = Math.floor(x / pixels) - QUIET_ZONE;
      const row = Math.floor(y / pixels) - QUIET_ZONE;
      const isInside = column >= 0 && row >= 0 && column < size && row < size;
      picture[(top + y) * WIDTH + left + x] = isInside && modules[row * size + column] === 1 ? BLACK : WHITE;
    }
}
