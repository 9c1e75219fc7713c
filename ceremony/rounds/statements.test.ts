// Rounds 0, 4 and 5: what people state. Approvals, destruction receipts, attestations.
import { beforeAll, describe, expect, it } from 'vitest';
import { closedRefresh, resignBody, withEnvelopes, type Ended } from '../../test-support/engine.ts';
import { APPROVE, ATTEST, DEAL, RETIRE } from '../bundle.ts';
import { advance, type View } from '../view.ts';

let ended: Ended;
beforeAll(async () => {
  ended = await closedRefresh({ seed: 'statements' });
});

async function changed(round: number, sender: string, body: Record<string, unknown>): Promise<View> {
  const envelope = await resignBody(ended.run, ended.envelope(round, sender), body);
  return advance(ended.before(round), withEnvelopes(ended.bundle(round), envelope));
}

describe('approvals', () => {
  it('of another plan end the ceremony, naming the approver', async () => {
    const { abort } = await changed(APPROVE, 'approver-1', { plan: new Uint8Array(32) });
    expect(abort).toEqual({
      rule: 'check_approvals',
      culprit: 'approver-1',
      reason: 'approver 1 (Abel Approver) signed the hash of another plan.',
    });
  });

  it('can be declined, with a reason that is kept', async () => {
    const { abort, next } = await changed(APPROVE, 'approver-1', {
      kind: 'decline',
      reason: 'not on a Friday',
    });
    expect(abort).toEqual({
      rule: 'check_approvals',
      culprit: 'approver-1',
      reason: 'approver 1 (Abel Approver) declined the plan: "not on a Friday".',
    });
    expect(next).toBe(ATTEST);
  });

  it('of another shape are held against the approver', async () => {
    for (const body of [{ kind: 'decline' }, { kind: 'yes' }, { note: 1 }, { plan: 'x' }]) {
      const { abort } = await changed(APPROVE, 'approver-1', body);
      expect(abort).toMatchObject({ rule: 'check_approvals', culprit: 'approver-1' });
      expect(abort?.reason).toMatch(/^Round 0, approver-1: /);
    }
  });

  it('lead to round 1', () => {
    expect(advance(ended.before(APPROVE), ended.bundle(APPROVE)).next).toBe(DEAL);
  });
});

describe('receipts of destruction', () => {
  const expectFault = (view: View, reason: RegExp): void => {
    expect(view.abort).toBeUndefined();
    expect(view.next).toBe(ATTEST);
    expect(view.faults).toHaveLength(1);
    expect(view.faults[0]).toMatchObject({ rule: 'check_destruction', culprit: 'holder-2' });
    expect(view.faults[0]!.reason).toMatch(reason);
  };

  it('that are missing, or about another epoch, are recorded as a fault: there is no way back', async () => {
    const none = /holder 2 \(Holder 2\) gave no receipt for the destruction of its share of epoch 0/;
    expectFault(await changed(RETIRE, 'holder-2', { destroyed: [] }), none);
    const { destroyed } = ended.envelope(RETIRE, 'holder-2').payload.body as { destroyed: object[] };
    expectFault(await changed(RETIRE, 'holder-2', { destroyed: [{ ...destroyed[0], epoch: 1 }] }), none);
  });

  it('over another transcript head are a fault', async () => {
    expectFault(
      await changed(RETIRE, 'holder-2', { head: new Uint8Array(32) }),
      /holder 2 \(Holder 2\) signed another transcript head/,
    );
  });

  it('without the fields that a receipt must have are a fault', async () => {
    const { destroyed } = ended.envelope(RETIRE, 'holder-2').payload.body as { destroyed: object[] };
    for (const field of ['method', 'tool', 'who', 'witness', 'what', 'at'])
      expectFault(
        await changed(RETIRE, 'holder-2', { destroyed: [{ ...destroyed[0], [field]: '' }] }),
        new RegExp(`Round 4, holder-2: field "destroyed\\.0\\.${field}"`),
      );
  });
});

describe('attestations', () => {
  it('may disagree: that is an answer, not an error', async () => {
    const view = await changed(ATTEST, 'witness-1', {
      statement: 'do-not-agree',
      remarks: 'I saw a fourth laptop.',
    });
    expect(view).toMatchObject({ next: undefined, faults: [], abort: undefined });
  });

  it('of another shape are recorded as a fault', async () => {
    for (const body of [{ statement: 'maybe' }, { remarks: 'x'.repeat(4001) }, { kind: 'approve' }]) {
      const view = await changed(ATTEST, 'witness-1', body);
      expect(view.faults).toEqual([
        expect.objectContaining({ rule: 'check_attestations', culprit: 'witness-1' }),
      ]);
      expect(view.next).toBeUndefined();
    }
  });
});
