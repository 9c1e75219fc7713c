import { expect, test } from 'vitest';
import { DENSITIES, PRESETS, PRESET_SETTINGS, settingFor } from './presets.ts';

test('a sharper camera makes the laptop preset denser, and no other', () => {
  for (const preset of PRESETS) {
    expect(settingFor(preset, 0)).toEqual(PRESET_SETTINGS[preset]);
    expect(settingFor(preset, 720)).toEqual(PRESET_SETTINGS[preset]);
    expect(DENSITIES[settingFor(preset, 1080).density]).toBe(
      preset === 'laptop' ? 35 : DENSITIES[PRESET_SETTINGS[preset].density],
    );
  }
});

test('every preset is a density that there is, and the further away, the coarser', () => {
  const densities = PRESETS.map((preset) => PRESET_SETTINGS[preset].density);
  expect(densities.every((density) => DENSITIES[density] !== undefined)).toBe(true);
  expect(densities).toEqual([...densities].sort((a, b) => b - a));
});
