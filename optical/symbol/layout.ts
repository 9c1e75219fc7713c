/**
 * How large codes are, how many stand side by side, and how long each of them stays: from what a person asked for, the room
 * there is, and the flash rule (optical/symbol/flashes.ts). Slow codes are as large as fits. Fast ones are as large as
 * fast ones may be.
 */
import { capacityOf, modulesOf, QUIET_ZONE, versionFor } from './draw.ts';
import { fewestRefreshes, FINE_PATTERN, SLOW } from './flashes.ts';
import { DENSITIES, type Setting } from './presets.ts';
import { cut, MAX_FRAGMENTS } from '../wire/fountain.ts';
import { FRAME_OVERHEAD } from '../wire/frame.ts';

/** Where codes are shown. */
export interface Room {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels in a CSS pixel. */
  readonly scale: number;
}

/** Why it is not what was asked for, or not as large as there is room for. */
export type Reason =
  /** Larger ones would have to be slower. */
  | 'small because fast'
  /** They cannot be made small enough for their speed. */
  | 'slow because large'
  | 'one because two do not fit'
  | 'less dense because more does not fit';

export interface Layout extends Codes {
  /** Index in DENSITIES. */
  readonly density: number;
  /** Codes side by side. */
  readonly codes: 1 | 2;
  /** Side of a module, in whole device pixels. */
  readonly pixels: number;
  /** The same in CSS pixels. */
  readonly modulePixels: number;
  /** Of all codes together with their quiet zones, in device pixels. */
  readonly width: number;
  readonly height: number;
  /** Refreshes of the display that every code stays. */
  readonly refreshes: number;
  /** Codes a second that follow from it, each of the two for itself. */
  readonly rate: number;
  readonly reasons: readonly Reason[];
}

/** Fewest device pixels on a side of a module that any camera could tell apart. */
const FEWEST_PIXELS = 2;

/** What codes are like at a density. */
export interface Codes {
  readonly version: number;
  /** 1: there is one code, which stands still. */
  readonly frames: number;
}
export type CodesAt = (density: number) => Codes;

export const clampDensity = (density: number): number =>
  Math.max(0, Math.min(DENSITIES.length - 1, Math.round(density)));

/** Bytes of a code at a density. */
const capacityAt = (density: number): number => capacityOf(DENSITIES[clampDensity(density)] ?? DENSITIES[0]);

/** Bytes of a code in which a body of `bytes` bytes is shown at a density: more, where it would have too many parts. */
export function capacityFor(bytes: number, density: number): number {
  const least = DENSITIES.findIndex(
    (version) => (capacityOf(version) - FRAME_OVERHEAD) * MAX_FRAGMENTS >= bytes,
  );
  return capacityAt(Math.max(density, least));
}

/** Codes of a body of `bytes` bytes: no denser than it needs, as openSender cuts it (optical/wire/sender.ts). */
export const codesFor =
  (bytes: number): CodesAt =>
  (density) => {
    const most = capacityFor(bytes, density) - FRAME_OVERHEAD;
    const { size, fragments } = cut(bytes, Math.ceil(bytes / Math.ceil(bytes / most)));
    return { version: versionFor(size + FRAME_OVERHEAD), frames: fragments };
  };

/**
 * Lays codes out: as dense as asked for and as there is room for.
 *
 * @param refreshRate of the display, in Hz
 */
export function layOut(wanted: Setting, codesAt: CodesAt, room: Room, refreshRate: number): Layout {
  const asked = clampDensity(wanted.density);
  const fine = Math.floor(FINE_PATTERN * room.scale);
  for (let density = asked; ; density--)
    for (const codes of wanted.codes === 2 ? ([2, 1] as const) : ([1] as const)) {
      const { version, frames } = codesAt(density);
      const isStill = frames === 1;
      if (isStill && codes === 2) continue;
      // In a window that is zoomed out, fine ones would be finer than a camera can see: then they are slow.
      const isFast = !isStill && wanted.rate > SLOW && fine >= FEWEST_PIXELS;
      const modules = modulesOf(version) + 2 * QUIET_ZONE;
      const fits = Math.floor(Math.min(room.width / (codes * modules), room.height / modules) * room.scale);
      const pixels = Math.max(1, isFast ? Math.min(fits, fine) : fits);
      if (pixels < FEWEST_PIXELS && (density > 0 || codes === 2)) continue;
      const modulePixels = pixels / room.scale;
      const enough = refreshesFor(wanted.rate, refreshRate);
      const refreshes = Math.max(enough, fewestRefreshes(modulePixels, refreshRate));
      const reasons: readonly (Reason | false)[] = [
        isFast && pixels < fits && 'small because fast',
        !isStill && refreshes > enough && 'slow because large',
        !isStill && wanted.codes > codes && 'one because two do not fit',
        // A message that is short has the same code at many densities.
        version < codesAt(asked).version && 'less dense because more does not fit',
      ];
      return {
        density,
        version,
        frames,
        codes,
        pixels,
        modulePixels,
        width: codes * modules * pixels,
        height: modules * pixels,
        refreshes,
        rate: refreshRate / refreshes,
        reasons: reasons.filter((reason) => reason !== false),
      };
    }
}

/** The fewest whole refreshes that are no faster than a rate. 59.94 Hz counts as 60. */
function refreshesFor(rate: number, refreshRate: number): number {
  return Math.max(1, Math.ceil(refreshRate / rate - 0.02));
}

/** Speeds that a person goes through, in codes a second. */
export const SPEEDS = [1, 2, 3, 4, 6, 8, 10, 12, 15, 20] as const;

/** Index in SPEEDS of the fastest that is no faster than `rate`. */
export const speedStep = (rate: number): number =>
  Math.max(
    0,
    SPEEDS.findLastIndex((speed) => speed <= rate),
  );
