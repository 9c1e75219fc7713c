/**
 * JSON objects read strictly: no key twice, no unknown field, the expected type everywhere.
 *
 * `JSON.parse` keeps the last of two equal keys and says nothing (RFC 8259 §4 leaves that open), so two programs could
 * read two different keys out of one file. Its own error texts quote the input, which may be a share; they stop here.
 */
import { fromHex } from '../../crypto/bytes.ts';
import { FormatError, showName } from './errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The object that `text` holds; white space around it and one byte order mark before it are let through.
 * Throws FormatError `not-json`, `wrong-type` or `field-repeated` (at any depth).
 */
export function parseObject(text: string, field: string): JsonObject {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new FormatError(
      'not-json',
      field,
      'this is not JSON. Expected one JSON object, from { to }, with no other text around it.',
    );
  }
  const object = asObject(value, field);
  refuseRepeatedKeys(body, field);
  return object;
}

/** Throws `field-repeated` when an object names one key twice. `text` must have passed JSON.parse. */
function refuseRepeatedKeys(text: string, field: string): void {
  // One entry per open bracket: the keys seen so far of an object, undefined for an array.
  const open: (Set<string> | undefined)[] = [];
  let keyNext = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined);
      keyNext = character === '{';
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === ',') {
      keyNext = open.at(-1) !== undefined;
    } else if (character === '"') {
      const start = i;
      for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++;
      if (keyNext) {
        // Decoded, because "a" and "\u0061" are one key.
        const key = JSON.parse(text.slice(start, i + 1)) as string;
        if (open.at(-1)?.has(key))
          throw new FormatError(
            'field-repeated',
            field,
            `the key ${showName(key)} occurs twice in one object. Expected every key once.`,
          );
        open.at(-1)?.add(key);
        keyNext = false;
      }
    }
  }
}

/** `value` as an object. Throws `wrong-type` for anything else, an array included. */
export function asObject(value: unknown, field: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FormatError('wrong-type', field, `expected a JSON object, found ${typeName(value)}.`);
  return value as JsonObject;
}

/** `value` as an array. Throws `wrong-type`. */
export function asArray(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value))
    throw new FormatError('wrong-type', field, `expected a JSON array, found ${typeName(value)}.`);
  return value;
}

/** `value` as a string. Throws `wrong-type`. */
export function asString(value: unknown, field: string): string {
  if (typeof value !== 'string')
    throw new FormatError('wrong-type', field, `expected a string, found ${typeName(value)}.`);
  return value;
}

/** `value` as a number (whole or not: the caller knows the range). Throws `wrong-type`. */
export function asNumber(value: unknown, field: string): number {
  if (typeof value !== 'number')
    throw new FormatError('wrong-type', field, `expected a number, found ${typeName(value)}.`);
  return value;
}

/** `value` as `length` bytes in hexadecimal, either case. Throws `wrong-type`, `bad-length` or `bad-hex`. */
export function asBytes(value: unknown, length: number, field: string): Uint8Array {
  const text = asString(value, field);
  if (text.length !== 2 * length)
    throw new FormatError(
      'bad-length',
      field,
      `expected ${2 * length} hexadecimal digits, found ${text.length} characters.`,
    );
  if (!/^[0-9a-fA-F]*$/.test(text))
    throw new FormatError(
      'bad-hex',
      field,
      'expected only the hexadecimal digits 0-9 and a-f, found others.',
    );
  return fromHex(text.toLowerCase());
}

/** Throws `field-unknown` for a field in neither list, then `field-missing` for a required one that is absent. */
export function checkFields(
  object: JsonObject,
  field: string,
  required: readonly string[],
  optional: readonly string[] = [],
): void {
  for (const name of Object.keys(object))
    if (!required.includes(name) && !optional.includes(name))
      throw new FormatError(
        'field-unknown',
        field,
        `unknown field ${showName(name)}. Expected ${[...required, ...optional].join(', ')}.`,
      );
  for (const name of required)
    if (!Object.hasOwn(object, name))
      throw new FormatError('field-missing', `${field}.${name}`, 'this field is missing.');
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
