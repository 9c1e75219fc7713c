/**
 * How a body is cut and mixed. It is cut into fragments of equal length (the last one is filled up with zeros), and those
 * into blocks of at most 1024, as equal as they can be. Frame n belongs to block n mod blocks. Within its block it is
 * number i = ⌊n / blocks⌋: the first ones are the fragments themselves, in order; all further ones are sums of all
 * fragments of the block, with coefficients from GF(256) that follow from id, block and i alone. With random dense
 * coefficients any k + 0.004 frames on average are enough for k fragments, whichever got lost, and it never ends.
 */

/** Most fragments of one block: the time to solve grows with the square of it. */
export const MAX_BLOCK = 1024;
/** Most fragments of a body: they bound the memory that its frames can ask for. */
export const MAX_FRAGMENTS = 65_536;

/** How a body of `length` bytes is cut into fragments of `size` bytes. */
export interface Cut {
  readonly length: number;
  readonly size: number;
  readonly fragments: number;
  /** First fragment of each block, and after the last one: the number of fragments. */
  readonly bounds: readonly number[];
}

export function cut(length: number, size: number): Cut {
  const fragments = Math.ceil(length / size);
  const blocks = Math.ceil(fragments / MAX_BLOCK);
  return {
    length,
    size,
    fragments,
    bounds: Array.from({ length: blocks + 1 }, (_, block) => Math.floor((block * fragments) / blocks)),
  };
}

/** Which block a frame belongs to, how many fragments that has, and its number in it. */
export function placeOf(
  { bounds }: Cut,
  sequence: number,
): { block: number; first: number; count: number; number: number } {
  const blocks = bounds.length - 1;
  const block = sequence % blocks;
  const first = bounds[block] ?? 0;
  return { block, first, count: (bounds[block + 1] ?? first) - first, number: Math.floor(sequence / blocks) };
}

/** The frame that is fragment `at` alone. */
export function sequenceOf({ bounds }: Cut, at: number): number {
  const blocks = bounds.length - 1;
  const block = blockOf(bounds, at);
  return (at - (bounds[block] ?? 0)) * blocks + block;
}

/** The block that fragment `at` is in. */
export function blockOf(bounds: readonly number[], at: number): number {
  return Math.max(0, bounds.findIndex((first) => first > at) - 1);
}

/**
 * The coefficients of frame `number` in a block of `count` fragments. Below `count` it is fragment `number` alone.
 * Above, bytes of xoshiro128** (Blackman, Vigna 2018), seeded from id, block and number; never all zero.
 */
export function coefficients(id: Uint8Array, block: number, number: number, count: number): Uint8Array {
  const row = new Uint8Array(count);
  if (number < count) {
    row[number] = 1;
    return row;
  }
  const next = generator(id, block, number);
  for (let at = 0; at < count; at += 4) {
    const word = next();
    row[at] = word & 0xff;
    if (at + 1 < count) row[at + 1] = (word >>> 8) & 0xff;
    if (at + 2 < count) row[at + 2] = (word >>> 16) & 0xff;
    if (at + 3 < count) row[at + 3] = word >>> 24;
  }
  if (row.every((value) => value === 0)) row[0] = 1;
  return row;
}

/** The finaliser of MurmurHash3 (Appleby 2011): every bit of the input reaches every bit of the result. */
function mix(word: number): number {
  let value = word >>> 0;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

function generator(id: Uint8Array, block: number, number: number): () => number {
  const view = new DataView(id.buffer, id.byteOffset, id.length);
  let seed = mix(view.getUint32(0) ^ 0x52534631);
  seed = mix(seed ^ view.getUint32(4));
  seed = mix(seed ^ block);
  seed = mix(seed ^ number);
  const state = Uint32Array.of(
    mix(seed ^ 0x9e3779b9),
    mix(seed ^ 0x3c6ef372),
    mix(seed ^ 0xdaa66d2b),
    mix(number ^ 0x78dde6e4) | 1,
  );
  return () => {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    const word = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    state.set([a, b, c, d]);
    return word;
  };
}

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));
