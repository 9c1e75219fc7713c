/** The codes of a link test as an endless film: all sizes, pass after pass, each saying what was seen of the other screen. */
import { IN_ROW, sweepOf } from '../../../optical/symbol/sweep.ts';
import type { Layout } from '../../../optical/symbol/layout.ts';
import { crc32 } from '../../../optical/wire/crc32.ts';
import { encodeLink, type LinkReport, type LinkScreen } from '../../../optical/wire/link.ts';
import { Reel } from '../show/reel.ts';
import type { Film, PlayerState } from '../show/player.ts';

export interface TestFilm extends Film {
  /** Of this laptop, as long as its codes have these sizes. */
  readonly nonce: Uint8Array;
  /** What the other laptop is told of this screen. */
  readonly screen: LinkScreen;
  readonly sweep: readonly Layout[];
  /** What a code says. */
  readonly frame: (sequence: number) => Uint8Array;
}

/**
 * @param random eight bytes that are others in every test
 * @param width CSS pixels that there are when a message is shown: the whole window
 * @param report what to tell the other laptop, asked whenever a code is drawn
 */
export function testFilm(
  random: Uint8Array,
  { room, refreshRate }: Pick<PlayerState, 'room' | 'refreshRate'>,
  width: () => number,
  report: () => LinkReport | null,
): TestFilm | null {
  if (room === null || refreshRate === null || room.width === 0 || room.height === 0) return null;
  const sweep = sweepOf(room, refreshRate);
  const screen = {
    width: Math.min(65535, Math.floor(width() * room.scale)),
    height: Math.min(65535, Math.floor(room.height * room.scale)),
    scale: hundredths(room.scale),
    refreshRate: hundredths(refreshRate),
  };
  const nonce = nonceOf(random, sweep, screen);
  const layoutOf = (sequence: number): Layout => {
    const layout = sweep[Math.floor((sequence % (sweep.length * IN_ROW)) / IN_ROW)];
    if (layout === undefined) throw new RangeError('a sweep without codes');
    return layout;
  };
  const frame = (sequence: number): Uint8Array => {
    const { version, pixels, rate } = layoutOf(sequence);
    const inPass = sweep.length * IN_ROW;
    return encodeLink({
      nonce,
      sequence,
      pass: Math.floor(sequence / inPass) % 65536,
      place: sequence % inPass,
      inRow: IN_ROW,
      version,
      pixels: Math.min(255, pixels),
      stays: Math.round(1000 / rate),
      screen,
      report: report(),
    });
  };
  return {
    key: nonce.join(' '),
    layoutOf,
    reel: new Reel({ frame }, (sequence) => layoutOf(sequence).version, 1),
    once: Infinity,
    nonce,
    screen,
    sweep,
    frame,
  };
}

/** Other sizes are another test: what was seen of the old ones says nothing of them. */
function nonceOf(random: Uint8Array, sweep: readonly Layout[], screen: LinkScreen): Uint8Array {
  const sizes = sweep.map(({ version, pixels, refreshes }) => [version, pixels, refreshes]);
  const nonce = random.slice();
  const view = new DataView(nonce.buffer);
  view.setUint32(4, view.getUint32(4) ^ crc32(new TextEncoder().encode(JSON.stringify([sizes, screen]))));
  return nonce;
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;
