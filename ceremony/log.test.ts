import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryJournal } from '../test-support/memory.ts';
import {
  BARE,
  closedRefresh,
  refusal,
  resign,
  resignBody,
  withEnvelopes,
  type Ended,
} from '../test-support/engine.ts';
import { APPROVE, ATTEST, CONFIRM, DEAL, RETIRE, SECURE, STOP, type Bundle } from './bundle.ts';
import { CeremonyLog } from './log.ts';
import { bundleMessage, decodeMessage } from './message.ts';
import { outcome } from './view.ts';

let ended: Ended;
/** Round 2 once more, as attempt 2: everybody repeats what it said. */
let secondConfirm: Bundle;
/** Round 2, attempt 2, in which one holder breaks the rules. */
let faultyConfirm: Bundle;
/** A certificate of attempt 2 that nobody has. */
let strange: Bundle;
/** Round 3 ended by a holder that signed two deals. */
let abortBundle: Bundle;

beforeAll(async () => {
  ended = await closedRefresh({ change: BARE, seed: 'log' });
  const { run } = ended;
  const again = (bundle: Bundle): Promise<Bundle['envelopes']> =>
    Promise.all(bundle.envelopes.map((one) => resign(run, one, { attempt: 2 })));
  secondConfirm = { ...ended.bundle(CONFIRM), attempt: 2, envelopes: await again(ended.bundle(CONFIRM)) };
  faultyConfirm = withEnvelopes(
    secondConfirm,
    await resignBody(run, secondConfirm.envelopes[2]!, { publicShares: new Uint8Array(32) }),
  );
  strange = { ...ended.bundle(SECURE), attempt: 2, envelopes: await again(ended.bundle(SECURE)) };
  const deal = ended.envelope(DEAL, 'holder-3');
  const second = await resignBody(run, deal, { readiness: { vault: 'other', checkedBackups: [] } });
  abortBundle = { ...ended.bundle(SECURE), envelopes: [], evidence: [deal, second] };
});

const open = (journal = new MemoryJournal()): Promise<CeremonyLog> =>
  CeremonyLog.load(ended.context, journal, 'seen');

/** A log that has accepted these bundles, and its journal. */
async function after(...bundles: readonly Bundle[]): Promise<{ log: CeremonyLog; journal: MemoryJournal }> {
  const journal = new MemoryJournal();
  const log = await open(journal);
  for (const bundle of bundles) expect(await log.accept(bundle)).toBe(true);
  return { log, journal };
}
const upTo = (last: number): Bundle[] =>
  [APPROVE, DEAL, CONFIRM, SECURE, RETIRE, ATTEST]
    .filter((round) => round <= last)
    .map((round) => ended.bundle(round));

describe('a log', () => {
  it('stores every bundle before it counts, and is the same again after a restart', async () => {
    const { log, journal } = await after(...upTo(ATTEST));
    expect(await journal.names()).toEqual([
      'seen-000',
      'seen-001',
      'seen-002',
      'seen-003',
      'seen-004',
      'seen-005',
    ]);
    const again = await open(journal);
    expect(again.view.head).toEqual(log.view.head);
    expect(outcome(again.view)).toBe('closed');
    expect(again.view.bundles).toEqual(log.view.bundles);
  });

  it('takes nothing twice, and nothing too early', async () => {
    const { log, journal } = await after(...upTo(CONFIRM));
    for (const bundle of upTo(CONFIRM)) expect(await log.accept(bundle)).toBe(false);
    const { code, message } = await refusal(() => log.accept(ended.bundle(RETIRE)));
    expect(code).toBe('wrong-round');
    expect(message).toBe('The bundle of round 4 came before that of round 3.');
    expect(journal.entries.size).toBe(3);
  });

  it('stores nothing that the caller refuses, or that is incomplete', async () => {
    const { log, journal } = await after(...upTo(APPROVE));
    const no = (): never => {
      throw new Error('no');
    };
    await expect(log.accept(ended.bundle(DEAL), no)).rejects.toThrow('no');
    const part = { ...ended.bundle(DEAL), envelopes: ended.bundle(DEAL).envelopes.slice(1) };
    expect((await refusal(() => log.accept(part))).code).toBe('incomplete-bundle');
    expect(journal.entries.size).toBe(1);
    expect(log.view.next).toBe(DEAL);
  });

  it('opens envelopes of this ceremony only, with valid signatures', async () => {
    const log = await open();
    const deal = ended.envelope(DEAL, 'holder-1');
    expect(log.open(deal.bytes)).toEqual(deal);
    expect(log.open(deal.bytes)).toBe(log.open(Uint8Array.from(deal.bytes)));
    const foreign = await resign(ended.run, deal, { ceremony: new Uint8Array(16) });
    expect((await refusal(() => log.open(foreign.bytes, 'Letter'))).code).toBe('wrong-ceremony');
    const last = deal.bytes.length - 1;
    const { code } = await refusal(() => log.open(deal.bytes.with(last, deal.bytes[last]! ^ 1)));
    expect(code).toBe('bad-signature');
    const message = bundleMessage(ended.context.id, ended.bundle(DEAL));
    expect(log.decode(message)).toEqual(ended.bundle(DEAL));
    const other = await refusal(() => log.decode({ ...message, ceremony: new Uint8Array(16) }));
    expect(other).toMatchObject({ code: 'wrong-ceremony', next: 'Compare the plan codes.' });
  });

  it('refuses a journal with something else in it', async () => {
    const journal = new MemoryJournal();
    await journal.put('seen-000', new TextEncoder().encode('junk'));
    expect((await refusal(() => open(journal))).code).toBe('bad-encoding');
    const other = new MemoryJournal();
    const deal = [...ended.run.laptop('holder-1').journal(ended.context).entries].find(
      ([name]) => name === 'out-holder-1-r1-a1',
    )!;
    await other.put('seen-000', deal[1]);
    expect(await refusal(() => open(other))).toMatchObject({
      code: 'bad-encoding',
      message: 'The journal holds something that is no bundle.',
    });
  });
});

