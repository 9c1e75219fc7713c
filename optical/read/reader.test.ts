import { describe, expect, test } from 'vitest';
import { Camera, type CameraOptions } from '../../test-support/camera/camera.ts';
import { BLURRY_WEBCAM, DIM_ROOM, GOOD_WEBCAM } from '../../test-support/camera/conditions.ts';
import { screenOf, sideBySide, type Screen } from '../../test-support/camera/screen.ts';
import { fullCode, openZxingHere } from '../../test-support/codes.ts';
import { openJsqr } from './jsqr.ts';
import type { Decoder, Picture } from './picture.ts';
import { Reader, type Reading } from './reader.ts';

const zxing = await openZxingHere();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const blank = (width = 640, height = 360): Picture => ({
  data: new Uint8ClampedArray(width * height * 4).fill(200),
  width,
  height,
});
const read = (reading: Reading): string[] => reading.sightings.map(({ bytes }) => hex(bytes)).sort();
const small = (options: CameraOptions = {}): Camera => new Camera({ width: 640, height: 360, ...options });

async function film(reader: Reader, camera: Camera, screen: Screen, count: number): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (let number = 0; number < count; number++)
    readings.push(await reader.read(camera.photograph(screen, number * 33)));
  return readings;
}

/** A decoder that says which pictures it was shown. */
function watched(decoder: Decoder): { decoder: Decoder; asked: { width: number; most: number }[] } {
  const asked: { width: number; most: number }[] = [];
  return {
    asked,
    decoder: {
      name: decoder.name,
      decode: (picture, most, modulePixels) => {
        asked.push({ width: picture.width, most });
        return decoder.decode(picture, most, modulePixels);
      },
      ...(decoder.glimpse && {
        glimpse: (picture, most) => {
          asked.push({ width: picture.width, most });
          return decoder.glimpse!(picture, most);
        },
      }),
    },
  };
}

describe.each<[string, Decoder, number]>([
  ['zxing', zxing, 10],
  ['jsqr', openJsqr(), 7],
])('%s', (_, decoder, version) => {
  const { bytes, matrix } = fullCode(version, 11);

  test('reads a code; its place, version and size in the whole picture stay the same when only a part is looked at', async () => {
    const { decoder: counting, asked } = watched(decoder);
    const readings = await film(new Reader(counting), small(), screenOf(matrix), 8);
    const [first, last] = [readings[0]!, readings.at(-1)!];
    for (const reading of readings) expect(read(reading)).toEqual([hex(bytes)]);
    expect(asked[0]!.width).toBe(640);
    expect(asked.at(-1)!.width).toBeLessThan(450);
    expect(last.tries).toBe(1);
    expect(last.sightings[0]!.version).toBe(version);
    last.sightings[0]!.corners.forEach(({ x, y }, corner) => {
      expect(Math.abs(x - first.sightings[0]!.corners[corner]!.x)).toBeLessThan(3);
      expect(Math.abs(y - first.sightings[0]!.corners[corner]!.y)).toBeLessThan(3);
      expect(x).toBeGreaterThan(last.region.x);
      expect(y).toBeLessThan(last.region.y + last.region.height);
    });
    // 0.85 of 360 lines, less what the pose takes away.
    const expected = (0.85 * 360) / (matrix.size + 8);
    expect(Math.abs(last.sightings[0]!.pixelsPerModule - expected)).toBeLessThan(0.1 * expected);
  });

  test('finds two codes side by side, looks at both places, and goes on with one when the other is taken down', async () => {
    const other = fullCode(version, 12);
    const { decoder: counting, asked } = watched(decoder);
    const reader = new Reader(counting);
    const camera = small({ pose: { fill: 0.75 } });
    const both = sideBySide([matrix, other.matrix]);
    const readings = await film(reader, camera, both, 3);
    for (const reading of readings) expect(read(reading)).toEqual([hex(bytes), hex(other.bytes)].sort());
    expect(asked.slice(-2).every(({ width, most }) => width < 350 && most === 1)).toBe(true);
    const half = {
      ...both,
      luma: both.luma.map((value, at) => (at % both.width < both.width / 2 ? value : 255)),
    };
    const later = await film(reader, camera, half, 35);
    for (const reading of later) expect(read(reading)).toEqual([hex(bytes)]);
    expect(later.at(-1)!.region.width).toBeLessThan(readings.at(-1)!.region.width * 0.7);
  });

  test('a picture without a code gives nothing, and throws nothing', async () => {
    for (const picture of [blank(), blank(64, 64), blank(1, 1), blank(3, 200)]) {
      expect(await decoder.decode(picture, 2)).toEqual([]);
      expect(await new Reader(decoder).read(picture)).toMatchObject({ sightings: [], glimpses: [] });
    }
  });
});

