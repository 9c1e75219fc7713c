import { beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex, fromHex } from '../crypto/bytes.ts';
import {
  BARE,
  closedRefresh,
  refusal,
  resign,
  resignBody,
  withEnvelopes,
  type Ended,
} from '../test-support/engine.ts';
import { APPROVE, ATTEST, bundleHash, CONFIRM, DEAL, RETIRE, SECURE, STOP, type Bundle } from './bundle.ts';
import type { Envelope } from './envelope.ts';
import { keyPoints } from './key-record.ts';
import { advance, envelopeKey, envelopeOf, openView, outcome, recordAfter, rewind } from './view.ts';

const ROUNDS = [APPROVE, DEAL, CONFIRM, SECURE, RETIRE, ATTEST];
let ended: Ended;
let stop: Envelope;

beforeAll(async () => {
  ended = await closedRefresh();
  stop = await resign(ended.run, ended.envelope(DEAL, 'holder-2'), {
    round: STOP,
    prev: ended.context.hash,
    body: { kind: 'stop', reason: 'the room is on fire' },
  });
});

const refused = (
  round: number,
  bundle: Bundle,
): Promise<{ code: string; message: string; next: string | undefined }> =>
  refusal(() => advance(ended.before(round), bundle));
const withEvidence = (bundle: Bundle, ...evidence: Envelope[]): Bundle => ({ ...bundle, evidence });
const only = (bundle: Bundle, ...evidence: Envelope[]): Bundle => ({ ...bundle, envelopes: [], evidence });

describe('the fold over all bundles', () => {
  it('leads from the plan to the closed ceremony, the same whoever folds', () => {
    const views = ROUNDS.map((round) => ended.before(round));
    expect(views.map((view) => view.next)).toEqual(ROUNDS);
    expect(views.map(outcome)).toEqual(['open', 'open', 'open', 'open', 'certified', 'certified']);
    expect(outcome(ended.view)).toBe('closed');
    for (const participant of ended.run.participants.values())
      expect(participant.view.head).toEqual(ended.view.head);
  });

  it('chains every round to the one before', () => {
    for (const round of ROUNDS.slice(1)) {
      expect(ended.before(round).head).toEqual(bundleHash(ended.context, ended.bundle(round - 1)));
      for (const { payload } of ended.bundle(round).envelopes)
        expect(payload.prev).toEqual(ended.before(round).head);
    }
    expect(ended.before(APPROVE).head).toEqual(ended.context.hash);
  });

  it('knows the new key record from round 1 on: the same key, other shares, the next epoch', () => {
    const before = ended.context.plan.before!;
    expect(recordAfter(ended.before(DEAL))).toBeUndefined();
    const after = recordAfter(ended.before(CONFIRM))!;
    expect(recordAfter(ended.view)).toEqual(after);
    expect(after).toMatchObject({
      groupKey: before.groupKey,
      fingerprint: before.fingerprint,
      epoch: 1,
      threshold: 2,
      origin: `ceremony ${bytesToHex(ended.context.id)}`,
    });
    for (const [at, holder] of after.holders.entries()) {
      expect(holder.publicShare).not.toBe(before.holders[at]!.publicShare);
      expect(holder.sealingKey).not.toBe(ended.context.plan.holders[at]!.sealingKey);
      expect(holder.name).toBe(`Holder ${holder.index}`);
    }
    expect(keyPoints(after).publicShares.size).toBe(3);
  });

  it('finds envelopes, and the key that they are about', () => {
    expect(envelopeOf(ended.view, CONFIRM, 'holder-3')).toBe(ended.envelope(CONFIRM, 'holder-3'));
    expect(envelopeOf(ended.view, CONFIRM, 'holder-9')).toBeUndefined();
    expect(envelopeKey(ended.context)).toEqual(fromHex(ended.context.plan.before!.fingerprint));
  });

  it('can be rewound to before any round', () => {
    expect(rewind(ended.view, APPROVE)).toEqual(openView(ended.context));
    expect(rewind(ended.view, SECURE).confirm).toEqual(ended.before(SECURE).confirm);
  });
});

