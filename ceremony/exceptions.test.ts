// Exceptions: signed, carried by exactly one bundle, and ending nothing, whoever says them and whatever else happens.
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import { reboot, watchedRun } from '../test-support/attempts.ts';
import {
  closedRefresh,
  dealt,
  except,
  expectWhole,
  hand,
  handBundle,
  HOLDERS,
  of,
  refusal,
  shown,
  startRun,
  turns,
  withOperator,
} from '../test-support/engine.ts';
import type { Run } from '../test-support/memory.ts';
import {
  ATTEST,
  CONFIRM,
  DEAL,
  EXCEPTION,
  openEnvelope,
  RETIRE,
  SECURE,
  STOP,
  type Bundle,
} from './bundle.ts';
import { signEnvelope, type Envelope, type EnvelopePayload } from './envelope.ts';
import { exceptionsOf, nextExceptions } from './exceptions.ts';
import { decodeMessage } from './message.ts';
import type { ExceptionState } from './own-exceptions.ts';
import { contributeException, MAX_CARRIED, MAX_EXCEPTIONS } from './rounds/exception.ts';
import { verifyRecord, type RuleResult } from './verify/verify.ts';
import { advance, envelopeKey, openView, outcome, rewind, type View } from './view.ts';

/** A signed exception, made by hand. */
function exceptionBy(run: Run, sender: string, change: Partial<EnvelopePayload> = {}): Promise<Envelope> {
  const { context } = run;
  return signEnvelope(
    {
      ceremony: context.id,
      key: envelopeKey(context),
      epoch: context.plan.epoch,
      round: EXCEPTION,
      attempt: 1,
      sender,
      prev: context.hash,
      at: '2026-11-23T09:30:00Z',
      body: contributeException('delay', 'deal', 'the train was late'),
      ...change,
    },
    run.laptop(sender).signer,
  );
}

const said = (list: readonly ExceptionState[]): string[] =>
  list.map(({ role, text, state }) => `${role}: ${text} (${state})`);
const recorded = (view: View): string[] =>
  exceptionsOf(view).map(({ role, number, text, round }) => `${round} ${role}/${number} ${text}`);
const recordOf = (run: Run, role = 'administrator'): ReadonlyMap<string, Uint8Array> =>
  run.laptop(role).records.get(bytesToHex(run.context.id))!;
const rule = (files: ReadonlyMap<string, Uint8Array>): RuleResult =>
  verifyRecord(files).rules.find((one) => one.rule === 'check_exceptions')!;