describe('a split view', () => {
  it('is two different valid bundles of one round: refused, the first kept, the second kept as evidence', async () => {
    const { run } = ended;
    const deal = await resignBody(run, ended.envelope(DEAL, 'holder-3'), {
      readiness: { vault: 'told differently', checkedBackups: [] },
    });
    const other = withEnvelopes(ended.bundle(DEAL), deal);
    // Each is valid by itself.
    await after(ended.bundle(APPROVE), other);
    const { log, journal } = await after(...upTo(DEAL));
    const { head } = log.view;
    const { code, message, next } = await refusal(() => log.accept(other));
    expect(code).toBe('split-view');
    expect(message).toBe(
      'There are two different bundles of round 1: the one this laptop accepted, and this one.',
    );
    expect(next).toMatch(/^Do not go on\. Keep both/);
    expect(log.view.head).toBe(head);
    const kept = decodeMessage(journal.entries.get('seen-split-view')!);
    expect(kept).toEqual(bundleMessage(ended.context.id, other));
    expect((await open(journal)).view.head).toEqual(head);
  });

  it('is found also when a later round was made by somebody who was shown another bundle', async () => {
    const { log, journal } = await after(...upTo(DEAL));
    const stranger = await resign(ended.run, ended.envelope(CONFIRM, 'holder-2'), {
      prev: new Uint8Array(32).fill(9),
    });
    const bundle = withEnvelopes(ended.bundle(CONFIRM), stranger);
    expect((await refusal(() => log.accept(bundle))).code).toBe('split-view');
    // The first evidence stays; more of the same does not replace it.
    const first = journal.entries.get('seen-split-view');
    const more = await resign(ended.run, stranger, { prev: new Uint8Array(32).fill(8) });
    expect((await refusal(() => log.accept(withEnvelopes(bundle, more)))).code).toBe('split-view');
    expect(journal.entries.get('seen-split-view')).toBe(first);
    expect(log.view.next).toBe(CONFIRM);
  });

  it('is none once the certificate stands, where it is about another attempt, or proves nothing', async () => {
    const { log, journal } = await after(...upTo(SECURE));
    const part = { ...abortBundle, evidence: abortBundle.evidence.slice(0, 1) };
    for (const bundle of [secondConfirm, faultyConfirm, strange, part]) {
      expect(await log.accept(bundle)).toBe(false);
      expect(outcome(log.view)).toBe('certified');
    }
    expect(journal.entries.has('seen-split-view')).toBe(false);
  });

  it('beside a certificate is reported and kept, and the certificate stands', async () => {
    const stop = await resign(ended.run, ended.envelope(DEAL, 'holder-1'), {
      round: STOP,
      prev: ended.context.hash,
      body: { kind: 'stop', reason: 'late' },
    });
    const deal = await resignBody(ended.run, ended.envelope(DEAL, 'holder-3'), {
      readiness: { vault: 'told differently', checkedBackups: [] },
    });
    for (const bundle of [
      abortBundle,
      { ...ended.bundle(SECURE), evidence: [stop] },
      withEnvelopes(ended.bundle(DEAL), deal),
    ]) {
      const { log, journal } = await after(...upTo(SECURE));
      const { head } = log.view;
      expect(await refusal(() => log.accept(bundle))).toEqual({
        code: 'split-view',
        message: `There are two different bundles of round ${bundle.round}: the one that led to the certificate on this laptop, and this one.`,
        next: 'The certificate stands, and this laptop goes on. Keep both, and show the certificate to everybody who has seen another end.',
      });
      expect(decodeMessage(journal.entries.get('seen-split-view')!)).toEqual(
        bundleMessage(ended.context.id, bundle),
      );
      expect(log.view.head).toBe(head);
      expect(outcome(log.view)).toBe('certified');
      expect(await log.accept(ended.bundle(RETIRE))).toBe(true);
      expect(outcome((await open(journal)).view)).toBe('certified');
    }
  });
});