describe('a bundle is refused, and asked for again', () => {
  it('when another round comes next, or none', async () => {
    for (const round of ROUNDS.slice(1)) {
      const { code, message } = await refused(round - 1, ended.bundle(round));
      expect(code).toBe('wrong-round');
      expect(message).toContain(`round ${round}; round ${round - 1} comes next`);
    }
    const closed = await refusal(() => advance(ended.view, ended.bundle(ATTEST)));
    expect(closed).toMatchObject({ code: 'wrong-round' });
    expect(closed.message).toContain('the ceremony is closed');
  });

  it('when an envelope is out of order, there twice, or of another round or attempt', async () => {
    const bundle = ended.bundle(CONFIRM);
    const [first, second, third] = bundle.envelopes as [Envelope, Envelope, Envelope];
    const later = await resign(ended.run, second, { attempt: 2 });
    for (const envelopes of [
      [second, first, third],
      [first, first, second, third],
      [first, ended.envelope(DEAL, 'holder-2'), third],
      [first, later, third],
    ]) {
      const { code, message, next } = await refused(CONFIRM, { ...bundle, envelopes });
      expect(code).toBe('bad-bundle');
      expect(message).toMatch(/round 2 has an envelope in the wrong place \(holder-\d, round \d\)/);
      expect(next).toContain('administrator');
    }
  });

  it('when round 3 is of another attempt than the round 2 that was accepted', async () => {
    const bundle = ended.bundle(SECURE);
    const envelopes = await Promise.all(
      bundle.envelopes.map((one) => resign(ended.run, one, { attempt: 2 })),
    );
    const { code, message } = await refused(SECURE, { ...bundle, attempt: 2, envelopes });
    expect(code).toBe('wrong-round');
    expect(message).toContain('round 3, attempt 2; that of round 2 was of attempt 1');
  });

  it('when anybody saw something else before (split view), naming who', async () => {
    for (const round of ROUNDS) {
      const bundle = ended.bundle(round);
      const last = bundle.envelopes.at(-1)!;
      const other = await resign(ended.run, last, { prev: new Uint8Array(32).fill(7) });
      const { code, message, next } = await refused(round, withEnvelopes(bundle, other));
      expect(code).toBe('split-view');
      expect(message).toContain(`${last.payload.sender.replace('-', ' ')} (`);
      expect(message).toContain('follows 0707070707070707…');
      expect(next).toMatch(/^Do not go on/);
    }
  });

  it('when somebody is missing, naming who', async () => {
    for (const round of ROUNDS) {
      const bundle = ended.bundle(round);
      const { code, message } = await refused(round, { ...bundle, envelopes: bundle.envelopes.slice(1) });
      expect(code).toBe('incomplete-bundle');
      const { sender } = bundle.envelopes[0]!.payload;
      expect(message).toContain(`round ${round} (`);
      expect(message).toContain(`lacks ${sender.replace('-', ' ')} (`);
    }
  });

  it('when its evidence proves nothing', async () => {
    const foreign = ended.envelope(DEAL, 'holder-2');
    const { code, message } = await refused(CONFIRM, withEvidence(ended.bundle(CONFIRM), foreign));
    expect(code).toBe('bad-bundle');
    expect(message).toContain('an envelope of holder-2 that proves nothing');
    // Nor may it travel along behind a stop.
    const behind = { ...ended.bundle(CONFIRM), envelopes: [], evidence: [stop, foreign] };
    expect((await refused(CONFIRM, behind)).code).toBe('bad-bundle');
    // A stop after the certificate is none any more.
    expect((await refused(RETIRE, withEvidence(ended.bundle(RETIRE), stop))).code).toBe('bad-bundle');
  });

  it('of an attempt that its round cannot have, also where no envelope says so', async () => {
    // Nobody approves and nobody attests here, so rounds 0 and 5 are empty.
    const bare = await closedRefresh({ seed: 'bare', change: BARE });
    for (const round of [APPROVE, ATTEST]) {
      const bundle = bare.bundle(round);
      expect(bundle.envelopes).toEqual([]);
      expect(advance(bare.before(round), bundle).next).toBe(round === APPROVE ? DEAL : undefined);
      expect(await refusal(() => advance(bare.before(round), { ...bundle, attempt: 7 }))).toEqual({
        code: 'bad-bundle',
        message: `The bundle of round ${round} is of attempt 7; only rounds 2 and 3 can have further attempts.`,
        next: 'Ask the administrator to show the bundle again.',
      });
    }
    for (const round of [APPROVE, DEAL])
      expect((await refused(round, { ...only(ended.bundle(round), stop), attempt: 2 })).code).toBe(
        'bad-bundle',
      );
  });

  it('when it carries a stop that was not made for this plan', async () => {
    const other = await resign(ended.run, stop, { prev: new Uint8Array(32) });
    expect((await refused(DEAL, only(ended.bundle(DEAL), other))).code).toBe('split-view');
  });
});

