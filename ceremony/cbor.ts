/**
 * Deterministic CBOR (RFC 8949 §4.2): one value, one encoding. Decoding refuses every other encoding of the same
 * value by encoding the result again and comparing, which catches what a decoder's strict mode lets pass
 * (unsorted keys, wide floats, indefinite lengths).
 */
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { equalBytes } from '../crypto/bytes.ts';
import { CeremonyError } from './errors.ts';

/** Encodes plain values: numbers, text, Uint8Array, arrays, plain objects, and Map where keys are integers. */
export function encodeCbor(value: unknown): Uint8Array {
  return new Uint8Array(encode(value, rfc8949EncodeOptions));
}

/**
 * Decodes exactly one deterministically encoded item. Throws `bad-encoding` naming `what` for anything else.
 * `maps` decodes maps as Map (needed for integer keys); otherwise maps become plain objects.
 */
export function decodeCbor(bytes: Uint8Array, what: string, options: { maps?: boolean } = {}): unknown {
  let value: unknown;
  try {
    value = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
      useMaps: options.maps ?? false,
    });
    if (equalBytes(encodeCbor(value), bytes)) {
      checkDepth(value, what);
      return value;
    }
  } catch (error) {
    if (error instanceof CeremonyError) throw error;
    throw new CeremonyError('bad-encoding', `${what}: these bytes are not well-formed CBOR.`);
  }
  throw new CeremonyError(
    'bad-encoding',
    `${what}: the CBOR encoding is not the deterministic one (RFC 8949 §4.2).`,
  );
}

/** Nothing of ours nests deeper; what does would exhaust the stack of whoever walks through it. */
const MAX_DEPTH = 12;

function checkDepth(value: unknown, what: string, depth = 0): void {
  if (depth > MAX_DEPTH)
    throw new CeremonyError('bad-encoding', `${what}: the CBOR nests deeper than ${MAX_DEPTH} levels.`);
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return;
  const inner = value instanceof Map ? [...value.values()] : Object.values(value);
  for (const one of inner) checkDepth(one, what, depth + 1);
}
