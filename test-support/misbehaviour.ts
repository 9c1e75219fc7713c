/** Whole ceremonies with one dishonest holder, and what must be true of every one of them afterwards. */
import { expect } from 'vitest';
import { verifyRecord } from '../ceremony/verify/verify.ts';
import { bytesToHex } from '../crypto/bytes.ts';
import { dishonest, equivocate, type MisbehaviourKind } from '../cli/rehearsal/misbehave.ts';
import { startRun, usableEpochs, verdicts } from './engine.ts';
import type { Run } from './memory.ts';

/** The rule that each misbehaviour breaks. */
export const RULE_BROKEN: Readonly<Record<MisbehaviourKind, string>> = {
  'wrong-sub-share': 'check_complaints',
  'wrong-degree': 'check_commitments',
  'wrong-constant-term': 'check_complaints',
  'false-complaint': 'check_complaints',
  equivocation: 'check_equivocation',
  'wrong-proof-share': 'check_proofs',
};

export async function runWithDishonest(
  culprit: number,
  misbehaviour: MisbehaviourKind,
  setup: { kind: 'refresh' | 'generate'; threshold: number; indices: readonly number[] },
): Promise<Run> {
  const role = `holder-${culprit}`;
  const run = await startRun({
    ...setup,
    seed: `${misbehaviour}/${setup.kind}/${setup.indices.length}`,
    contributions: (context) => ({ [role]: dishonest(misbehaviour, context) }),
  });
  if (misbehaviour === 'equivocation') {
    const laptop = run.laptop(role);
    const ports = { journal: laptop.journal(run.context), signer: laptop.signer, channel: run.courier };
    // The administrator's turn shows that there is something to deal on; then the first deal, then the second.
    while (!(await equivocate(run.context, role, ports)))
      for (const one of ['administrator', role]) await run.turn(one);
  }
  const waiting = await run.toEnd();
  expect([...waiting]).toEqual([]);
  return run;
}

/** Aborted everywhere with the same culprit; the old epoch current and whole; the record valid. */
export async function expectConvicted(run: Run, culprit: number, rule: string): Promise<void> {
  const role = `holder-${culprit}`;
  expect(run.problems).toEqual([]);
  const said = verdicts(run);
  expect(said.size).toBe(run.roles.length);
  for (const verdict of said.values()) expect(verdict).toEqual({ rule, culprit: role });
  const { view } = run.administrator;
  expect(view.abort?.reason).toMatch(
    new RegExp(`holder-${culprit}:|holder ${culprit} \\(Holder ${culprit}\\)`),
  );

  // What was staged stays where somebody may have declared it secure; it is nowhere the current one.
  const current = run.context.plan.before === null ? [] : [0];
  for (const index of run.context.indices) {
    const usable = await usableEpochs(run, index);
    expect([...usable].flatMap(([epoch, isCurrent]) => (isCurrent ? [epoch] : []))).toEqual(current);
  }

  const files = run.committee.administrator.records.get(bytesToHex(run.context.id))!;
  const verdict = verifyRecord(files);
  expect(verdict.rules.filter((one) => one.state === 'failed')).toEqual([]);
  expect(verdict).toMatchObject({ verdict: 'VALID', outcome: 'aborted' });
  expect(verdict.ceremony?.abort).toMatchObject({ rule, culprit: role });
  for (const index of run.context.indices)
    expect(run.committee.holders.get(index)!.records.get(bytesToHex(run.context.id))).toEqual(files);
}
