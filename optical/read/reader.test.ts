import { describe, expect, test } from 'vitest';
import { Camera } from '../../test-support/camera/camera.ts';
import { BLURRY_WEBCAM, GOOD_WEBCAM } from '../../test-support/camera/conditions.ts';
import { screenOf, sideBySide, type Screen } from '../../test-support/camera/screen.ts';
import { fullCode, openZxingHere } from '../../test-support/codes.ts';
import { openJsqr } from './jsqr.ts';
import type { Decoder, Picture } from './picture.ts';
import { Reader, type Reading } from './reader.ts';

const zxing = await openZxingHere();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const blank = (width = 1280, height = 720): Picture => ({
  data: new Uint8ClampedArray(width * height * 4).fill(200),
  width,
  height,
});
const read = (reading: Reading): string[] => reading.sightings.map(({ bytes }) => hex(bytes)).sort();

async function film(reader: Reader, camera: Camera, screen: Screen, count: number): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (let number = 0; number < count; number++)
    readings.push(await reader.read(camera.photograph(screen, number * 33)));
  return readings;
}

describe.each<[string, Decoder, number]>([
  ['zxing', zxing, 18],
  ['jsqr', openJsqr(), 10],
])('%s', (_, decoder, version) => {
  const { bytes, matrix } = fullCode(version, 11);

  test('reads a code; its place, version and size in the whole picture stay the same when only a part is looked at', async () => {
    const readings = await film(new Reader(decoder), new Camera(), screenOf(matrix), 8);
    const [first, last] = [readings[0]!, readings.at(-1)!];
    for (const reading of readings) expect(read(reading)).toEqual([hex(bytes)]);
    expect(first.region).toEqual({ x: 0, y: 0, width: 1280, height: 720 });
    expect(last.region.width).toBeLessThan(900);
    expect(last.tries).toBe(1);
    expect(last.sightings[0]!.version).toBe(version);
    last.sightings[0]!.corners.forEach(({ x, y }, corner) => {
      expect(Math.abs(x - first.sightings[0]!.corners[corner]!.x)).toBeLessThan(3);
      expect(Math.abs(y - first.sightings[0]!.corners[corner]!.y)).toBeLessThan(3);
    });
    // 0.85 of 720 lines, less what the pose takes away.
    const expected = (0.85 * 720) / (matrix.size + 8);
    expect(Math.abs(last.sightings[0]!.pixelsPerModule - expected)).toBeLessThan(0.1 * expected);
  });

  test('finds two codes side by side, looks at both places, and goes on with one when the other is taken down', async () => {
    const other = fullCode(version, 12);
    const reader = new Reader(decoder);
    const camera = new Camera({ pose: { fill: 0.7 } });
    const both = sideBySide([matrix, other.matrix]);
    const readings = await film(reader, camera, both, 3);
    for (const reading of readings) expect(read(reading)).toEqual([hex(bytes), hex(other.bytes)].sort());
    expect(readings.at(-1)!.region.height).toBeLessThan(700);
    const half = {
      ...both,
      luma: both.luma.map((value, at) => (at % both.width < both.width / 2 ? value : 255)),
    };
    const later = await film(reader, camera, half, 35);
    for (const reading of later) expect(read(reading)).toEqual([hex(bytes)]);
    expect(later.at(-1)!.region.width).toBeLessThan(readings.at(-1)!.region.width * 0.7);
  });

  test('a picture without a code gives nothing, and throws nothing', async () => {
    for (const picture of [blank(), blank(64, 64), blank(1, 1), blank(3, 200)])
      expect((await decoder.decode(picture, 2)).length).toBe(0);
  });
});

