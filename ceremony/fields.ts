/** The field types that plans, cards, records and messages share, and one way to report what is wrong with a field. */
import { z } from 'zod';
import { MAX_INDEX } from '../crypto/indices.ts';
import { SUITE_NAMES } from '../crypto/suite.ts';
import { CeremonyError, type CeremonyErrorCode } from './errors.ts';
import { plainLine } from './plain.ts';

/** zod compiles validators with `new Function` unless told not to; the console's content security policy forbids that. */
z.config({ jitless: true });

/** Unicode that everybody reads the same way back: half a character becomes another one when it is encoded. */
export const wellFormed = (value: string): boolean => value.isWellFormed();
export const WELL_FORMED = 'expected text without half characters';
/** Something in it can be seen: not only spaces, and characters that leave no mark (the Hangul filler is one). */
export const visible = (value: string): boolean => /[^\s\p{Default_Ignorable_Code_Point}\u3164]/u.test(value);
export const VISIBLE = 'expected text that can be seen';

/** Text a person reads: 1 to 200 characters, no control characters, no leading or trailing space, not invisible. */
export const text = z
  .string()
  .min(1, 'expected some text')
  .max(200, 'expected at most 200 characters')
  .regex(/^\S(?:.*\S)?$/u, 'expected text without leading or trailing space')
  .regex(/^[^\p{Cc}\p{Bidi_Control}]*$/u, 'expected text without control characters')
  .refine(wellFormed, WELL_FORMED)
  .refine(visible, VISIBLE);
/** May be empty; if it is not, something in it can be seen. */
export const longText = z
  .string()
  .max(4000, 'expected at most 4000 characters')
  .refine(wellFormed, WELL_FORMED)
  .refine((value) => value === '' || visible(value), VISIBLE);
export const hexBytes = (length: number): z.ZodString =>
  z.string().regex(new RegExp(`^[0-9a-f]{${length * 2}}$`), `expected ${length} bytes as lower-case hex`);
export const holderIndex = z.number().int().min(1).max(MAX_INDEX);
export const suiteName = z.enum(SUITE_NAMES);
/** `Date` takes 30 February for 2 March, and 24:00:00 for the next day. */
function exists(value: string): boolean {
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString() === value.replace('Z', '.000Z');
}
/** RFC 3339, UTC, whole seconds. */
export const timestamp = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/, 'expected a time like 2026-11-23T09:00:00Z')
  .refine(exists, 'expected a time that exists');
export const identityKey = z.strictObject({
  alg: z.enum(['ES256', 'EdDSA']),
  key: z.string().regex(/^(?:[0-9a-f]{2}){32,33}$/, 'expected a public key as lower-case hex'),
});
export type IdentityKeyField = z.infer<typeof identityKey>;

/** Exactly `length` bytes, in a CBOR message. */
export const bytes = (length: number): z.ZodType<Uint8Array> =>
  z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length === length,
    `expected ${length} bytes`,
  );
/** A byte string of at most `max` bytes, in a CBOR message. */
export const bytesUpTo = (max: number): z.ZodType<Uint8Array> =>
  z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length <= max,
    `expected a byte string of at most ${max} bytes`,
  );

/**
 * Checks `value` against a schema. Throws `code` with a sentence that names the first wrong field (`holders.2.name`),
 * what was expected there, and the document it stands in. Unknown fields are refused by name.
 */
export function parseFields<T>(
  schema: z.ZodType<T>,
  value: unknown,
  what: string,
  code: CeremonyErrorCode,
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  // Names of unknown fields are somebody else's text.
  throw new CeremonyError(
    code,
    plainLine(`${what}: ${path === '' ? '' : `field "${path}": `}${issue?.message ?? 'invalid'}.`),
  );
}
