import qrcode from 'qrcode';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openZxingHere, someBytes } from '../../test-support/codes.ts';
import { Camera } from '../../test-support/camera/camera.ts';
import { PERFECT } from '../../test-support/camera/conditions.ts';
import { screenOf } from '../../test-support/camera/screen.ts';
import { CAPACITY, QUIET_ZONE, capacityOf, draw, modulesOf, versionFor } from './draw.ts';

const decoder = await openZxingHere();
const versions = fc.integer({ min: 1, max: 40 });

test('the capacities are those that the drawing library has, too', () => {
  expect(CAPACITY).toHaveLength(40);
  for (let version = 1; version <= 40; version++) {
    const fits = (bytes: number): boolean => {
      try {
        qrcode.create([{ data: new Uint8Array(bytes), mode: 'byte' }], {
          errorCorrectionLevel: 'L',
          version,
        });
        return true;
      } catch {
        return false;
      }
    };
    expect([fits(capacityOf(version)), fits(capacityOf(version) + 1)]).toEqual([true, false]);
  }
});

test('the smallest version that holds so many bytes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2953 }), (bytes) => {
      const version = versionFor(bytes);
      expect(capacityOf(version)).toBeGreaterThanOrEqual(bytes);
      if (version > 1) expect(capacityOf(version - 1)).toBeLessThan(bytes);
    }),
  );
  expect(() => versionFor(2954)).toThrow('no QR code holds 2954 bytes');
  expect(() => capacityOf(41)).toThrow('there is no QR code of version 41');
  expect(() => capacityOf(0)).toThrow(RangeError);
});

test('a code is as large as its version says, with finders in three corners, and the same each time', () => {
  fc.assert(
    fc.property(versions, fc.nat(), (version, seed) => {
      const bytes = someBytes(capacityOf(version), seed);
      const { size, modules, version: drawn } = draw(bytes, version);
      expect([drawn, size, modules.length]).toEqual([version, modulesOf(version), size * size]);
      expect(modules.every((module) => module === 0 || module === 1)).toBe(true);
      const row = (y: number, x: number): string => modules.subarray(y * size + x, y * size + x + 7).join('');
      for (const [y, x] of [
        [0, 0],
        [0, size - 7],
        [size - 7, 0],
      ] as const)
        expect([0, 1, 2, 3, 4, 5, 6].map((line) => row(y + line, x))).toEqual([
          '1111111',
          '1000001',
          '1011101',
          '1011101',
          '1011101',
          '1000001',
          '1111111',
        ]);
      expect(draw(bytes, version).modules).toEqual(modules);
    }),
    { numRuns: 20 },
  );
});

describe('what is drawn is read', () => {
  test.each([1, 2, 6, 7, 9, 10, 14, 18, 21, 25, 26, 27, 30, 35, 40])('at version %i', async (version) => {
    const bytes = someBytes(capacityOf(version), version);
    const screen = screenOf(draw(bytes, version), 4);
    const camera = new Camera({
      width: screen.width,
      height: screen.height,
      pose: { fill: 1 },
      conditions: PERFECT,
    });
    const [found] = await decoder.decode(camera.photograph(screen), 1);
    expect(found!.bytes).toEqual(bytes);
    expect(found!.version).toBe(version);
    expect(found!.corners[0].x).toBeCloseTo(QUIET_ZONE * 4, -1);
  });

  test('bytes of every value, zeros, and fewer than fit', async () => {
    for (const bytes of [
      Uint8Array.from({ length: 256 }, (_, at) => at),
      new Uint8Array(300),
      someBytes(40, 1),
    ]) {
      const screen = screenOf(draw(bytes, 14), 4);
      const camera = new Camera({ width: screen.width, height: screen.height, pose: { fill: 1 } });
      const [found] = await decoder.decode(camera.photograph(screen), 1);
      expect(found!.bytes).toEqual(bytes);
    }
  });
});

test('more than fits is refused', () => {
  expect(() => draw(new Uint8Array(272), 10)).toThrow('272 bytes do not fit into a QR code of version 10');
  expect(() => draw(new Uint8Array(2954))).toThrow(RangeError);
});