describe('an exception', () => {
  it('of anybody travels with the next bundle, and stands in every view, transcript and record', async () => {
    const run = await startRun({ seed: 'everybody', change: {} });
    await of(run, 'holder-1').exception('medium', 'the stick of Safe A\nis not readable');
    await of(run, 'approver-1').exception('person', '  the approver came late \r\n');
    expect(said(await of(run, 'holder-1').exceptions())).toEqual([
      'holder-1: the stick of Safe A\nis not readable (sent)',
    ]);
    await run.administrator.exception('procedure', 'two chairs were missing');
    expect(said(await run.administrator.exceptions())).toEqual([
      'administrator: two chairs were missing (sent)',
    ]);
    await turns(run, 'administrator', 'approver-1', 'administrator');
    await of(run, 'witness-1').exception('other', 'a bird flew in');
    await of(run, 'holder-1').exception('equipment', 'the printer is on fire');
    expect([...(await run.toEnd())]).toEqual([]);
    expect(run.problems).toEqual([]);
    const all = [
      '0 approver-1/1 the approver came late',
      '0 holder-1/1 the stick of Safe A\nis not readable',
      '0 administrator/1 two chairs were missing',
      '1 witness-1/1 a bird flew in',
      '1 holder-1/2 the printer is on fire',
    ];
    expect(recorded(run.administrator.view)).toEqual(all);
    for (const participant of run.participants.values()) {
      expect(recorded(participant.view)).toEqual(all);
      const states = await participant.exceptions();
      expect(states.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'recorded'));
      expect(states[1]).toEqual({
        ...{ role: 'holder-1', number: 1, at: '2026-11-23T09:00:00Z', category: 'medium', step: 'join' },
        text: 'the stick of Safe A\nis not readable',
        state: 'recorded',
      });
    }
    expect((await run.administrator.exceptions()).map(({ step }) => step)).toContain('publish-plan');

    const files = recordOf(run);
    expect([...files.keys()].filter((path) => path.includes('exception'))).toEqual([
      'envelopes/r0-a1-exception-1-approver-1.cose',
      'envelopes/r0-a1-exception-1-holder-1.cose',
      'envelopes/r0-a1-exception-1-administrator.cose',
      'envelopes/r1-a1-exception-1-witness-1.cose',
      'envelopes/r1-a1-exception-2-holder-1.cose',
    ]);
    const lines = new TextDecoder().decode(files.get('transcript.jsonl')).trimEnd().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as { type: string; actor: string; body: unknown });
    expect(entries.filter(({ type }) => type === 'exception').map(({ actor }) => actor)).toEqual([
      'approver-1',
      'holder-1',
      'administrator',
      'witness-1',
      'holder-1',
    ]);
    expect(entries.find(({ type }) => type === 'exception')?.body).toMatchObject({
      content: { kind: 'exception', category: 'person', step: 'join', text: 'the approver came late' },
    });
    expect(verifyRecord(files)).toMatchObject({ verdict: 'VALID', outcome: 'closed' });
    expect(rule(files)).toMatchObject({ state: 'ok' });
    expect(rule(files).evidence[1]).toBe(
      'round 0: holder 1 (Holder 1), number 1, at 2026-11-23T09:00:00Z, medium, at the step "join": ' +
        String.raw`"the stick of Safe A\u000ais not readable"`,
    );
  });

  it('is no rule to look at where nobody recorded one', async () => {
    const { run } = await closedRefresh({ seed: 'none' });
    expect(rule(recordOf(run))).toMatchObject({
      state: 'not applicable',
      evidence: ['nobody recorded an exception'],
    });
    expect(await of(run, 'holder-1').exceptions()).toEqual([]);
  });

  it('is stored before it is shown, shown again byte for byte, and numbered without gaps over restarts', async () => {
    const run = await startRun({ seed: 'again', change: {} });
    for (const role of ['holder-2', 'administrator']) {
      const speaker = (): { exception: Run['administrator']['exception']; showAll(): Promise<void> } =>
        role === 'administrator' ? run.administrator : of(run, role);
      await speaker().exception('delay', 'one');
      await run.restart(role);
      await speaker().exception('delay', 'two');
      const names = [...run.laptop(role).journal(run.context).entries.keys()];
      expect(names.filter((name) => name.includes('-r8-'))).toEqual([
        `out-${role}-r8-a1`,
        `out-${role}-r8-a2`,
      ]);
      const before = new Map([...run.courier.messages].filter(([name]) => name.includes(`${role}-r8-`)));
      expect(before.size).toBe(2);
      run.courier.messages.clear();
      await run.restart(role);
      await speaker().showAll();
      const after = new Map([...run.courier.messages].filter(([name]) => name.includes(`${role}-r8-`)));
      expect(after).toEqual(before);
    }
    expect(said(await run.administrator.exceptions())).toEqual([
      'administrator: one (sent)',
      'administrator: two (sent)',
    ]);
    await of(run, 'holder-2').showAll();
    await expectWhole(run, 1);
    expect(recorded(run.administrator.view)).toHaveLength(4);
  });

  it('that could not be stored is not shown', async () => {
    const run = await startRun({ seed: 'disk' });
    const journal = run.laptop('holder-1').journal(run.context);
    const put = journal.put.bind(journal);
    journal.put = () => Promise.reject(new Error('disk full'));
    await expect(of(run, 'holder-1').exception('equipment', 'the disk is full')).rejects.toThrow('disk full');
    expect(run.courier.messages.size).toBe(0);
    journal.put = put;
    expect(await of(run, 'holder-1').exceptions()).toEqual([]);
  });

  it('that is stored is said, also while the medium is away, and shown when that is back', async () => {
    const run = await startRun({ seed: 'away', change: {} });
    const { courier } = run;
    const show = courier.show.bind(courier);
    courier.show = () => Promise.reject(new Error('no such folder'));
    await run.administrator.exception('medium', 'the stick is gone');
    await of(run, 'holder-1').exception('medium', 'I do not see it either');
    expect(said(await run.administrator.exceptions())).toEqual(['administrator: the stick is gone (sent)']);
    expect(said(await of(run, 'holder-1').exceptions())).toEqual(['holder-1: I do not see it either (sent)']);
    expect(courier.messages.size).toBe(0);
    courier.show = show;
    // Nobody's laptop is started again.
    await run.turn('holder-1');
    await expectWhole(run, 1);
    expect(recorded(of(run, 'holder-2').view)).toEqual([
      '0 holder-1/1 I do not see it either',
      '0 administrator/1 the stick is gone',
    ]);
  });

  it('takes the next number after those that everybody has seen, also on a laptop that was rolled back', async () => {
    const run = await startRun({ seed: 'rolled-back' });
    await of(run, 'holder-1').exception('delay', 'one');
    await turns(run, 'administrator', 'holder-1');
    run.laptop('holder-1').journal(run.context).entries.delete('out-holder-1-r8-a1');
    await of(run, 'holder-1').exception('delay', 'two');
    await expectWhole(run, 1);
    expect(recorded(run.administrator.view)).toEqual(['0 holder-1/1 one', '1 holder-1/2 two']);
  });

  it('of an administrator whose journal is lost takes the next number after those in the courier’s folder', async () => {
    const run = await startRun({ seed: 'lost-journal' });
    await run.administrator.exception('delay', 'one');
    run.laptop('administrator').journals.clear();
    await run.restart('administrator');
    await hand(run, 'administrator', ...shown(run));
    await run.administrator.exception('delay', 'two');
    await expectWhole(run, 1);
    expect(recorded(of(run, 'holder-1').view)).toEqual(['0 administrator/1 one', '0 administrator/2 two']);
  });

  it('of a laptop that was restored from an older image takes the next number after those in the courier’s folder', async () => {
    const run = await startRun({ seed: 'older-image', change: {} });
    for (const role of ['holder-1', 'witness-1']) {
      await of(run, role).exception('delay', 'one');
      run.laptop(role).journal(run.context).entries.delete(`out-${role}-r8-a1`);
      await run.restart(role);
      expect(await of(run, role).exceptions()).toEqual([]);
      // Read, before anything goes on: also twice, and after what somebody wrote into the folder in this role's name.
      const forged = await exceptionBy(run, role, { attempt: 7 });
      const last = forged.bytes.length - 1;
      for (const bytes of [Uint8Array.of(1), forged.bytes.with(last, forged.bytes[last]! ^ 1)]) {
        const handed = hand(run, role, {
          ...{ reseal: 1, type: 'envelope', ceremony: run.context.id },
          ...{ envelope: bytes, sealed: [] },
        });
        if (bytes.length === 1) await handed;
        else expect((await refusal(() => handed)).code).toBe('bad-signature');
      }
      for (let time = 0; time < 2; time++) await hand(run, role, ...shown(run));
      expect(said(await of(run, role).exceptions())).toEqual([`${role}: one (sent)`]);
      await of(run, role).exception('delay', 'two');
      expect(said(await of(run, role).exceptions())).toEqual([`${role}: one (sent)`, `${role}: two (sent)`]);
    }
    await expectWhole(run, 1);
    expect(recorded(run.administrator.view)).toEqual([
      '0 holder-1/1 one',
      '0 witness-1/1 one',
      '0 holder-1/2 two',
      '0 witness-1/2 two',
    ]);
  });

  it('is refused with a sentence where it cannot be put on record', async () => {
    const run = await startRun({ seed: 'bad-text' });
    for (const [category, text, message] of [
      ['delay', '', 'Exception: field "text": expected some text.'],
      ['delay', ' \n ', 'Exception: field "text": expected some text.'],
      ['delay', 'x'.repeat(2001), 'Exception: field "text": expected at most 2000 characters.'],
      [
        'delay',
        'a\u0007',
        'Exception: field "text": expected text without control characters but new lines.',
      ],
      [
        'delay',
        'a\u202eb',
        'Exception: field "text": expected text without control characters but new lines.',
      ],
      ['delay', 'half \ud83d', 'Exception: field "text": expected text without half characters.'],
      ['delay', '\u3164', 'Exception: field "text": expected text that can be seen.'],
      ['delay', '\u200b\n\u2060', 'Exception: field "text": expected text that can be seen.'],
      ['weather', 'rain', 'Exception: field "category": '],
    ] as const)
      for (const speaker of [of(run, 'holder-1'), run.administrator]) {
        const refused = await refusal(() => speaker.exception(category as 'delay', text));
        expect(refused.code).toBe('bad-field');
        expect(refused.message).toContain(message);
      }
    await of(run, 'holder-1').exception('delay', 'x'.repeat(2000));
    await expectWhole(run, 1);
  });

  it('comes too late once the record is closed: refused, or late', async () => {
    const run = await startRun({ seed: 'late' });
    await dealt(run);
    const lost = of(run, 'holder-3');
    await lost.exception('medium', 'nobody will see this in time');
    const message = decodeMessage(
      run.laptop('holder-3').journal(run.context).entries.get('out-holder-3-r8-a1')!,
    );
    for (const name of run.courier.messages.keys())
      if (name.includes('-r8-')) run.courier.messages.delete(name);
    expect((await run.toEnd()).size).toBe(0);
    expect(said(await lost.exceptions())).toEqual(['holder-3: nobody will see this in time (late)']);
    expect(await run.administrator.exceptions()).toEqual([]);
    await hand(run, 'administrator', message);
    expect(said(await run.administrator.exceptions())).toEqual([
      'holder-3: nobody will see this in time (late)',
    ]);
    for (const speaker of [lost, run.administrator, of(run, 'holder-1')])
      expect(await refusal(() => speaker.exception('delay', 'and another thing'))).toEqual({
        code: 'record-closed',
        message: 'This exception comes too late: the record is closed.',
        next: 'Keep a note of it beside the record.',
      });
    expect(verifyRecord(recordOf(run)).verdict).toBe('VALID');
  });
});

