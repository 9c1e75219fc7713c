/** Seeded randomness that is fast enough for every pixel of a film. */

/** Numbers from 0 to 1, of 32 bits each: mulberry32 by Tommy Ettinger (public domain algorithm). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A table of normally distributed numbers, mean 0 and deviation 1 (Box and Muller 1958). */
export function normals(count: number, next: () => number): Float32Array {
  return Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    return radius * Math.cos(2 * Math.PI * next());
  });
}
