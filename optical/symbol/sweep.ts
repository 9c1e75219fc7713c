/**
 * The codes that a link test goes through: every density as large as it fits, from the one that every camera reads to the
 * densest; then the dense ones as small as fast ones have to be. All of them slow, so that the flash rule is kept.
 */
import { fewestRefreshes, SLOW } from './flashes.ts';
import { layOut, type CodesAt, type Layout, type Room } from './layout.ts';
import { DENSITIES } from './presets.ts';

/** Codes of one version and size in a row: at six a second, one second. */
export const IN_ROW = 6;
/** From this density on also as small as fast ones: those are shown near. */
const FROM_DENSITY = 5;

/** Codes that are full, whatever they carry, and change for ever. */
const full: CodesAt = (density) => ({ version: DENSITIES[density] ?? DENSITIES[0], frames: Infinity });

/** @param refreshRate of the display, in Hz */
export function sweepOf(room: Room, refreshRate: number): readonly Layout[] {
  const at = (density: number, rate: number): Layout =>
    layOut({ density, rate, codes: 1 }, full, room, refreshRate);
  const densities = DENSITIES.map((_, density) => density);
  const large = densities
    .map((density) => at(density, SLOW))
    .filter((layout, density) => layout.density === density);
  const small = large
    .filter(({ density }) => density >= FROM_DENSITY)
    .flatMap((slow): Layout[] => {
      const fast = at(slow.density, SLOW + 1);
      if (fast.density !== slow.density || fast.pixels >= slow.pixels) return [];
      const { refreshes, rate } = slow;
      return [
        { ...fast, refreshes: Math.max(refreshes, fewestRefreshes(fast.modulePixels, refreshRate)), rate },
      ];
    });
  return [...large, ...small];
}
