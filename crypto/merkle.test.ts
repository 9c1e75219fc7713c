import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../test-support/refusals.ts';
import { bytesToHex, concatBytes, fromHex, uintBytes, utf8ToBytes } from './bytes.ts';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';

interface Vectors {
  leaves: string[];
  roots: string[];
  inclusion: { index: number; size: number; proof: string[] }[];
  consistency: { from: number; to: number; proof: string[] }[];
}
const vectors = JSON.parse(
  readFileSync(new URL('../vectors/rfc6962/tree.json', import.meta.url), 'utf8'),
) as Vectors;

const standard = vectors.leaves.map((leaf) => leafHash(fromHex(leaf)));
const many = (size: number): Uint8Array[] =>
  Array.from({ length: size }, (_, i) => leafHash(utf8ToBytes(`entry ${i}`)));
const hex = (parts: Uint8Array[]): string[] => parts.map(bytesToHex);

describe('reference values of Certificate Transparency', () => {
  it('roots of the first 0 to 8 standard entries', () => {
    expect(vectors.roots).toHaveLength(9);
    vectors.roots.forEach((root, size) => {
      expect(bytesToHex(treeRoot(standard.slice(0, size)))).toBe(root);
    });
  });

  it.each(vectors.inclusion)('inclusion of entry $index in $size', ({ index, size, proof }) => {
    const leaves = standard.slice(0, size);
    expect(hex(inclusionProof(index, leaves))).toEqual(proof);
    expect(verifyInclusion(index, size, leaves[index]!, proof.map(fromHex), treeRoot(leaves))).toBe(true);
  });

  it.each(vectors.consistency)('consistency from $from to $to', ({ from, to, proof }) => {
    const leaves = standard.slice(0, to);
    expect(hex(consistencyProof(from, leaves))).toEqual(proof);
    const old = treeRoot(leaves.slice(0, from));
    expect(verifyConsistency(from, to, old, treeRoot(leaves), proof.map(fromHex))).toBe(true);
  });
});

describe('inclusion', () => {
  it('holds for every entry of every tree up to 33 leaves, and for no other index', () => {
    for (let size = 1; size <= 33; size++) {
      const leaves = many(size);
      const root = treeRoot(leaves);
      for (let index = 0; index < size; index++) {
        const proof = inclusionProof(index, leaves);
        expect(verifyInclusion(index, size, leaves[index]!, proof, root)).toBe(true);
        for (const wrong of [index - 1, index + 1, size])
          expect(verifyInclusion(wrong, size, leaves[index]!, proof, root)).toBe(false);
      }
    }
  });

  it('fails when entry, root or any hash of the proof is changed, and when hashes are added or left out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.nat(), (size, pick, place) => {
        const leaves = many(size);
        const index = pick % size;
        const leaf = leaves[index]!;
        const root = treeRoot(leaves);
        const proof = inclusionProof(index, leaves);
        const flip = (bytes: Uint8Array): Uint8Array => {
          const out = bytes.slice();
          out[place % out.length]! ^= 1 << (pick % 8);
          return out;
        };
        const at = place % proof.length;
        expect(verifyInclusion(index, size, flip(leaf), proof, root)).toBe(false);
        expect(verifyInclusion(index, size, leaf, proof, flip(root))).toBe(false);
        expect(verifyInclusion(index, size, leaf, proof.with(at, flip(proof[at]!)), root)).toBe(false);
        expect(verifyInclusion(index, size, leaf, proof.toSpliced(at, 1), root)).toBe(false);
        expect(verifyInclusion(index, size, leaf, [...proof, root], root)).toBe(false);
        expect(verifyInclusion(index, size, leaf, [root, ...proof], root)).toBe(false);
      }),
    );
  });

  it('does not take an inner node for an entry', () => {
    const [a, b] = many(2) as [Uint8Array, Uint8Array];
    expect(bytesToHex(leafHash(concatBytes(a, b)))).not.toBe(bytesToHex(treeRoot([a, b])));
  });

  it('does not take hashes of other lengths, though their concatenation is the same', () => {
    const [a, b] = many(2) as [Uint8Array, Uint8Array];
    const root = treeRoot([a, b]);
    const both = concatBytes(a, b);
    expect(verifyInclusion(0, 2, both.slice(0, 32), [both.slice(32)], root)).toBe(true);
    expect(verifyInclusion(0, 2, both.slice(0, 40), [both.slice(40)], root)).toBe(false);
  });

  it('does not take a longer path than the size allows, even to a root made for it', () => {
    const [leaf, extra] = many(2) as [Uint8Array, Uint8Array];
    expect(verifyInclusion(1, 2, leaf, [extra], treeRoot([extra, leaf]))).toBe(true);
    expect(verifyInclusion(0, 1, leaf, [extra], treeRoot([extra, leaf]))).toBe(false);
  });

  it('refuses sizes and indices that are not counts', () => {
    const leaves = many(1);
    const root = treeRoot(leaves);
    expect(verifyInclusion(0, 1, leaves[0]!, [], root)).toBe(true);
    for (const [index, size] of [
      [-1, 1],
      [0, 0],
      [0.5, 1],
      [NaN, 1],
      [0, Infinity],
    ] as const)
      expect(verifyInclusion(index, size, leaves[0]!, [], root)).toBe(false);
  });

  it('works above 2^32 leaves', () => {
    // Leaf 2^40 of a tree with 2^40 + 1 leaves: its one sibling is the root of everything before it.
    const left = leafHash(uintBytes(1, 8));
    const leaf = leafHash(uintBytes(2, 8));
    const root = treeRoot([left, leaf]);
    expect(verifyInclusion(2 ** 40, 2 ** 40 + 1, leaf, [left], root)).toBe(true);
    expect(verifyInclusion(2 ** 40, 2 ** 40 + 2, leaf, [left], root)).toBe(false);
    expect(verifyInclusion(0, 2 ** 40 + 1, left, [leaf], root)).toBe(false);
  });
});

