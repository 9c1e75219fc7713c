/** The 32 characters of a codex32 string (BIP-173's alphabet, which BIP-93 takes over) and symbols made of bytes. */

/** Position in here is the value of a character. Without 1, b, i and o, which are easily taken for others. */
export const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

const VALUES = new Map(Array.from(ALPHABET, (character, value) => [character, value]));

/** A character that cannot be read, in the text and in what is shown to people. */
export const UNREADABLE = '?';

/** Values (0 to 31) of the characters of a lower-case text; null for whatever is not in the alphabet. */
export function symbolsOf(text: string): (number | null)[] {
  return Array.from(text, (character) => VALUES.get(character) ?? null);
}

/** The characters of symbols (0 to 31), lower case. */
export function textOf(symbols: readonly number[]): string {
  return symbols.map((symbol) => ALPHABET[symbol] ?? UNREADABLE).join('');
}

/** Bytes as symbols of 5 bits, most significant bit first; the last symbol is filled up with zero bits. */
export function bytesToSymbols(bytes: Uint8Array): number[] {
  const symbols: number[] = [];
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      symbols.push((held >> bits) & 31);
      held &= (1 << bits) - 1;
    }
  }
  if (bits > 0) symbols.push((held << (5 - bits)) & 31);
  return symbols;
}

/** The first `length` bytes of symbols, or null where there are fewer, or where a bit after them is not zero. */
export function symbolsToBytes(symbols: readonly number[], length: number): Uint8Array | null {
  const bytes = new Uint8Array(length);
  let at = 0;
  let held = 0;
  let bits = 0;
  for (const symbol of symbols) {
    held = (held << 5) | symbol;
    bits += 5;
    if (at < length && bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
      held &= (1 << bits) - 1;
    }
    if (at === length) {
      if (held !== 0) return null;
      bits = 0;
    }
  }
  return at === length ? bytes : null;
}
