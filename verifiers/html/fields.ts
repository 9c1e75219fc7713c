/** Shapes of plans, key records and messages. The sentences matter: what ends a ceremony is told word for word. */
import { Bad, isFields, plain, type Value } from './basics.ts';

export type Shape =
  | { is: 'oneof'; values: readonly (string | number | null)[] }
  | { is: 'int'; low: number; high: number }
  | { is: 'bool' | 'line' | 'text' | 'time' | 'exception' | 'remarks' | 'index-or-zero' | 'map' }
  | { is: 'hex' | 'bytes' | 'upto'; length: number }
  | { is: 'like'; form: RegExp }
  | { is: 'optional'; inner: Shape }
  | { is: 'list'; low: number; high: number; inner: Shape }
  | { is: 'tuple'; inner: readonly Shape[] }
  | { is: 'object'; fields: Readonly<Record<string, Shape>> }
  | { is: 'either'; kinds: Readonly<Record<string, Readonly<Record<string, Shape>>>> };

const MAX = Number.MAX_SAFE_INTEGER;
export const one = (...values: readonly (string | number | null)[]): Shape => ({ is: 'oneof', values });
export const int = (low: number, high = MAX): Shape => ({ is: 'int', low, high });
export const hexOf = (length: number): Shape => ({ is: 'hex', length });
export const bytes = (length: number): Shape => ({ is: 'bytes', length });
export const upTo = (length: number): Shape => ({ is: 'upto', length });
export const optional = (inner: Shape): Shape => ({ is: 'optional', inner });
export const list = (inner: Shape, high: number, low = 0): Shape => ({ is: 'list', low, high, inner });
export const tuple = (...inner: readonly Shape[]): Shape => ({ is: 'tuple', inner });
export const object = (fields: Readonly<Record<string, Shape>>): Shape => ({ is: 'object', fields });
export const like = (form: RegExp): Shape => ({ is: 'like', form });
export const line: Shape = { is: 'line' };
export const text: Shape = { is: 'text' };
export const bool: Shape = { is: 'bool' };
export const time: Shape = { is: 'time' };

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Uint8Array) return 'Uint8Array';
  return typeof value;
}

function seen(value: string): string | undefined {
  if (!value.isWellFormed()) return 'expected text without half characters';
  return /[^\s\p{Default_Ignorable_Code_Point}\u3164]/u.test(value)
    ? undefined
    : 'expected text that can be seen';
}

function lineIssue(value: string): string | undefined {
  if (value === '') return 'expected some text';
  if (value.length > 200) return 'expected at most 200 characters';
  if (/^\s|\s$|[\n\r\u2028\u2029]/u.test(value)) return 'expected text without leading or trailing space';
  if (/[\p{Cc}\p{Bidi_Control}]/u.test(value)) return 'expected text without control characters';
  return seen(value);
}

function exceptionIssue(value: string): string | undefined {
  if (value === '') return 'expected some text';
  if (value.length > 2000) return 'expected at most 2000 characters';
  if (/^\s|\s$/u.test(value)) return 'expected text without space or empty lines at its ends';
  if (/[\p{Cc}\p{Bidi_Control}]/u.test(value.replaceAll('\n', '')))
    return 'expected text without control characters but new lines';
  return seen(value);
}

function remarksIssue(value: string): string | undefined {
  if (value.length > 4000) return 'expected at most 4000 characters';
  return value === '' ? undefined : seen(value);
}

function timeIssue(value: string): string | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/.exec(value);
  if (parts === null) return 'expected a time like 2026-11-23T09:00:00Z';
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days && hour < 24 && minute < 60 && second < 60
    ? undefined
    : 'expected a time that exists';
}

function wholeIssue(value: unknown, low: number, high: number): string | undefined {
  if (typeof value !== 'number') return `Invalid input: expected number, received ${kindOf(value)}`;
  if (!Number.isInteger(value)) return 'Invalid input: expected int, received number';
  if (value > MAX) return `Too big: expected int to be <=${MAX}`;
  if (value < -MAX) return `Too small: expected int to be >=-${MAX}`;
  if (value < low) return `Too small: expected number to be >=${low}`;
  return value > high ? `Too big: expected number to be <=${high}` : undefined;
}

const TEXTS: Readonly<Record<string, (value: string) => string | undefined>> = {
  line: lineIssue,
  exception: exceptionIssue,
  remarks: remarksIssue,
  time: timeIssue,
  text: () => undefined,
};

type Found = readonly [path: readonly string[], sentence: string] | undefined;

