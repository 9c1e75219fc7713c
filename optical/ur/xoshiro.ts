/**
 * The generator from which sender and receiver of a multipart UR draw the same numbers (BCR-2024-001 §4): xoshiro256**
 * (Blackman, Vigna 2018), whose state is the SHA-256 of a seed, as four big-endian words. Nothing secret comes from it.
 */
import { sha256 } from '@noble/hashes/sha2.js';

const word = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, bits: bigint): bigint => word(value << bits) | (value >> (64n - bits));

export class Xoshiro256 {
  readonly #state: [bigint, bigint, bigint, bigint];

  constructor(seed: Uint8Array) {
    const view = new DataView(sha256(seed).buffer);
    this.#state = [view.getBigUint64(0), view.getBigUint64(8), view.getBigUint64(16), view.getBigUint64(24)];
  }

  /** 0 to 2⁶⁴ − 1. */
  next(): bigint {
    let [a, b, c, d] = this.#state;
    const result = word(rotate(word(b * 5n), 7n) * 9n);
    const shifted = word(b << 17n);
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    this.#state[0] = a;
    this.#state[1] = b;
    this.#state[2] = c ^ shifted;
    this.#state[3] = rotate(d, 45n);
    return result;
  }

  /** 0 to 1, in the double next to it: 1 itself once in 2⁵⁴. */
  nextDouble(): number {
    return Number(this.next()) / 2 ** 64;
  }

  /** 0 to bound − 1. */
  nextBelow(bound: number): number {
    return Math.min(Math.floor(this.nextDouble() * bound), bound - 1);
  }
}
