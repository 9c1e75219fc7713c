/**
 * The CBOR of the types that wallets exchange (BCR-2020-006): maps with small integers as keys, and tags around what is
 * embedded. A UR names the type of its content, so that the outermost value has no tag.
 */
import { decode, encode, rfc8949EncodeOptions, Tagged } from 'cborg';

export { Tagged };

/** Tags that are kept when reading: key, key path, coin info, address and output in both versions, forms of outputs. */
const KNOWN_TAGS = [
  ...[303, 304, 305, 306, 307, 308, 40303, 40304, 40305, 40306, 40307, 40308],
  ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410],
];

export type Entries = readonly (readonly [number, unknown])[];

/** A map with its keys in CBOR's order. */
export function integerMap(entries: Entries): Map<number, unknown> {
  return new Map(entries);
}

/** Deterministic CBOR (RFC 8949 §4.2.1) of numbers, booleans, text, bytes, arrays, Map and Tagged. */
export function encodeResource(value: unknown): Uint8Array {
  return new Uint8Array(encode(value, rfc8949EncodeOptions));
}

/**
 * One CBOR item: maps as Map, known tags as Tagged. Undefined for bytes that are not one, or that use what no type here
 * does. Others need not write deterministically to be understood.
 */
export function decodeResource(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, {
      useMaps: true,
      rejectDuplicateMapKeys: true,
      allowIndefinite: false,
      allowUndefined: false,
      tags: Tagged.preserve(...KNOWN_TAGS),
    });
  } catch {
    return undefined;
  }
}

/** The value of a map under a key; undefined where there is none, or no map. */
export function fieldOf(map: unknown, key: number): unknown {
  return map instanceof Map ? (map as Map<unknown, unknown>).get(key) : undefined;
}

/** What a tag is around, where it is one of these. */
export function untag(value: unknown, ...tags: readonly number[]): unknown {
  return value instanceof Tagged && tags.includes(value.tag) ? (value.value as unknown) : undefined;
}