describe('attempts', () => {
  it('a later attempt at round 2 takes the place of an earlier one, never the other way round', async () => {
    const { log, journal } = await after(...upTo(CONFIRM), secondConfirm);
    expect(log.view.bundles.map((bundle) => bundle.attempt)).toEqual([1, 1, 2]);
    expect(await log.accept(ended.bundle(CONFIRM))).toBe(false);
    expect((await open(journal)).view.head).toEqual(log.view.head);
  });

  it('a bundle of round 3 waits for the round 2 of its own attempt', async () => {
    const { log, journal } = await after(...upTo(CONFIRM));
    const { code, next } = await refusal(() => log.accept(strange));
    expect(code).toBe('wrong-round');
    expect(next).toBe('Fetch the earlier bundles first.');
    expect(journal.entries.has('seen-split-view')).toBe(false);
  });

  it('a certificate of an attempt that was left behind still brings this laptop forward', async () => {
    const { log, journal } = await after(...upTo(CONFIRM), secondConfirm);
    expect(await log.accept(ended.bundle(SECURE))).toBe(true);
    expect(outcome(log.view)).toBe('certified');
    expect(log.view.head).toEqual(ended.before(RETIRE).head);
    expect(log.revived).toBe(false);
    expect((await open(journal)).view.head).toEqual(log.view.head);
    expect(await log.accept(ended.bundle(RETIRE))).toBe(true);
  });

  it('also when the later attempt was aborted', async () => {
    const { log, journal } = await after(...upTo(CONFIRM), faultyConfirm);
    expect(log.view.abort?.culprit).toBe('holder-3');
    expect(await log.accept(ended.bundle(SECURE))).toBe(true);
    expect(outcome(log.view)).toBe('certified');
    expect(log.revived).toBe(true);
    const again = await open(journal);
    expect([outcome(again.view), again.revived]).toEqual(['certified', true]);
  });

  it('an aborted attempt is not repeated', async () => {
    const faulty = await resignBody(ended.run, ended.envelope(CONFIRM, 'holder-3'), {
      publicShares: new Uint8Array(32),
    });
    const { log } = await after(...upTo(DEAL), withEnvelopes(ended.bundle(CONFIRM), faulty));
    expect(await log.accept(secondConfirm)).toBe(false);
    expect(outcome(log.view)).toBe('aborted');
  });
});

describe('a certificate that comes after the abort', () => {
  it('stands: every holder has declared its new share secure', async () => {
    const { log, journal } = await after(...upTo(CONFIRM), abortBundle);
    expect(log.view.abort).toMatchObject({ rule: 'check_equivocation', culprit: 'holder-3' });
    expect(await log.accept(ended.bundle(SECURE))).toBe(true);
    expect(outcome(log.view)).toBe('certified');
    expect(log.revived).toBe(true);
    // The abort is known, and no news: neither now nor after a restart.
    expect(await log.accept(abortBundle)).toBe(false);
    const again = await open(journal);
    expect(outcome(again.view)).toBe('certified');
    expect(await again.accept(abortBundle)).toBe(false);
    expect(journal.entries.has('seen-split-view')).toBe(false);
  });

  it('must be one: less does not undo the abort', async () => {
    const { log } = await after(...upTo(CONFIRM), abortBundle);
    const whole = ended.bundle(SECURE);
    const part = { ...whole, envelopes: whole.envelopes.slice(1) };
    expect((await refusal(() => log.accept(part))).code).toBe('incomplete-bundle');
    const bad = await resignBody(ended.run, whole.envelopes[0]!, { possession: new Uint8Array(65) });
    expect((await refusal(() => log.accept(withEnvelopes(whole, bad)))).code).toBe('split-view');
    expect(outcome(log.view)).toBe('aborted');
  });
});
