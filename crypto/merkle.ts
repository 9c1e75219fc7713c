/**
 * The hash tree over a transcript (RFC 6962 §2.1): one root commits to all entries in order, short proofs show that
 * an entry is in it or that a later tree extends an earlier one.
 *
 * Verification follows RFC 9162 §2.1.3.2 and §2.1.4.2, which restate the same tree with algorithms. The leaf prefix
 * 0x00 and node prefix 0x01 keep an inner node from being presented as an entry.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from './bytes.ts';
import { CryptoError } from './errors.ts';

/** Bytes in every hash of the tree. */
export const HASH_LENGTH = 32;
const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

/** The leaf of one entry: SHA-256(0x00 ‖ data), 32 bytes. Entries that can be guessed must carry a salt. */
export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(concatBytes(LEAF_PREFIX, data));
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(NODE_PREFIX, left, right));
}

function checkLeaves(leaves: readonly Uint8Array[]): void {
  for (const [index, leaf] of leaves.entries())
    if (leaf.length !== HASH_LENGTH)
      throw new CryptoError(
        'bad-length',
        `leaf ${index}: expected a hash of ${HASH_LENGTH} bytes, found ${leaf.length}.`,
      );
}

/** The largest power of two below `size`, for size ≥ 2: where RFC 6962 splits a tree. */
function splitPoint(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** Root of leaves[start..end), which is not empty or is the whole empty tree. */
function rootOf(leaves: readonly Uint8Array[], start: number, end: number): Uint8Array {
  const size = end - start;
  if (size === 0) return sha256(new Uint8Array(0));
  const first = leaves[start];
  if (size === 1 && first !== undefined) return first.slice();
  const middle = start + splitPoint(size);
  return nodeHash(rootOf(leaves, start, middle), rootOf(leaves, middle, end));
}

/**
 * The root of the tree over `leaves`, which are leaf hashes, not entries. The empty tree's root is SHA-256 of
 * nothing. Throws `bad-length` for a leaf that is not 32 bytes.
 */
export function treeRoot(leaves: readonly Uint8Array[]): Uint8Array {
  checkLeaves(leaves);
  return rootOf(leaves, 0, leaves.length);
}

/**
 * The hashes that lead from leaf `index` (0-based) to the root, lowest first (RFC 6962 §2.1.1). Throws
 * `index-invalid` for an index outside the tree, `bad-length` for a leaf that is not 32 bytes.
 */
export function inclusionProof(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  checkLeaves(leaves);
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length)
    throw new CryptoError(
      'index-invalid',
      `leaf index: expected a whole number below ${leaves.length}, found ${index}.`,
    );
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = leaves.length;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      proof.push(rootOf(leaves, middle, end));
      end = middle;
    } else {
      proof.push(rootOf(leaves, start, middle));
      start = middle;
    }
  }
  return proof.reverse();
}

/** A tree size or leaf index that arithmetic below is exact for. */
function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** True when every part is a hash. A shorter part could shift the border between the halves of a node. */
function areHashes(parts: readonly Uint8Array[]): boolean {
  return parts.every((part) => part.length === HASH_LENGTH);
}

/** Numbers, not 32-bit integers: sizes up to 2^53 - 1, so no shift operators. */
const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);

/**
 * True when `proof` shows that `leaf` (a leaf hash) is entry `index` of the tree with `size` leaves and this root
 * (RFC 9162 §2.1.3.2). Never throws: a malformed proof is a false one.
 */
export function verifyInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (!areHashes([leaf, root, ...proof])) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash);
      // A node on the right border without a sibling is carried up unchanged.
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && equalBytes(hash, root);
}

/**
 * The hashes that show that the tree over the first `oldSize` leaves is a beginning of the tree over all of them
 * (RFC 6962 §2.1.2). Empty when the sizes are equal, and for the empty tree, which begins every tree. Throws
 * `index-invalid` unless 0 ≤ oldSize ≤ number of leaves, `bad-length` for a leaf that is not 32 bytes.
 */
export function consistencyProof(oldSize: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  checkLeaves(leaves);
  if (!Number.isInteger(oldSize) || oldSize < 0 || oldSize > leaves.length)
    throw new CryptoError(
      'index-invalid',
      `old tree size: expected a whole number from 0 to ${leaves.length}, found ${oldSize}.`,
    );
  if (oldSize === 0) return [];
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = leaves.length;
  // True while the subtree at hand is the one the old root covers, which the verifier already knows.
  let known = true;
  while (oldSize !== end) {
    const middle = start + splitPoint(end - start);
    if (oldSize <= middle) {
      proof.push(rootOf(leaves, middle, end));
      end = middle;
    } else {
      proof.push(rootOf(leaves, start, middle));
      start = middle;
      known = false;
    }
  }
  if (!known) proof.push(rootOf(leaves, start, end));
  return proof.reverse();
}

/**
 * True when `proof` shows that the tree with `newSize` leaves and `newRoot` extends the tree with `oldSize` leaves
 * and `oldRoot` (RFC 9162 §2.1.4.2): nothing was changed, taken out or moved. Never throws.
 */
export function verifyConsistency(
  oldSize: number,
  newSize: number,
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!isCount(oldSize) || !isCount(newSize) || oldSize > newSize) return false;
  if (!areHashes([oldRoot, newRoot, ...proof])) return false;
  if (oldSize === newSize) {
    if (proof.length !== 0 || !equalBytes(oldRoot, newRoot)) return false;
    return oldSize !== 0 || equalBytes(oldRoot, treeRoot([]));
  }
  if (oldSize === 0) return proof.length === 0 && equalBytes(oldRoot, treeRoot([]));

  let node = oldSize - 1;
  let last = newSize - 1;
  while (isOdd(node)) {
    node = half(node);
    last = half(last);
  }
  // An old size that is a power of two is itself the first node of the path, and is left out of the proof.
  const path = node === 0 ? [oldRoot, ...proof] : [...proof];
  const first = path.shift();
  if (first === undefined) return false;
  let oldHash = first;
  let newHash = first;
  for (const sibling of path) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && equalBytes(oldHash, oldRoot) && equalBytes(newHash, newRoot);
}
