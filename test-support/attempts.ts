/** Rounds 2 and 3 repeated: laptops that lose their nonces, and what must hold however often they do. */
import { expect } from 'vitest';
import { CONFIRM } from '../ceremony/bundle.ts';
import type { Envelope } from '../ceremony/envelope.ts';
import type { ConfirmBody } from '../ceremony/rounds/confirm.ts';
import { outcome } from '../ceremony/view.ts';
import { bytesToHex } from '../crypto/bytes.ts';
import { BARE, of, shown, SlotWatch, startRun, usableEpochs } from './engine.ts';
import type { Run } from './memory.ts';

const BACKUPS = {
  ...BARE,
  backups: [1, 2, 3].map((holder) => ({ holder, kind: 'file' as const, label: 'Medium A' })),
};

/** A refresh with one backup each, in which everything that is signed is noted. */
export async function watchedRun(seed: string): Promise<{ run: Run; watch: SlotWatch }> {
  const watch = new SlotWatch();
  const run = await startRun({
    seed,
    change: BACKUPS,
    prepare: (laptop) => {
      watch.watch(laptop);
    },
  });
  return { run, watch };
}

/** What a restart of the machine does: the process and its nonces are gone. */
export async function reboot(run: Run, role: string): Promise<void> {
  run.laptop(role).nonces.forget();
  await run.restart(role);
}

/** All envelopes of round 2 that were ever shown. */
export function confirms(run: Run): Envelope[] {
  return shown(run).flatMap((message) => {
    if (message.type !== 'envelope') return [];
    const envelope = of(run, 'holder-1').log.open(message.envelope);
    return envelope.payload.round === CONFIRM ? [envelope] : [];
  });
}

/** Brings the run to its end: closed, with this attempt in the record, and nothing signed or used twice. */
export async function expectClosed(run: Run, watch: SlotWatch, attempt: number): Promise<void> {
  expect([...(await run.toEnd())]).toEqual([]);
  expect(run.problems).toEqual([]);
  const { view } = run.administrator;
  expect(outcome(view)).toBe('closed');
  expect(view.bundles.map((bundle) => bundle.attempt)).toEqual([1, 1, attempt, attempt, 1, 1]);
  expect(watch.twice).toEqual([]);
  expect(watch.slots.size).toBeGreaterThan(0);
  for (const index of [1, 2, 3]) expect([...(await usableEpochs(run, index))]).toEqual([[1, true]]);
  // No nonce commitment was ever shown twice.
  const nonces = confirms(run).flatMap(({ payload }) => {
    const body = payload.body as unknown as ConfirmBody;
    return body.kind === 'accept' ? body.nonces.flatMap(([, ...pair]) => pair.map(bytesToHex)) : [];
  });
  expect(new Set(nonces).size).toBe(nonces.length);
}