describe('tracking', () => {
  const { bytes, matrix } = fullCode(10, 21);
  const screen = screenOf(matrix);

  test('a code that moved is found again after two misses at the most', async () => {
    const reader = new Reader(zxing);
    await film(reader, small({ pose: { fill: 0.6, x: -0.2 } }), screen, 8);
    const readings = await film(reader, small({ pose: { fill: 0.6, x: 0.2 } }), screen, 4);
    expect(read(readings.at(-1)!)).toEqual([hex(bytes)]);
    expect(readings.filter(({ sightings }) => sightings.length === 0).length).toBeLessThanOrEqual(2);
  });

  test('one miss keeps the place, two do not', async () => {
    const reader = new Reader(zxing);
    await film(reader, small(), screen, 8);
    const regions = [];
    for (let number = 0; number < 3; number++) regions.push((await reader.read(blank())).region.width);
    expect(regions.map((width) => width < 640)).toEqual([true, true, false]);
  });

  test('a second code that is put beside the first is found within a second or two', async () => {
    const other = fullCode(10, 22);
    const reader = new Reader(zxing);
    const pose = { fill: 0.75 };
    const white = { ...other.matrix, modules: other.matrix.modules.map(() => 0) };
    await film(reader, small({ pose }), sideBySide([matrix, white]), 10);
    const later = await film(reader, small({ pose }), sideBySide([matrix, other.matrix]), 45);
    expect(read(later.at(-1)!)).toEqual([hex(bytes), hex(other.bytes)].sort());
  });

  test('asked for one code, it never looks for two', async () => {
    const { decoder, asked } = watched(zxing);
    await film(new Reader(decoder, { codes: 1 }), small(), screen, 50);
    expect(new Set(asked.map(({ most }) => most))).toEqual(new Set([1]));
  });

  test('pictures of another size start afresh', async () => {
    const { decoder, asked } = watched(zxing);
    const reader = new Reader(decoder);
    await film(reader, small(), screen, 8);
    const [reading] = await film(reader, small({ width: 480, height: 300 }), screen, 1);
    expect(asked.at(-1)!.width).toBe(480);
    expect(read(reading!)).toEqual([hex(bytes)]);
    expect([reading!.width, reading!.height]).toEqual([480, 300]);
  });
});

describe('the second look', () => {
  /** Pictures that ZXing alone reads of so many. */
  async function alone(camera: Camera, screen: Screen, count: number): Promise<number> {
    let hits = 0;
    for (let number = 0; number < count; number++)
      hits += (await zxing.decode(camera.photograph(screen, number * 33), 1)).length;
    return hits;
  }

  test.each([
    ['a blurry camera at 3.6 pixels a module', BLURRY_WEBCAM, 18, 0.985],
    ['a good one at 2.2 pixels a module', GOOD_WEBCAM, 30, 0.89],
  ])('reads what the first one misses: %s', async (_, conditions, version, fill) => {
    const { bytes, matrix } = fullCode(version, 31);
    const options = { conditions, pose: { fill, yaw: 5 }, ...(version === 18 ? {} : { height: 360 }) };
    const readings = await film(new Reader(zxing), small(options), screenOf(matrix), 20);
    const hits = readings.filter(({ sightings }) => sightings.length > 0);
    for (const hit of hits) expect(read(hit)).toEqual([hex(bytes)]);
    expect(hits.some(({ rescued }) => rescued)).toBe(true);
    expect(hits.length).toBeGreaterThan(await alone(small(options), screenOf(matrix), 20));
    // In the end it is the first look, and takes no more time than another.
    expect(readings.slice(-5).map(({ tries }) => tries)).toContain(1);
  });

  test('reads both of two codes that are too fine for the first one', async () => {
    const codes = [fullCode(14, 32), fullCode(14, 33)];
    // 2.2 pixels a module.
    const camera = small({ pose: { fill: 0.5, yaw: 5 } });
    const screen = sideBySide(codes.map(({ matrix }) => matrix));
    const readings = await film(new Reader(zxing), camera, screen, 8);
    expect(await alone(camera, screen, 3)).toBe(0);
    expect(readings.slice(-4).map(read)).toEqual(
      new Array(4).fill(codes.map(({ bytes }) => hex(bytes)).sort()),
    );
  });

  test('is rare where it brings nothing', async () => {
    const reader = new Reader(zxing);
    let tries = 0;
    for (let number = 0; number < 60; number++) tries += (await reader.read(blank())).tries;
    expect(tries).toBeLessThanOrEqual(60 + 60 / 6);
    await film(reader, small(), screenOf(fullCode(10, 1).matrix), 10);
    let later = 0;
    for (let number = 0; number < 60; number++) later += (await reader.read(blank())).tries;
    expect(later).toBeGreaterThan(60);
    expect(later).toBeLessThanOrEqual(60 + 30);
  });

  test('is not taken where the first one reads', async () => {
    const readings = await film(new Reader(zxing), small(), screenOf(fullCode(6, 1).matrix), 10);
    expect(readings.map(({ tries }) => tries)).toEqual(new Array(10).fill(1));
  });
});

