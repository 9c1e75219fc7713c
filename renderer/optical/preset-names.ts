/** What the presets of showing codes are called. */
import type { Preset } from '../../optical/symbol/presets.ts';

export const PRESET_NAMES: Readonly<Record<Preset | 'own', string>> = {
  near: 'Near',
  laptop: 'Laptop to laptop',
  far: 'Far',
  projector: 'Projector',
  own: 'Own setting',
};
