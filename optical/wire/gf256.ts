/**
 * Arithmetic in GF(256), with x⁸ + x⁴ + x³ + x² + 1 (0x11D) and the generator 2, as in Reed–Solomon codes. Tables, because
 * every byte of a fountain goes through here many times. Nothing secret does: what is shown is public.
 */

const EXP = new Uint8Array(512);
const LOG = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power++) {
  EXP[power] = value;
  EXP[power + 255] = value;
  LOG[value] = power;
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}

/** All products: `PRODUCT[256 * a + b]`. */
const PRODUCT = new Uint8Array(256 * 256);
for (let a = 1; a < 256; a++)
  for (let b = 1; b < 256; b++) PRODUCT[256 * a + b] = EXP[(LOG[a] ?? 0) + (LOG[b] ?? 0)] ?? 0;

export function multiply(a: number, b: number): number {
  return PRODUCT[256 * a + b] ?? 0;
}

/** 1 / a. Throws RangeError for 0. */
export function inverse(a: number): number {
  if (a === 0) throw new RangeError('0 has no inverse');
  return EXP[255 - (LOG[a] ?? 0)] ?? 0;
}

/** target += factor · row, from index `from` on. `row` may be shorter: the rest of it is 0. */
export function addScaled(target: Uint8Array, row: Uint8Array, factor: number, from = 0): void {
  const end = Math.min(target.length, row.length);
  if (factor === 0) return;
  if (factor === 1) {
    for (let i = from; i < end; i++) target[i] = (target[i] ?? 0) ^ (row[i] ?? 0);
    return;
  }
  const products = PRODUCT.subarray(256 * factor, 256 * factor + 256);
  for (let i = from; i < end; i++) target[i] = (target[i] ?? 0) ^ (products[row[i] ?? 0] ?? 0);
}

/** row := factor · row. */
export function scale(row: Uint8Array, factor: number): void {
  const products = PRODUCT.subarray(256 * factor, 256 * factor + 256);
  for (let i = 0; i < row.length; i++) row[i] = products[row[i] ?? 0] ?? 0;
}
