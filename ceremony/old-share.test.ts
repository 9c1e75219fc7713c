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
import { script, type StepId } from './script.ts';
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
    const part = {
      round: SECURE,
      attempt: 1,
      envelopes: secures,
      exceptions: [],
      evidence: [],
      sealed: new Map(),
    };
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

describe('a receipt of destruction', () => {
  it('is not given while anything old is still there, whatever its name', async () => {
    const run = await startRun({ seed: 'receipt' });
    const laptop = run.laptop('holder-1');
    const { fingerprint } = run.context.plan.before!;
    const content = {
      record: new Uint8Array(1),
      share: new Uint8Array(32),
      sealing: new Uint8Array(32).fill(1),
    };
    const destroy = laptop.keys.destroy.bind(laptop.keys);
    laptop.keys.destroy = () => Promise.resolve();
    for (const role of HOLDERS.slice(1)) await withOperator(run, role, except(run, 'cutover'));
    await dealt(run);
    await turns(run, ...HOLDERS, 'administrator', ...HOLDERS, 'administrator');
    await laptop.keys.stage(fingerprint, 'a-name-of-no-kind', content);
    const { code, message, next } = await refusal(() => run.turn('holder-1'));
    expect(code).toBe('wrong-epoch');
    expect(message).toBe('epoch-0-import, a-name-of-no-kind: still on this laptop.');
    expect(next).toBe('Run this step again.');
    const journal = laptop.journal(run.context);
    expect(journal.entries.has('destroyed-holder-1')).toBe(false);

    laptop.keys.destroy = destroy;
    await run.turn('holder-1');
    expect(journal.entries.has('destroyed-holder-1')).toBe(true);
    expect([...(await usableEpochs(run, 1))]).toEqual([[1, true]]);
    expect(await laptop.keys.epochs(fingerprint)).toHaveLength(1);
  });
});

describe('the steps of a holder', () => {
  it('refuse to be done before their time, and without what they need', async () => {
    const run = await startRun({ seed: 'steps' });
    const ports = run.laptop('holder-1').ports(run.context, run.courier, willingOperator(run.context));
    const perform = async (id: StepId): Promise<{ code: string; message: string }> => {
      const state = new HolderState(of(run, 'holder-1').log, 1, ports);
      const actions = new HolderActions(state, STANDARD_CONTRIBUTIONS, () =>
        Promise.reject(new Error('sent')),
      );
      const step = script(run.context, 'holder-1').find((one) => one.id === id)!;
      return refusal(() => actions.perform(step, () => Promise.resolve(new Map())));
    };
    await run.turn('administrator');
    await run.turn('holder-1');
    expect((await perform('confirm')).message).toBe('The deals are not complete yet.');
    expect((await perform('backups')).message).toBe('There is nothing to back up yet.');
    expect((await perform('secure')).message).toBe('The confirmations are not complete yet.');
    for (const id of ['confirm', 'backups', 'secure'] as const)
      expect((await perform(id)).code).toBe('wrong-round');

    await turns(run, 'holder-2', 'holder-3', 'administrator');
    await handBundle(run, 'holder-1', run.administrator.view.bundles[1]!);
    // The secrets of this ceremony are gone: the sealing key for the next epoch was among them.
    await ports.secrets.destroy();
    const missing = await perform('confirm');
    expect(missing).toMatchObject({ code: 'wrong-round' });
    expect(missing.message).toContain('sealing key for the next epoch is missing');
    const { fingerprint } = run.context.plan.before!;
    expect(await ports.keys.epochs(fingerprint)).toHaveLength(1);
    // And so is the share.
    await (await ports.keys.secrets(fingerprint, 'epoch-0-import')).destroy();
    const { code, message } = await perform('confirm');
    expect(code).toBe('wrong-epoch');
    expect(message).toBe('The share of epoch-0-import is not on this laptop.');
  });
});
