import { describe, expect, it } from 'vitest';
import { Committee } from '../../test-support/memory.ts';
import { BARE, refusal } from '../../test-support/engine.ts';
import { seededRandom } from '../../test-support/random.ts';
import type { PlanContext } from '../../ceremony/plan.ts';
import { STANDARD_CONTRIBUTIONS } from '../../ceremony/rounds/contributions.ts';
import { UsageError } from '../../laptop/errors.ts';
import { dishonest, equivocate, MISBEHAVIOURS, parseMisbehaviour, WHAT_IT_DOES } from './misbehave.ts';

const committee = new Committee([1, 2, 7], 'misbehave');
const rehearsal = await committee.plan('secp256k1', 2, null, BARE);
const real: PlanContext = { ...rehearsal, plan: { ...rehearsal.plan, rehearsal: false } };
const ports = {
  signer: committee.administrator.signer,
  journal: committee.administrator.journal(rehearsal),
  channel: { show: () => Promise.reject(new Error('shown')), receive: () => Promise.resolve([]) },
};

describe('what --misbehave reads', () => {
  it.each(MISBEHAVIOURS)('reads a holder and %s, and can say what that is', (kind) => {
    expect(parseMisbehaviour(`7:${kind}`, [1, 2, 7])).toEqual({ holder: 7, kind });
    expect(WHAT_IT_DOES[kind]).toMatch(/^In round [123] .+\.$/);
  });

  it.each([
    ['wrong-degree', 'expected a holder and a kind such as "1:wrong-degree", found "wrong-degree"'],
    ['2:', 'expected a holder and a kind'],
    [':wrong-degree', 'expected a holder and a kind'],
    ['3:wrong-degree', 'there is no holder "3" in this rehearsal: expected one of 1, 2, 7'],
    ['02:wrong-degree', 'there is no holder "02"'],
    ['2:rudeness', 'unknown kind "rudeness": expected one of wrong-sub-share, '],
    ['2:wrong-degree:', 'unknown kind "wrong-degree:"'],
  ])('refuses "%s"', (text, sentence) => {
    const parse = (): unknown => parseMisbehaviour(text, [1, 2, 7]);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(sentence);
  });
});

describe('a plan that is not a rehearsal', () => {
  it.each(MISBEHAVIOURS)('gets no contributions for %s', async (kind) => {
    const refused = await refusal(() => dishonest(kind, real));
    expect(refused.code).toBe('rehearsal-mismatch');
    expect(refused.message).toContain('"Test key" is not a rehearsal');
  });

  it('is refused again by the functions themselves', async () => {
    const random = seededRandom('misbehave');
    const dealing = { ...STANDARD_CONTRIBUTIONS.chooseDealing(rehearsal, 1, undefined, random) };
    const rest = {
      sealingSecret: new Uint8Array(32).fill(1),
      readiness: { vault: 'open', checkedBackups: [] },
    };
    const actions = [
      () => dishonest('wrong-sub-share', rehearsal).contributeDeal(real, 1, { ...dealing, ...rest }, random),
      () =>
        dishonest('wrong-constant-term', rehearsal).contributeDeal(real, 1, { ...dealing, ...rest }, random),
      () => dishonest('wrong-degree', rehearsal).chooseDealing(real, 1, undefined, random),
      () => dishonest('wrong-constant-term', rehearsal).chooseDealing(real, 1, undefined, random),
      () =>
        dishonest('false-complaint', rehearsal).openSubShares(
          real,
          {} as never,
          1,
          new Map(),
          new Uint8Array(32),
          1n,
        ),
      () =>
        dishonest('wrong-proof-share', rehearsal).contributeSecure(
          real,
          {} as never,
          {} as never,
          1,
          {} as never,
          random,
        ),
    ];
    for (const action of actions) expect((await refusal(action)).code).toBe('rehearsal-mismatch');
  });

  it('gets no second deal', async () => {
    expect((await refusal(() => equivocate(real, 'holder-1', ports))).code).toBe('rehearsal-mismatch');
  });
});

describe('equivocation', () => {
  it('waits for the first deal', async () => {
    expect(await equivocate(rehearsal, 'holder-1', ports)).toBe(false);
  });
});