describe('consistency', () => {
  it('holds between every two sizes up to 33, and for no other pair', () => {
    const leaves = many(33);
    const roots = Array.from({ length: 34 }, (_, size) => treeRoot(leaves.slice(0, size)));
    for (let to = 0; to <= 33; to++)
      for (let from = 0; from <= to; from++) {
        const proof = consistencyProof(from, leaves.slice(0, to));
        const [old, now] = [roots[from]!, roots[to]!];
        expect(verifyConsistency(from, to, old, now, proof)).toBe(true);
        if (from === to) continue;
        expect(verifyConsistency(to, from, now, old, proof)).toBe(false);
        expect(verifyConsistency(from, to, now, now, proof)).toBe(false);
        expect(verifyConsistency(from, to, old, roots[from === 0 ? 33 : 0]!, proof)).toBe(from === 0);
        expect(verifyConsistency(from, to, old, now, [...proof, now])).toBe(false);
        if (proof.length > 0) expect(verifyConsistency(from, to, old, now, proof.slice(1))).toBe(false);
        if (proof.length > 0) expect(verifyConsistency(from, to, old, now, proof.slice(0, -1))).toBe(false);
      }
  });

  it('fails when an old entry was changed, whichever one', () => {
    const leaves = many(20);
    const old = treeRoot(leaves.slice(0, 13));
    for (let at = 0; at < 13; at++) {
      const rewritten = leaves.with(at, leafHash(utf8ToBytes('rewritten')));
      const proof = consistencyProof(13, rewritten);
      expect(verifyConsistency(13, 20, old, treeRoot(rewritten), proof)).toBe(false);
    }
  });

  it('fails for equal sizes with different roots', () => {
    const [a, b] = [treeRoot(many(3)), treeRoot(many(2))];
    expect(verifyConsistency(3, 3, a, b, [])).toBe(false);
    expect(verifyConsistency(0, 0, a, a, [])).toBe(false);
    expect(verifyConsistency(3, 3, a, a, [a])).toBe(false);
  });

  it('does not take a shorter or longer path than the sizes allow, even to roots made for it', () => {
    const leaves = many(5);
    const roots = [1, 2, 3, 4].map((size) => treeRoot(leaves.slice(0, size)));
    const [one, two, three, four] = roots as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const short = consistencyProof(1, leaves.slice(0, 2));
    expect(verifyConsistency(1, 2, one, two, short)).toBe(true);
    expect(verifyConsistency(1, 4, one, two, short)).toBe(false);
    const extra = leaves[4]!;
    const long = [...consistencyProof(3, leaves.slice(0, 4)), extra];
    expect(verifyConsistency(3, 4, three, four, long.slice(0, -1))).toBe(true);
    expect(verifyConsistency(3, 4, treeRoot([extra, three]), treeRoot([extra, four]), long)).toBe(false);
  });

  it('fails for a tree that shrinks', () => {
    const root = treeRoot(many(2));
    expect(verifyConsistency(2, 1, root, root, [])).toBe(false);
    expect(verifyConsistency(1, 0, root, root, [])).toBe(false);
  });

  it('does not take hashes of other lengths, though their concatenation is the same', () => {
    const [a, b] = many(2) as [Uint8Array, Uint8Array];
    const both = concatBytes(a, b);
    const root = treeRoot([a, b]);
    expect(verifyConsistency(1, 2, both.slice(0, 32), root, [both.slice(32)])).toBe(true);
    expect(verifyConsistency(1, 2, both.slice(0, 40), root, [both.slice(40)])).toBe(false);
  });

  it('refuses hashes of other lengths and sizes that are not counts', () => {
    const leaves = many(3);
    const proof = consistencyProof(2, leaves);
    const [old, now] = [treeRoot(leaves.slice(0, 2)), treeRoot(leaves)];
    expect(verifyConsistency(2, 3, old, now, proof)).toBe(true);
    expect(verifyConsistency(2, 3, old, now, [proof[0]!.slice(1)])).toBe(false);
    for (const [from, to] of [
      [-1, 3],
      [1.5, 3],
      [2, NaN],
    ] as const)
      expect(verifyConsistency(from, to, old, now, proof)).toBe(false);
  });
});

describe('proving', () => {
  it('refuses what is outside the tree', () => {
    for (const index of [-1, 3, 0.5, NaN]) {
      expect(codeOf(() => inclusionProof(index, many(3)))).toBe('index-invalid');
      if (index !== 3) expect(codeOf(() => consistencyProof(index, many(3)))).toBe('index-invalid');
    }
    expect(codeOf(() => consistencyProof(4, many(3)))).toBe('index-invalid');
    expect(codeOf(() => inclusionProof(0, []))).toBe('index-invalid');
  });

  it('refuses leaves that are not hashes', () => {
    const leaves = [...many(2), utf8ToBytes('an entry, not its hash')];
    expect(codeOf(() => treeRoot(leaves))).toBe('bad-length');
    expect(codeOf(() => inclusionProof(0, leaves))).toBe('bad-length');
    expect(codeOf(() => consistencyProof(1, leaves))).toBe('bad-length');
  });

  it('does not hand out the array it was given', () => {
    const [leaf] = many(1) as [Uint8Array];
    const before = bytesToHex(leaf);
    treeRoot([leaf]).fill(0);
    inclusionProof(1, [leaf, leaf])[0]!.fill(0);
    expect(bytesToHex(leaf)).toBe(before);
  });
});
