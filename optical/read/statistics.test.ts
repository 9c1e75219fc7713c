import { describe, expect, test } from 'vitest';
import { Camera } from '../../test-support/camera/camera.ts';
import {
  BLURRY_WEBCAM,
  DARK_SCREEN,
  GOOD_WEBCAM,
  PERFECT,
  type Conditions,
} from '../../test-support/camera/conditions.ts';
import { screenOf } from '../../test-support/camera/screen.ts';
import { fullCode, openZxingHere } from '../../test-support/codes.ts';
import { ADVICE, adviceFor, type AdviceName } from './advice.ts';
import { pixelsPerModule, type Picture, type Sighting } from './picture.ts';
import { Reader, type Reading } from './reader.ts';
import { Meter, advice, lightOf, type Statistics } from './statistics.ts';

const zxing = await openZxingHere();
const LIGHT = { brightness: 0.5, contrast: 0.7 };

function sighting(version: number, size: number): Sighting {
  const side = size * (17 + 4 * version);
  const corners = [
    { x: 10, y: 10 },
    { x: 10 + side, y: 10 },
    { x: 10 + side, y: 10 + side },
    { x: 10, y: 10 + side },
  ] as const;
  return {
    bytes: new Uint8Array(5),
    version,
    corners,
    pixelsPerModule: pixelsPerModule(corners, 17 + 4 * version),
  };
}
function reading(...sightings: Sighting[]): Reading {
  return {
    sightings,
    glimpses: [],
    region: { x: 0, y: 0, width: 1280, height: 720 },
    width: 1280,
    height: 720,
    tries: 1,
    rescued: false,
  };
}

describe('the figures', () => {
  test('nothing is known before the first picture', () => {
    expect(new Meter().statistics(5000, { rank: 0, needed: 10 })).toEqual({
      hitRate: 0,
      pixelsPerModule: undefined,
      codeVersion: undefined,
      fill: undefined,
      pictures: 0,
      fresh: 0,
      secondsLeft: undefined,
      light: { brightness: 0, contrast: 0 },
      sinceHit: undefined,
      span: 0,
    });
  });

  test('ten seconds at 20 pictures, 10 hits and 5 new frames a second', () => {
    const meter = new Meter();
    for (let number = 0; number <= 200; number++) {
      const hit = number % 2 === 0;
      const size = number % 4 === 0 ? 3 : 3.2;
      meter.note(number * 50, hit ? reading(sighting(25, size)) : reading(), LIGHT, number % 4 === 0 ? 1 : 0);
    }
    const statistics = meter.statistics(10_000, { rank: 50, needed: 100 });
    expect(statistics.hitRate).toBeCloseTo(0.5, 1);
    expect(statistics.pixelsPerModule).toBeCloseTo(3.1, 0);
    expect(statistics.codeVersion).toBe(25);
    expect(statistics.fill).toBeCloseTo((3 * 117) / 720, 1);
    expect(statistics.pictures).toBeCloseTo(20, 0);
    expect(statistics.fresh).toBeCloseTo(5, 0);
    expect(statistics.secondsLeft).toBeCloseTo(10, 0);
    expect(statistics.light.contrast).toBeCloseTo(0.7, 5);
    expect(statistics.sinceHit).toBe(0);
    expect(statistics.span).toBe(3000);
  });

  test('look back three seconds only: what was before does not count', () => {
    const meter = new Meter();
    for (let number = 0; number < 100; number++) meter.note(number * 33, reading(sighting(10, 5)), LIGHT, 1);
    expect(meter.statistics(3300).hitRate).toBe(1);
    for (let number = 100; number < 200; number++) meter.note(number * 33, reading(), LIGHT, 0);
    const later = meter.statistics(6600, { rank: 100, needed: 200 });
    expect(later).toMatchObject({ hitRate: 0, fresh: 0, pixelsPerModule: undefined });
    expect(later.sinceHit).toBe(6600 - 99 * 33);
  });

  test('a camera that stopped gives no pictures a second, and no time is left to be said', () => {
    const meter = new Meter();
    for (let number = 0; number < 100; number++) meter.note(number * 33, reading(sighting(10, 5)), LIGHT, 1);
    expect(meter.statistics(20_000, { rank: 100, needed: 200 })).toMatchObject({
      pictures: 0,
      fresh: 0,
      secondsLeft: undefined,
    });
  });

  test('of two codes in a picture both count for the new frames, and the picture is one hit', () => {
    const meter = new Meter();
    for (let number = 0; number <= 90; number++)
      meter.note(number * 33, reading(sighting(10, 5), sighting(10, 5)), LIGHT, 2);
    const { hitRate, fresh } = meter.statistics(2970);
    expect(hitRate).toBe(1);
    expect(fresh).toBeCloseTo(61, 0);
  });

  test('codes that were only glimpsed give size and version where none was read', () => {
    const meter = new Meter();
    const glimpsed = { ...reading(), glimpses: [sighting(30, 2)] };
    for (let number = 0; number < 50; number++) meter.note(number * 33, glimpsed, LIGHT, 0);
    expect(meter.statistics(1650)).toMatchObject({ hitRate: 0, pixelsPerModule: 2, codeVersion: 30 });
    meter.note(1660, reading(sighting(10, 5)), LIGHT, 1);
    expect(meter.statistics(1660)).toMatchObject({ pixelsPerModule: 5, codeVersion: 10 });
  });
});

