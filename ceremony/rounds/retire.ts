/**
 * Round 4, retire (PROTOCOL §4): every holder says how it destroyed the epoch before, and signs the transcript's head.
 * A receipt states what was done and who saw it; it never claims that no other copy exists.
 */
import { z } from 'zod';
import { bytesToHex, equalBytes } from '../../crypto/bytes.ts';
import type { Envelope } from '../envelope.ts';
import { bytes, holderIndex, text, timestamp } from '../fields.ts';
import { describeRole, type PlanContext } from '../plan.ts';
import { Fault, type Audit } from '../rules.ts';
import { readBody } from './common.ts';

/** Fields after NIST SP 800-88r2, appendix "Certificate of sanitization". */
export const destructionSchema = z.strictObject({
  epoch: holderIndex.or(z.literal(0)),
  /** What held the share: vault, token, medium, sheet. */
  what: text,
  /** Clear, purge or destroy are claims about media; erasing a key is "cryptographic erase". */
  method: text,
  tool: text,
  who: text,
  witness: text,
  at: timestamp,
});
export type DestructionReceipt = z.infer<typeof destructionSchema>;

export const retireSchema = z.strictObject({
  kind: z.literal('retire'),
  /** Hash of the certificate bundle: through it, of everything before. */
  head: bytes(32),
  destroyed: z.array(destructionSchema).max(256),
});

export function contributeRetire(
  head: Uint8Array,
  destroyed: readonly DestructionReceipt[],
): Record<string, unknown> {
  return { kind: 'retire', head, destroyed };
}

/** Holds all destruction receipts against the rules. `head` is the hash of the certificate bundle. */
export function checkRetires(
  context: PlanContext,
  head: Uint8Array,
  envelopes: readonly Envelope[],
  audit: Audit,
): void {
  const old = context.plan.before?.epoch;
  for (const envelope of envelopes) {
    const body = readBody(retireSchema, envelope, 'check_destruction');
    const who = describeRole(context.plan, envelope.payload.sender);
    if (!equalBytes(body.head, head))
      throw new Fault('check_destruction', envelope.payload.sender, `${who} signed another transcript head.`);
    if (old !== undefined && !body.destroyed.some((receipt) => receipt.epoch === old))
      throw new Fault(
        'check_destruction',
        envelope.payload.sender,
        `${who} gave no receipt for the destruction of its share of epoch ${old}.`,
      );
    const said = body.destroyed.map(
      (receipt) => `epoch ${receipt.epoch}, ${receipt.what}: ${receipt.method}, seen by ${receipt.witness}`,
    );
    audit.pass(
      'check_destruction',
      `${who}: ${said.length === 0 ? 'no earlier epoch' : said.join('; ')}; head ${bytesToHex(head).slice(0, 16)}…`,
    );
  }
}
