/**
 * Bytes as words to read aloud and compare (PGP word list). Even positions take words of two syllables and odd ones
 * words of three, so that a word that was left out, doubled or swapped with its neighbour does not go unnoticed.
 *
 * For fingerprints and other public values: error messages repeat the word that was typed.
 */
import { CryptoError } from './errors.ts';
import { EVEN_WORDS, ODD_WORDS } from './words-pgp.ts';

const LISTS = [EVEN_WORDS, ODD_WORDS] as const;
const VALUES = LISTS.map((list) => new Map(list.map((word, value) => [word.toLowerCase(), value])));
/** Longest piece of a stranger's input that an error message repeats. */
const SHOWN = 24;

/** One word per byte, as the list spells it ("Pluto", "treadmill"). */
export function toWords(bytes: Uint8Array): string[] {
  return Array.from(bytes, (byte, position) => LISTS[position % 2 === 0 ? 0 : 1][byte] ?? '');
}

/**
 * The bytes of a list of words, whatever their capitals. Throws `bad-encoding`, naming the word and its position
 * (counted from 1), for a word that is not in the list, and for one of the other parity: a word before it is missing,
 * doubled or swapped.
 */
export function fromWords(words: readonly string[]): Uint8Array {
  return Uint8Array.from(words, (word, position) => {
    const parity = position % 2;
    const value = VALUES[parity]?.get(word.toLowerCase());
    if (value !== undefined) return value;
    const place = `word ${position + 1}, "${word.slice(0, SHOWN)}"`;
    if (VALUES[1 - parity]?.has(word.toLowerCase()))
      throw new CryptoError(
        'bad-encoding',
        `${place}: this word belongs in ${parity === 0 ? 'an even' : 'an odd'} place; a word before it is missing, repeated or swapped.`,
      );
    throw new CryptoError('bad-encoding', `${place}: this word is not in the list.`);
  });
}
