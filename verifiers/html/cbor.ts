/** Deterministic CBOR (RFC 8949 §4.2): one value, one encoding; every other one is refused. */
import { Bad, isFields, join, same, strictText, u, utf8, type Fields, type Value } from './basics.ts';

/** A header's map: the keys are numbers. */
export type Header = Map<number, Value>;
type Item = Value | Header | Item[];

function head(kind: number, value: number): Uint8Array {
  const first = kind << 5;
  if (value < 24) return Uint8Array.of(first | value);
  for (const [size, code] of [
    [1, 24],
    [2, 25],
    [4, 26],
    [8, 27],
  ] as const)
    if (value < 2 ** (8 * size)) return join(Uint8Array.of(first | code), u(BigInt(value), size));
  throw new Bad('a number is too large for CBOR.');
}

function float(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  const half = halfOf(value);
  if (half !== undefined) return join(Uint8Array.of(0xf9), u(half, 2));
  view.setFloat32(0, value);
  if (view.getFloat32(0) === value) return join(Uint8Array.of(0xfa), new Uint8Array(view.buffer.slice(0, 4)));
  view.setFloat64(0, value);
  return join(Uint8Array.of(0xfb), new Uint8Array(view.buffer));
}

const fromHalf = (bits: number): number => {
  const [exponent, mantissa] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
};

/** The 16 bits that say this number exactly, if there are any. */
function halfOf(value: number): number | undefined {
  const size = Math.abs(value);
  if (size > 65504) return undefined;
  const exponent = Math.max(1, Math.min(30, Math.floor(Math.log2(size)) + 15));
  for (const one of [exponent - 1, exponent, exponent + 1]) {
    const mantissa = one <= 0 ? size / 2 ** -24 : size / 2 ** (one - 25) - 1024;
    const bits = (one <= 0 ? 0 : one << 10) | mantissa;
    if (Number.isInteger(mantissa) && mantissa >= 0 && mantissa < 1024 && fromHalf(bits) === size)
      return bits | (value < 0 ? 0x8000 : 0);
  }
  return undefined;
}

