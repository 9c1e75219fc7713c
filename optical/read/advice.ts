/** One sentence for the person who holds the camera: the first rule that fits. None while all goes well. */
import type { Decoder } from './picture.ts';
import type { Statistics } from './statistics.ts';

/** Figures of less than this many milliseconds say nothing yet. */
const PATIENCE = 1500;
/** A picture that is darker than this, without anything brighter in it, is black. */
const BLACK = 0.06;
const BLACK_CONTRAST = 0.1;
/** A picture that is darker than this is dim. */
const DIM = 0.22;
/** Below this contrast light and dark modules cannot be told apart for sure. */
const FLAT = 0.25;
/** Above this brightness a code is burnt out: half of it is dark. */
const GLARING = 0.85;
/** Share of pictures read at which nothing needs to be said. */
const GOOD = 0.35;
/** Pixels a module at which each decoder reads what a blurry camera sees, too. */
const WANTED = { zxing: 4.5, jsqr: 6 } as const;
/** Share of the picture's height up to which a code can come closer. */
const ROOM = 0.7;
/** Camera pictures a second that are too few for anything. */
const SLOW = 5;

export const ADVICE = {
  'too-dark': 'The picture is too dark: uncover the camera',
  'more-light': 'More light: turn up the brightness of the other screen',
  glare: 'The picture is too bright: turn away from lamps and windows',
  'nothing-seen': 'Nothing is seen: point the camera at the other screen, or move closer',
  closer: 'Move closer',
  'less-dense': 'Show it less dense there',
  'hold-still': 'Hold still',
  'slow-camera': 'The camera gives few pictures a second: more light helps',
} as const;
export type AdviceName = keyof typeof ADVICE;

/** Which sentence of `ADVICE` helps; undefined while all goes well, or nothing is known yet. */
export function adviceFor(statistics: Statistics, decoder: Decoder['name']): AdviceName | undefined {
  const { hitRate, pixelsPerModule, fill, pictures, light, span } = statistics;
  if (span < PATIENCE) return undefined;
  if (light.brightness < BLACK && light.contrast < BLACK_CONTRAST) return 'too-dark';
  if (hitRate >= GOOD) return pictures < SLOW ? 'slow-camera' : undefined;
  if (pixelsPerModule === undefined || fill === undefined)
    return light.brightness < DIM && light.contrast < FLAT ? 'more-light' : 'nothing-seen';
  if (light.brightness > GLARING) return 'glare';
  if (light.contrast < FLAT) return 'more-light';
  if (pixelsPerModule < WANTED[decoder]) return fill < ROOM ? 'closer' : 'less-dense';
  return pictures < SLOW ? 'slow-camera' : 'hold-still';
}

/** One line of advice; undefined for none. */
export function advice(statistics: Statistics, decoder: Decoder['name']): string | undefined {
  const name = adviceFor(statistics, decoder);
  return name === undefined ? undefined : ADVICE[name];
}
