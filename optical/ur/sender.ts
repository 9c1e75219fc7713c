/** Shows a message as an endless row of URs, or as a single one where it fits into one. */
import { crc32 } from '../wire/crc32.ts';
import { Mixture } from './mixture.ts';
import { encodePart, MAX_FRAGMENTS, MAX_MESSAGE } from './part.ts';
import { isUrType, writePart, writeWhole } from './text.ts';

/** Fewest bytes of a fragment, as in the reference implementations. */
export const MIN_FRAGMENT = 10;
const LAST = 0xffff_ffff;

export interface UrSender {
  readonly type: string;
  /** Fragments of the message; 1 when it is a single UR. */
  readonly count: number;
  /** Bytes of a fragment. */
  readonly size: number;
  /**
   * Part `sequence`, 1 to 2³² − 1, in lower case; `toUpperCase()` of it is what a QR code shows. The first `count` are
   * the message, any others stand in for those that were missed. A single UR is the same under every number.
   */
  part(sequence: number): string;
}

/**
 * @param type in lower case, from the registry (BCR-2020-006)
 * @param cbor the message: the value that belongs to the type, without the type's tag
 * @param maxFragment most bytes of a fragment; a message that is not longer becomes a single UR
 * @throws RangeError for a type, message or fragment that cannot be
 */
export function openUrSender(type: string, cbor: Uint8Array, maxFragment: number): UrSender {
  if (!isUrType(type)) throw new RangeError(`"${type}" is no type of a UR`);
  if (cbor.length === 0 || cbor.length > MAX_MESSAGE)
    throw new RangeError(`expected a message of 1 to ${MAX_MESSAGE} bytes, found ${cbor.length}`);
  if (!Number.isInteger(maxFragment) || maxFragment < MIN_FRAGMENT)
    throw new RangeError(`expected fragments of at least ${MIN_FRAGMENT} bytes, found ${maxFragment}`);
  const length = cbor.length;
  // As few fragments as can be, and those as small as they can be then.
  const size = Math.ceil(length / Math.ceil(length / maxFragment));
  const count = Math.ceil(length / size);
  if (count > MAX_FRAGMENTS)
    throw new RangeError(`${length} bytes in fragments of ${size} are more than ${MAX_FRAGMENTS} parts`);
  if (count === 1) {
    const whole = writeWhole(type, cbor);
    return { type, count, size, part: () => whole };
  }
  const checksum = crc32(cbor);
  const mixture = new Mixture(count, checksum);
  return {
    type,
    count,
    size,
    part(sequence) {
      if (!Number.isInteger(sequence) || sequence < 1 || sequence > LAST)
        throw new RangeError(`expected a number from 1 to ${LAST}, found ${sequence}`);
      const fragment = new Uint8Array(size);
      for (const at of mixture.fragments(sequence))
        for (let byte = 0; byte < size && at * size + byte < length; byte++)
          fragment[byte] = (fragment[byte] ?? 0) ^ (cbor[at * size + byte] ?? 0);
      return writePart(type, { sequence, count, length, checksum, fragment });
    },
  };
}

/**
 * The largest `maxFragment` with which no UR of the message is longer than so many characters: as many as a code holds
 * (`textCapacityOf` in symbol/draw.ts). Undefined where that leaves too little for a fragment.
 */
export function largestFragment(type: string, length: number, characters: number): number | undefined {
  if (writeWhole(type, new Uint8Array(length)).length <= characters) return Math.max(length, MIN_FRAGMENT);
  const empty = { sequence: LAST, count: MAX_FRAGMENTS, length, checksum: LAST, fragment: new Uint8Array(0) };
  // The length of a fragment takes up to four bytes more than the length of an empty one.
  const overhead = encodePart(empty).length + 4;
  const letters = characters - `ur:${type}/${LAST}-${MAX_FRAGMENTS}/`.length;
  const most = Math.floor(letters / 2) - 4 - overhead;
  return most < MIN_FRAGMENT ? undefined : most;
}
