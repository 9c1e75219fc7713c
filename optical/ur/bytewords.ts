/**
 * Bytewords (BCR-2020-012): bytes as words, with their CRC-32 behind them. Words of four letters between spaces
 * (`standard`) or dashes (`uri`), or their first and last letters without anything between (`minimal`, which URs use).
 */
import { crc32 } from '../wire/crc32.ts';
import { WORDS } from './words.ts';

export type BytewordsStyle = 'standard' | 'uri' | 'minimal';

const CHECKSUM = 4;
const SEPARATOR = { standard: ' ', uri: '-', minimal: '' } as const;

const PAIRS = WORDS.map((word) => word.slice(0, 1) + word.slice(-1));
const BYTE_OF_WORD = new Map(WORDS.map((word, byte) => [word, byte]));
const BYTE_OF_PAIR = new Map(PAIRS.map((pair, byte) => [pair, byte]));

/** In lower case. */
export function encodeBytewords(bytes: Uint8Array, style: BytewordsStyle = 'minimal'): string {
  const checked = new Uint8Array(bytes.length + CHECKSUM);
  checked.set(bytes);
  new DataView(checked.buffer).setUint32(bytes.length, crc32(bytes));
  const table = style === 'minimal' ? PAIRS : WORDS;
  return Array.from(checked, (byte) => table[byte] ?? '').join(SEPARATOR[style]);
}

/** Reads lower case. Returns 'not-words' for what is not made of words, 'bad-checksum' where the CRC-32 does not fit. */
export function decodeBytewords(
  text: string,
  style: BytewordsStyle = 'minimal',
): Uint8Array | 'not-words' | 'bad-checksum' {
  const bytes = style === 'minimal' ? bytesOfPairs(text) : bytesOfWords(text.split(SEPARATOR[style]));
  if (bytes === undefined || bytes.length < CHECKSUM) return 'not-words';
  const end = bytes.length - CHECKSUM;
  const checksum = new DataView(bytes.buffer).getUint32(end);
  return crc32(bytes.subarray(0, end)) === checksum ? bytes.slice(0, end) : 'bad-checksum';
}

function bytesOfWords(words: readonly string[]): Uint8Array | undefined {
  const bytes = new Uint8Array(words.length);
  for (const [at, word] of words.entries()) {
    const byte = BYTE_OF_WORD.get(word);
    if (byte === undefined) return undefined;
    bytes[at] = byte;
  }
  return bytes;
}

function bytesOfPairs(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) {
    const byte = BYTE_OF_PAIR.get(text.slice(2 * at, 2 * at + 2));
    if (byte === undefined) return undefined;
    bytes[at] = byte;
  }
  return bytes;
}
