/** What happens to a printed page before somebody reads it: resolutions, turns, blur, noise, JPEG, blots. Seeded. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Decoder } from '../optical/read/picture.ts';
import { uniform } from './camera/generator.ts';
import { compress, stepsAt } from './camera/jpeg.ts';

/** A page in shades of grey. */
export interface Scan {
  readonly width: number;
  readonly height: number;
  readonly luma: Uint8ClampedArray;
}

/** Renders the first page of a PDF with poppler. */
export function renderPage(pdf: string, dpi: number): Scan {
  const pgm = execFileSync('pdftoppm', ['-r', String(dpi), '-gray', '-singlefile', pdf], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const header = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(pgm.toString('latin1', 0, 40));
  if (header === null) throw new Error('pdftoppm wrote something else than a PGM picture');
  return {
    width: Number(header[1]),
    height: Number(header[2]),
    luma: new Uint8ClampedArray(pgm.subarray(header[0].length)),
  };
}

export function pgmOf({ width, height, luma }: Scan): Uint8Array {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), new Uint8Array(luma)]);
}

/** Turned about its middle; what comes into view is white paper. */
export function turn(scan: Scan, degrees: number): Scan {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const width = Math.ceil(scan.width * Math.abs(cos) + scan.height * Math.abs(sin));
  const height = Math.ceil(scan.width * Math.abs(sin) + scan.height * Math.abs(cos));
  const luma = new Uint8ClampedArray(width * height).fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [x - width / 2, y - height / 2];
      const fromX = cos * dx + sin * dy + scan.width / 2;
      const fromY = cos * dy - sin * dx + scan.height / 2;
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      if (left < 0 || top < 0 || left + 1 >= scan.width || top + 1 >= scan.height) continue;
      const [u, v] = [fromX - left, fromY - top];
      const at = top * scan.width + left;
      const above = scan.luma[at]! * (1 - u) + scan.luma[at + 1]! * u;
      const below = scan.luma[at + scan.width]! * (1 - u) + scan.luma[at + scan.width + 1]! * u;
      luma[y * width + x] = above * (1 - v) + below * v;
    }
  return { width, height, luma };
}

/** Three box filters in a row, which come close to a Gaussian. `radius` in pixels. */
export function blur(scan: Scan, radius: number): Scan {
  const { width, height } = scan;
  let luma = scan.luma;
  for (let pass = 0; pass < 3; pass++)
    for (const [step, lines, length, stride] of [
      [1, height, width, width],
      [width, width, height, 1],
    ] as const) {
      const out = new Uint8ClampedArray(luma.length);
      for (let line = 0; line < lines; line++)
        for (let at = 0; at < length; at++) {
          let sum = 0;
          for (let by = -radius; by <= radius; by++)
            sum += luma[line * stride + Math.min(length - 1, Math.max(0, at + by)) * step]!;
          out[line * stride + at * step] = sum / (2 * radius + 1);
        }
      luma = out;
    }
  return { width, height, luma };
}

const mapped = (scan: Scan, change: (value: number) => number): Scan => ({
  ...scan,
  luma: scan.luma.map(change),
});

/** Noise of a standard deviation of about `amount` grey levels. */
export function noise(scan: Scan, amount: number, seed: number): Scan {
  const next = uniform(seed);
  return mapped(scan, (value) => value + (next() + next() + next() + next() - 2) * amount * 1.73);
}

export function jpeg(scan: Scan, quality: number): Scan {
  const luma = scan.luma.slice();
  const { width, height } = scan;
  compress(luma, width, { left: 0, top: 0, right: width, bottom: height }, stepsAt(quality));
  return { width, height, luma };
}

/** A round black blot over `share` of the code's area, off its middle. The code's place as laptop/paper/page.ts draws it. */
export function blot(scan: Scan, share: number, dpi: number): Scan {
  const point = dpi / 72;
  const side = 170 * point;
  const [centreX, centreY] = [(547.28 - 105) * point, (133 + 95) * point];
  const radius = Math.sqrt((share * side * side) / Math.PI);
  const luma = scan.luma.slice();
  for (let y = 0; y < scan.height; y++)
    for (let x = 0; x < scan.width; x++)
      if (Math.hypot(x - centreX, y - centreY) < radius) luma[y * scan.width + x] = 20;
  return { ...scan, luma };
}

/** What is done to a page, by name. */
export const DAMAGES: Readonly<Record<string, (scan: Scan, dpi: number) => Scan>> = {
  clean: (scan) => scan,
  'turned 3°': (scan) => turn(scan, 3),
  'turned 37°': (scan) => turn(scan, 37),
  'upside down': (scan) => turn(scan, 180),
  blurred: (scan, dpi) => blur(scan, Math.max(1, Math.round(dpi / 150))),
  noisy: (scan) => noise(scan, 30, 1),
  'JPEG 25': (scan) => jpeg(scan, 25),
  'low contrast': (scan) => mapped(scan, (value) => 90 + value * 0.3),
  'blot 8 %': (scan, dpi) => blot(scan, 0.08, dpi),
  'turned, noisy, JPEG 40': (scan) => jpeg(noise(turn(scan, 4), 18, 2), 40),
};

/** What our decoder reads in a page. */
export async function readByUs(decoder: Decoder, { width, height, luma }: Scan): Promise<string | undefined> {
  const data = new Uint8ClampedArray(4 * luma.length);
  for (const [at, value] of luma.entries())
    data.fill(value, 4 * at, 4 * at + 3).fill(255, 4 * at + 3, 4 * at + 4);
  const [first] = await decoder.decode({ data, width, height }, 1);
  return first === undefined ? undefined : new TextDecoder().decode(first.bytes);
}

/** What zbarimg reads in a page. */
export function readByZbar(scan: Scan, folder: string): string | undefined {
  const path = join(folder, 'page.pgm');
  writeFileSync(path, pgmOf(scan));
  try {
    return execFileSync('zbarimg', ['-q', '--raw', '-Sdisable', '-Sqrcode.enable', path], {
      encoding: 'utf8',
    }).trim();
  } catch {
    return undefined;
  }
}