describe('a stop', () => {
  it('ends the ceremony in every round before the certificate, with nobody blamed', () => {
    for (const round of [APPROVE, DEAL, CONFIRM, SECURE]) {
      const view = advance(ended.before(round), only(ended.bundle(round), stop));
      expect(outcome(view)).toBe('aborted');
      expect(view.abort).toEqual({
        rule: 'check_outcome',
        culprit: undefined,
        reason: 'holder 2 (Holder 2) stopped the ceremony: "the room is on fire".',
      });
      expect(view.next).toBe(ATTEST);
      expect(view.secure).toBeUndefined();
    }
  });

  it('without a reason is held against its author', async () => {
    const empty = await resignBody(ended.run, stop, { reason: '' });
    const { abort } = advance(ended.before(DEAL), only(ended.bundle(DEAL), empty));
    expect(abort).toMatchObject({ rule: 'check_outcome', culprit: 'holder-2' });
    expect(abort?.reason).toContain('field "reason"');
  });

  it('beside a declaration that the share is secure convicts its author', () => {
    const secured = ended.envelope(SECURE, 'holder-2');
    for (const bundle of [
      withEvidence(ended.bundle(SECURE), stop),
      only(ended.bundle(SECURE), stop, secured),
    ]) {
      const { abort } = advance(ended.before(SECURE), bundle);
      expect(abort).toMatchObject({ rule: 'check_equivocation', culprit: 'holder-2' });
      expect(abort?.reason).toContain('stopped the ceremony and also declared');
    }
  });
});

describe('a second envelope for one slot', () => {
  it('convicts its author, whatever it follows, in every round before the certificate', async () => {
    for (const round of [APPROVE, DEAL, CONFIRM, SECURE]) {
      const first = ended.bundle(round).envelopes.at(-1)!;
      const second = await resign(ended.run, first, { prev: new Uint8Array(32), body: {} });
      for (const bundle of [
        only(ended.bundle(round), first, second),
        only(ended.bundle(round), second, first),
        withEvidence(ended.bundle(round), second),
      ]) {
        const { abort, next } = advance(ended.before(round), bundle);
        expect(abort).toMatchObject({ rule: 'check_equivocation', culprit: first.payload.sender });
        expect(abort?.reason).toContain(`two different envelopes for round ${round}, attempt 1`);
        expect(next).toBe(ATTEST);
      }
    }
  });

  it('convicts also when the first was accepted in an earlier round', async () => {
    const second = await resign(ended.run, ended.envelope(DEAL, 'holder-3'), { body: {} });
    const { abort } = advance(ended.before(SECURE), withEvidence(ended.bundle(SECURE), second));
    expect(abort).toMatchObject({ rule: 'check_equivocation', culprit: 'holder-3' });
  });

  it('that is the first over again convicts nobody', async () => {
    const first = ended.envelope(DEAL, 'holder-3');
    expect((await refused(DEAL, only(ended.bundle(DEAL), first, first))).code).toBe('bad-bundle');
  });

  it('is recorded after the certificate, when nothing can be undone and nobody be left out', async () => {
    const bundle = ended.bundle(RETIRE);
    const second = await resign(ended.run, ended.envelope(CONFIRM, 'holder-1'), { body: {} });
    const view = advance(ended.before(RETIRE), withEvidence(bundle, second));
    expect(view.abort).toBeUndefined();
    expect(view.next).toBe(ATTEST);
    expect(view.faults).toEqual([
      expect.objectContaining({ rule: 'check_equivocation', culprit: 'holder-1' }),
    ]);
    expect(outcome(view)).toBe('certified');
    const { code } = await refused(RETIRE, {
      ...withEvidence(bundle, second),
      envelopes: bundle.envelopes.slice(1),
    });
    expect(code).toBe('incomplete-bundle');
  });
});
