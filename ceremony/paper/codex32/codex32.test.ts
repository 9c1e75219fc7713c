import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToSymbols, symbolsOf, symbolsToBytes, textOf } from './alphabet.ts';
import { encodeCodex32, isRight } from './checksum.ts';
import { correct } from './correct.ts';

const vectors = JSON.parse(
  readFileSync(new URL('../../../vectors/codex32/bip93.json', import.meta.url), 'utf8'),
) as {
  valid: { name: string; strings: string[]; master_seed_hex: string }[];
  invalid: { reason: string; strings: string[] }[];
};
const strings = (reason: string): string[] =>
  vectors.invalid.find((group) => group.reason.includes(reason))?.strings ?? [];

/** Symbols after "ms1", whatever the case. */
const after = (text: string): number[] =>
  symbolsOf(text.slice(3).toLowerCase()).map((symbol) => symbol ?? NaN);

describe('BIP-93', () => {
  const valid = vectors.valid.flatMap((vector) => vector.strings);

  it.each(valid)('%s is right, and comes out again of its symbols', (text) => {
    const symbols = after(text);
    expect(isRight('ms', symbols)).toBe(true);
    const checksum = symbols.length > 93 ? 15 : 13;
    expect(encodeCodex32('ms', symbols.slice(0, -checksum))).toBe(text.toLowerCase());
    expect(isRight('rs', symbols)).toBe(false);
  });

  it.each([...strings('incorrect checksums'), ...strings('wrong checksum for their given')])(
    '%s is wrong',
    (text) => {
      expect(isRight('ms', after(text))).toBe(false);
    },
  );

  it('has no code for 94 and 95 symbols, fewer than a checksum, or more than 1023', () => {
    for (const length of [0, 12, 94, 95, 1024]) {
      const symbols = new Array<number>(length).fill(0);
      expect(isRight('ms', symbols)).toBe(false);
      expect(correct('ms', symbols)).toBeNull();
    }
    expect(() => encodeCodex32('ms', new Array<number>(1009).fill(0))).toThrow('too many');
  });

  it.each(vectors.valid)('$name: packs bits as the vector does', (vector) => {
    // The unshared secret has the index "s". What fills up its last symbol is free in BIP-93.
    const secret = vector.strings.map(after).find((symbols) => textOf(symbols)[5] === 's') ?? [];
    const seed = bytesToSymbols(Buffer.from(vector.master_seed_hex, 'hex'));
    expect(secret.slice(6, 5 + seed.length)).toEqual(seed.slice(0, -1));
  });
});

describe('symbols', () => {
  it('are bytes and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(9), (bytes, more) => {
        const symbols = [...bytesToSymbols(bytes), ...new Array<number>(more).fill(0)];
        expect(symbolsToBytes(symbols, bytes.length)).toEqual(bytes);
        expect(symbolsToBytes(symbols, bytes.length + more + 1)).toBeNull();
      }),
    );
  });

  it('after the bytes are zero', () => {
    const symbols = bytesToSymbols(Uint8Array.of(1, 2, 3));
    expect(symbolsToBytes([...symbols.slice(0, -1), (symbols.at(-1) ?? 0) | 1], 3)).toBeNull();
    expect(symbolsToBytes([...symbols, 1], 3)).toBeNull();
    expect(symbolsToBytes([...symbols, 0, 1], 3)).toBeNull();
  });

  it('outside the alphabet are unreadable', () => {
    expect(symbolsOf('q1l?o')).toEqual([0, null, 31, null, null]);
    expect(textOf([0, 31, 99])).toBe('ql?');
  });
});

/** A string, and the same with `s` wrong and `e` unreadable characters, 2s + e in `bound`. */
function damage(lengths: fc.IntegerConstraints, bound: fc.Arbitrary<{ s: number; e: number }>) {
  return fc.tuple(fc.integer(lengths), bound).chain(([length, { s, e }]) =>
    fc.record({
      symbols: fc.array(fc.nat(31), { minLength: length, maxLength: length }),
      places: fc.uniqueArray(fc.nat(length + 12), { minLength: s + e, maxLength: s + e }),
      changes: fc.array(fc.integer({ min: 1, max: 31 }), { minLength: s, maxLength: s }),
    }),
  );
}
const within = fc.nat(4).chain((s) => fc.record({ s: fc.constant(s), e: fc.nat(8 - 2 * s) }));
const beyond = fc
  .record({ s: fc.integer({ min: 0, max: 9 }), e: fc.nat(11) })
  .filter(({ s, e }) => 2 * s + e > 8 && s + e <= 14);

interface Damage {
  symbols: number[];
  places: number[];
  changes: number[];
}
function apply({ symbols, places, changes }: Damage): { right: number[]; damaged: (number | null)[] } {
  const right = after(encodeCodex32('rs', symbols));
  const damaged: (number | null)[] = [...right];
  for (const [at, place] of places.entries()) {
    const change = changes[at];
    damaged[place] = change === undefined ? null : (right[place] ?? 0) ^ change;
  }
  return { right, damaged };
}

describe('correction', () => {
  it('undoes 10,000 random damages with 2s + e ≤ 8, every one', () => {
    let run = 0;
    const start = performance.now();
    fc.assert(
      fc.property(damage({ min: 1, max: 80 }, within), (drawn) => {
        const { right, damaged } = apply(drawn);
        expect(correct('rs', damaged)).toEqual(right);
        run++;
      }),
      { numRuns: 10_000 },
    );
    console.log(`codex32: ${run} damages undone in ${((performance.now() - start) / 1000).toFixed(2)} s`);
    expect(run).toBe(10_000);
  });

  it('undoes them in long strings', () => {
    fc.assert(
      fc.property(damage({ min: 81, max: 300 }, within), (drawn) => {
        const { right, damaged } = apply(drawn);
        expect(correct('rs', damaged)).toEqual(right);
      }),
      { numRuns: 300 },
    );
  });

  it('of more damage gives nothing, or a right string within the bound, hardly ever one', () => {
    let found = 0;
    fc.assert(
      fc.property(damage({ min: 40, max: 43 }, beyond), (drawn) => {
        const { damaged } = apply(drawn);
        const proposal = correct('rs', damaged);
        if (proposal === null) return;
        found++;
        expect(isRight('rs', proposal)).toBe(true);
        const wrong = proposal.filter((symbol, at) => damaged[at] !== null && damaged[at] !== symbol).length;
        const unreadable = damaged.filter((symbol) => symbol === null).length;
        expect(2 * wrong + unreadable).toBeLessThanOrEqual(8);
      }),
      { numRuns: 3000 },
    );
    expect(found).toBeLessThan(30);
  });
});
