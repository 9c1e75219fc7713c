import { beforeAll, describe, expect, it } from 'vitest';
import { Committee } from '../test-support/memory.ts';
import { importKey } from '../test-support/engine.ts';
import { planCode, type PlanContext } from './plan.ts';
import { CUTOVER_PHRASE, DESTROY_PHRASE, script, type Step } from './script.ts';

const ROLES = ['administrator', 'holder-2', 'approver-1', 'witness-1'];
let refresh: PlanContext;
let generate: PlanContext;

beforeAll(async () => {
  const committee = new Committee([2, 7, 300], 'script');
  refresh = await committee.plan('secp256k1', 2, await importKey(committee, 'secp256k1', 2));
  generate = await committee.plan('secp256k1', 2, null);
});

const all = (): [string, readonly Step[]][] =>
  [refresh, generate].flatMap((context) =>
    ROLES.flatMap((role): [string, readonly Step[]][] => [
      [`${context.plan.kind} ${role}`, script(context, role)],
      [`${context.plan.kind} ${role}, aborted`, script(context, role, true)],
    ]),
  );
const ids = (steps: readonly Step[]): string[] => steps.map(({ id }) => id);

/** Every step that has to be done before `id`, directly or not. */
function before(steps: readonly Step[], id: string): Set<string> {
  const found = new Set<string>();
  const visit = (at: string): void => {
    for (const need of steps.find((step) => step.id === at)!.needs) {
      found.add(need);
      visit(need);
    }
  };
  visit(id);
  return found;
}

describe('every script', () => {
  it('names each step once, and every prerequisite stands before the step that needs it', () => {
    for (const [name, steps] of all()) {
      expect(new Set(ids(steps)).size, name).toBe(steps.length);
      for (const [at, step] of steps.entries())
        for (const need of step.needs)
          expect(ids(steps).indexOf(need), `${name}: ${step.id}`).toBeLessThan(at);
      for (const need of steps.flatMap((step) => step.needs)) expect(ids(steps), name).toContain(need);
    }
  });

  it('is one chain: each step needs the one before, so that none can be skipped', () => {
    for (const [name, steps] of all())
      for (const [at, step] of steps.entries())
        if (at > 0) expect(before(steps, step.id).has(steps[at - 1]!.id), `${name}: ${step.id}`).toBe(true);
  });

  it('ends by filing the record', () => {
    for (const [name, steps] of all()) expect(steps.at(-1)?.id, name).toBe('file-record');
  });
});

describe('the script of a holder', () => {
  it('destroys the old share only after cutover, and both only after the certificate and the backups', () => {
    const steps = script(refresh, 'holder-2');
    expect([...before(steps, 'destroy')]).toEqual(
      expect.arrayContaining(['cutover', 'certificate', 'secure', 'backups']),
    );
    expect(before(steps, 'secure').has('backups')).toBe(true);
    expect(steps.filter((step) => step.final).map((step) => step.id)).toEqual(['cutover', 'destroy']);
  });

  it('has nothing to destroy in a generation, and nothing that changes anything after an abort', () => {
    expect(ids(script(generate, 'holder-2'))).not.toContain('destroy');
    expect(ids(script(refresh, 'holder-2', true))).toEqual(['discard', 'attested', 'file-record']);
  });
});

describe('evidence', () => {
  const field = (id: string, name: string, role = 'holder-2'): ((answer: string) => string | undefined) => {
    const found = script(refresh, role)
      .find((step) => step.id === id)!
      .evidence!.find((one) => one.name === name)!;
    return (answer) => found.check(answer, refresh);
  };

  it('of joining is the four words of this plan, in any case and spacing', () => {
    const check = field('join', 'code');
    expect(check(planCode(refresh))).toBeUndefined();
    expect(check(`  ${planCode(refresh).toUpperCase().replaceAll(' ', '   ')} `)).toBeUndefined();
    for (const wrong of [planCode(generate), '', planCode(refresh).split(' ').slice(1).join(' ')])
      expect(check(wrong)).toMatch(/not the words/);
  });

  it('before what cannot be undone is the sentence that says what is done', () => {
    expect(field('cutover', 'phrase')(CUTOVER_PHRASE)).toBeUndefined();
    expect(field('destroy', 'phrase')(DESTROY_PHRASE)).toBeUndefined();
    for (const wrong of ['', 'yes', DESTROY_PHRASE])
      expect(field('cutover', 'phrase')(wrong)).toContain(CUTOVER_PHRASE);
    expect(field('destroy', 'phrase')(CUTOVER_PHRASE)).toContain(DESTROY_PHRASE);
  });

  it('of backups and destruction is not empty', () => {
    for (const [id, name] of [
      ['backups', 'serial'],
      ['backups', 'witness'],
      ['destroy', 'witness'],
    ] as const) {
      expect(field(id, name)('A-1')).toBeUndefined();
      expect(field(id, name)('  ')).toBe('expected some text');
      // What a signed statement has no place for would be refused for ever after it was stored.
      expect(field(id, name)(' A-1 ')).toBeUndefined();
      expect(field(id, name)('A'.repeat(201))).toBe('expected at most 200 characters');
      expect(field(id, name)('A\u0007')).toBe('expected text without control characters');
    }
  });

  it('of approvers and witnesses is one of the answers that count', () => {
    const decide = field('approve', 'decision', 'approver-1');
    for (const right of ['approve', ' approve ', 'decline: not today']) expect(decide(right)).toBeUndefined();
    for (const wrong of ['', 'yes', 'decline', 'decline:', 'decline: ', 'approve it'])
      expect(decide(wrong)).toContain('expected "approve"');
    expect(decide(`decline: ${'no '.repeat(100)}`)).toBe('expected at most 200 characters');
    const state = field('attest', 'statement', 'witness-1');
    for (const right of ['agree', 'do not agree']) expect(state(right)).toBeUndefined();
    for (const wrong of ['', 'yes', 'agree not']) expect(state(wrong)).toContain('expected "agree"');
    const remarks = field('attest', 'remarks', 'witness-1');
    for (const fine of ['', '  ', 'All went well.\n']) expect(remarks(fine)).toBeUndefined();
    expect(remarks(' \u200b ')).toBe('expected text that can be seen');
    expect(remarks('x'.repeat(4001))).toBe('expected at most 4000 characters');
  });
});