/** Encodes a value. Maps with numbers as keys are headers. */
export function encodeCbor(value: Item): Uint8Array {
  if (value === null) return Uint8Array.of(0xf6);
  if (typeof value === 'boolean') return Uint8Array.of(value ? 0xf5 : 0xf4);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) return float(value);
    return value >= 0 ? head(0, value) : head(1, -1 - value);
  }
  if (typeof value === 'string') return join(head(3, utf8(value).length), utf8(value));
  if (value instanceof Uint8Array) return join(head(2, value.length), value);
  if (Array.isArray(value)) return join(head(4, value.length), ...value.map(encodeCbor));
  const pairs: (readonly [Uint8Array, Uint8Array])[] =
    value instanceof Map
      ? [...value].map(([key, one]) => [encodeCbor(key), encodeCbor(one)] as const)
      : Object.entries(value).map(([key, one]) => [encodeCbor(key), encodeCbor(one)] as const);
  pairs.sort(([a], [b]) => {
    const at = a.findIndex((byte, place) => byte !== b[place]);
    return at < 0 || at >= b.length ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0);
  });
  return join(head(5, pairs.length), ...pairs.flat());
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #headers: boolean;
  at = 0;
  constructor(bytes: Uint8Array, headers: boolean) {
    this.#bytes = bytes;
    this.#headers = headers;
  }

  #take(length: number): Uint8Array {
    if (this.at + length > this.#bytes.length) throw new Bad('it ends too early.');
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  item(depth: number): Item {
    if (depth > 12) throw new Bad('the CBOR nests deeper than 12 levels.');
    const [first = 0] = this.#take(1);
    const [kind, small] = [first >> 5, first & 31];
    if (kind === 7) return this.#simple(small);
    if (small > 27) throw new Bad('lengths must be given.');
    let value = small;
    if (small >= 24) value = this.#take(1 << (small - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
    if (!Number.isSafeInteger(value)) throw new Bad('a number is too large.');
    if (kind === 0) return value;
    if (kind === 1) {
      if (!Number.isSafeInteger(-1 - value)) throw new Bad('a number is too large.');
      return -1 - value;
    }
    if (kind === 2) return this.#take(value).slice();
    if (kind === 3) return strictText(this.#take(value));
    if (value > this.#bytes.length) throw new Bad('it ends too early.');
    if (kind === 4) {
      const list: Item[] = [];
      for (let count = 0; count < value; count++) list.push(this.item(depth + 1));
      return list;
    }
    if (kind === 5) return this.#headers ? this.#header(value, depth) : this.#map(value, depth);
    throw new Bad('tags do not belong here.');
  }

  #simple(small: number): Value {
    if (small === 20 || small === 21) return small === 21;
    if (small === 22) return null;
    const size = { 25: 2, 26: 4, 27: 8 }[small];
    if (size === undefined) throw new Bad('a value of an unknown kind.');
    const view = new DataView(this.#take(size).slice().buffer);
    const value =
      size === 2 ? fromHalf(view.getUint16(0)) : size === 4 ? view.getFloat32(0) : view.getFloat64(0);
    if (!Number.isFinite(value) || (size === 2 && (view.getUint16(0) & 0x7c00) === 0x7c00))
      throw new Bad('no number.');
    return value;
  }

  #map(count: number, depth: number): Fields {
    const out = Object.create(null) as Fields;
    for (let at = 0; at < count; at++) {
      const key = this.item(depth + 1);
      if (typeof key !== 'string' || key in out) throw new Bad('a key is no text, or is there twice.');
      out[key] = this.item(depth + 1) as Value;
    }
    return out;
  }

  #header(count: number, depth: number): Header {
    const out: Header = new Map();
    for (let at = 0; at < count; at++) {
      const key = this.item(depth + 1);
      if (typeof key !== 'number' || out.has(key)) throw new Bad('a key is no number, or is there twice.');
      out.set(key, this.item(depth + 1) as Value);
    }
    return out;
  }
}

function decode(bytes: Uint8Array, what: string, headers: boolean): Item {
  const reader = new Reader(bytes, headers);
  let value: Item;
  try {
    value = reader.item(0);
  } catch (error) {
    throw new Bad(
      `${what}: ${error instanceof Bad ? error.message : 'these bytes are not well-formed CBOR.'}`,
    );
  }
  if (reader.at !== bytes.length || !same(encodeCbor(value), bytes))
    throw new Bad(`${what}: the CBOR encoding is not the deterministic one (RFC 8949 §4.2).`);
  return value;
}

/** One item whose maps have texts as keys. */
export const decodeCbor = (bytes: Uint8Array, what: string): Value => decode(bytes, what, false) as Value;

/** A COSE header: a map with numbers as keys. Undefined where it is another item. */
export function decodeHeader(bytes: Uint8Array, what: string): Header | undefined {
  const value = decode(bytes, what, true);
  return value instanceof Map ? value : undefined;
}

/** The four parts of a COSE_Sign1 message, whose unprotected header is empty. */
export function decodeSign1(bytes: Uint8Array, what: string): [Uint8Array, Uint8Array, Uint8Array] {
  if (bytes[0] !== 0xd2) throw new Bad(`${what}: this is not a COSE_Sign1 message.`);
  const parts = decodeCbor(bytes.subarray(1), what);
  if (!Array.isArray(parts) || parts.length !== 4) throw new Bad(`${what}: expected four parts.`);
  const [header, unprotected, content, signature] = parts;
  if (!isFields(unprotected) || Object.keys(unprotected).length > 0)
    throw new Bad(`${what}: the unprotected header must be empty.`);
  if (
    !(header instanceof Uint8Array) ||
    !(content instanceof Uint8Array) ||
    !(signature instanceof Uint8Array)
  )
    throw new Bad(`${what}: header, payload and signature must be byte strings.`);
  if (signature.length !== 64) throw new Bad(`${what}: expected a signature of 64 bytes.`);
  return [header, content, signature];
}
