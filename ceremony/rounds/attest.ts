/** Round 5, attest: every witness says whether the ceremony went as recorded. "Do not agree" is an answer, not an error. */
import { z } from 'zod';
import type { Envelope } from '../envelope.ts';
import { longText } from '../fields.ts';
import { describeRole, type PlanContext } from '../plan.ts';
import type { Audit } from '../rules.ts';
import { readBody } from './common.ts';

export const attestSchema = z.strictObject({
  kind: z.literal('attest'),
  statement: z.enum(['agree', 'do-not-agree']),
  remarks: longText,
});

export function contributeAttestation(
  statement: 'agree' | 'do-not-agree',
  remarks: string,
): Record<string, unknown> {
  return { kind: 'attest', statement, remarks };
}

export function checkAttestations(context: PlanContext, envelopes: readonly Envelope[], audit: Audit): void {
  for (const envelope of envelopes) {
    const body = readBody(attestSchema, envelope, 'check_attestations');
    const who = describeRole(context.plan, envelope.payload.sender);
    const remarks = body.remarks === '' ? '' : `: "${body.remarks}"`;
    audit.pass(
      'check_attestations',
      `${who} states: ${body.statement === 'agree' ? 'agree' : 'do not agree'}${remarks}`,
    );
  }
}
