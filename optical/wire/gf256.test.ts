import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addScaled, inverse, multiply, scale } from './gf256.ts';

const byte = fc.integer({ min: 0, max: 255 });
const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });

test('the laws of a field', () => {
  fc.assert(
    fc.property(byte, byte, byte, (a, b, c) => {
      expect(multiply(a, b)).toBe(multiply(b, a));
      expect(multiply(a, multiply(b, c))).toBe(multiply(multiply(a, b), c));
      expect(multiply(a, b ^ c)).toBe(multiply(a, b) ^ multiply(a, c));
      expect(multiply(a, 1)).toBe(a);
      if (a !== 0) expect(multiply(a, inverse(a))).toBe(1);
    }),
  );
  expect(() => inverse(0)).toThrow('0 has no inverse');
});

test('products as shift and add with 0x11D gives them', () => {
  const slow = (a: number, b: number): number => {
    let product = 0;
    for (let bit = 0, value = a; bit < 8; bit++) {
      if (b & (1 << bit)) product ^= value;
      value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
    }
    return product;
  };
  for (let a = 0; a < 256; a++)
    for (let b = 0; b < 256; b++) if (multiply(a, b) !== slow(a, b)) expect(a).toBe(b);
  expect(multiply(2, 0x80)).toBe(0x1d);
});

test('rows: added as often as the factor says, from an index on, as far as the shorter one goes', () => {
  fc.assert(
    fc.property(bytes, bytes, byte, fc.nat(5), (target, row, factor, from) => {
      const sum = target.slice();
      addScaled(sum, row, factor, from);
      target.forEach((value, at) => {
        expect(sum[at]).toBe(at < from ? value : value ^ multiply(row[at] ?? 0, factor));
      });
      const scaled = row.slice();
      scale(scaled, factor);
      expect([...scaled]).toEqual([...row].map((value) => multiply(value, factor)));
    }),
  );
});
