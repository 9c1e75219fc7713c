// Calls to repeat round 2, and laptops that were rolled back (PROTOCOL §4 "Proof messages", §6.11).
import { describe, expect, it } from 'vitest';
import { confirms, expectClosed, reboot, watchedRun } from '../test-support/attempts.ts';
import { willingOperator, type Run } from '../test-support/memory.ts';
import {
  dealt,
  except,
  hand,
  handBundle,
  HOLDERS,
  of,
  refusal,
  resign,
  startRun,
  turns,
  usableEpochs,
  withOperator,
} from '../test-support/engine.ts';
import { APPROVE, CONFIRM, DEAL, SECURE } from './bundle.ts';
import type { Envelope } from './envelope.ts';
import { outcome } from './view.ts';

describe('a call to repeat round 2', () => {
  /** A run in which everybody has confirmed, and holder 2's confirmation. */
  async function confirmed(seed: string): Promise<{ run: Run; envelope: Envelope }> {
    const run = await startRun({ seed });
    await dealt(run);
    await turns(run, ...HOLDERS);
    return { run, envelope: confirms(run).find(({ payload }) => payload.sender === 'holder-2')! };
  }
  const call = async (run: Run, envelope: Envelope, role = 'holder-1'): Promise<void> => {
    await hand(run, role, { reseal: 1, type: 'attempt', ceremony: run.context.id, envelope: envelope.bytes });
  };
  const joined = (run: Run): string[] =>
    [...run.laptop('holder-1').journal(run.context).entries.keys()].filter((name) =>
      name.startsWith('attempt-'),
    );

  it('is followed when a holder has signed it; not when it is old, too far ahead, of another round, or this laptop’s own', async () => {
    const { run, envelope } = await confirmed('call');
    const far = await resign(run, envelope, { attempt: 1002 });
    const secure = await resign(run, envelope, { round: SECURE, attempt: 2 });
    const own = await resign(run, envelope, { sender: 'holder-1', attempt: 2 });
    for (const other of [envelope, far, secure, own]) await call(run, other);
    expect(joined(run)).toEqual([]);
    const second = await resign(run, envelope, { attempt: 2 });
    await call(run, second);
    await call(run, second);
    expect(joined(run)).toEqual(['attempt-holder-1-2']);
    await run.turn('holder-1');
    expect(
      confirms(run)
        .filter(({ payload }) => payload.sender === 'holder-1')
        .map(({ payload }) => payload.attempt),
    ).toEqual([1, 2]);
    await call(run, second, 'administrator');
  });

  it('with somebody else’s signature is refused', async () => {
    const { run, envelope } = await confirmed('call-forged');
    const second = await resign(run, envelope, { attempt: 2 });
    const bytes = second.bytes.with(second.bytes.length - 1, second.bytes.at(-1)! ^ 1);
    expect((await refusal(() => call(run, { ...second, bytes }))).code).toBe('bad-signature');
    expect(joined(run)).toEqual([]);
  });

  it('by somebody who was shown other deals is a split view', async () => {
    const { run, envelope } = await confirmed('call-split');
    const other = await resign(run, envelope, { attempt: 2, prev: new Uint8Array(32) });
    const { code, message } = await refusal(() => call(run, other));
    expect(code).toBe('split-view');
    expect(message).toBe('holder 2 (Holder 2) was shown other deals than this laptop.');
    expect(joined(run)).toEqual([]);
  });

  it('comes to nothing before the deals, and once the certificate is there', async () => {
    const { run, envelope } = await confirmed('call-late');
    const second = await resign(run, envelope, { attempt: 2 });
    const early = await startRun({ seed: 'call-late' });
    await call(early, second);
    expect(joined(early)).toEqual([]);
    expect((await run.toEnd()).size).toBe(0);
    await call(run, second);
    expect(joined(run)).toEqual([]);
  });

  it('that was accepted just before the certificate of attempt 1 does not hold the laptop up', async () => {
    const { run, envelope } = await confirmed('call-crossed');
    for (const role of HOLDERS) await withOperator(run, role, except(run, 'cutover'));
    await turns(run, 'administrator', ...HOLDERS, 'administrator');
    const certificate = run.administrator.view.bundles[SECURE]!;
    await call(run, await resign(run, envelope, { attempt: 2 }));
    expect(joined(run)).toEqual(['attempt-holder-1-2']);
    await handBundle(run, 'holder-1', certificate);
    for (const role of HOLDERS) await withOperator(run, role, willingOperator(run.context));
    expect((await run.toEnd()).size).toBe(0);
    expect(outcome(of(run, 'holder-1').view)).toBe('closed');
    expect([...(await usableEpochs(run, 1))]).toEqual([[1, true]]);
  });
});

describe('a laptop that was rolled back', () => {
  /** What a laptop had stored when its deal was out, put back in place of what it stored since. */
  async function rollBack(run: Run, role: string, entries: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const journal = run.laptop(role).journal(run.context);
    journal.entries.clear();
    for (const [name, bytes] of entries) journal.entries.set(name, bytes);
    const { keys } = run.laptop(role);
    const { fingerprint } = run.context.plan.before!;
    for (const epoch of await keys.epochs(fingerprint))
      if (!epoch.current) await keys.destroy(fingerprint, epoch.id);
    await reboot(run, role);
  }

  it('to before its confirmation does not sign that slot again: it begins attempt 2', async () => {
    const { run, watch } = await watchedRun('rolled-back');
    await dealt(run);
    const entries = new Map(run.laptop('holder-1').journal(run.context).entries);
    await turns(run, ...HOLDERS, 'administrator');
    await rollBack(run, 'holder-1', entries);
    await expectClosed(run, watch, 2);
  });

  it('to before its confirmation is still brought forward by the certificate', async () => {
    const { run, watch } = await watchedRun('rolled-back-far');
    for (const role of HOLDERS) await withOperator(run, role, except(run, 'cutover'));
    await dealt(run);
    const entries = new Map(run.laptop('holder-1').journal(run.context).entries);
    await turns(run, ...HOLDERS, 'administrator', ...HOLDERS, 'administrator');
    const { bundles } = run.administrator.view;
    await rollBack(run, 'holder-1', entries);
    for (const round of [APPROVE, DEAL, CONFIRM, SECURE]) await handBundle(run, 'holder-1', bundles[round]!);
    for (const role of HOLDERS) await withOperator(run, role, willingOperator(run.context));
    await expectClosed(run, watch, 1);
  });

  it('to before its deal refuses to deal a second time, once it has seen the first among the others', async () => {
    const { run, watch } = await watchedRun('rolled-back-deal');
    await run.turn('administrator');
    const entries = new Map(run.laptop('holder-1').journal(run.context).entries);
    await turns(run, ...HOLDERS, 'administrator');
    await rollBack(run, 'holder-1', entries);
    const { code, message } = await refusal(() => run.turn('holder-1'));
    expect(code).toBe('wrong-round');
    expect(message).toBe('Round 1 is not open.');
    expect(watch.twice).toEqual([]);
  });
});
