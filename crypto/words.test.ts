import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex, fromHex, utf8ToBytes } from './bytes.ts';
import { CryptoError } from './errors.ts';
import { EVEN_WORDS, ODD_WORDS } from './words-pgp.ts';
import { fromWords, toWords } from './words.ts';

/** The published example: the fingerprint of Philip Zimmermann's key. */
const FINGERPRINT = fromHex('e58294f2e9a227486e8b061b31cc528fd7fa3f19');
const SPOKEN =
  'topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa afflict bravado ' +
  'chatter revolver Dupont midsummer stopwatch whimsical cowbell bottomless';

function refusal(words: string[]): CryptoError {
  try {
    fromWords(words);
  } catch (error) {
    if (error instanceof CryptoError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('the list', () => {
  it('has 512 different words, 256 a list', () => {
    expect(EVEN_WORDS).toHaveLength(256);
    expect(ODD_WORDS).toHaveLength(256);
    const all = [...EVEN_WORDS, ...ODD_WORDS];
    expect(new Set(all.map((word) => word.toLowerCase())).size).toBe(512);
    expect(all.every((word) => /^[A-Za-z]+$/.test(word))).toBe(true);
  });

  it('is the list that two independent transcriptions agree on, word for word', () => {
    const all = [...EVEN_WORDS, ...ODD_WORDS].join(' ');
    expect(bytesToHex(sha256(utf8ToBytes(all)))).toBe(
      '3e090850023f09a3bff58dbc9926ee0840dd829fa8198af8ceffd1b2280a7096',
    );
  });
});

describe('toWords and fromWords', () => {
  it('reproduce the published example', () => {
    expect(toWords(FINGERPRINT).join(' ')).toBe(SPOKEN);
    expect(fromWords(SPOKEN.split(' '))).toEqual(FINGERPRINT);
  });

  it('do not mind capitals', () => {
    expect(fromWords(SPOKEN.toUpperCase().split(' '))).toEqual(FINGERPRINT);
    expect(fromWords(SPOKEN.toLowerCase().split(' '))).toEqual(FINGERPRINT);
  });

  it('are inverse to each other for all byte strings', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(fromWords(toWords(bytes))).toEqual(bytes);
      }),
    );
  });

  it('refuse an unknown word and name it with its position', () => {
    const words = SPOKEN.split(' ');
    words[4] = 'treadmil';
    const error = refusal(words);
    expect(error.code).toBe('bad-encoding');
    expect(error.message).toContain('word 5, "treadmil"');
    expect(error.message).toContain('not in the list');
    expect(refusal(['']).message).toContain('word 1, ""');
  });

  it('notice a word left out, doubled, or swapped with its neighbour, wherever it is', () => {
    const words = toWords(FINGERPRINT);
    for (let at = 0; at < words.length - 1; at++) {
      const missing = words.toSpliced(at, 1);
      const doubled = words.toSpliced(at, 0, words[at]!);
      const swapped = words.with(at, words[at + 1]!).with(at + 1, words[at]!);
      for (const [wrong, position] of [
        [missing, at + 1],
        [doubled, at + 2],
        [swapped, at + 1],
      ] as const) {
        const error = refusal(wrong);
        expect(error.code).toBe('bad-encoding');
        expect(error.message).toContain(`word ${position}, "${wrong[position - 1]!}"`);
        expect(error.message).toContain('missing, repeated or swapped');
        expect(error.message).toContain(position % 2 === 1 ? 'an even place' : 'an odd place');
      }
    }
  });

  it('repeats only the beginning of an endless word', () => {
    expect(refusal(['x'.repeat(10_000)]).message.length).toBeLessThan(120);
  });
});
