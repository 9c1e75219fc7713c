/** Codes of text: what they hold, what they refuse, and that a reader of others reads them. */
import fc from 'fast-check';
import jsQR from 'jsqr';
import qrcode from 'qrcode';
import { describe, expect, it } from 'vitest';
import { CAPACITY, modulesOf, QUIET_ZONE, type Matrix } from './draw.ts';
import { drawText, textCapacityOf, textVersionFor } from './draw-text.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** What jsQR reads, with four pixels a module. */
function read({ size, modules }: Matrix): string | undefined {
  const scale = 4;
  const side = scale * (size + 2 * QUIET_ZONE);
  const pixels = new Uint8ClampedArray(4 * side * side).fill(255);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const column = Math.floor(x / scale) - QUIET_ZONE;
      const row = Math.floor(y / scale) - QUIET_ZONE;
      if (column < 0 || row < 0 || column >= size || row >= size) continue;
      if (modules[row * size + column] === 1) pixels.fill(0, 4 * (y * side + x), 4 * (y * side + x) + 3);
    }
  return jsQR.default(pixels, side, side)?.data;
}

describe('what a code holds', () => {
  it('is what ISO/IEC 18004, table 7, says', () => {
    expect([1, 9, 10, 26, 27, 40].map(textCapacityOf)).toEqual([25, 335, 395, 1990, 2132, 4296]);
  });

  it.each(CAPACITY.map((_, at) => at + 1))(
    'version %d takes so many characters and not one more',
    (version) => {
      const full = 'A'.repeat(textCapacityOf(version));
      const create = (data: string): unknown =>
        qrcode.create([{ data, mode: 'alphanumeric' }], { errorCorrectionLevel: 'L', version });
      expect(() => create(full)).not.toThrow();
      expect(() => create(`${full}A`)).toThrow();
      expect(textVersionFor(full.length)).toBe(version);
      expect(drawText(full).size).toBe(modulesOf(version));
      expect(() => drawText(`${full}A`, version)).toThrow(RangeError);
    },
  );
});

describe('a code of text', () => {
  it('is read by another program', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from(ALPHABET)), minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(text, (drawn) => {
        expect(read(drawText(drawn))).toBe(drawn);
      }),
      { numRuns: 20 },
    );
  });

  it('is smaller than the same text as bytes', () => {
    const text = `UR:BYTES/${'AB'.repeat(200)}`;
    const asBytes = qrcode.create([{ data: new TextEncoder().encode(text), mode: 'byte' }], {
      errorCorrectionLevel: 'L',
    });
    expect(drawText(text).version).toBeLessThan(asBytes.version);
  });

  it.each(['ur:bytes', 'A_B', 'Ä', 'A\n'])('refuses %j', (text) => {
    expect(() => drawText(text)).toThrow('holds digits, capital letters, spaces and $%*+-./: only');
  });

  it('refuses what no code holds, and versions that are none', () => {
    expect(() => drawText('A'.repeat(4297))).toThrow('no QR code holds 4297 characters');
    expect(() => drawText('A', 41)).toThrow('there is no QR code of version 41');
  });
});