describe('exceptions and the end of a ceremony', () => {
  it('end nothing, also when somebody says them who stopped', async () => {
    const run = await startRun({ seed: 'stopped', change: {} });
    await turns(run, 'administrator', 'approver-1', 'administrator');
    await of(run, 'holder-2').stop('the wrong room');
    await of(run, 'holder-2').exception('security', 'the door was open');
    await turns(run, 'administrator', 'holder-2', 'witness-1');
    expect(outcome(run.administrator.view)).toBe('aborted');
    await of(run, 'holder-2').exception('security', 'and still is');
    await run.administrator.exception('procedure', 'called off');
    expect((await run.toEnd()).size).toBe(0);
    for (const participant of run.participants.values()) {
      expect(participant.view.abort).toMatchObject({ rule: 'check_outcome', culprit: undefined });
      expect(recorded(participant.view)).toEqual([
        '1 holder-2/1 the door was open',
        '5 administrator/1 called off',
        '5 holder-2/2 and still is',
      ]);
    }
    const files = recordOf(run, 'holder-1');
    expect(verifyRecord(files)).toMatchObject({ verdict: 'VALID', outcome: 'aborted' });
    expect(rule(files)).toMatchObject({ state: 'ok' });
    expect(rule(files).evidence).toHaveLength(3);
  });

  it('two different ones of a holder with one number convict their author', async () => {
    for (const role of ['holder-2', 'holder-3']) {
      const run = await startRun({ seed: `two ${role}`, change: {} });
      await turns(run, 'administrator', 'approver-1');
      const envelopes = [
        await exceptionBy(run, role),
        await exceptionBy(run, role, { body: contributeException('other', 'deal', 'no, it was not') }),
      ];
      for (const { bytes } of envelopes)
        await hand(run, 'administrator', {
          ...{ reseal: 1, type: 'envelope', ceremony: run.context.id },
          ...{ envelope: bytes, sealed: [] },
        });
      expect((await run.toEnd()).size).toBe(0);
      for (const participant of run.participants.values())
        expect(participant.view.abort).toMatchObject({ rule: 'check_equivocation', culprit: role });
      expect(run.administrator.view.abort?.reason).toContain(
        'signed two different exceptions with the number 1.',
      );
      const files = recordOf(run);
      expect(verifyRecord(files)).toMatchObject({ verdict: 'VALID', outcome: 'aborted' });
      expect([...files.keys()].filter((path) => path.includes('evidence'))).toEqual([
        `envelopes/evidence-r0-a1-1-r8-a1-${role}.cose`,
        `envelopes/evidence-r0-a1-2-r8-a1-${role}.cose`,
      ]);
    }
  });

  it('two different ones of anybody else stop nothing: the first is carried, the second proves nothing', async () => {
    for (const role of ['witness-1', 'approver-1', 'administrator']) {
      const run = await startRun({ seed: `no stop ${role}`, change: {} });
      await turns(run, 'administrator', 'approver-1');
      const envelopes = [
        await exceptionBy(run, role),
        await exceptionBy(run, role, { body: contributeException('other', 'deal', 'no, it was not') }),
        await exceptionBy(run, role, { attempt: 2 }),
      ];
      for (const { bytes } of envelopes)
        await hand(run, 'administrator', {
          ...{ reseal: 1, type: 'envelope', ceremony: run.context.id },
          ...{ envelope: bytes, sealed: [] },
        });
      await run.turn('administrator');
      const [first] = run.administrator.view.bundles;
      expect(first?.exceptions).toEqual([envelopes[0], envelopes[2]]);
      // A lying administrator makes no evidence of it either.
      for (const evidence of [envelopes.slice(0, 2), [envelopes[1]!]])
        expect(await refusal(() => advance(openView(run.context), { ...first!, evidence }))).toMatchObject({
          code: 'bad-bundle',
          message: `The bundle of round 0 carries an envelope of ${role} that proves nothing.`,
        });
      await expectWhole(run, 1);
      expect(recorded(of(run, 'holder-1').view)).toEqual([
        `0 ${role}/1 the train was late`,
        `0 ${role}/2 the train was late`,
      ]);
    }
  });

  it('one alone is no evidence of anything', async () => {
    const ended = await closedRefresh({ seed: 'no-evidence' });
    const { run } = ended;
    const evidence = [await exceptionBy(run, 'holder-2')];
    const { code, message } = await refusal(() =>
      advance(ended.before(DEAL), { ...ended.bundle(DEAL), evidence }),
    );
    expect(code).toBe('bad-bundle');
    expect(message).toContain('that proves nothing');
  });
});

