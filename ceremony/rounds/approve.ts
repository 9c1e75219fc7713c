/** Round 0, approve: the named approvers bind their approval, or their refusal, to the exact plan. */
import { z } from 'zod';
import { equalBytes } from '../../crypto/bytes.ts';
import type { Envelope } from '../envelope.ts';
import { bytes, text } from '../fields.ts';
import { describeRole, type PlanContext } from '../plan.ts';
import { Fault, type Audit } from '../rules.ts';
import { readBody } from './common.ts';

export const approveSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('approve'), plan: bytes(32) }),
  z.strictObject({ kind: z.literal('decline'), plan: bytes(32), reason: text }),
]);

export function contributeApproval(context: PlanContext, reason?: string): Record<string, unknown> {
  return reason === undefined
    ? { kind: 'approve', plan: context.hash }
    : { kind: 'decline', plan: context.hash, reason };
}

/** Throws a Fault for a refusal (the refuser is named, not blamed) or an approval of something else. */
export function checkApprovals(context: PlanContext, envelopes: readonly Envelope[], audit: Audit): void {
  for (const envelope of envelopes) {
    const body = readBody(approveSchema, envelope, 'check_approvals');
    const who = describeRole(context.plan, envelope.payload.sender);
    if (!equalBytes(body.plan, context.hash))
      throw new Fault('check_approvals', envelope.payload.sender, `${who} signed the hash of another plan.`);
    if (body.kind === 'decline')
      throw new Fault(
        'check_approvals',
        envelope.payload.sender,
        `${who} declined the plan: "${body.reason}".`,
      );
    audit.pass('check_approvals', `${who} approved at ${envelope.payload.at}`);
  }
}
