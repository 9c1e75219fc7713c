/** A holder whose laptop was lost takes part in the next refresh with another one, and with the share from a backup. */
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalJsonFile } from './canonical-json.ts';
import { encodeKeyRecord } from './key-record.ts';
import { decodePlan, encodePlan, type Plan } from './plan.ts';
import { verifyRecord } from './verify/verify.ts';
import { outcome } from './view.ts';
import { refusal } from '../test-support/engine.ts';
import { Run } from '../test-support/memory.ts';
import { ceremony, generated, keyAfter, type Ended, type Shape } from '../test-support/records.ts';
import { replaceLaptop, shareOf } from '../test-support/replaced.ts';

const SHAPE: Shape = { suite: 'ed25519', holders: 3, threshold: 2, seed: 'replaced' };
describe('a replaced card', () => {
  it('lets a holder whose laptop was lost refresh with the share from a backup', async () => {
    const first = await generated(SHAPE);
    const { committee } = first;
    const before = keyAfter(first);
    const change = await replaceLaptop(committee, before, await shareOf(committee, 2, before));
    const second = await ceremony(committee, SHAPE, before, { change });
    const verdict = verifyRecord(second.files);
    expect(verdict).toMatchObject({ verdict: 'VALID', outcome: 'closed' });
    expect(verdict.rules.find(({ rule }) => rule === 'check_plan')?.evidence.join('\n')).toContain(
      'another laptop than the key record names, by the plan: holder 2 (Bruno)',
    );
    const after = keyAfter(second);
    expect(after.groupKey).toBe(before.groupKey);
    const bruno = after.holders.find(({ index }) => index === 2)!;
    expect(bruno.identity).toEqual(change.holders?.[1]?.identity);
    // From here on that laptop is the recorded one: the next refresh replaces nothing.
    const third = await ceremony(committee, SHAPE, after, { change: { backups: [] } });
    expect(verifyRecord(third.files)).toMatchObject({ verdict: 'VALID', outcome: 'closed' });
    expect(third.context.plan.replacedCards).toEqual([]);
  });

  it('is told to everybody who joins, before they type the words of the plan', async () => {
    const first = await generated(SHAPE);
    const before = keyAfter(first);
    const change = await replaceLaptop(first.committee, before, await shareOf(first.committee, 2, before));
    const context = await first.committee.plan('ed25519', 2, before, change);
    const run = await Run.start(first.committee, context);
    for (const role of ['holder-1', 'holder-3', 'approver-1', 'witness-1']) {
      const asked: string[] = [];
      run.operators.set(role, {
        answer: ({ question }) => {
          asked.push(question);
          return Promise.resolve(undefined);
        },
      });
      await run.restart(role);
      await run.turn(role);
      expect(asked).toEqual([
        'holder 2 (Bruno): comes with another laptop than the key record names. Hear from that person that the old one was lost. Only then: the four words of the plan, as read aloud by somebody else',
      ]);
    }
  });

  it.each([
    ['without the share', undefined, 'This laptop holds no share of "Test key".'],
    ['with the share of another holder', 1, 'is not that of holder 2.'],
  ])('is of no use to a laptop %s: nothing changes for anybody', async (_, from, said) => {
    const first = await generated(SHAPE);
    const { committee } = first;
    const before = keyAfter(first);
    const change = await replaceLaptop(
      committee,
      before,
      from === undefined ? undefined : await shareOf(committee, from, before),
    );
    const context = await committee.plan('ed25519', 2, before, change);
    const run = await Run.start(committee, context);
    const refused = await refusal(() => run.toEnd());
    expect(refused.code).toBe('wrong-key');
    expect(refused.message).toContain(said);
    expect(outcome(run.administrator.view)).toBe('open');
    for (const index of [1, 3]) {
      const { keys } = committee.holders.get(index)!;
      const current = (await keys.epochs(before.fingerprint)).find((epoch) => epoch.current);
      expect(await keys.record(before.fingerprint, current!.id)).toEqual(encodeKeyRecord(before));
    }
  });
});

describe('a plan with a replaced card is refused', () => {
  let first: Ended;
  let plan: Plan;
  beforeAll(async () => {
    first = await generated(SHAPE);
    const before = keyAfter(first);
    const change = await replaceLaptop(first.committee, before, undefined);
    ({ plan } = await first.committee.plan('ed25519', 2, before, change));
  });

  it.each<[string, string, (draft: Plan) => unknown]>([
    ['replacedCards', 'there is no holder 4 in this plan.', (draft) => (draft.replacedCards = [2, 4])],
    ['replacedCards', 'in ascending order, each once.', (draft) => (draft.replacedCards = [2, 2])],
    ['replacedCards', 'in ascending order, each once.', (draft) => (draft.replacedCards = [2, 1])],
    [
      'replacedCards',
      'holder 1 has the card that the key record names: nothing is replaced.',
      (draft) => (draft.replacedCards = [1, 2]),
    ],
    [
      'replacedCards',
      'the key record names no card of holder 2 that could be replaced.',
      (draft) => Object.assign(draft.before!.holders[1]!, { identity: null, sealingKey: null }),
    ],
    [
      'holders.2.identity',
      'the key record names another laptop for holder 2.',
      (draft) => (draft.replacedCards = []),
    ],
    [
      'holders.2.sealingKey',
      'the key record has another sealing key for this epoch.',
      (draft) => {
        draft.replacedCards = [];
        draft.holders[1]!.identity = draft.before!.holders[1]!.identity!;
      },
    ],
    [
      'replacedCards',
      'a new key has no record yet that could name other cards: expected none.',
      (draft) => Object.assign(draft, { kind: 'generate', before: null, epoch: 0 }),
    ],
  ])('for "%s": %s', async (field, sentence, change) => {
    const draft = structuredClone(plan);
    change(draft);
    const written = await refusal(() => encodePlan(draft));
    expect(await refusal(() => decodePlan(canonicalJsonFile(draft)))).toEqual(written);
    expect(written).toMatchObject({ code: 'bad-plan' });
    expect(written.message).toContain(`Plan: field "${field}": `);
    expect(written.message).toContain(sentence);
  });

  it('but not where the sealing key alone was lost, and the laptop is the same', () => {
    const draft = structuredClone(plan);
    draft.holders[1]!.identity = draft.before!.holders[1]!.identity!;
    expect(decodePlan(encodePlan(draft)).plan.replacedCards).toEqual([2]);
  });
});
