import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../crypto/bytes.ts';
import { refusal } from '../test-support/engine.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

describe('deterministic CBOR', () => {
  it('gives back what was encoded, always from the same bytes', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const bytes = encodeCbor(value);
        expect(decodeCbor(bytes, 'value')).toEqual(value);
        expect(encodeCbor(decodeCbor(bytes, 'value'))).toEqual(bytes);
      }),
      { numRuns: 200 },
    );
  });

  it('sorts map keys by their encoding, whatever order they were given in (RFC 8949 §4.2.1)', () => {
    expect(encodeCbor({ aa: 1, b: 2, a: 3 })).toEqual(fromHex('a361610361620262616101'));
    expect(
      encodeCbor(
        new Map([
          [-1, 0],
          [10, 0],
        ]),
      ),
    ).toEqual(fromHex('a20a002000'));
  });

  it('reads integer keys as a Map when asked to', () => {
    expect(decodeCbor(fromHex('a10126'), 'header', { maps: true })).toEqual(new Map([[1, -7]]));
  });

  it('takes "__proto__" for a key like any other', () => {
    const value = decodeCbor(fromHex('a1695f5f70726f746f5f5fa0'), 'value') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it.each([
    ['a number in more bytes than it needs', '1801'],
    ['a length in more bytes than it needs', '5900020102'],
    ['an array of indefinite length', '9f01ff'],
    ['a text of indefinite length', '7f6161ff'],
    ['unsorted map keys', 'a2616201616101'],
    ['a repeated map key', 'a2616101616102'],
    ['a whole number as a float', 'f93c00'],
    ['a float in more bytes than it needs', 'fb3ff8000000000000'],
    ['not a number', 'f97e00'],
    ['infinity', 'f97c00'],
    ['undefined', 'f7'],
    ['an unknown tag', 'c074323031332d30332d32315432303a30343a30305a'],
    ['a second item', '0101'],
    ['nothing', ''],
    ['an array cut short', '8301'],
    ['text that is not UTF-8', '62c328'],
    ['an integer beyond 2^53', '1bffffffffffffffff'],
  ])('refuses %s', async (_what, hex) => {
    const refused = await refusal(() => decodeCbor(fromHex(hex), 'The thing'));
    expect(refused.code).toBe('bad-encoding');
    expect(refused.message).toMatch(/^The thing: .*CBOR/);
    // Bytes that decode, but are not the one encoding, are told apart from bytes that do not decode at all.
    if (hex === '' || hex === '8301') expect(refused.message).toContain('not well-formed');
    if (hex === 'a2616201616101') expect(refused.message).toContain('not the deterministic one');
  });

  it('refuses what nests so deep that walking through it could exhaust the stack', async () => {
    const nest = (depth: number): Uint8Array => new Uint8Array([...Array<number>(depth).fill(0x81), 0]);
    expect(decodeCbor(nest(12), 'value')).toBeDefined();
    const thirteen = await refusal(() => decodeCbor(nest(13), 'value'));
    expect(thirteen).toMatchObject({ code: 'bad-encoding' });
    expect(thirteen.message).toContain('nests deeper than 12 levels');
    expect(await refusal(() => decodeCbor(nest(100_000), 'value'))).toMatchObject({ code: 'bad-encoding' });
  });
});
