import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { wholeOf, type Picture } from '../../optical/read/picture.ts';
import { lightOf } from '../../optical/read/statistics.ts';
import { fullCode, openZxingHere } from '../codes.ts';
import { Camera } from './camera.ts';
import {
  BLURRY_WEBCAM,
  DARK_SCREEN,
  DIM_ROOM,
  GOOD_WEBCAM,
  LAMP,
  LOSSY,
  PERFECT,
  SLOW_DISPLAY,
  type Conditions,
} from './conditions.ts';
import { compress, stepsAt } from './jpeg.ts';
import { FRONTAL, HELD, OBLIQUE, type Pose } from './pose.ts';
import { screenOf, screenOfPicture, sideBySide } from './screen.ts';
import { shares, spells } from './shutter.ts';

const decoder = await openZxingHere();
/** Two pictures are the same when these are. */
const digestOf = ({ data }: Picture): string => createHash('sha256').update(data).digest('hex');

async function reads(version: number, conditions: Conditions, pose: Pose, height = 720): Promise<boolean> {
  const { bytes, matrix } = fullCode(version, version);
  const camera = new Camera({ width: Math.round((height * 16) / 9), height, pose, conditions, seed: 7 });
  const found = await decoder.decode(camera.photograph(screenOf(matrix)), 1);
  return found.length === 1 && Buffer.from(found[0]!.bytes).equals(bytes);
}

describe('what a decoder makes of it', () => {
  test.each([
    ['perfect', 40, PERFECT, FRONTAL],
    ['good webcam', 25, GOOD_WEBCAM, HELD],
    ['good webcam, oblique', 25, GOOD_WEBCAM, OBLIQUE],
    ['blurry webcam', 14, BLURRY_WEBCAM, HELD],
    ['dim room', 18, DIM_ROOM, HELD],
    ['lamp', 14, LAMP, HELD],
  ])('%s: a code of version %i is read', async (_, version, conditions, pose) => {
    expect(await reads(version, conditions, pose)).toBe(true);
  });

  test.each([
    ['too far away', 25, GOOD_WEBCAM, { fill: 0.3 }],
    ['too dense for a blurry lens', 40, BLURRY_WEBCAM, HELD],
    ['too dark', 25, DARK_SCREEN, HELD],
    ['too far aside', 25, GOOD_WEBCAM, { fill: 0.8, yaw: 75 }],
    ['half out of the picture', 25, GOOD_WEBCAM, { fill: 0.8, x: 0.4 }],
  ])('%s: it is not', async (_, version, conditions, pose) => {
    expect(await reads(version, conditions, pose)).toBe(false);
  });

  test('1080 lines read what 720 do not', async () => {
    expect(await reads(40, { ...GOOD_WEBCAM, blur: 1.1 }, HELD)).toBe(false);
    expect(await reads(40, { ...GOOD_WEBCAM, blur: 1.1 }, HELD, 1080)).toBe(true);
  });

  test('two codes side by side', async () => {
    const [one, other] = [fullCode(14, 1), fullCode(14, 2)];
    const camera = new Camera({ pose: { fill: 0.7 } });
    const found = await decoder.decode(camera.photograph(sideBySide([one.matrix, other.matrix])), 2);
    expect(found.map(({ bytes }) => Buffer.from(bytes).toString('hex')).sort()).toEqual(
      [one, other].map(({ bytes }) => Buffer.from(bytes).toString('hex')).sort(),
    );
  });
});

test('the pose: the code lies where it says, as large as it says', async () => {
  const { matrix } = fullCode(10, 3);
  const camera = new Camera({ pose: { fill: 0.5, x: 0.1, y: -0.05 }, conditions: PERFECT });
  const [found] = await decoder.decode(camera.photograph(screenOf(matrix)), 1);
  const [a, b, c] = found!.corners;
  const middle = { x: (a.x + c.x) / 2, y: (a.y + c.y) / 2 };
  expect(Math.abs(middle.x - 1280 * 0.6)).toBeLessThan(2);
  expect(Math.abs(middle.y - 720 * 0.45)).toBeLessThan(2);
  // 57 modules of 65, in half of 720 lines.
  expect(Math.abs(b.x - a.x - (360 * 57) / 65)).toBeLessThan(3);
});

describe('the same seed', () => {
  const screen = screenOf(fullCode(10, 1).matrix);
  const shots = (seed: number): string[] => {
    const camera = new Camera({ conditions: LAMP, seed });
    return [0, 33, 67].map((at) => digestOf(camera.photograph(screen, at)));
  };

  test('gives the same pictures', () => {
    expect(shots(5)).toEqual(shots(5));
  });

  test('another one gives others, and so does the next picture of the same camera', () => {
    const [first, second] = shots(5);
    expect(shots(6)[0]).not.toEqual(first);
    expect(second).not.toEqual(first);
  });
});

