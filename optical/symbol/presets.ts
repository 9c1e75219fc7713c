/**
 * How dense and how fast codes are shown. A person turns one knob (the density) or picks a preset; what follows from it is
 * here. Speeds are in whole refreshes of the display: anything else beats against the camera.
 */

/** Versions that the knob goes through, from what every camera reads to what only a sharp one does. */
export const DENSITIES = [6, 10, 14, 18, 21, 25, 30, 35, 40] as const;

export interface Setting {
  /** Index in DENSITIES. */
  readonly density: number;
  /** Codes a second that are wanted; fewer where the flash rule says so. */
  readonly rate: number;
  /** Codes side by side. */
  readonly codes: 1 | 2;
}

export const PRESETS = ['near', 'laptop', 'far', 'projector'] as const;
export type Preset = (typeof PRESETS)[number];

/**
 * What a preset means where nothing is known about the camera opposite (720 lines at least). Fast codes have modules of at
 * most 3.41 CSS pixels (flashes.ts); with 3, and their quiet zones, they take this room: laptop 375 × 375, before a sharper
 * camera 495 × 495, near 870 × 435. Slow ones are as large as the window.
 */
export const PRESET_SETTINGS: Readonly<Record<Preset, Setting>> = {
  near: { density: 6, rate: 15, codes: 2 },
  laptop: { density: 5, rate: 15, codes: 1 },
  far: { density: 3, rate: 6, codes: 1 },
  projector: { density: 1, rate: 6, codes: 1 },
};

/** Lines of a camera that reads denser codes at the same distance. */
const SHARP = 1080;

/**
 * What a preset means before the camera that was measured.
 *
 * @param lines of the camera opposite; 0 where nothing is known
 */
export function settingFor(preset: Preset, lines: number): Setting {
  const setting = PRESET_SETTINGS[preset];
  return preset === 'laptop' && lines >= SHARP ? { ...setting, density: 7 } : setting;
}