describe('an exception is not opened', () => {
  it('when it has no place in any ceremony, and the ceremony goes on without it', async () => {
    const run = await startRun({ seed: 'unfit', change: {} });
    const { context } = run;
    const good = contributeException('delay', 'deal', 'fine');
    expect(
      openEnvelope(context, envelopeKey(context), (await exceptionBy(run, 'witness-1')).bytes),
    ).toBeDefined();
    const unfit: [string, Partial<EnvelopePayload>, string, string][] = [
      ['holder-2', { attempt: MAX_EXCEPTIONS + 1 }, 'bad-exception', 'nobody puts more than 99 exceptions'],
      ['holder-2', { prev: new Uint8Array(32) }, 'bad-exception', 'an exception follows the plan'],
      ['witness-1', { body: {} }, 'bad-exception', 'field "kind"'],
      ['administrator', { body: { ...good, category: 'weather' } }, 'bad-exception', 'field "category"'],
      ['approver-1', { body: { ...good, text: 'bell\u0007' } }, 'bad-exception', 'field "text"'],
      ['approver-1', { body: { ...good, text: ' a' } }, 'bad-exception', 'without space or empty lines'],
      ['holder-1', { body: { ...good, step: '' } }, 'bad-exception', 'field "step"'],
      ['holder-1', { body: { ...good, more: 1 } }, 'bad-exception', 'more'],
      ['administrator', { round: DEAL, body: good }, 'unknown-sender', 'no such sender in this round'],
      ['administrator', { round: STOP, body: good }, 'unknown-sender', 'no such sender in this round'],
    ];
    for (const [sender, change, code, sentence] of unfit) {
      const { bytes } = await exceptionBy(run, sender, change);
      const refused = await refusal(() =>
        hand(run, 'administrator', {
          ...{ reseal: 1, type: 'envelope', ceremony: context.id },
          ...{ envelope: bytes, sealed: [] },
        }),
      );
      expect(refused.code).toBe(code);
      expect(refused.message).toContain(`Envelope from ${sender}: `);
      expect(refused.message).toContain(sentence);
    }
    await expectWhole(run, 1);
    expect(exceptionsOf(run.administrator.view)).toEqual([]);
  });
});

