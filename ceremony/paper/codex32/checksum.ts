/** The checksums of BIP-93: 13 symbols for strings of up to 93 symbols, 15 for those of 96 to 1023. */
import { textOf } from './alphabet.ts';
import { BETA, GAMMA, multiply32 } from './field.ts';

/** One of the two codes. Lengths count the symbols after the separator, checksum included. */
export interface Code {
  readonly checksumLength: number;
  readonly longest: number;
  /** Coefficients of the generator below its leading 1, from the highest. */
  readonly generator: readonly number[];
  /** What remains of a right string: without it a cut or lengthened string of zeros would be right as well. */
  readonly target: readonly number[];
  /** The generator is zero at eight powers of `base` in a row, from `base`^`first` on. */
  readonly base: number;
  readonly first: number;
}

/** The symbols of a number of BIP-93's text, from the highest. */
function unpack(value: bigint, length: number): number[] {
  return Array.from({ length }, (_, at) => Number((value >> BigInt(5 * (length - 1 - at))) & 31n));
}

export const SHORT_CODE: Code = {
  checksumLength: 13,
  longest: 93,
  generator: unpack(0x19dc500ce73fde210n, 13),
  target: unpack(0x10ce0795c2fd1e62an, 13),
  base: BETA,
  first: 77,
};

export const LONG_CODE: Code = {
  checksumLength: 15,
  longest: 1023,
  generator: unpack(0x3d59d273535ea62d897n, 15),
  target: unpack(0x43381e570bf4798ab26n, 15),
  base: GAMMA,
  first: 1019,
};

/** The code that a string of so many symbols, checksum included, belongs to; null where there is none (94, 95, > 1023). */
export function codeOfLength(length: number): Code | null {
  if (length <= SHORT_CODE.longest) return length >= SHORT_CODE.checksumLength ? SHORT_CODE : null;
  return length >= SHORT_CODE.longest + 3 && length <= LONG_CODE.longest ? LONG_CODE : null;
}

/** How far a string is from a right one, as a polynomial with coefficients from the highest: all zero for a right one. */
export function residue(code: Code, prefix: string, symbols: readonly number[]): number[] {
  const register = new Array<number>(code.checksumLength).fill(0);
  register[code.checksumLength - 1] = 1;
  for (const symbol of [...expandPrefix(prefix), ...symbols]) {
    const out = register.shift() ?? 0;
    register.push(symbol);
    if (out === 0) continue;
    for (const [at, coefficient] of code.generator.entries())
      register[at] = (register[at] ?? 0) ^ multiply32(coefficient, out);
  }
  return register.map((symbol, at) => symbol ^ (code.target[at] ?? 0));
}

/** The prefix as symbols: the high bits of its characters, 0, the low bits (BIP-173). */
function expandPrefix(prefix: string): number[] {
  const codes = Array.from(prefix, (character) => character.charCodeAt(0));
  return [...codes.map((value) => value >> 5), 0, ...codes.map((value) => value & 31)];
}

/** True for symbols, checksum included, that are right under this lower-case prefix. */
export function isRight(prefix: string, symbols: readonly number[]): boolean {
  const code = codeOfLength(symbols.length);
  return code !== null && residue(code, prefix, symbols).every((symbol) => symbol === 0);
}

/** A whole codex32 string, lower case. Throws RangeError for more symbols than the long code has place for. */
export function encodeCodex32(prefix: string, symbols: readonly number[]): string {
  const code =
    symbols.length <= SHORT_CODE.longest - SHORT_CODE.checksumLength
      ? SHORT_CODE
      : codeOfLength(symbols.length + LONG_CODE.checksumLength);
  if (code === null) throw new RangeError(`codex32: ${symbols.length} symbols are too many`);
  const checksum = residue(code, prefix, [...symbols, ...new Array<number>(code.checksumLength).fill(0)]);
  return `${prefix}1${textOf([...symbols, ...checksum])}`;
}
