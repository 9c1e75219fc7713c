/**
 * A part of a message as bytes (BCR-2024-001 §5): the CBOR array [sequence, count, length, checksum, fragment], four
 * unsigned integers and a byte string, each in its shortest form (RFC 8949 §4.2.1), and nothing else.
 */

/** Most bytes of a message. Public keys and transactions of wallets are smaller by far. */
export const MAX_MESSAGE = 1024 * 1024;
/** Most fragments of a message: solving takes the square of it. */
export const MAX_FRAGMENTS = 4096;
const MAX_UINT32 = 0xffff_ffff;

export interface UrPart {
  /** 1 to 2³² − 1. */
  readonly sequence: number;
  /** Fragments of the message. */
  readonly count: number;
  /** Bytes of the message. */
  readonly length: number;
  /** CRC-32 of the message. */
  readonly checksum: number;
  /** As long in every part of a message: the last fragment is filled up with zeros. */
  readonly fragment: Uint8Array;
}

const UNSIGNED = 0;
const BYTES = 2;
const ARRAY_OF_FIVE = 0x85;

export function encodePart({ sequence, count, length, checksum, fragment }: UrPart): Uint8Array {
  const head = [sequence, count, length, checksum].flatMap((value) => header(UNSIGNED, value));
  return Uint8Array.of(ARRAY_OF_FIVE, ...head, ...header(BYTES, fragment.length), ...fragment);
}

/** Undefined for anything but a part; 'too-large' for one whose message is beyond the limits above. */
export function decodePart(bytes: Uint8Array): UrPart | 'too-large' | undefined {
  const reader = new Reader(bytes);
  if (reader.byte() !== ARRAY_OF_FIVE) return undefined;
  const sequence = reader.header(UNSIGNED);
  const count = reader.header(UNSIGNED);
  const length = reader.header(UNSIGNED);
  const checksum = reader.header(UNSIGNED);
  const size = reader.header(BYTES);
  if (sequence === undefined || count === undefined || length === undefined) return undefined;
  if (checksum === undefined || size === undefined || size !== reader.left) return undefined;
  if (sequence === 0 || count === 0 || length === 0 || size === 0) return undefined;
  // A message is cut into as many fragments as it takes, so that none is empty.
  if (Math.ceil(length / size) !== count) return undefined;
  if (length > MAX_MESSAGE || count > MAX_FRAGMENTS) return 'too-large';
  return { sequence, count, length, checksum, fragment: bytes.slice(bytes.length - size) };
}

/** A CBOR header: major type and argument. `value` is below 2³². */
function header(major: number, value: number): number[] {
  const type = major << 5;
  if (value < 24) return [type | value];
  if (value < 0x100) return [type | 24, value];
  if (value < 0x1_0000) return [type | 25, value >>> 8, value & 0xff];
  return [type | 26, value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes that were not read yet. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number | undefined {
    return this.#bytes[this.#at++];
  }

  /** The argument of a header of this major type, below 2³² and in its shortest form; undefined for anything else. */
  header(major: number): number | undefined {
    const first = this.byte();
    if (first === undefined || first >>> 5 !== major) return undefined;
    const short = first & 0x1f;
    if (short < 24) return short;
    if (short > 26) return undefined;
    let value = 0;
    for (let left = 2 ** (short - 24); left > 0; left--) {
      const byte = this.byte();
      if (byte === undefined) return undefined;
      value = value * 256 + byte;
    }
    const least = [24, 0x100, 0x1_0000][short - 24] ?? MAX_UINT32;
    return value < least ? undefined : value;
  }
}
