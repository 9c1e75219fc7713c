/**
 * Exceptions: something that did not go as it should, put on record by whoever saw it. A signed statement in a slot of
 * its own; it ends nothing, proves nothing, and travels with the next bundle.
 */
import { z } from 'zod';
import { equalBytes } from '../../crypto/bytes.ts';
import type { Envelope } from '../envelope.ts';
import { CeremonyError } from '../errors.ts';
import { parseFields, text, VISIBLE, visible, WELL_FORMED, wellFormed } from '../fields.ts';
import type { PlanContext } from '../plan.ts';

export const EXCEPTION_CATEGORIES = [
  'delay',
  'equipment',
  'medium',
  'person',
  'procedure',
  'security',
  'other',
] as const;
export type ExceptionCategory = (typeof EXCEPTION_CATEGORIES)[number];

/** A role puts no more than this on record in one ceremony, so that nobody can drown the others. */
export const MAX_EXCEPTIONS = 99;
/** A bundle carries no more than this; the next ones carry the rest. */
export const MAX_CARRIED = 16;

export const exceptionSchema = z.strictObject({
  kind: z.literal('exception'),
  category: z.enum(EXCEPTION_CATEGORIES),
  /** Id of the script's step that was on for the sender. */
  step: text,
  /** 1 to 2000 characters, in lines. */
  text: z
    .string()
    .min(1, 'expected some text')
    .max(2000, 'expected at most 2000 characters')
    .regex(/^\S(?:[^]*\S)?$/u, 'expected text without space or empty lines at its ends')
    .regex(/^(?:\n|[^\p{Cc}\p{Bidi_Control}])*$/u, 'expected text without control characters but new lines')
    .refine(wellFormed, WELL_FORMED)
    .refine(visible, VISIBLE),
});
export type ExceptionBody = z.infer<typeof exceptionSchema>;

/** The body of an exception. Throws `bad-field` for a category or text that cannot be put on record. */
export function contributeException(category: string, step: string, content: string): ExceptionBody {
  return parseFields(
    exceptionSchema,
    { kind: 'exception', category, step, text: content.replaceAll('\r\n', '\n').trim() },
    'Exception',
    'bad-field',
  );
}

/**
 * Reads an exception whose signature was checked. Throws `bad-exception` for one that has no place in any ceremony: it
 * is then refused wherever it turns up, as if nobody had signed it. A breach that ended the ceremony would give
 * approvers, witnesses and the administrator a way to stop it.
 */
export function readException(
  context: Pick<PlanContext, 'hash'>,
  envelope: Envelope,
  what: string,
): ExceptionBody {
  const { attempt, body, prev } = envelope.payload;
  if (attempt > MAX_EXCEPTIONS)
    throw new CeremonyError(
      'bad-exception',
      `${what}: nobody puts more than ${MAX_EXCEPTIONS} exceptions on record.`,
    );
  if (!equalBytes(prev, context.hash))
    throw new CeremonyError(
      'bad-exception',
      `${what}: an exception follows the plan, and this one does not.`,
    );
  return parseFields(exceptionSchema, body, what, 'bad-exception');
}