describe('light', () => {
  const screen = screenOf(fullCode(10, 1).matrix);
  const light = (conditions: Conditions): { brightness: number; contrast: number } => {
    const picture = new Camera({ conditions, pose: { fill: 1 } }).photograph(screen);
    return lightOf(picture, { ...wholeOf(picture), x: 400, width: 480 });
  };

  test('white comes out as bright as the conditions say, black black', () => {
    const { data } = new Camera({ conditions: PERFECT, pose: FRONTAL }).photograph(screen);
    const values = new Set(data.filter((_, at) => at % 4 === 0));
    expect(Math.max(...values)).toBe(Math.round(0.95 * 255));
    expect(Math.min(...values)).toBe(0);
  });

  test('a dark screen is darker, a veil takes contrast', () => {
    expect(light(DARK_SCREEN).brightness).toBeLessThan(light(GOOD_WEBCAM).brightness / 3);
    expect(light({ ...PERFECT, veil: 0.5 }).contrast).toBeLessThan(light(PERFECT).contrast / 2);
  });
});

describe('a film', () => {
  const [one, other] = [screenOf(fullCode(10, 1).matrix), screenOf(fullCode(10, 2).matrix)];
  /** One image until the time given, the other one from then on. */
  const cut = (at: number) => (time: number) => (time < at ? one : other);
  const still = (conditions: Conditions, screen: typeof one): Picture =>
    new Camera({ conditions }).photograph(screen, 0);

  test('shows one image long before the change and the other one long after', () => {
    const shot = (at: number): string =>
      digestOf(new Camera({ conditions: PERFECT }).photograph(cut(500), at));
    expect(shot(100)).toBe(digestOf(still(PERFECT, one)));
    expect(shot(900)).toBe(digestOf(still(PERFECT, other)));
  });

  test('mixes them while the shutter rolls over the change: the upper rows are of one, the lower of the other', () => {
    const conditions = { ...PERFECT, exposure: 2, readout: 60 };
    const shot = new Camera({ conditions }).photograph(cut(500), 480);
    const differs = (row: number, screen: typeof one): boolean => {
      const reference = still(conditions, screen).data;
      const start = row * 1280 * 4;
      return !Buffer.from(shot.data.slice(start, start + 1280 * 4)).equals(
        Buffer.from(reference.slice(start, start + 1280 * 4)),
      );
    };
    expect([differs(120, one), differs(120, other)]).toEqual([false, true]);
    expect([differs(600, one), differs(600, other)]).toEqual([true, false]);
  });

  test('the shares of all images add up to 1, and a slow display shows the old one longer', () => {
    const list = spells(cut(500), 480, 540, 1000 / 60, 14);
    expect(list).toHaveLength(2);
    for (const from of [480, 495, 500, 505, 520])
      expect(shares(list, from, from + 16, 5, 14).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(shares(list, 510, 520, 0, 14)[0]!).toBeGreaterThan(shares(list, 510, 520, 0, 2)[0]!);
    expect(SLOW_DISPLAY.response).toBe(14);
  });

  test('a lost picture is the one before again', () => {
    const camera = new Camera({ conditions: LOSSY, seed: 3 });
    let lost = 0;
    let before = '';
    for (let number = 0; number < 100; number++) {
      const picture = digestOf(camera.photograph(one, number * 33));
      if (before === picture) lost += 1;
      before = picture;
    }
    expect(lost).toBeGreaterThan(8);
    expect(lost).toBeLessThan(35);
  });
});

describe('JPEG', () => {
  const area = { left: 0, top: 0, right: 16, bottom: 16 };
  const noise = Uint8ClampedArray.from({ length: 256 }, (_, at) => (at * at * 31 + at * 7) % 256);

  test('at quality 100 nothing changes by more than rounding', () => {
    const luma = noise.slice();
    compress(luma, 16, area, stepsAt(100));
    expect(Math.max(...luma.map((value, at) => Math.abs(value - noise[at]!)))).toBeLessThan(4);
  });

  test('the lower the quality, the more is lost; an even area stays as it is', () => {
    const error = (quality: number): number => {
      const luma = noise.slice();
      compress(luma, 16, area, stepsAt(quality));
      return luma.reduce((sum, value, at) => sum + (value - noise[at]!) ** 2, 0);
    };
    expect(error(30)).toBeGreaterThan(2 * error(80));
    const even = new Uint8ClampedArray(256).fill(128);
    compress(even, 16, area, stepsAt(50));
    expect(even).toEqual(new Uint8ClampedArray(256).fill(128));
  });
});

test('a screen from a picture in colour is as bright as the picture', () => {
  const data = Uint8ClampedArray.of(255, 255, 255, 255, 255, 0, 0, 255, 0, 0, 0, 255, 0, 255, 0, 255);
  expect(screenOfPicture({ data, width: 2, height: 2 })).toEqual({
    luma: Uint8Array.of(255, 76, 0, 150),
    width: 2,
    height: 2,
  });
});
