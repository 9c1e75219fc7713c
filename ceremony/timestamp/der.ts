/**
 * DER (ITU-T X.690 §10), read strictly: one form of every length, nothing behind the end, no element of indefinite
 * length. Enough of it for timestamps and for the fields of certificates that they depend on; an element is taken apart
 * only when somebody asks for what is in it.
 */
import { concatBytes } from '../../crypto/bytes.ts';
import { CeremonyError } from '../errors.ts';

/** One element: its tag octet, its content, and all of its bytes. Views of what was read, nothing is copied. */
export interface Der {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly raw: Uint8Array;
}

/** Tag octets (X.690 §8.1.2) that timestamps use. */
export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const NULL = 0x05;
export const OBJECT_IDENTIFIER = 0x06;
export const UTF8_STRING = 0x0c;
export const GENERALIZED_TIME = 0x18;
export const SEQUENCE = 0x30;
export const SET = 0x31;
/** `[number]`, in front of something: constructed, context-specific. */
export const context = (number: number): number => 0xa0 | number;
/** `[number]`, in place of a primitive type's own tag. */
export const primitive = (number: number): number => 0x80 | number;

/** A refusal of a timestamp, or of something in one. */
export function badTimestamp(what: string, sentence: string, next?: string): CeremonyError {
  return new CeremonyError('bad-timestamp', `${what}: ${sentence}`, next);
}

/** Reads the element that begins at `offset`. Throws `bad-timestamp` naming `what`. */
function elementAt(bytes: Uint8Array, offset: number, what: string): Der {
  const refuse = (sentence: string): CeremonyError => badTimestamp(what, `${sentence} (DER, X.690).`);
  const [tag, first] = [bytes[offset], bytes[offset + 1]];
  if (tag === undefined || first === undefined) throw refuse('it ends in the middle of an element');
  if ((tag & 0x1f) === 0x1f) throw refuse('it has a tag of more than one byte');
  let length = first;
  let start = offset + 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 3) throw refuse('a length is indefinite, or too large');
    length = 0;
    for (let at = 0; at < count; at++) length = length * 256 + (bytes[start + at] ?? 0);
    if (length < 0x80 || length < 256 ** (count - 1)) throw refuse('a length is longer than it need be');
    start += count;
  }
  if (start + length > bytes.length) throw refuse('an element is longer than what it is in');
  return {
    tag,
    content: bytes.subarray(start, start + length),
    raw: bytes.subarray(offset, start + length),
  };
}

/** Reads bytes that are one element and nothing behind it. Throws `bad-timestamp` naming `what`. */
export function readDer(bytes: Uint8Array, what: string): Der {
  const element = elementAt(bytes, 0, what);
  if (element.raw.length !== bytes.length)
    throw badTimestamp(what, `${bytes.length - element.raw.length} bytes follow behind its end.`);
  return element;
}

/** The elements in an element, one after the other. Throws `bad-timestamp` naming `what`. */
export function elements(element: Der, what: string): Der[] {
  const out: Der[] = [];
  for (let offset = 0; offset < element.content.length;) {
    const next = elementAt(element.content, offset, what);
    out.push(next);
    offset += next.raw.length;
  }
  return out;
}

/** Reads the fields of a SEQUENCE in their order; each refusal names the structure and the field. */
export class Fields {
  readonly #rest: Der[];
  readonly #what: string;

  /** Throws `bad-timestamp` when `element` has another tag than `tag`. */
  constructor(element: Der, what: string, tag: number = SEQUENCE) {
    if (element.tag !== tag) throw badTimestamp(what, `it is not what stands there (tag ${element.tag}).`);
    this.#what = what;
    this.#rest = elements(element, what);
  }

  /** The next field, which must have this tag. */
  take(tag: number, name: string): Der {
    const next = this.optional(tag);
    if (next === undefined) throw badTimestamp(this.#what, `field "${name}" is missing, or of another type.`);
    return next;
  }

  /** The next field if it has this tag. */
  optional(tag: number): Der | undefined {
    return this.#rest[0]?.tag === tag ? this.#rest.shift() : undefined;
  }

  /** True when nothing is left. */
  get done(): boolean {
    return this.#rest.length === 0;
  }

  /** Nothing may be left. */
  end(): void {
    const [next] = this.#rest;
    if (next !== undefined)
      throw badTimestamp(this.#what, `there is something behind its fields (tag ${next.tag}).`);
  }
}

/** An object identifier as `1.2.840…`. Throws `bad-timestamp` naming `what`. */
export function oidOf(element: Der, what: string): string {
  if (element.tag !== OBJECT_IDENTIFIER) throw badTimestamp(what, 'expected an object identifier.');
  const arcs: number[] = [];
  let value = 0;
  let fresh = true;
  for (const byte of element.content) {
    if ((fresh && byte === 0x80) || value > 2 ** 40)
      throw badTimestamp(what, 'this is no object identifier.');
    value = value * 128 + (byte & 0x7f);
    fresh = byte < 0x80;
    if (!fresh) continue;
    if (arcs.length === 0) {
      const root = Math.min(2, Math.floor(value / 40));
      arcs.push(root, value - 40 * root);
    } else arcs.push(value);
    value = 0;
  }
  if (!fresh || arcs.length === 0) throw badTimestamp(what, 'this is no object identifier.');
  return arcs.join('.');
}

/** The content of an INTEGER in its one form, two's complement, at most 64 bytes. Throws `bad-timestamp`. */
export function integerBytes(element: Der, what: string): Uint8Array {
  const { content } = element;
  const [first, second = 0] = content;
  if (first === undefined || content.length > 64)
    throw badTimestamp(what, 'expected a whole number of at most 64 bytes.');
  if (content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    throw badTimestamp(what, 'a whole number is longer than it need be (DER, X.690).');
  return content;
}

/** A small INTEGER, 0 or more. Throws `bad-timestamp`. */
export function smallInteger(element: Der, what: string): number {
  const bytes = integerBytes(element, what);
  if ((bytes[0] ?? 0) >= 0x80 || bytes.length > 5)
    throw badTimestamp(what, 'expected a whole number from 0 on, not as large as this.');
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** A GeneralizedTime in DER's form: UTC, seconds, no zeros at the end of a fraction (X.690 §11.7). */
export function generalizedTime(element: Der, what: string): { text: string; ms: number } {
  const written = String.fromCharCode(...element.content.subarray(0, 40));
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{0,9}[1-9])?Z$/.exec(written) ?? [];
  const whole = `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}`;
  const ms = Date.parse(`${whole}.000Z`);
  // `Date` takes 30 February for 2 March.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== `${whole}.000Z`)
    throw badTimestamp(what, 'this is not a time in UTC (GeneralizedTime, X.690 §11.7).');
  return { text: `${whole}${fraction}Z`, ms: ms + Math.floor(Number(`0${fraction}`) * 1000) };
}

/** Writes an element of less than 64 KiB. */
export function writeDer(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const all = concatBytes(...content);
  const length =
    all.length < 0x80
      ? [all.length]
      : all.length < 0x100
        ? [0x81, all.length]
        : [0x82, all.length >> 8, all.length & 0xff];
  return concatBytes(Uint8Array.of(tag, ...length), all);
}

/** Writes an object identifier. */
export function writeOid(oid: string): Uint8Array {
  const [root = 0, second = 0, ...rest] = oid.split('.').map(Number);
  const bytes = [root * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let more = Math.floor(arc / 128); more > 0; more = Math.floor(more / 128))
      groups.unshift((more & 0x7f) | 0x80);
    return groups;
  });
  return writeDer(OBJECT_IDENTIFIER, Uint8Array.from(bytes));
}
