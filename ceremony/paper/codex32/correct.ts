/**
 * Finding what a damaged codex32 string was: up to 4 wrong characters, up to 8 unreadable ones, or s and e of both with
 * 2s + e ≤ 8 (BIP-93's codes have eight zeros in a row, so this is what is sure). Decoded as a Reed-Solomon code is:
 * syndromes, Berlekamp-Massey started with the known places, roots, magnitudes by Forney.
 *
 * What it finds is a proposal. More damage than that can look like less damage to another string; a person must compare
 * the proposal with the paper, and something beyond the line must confirm it.
 */
import { codeOfLength, isRight, residue, type Code } from './checksum.ts';
import { evaluate, invert, multiply, power } from './field.ts';

/** How many syndromes there are: zeros of the generator in a row. */
export const DISTANCE = 8;

/**
 * The right string nearest to `symbols` (checksum included, null for what is unreadable), or null where none is within
 * the bound, or where no code has this length. A right string comes back as it is.
 */
export function correct(prefix: string, symbols: readonly (number | null)[]): number[] | null {
  const code = codeOfLength(symbols.length);
  if (code === null) return null;
  const read = symbols.map((symbol) => symbol ?? 0);
  const unreadable = symbols.flatMap((symbol, at) => (symbol === null ? [symbols.length - 1 - at] : []));
  if (unreadable.length > DISTANCE) return null;

  const syndromes = syndromesOf(code, residue(code, prefix, read));
  const locator = findLocator(code, syndromes, unreadable);
  const exponents = locator === null ? null : findPlaces(code, locator, symbols.length);
  if (locator === null || exponents === null) return null;
  for (const exponent of exponents) {
    const change = magnitude(code, syndromes, locator, exponent);
    // A symbol is in the small field. A change outside it says that there was more damage than can be undone.
    if (change > 31) return null;
    const at = symbols.length - 1 - exponent;
    read[at] = (read[at] ?? 0) ^ change;
  }
  return isRight(prefix, read) ? read : null;
}

function syndromesOf(code: Code, rest: readonly number[]): number[] {
  const polynomial = rest.toReversed();
  return Array.from({ length: DISTANCE }, (_, at) => evaluate(polynomial, power(code.base, code.first + at)));
}

/**
 * The polynomial whose roots are the inverses of base^exponent of every place to change, from the constant; null where
 * it would have more of them than the bound allows.
 */
function findLocator(
  code: Code,
  syndromes: readonly number[],
  unreadable: readonly number[],
): number[] | null {
  let locator = [1];
  for (const exponent of unreadable) {
    const root = power(code.base, exponent);
    locator = add([...locator, 0], [0, ...locator.map((coefficient) => multiply(coefficient, root))]);
  }
  const known = unreadable.length;
  let length = known;
  let previous = locator;
  for (let step = known; step < DISTANCE; step++) {
    const discrepancy = locator
      .slice(0, step + 1)
      .reduce((sum, coefficient, at) => sum ^ multiply(coefficient, syndromes[step - at] ?? 0), 0);
    previous = [0, ...previous];
    if (discrepancy === 0) continue;
    const next = add(
      locator,
      previous.map((coefficient) => multiply(coefficient, discrepancy)),
    );
    if (2 * length <= step + known) {
      length = step + 1 + known - length;
      const inverse = invert(discrepancy);
      previous = locator.map((coefficient) => multiply(coefficient, inverse));
    }
    locator = next;
  }
  const degree = locator.findLastIndex((coefficient) => coefficient !== 0);
  return degree === length && 2 * (length - known) + known <= DISTANCE ? locator.slice(0, degree + 1) : null;
}

function add(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, at) => (a[at] ?? 0) ^ (b[at] ?? 0));
}

/** Exponents of the places that the locator names, or null where one of its roots is no place of this string. */
function findPlaces(code: Code, locator: readonly number[], length: number): number[] | null {
  const places: number[] = [];
  for (let exponent = 0; exponent < length; exponent++)
    if (evaluate(locator, power(code.base, -exponent)) === 0) places.push(exponent);
  return places.length === locator.length - 1 ? places : null;
}

/** By how much the symbol at a place is wrong (Forney's formula). */
function magnitude(
  code: Code,
  syndromes: readonly number[],
  locator: readonly number[],
  exponent: number,
): number {
  const evaluator = syndromes.map((_, at) =>
    locator
      .slice(0, at + 1)
      .reduce((sum, coefficient, power) => sum ^ multiply(coefficient, syndromes[at - power] ?? 0), 0),
  );
  const inverse = power(code.base, -exponent);
  // The formal derivative: in characteristic 2 only the odd powers stay, one lower.
  const derivative = locator.map((_, at) => (at % 2 === 0 ? (locator[at + 1] ?? 0) : 0));
  const value = multiply(evaluate(evaluator, inverse), invert(evaluate(derivative, inverse)));
  return multiply(value, power(code.base, exponent * (1 - code.first)));
}
