// Nothing of the old epoch is touched before this laptop holds a whole, valid certificate (PROTOCOL §6.1).
import { describe, expect, it } from 'vitest';
import { willingOperator, type Run } from '../test-support/memory.ts';
import {
  dealt,
  except,
  hand,
  handBundle,
  HOLDERS,
  of,
  refusal,
  shown,
  startRun,
  turns,
  usableEpochs,
  withOperator,
} from '../test-support/engine.ts';
import { SECURE } from './bundle.ts';
import { HolderState } from './holder-state.ts';
import { HolderActions } from './holder.ts';
import { bundleMessage } from './message.ts';
import { STANDARD_CONTRIBUTIONS } from './rounds/contributions.ts';
import { script } from './script.ts';
import { outcome } from './view.ts';

describe('the old share', () => {
  /** A run in which every call that changes what is current, or destroys, is noted with the view it was made in. */
  async function watched(seed: string): Promise<{ run: Run; calls: string[] }> {
    const calls: string[] = [];
    const run: Run = await startRun({
      seed,
      prepare: ({ keys }, role) => {
        for (const name of ['activate', 'destroy'] as const) {
          const original = keys[name].bind(keys);
          keys[name] = (fingerprint, epochId) => {
            calls.push(`${role} ${name} ${outcome(of(run, role).view)}`);
            return original(fingerprint, epochId);
          };
        }
      },
    });
    return { run, calls };
  }

  it('is touched only by laptops that hold the certificate', async () => {
    const { run, calls } = await watched('touched');
    await run.toEnd();
    expect(calls.filter((call) => call.includes('activate'))).toHaveLength(3);
    expect(calls.filter((call) => call.includes('destroy'))).toHaveLength(3);
    expect(calls.filter((call) => !/certified|closed/.test(call))).toEqual([]);
    for (const index of [1, 2, 3]) expect([...(await usableEpochs(run, index))]).toEqual([[1, true]]);
  });

  it('is not touched for a certificate that lacks somebody, or is forged', async () => {
    const { run, calls } = await watched('forged');
    // Holder 3 never declares its share secure.
    await dealt(run);
    await turns(run, ...HOLDERS, 'administrator', 'holder-1', 'holder-2');
    const secures = shown(run).flatMap((message) => {
      if (message.type !== 'envelope') return [];
      const envelope = of(run, 'holder-1').log.open(message.envelope);
      return envelope.payload.round === SECURE ? [envelope] : [];
    });
    expect(secures.map(({ payload }) => payload.sender)).toEqual(['holder-1', 'holder-2']);
    const part = { round: SECURE, attempt: 1, envelopes: secures, evidence: [], sealed: new Map() };
    const incomplete = await refusal(() => handBundle(run, 'holder-1', part));
    expect(incomplete.code).toBe('incomplete-bundle');
    expect(incomplete.message).toContain('round 3 (secure) lacks holder 3 (Holder 3)');

    // Somebody else's signature in the place of holder 3's.
    const [first] = secures;
    const bytes = first!.bytes.slice();
    const at = new TextDecoder('latin1').decode(bytes).indexOf('holder-1');
    bytes.set(new TextEncoder().encode('holder-3'), at);
    const forged = bundleMessage(run.context.id, part);
    const { code } = await refusal(() =>
      hand(run, 'holder-1', { ...forged, envelopes: [...forged.envelopes, bytes] }),
    );
    expect(code).toBe('bad-signature');

    const { waiting } = await of(run, 'holder-1').step();
    expect(waiting?.step.id).toBe('certificate');
    // Even asked directly, the steps refuse.
    const participant = of(run, 'holder-1');
    const ports = run.laptop('holder-1').ports(run.context, run.courier, willingOperator(run.context));
    const actions = new HolderActions(
      new HolderState(participant.log, 1, ports),
      STANDARD_CONTRIBUTIONS,
      () => Promise.resolve(),
    );
    for (const id of ['cutover', 'destroy'] as const) {
      const step = script(run.context, 'holder-1').find((one) => one.id === id)!;
      const refused = await refusal(() => actions.perform(step, () => Promise.resolve(new Map())));
      expect(refused).toMatchObject({ code: 'wrong-round', message: 'There is no certificate yet.' });
    }
    const unknown = { ...script(run.context, 'holder-1')[0]!, id: 'publish-plan' as const };
    const { message } = await refusal(() => actions.perform(unknown, () => Promise.resolve(new Map())));
    expect(message).toContain('No such step for a holder: publish-plan');
    expect(calls).toEqual([]);
    for (const index of [1, 2, 3]) expect((await usableEpochs(run, index)).get(0)).toBe(true);
  });

  it('stays current until a person types the sentence, and there until a person types the other', async () => {
    const run = await startRun({ seed: 'phrases' });
    for (const role of HOLDERS) await withOperator(run, role, except(run, 'cutover'));
    const waiting = await run.toEnd();
    expect(waiting.get('holder-2')).toMatch(/^Waits for you: Point of no return/);
    for (const index of [1, 2, 3])
      expect([...(await usableEpochs(run, index))]).toEqual([
        [0, true],
        [1, false],
      ]);
    for (const role of HOLDERS) await withOperator(run, role, except(run, 'destroy'));
    expect((await run.toEnd()).get('holder-2')).toMatch(/^Waits for you: Destroy the old share/);
    for (const index of [1, 2, 3])
      expect([...(await usableEpochs(run, index))]).toEqual([
        [0, false],
        [1, true],
      ]);
    for (const role of HOLDERS) await withOperator(run, role, willingOperator(run.context));
    expect((await run.toEnd()).size).toBe(0);
    for (const index of [1, 2, 3]) expect([...(await usableEpochs(run, index))]).toEqual([[1, true]]);
  });
});
