/** Seeded randomness for tests: the same seed gives the same bytes on every machine. Never used by the product. */
import { shake256 } from '@noble/hashes/sha3.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Random } from '../crypto/random.ts';

export function seededRandom(seed: string): Random {
  const stream = shake256.create({}).update(utf8ToBytes(seed));
  return (length) => stream.xof(length);
}