/** The first thing that is wrong with a value; undefined where it fits. */
function issue(shape: Shape, value: unknown, path: readonly string[]): Found {
  const told = (sentence: string | undefined): Found =>
    sentence === undefined ? undefined : [path, sentence];
  const kind = kindOf(value);
  switch (shape.is) {
    case 'optional':
      return value === null ? undefined : issue(shape.inner, value, path);
    case 'bool':
      return told(kind === 'boolean' ? undefined : `Invalid input: expected boolean, received ${kind}`);
    case 'oneof': {
      if ((shape.values as readonly unknown[]).includes(value)) return undefined;
      const names = shape.values.map((name) => `"${name ?? 'null'}"`);
      return told(
        names.length === 1
          ? `Invalid input: expected ${names[0] ?? ''}`
          : `Invalid option: expected one of ${names.join('|')}`,
      );
    }
    case 'int':
      return told(wholeIssue(value, shape.low, shape.high));
    case 'index-or-zero':
      if (value === 0) return undefined;
      return told(Number.isInteger(value) ? wholeIssue(value, 1, 65535) : 'Invalid input');
    case 'bytes':
      return told(
        value instanceof Uint8Array && value.length === shape.length
          ? undefined
          : `expected ${shape.length} bytes`,
      );
    case 'upto':
      return told(
        value instanceof Uint8Array && value.length <= shape.length
          ? undefined
          : `expected a byte string of at most ${shape.length} bytes`,
      );
    case 'map':
      return told(isFields(value) ? undefined : `Invalid input: expected record, received ${kind}`);
    case 'list':
    case 'tuple':
      return listIssue(shape, value, path);
    case 'either': {
      const name = isFields(value) ? value['kind'] : undefined;
      if (typeof name === 'string' && Object.hasOwn(shape.kinds, name))
        return issue(object(shape.kinds[name] ?? {}), value, path);
      const options = Object.keys(shape.kinds).map((option) => `'${option}'`);
      return [[...path, 'kind'], `Invalid discriminator value. Expected ${options.join(' | ')}`];
    }
    case 'object':
      return objectIssue(shape.fields, value, path);
    default:
      if (typeof value !== 'string') return told(`Invalid input: expected string, received ${kind}`);
      if (shape.is === 'hex')
        return told(
          new RegExp(`^[0-9a-f]{${2 * shape.length}}$`).test(value)
            ? undefined
            : `expected ${shape.length} bytes as lower-case hex`,
        );
      if (shape.is === 'like') return told(shape.form.test(value) ? undefined : 'expected another form');
      return told(TEXTS[shape.is]?.(value));
  }
}

function listIssue(shape: Shape & { is: 'list' | 'tuple' }, value: unknown, path: readonly string[]): Found {
  const [name, low, high] =
    shape.is === 'list'
      ? ['array', shape.low, shape.high]
      : ['tuple', shape.inner.length, shape.inner.length];
  if (!Array.isArray(value)) return [path, `Invalid input: expected ${name}, received ${kindOf(value)}`];
  if (value.length > high) return [path, `Too big: expected array to have <=${high} items`];
  if (value.length < low) return [path, `Too small: expected array to have >=${low} items`];
  for (const [at, item] of (value as unknown[]).entries()) {
    const inner = shape.is === 'list' ? shape.inner : shape.inner[at];
    const wrong = inner === undefined ? undefined : issue(inner, item, [...path, String(at)]);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function objectIssue(
  fields: Readonly<Record<string, Shape>>,
  value: unknown,
  path: readonly string[],
): Found {
  const kind = kindOf(value);
  if (kind !== 'object' && kind !== 'Uint8Array')
    return [path, `Invalid input: expected object, received ${kind}`];
  const given = Object.fromEntries(Object.entries(value as object)) as Record<string, unknown>;
  for (const [key, shape] of Object.entries(fields)) {
    const wrong = issue(shape, Object.hasOwn(given, key) ? given[key] : undefined, [...path, key]);
    if (wrong !== undefined) return wrong;
  }
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(fields, key));
  if (unknown.length === 0) return undefined;
  return [
    path,
    `Unrecognized key${unknown.length > 1 ? 's' : ''}: ${unknown.map((key) => `"${key}"`).join(', ')}`,
  ];
}

/** Throws Bad with the first thing that does not fit. */
export function requireShape(shape: Shape, value: Value, what: string): void {
  const wrong = issue(shape, value, []);
  if (wrong === undefined) return;
  const [path, sentence] = wrong;
  throw new Bad(plain(`${what}: ${path.length === 0 ? '' : `field "${path.join('.')}": `}${sentence}.`));
}