describe('a reader that is behind', () => {
  const { bytes, matrix } = fullCode(14, 51);

  /** Every other picture is of nothing: as if two codes ran into each other in it. A look takes this long. */
  async function alternately(duration: number, timed: boolean): Promise<Reading[]> {
    let now = 0;
    const slow: Decoder = {
      name: 'zxing',
      decode: (picture, ...rest) => {
        now += duration;
        return zxing.decode(picture, ...rest);
      },
    };
    const reader = new Reader(slow, { codes: 1, ...(timed && { clock: () => now }) });
    const readings: Reading[] = [];
    const camera = small({ pose: { fill: 0.7 } });
    for (let number = 0; number < 40; number++) {
      // The next picture is there when the reader is free.
      readings.push(
        await reader.read(number % 2 === 0 ? camera.photograph(screenOf(matrix), number * 33) : blank()),
      );
    }
    return readings.slice(8);
  }

  test('takes no second look while first ones read', async () => {
    const readings = await alternately(60, true);
    expect(readings.map(({ tries }) => tries)).toEqual(new Array(32).fill(1));
    expect(readings.map((reading) => reading.sightings.length)).toEqual(
      Array.from({ length: 32 }, (_, number) => (number % 2 === 0 ? 1 : 0)),
    );
    expect(read(readings[0]!)).toEqual([hex(bytes)]);
  });

  test('and does with time to spare, or without a clock', async () => {
    for (const readings of [await alternately(1, true), await alternately(60, false)])
      expect(Math.max(...readings.map(({ tries }) => tries))).toBe(2);
  });

  test('looks at both places before it looks again at one', async () => {
    const codes = [matrix, fullCode(14, 52).matrix];
    const camera = small({ pose: { fill: 0.75 } });
    const { decoder, asked } = watched(zxing);
    const reader = new Reader(decoder);
    const readings = await film(reader, camera, sideBySide(codes), 3);
    expect(readings.at(-1)!.sightings).toHaveLength(2);
    asked.length = 0;
    const { tries } = await reader.read(blank());
    expect(tries).toBe(4);
    const widths = asked.map(({ width }) => width);
    // Enlarged ones are twice as wide.
    expect(Math.max(...widths.slice(0, 2)) * 1.5).toBeLessThan(Math.max(...widths.slice(2)));
  });
});

describe('where a code was, ZXing looks less hard, and reads as much', () => {
  test.each([
    ['a coarse one in noise, which needs the look at a smaller picture', DIM_ROOM, 6, 0.985],
    ['a fine one', GOOD_WEBCAM, 18, 0.985],
    ['a blurry one', BLURRY_WEBCAM, 14, 0.985],
  ])('%s', async (_, conditions, version, fill) => {
    const { matrix } = fullCode(version, 61);
    const camera = new Camera({ width: 1280, height: 720, conditions, pose: { fill } });
    let [hard, less] = [0, 0];
    for (let number = 0; number < 8; number++) {
      const picture = camera.photograph(screenOf(matrix), number * 33);
      const [found] = await zxing.decode(picture, 1);
      if (found !== undefined) hard += 1;
      less += (await zxing.decode(picture, 1, (fill * 720) / (matrix.size + 8))).length;
    }
    expect(hard).toBeGreaterThan(4);
    expect(less).toBe(hard);
  });
});

test('what cannot be read is glimpsed: its place and size are known, once for each code', async () => {
  const { matrix } = fullCode(18, 41);
  const camera = small({ conditions: BLURRY_WEBCAM, pose: { fill: 0.7 } });
  const readings = await film(new Reader(zxing), camera, screenOf(matrix), 6);
  const glimpses = readings.flatMap((reading) => reading.glimpses);
  expect(readings.flatMap(({ sightings }) => sightings)).toEqual([]);
  expect(glimpses.length).toBeGreaterThan(0);
  for (const reading of readings) expect(reading.glimpses.length).toBeLessThanOrEqual(1);
  for (const { pixelsPerModule } of glimpses) expect(Math.abs(pixelsPerModule - 252 / 97)).toBeLessThan(0.3);
});

test('the same pictures give the same readings', async () => {
  const run = async (): Promise<Reading[]> =>
    film(new Reader(zxing), small({ conditions: BLURRY_WEBCAM }), screenOf(fullCode(14, 5).matrix), 20);
  expect(await run()).toEqual(await run());
});
