/** Makes a blurred or coarse picture easier to read: for a second look at a part of it where a code must be. */
import type { Picture } from './picture.ts';

/** How much of the difference to its blurred self is added to a picture. */
const AMOUNT = 3;

/** Unsharp masking: brings back edges that a lens has spread over several pixels. The result is grey. */
export function sharpen(picture: Picture): Picture {
  const { width, height } = picture;
  return unsharp(lumaOf(picture), width, height, 1);
}

/** Twice as wide and high, and sharpened: for modules of hardly more than two pixels. The result is grey. */
export function enlarge(picture: Picture): Picture {
  const { width, height } = picture;
  const wide = stretchRows(lumaOf(picture), width, height);
  return unsharp(stretchColumns(wide, width * 2, height), width * 2, height * 2, 2);
}

/** Brightness of every pixel, 0 to 255 (ITU-R BT.601). */
export function lumaOf({ data, width, height }: Picture): Float32Array {
  const luma = new Float32Array(width * height);
  for (let at = 0, from = 0; at < luma.length; at++, from += 4)
    luma[at] = 0.299 * (data[from] ?? 0) + 0.587 * (data[from + 1] ?? 0) + 0.114 * (data[from + 2] ?? 0);
  return luma;
}

/** Pixels that lie a quarter and three quarters of the way between the old ones. */
function stretchRows(luma: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(width * 2 * height);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const here = luma[row + x] ?? 0;
      const before = luma[row + Math.max(0, x - 1)] ?? 0;
      const after = luma[row + Math.min(width - 1, x + 1)] ?? 0;
      out[2 * (row + x)] = 0.75 * here + 0.25 * before;
      out[2 * (row + x) + 1] = 0.75 * here + 0.25 * after;
    }
  }
  return out;
}

function stretchColumns(luma: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(width * height * 2);
  for (let y = 0; y < height; y++) {
    const here = y * width;
    const before = Math.max(0, y - 1) * width;
    const after = Math.min(height - 1, y + 1) * width;
    for (let x = 0; x < width; x++) {
      out[2 * here + x] = 0.75 * (luma[here + x] ?? 0) + 0.25 * (luma[before + x] ?? 0);
      out[2 * here + width + x] = 0.75 * (luma[here + x] ?? 0) + 0.25 * (luma[after + x] ?? 0);
    }
  }
  return out;
}

/**
 * luma + AMOUNT · (luma − its mean over a square of 2 · radius + 1 pixels), as a picture; the edge repeats outside. Running
 * sums, rows first and then columns, because this is done while the next picture waits.
 */
function unsharp(luma: Float32Array, width: number, height: number, radius: number): Picture {
  const rows = rowSums(luma, width, height, radius);
  const data = new Uint8ClampedArray(width * height * 4);
  // Alpha is as bright as the rest: that needs no byte order, and no decoder looks at it.
  const pixels = new Uint32Array(data.buffer);
  const sums = new Float32Array(width);
  const rowOf = (y: number): number => Math.max(0, Math.min(height - 1, y)) * width;
  for (let y = -radius; y <= radius; y++)
    for (let x = 0, from = rowOf(y); x < width; x++) sums[x] = (sums[x] ?? 0) + (rows[from + x] ?? 0);
  const share = AMOUNT / (2 * radius + 1) ** 2;
  for (let y = 0; y < height; y++) {
    const enters = rowOf(y + radius + 1);
    const leaves = rowOf(y - radius);
    const here = y * width;
    for (let x = 0; x < width; x++) {
      const sum = sums[x] ?? 0;
      const sharp = (1 + AMOUNT) * (luma[here + x] ?? 0) - share * sum;
      const value = sharp < 0 ? 0 : sharp > 255 ? 255 : (sharp + 0.5) | 0;
      pixels[here + x] = value | (value << 8) | (value << 16) | (value << 24);
      sums[x] = sum + (rows[enters + x] ?? 0) - (rows[leaves + x] ?? 0);
    }
  }
  return { data, width, height };
}

/** Sums over 2 · radius + 1 pixels of a row around every pixel. */
function rowSums(luma: Float32Array, width: number, height: number, radius: number): Float32Array {
  const out = new Float32Array(luma.length);
  for (let y = 0; y < height; y++) {
    const first = y * width;
    const last = first + width - 1;
    let sum = 0;
    for (let at = first - radius; at <= first + radius; at++)
      sum += luma[at < first ? first : at > last ? last : at] ?? 0;
    for (let at = first; at <= last; at++) {
      out[at] = sum;
      const enters = at + radius + 1;
      const leaves = at - radius;
      sum += (luma[enters > last ? last : enters] ?? 0) - (luma[leaves < first ? first : leaves] ?? 0);
    }
  }
  return out;
}
