/** Reads a part of a screenshot as brightness. A quick reader for the PNG that Chromium writes, and for nothing else. */
import { inflateSync } from 'node:zlib';
import type { Screen } from '../../test-support/camera/screen.ts';

/** A part of a window, in whole pixels. It may stick out of the window. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const SIGNATURE = 8;
/** Bytes of a chunk before its data (length and type), and around it (the checksum too). */
const BEFORE = 8;
const AROUND = 12;
/** Bytes of a pixel by colour type: RGB, RGBA. */
const PIXEL: Readonly<Record<number, number>> = { 2: 3, 6: 4 };
/** What is beside the window: the dark frame of a display. */
const FRAME = 24;

/**
 * A part of a screenshot (PNG, ISO/IEC 15948).
 *
 * @param area default: all of it
 * @throws RangeError where it is not 8 bits RGB or RGBA, row by row
 */
export function screenOfScreenshot(png: Uint8Array, area?: Area): Screen {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  let head: Buffer | undefined;
  const parts: Buffer[] = [];
  for (let at = SIGNATURE; at + AROUND <= bytes.length; at += AROUND + bytes.readUInt32BE(at)) {
    const type = bytes.toString('latin1', at + 4, at + BEFORE);
    const data = bytes.subarray(at + BEFORE, at + BEFORE + bytes.readUInt32BE(at));
    if (type === 'IHDR') head = data;
    if (type === 'IDAT') parts.push(data);
  }
  const pixel = PIXEL[head?.[9] ?? 0];
  if (head === undefined || pixel === undefined || head[8] !== 8 || head[12] !== 0)
    throw new RangeError('a picture of another kind than Chromium’s screenshots');
  const size = { width: head.readUInt32BE(0), height: head.readUInt32BE(4) };
  const raw = inflateSync(Buffer.concat(parts));
  return brightness(raw, { ...size, pixel }, area ?? { x: 0, y: 0, ...size });
}

interface Format {
  readonly width: number;
  readonly height: number;
  /** Bytes of a pixel. */
  readonly pixel: number;
}

/** Takes the filters off, row by row, and weighs the colours (ITU-R BT.601). */
function brightness(raw: Buffer, { width, height, pixel }: Format, area: Area): Screen {
  const luma = new Uint8Array(area.width * area.height).fill(FRAME);
  const [left, right] = [Math.max(0, area.x), Math.min(width, area.x + area.width)];
  const length = width * pixel;
  let above: Uint8Array = new Uint8Array(length);
  for (let y = 0; y < Math.min(height, area.y + area.height); y++) {
    const start = y * (length + 1);
    const row = raw.subarray(start + 1, start + 1 + length);
    unfilter(raw[start] ?? 0, row, above, pixel);
    above = row;
    if (y < area.y) continue;
    const line = (y - area.y) * area.width - area.x;
    for (let x = left, at = left * pixel; x < right; x++, at += pixel)
      luma[line + x] = 0.299 * row[at]! + 0.587 * row[at + 1]! + 0.114 * row[at + 2]! + 0.5;
  }
  return { luma, width: area.width, height: area.height };
}

/** Filters of clause 9: each byte was written as its difference from what is to the left, above, or both. */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, pixel: number): void {
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let at = pixel; at < row.length; at++) row[at] = row[at]! + row[at - pixel]!;
      return;
    case 2:
      for (let at = 0; at < row.length; at++) row[at] = row[at]! + above[at]!;
      return;
    case 3:
      for (let at = 0; at < row.length; at++)
        row[at] = row[at]! + (((at < pixel ? 0 : row[at - pixel]!) + above[at]!) >> 1);
      return;
    case 4:
      for (let at = 0; at < row.length; at++)
        row[at] =
          row[at]! + (at < pixel ? above[at]! : nearest(row[at - pixel]!, above[at]!, above[at - pixel]!));
      return;
    default:
      throw new RangeError('a filter that PNG does not have');
  }
}

/** Paeth's predictor: of the three neighbours, the one nearest to what they would give together. */
function nearest(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [
    Math.abs(up - corner),
    Math.abs(left - corner),
    Math.abs(left + up - 2 * corner),
  ];
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}
