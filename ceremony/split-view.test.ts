// Two laptops that were shown different bundles cannot both go on, and the evidence is kept (PROTOCOL §6.3).
import { describe, expect, it } from 'vitest';
import type { Run } from '../test-support/memory.ts';
import {
  dealt,
  handBundle,
  HOLDERS,
  of,
  refusal,
  resignBody,
  shown,
  startRun,
  usableEpochs,
  withEnvelopes,
} from '../test-support/engine.ts';
import { bundleHash, CONFIRM, DEAL, type Bundle } from './bundle.ts';
import type { Envelope } from './envelope.ts';
import { decodeMessage } from './message.ts';
import { outcome } from './view.ts';

/** Holder 3 deals twice; holder 1 is shown the first deal, holder 2 the second. Both bundles are valid. */
async function split(seed: string): Promise<{ run: Run; first: Bundle; second: Bundle }> {
  const run = await startRun({ seed });
  await dealt(run);
  const [approvals, first] = run.administrator.view.bundles as [Bundle, Bundle];
  const deal = first.envelopes[2]!;
  const other = await resignBody(run, deal, { readiness: { vault: 'told differently', checkedBackups: [] } });
  const second = withEnvelopes(first, other);
  for (const role of HOLDERS) await handBundle(run, role, approvals);
  await handBundle(run, 'holder-1', first);
  await handBundle(run, 'holder-2', second);
  await handBundle(run, 'holder-3', first);
  for (const role of HOLDERS) await of(run, role).step();
  return { run, first, second };
}

/** The confirmations that were shown, in order of holder. */
const confirms = (run: Run): Envelope[] =>
  shown(run)
    .flatMap((message) =>
      message.type === 'envelope' ? [of(run, 'holder-1').log.open(message.envelope)] : [],
    )
    .filter(({ payload }) => payload.round === CONFIRM)
    .sort((a, b) => (a.payload.sender < b.payload.sender ? -1 : 1));

describe('an equivocating dealer and an administrator that shows each laptop what suits it', () => {
  it('get no further than round 2: each confirmation names the deals it follows', async () => {
    const { run, first, second } = await split('lying');
    expect(bundleHash(run.context, first)).not.toEqual(bundleHash(run.context, second));
    const envelopes = confirms(run);
    expect(envelopes.map(({ payload }) => payload.sender)).toEqual(HOLDERS);
    const bundle: Bundle = {
      round: CONFIRM,
      attempt: 1,
      envelopes,
      exceptions: [],
      evidence: [],
      sealed: new Map(),
    };
    for (const [role, sees] of [
      ['holder-1', 'holder 2 (Holder 2)'],
      ['holder-2', 'holder 1 (Holder 1)'],
    ] as const) {
      const { code, message, next } = await refusal(() => handBundle(run, role, bundle));
      expect(code).toBe('split-view');
      expect(message).toContain(`${sees} was shown other messages in an earlier round than this laptop`);
      expect(next).toMatch(/^Do not go on/);
      const { waiting } = await of(run, role).step();
      expect(waiting?.step.id).toBe('confirmed');
      // The evidence is kept, and survives a restart.
      const kept = run.laptop(role).journal(run.context).entries.get(`bundle-${role}-split-view`);
      expect(decodeMessage(kept!)).toMatchObject({ type: 'bundle', round: CONFIRM });
      await run.restart(role);
      expect(of(run, role).view.next).toBe(CONFIRM);
    }
    for (const index of [1, 2, 3]) expect((await usableEpochs(run, index)).get(0)).toBe(true);
  });

  it('cannot mend it by showing each the other’s bundle: both keep both, and one of them convicts the dealer', async () => {
    const { run, first, second } = await split('mending');
    for (const [role, other] of [
      ['holder-1', second],
      ['holder-2', first],
    ] as const) {
      const { code } = await refusal(() => handBundle(run, role, other));
      expect(code).toBe('split-view');
      const kept = run.laptop(role).journal(run.context).entries.get(`bundle-${role}-split-view`);
      expect(decodeMessage(kept!)).toMatchObject({ type: 'bundle', round: DEAL });
    }
    // Taken together, the two deals end the ceremony with their author named.
    const pair = [first.envelopes[2]!, second.envelopes[2]!];
    const verdict: Bundle = {
      round: CONFIRM,
      attempt: 1,
      envelopes: [],
      exceptions: [],
      evidence: pair,
      sealed: new Map(),
    };
    for (const role of HOLDERS) {
      await handBundle(run, role, verdict);
      expect(of(run, role).view.abort).toMatchObject({ rule: 'check_equivocation', culprit: 'holder-3' });
    }
  });

  it('are found out by an honest administrator that comes to see both', async () => {
    const { run } = await split('honest');
    const refused = await refusal(() => run.turn('administrator'));
    expect(refused.code).toBe('split-view');
    expect(refused.message).toContain('holder 2 (Holder 2) was shown other messages');
    expect(outcome(run.administrator.view)).toBe('open');
  });
});