describe('tracking', () => {
  const { bytes, matrix } = fullCode(14, 21);
  const screen = screenOf(matrix);

  test('a code that moved is found again after two misses at the most', async () => {
    const reader = new Reader(zxing);
    await film(reader, new Camera({ pose: { fill: 0.5, x: -0.2 } }), screen, 8);
    const readings = await film(reader, new Camera({ pose: { fill: 0.5, x: 0.2 } }), screen, 4);
    expect(read(readings.at(-1)!)).toEqual([hex(bytes)]);
    expect(readings.filter(({ sightings }) => sightings.length === 0).length).toBeLessThanOrEqual(2);
  });

  test('one miss keeps the place, two do not', async () => {
    const reader = new Reader(zxing);
    await film(reader, new Camera(), screen, 8);
    const regions = [];
    for (let number = 0; number < 3; number++) regions.push((await reader.read(blank())).region.width);
    expect(regions.map((width) => width < 1280)).toEqual([true, true, false]);
  });

  test('a second code that is put beside the first is found within a second or two', async () => {
    const other = fullCode(14, 22);
    const reader = new Reader(zxing);
    const pose = { fill: 0.6 };
    const white = { ...other.matrix, modules: other.matrix.modules.map(() => 0) };
    await film(reader, new Camera({ pose }), sideBySide([matrix, white]), 10);
    const later = await film(reader, new Camera({ pose }), sideBySide([matrix, other.matrix]), 45);
    expect(read(later.at(-1)!)).toEqual([hex(bytes), hex(other.bytes)].sort());
  });

  test('asked for one code, it never looks for two', async () => {
    const asked: number[] = [];
    const counting: Decoder = {
      name: 'zxing',
      decode: (picture, most) => {
        asked.push(most);
        return zxing.decode(picture, most);
      },
    };
    await film(new Reader(counting, { codes: 1 }), new Camera(), screen, 50);
    expect(new Set(asked)).toEqual(new Set([1]));
  });

  test('pictures of another size start afresh', async () => {
    const reader = new Reader(zxing);
    await film(reader, new Camera(), screen, 8);
    const [reading] = await film(reader, new Camera({ width: 640, height: 360 }), screen, 1);
    expect(reading!.region).toEqual({ x: 0, y: 0, width: 640, height: 360 });
    expect(read(reading!)).toEqual([hex(bytes)]);
  });
});

describe('the second look', () => {
  test('reads what the first one misses of a blurry picture', async () => {
    const { matrix } = fullCode(25, 31);
    const screen = screenOf(matrix);
    // 3.5 pixels a module.
    const pose = { fill: 0.61, yaw: 10, pitch: -5 };
    const readings = await film(
      new Reader(zxing),
      new Camera({ conditions: BLURRY_WEBCAM, pose }),
      screen,
      40,
    );
    const hits = readings.filter(({ sightings }) => sightings.length > 0);
    const camera = new Camera({ conditions: BLURRY_WEBCAM, pose });
    let without = 0;
    for (let number = 0; number < 40; number++)
      without += (await zxing.decode(camera.photograph(screen, number * 33), 1)).length;
    expect(hits.some(({ rescued }) => rescued)).toBe(true);
    expect(hits.length).toBeGreaterThan(without);
  });

  test('is rare where it brings nothing', async () => {
    const reader = new Reader(zxing);
    let tries = 0;
    for (let number = 0; number < 60; number++) tries += (await reader.read(blank(320, 240))).tries;
    expect(tries).toBeLessThanOrEqual(60 + 60 / 6);
    await film(reader, new Camera(), screenOf(fullCode(10, 1).matrix), 10);
    let later = 0;
    for (let number = 0; number < 60; number++) later += (await reader.read(blank())).tries;
    expect(later).toBeGreaterThan(60);
    expect(later).toBeLessThanOrEqual(60 + 30);
  });

  test('is not taken where the first one reads', async () => {
    const readings = await film(
      new Reader(zxing),
      new Camera({ conditions: GOOD_WEBCAM }),
      screenOf(fullCode(10, 1).matrix),
      10,
    );
    expect(readings.map(({ tries }) => tries)).toEqual(new Array(10).fill(1));
  });
});

test('the same pictures give the same readings', async () => {
  const run = async (): Promise<Reading[]> =>
    film(new Reader(zxing), new Camera({ conditions: BLURRY_WEBCAM }), screenOf(fullCode(21, 5).matrix), 20);
  expect(await run()).toEqual(await run());
});