describe('a bundle is refused', () => {
  it('with an exception that was carried already, out of its turn, in the wrong place, or one too many', async () => {
    const ended = await closedRefresh({ seed: 'places' });
    const { run } = ended;
    const [one, two, other] = await Promise.all([
      exceptionBy(run, 'holder-1'),
      exceptionBy(run, 'holder-1', { attempt: 2 }),
      exceptionBy(run, 'witness-1'),
    ]);
    const stop = await exceptionBy(run, 'holder-1', { round: STOP, body: { kind: 'stop', reason: 'no' } });
    const approve = (...exceptions: Envelope[]): Bundle => ({ ...ended.bundle(0), exceptions });
    const deal = (...exceptions: Envelope[]): Bundle => ({ ...ended.bundle(DEAL), exceptions });
    const refused = async (...exceptions: Envelope[]): Promise<string> => {
      const { code, message, next } = await refusal(() => advance(ended.before(DEAL), deal(...exceptions)));
      expect(code).toBe('bad-bundle');
      expect(next).toBe('Ask the administrator to show the bundle again.');
      return message;
    };
    expect(advance(ended.before(DEAL), deal(one, other, two)).next).toBe(CONFIRM);
    expect(await refused(one, one)).toBe(
      'The bundle of round 1 carries exception 1 of holder-1, which was carried already.',
    );
    expect(await refused(two)).toBe(
      'The bundle of round 1 carries exception 2 of holder-1, but exception 1 was carried by none.',
    );
    expect(await refused(one, two, other)).toBe(
      'The bundle of round 1 carries exception 1 of witness-1 in the wrong place.',
    );
    expect(await refused(stop)).toBe(
      'The bundle of round 1 carries an envelope of holder-1 as an exception that is none.',
    );
    const many = await Promise.all(
      Array.from({ length: MAX_CARRIED + 1 }, (_, at) => exceptionBy(run, 'holder-1', { attempt: at + 1 })),
    );
    expect(await refused(...many)).toBe('The bundle of round 1 carries more than 16 exceptions.');
    // Each by one bundle only.
    const carried = advance(openView(ended.context), approve(one));
    const again = await refusal(() =>
      advance({ ...ended.before(DEAL), bundles: carried.bundles }, deal(one)),
    );
    expect(again.message).toContain('which was carried already');
    expect(advance({ ...ended.before(DEAL), bundles: carried.bundles }, deal(two)).next).toBe(CONFIRM);
  });

  it('with other exceptions than the one that was accepted: a split view', async () => {
    const run = await startRun({ seed: 'other-exceptions' });
    await dealt(run);
    const accepted = run.administrator.view.bundles.find(({ round }) => round === DEAL)!;
    await turns(run, 'holder-1');
    const other = { ...accepted, exceptions: [await exceptionBy(run, 'holder-2')] };
    expect((await refusal(() => handBundle(run, 'holder-1', other))).code).toBe('split-view');
    // Whoever was shown that one instead is noticed at the next round.
    await handBundle(run, 'holder-3', run.administrator.view.bundles[0]!);
    await handBundle(run, 'holder-3', other);
    await of(run, 'holder-3').step();
    await turns(run, 'holder-2');
    const { code, message } = await refusal(() => run.turn('administrator'));
    expect(code).toBe('split-view');
    expect(message).toContain('holder 3 (Holder 3) was shown other messages');
  });
});

