// A certificate stands, whatever was shown before it: every holder has declared its new share secure (PROTOCOL §4, §7).
import { describe, expect, it } from 'vitest';
import { equivocate } from '../cli/rehearsal/misbehave.ts';
import { bytesToHex } from '../crypto/bytes.ts';
import { Run } from '../test-support/memory.ts';
import {
  BARE,
  dealt,
  expectWhole,
  handBundle,
  HOLDERS,
  of,
  shown,
  startRun,
  turns,
  usableEpochs,
} from '../test-support/engine.ts';
import { SECURE, type Bundle } from './bundle.ts';
import { verifyRecord } from './verify/verify.ts';
import { outcome } from './view.ts';

/** All have declared their shares secure; then it turns out that holder 3 has signed two deals, and all abort. */
async function abortedWithCertificate(seed: string): Promise<{ run: Run; certificate: Bundle }> {
  const run = await startRun({ seed });
  await dealt(run);
  await turns(run, ...HOLDERS, 'administrator', ...HOLDERS);
  const laptop = run.laptop('holder-3');
  const ports = { journal: laptop.journal(run.context), signer: laptop.signer, channel: run.courier };
  expect(await equivocate(run.context, 'holder-3', ports)).toBe(true);
  expect((await run.toEnd()).size).toBe(0);
  const envelopes = shown(run).flatMap((message) => {
    if (message.type !== 'envelope') return [];
    const envelope = of(run, 'holder-1').log.open(message.envelope);
    return envelope.payload.round === SECURE ? [envelope] : [];
  });
  return {
    run,
    certificate: { round: SECURE, attempt: 1, envelopes, exceptions: [], evidence: [], sealed: new Map() },
  };
}

describe('a certificate after an abort', () => {
  it('still brings the laptops forward, and the ceremony is closed a second time', async () => {
    const { run, certificate } = await abortedWithCertificate('revived');
    const id = bytesToHex(run.context.id);
    for (const index of [1, 2, 3]) {
      expect(of(run, `holder-${index}`).view.abort).toMatchObject({ culprit: 'holder-3' });
      expect([...(await usableEpochs(run, index))]).toEqual([
        [0, true],
        [1, false],
      ]);
      expect(verifyRecord(run.laptop(`holder-${index}`).records.get(id)!).outcome).toBe('aborted');
    }

    for (const [at, role] of HOLDERS.entries()) {
      await handBundle(run, role, certificate);
      expect((await of(run, role).step()).waiting?.step.id).toBe('retired');
      expect([...(await usableEpochs(run, at + 1))]).toEqual([[1, true]]);
      await run.restart(role);
      expect(outcome(of(run, role).view)).toBe('certified');
    }

    // An administrator that knows nothing of the second deal brings it to its end.
    run.courier.messages.clear();
    run.laptop('administrator').journals.clear();
    await run.restart('administrator');
    for (const role of HOLDERS) await of(run, role).showAll();
    expect((await run.toEnd()).size).toBe(0);
    for (const role of HOLDERS) {
      expect(outcome(of(run, role).view)).toBe('closed');
      expect(verifyRecord(run.laptop(role).records.get(id)!)).toMatchObject({
        verdict: 'VALID',
        outcome: 'closed',
      });
    }
  });

  it('never leads back from an epoch that a later ceremony made', async () => {
    const { run, certificate } = await abortedWithCertificate('overtaken');
    const { committee, context } = run;
    const again = await committee.plan('secp256k1', 2, context.plan.before, {
      ...BARE,
      // The cards' sealing keys serve the second plan as they did the first.
      holders: context.plan.holders,
    });
    const later = await Run.start(committee, again);
    await expectWhole(later, 1);
    const { fingerprint } = context.plan.before!;
    const current = (await committee.holders.get(1)!.keys.epochs(fingerprint)).find((epoch) => epoch.current);
    await handBundle(run, 'holder-1', certificate);
    expect(outcome(of(run, 'holder-1').view)).toBe('certified');
    const { waiting } = await of(run, 'holder-1').step();
    expect(waiting?.step.id).toBe('cutover');
    expect(waiting?.sentence).toMatch(/^Has a certificate that comes too late: this laptop is at epoch-1-/);
    const epochs = await committee.holders.get(1)!.keys.epochs(fingerprint);
    expect(epochs.filter((epoch) => epoch.current)).toEqual([current]);
  });
});