describe('light', () => {
  const even = (value: number, width = 100, height = 50): Picture => ({
    data: new Uint8ClampedArray(width * height * 4).fill(value),
    width,
    height,
  });

  test('brightness and contrast of a part of a picture', () => {
    const picture = even(51);
    for (let y = 0; y < 50; y++) picture.data.fill(255, (y * 100 + 50) * 4, (y * 100 + 100) * 4);
    const whole = { x: 0, y: 0, width: 100, height: 50 };
    expect(lightOf(picture, whole).brightness).toBeCloseTo(0.6, 5);
    expect(lightOf(picture, whole).contrast).toBeCloseTo(0.8, 5);
    expect(lightOf(picture, { ...whole, width: 40 })).toEqual({ brightness: 0.2, contrast: 0 });
    expect(lightOf(picture, { ...whole, x: 50, width: 50 }).brightness).toBeCloseTo(1, 5);
  });

  test('of nothing is none', () => {
    expect(lightOf(even(200), { x: 0, y: 0, width: 0, height: 0 })).toEqual({ brightness: 0, contrast: 0 });
  });
});

describe('advice', () => {
  const good: Statistics = {
    hitRate: 0.6,
    pixelsPerModule: 5,
    codeVersion: 25,
    fill: 0.8,
    pictures: 30,
    fresh: 12,
    secondsLeft: 10,
    light: LIGHT,
    sinceHit: 0,
    span: 3000,
  };
  const blind = {
    hitRate: 0,
    pixelsPerModule: undefined,
    codeVersion: undefined,
    fill: undefined,
    sinceHit: undefined,
  };

  test.each<[string, Partial<Statistics>, AdviceName | undefined]>([
    ['all goes well', {}, undefined],
    ['it goes well in poor light, too', { light: { brightness: 0.1, contrast: 0.2 } }, undefined],
    ['it goes well with few pixels a module, too', { pixelsPerModule: 2 }, undefined],
    ['it has only just begun', { ...blind, span: 1000 }, undefined],
    ['black', { ...blind, light: { brightness: 0.02, contrast: 0.02 } }, 'too-dark'],
    ['nothing but dim grey', { ...blind, light: { brightness: 0.15, contrast: 0.1 } }, 'more-light'],
    ['a room without a code', blind, 'nothing-seen'],
    [
      'a dark room with something bright in it',
      { ...blind, light: { brightness: 0.05, contrast: 0.6 } },
      'nothing-seen',
    ],
    ['a code that is burnt out', { hitRate: 0.1, light: { brightness: 0.9, contrast: 0.3 } }, 'glare'],
    ['a code that is flat', { hitRate: 0.1, light: { brightness: 0.4, contrast: 0.15 } }, 'more-light'],
    ['a small code', { hitRate: 0.1, pixelsPerModule: 3, fill: 0.4 }, 'closer'],
    ['a small code that was only glimpsed', { hitRate: 0, pixelsPerModule: 1.5, fill: 0.3 }, 'closer'],
    ['a dense code that fills the picture', { hitRate: 0.1, pixelsPerModule: 3, fill: 0.9 }, 'less-dense'],
    ['a code that is large enough', { hitRate: 0.2, pixelsPerModule: 6 }, 'hold-still'],
    ['few pictures, and a code that is large enough', { hitRate: 0.2, pictures: 3 }, 'slow-camera'],
    ['few pictures that are all read', { hitRate: 1, pictures: 3 }, 'slow-camera'],
  ])('%s', (_, part, expected) => {
    const name = adviceFor({ ...good, ...part }, 'zxing');
    expect(name).toBe(expected);
    expect(advice({ ...good, ...part }, 'zxing')).toBe(expected && ADVICE[expected]);
  });

  test('jsQR wants larger modules than ZXing', () => {
    const statistics = { ...good, hitRate: 0.2, pixelsPerModule: 5 };
    expect(adviceFor(statistics, 'zxing')).toBe('hold-still');
    expect(adviceFor(statistics, 'jsqr')).toBe('less-dense');
  });

  test('is short and calm', () => {
    for (const sentence of Object.values(ADVICE)) {
      expect(sentence.length).toBeLessThan(70);
      expect(sentence).not.toMatch(/!|please/iu);
    }
  });

  test.each<[string, number, Conditions, number, AdviceName | undefined]>([
    ['a good webcam at a good distance', 14, GOOD_WEBCAM, 0.85, undefined],
    ['too far away', 25, GOOD_WEBCAM, 0.33, 'closer'],
    ['too dense for a blurry one', 40, { ...BLURRY_WEBCAM, blur: 1.6 }, 0.9, 'less-dense'],
    ['a dark screen', 14, DARK_SCREEN, 0.85, 'more-light'],
    ['a lens that is covered', 14, { ...PERFECT, white: 0.02 }, 0.85, 'too-dark'],
    ['the wall', 14, GOOD_WEBCAM, 0.02, 'nothing-seen'],
  ])('from real pixels: %s', async (_, version, conditions, fill, expected) => {
    const reader = new Reader(zxing);
    const meter = new Meter();
    const camera = new Camera({ conditions, pose: { fill, yaw: 4 } });
    const screen = screenOf(fullCode(version, 51).matrix);
    for (let number = 0; number < 12; number++) {
      const picture = camera.photograph(screen, number * 200);
      const seen = await reader.read(picture);
      meter.note(number * 200, seen, lightOf(picture, seen.region), seen.sightings.length);
    }
    expect(adviceFor(meter.statistics(2200), 'zxing')).toBe(expected);
  });
});
