/** The operating system's randomness: the default wherever devices/ takes a `Random`. */
import { randomBytes } from 'node:crypto';
import type { Random } from '../crypto/random.ts';

/** `length` bytes from the kernel's generator, in memory of their own (not in a pool that others can see). */
export const systemRandom: Random = (length) => new Uint8Array(randomBytes(length));
