/** Byte strings: joining, comparing, hex, and unambiguous framing for everything that is hashed. */
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

export { bytesToHex, concatBytes, utf8ToBytes };

/** Decodes lower-case hex of even length. Throws on anything else (upper case included: one form only). */
export function fromHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new Error('expected lower-case hex of even length');
  return hexToBytes(text);
}

/** True when both are byte-for-byte equal. Constant time in the content, not in the length. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** Orders byte strings as RFC 8949 §4.2.1 orders map keys: bytewise, shorter first on a common prefix. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** `value` as `length` big-endian bytes. Throws RangeError when it does not fit or is not a whole number ≥ 0. */
export function uintBytes(value: number, length: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('expected a whole number ≥ 0');
  const out = new Uint8Array(length);
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    out[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  if (rest !== 0) throw new RangeError(`${value} does not fit in ${length} bytes`);
  return out;
}

/**
 * Joins parts so that no two different lists give the same bytes: a four-byte big-endian length before each.
 * Everything that is hashed into a challenge or a digest goes through here (TSSHOCK: plain concatenation with a
 * separator is ambiguous).
 */
export function frame(...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...parts.flatMap((part) => [uintBytes(part.length, 4), part]));
}
