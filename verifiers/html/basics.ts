/** Bytes, errors, hashes and canonical JSON, written for this page alone. */
import { sha256, sha512 } from '@noble/hashes/sha2.js';

export { sha256, sha512 };

/** Something cannot be read, or does not hold. Whoever catches it says which rule that breaks. */
export class Bad extends Error {
  readonly code: string;
  readonly culprit: number | undefined;
  constructor(message: string, code = '', culprit?: number) {
    super(message);
    this.code = code;
    this.culprit = culprit;
  }
}

/** The record breaks a rule; checking cannot go on behind it. */
export class Problem extends Error {
  readonly rule: string;
  readonly file: string;
  constructor(rule: string, file: string, message: string) {
    super(message);
    this.rule = rule;
    this.file = file;
  }
}

/** A breach that its author signed: it ends the ceremony, and the record may be true about it. */
export class Fault extends Error {
  readonly rule: string;
  readonly role: string | null;
  constructor(rule: string, role: string | null, reason: string) {
    super(reason);
    this.rule = rule;
    this.role = role;
  }
}

/** What JSON and CBOR can say here. */
export type Value = null | boolean | number | string | Uint8Array | Value[] | Fields;
export interface Fields {
  [key: string]: Value;
}

export function isFields(value: unknown): value is Fields {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

const encoder = new TextEncoder();
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** Text of bytes that must be UTF-8. Throws TypeError. */
export const strictText = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return b !== undefined && a?.length === b.length && a.every((byte, at) => byte === b[at]);
}

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const unhex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** A number as `length` big-endian bytes. */
export function u(value: number | bigint, length: number): Uint8Array {
  const digits = value.toString(16).padStart(2 * length, '0');
  return unhex(digits.slice(-2 * length));
}

export const bigOf = (bytes: Uint8Array): bigint => BigInt(`0x0${hex(bytes)}`);

export function frame(...parts: readonly Uint8Array[]): Uint8Array {
  return join(...parts.flatMap((part) => [u(part.length, 4), part]));
}

export function digest(domain: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return sha256(frame(utf8(`reseal/v1/${domain}`), ...parts));
}

export function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** Bytes of canonical base64; undefined for anything else. */
export function unbase64(text: string): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return base64(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** A text as one line that shows what is in it. */
export function plain(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\p{Bidi_Control}]/gu,
    (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** The RFC 8785 text of a value. */
export function canonical(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Bad('this number has no JSON form.');
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new Bad('half a character has no JSON form.');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isFields(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return `{${keys.map((key) => `${canonical(key)}:${canonical(value[key])}`).join(',')}}`;
}

export const canonicalFile = (value: unknown): Uint8Array => utf8(`${canonical(value)}\n`);

/** The value of a file that is exactly the canonical form and a newline. */
export function parseCanonical(bytes: Uint8Array, what: string): Value {
  let value: Value;
  let again: Uint8Array;
  try {
    value = JSON.parse(strictText(bytes)) as Value;
    again = canonicalFile(value);
  } catch {
    throw new Bad(`${what}: this is not JSON.`);
  }
  if (!same(again, bytes)) throw new Bad(`${what}: the JSON is not in canonical form (RFC 8785).`);
  return value;
}

/** A memory for pure functions of bytes and texts. */
export function remember<A extends readonly unknown[], R>(work: (...args: A) => R): (...args: A) => R {
  const known = new Map<string, R>();
  return (...args) => {
    const id = args.map((one) => (one instanceof Uint8Array ? hex(one) : String(one))).join(' ');
    if (known.has(id)) return known.get(id) as R;
    const answer = work(...args);
    known.set(id, answer);
    return answer;
  };
}
