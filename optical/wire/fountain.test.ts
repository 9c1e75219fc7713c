import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Block } from './block.ts';
import { MAX_BLOCK, blockOf, coefficients, cut, placeOf, sequenceOf } from './fountain.ts';

const cuts = fc.tuple(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 32, max: 400 }));

describe('a cut', () => {
  test('has blocks of at most 1024 fragments that differ by at most one, and fragments that hold the body', () => {
    fc.assert(
      fc.property(cuts, ([length, size]) => {
        const { fragments, bounds } = cut(length, size);
        expect(fragments).toBe(Math.ceil(length / size));
        const counts = bounds.slice(1).map((bound, at) => bound - bounds[at]!);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(fragments);
        expect(Math.max(...counts)).toBeLessThanOrEqual(MAX_BLOCK);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('every fragment is one frame alone, in the block that it is in', () => {
    fc.assert(
      fc.property(cuts, fc.nat(), ([length, size], number) => {
        const made = cut(length, size);
        const at = number % made.fragments;
        const place = placeOf(made, sequenceOf(made, at));
        expect(place.first + place.number).toBe(at);
        expect(place.number).toBeLessThan(place.count);
        expect(place.block).toBe(blockOf(made.bounds, at));
      }),
    );
  });
});

describe('coefficients', () => {
  const id = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

  test('follow from id, block and number, and from nothing else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 1024 }),
        fc.nat(63),
        fc.nat(2 ** 32 - 1),
        (count, block, number) => {
          const row = coefficients(id, block, number, count);
          expect(row).toHaveLength(count);
          expect(row.some((factor) => factor !== 0)).toBe(true);
          expect(coefficients(id.slice(), block, number, count)).toEqual(row);
          if (number < count) return;
          expect(coefficients(id, block + 1, number, count)).not.toEqual(row);
          expect(coefficients(id, block, number + 1, count)).not.toEqual(row);
          expect(coefficients(Uint8Array.of(9, ...id.subarray(1)), block, number, count)).not.toEqual(row);
        },
      ),
    );
  });

  test('spread evenly over all 256 values', () => {
    const counts = new Array<number>(256).fill(0);
    for (let number = 1000; number < 1400; number++)
      for (const factor of coefficients(id, 0, number, 1000)) counts[factor]! += 1;
    const expected = (400 * 1000) / 256;
    const square = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // Chi squared with 255 degrees of freedom: beyond 340 once in 3000.
    expect(square).toBeLessThan(340);
  });

  test.each([1, 2, 3, 10, 50])('%i fragments take hardly more than that many sums', (count) => {
    let extra = 0;
    for (let run = 0; run < 300; run++) {
      const block = new Block(count);
      let number = count + run * 1000;
      while (!block.complete) block.add(coefficients(id, 0, number++, count), new Uint8Array(1));
      extra += number - count - run * 1000 - count;
    }
    // 1/255 + 1/65535 + … on average; 300 runs vary.
    expect(extra / 300).toBeLessThan(0.03);
  });
});

describe('a block', () => {
  const rows = fc.integer({ min: 1, max: 12 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      fragments: fc.array(fc.uint8Array({ minLength: 5, maxLength: 5 }), {
        minLength: count,
        maxLength: count,
      }),
      numbers: fc.uniqueArray(fc.nat(3 * count), { minLength: 1, maxLength: 3 * count }),
    }),
  );
  const id = new Uint8Array(8);

  test('says of every row whether it is new, keeps what is not, and solves for the fragments', () => {
    fc.assert(
      fc.property(rows, ({ count, fragments, numbers }) => {
        const block = new Block(count);
        for (const number of numbers) {
          const factors = coefficients(id, 0, number, count);
          // A sum of fragments, worked out another way than in the sender: every byte on its own.
          const payload = sumOf(factors, fragments);
          const untouched = payload.slice();
          const before = block.rank;
          const fresh = block.add(factors.slice(), payload);
          expect(block.rank).toBe(before + (fresh ? 1 : 0));
          if (!fresh) expect(payload).toEqual(untouched);
          fragments.forEach((fragment, at) => {
            const known = block.fragment(at);
            if (known !== undefined) expect(known).toEqual(fragment);
          });
          if (number < count && fresh && before === 0)
            expect(block.fragment(number)).toEqual(fragments[number]);
          expect(block.add(coefficients(id, 0, number, count), sumOf(factors, fragments))).toBe(false);
        }
        if (block.complete) expect(block.solve()).toEqual(fragments);
        else expect(() => block.solve()).toThrow('not complete');
      }),
    );
  });
});

function sumOf(factors: Uint8Array, fragments: readonly Uint8Array[]): Uint8Array {
  const product = (a: number, b: number): number => {
    let out = 0;
    for (let bit = 0, value = a; bit < 8; bit++) {
      if (b & (1 << bit)) out ^= value;
      value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
    }
    return out;
  };
  return Uint8Array.from({ length: 5 }, (_, byte) =>
    fragments.reduce((sum, fragment, at) => sum ^ product(fragment[byte]!, factors[at]!), 0),
  );
}
