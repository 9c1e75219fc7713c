import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { screenOfPicture } from '../../test-support/camera/screen.ts';
import { someBytes } from '../../test-support/codes.ts';
import { screenOfScreenshot } from './screenshot.ts';

/** A picture of noise. */
function noise(width: number, height: number): PNG {
  const png = new PNG({ width, height });
  someBytes(width * height * 4, 7).forEach((value, at) => {
    png.data[at] = at % 4 === 3 ? 255 : value;
  });
  return png;
}
const brightnessOf = ({ data, width, height }: PNG): Uint8Array =>
  screenOfPicture({ data: new Uint8ClampedArray(data), width, height }).luma;

describe('a screenshot is read as another reader of PNG reads it', () => {
  for (const filterType of [0, 1, 2, 3, 4])
    for (const colorType of [2, 6] as const)
      test(`filter ${filterType}, colour type ${colorType}`, () => {
        const png = noise(31, 17);
        const read = screenOfScreenshot(PNG.sync.write(png, { filterType, colorType }));
        expect({ width: read.width, height: read.height }).toEqual({ width: 31, height: 17 });
        expect(read.luma).toEqual(brightnessOf(png));
      });
});

test('a part that sticks out of the window has the frame of the display around it', () => {
  const png = noise(8, 6);
  const { luma } = screenOfScreenshot(PNG.sync.write(png), { x: -1, y: 4, width: 4, height: 3 });
  const all = brightnessOf(png);
  const row = (y: number): number[] => [24, ...all.subarray(y * 8, y * 8 + 3)];
  expect([...luma]).toEqual([...row(4), ...row(5), 24, 24, 24, 24]);
});

test('other pictures are refused', () => {
  const grey = PNG.sync.write(noise(4, 4), { colorType: 0 });
  expect(() => screenOfScreenshot(grey)).toThrow('another kind');
});
