/** What every round needs: reading a body with its author answerable for it, and turning mathematics into verdicts. */
import type { z } from 'zod';
import { CryptoError } from '../../crypto/errors.ts';
import type { Envelope } from '../envelope.ts';
import { CeremonyError } from '../errors.ts';
import { parseFields } from '../fields.ts';
import { holderOf } from '../plan.ts';
import { Fault, type RuleId } from '../rules.ts';

/** Parses a body. What does not fit is a fault of the sender, who signed it. */
export function readBody<T>(schema: z.ZodType<T>, envelope: Envelope, rule: RuleId): T {
  const { sender, round } = envelope.payload;
  try {
    return parseFields(schema, envelope.payload.body, `Round ${round}, ${sender}`, 'bad-field');
  } catch (error) {
    if (error instanceof CeremonyError) throw new Fault(rule, sender, error.message);
    throw error;
  }
}

/** Runs a check whose failure is the fault of `role`; a CryptoError that names a culprit index overrides it. */
export function attribute<T>(rule: RuleId, role: string | undefined, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new Fault(rule, error.culprit === undefined ? role : `holder-${error.culprit}`, error.message);
  }
}

/** The holder index in an envelope's sender; rounds 1 to 4 have no other senders. */
export function senderIndex(envelope: Envelope): number {
  const index = holderOf(envelope.payload.sender);
  if (index === undefined)
    throw new CeremonyError('unknown-sender', `${envelope.payload.sender} is not a holder.`);
  return index;
}
