/**
 * The two fields of BIP-93: GF(32), one symbol, modulo x^5 + x^3 + 1; and GF(1024) over it, modulo z^2 + z + 1, where the
 * zeros of the generators lie. An element a + b·z of the second is the number a + 32·b.
 */

/** Product in GF(32). */
export function multiply32(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 5; bit++) if (((b >> bit) & 1) === 1) product ^= a << bit;
  for (let bit = 8; bit >= 5; bit--) if (((product >> bit) & 1) === 1) product ^= 0b101001 << (bit - 5);
  return product;
}

function multiplyPairs(x: number, y: number): number {
  const [a, b, c, d] = [x & 31, x >> 5, y & 31, y >> 5];
  const low = multiply32(a, c);
  const high = multiply32(b, d);
  // z^2 = z + 1: the product of the z parts goes into both places.
  return (low ^ high) | ((multiply32(a, d) ^ multiply32(b, c) ^ high) << 5);
}

/** Order of the multiplicative group of GF(1024). */
const ORDER = 1023;
/** "e" + "x"·z: BIP-93's γ, which generates the whole group. */
const GAMMA = 25 | (6 << 5);

const POWERS = new Uint16Array(ORDER);
const LOGARITHMS = new Uint16Array(ORDER + 1);
for (let exponent = 0, value = 1; exponent < ORDER; exponent++) {
  POWERS[exponent] = value;
  LOGARITHMS[value] = exponent;
  value = multiplyPairs(value, GAMMA);
}

/** Zero of the short code's generator: "g"·z, of order 93 (BIP-93's β). */
export const BETA = 8 << 5;
export { GAMMA };

const powerOfGamma = (exponent: number): number => POWERS[exponent % ORDER] ?? 0;
const logarithm = (value: number): number => LOGARITHMS[value] ?? 0;

/** Product in GF(1024). */
export function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : powerOfGamma(logarithm(a) + logarithm(b));
}

/** Inverse in GF(1024) of anything but 0. */
export function invert(a: number): number {
  return powerOfGamma(ORDER - logarithm(a));
}

/** `a` to any whole number, negative too, for a ≠ 0. */
export function power(a: number, exponent: number): number {
  return powerOfGamma((((logarithm(a) * exponent) % ORDER) + ORDER) % ORDER);
}

/** Value at `x` of a polynomial, coefficients from the constant upwards. */
export function evaluate(polynomial: readonly number[], x: number): number {
  return polynomial.reduceRight((sum, coefficient) => multiply(sum, x) ^ coefficient, 0);
}
