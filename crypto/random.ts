/** Randomness is handed in, so that the mathematics stays a function of its arguments. */

/** Returns `length` fresh bytes from a cryptographically secure source. Tests hand in a seeded one. */
export type Random = (length: number) => Uint8Array;
