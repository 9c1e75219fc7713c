// Approvers and witnesses: those who sign what they saw, or that it may start.
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import { Committee, MemoryLaptop, Run, willingOperator } from '../test-support/memory.ts';
import { BARE, expectWhole, importKey, of, startRun, usableEpochs } from '../test-support/engine.ts';
import { identityToField } from './card.ts';
import { decodeMessage } from './message.ts';
import { Participant } from './participant.ts';
import type { PlanContext } from './plan.ts';
import type { Operator } from './ports.ts';
import { verifyRecord } from './verify/verify.ts';
import { outcome } from './view.ts';

describe('approvers', () => {
  /** A refresh with three approvers on laptops of their own, two of whom are enough. */
  async function approved(
    seed: string,
    decisions: readonly [string, string, string],
  ): Promise<{ run: Run; approvers: Participant[]; turnOf: (at: number) => Promise<void> }> {
    const committee = new Committee([1, 2, 3], seed, 'ES256');
    const laptops = ['Abel', 'Beth', 'Cleo'].map((name) => new MemoryLaptop(name, seed, 'ES256'));
    const context: PlanContext = await committee.plan(
      'secp256k1',
      2,
      await importKey(committee, 'secp256k1', 2),
      {
        ...BARE,
        approvers: laptops.map(({ name, signer }) => ({ name, identity: identityToField(signer.publicKey) })),
        approvalsNeeded: 2,
      },
    );
    const run = await Run.start(committee, context);
    const approvers = await Promise.all(
      laptops.map((laptop, at) => {
        const willing = willingOperator(context);
        const operator: Operator = {
          answer: (question) =>
            question.field === 'decision' ? Promise.resolve(decisions[at]) : willing.answer(question),
        };
        return Participant.load(context, `approver-${at + 1}`, laptop.ports(context, run.courier, operator));
      }),
    );
    const turnOf = async (at: number): Promise<void> => {
      for (const { message } of await run.courier.receive())
        await approvers[at]!.receive(decodeMessage(message));
      await approvers[at]!.step();
    };
    return { run, approvers, turnOf };
  }
  const WITHOUT = ['administrator', 'holder-1', 'holder-2', 'holder-3'];

  it('two of three are enough; the third follows without being asked', async () => {
    const { run, approvers, turnOf } = await approved('approvers', ['approve', 'approve', 'approve']);
    await run.turn('administrator');
    await turnOf(0);
    const { waiting } = await run.turn('administrator');
    expect(waiting?.sentence).toBe('Waits for round 0 (approve) of approver 2 (Beth), approver 3 (Cleo).');
    await turnOf(2);
    expect((await run.toEnd(WITHOUT)).size).toBe(0);
    await turnOf(1);
    expect(outcome(approvers[1]!.view)).toBe('closed');
    expect(run.administrator.view.bundles[0]!.envelopes.map(({ payload }) => payload.sender)).toEqual([
      'approver-1',
      'approver-3',
    ]);
  });

  it('one who declines ends the ceremony, although the others would be enough', async () => {
    const { run, approvers, turnOf } = await approved('declines', [
      'approve',
      'decline: not today',
      'approve',
    ]);
    for (const at of [0, 1, 2]) await turnOf(at);
    expect((await run.toEnd(WITHOUT)).size).toBe(0);
    await turnOf(0);
    for (const view of [run.administrator.view, approvers[0]!.view, of(run, 'holder-3').view])
      expect(view.abort).toEqual({
        rule: 'check_approvals',
        culprit: 'approver-2',
        reason: 'approver 2 (Beth) declined the plan: "not today".',
      });
    for (const index of [1, 2, 3]) expect([...(await usableEpochs(run, index))]).toEqual([[0, true]]);
    const record = run.laptop('administrator').records.get(bytesToHex(run.context.id))!;
    expect(verifyRecord(record)).toMatchObject({ verdict: 'VALID', outcome: 'aborted' });
  });
});

describe('witnesses', () => {
  it('may disagree for the record, and sign its checkpoint', async () => {
    const run = await startRun({
      seed: 'disagree',
      change: { approvers: [], approvalsNeeded: 0, backups: [] },
    });
    const willing = willingOperator(run.context);
    const answers: Record<string, string> = { statement: 'do not agree', remarks: 'The door was open.' };
    run.operators.set('witness-1', {
      answer: (question) =>
        Promise.resolve(answers[question.field]).then((own) => own ?? willing.answer(question)),
    });
    await run.restart('witness-1');
    await expectWhole(run, 1);
    expect(run.administrator.view.bundles[5]!.envelopes[0]!.payload.body).toMatchObject({
      statement: 'do-not-agree',
      remarks: 'The door was open.',
    });
  });

  it('close the record of an aborted ceremony as well', async () => {
    const run = await startRun({ seed: 'witness-abort', change: {} });
    await of(run, 'holder-1').stop('no');
    expect((await run.toEnd()).size).toBe(0);
    const record = run.laptop('witness-1').records.get(bytesToHex(run.context.id))!;
    expect(verifyRecord(record)).toMatchObject({ verdict: 'VALID', outcome: 'aborted' });
  });
});
