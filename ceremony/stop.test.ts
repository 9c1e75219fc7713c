// "Stop" and "secure" exclude one another for ever.
import { describe, expect, it } from 'vitest';
import { willingOperator } from '../test-support/memory.ts';
import { dealt, HOLDERS, of, refusal, startRun, turns, usableEpochs } from '../test-support/engine.ts';
import { HolderState } from './holder-state.ts';
import { HolderActions } from './holder.ts';
import { STANDARD_CONTRIBUTIONS } from './rounds/contributions.ts';
import { script } from './script.ts';
import { outcome } from './view.ts';

describe('stopping', () => {
  it('before the share is declared secure ends the ceremony for everybody, whatever the stage', async () => {
    for (const stage of ['before the deal', 'before the confirmation', 'before the declaration']) {
      const run = await startRun({ seed: `stop ${stage}` });
      if (stage !== 'before the deal') await dealt(run);
      if (stage === 'before the declaration') await turns(run, ...HOLDERS, 'administrator');
      await of(run, 'holder-2').stop('the wrong room');
      await of(run, 'holder-2').stop('again');
      expect((await run.toEnd()).size, stage).toBe(0);
      for (const participant of run.participants.values())
        expect(participant.view.abort, stage).toEqual({
          rule: 'check_outcome',
          culprit: undefined,
          reason: 'holder 2 (Holder 2) stopped the ceremony: "the wrong room".',
        });
      for (const index of [1, 2, 3]) expect((await usableEpochs(run, index)).get(0), stage).toBe(true);
    }
  });

  it('while the medium is away is stored and no refusal, and shown when that is back', async () => {
    const run = await startRun({ seed: 'stop-away' });
    await dealt(run);
    const { courier } = run;
    const show = courier.show.bind(courier);
    courier.show = () => Promise.reject(new Error('no such folder'));
    await of(run, 'holder-2').stop('the stick is gone');
    await expect(run.turn('holder-2')).rejects.toThrow('no such folder');
    courier.show = show;
    expect((await run.toEnd()).size).toBe(0);
    for (const participant of run.participants.values())
      expect(participant.view.abort?.reason).toContain('the stick is gone');
  });

  it('that could not be stored is none', async () => {
    const run = await startRun({ seed: 'stop-disk' });
    const journal = run.laptop('holder-2').journal(run.context);
    const put = journal.put.bind(journal);
    journal.put = () => Promise.reject(new Error('disk full'));
    await expect(of(run, 'holder-2').stop('no')).rejects.toThrow('disk full');
    journal.put = put;
    expect((await run.toEnd()).size).toBe(0);
    expect(outcome(run.administrator.view)).toBe('closed');
  });

  it('keeps this laptop from doing anything more until everybody knows', async () => {
    const run = await startRun({ seed: 'stopped' });
    await dealt(run);
    await turns(run, ...HOLDERS, 'administrator');
    await of(run, 'holder-2').stop('the wrong room');
    const { waiting } = await run.turn('holder-2');
    expect(waiting?.sentence).toContain('that this holder stopped the ceremony');
    await run.restart('holder-2');
    await turns(run, 'holder-2');
    const sent = [...run.laptop('holder-2').journal(run.context).entries.keys()];
    expect(sent.filter((name) => name.startsWith('out-holder-2-r3'))).toEqual([]);
    // Were it asked to declare its share secure all the same, it refuses.
    const ports = run.laptop('holder-2').ports(run.context, run.courier, willingOperator(run.context));
    const actions = new HolderActions(
      new HolderState(of(run, 'holder-2').log, 2, ports),
      STANDARD_CONTRIBUTIONS,
      () => Promise.reject(new Error('sent')),
    );
    const secure = script(run.context, 'holder-2').find((step) => step.id === 'secure')!;
    const { code } = await refusal(() => actions.perform(secure, () => Promise.resolve(undefined)));
    expect(code).toBe('own-equivocation');
  });

  it('is refused after the declaration, before and after the certificate', async () => {
    const run = await startRun({ seed: 'late-stop' });
    await dealt(run);
    await turns(run, ...HOLDERS, 'administrator', 'holder-1');
    const refused = await refusal(() => of(run, 'holder-1').stop('too late'));
    expect(refused.code).toBe('too-late-to-stop');
    expect(refused.message).toContain('already declared its new share secure');
    expect((await run.toEnd()).size).toBe(0);
    expect((await refusal(() => of(run, 'holder-2').stop('too late'))).code).toBe('too-late-to-stop');
    expect(outcome(run.administrator.view)).toBe('closed');
  });

  it('wants a reason that fits into the signed statement, and trims it', async () => {
    const run = await startRun({ seed: 'stop-reason' });
    for (const reason of ['', '   ', 'x'.repeat(201), 'a\u0007']) {
      const { code, message } = await refusal(() => of(run, 'holder-2').stop(reason));
      expect(code).toBe('bad-field');
      expect(message).toContain('Reason of the stop: expected');
    }
    await of(run, 'holder-2').stop(' the wrong room ');
    expect((await run.toEnd()).size).toBe(0);
    expect(of(run, 'holder-1').view.abort).toMatchObject({ culprit: undefined });
  });

  it('is not for witnesses and approvers', async () => {
    const run = await startRun({ seed: 'stop-witness', change: {} });
    for (const role of ['witness-1', 'approver-1']) {
      const { code, message, next } = await refusal(() => of(run, role).stop('no'));
      expect(code).toBe('too-late-to-stop');
      expect(message).toContain('Only a holder');
      expect(next).toBe('Tell the holders.');
    }
  });

  it('by one holder while another has declared its share secure: its staged share stays, for a certificate may come', async () => {
    const run = await startRun({ seed: 'stop-secured' });
    await dealt(run);
    await turns(run, ...HOLDERS, 'administrator', 'holder-1');
    await of(run, 'holder-2').stop('the wrong room');
    expect((await run.toEnd()).size).toBe(0);
    expect(outcome(of(run, 'holder-1').view)).toBe('aborted');
    expect([...(await usableEpochs(run, 1))]).toEqual([
      [0, true],
      [1, false],
    ]);
    expect([...(await usableEpochs(run, 2))]).toEqual([[0, true]]);
    expect([...(await usableEpochs(run, 3))]).toEqual([[0, true]]);
  });
});
