// Envelopes of another ceremony, round, attempt, key or epoch are worth nothing here (PROTOCOL §6.8, §6.9).
import { beforeAll, describe, expect, it } from 'vitest';
import { reboot } from '../test-support/attempts.ts';
import {
  BARE,
  dealt,
  hand,
  handBundle,
  HOLDERS,
  importKey,
  of,
  refusal,
  resign,
  startRun,
  turns,
} from '../test-support/engine.ts';
import { Run } from '../test-support/memory.ts';
import { CONFIRM, DEAL, type Bundle } from './bundle.ts';
import { signEnvelope, type Envelope } from './envelope.ts';
import type { MessageOf } from './message.ts';
import { advance, outcome, recordAfter } from './view.ts';

/** The same committee refreshes the same key twice, and a second key once; the last two are still at their deals. */
let first: Run;
let second: Run;
let otherKey: Run;

beforeAll(async () => {
  first = await startRun({ seed: 'replay' });
  await first.toEnd();
  const { committee } = first;
  const record = recordAfter(first.administrator.view)!;
  second = await Run.start(committee, await committee.plan('secp256k1', 2, record, BARE));
  await dealt(second);
  otherKey = await Run.start(
    committee,
    await committee.plan('secp256k1', 2, await importKey(committee, 'secp256k1', 2), BARE),
  );
  await dealt(otherKey);
});

const message = (run: Run, envelope: Envelope): MessageOf<'envelope'> => ({
  reseal: 1,
  type: 'envelope',
  ceremony: run.context.id,
  envelope: envelope.bytes,
  sealed: [],
});
const deal = (run: Run): Envelope => run.administrator.view.bundles[DEAL]!.envelopes[0]!;
const bundleWith = (run: Run, envelope: Envelope): Bundle => ({
  ...run.administrator.view.bundles[DEAL]!,
  envelopes: [envelope, ...run.administrator.view.bundles[DEAL]!.envelopes.slice(1)],
});

describe('an envelope from elsewhere', () => {
  it.each([
    ['an earlier ceremony of the same key', () => first],
    ['a ceremony of another key', () => otherKey],
  ])('of %s is refused by administrator and holders, whatever it is wrapped in', async (_what, other) => {
    const foreign = deal(other());
    // As it was shown there, it is of no interest; wrapped as if it belonged here, it is refused.
    await hand(second, 'administrator', message(other(), foreign));
    const wrapped = await refusal(() => hand(second, 'administrator', message(second, foreign)));
    expect(wrapped.code).toBe('wrong-ceremony');
    expect(wrapped.message).toContain('from holder-1: it belongs to another ceremony');
    const { code } = await refusal(() => handBundle(second, 'holder-2', bundleWith(second, foreign)));
    expect(code).toBe('wrong-ceremony');
  });

  it('signed anew for this ceremony about another key or epoch is refused', async () => {
    const own = deal(second);
    const key = await resign(second, own, { key: deal(otherKey).payload.key });
    const epoch = await resign(second, own, { epoch: 1 });
    for (const [envelope, expected] of [
      [key, 'wrong-key'],
      [epoch, 'wrong-epoch'],
    ] as const) {
      expect((await refusal(() => hand(second, 'administrator', message(second, envelope)))).code).toBe(
        expected,
      );
      const { code } = await refusal(() => handBundle(second, 'holder-2', bundleWith(second, envelope)));
      expect(code).toBe(expected);
    }
  });

  it('with the body of an earlier ceremony, signed anew for this one, fails its proofs: nothing in it was made for here', async () => {
    const { body } = deal(first).payload;
    const replayed = await resign(second, deal(second), { body });
    await handBundle(second, 'holder-2', second.administrator.view.bundles[0]!);
    // The proofs are judged before the sealed parts are looked at.
    const { view } = of(second, 'holder-2');
    const { abort } = advance(view, bundleWith(second, replayed));
    expect(abort).toMatchObject({ rule: 'check_possession_before', culprit: 'holder-1' });
  });

  it('leaves no trace', async () => {
    const names = await second.laptop('administrator').journal(second.context).names();
    expect(names.filter((name) => name.startsWith('in-'))).toHaveLength(3);
    expect((await second.toEnd()).size).toBe(0);
    expect(outcome(second.administrator.view)).toBe('closed');
  });
});

describe('an envelope of an earlier attempt', () => {
  it('has no place in a later one', async () => {
    const run = await startRun({ seed: 'replay-attempt' });
    await dealt(run);
    await turns(run, 'holder-1', 'holder-2');
    await reboot(run, 'holder-1');
    await turns(run, 'holder-1', 'administrator', 'holder-2', 'holder-3', 'administrator');
    const bundle = run.administrator.view.bundles[CONFIRM]!;
    expect(bundle.attempt).toBe(2);
    const [envelope] = bundle.envelopes;
    const earlier = await signEnvelope({ ...envelope!.payload, attempt: 1 }, run.laptop('holder-1').signer);
    const mixed = { ...bundle, envelopes: [earlier, ...bundle.envelopes.slice(1)] };
    const { code, message: sentence } = await refusal(() => handBundle(run, 'holder-3', mixed));
    expect(code).toBe('bad-bundle');
    expect(sentence).toContain('in the wrong place (holder-1, round 2)');
  });
});

describe('an old bundle', () => {
  it('shown again changes nothing, in any order', async () => {
    const run = await startRun({ seed: 'replay-bundles' });
    await dealt(run);
    await turns(run, ...HOLDERS, 'administrator', ...HOLDERS);
    const { head } = of(run, 'holder-1').view;
    for (const bundle of [...run.administrator.view.bundles].reverse())
      await handBundle(run, 'holder-1', bundle);
    expect(of(run, 'holder-1').view.head).toEqual(head);
  });
});
