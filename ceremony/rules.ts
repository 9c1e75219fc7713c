/**
 * The rules of a ceremony: one id and one sentence each. Laptops hold every round against them as it happens, and an
 * auditor's verification runs the same checks over the record and prints what each of them saw.
 */

export const RULES = {
  check_files: 'The record consists of exactly the files it must have, and their checksums are right.',
  check_plan: 'The plan is well-formed and consistent, and its hash is the ceremony id.',
  check_start:
    'The ceremony starts from public shares that lie on one polynomial of degree t-1 through the group key.',
  check_signatures: 'Every envelope is signed by the identity key that the plan names for its sender.',
  check_chain: 'Every envelope was made by somebody who had seen the same earlier rounds.',
  check_complete: 'Every round has exactly one envelope of everybody who had to contribute.',
  check_approvals: 'Enough of the named approvers approved this very plan.',
  check_possession_before: 'Every holder proved possession of its share before anything changed.',
  check_commitments:
    'Every dealer committed to exactly the planned number of valid coefficients, and the sum has full degree.',
  check_ephemeral_keys:
    'Every dealer knows the secrets of the key under which it sealed its sub-shares and of its next sealing key.',
  check_agreement: 'All holders computed the same new public shares from what they were shown.',
  check_complaints: 'Every complaint was opened in public and decided by its contents.',
  check_equivocation: 'Nobody signed two different things in one place; where somebody did, both are here.',
  check_group_key:
    'The new public shares give the original group key, from several subsets, at degree exactly t-1.',
  check_possession_after: 'Every holder proved possession of its new share.',
  check_proofs:
    'The new shares signed the planned messages, and plain verification under the original group key accepts.',
  check_backups:
    'Every planned backup was written and read back before any holder declared its new share secure.',
  check_destruction:
    'Old shares were destroyed only after every holder had declared its new share secure, and each holder says how.',
  check_exceptions:
    "Every exception that was put on record is here once, signed, in the order of its author's numbers.",
  check_attestations: 'Every witness stated whether the ceremony went as recorded.',
  check_outcome: 'The ceremony ended as the record says.',
  check_key_records: 'The public key records before and after are those that the envelopes lead to.',
  check_transcript: 'The transcript says exactly what the plan and the envelopes say.',
  check_checkpoint: 'The checkpoint covers the whole transcript and is signed by everybody who must sign it.',
  check_rehearsal: 'A rehearsal is marked as one everywhere, and a real ceremony nowhere.',
} as const;
export type RuleId = keyof typeof RULES;

/** Collects what each passing check saw. Laptops hand in one that forgets; verification keeps everything. */
export interface Audit {
  pass(rule: RuleId, evidence: string): void;
}

/** An audit that keeps nothing. */
export const NO_AUDIT: Audit = { pass: () => undefined };

/**
 * A breach that its author's own signature proves: whoever looks at the envelope comes to the same verdict. It ends
 * the ceremony as aborted with that author named. `role` is undefined where the mathematics shows a breach but not
 * whose it is.
 */
export class Fault extends Error {
  readonly rule: RuleId;
  readonly role: string | undefined;

  constructor(rule: RuleId, role: string | undefined, reason: string) {
    super(reason);
    this.name = 'Fault';
    this.rule = rule;
    this.role = role;
  }
}