describe('many exceptions', () => {
  it('go into as many bundles as they need, first ones first, so that nobody is kept from being heard', async () => {
    const run = await startRun({ seed: 'many', change: {} });
    for (let at = 1; at <= 20; at++) await of(run, 'holder-1').exception('delay', `number ${at}`);
    await of(run, 'witness-1').exception('other', 'me too');
    await turns(run, 'administrator', 'approver-1', 'administrator');
    const first = recorded(run.administrator.view);
    expect(first).toHaveLength(MAX_CARRIED);
    expect(first.slice(0, 2)).toEqual(['0 holder-1/1 number 1', '0 witness-1/1 me too']);
    await expectWhole(run, 1);
    expect(recorded(run.administrator.view).slice(MAX_CARRIED)).toEqual(
      [16, 17, 18, 19, 20].map((number) => `1 holder-1/${number} number ${number}`),
    );
  });

  it('of one role end at 99', async () => {
    const run = await startRun({ seed: 'limit' });
    const journal = run.laptop('holder-1').journal(run.context);
    await of(run, 'holder-1').exception('delay', 'the first');
    const [message] = shown(run);
    journal.entries.set('out-holder-1-r8-a98', journal.entries.get('out-holder-1-r8-a1')!);
    await of(run, 'holder-1').exception('delay', 'the last');
    expect(message?.type).toBe('envelope');
    expect(await refusal(() => of(run, 'holder-1').exception('delay', 'one too many'))).toMatchObject({
      code: 'bad-exception',
      message: 'This role has put 99 exceptions on record, and no more can be.',
    });
  });

  it('of which the second arrives first wait for the first', async () => {
    const run = await startRun({ seed: 'overtaken' });
    const [one, two] = [
      await exceptionBy(run, 'holder-1'),
      await exceptionBy(run, 'holder-1', { attempt: 2 }),
    ];
    const view = openView(run.context);
    expect(nextExceptions(view, [two])).toEqual([]);
    expect(nextExceptions(view, [two, one])).toEqual([one, two]);
  });
});

