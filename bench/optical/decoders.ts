/** How long readers look at a picture, and how often they read it. */
import type { Decoder } from '../../optical/read/picture.ts';
import { Camera } from '../../test-support/camera/camera.ts';
import { GOOD_WEBCAM } from '../../test-support/camera/conditions.ts';
import { HELD } from '../../test-support/camera/pose.ts';
import { screenOf } from '../../test-support/camera/screen.ts';
import { fullCode } from '../../test-support/codes.ts';

const PICTURES = 6;

export interface Reading {
  /** Milliseconds a picture: the median. */
  readonly time: number;
  /** 0 to 1. */
  readonly success: number;
}

export async function reading(decoder: Decoder, lines: number, version: number): Promise<Reading> {
  const times: number[] = [];
  let read = 0;
  for (let at = 0; at < PICTURES; at++) {
    const { bytes, matrix } = fullCode(version, at);
    const camera = new Camera({
      width: Math.round((lines * 16) / 9),
      height: lines,
      pose: HELD,
      conditions: GOOD_WEBCAM,
      seed: at,
    });
    const picture = camera.photograph(screenOf(matrix, 3), 0);
    const begun = performance.now();
    const [first] = await decoder.decode(picture, 1);
    times.push(performance.now() - begun);
    if (first !== undefined && Buffer.from(first.bytes).equals(Buffer.from(bytes))) read += 1;
  }
  times.sort((a, b) => a - b);
  return { time: times[times.length >> 1] ?? Number.NaN, success: read / PICTURES };
}
