/** Bytewords against the vectors of their authors. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBytewords, encodeBytewords, type BytewordsStyle } from './bytewords.ts';
import { WORDS } from './words.ts';

interface Vectors {
  readonly words: string[];
  readonly vectors: {
    hex: string;
    standard?: string | null;
    uri?: string;
    minimal: string | null;
    urrs_strings?: string[];
  }[];
  readonly invalid: { style: BytewordsStyle; text: string; why: string }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/ur/bytewords.json', import.meta.url), 'utf8'),
) as Vectors;
const STYLES = ['standard', 'uri', 'minimal'] as const;
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

describe('the words', () => {
  it('are those of BCR-2020-012, told apart by first and last letter', () => {
    expect(WORDS).toEqual(vectors.words);
    expect(new Set(WORDS.map((word) => `${word[0]!}${word[3]!}`)).size).toBe(256);
  });
});

describe('the vectors', () => {
  const cases = vectors.vectors.flatMap((vector) =>
    STYLES.flatMap((style) => {
      const text = vector[style];
      return typeof text === 'string' ? [[style, vector.hex, text] as const] : [];
    }),
  );
  it('are all here', () => {
    expect(vectors.vectors).toHaveLength(4);
    expect(cases).toHaveLength(6);
  });

  it.each(cases)('%s of %s', (style, hex, text) => {
    expect(encodeBytewords(bytes(hex), style)).toBe(text);
    expect(decodeBytewords(text, style)).toEqual(bytes(hex));
  });

  it('of another implementation: two short texts in three styles', () => {
    const [standard = '', uri = '', minimal = ''] =
      vectors.vectors.find(({ urrs_strings }) => urrs_strings !== undefined)?.urrs_strings ?? [];
    const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(decodeBytewords(standard, 'standard')).toEqual(ascii('Some bytes'));
    expect(decodeBytewords(uri, 'uri')).toEqual(ascii('Some bytes'));
    expect(decodeBytewords(minimal)).toEqual(ascii('Some binary data'));
    expect(encodeBytewords(ascii('Some binary data'))).toBe(minimal);
  });

  it.each(vectors.invalid.map(({ style, text, why }) => [style, text, why] as const))(
    'refused in style %s: %j, %s',
    (style, text, why) => {
      expect(decodeBytewords(text, style)).toBe(why === 'checksum' ? 'bad-checksum' : 'not-words');
    },
  );
});

describe('any bytes', () => {
  const style = fc.constantFrom(...STYLES);
  it('come back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), style, (input, chosen) => {
        expect(decodeBytewords(encodeBytewords(input, chosen), chosen)).toEqual(input);
      }),
    );
  });

  it('do not come back where a word was changed', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (input, at, by) => {
          const words = encodeBytewords(input, 'standard').split(' ');
          const place = at % words.length;
          words[place] = WORDS[(WORDS.indexOf(words[place]!) + by) % 256]!;
          expect(decodeBytewords(words.join(' '), 'standard')).toBe('bad-checksum');
        },
      ),
    );
  });

  it('never come out of text that is not theirs, whatever it is', () => {
    expect(decodeBytewords('aeadaolazmjendeotix')).toBe('not-words');
    expect(decodeBytewords('AEADAOLAZMJENDEOTI')).toBe('not-words');
    expect(decodeBytewords('able  acid also lava zoom jade need echo taxi', 'standard')).toBe('not-words');
    fc.assert(
      fc.property(fc.string(), style, (text, chosen) => {
        expect(['not-words', 'bad-checksum']).toContain(decodeBytewords(`${text}_`, chosen));
      }),
    );
  });
});