describe('rounds that are repeated', () => {
  it('neither lose nor repeat what a bundle of an earlier attempt carried', async () => {
    const { run, watch } = await watchedRun('repeated');
    await withOperator(run, 'holder-1', except(run, 'backups'));
    await dealt(run);
    await of(run, 'holder-2').exception('equipment', 'before attempt 1');
    await turns(run, ...HOLDERS, 'administrator', ...HOLDERS);
    expect(recorded(of(run, 'holder-3').view)).toEqual(['2 holder-2/1 before attempt 1']);
    await of(run, 'holder-2').exception('equipment', 'before attempt 2');
    await reboot(run, 'holder-1');
    run.operators.delete('holder-1');
    await run.restart('holder-1');
    await expectWhole(run, 1);
    expect(watch.twice).toEqual([]);
    for (const view of [run.administrator.view, ...HOLDERS.map((role) => of(run, role).view)]) {
      expect(view.bundles.map((one) => one.attempt)).toEqual([1, 1, 2, 2, 1, 1]);
      expect(recorded(view)).toEqual(['2 holder-2/1 before attempt 1', '2 holder-2/2 before attempt 2']);
    }
  });

  it('and a certificate of the earlier attempt: what the left bundles carried is on its way again', async () => {
    const ended = await closedRefresh({ seed: 'earlier' });
    const { run } = ended;
    const one = await exceptionBy(run, 'holder-1');
    const two = await exceptionBy(run, 'holder-2');
    // The path with the abort carried both, the path with the certificate carries one of them.
    const stop = await exceptionBy(run, 'holder-3', { round: STOP, body: { kind: 'stop', reason: 'no' } });
    const aborted = advance(ended.before(SECURE), {
      ...ended.bundle(SECURE),
      ...{ envelopes: [], exceptions: [one, two], evidence: [stop] },
    });
    expect(recorded(aborted)).toHaveLength(2);
    expect(nextExceptions(aborted, [one, two])).toEqual([]);
    const certified = advance(rewind(aborted, SECURE), { ...ended.bundle(SECURE), exceptions: [two] });
    expect(outcome(certified)).toBe('certified');
    expect(nextExceptions(certified, [one, two])).toEqual([one]);
  });

  it('a late certificate takes up again what only the abort had carried', async () => {
    const run = await startRun({ seed: 'revived' });
    await dealt(run);
    await turns(run, ...HOLDERS, 'administrator', ...HOLDERS);
    const secures = shown(run).flatMap((message) => {
      if (message.type !== 'envelope') return [];
      const envelope = of(run, 'holder-1').log.open(message.envelope);
      return envelope.payload.round === SECURE ? [envelope] : [];
    });
    await of(run, 'holder-1').exception('security', 'somebody signs two things');
    const pair = [
      await exceptionBy(run, 'holder-3'),
      await exceptionBy(run, 'holder-3', { body: contributeException('other', 'x', 'y') }),
    ];
    for (const { bytes } of pair)
      await hand(run, 'administrator', {
        ...{ reseal: 1, type: 'envelope', ceremony: run.context.id },
        ...{ envelope: bytes, sealed: [] },
      });
    await turns(run, 'administrator', 'holder-1');
    expect(of(run, 'holder-1').view.abort).toMatchObject({ culprit: 'holder-3' });
    expect((await of(run, 'holder-1').exceptions()).map(({ role, state }) => [role, state])).toEqual([
      ['holder-1', 'recorded'],
      ['holder-3', 'recorded'],
    ]);
    const certificate = { round: SECURE, attempt: 1, envelopes: secures, exceptions: [], evidence: [] };
    await handBundle(run, 'holder-1', { ...certificate, sealed: new Map() });
    expect(outcome(of(run, 'holder-1').view)).toBe('certified');
    expect(said(await of(run, 'holder-1').exceptions())).toEqual([
      'holder-1: somebody signs two things (sent)',
    ]);
    await of(run, 'holder-1').exception('security', 'and again');
    expect((await of(run, 'holder-1').exceptions()).map(({ number }) => number)).toEqual([1, 2]);
  });
});

describe('after the certificate', () => {
  it('exceptions still go on record, up to the last bundle', async () => {
    const run = await startRun({ seed: 'to-the-last', change: {} });
    await withOperator(run, 'witness-1', except(run, 'attest'));
    await run.toEnd();
    expect(run.administrator.view.next).toBe(ATTEST);
    await of(run, 'holder-3').exception('medium', 'the old bag was open');
    run.operators.delete('witness-1');
    await run.restart('witness-1');
    await expectWhole(run, 1);
    expect(recorded(of(run, 'approver-1').view)).toEqual(['5 holder-3/1 the old bag was open']);
    expect(recorded(rewind(run.administrator.view, ATTEST))).toEqual([]);
    expect(rewind(run.administrator.view, ATTEST).bundles.map(({ round }) => round)).toContain(RETIRE);
  });
});

it('the text of an exception has one form: line breaks as \\n, no space at its ends', () => {
  expect(contributeException('other', 'deal', ' a\r\nb ')).toEqual({
    ...{ kind: 'exception', category: 'other', step: 'deal' },
    text: 'a\nb',
  });
});
