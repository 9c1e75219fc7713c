/** One sentence for the person who holds the camera: the first rule that fits. None while all goes well. */
import type { Decoder } from './picture.ts';
import type { Statistics } from './statistics.ts';

/** Figures of less than this many milliseconds say nothing yet. */
const PATIENCE = 1500;
/** Below this brightness a picture is black, whatever it shows; between that and the next one it is dim. */
const BLACK = 0.06;
const DIM = 0.22;
/** Below this contrast light and dark modules cannot be told apart for sure. */
const FLAT = 0.25;
/** Above this brightness the picture is burnt out: a code is half dark. */
const GLARING = 0.85;
/** Share of pictures read at which nothing needs to be said. */
const GOOD = 0.35;
/** Pixels a module that each decoder wants of a good camera, and of a blurry one. */
const WANTED = { zxing: { sharp: 2.5, blurry: 4.5 }, jsqr: { sharp: 3.5, blurry: 5.5 } } as const;
/** Versions up to this one are not dense: less density would not help. */
const LOW_VERSION = 10;
/** Camera pictures a second that are too few for anything. */
const SLOW = 5;

export const ADVICE = {
  'too-dark': 'The picture is too dark: uncover the camera, or let it see more light',
  'more-light': 'More light: turn up the brightness of the other screen',
  glare: 'The picture is too bright: turn away from lamps and windows, or turn down the other screen',
  'nothing-seen': 'Nothing is seen: point the camera at the other screen',
  closer: 'Move closer',
  'less-dense': 'Show it less dense there',
  'hold-still': 'Hold still',
  'slow-camera': 'The camera gives few pictures a second: more light helps',
} as const;
export type AdviceName = keyof typeof ADVICE;

/** Which sentence of `ADVICE` helps; undefined while all goes well, or nothing is known yet. */
export function adviceFor(statistics: Statistics, decoder: Decoder['name']): AdviceName | undefined {
  const { hitRate, pixelsPerModule, codeVersion, pictures, light, sinceHit, span } = statistics;
  if (span < PATIENCE) return undefined;
  if (light.brightness < BLACK) return 'too-dark';
  if (hitRate >= GOOD) return pictures < SLOW ? 'slow-camera' : undefined;
  if (light.brightness > GLARING) return 'glare';
  if (light.brightness < DIM || light.contrast < FLAT) return 'more-light';
  if (sinceHit === undefined || pixelsPerModule === undefined || codeVersion === undefined)
    return 'nothing-seen';
  const { sharp, blurry } = WANTED[decoder];
  if (pixelsPerModule < sharp) return 'closer';
  if (pixelsPerModule < blurry) return codeVersion > LOW_VERSION ? 'less-dense' : 'closer';
  return pictures < SLOW ? 'slow-camera' : 'hold-still';
}

/** One line of advice; undefined for none. */
export function advice(statistics: Statistics, decoder: Decoder['name']): string | undefined {
  const name = adviceFor(statistics, decoder);
  return name === undefined ? undefined : ADVICE[name];
}
