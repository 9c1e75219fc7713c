// The program behind the window: whole ceremonies through the contract, without a window.
import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeKeyRecord } from '../../../ceremony/key-record.ts';
import { decodeMessage, encodeMessage } from '../../../ceremony/message.ts';
import { decodePlan, encodePlan, type Plan } from '../../../ceremony/plan.ts';
import { verifyRecord } from '../../../ceremony/verify/verify.ts';
import { folderChannel } from '../../../devices/channel/folder.ts';
import { readRecord } from '../../../laptop/files.ts';
import { showKeyRecord } from '../../../laptop/keys.ts';
import type { CurrentStep } from '../../ipc/state.ts';
import { ConsoleRoom, PASSPHRASE, TestConsole } from '../../../test-support/consoles.ts';
import { temporaryFolder } from '../../../test-support/folders.ts';
import { RECIPIENTS } from '../../../test-support/recipients.ts';
import { findSecrets, secretsOf } from '../../../test-support/secrets.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
const room = async (): Promise<ConsoleRoom> => {
  const made = new ConsoleRoom(temporaryFolder());
  open.push(made);
  await made.begin();
  return made;
};
const laptop = (home = join(temporaryFolder(), 'alma')): TestConsole => {
  const made = new TestConsole(home);
  open.push(made);
  return made;
};
const refused = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('not refused');
};

describe('a whole generate and refresh through the contract', () => {
  it('keeps the key, files records that verify, and never lets a secret out', async () => {
    const theRoom = await room();
    const { administrator, holders } = theRoom;
    const made = await administrator.ask('plan:make', theRoom.draft());
    expect(made.own).toBe(true);
    await theRoom.toEnd(made.ceremony, made.code);
    const [before] = (await holders[0]!.now()).keys;
    expect(before).toMatchObject({
      name: 'Treasury',
      epoch: 0,
      index: 1,
      threshold: 2,
      holders: 3,
      dueState: 'later',
    });

    // Secrets of epoch 0, and what they could look like in what went out.
    const secrets = new Map<string, Uint8Array>();
    const remember = async (): Promise<void> => {
      for (const console of theRoom.all) {
        await console.ask('vault:lock', {});
        for (const [what, secret] of await secretsOf(console.home, PASSPHRASE)) secrets.set(what, secret);
        await console.ask('vault:open', { passphrase: PASSPHRASE });
      }
    };
    await remember();
    const { records } = await administrator.ask('key:records', {});
    const known = records.find(({ fingerprint }) => fingerprint === before!.fingerprint);
    expect(known).toMatchObject({ epoch: 0, source: 'record' });
    const draft = theRoom.draft({ kind: 'refresh', holders: [], record: known!.id });
    const next = await administrator.ask('plan:make', draft);
    // Between the rounds that sign: nonces, the staged share, and the sealing key of the next epoch are all there.
    await theRoom.toStep(next.ceremony, next.code, 'backups');
    await remember();
    await theRoom.toEnd(next.ceremony, next.code);
    await remember();

    const after = (await holders[0]!.now()).keys[0]!;
    expect(after).toMatchObject({ epoch: 1, groupKey: before!.groupKey, otherEpochs: [] });
    const state = await holders[0]!.ceremony(next.ceremony);
    expect(state).toMatchObject({ outcome: 'closed', activeEpoch: 1, groupKeyAfter: before!.groupKey });
    const record = verifyRecord(readRecord(state.record!));
    expect(record.verdict).toBe('VALID');
    const report = await administrator.ask('record:verify', { path: state.record! });
    expect(report.verdict).toBe('VALID');
    expect(report.transcript.map(({ text }) => text)).toContain('Agrees with the record.');

    for (const kind of ['share epoch-0', 'share epoch-1', 'sealing epoch-1', 'nonce', 'ceremony', 'identity'])
      expect(
        [...secrets.keys()].some((what) => what.includes(kind)),
        kind,
      ).toBe(true);
    const places = theRoom.all.map(
      (console) => [console.home, new TextEncoder().encode(JSON.stringify(console.out))] as const,
    );
    expect(findSecrets(secrets, places)).toEqual([]);
    const passphrase = new Map([['passphrase', new TextEncoder().encode(PASSPHRASE)]]);
    expect(findSecrets(passphrase, places)).toEqual([]);
  });
});

describe('a laptop before its vault is open', () => {
  it('says that it is new, then that it is locked, and refuses everything that needs a vault', async () => {
    const console = laptop();
    expect(await console.now()).toMatchObject({ phase: 'no-vault', laptop: null, keys: [], courier: null });
    expect(await refused(console.ask('card:list', {}))).toContain('The vault is locked');
    expect(await refused(console.ask('vault:open', { passphrase: 'x' }))).toContain('There is no vault');
    await console.ask('vault:create', {
      laptop: 'Laptop A',
      custodian: 'Alma',
      passphrase: PASSPHRASE,
      alg: 'EdDSA',
      rehearsal: true,
    });
    const { phase, laptop: state } = await console.now();
    expect(phase).toBe('open');
    expect(state).toMatchObject({ name: 'Laptop A', custodian: 'Alma', rehearsal: true });
    expect(state!.identity.words).toHaveLength(4);
    await console.ask('vault:lock', {});
    expect((await console.now()).phase).toBe('locked');
    for (const work of [
      console.ask('card:make', {}),
      console.ask('key:records', {}),
      console.ask('courier:look', {}),
      console.ask('plan:check', new ConsoleRoom(temporaryFolder()).draft()),
    ])
      expect(await refused(work)).toContain('The vault is locked: unlock it first.');
    expect(await refused(console.ask('vault:open', { passphrase: 'wrong passphrase' }))).toMatch(
      /passphrase/,
    );
    expect((await console.now()).phase).toBe('locked');
    expect(
      await refused(
        console.ask('vault:create', {
          laptop: 'B',
          custodian: 'B',
          passphrase: PASSPHRASE,
          alg: 'ES256',
          rehearsal: true,
        }),
      ),
    ).toContain('it was not touched');
  });

  it('refuses a short passphrase for real keys, and makes nothing', async () => {
    const console = laptop();
    expect(
      await refused(
        console.ask('vault:create', {
          laptop: 'A',
          custodian: 'A',
          passphrase: 'too short',
          alg: 'ES256',
          rehearsal: false,
        }),
      ),
    ).toContain('at least 12 are needed');
    expect(fs.existsSync(join(console.home, 'vault'))).toBe(false);
  });
});

describe('the courier’s folder', () => {
  it('may be away, come back, and be another one: what was said is shown there again', async () => {
    const theRoom = await room();
    const { administrator, holders, courier } = theRoom;
    const made = await administrator.ask('plan:make', theRoom.draft());
    const first = holders[0]!;
    await first.ask('courier:look', {});
    fs.renameSync(courier, `${courier}-away`);
    await first.ask('courier:look', {});
    const away = await first.now();
    expect(away.courier).toMatchObject({ state: 'missing' });
    expect(away.courier!.sentence).toContain('insert the medium');
    // Nothing that a person says now is done later behind their back.
    const { parts } = await first.ceremony(made.ceremony);
    expect(parts[0]!.current!.id).toBe('join');
    expect(
      await refused(
        first.ask('step:answer', {
          ceremony: made.ceremony,
          role: 'holder-1',
          step: 'join',
          about: null,
          seen: 'open',
          answers: { code: made.code.join(' ') },
        }),
      ),
    ).toContain('insert the medium');
    fs.renameSync(`${courier}-away`, courier);
    await first.ask('courier:look', {});
    expect((await first.ceremony(made.ceremony)).parts[0]!.current!.id).toBe('join');

    // The administrator goes to another folder: the plan is shown there too.
    const other = join(courier, '..', 'other');
    fs.mkdirSync(other);
    await administrator.ask('courier:choose', { path: other });
    expect(fs.readdirSync(other).some((name) => name.includes('-plan-'))).toBe(true);
    expect(await refused(administrator.ask('courier:choose', { path: join(other, 'nothing') }))).toContain(
      'not a folder that is there',
    );
  });

  it('with foreign files in it says so, once, and goes on', async () => {
    const { holders, courier } = await room();
    fs.writeFileSync(join(courier, 'holiday-000000000000.reseal'), 'not a message');
    fs.writeFileSync(join(courier, 'holiday.reseal'), 'not a message either');
    fs.writeFileSync(join(courier, 'notes.txt'), 'none of our business');
    const console = holders[0]!;
    await console.ask('courier:look', {});
    await console.ask('courier:look', {});
    const { notices, courier: state } = await console.now();
    expect(notices.map(({ sentence }) => sentence)).toEqual([
      expect.stringContaining('holiday-000000000000.reseal'),
      expect.stringContaining('holiday.reseal'),
    ]);
    expect(state!.state).toBe('ready');
    await console.ask('notice:dismiss', { id: notices[0]!.id });
    expect((await console.now()).notices).toHaveLength(1);
  });
});

describe('a step', () => {
  it('takes all answers or none: what is wrong comes back at its field, and nothing has advanced', async () => {
    const theRoom = await room();
    const made = await theRoom.administrator.ask('plan:make', theRoom.draft());
    const first = theRoom.holders[0]!;
    await first.ask('courier:look', {});
    const at = {
      ceremony: made.ceremony,
      role: 'holder-1',
      step: 'join',
      about: null,
      seen: 'open',
    } as const;
    expect((await first.ceremony()).code).toBeNull();
    const wrong = await first.ask('step:answer', {
      ...at,
      answers: { code: 'adult bison cellulose dogsled' },
    });
    expect(wrong.complaints).toEqual({ code: 'These are not the words of the plan on this laptop.' });
    expect((await first.ceremony()).parts[0]!.current!.fields[0]!.complaint).toBe(
      'These are not the words of the plan on this laptop.',
    );
    expect((await first.ceremony()).code).toBeNull();
    const right = await first.ask('step:answer', {
      ...at,
      answers: { code: made.code.join('  ').toUpperCase() },
    });
    expect(right.complaints).toEqual({});
    expect((await first.ceremony()).code).toEqual(made.code);
    expect((await first.ceremony()).parts[0]!.current).toMatchObject({
      id: 'approved',
      fields: [],
      actor: 'others',
    });
    expect(
      await refused(first.ask('step:answer', { ...at, answers: { code: made.code.join(' ') } })),
    ).toContain('This step is over');
    expect(await refused(first.ask('step:answer', { ...at, role: 'holder-2', answers: {} }))).toContain(
      'not holder-2',
    );
  });

  it('survives that the console is closed and started again', async () => {
    const theRoom = await room();
    const made = await theRoom.administrator.ask('plan:make', theRoom.draft());
    const first = theRoom.holders[0]!;
    const answers = { 'join.code': made.code.join(' ') };
    await first.ask('courier:look', {});
    await first.goOn(made.ceremony, answers);
    await first.ask('place:set', { screen: 'ceremony', ceremony: made.ceremony, role: 'holder-1' });
    await first.close();
    const again = laptop(first.home);
    expect((await again.now()).phase).toBe('locked');
    await again.ask('vault:open', { passphrase: PASSPHRASE });
    const state = await again.now();
    expect(state.place).toEqual({ screen: 'ceremony', ceremony: made.ceremony, role: 'holder-1' });
    expect(state.courier).toMatchObject({ path: theRoom.courier, state: 'ready' });
    expect((await again.ceremony()).parts[0]!.current!.id).toBe('approved');
    expect((await again.ceremony()).code).toEqual(made.code);
  });
});

describe('a backup that cannot be written', () => {
  it('is said at its step, the answers can be given again, and nothing is used behind the person’s back', async () => {
    const theRoom = await room();
    const made = await theRoom.administrator.ask('plan:make', theRoom.draft());
    await theRoom.toStep(made.ceremony, made.code, 'backups');
    const first = theRoom.holders[0]!;
    const medium = join(first.home, '..', 'medium');
    await first.ask('settings:set', { backupFolder: join(medium, 'backups') });
    const answer = {
      ceremony: made.ceremony,
      role: 'holder-1',
      step: 'backups',
      about: 'Safe A',
      seen: 'open',
      answers: { serial: 'bag 7', witness: 'Wim' },
    };
    expect(await refused(first.ask('step:answer', answer))).toContain('insert the medium');
    // Nothing was written beside the mount point, and the question stands with what went wrong.
    expect(fs.existsSync(medium)).toBe(false);
    for (let look = 0; look < 2; look++) {
      const { current, refusal } = (await first.ceremony()).parts[0]!;
      expect(refusal).toBeNull();
      expect(current).toMatchObject({ id: 'backups', about: 'Safe A' });
      expect(current!.fields).toHaveLength(2);
      expect(current!.problem!.message).toContain('insert the medium');
      expect(current!.problem!.next).toContain('another');
      await first.ask('courier:look', {});
    }
    fs.mkdirSync(medium);
    expect((await first.ask('step:answer', answer)).complaints).toEqual({});
    expect(fs.readdirSync(join(medium, 'backups'))).toHaveLength(1);
    expect((await first.ceremony()).parts[0]!.current).toMatchObject({ id: 'certificate', problem: null });
  });
});

describe('exceptions and stopping', () => {
  it('an exception is on everybody’s screen and in the record; a stop ends the ceremony with the old state', async () => {
    const theRoom = await room();
    const { administrator, holders } = theRoom;
    const made = await administrator.ask('plan:make', theRoom.draft());
    for (const console of theRoom.all) await console.ask('courier:look', {});
    await holders[1]!.ask('exception:record', {
      ceremony: made.ceremony,
      role: 'holder-2',
      category: 'delay',
      text: 'The key of the safe was late.',
    });
    expect((await holders[1]!.ceremony()).exceptions).toMatchObject([
      { role: 'holder-2', state: 'sent', category: 'delay' },
    ]);
    expect(
      await refused(
        holders[1]!.ask('exception:record', {
          ceremony: made.ceremony,
          role: 'holder-2',
          category: 'delay',
          text: '',
        }),
      ),
    ).toMatch(/text/);
    const witness = (await administrator.ceremony()).parts.find(({ role }) => role === 'witness-1');
    expect(witness!.cannotStop).toContain('Only a holder');
    expect(
      await refused(
        administrator.ask('ceremony:stop', { ceremony: made.ceremony, role: 'administrator', reason: 'x' }),
      ),
    ).toContain('Only a holder');
    expect((await holders[0]!.ceremony()).parts[0]!.cannotStop).toBeNull();
    await holders[0]!.ask('ceremony:stop', {
      ceremony: made.ceremony,
      role: 'holder-1',
      reason: 'The wrong room',
    });
    await theRoom.toEnd(made.ceremony, made.code);
    for (const console of theRoom.all) {
      const state = await console.ceremony();
      expect(state).toMatchObject({ outcome: 'aborted', activeEpoch: null });
      expect(state.abort!.reason).toContain('The wrong room');
      expect(state.exceptions).toMatchObject([
        { role: 'holder-2', state: 'recorded', text: 'The key of the safe was late.' },
      ]);
    }
    const report = await administrator.ask('record:verify', {
      path: (await administrator.ceremony()).record!,
    });
    expect(report.verdict).toBe('VALID');
    expect(report.transcript.some(({ text }) => text.includes('The key of the safe was late.'))).toBe(true);
    expect((await administrator.ask('record:list', {})).records).toMatchObject([
      { ended: 'aborted', keyName: 'Treasury' },
    ]);
  });
});

describe('a plan in the making', () => {
  it('says what is wrong where it is wrong', async () => {
    const theRoom = await room();
    const { administrator } = theRoom;
    await administrator.ask('card:list', {});
    const check = async (change: Parameters<ConsoleRoom['draft']>[0]) =>
      (await administrator.ask('plan:check', theRoom.draft(change))).problems.map(({ field, message }) => [
        field,
        message,
      ]);
    const [one] = theRoom.draft().holders;
    expect(await check({})).toEqual([]);
    expect(await check({ keyName: ' ' })).toEqual([['keyName', 'The key has no name yet.']]);
    expect(await check({ keyName: 'x'.repeat(201) })).toEqual([
      ['keyName', 'Expected at most 200 characters.'],
    ]);
    expect(await check({ threshold: 4 })).toEqual([['threshold', '4 signers cannot come from 3 holders.']]);
    expect(await check({ threshold: 1 })).toEqual([['threshold', 'At least two signers must be needed.']]);
    expect((await check({ holders: [one!] }))[0]).toEqual([
      'holders',
      'A key needs at least two holders; there is one.',
    ]);
    expect(await check({ holders: [one!, { ...one!, index: 2 }] })).toEqual([
      ['holders', expect.stringContaining('same laptop')],
    ]);
    expect((await check({ holders: [one!, { card: theRoom.cards[1]!.id, index: 1 }] }))[0]).toEqual([
      'holders',
      'Two holders have the number 1.',
    ]);
    expect(await check({ administrator: null })).toEqual([
      ['administrator', 'Nobody is chosen as administrator.'],
    ]);
    expect(await check({ approvalsNeeded: 2 })).toEqual([
      ['approvalsNeeded', expect.stringContaining('2 approvals are needed')],
    ]);
    expect(
      await check({
        backups: [
          { kind: 'file', label: 'Safe A' },
          { kind: 'file', label: 'Safe A' },
        ],
      }),
    ).toEqual([['backups', expect.stringContaining('occurs twice')]]);
    const to = (recipients?: string): Promise<string[][]> =>
      check({ backups: [{ kind: 'recipients-file', label: ' Courier ', recipients }] });
    expect(await to(`\n${RECIPIENTS[1]} ,${RECIPIENTS[0]}\n`)).toEqual([]);
    for (const nothing of [undefined, ' \n'])
      expect(await to(nothing)).toEqual([
        ['backups', '"Courier": no recipient is named, so nobody could open it.'],
      ]);
    expect(await to(`${RECIPIENTS[0]} ${RECIPIENTS[0]}`)).toEqual([
      ['backups', expect.stringContaining('occurs twice')],
    ]);
    expect(await to(`${RECIPIENTS[1]} hello`)).toEqual([
      ['backups', '"Courier": recipient 2: expected "age1" and 58 more characters, in lower case.'],
    ]);
    expect((await to('age1 '.repeat(9)))[0]).toEqual([
      'backups',
      '"Courier": 9 recipients; at most 8 are taken.',
    ]);
    expect(await check({ kind: 'refresh' })).toEqual([['record', 'No key is chosen.']]);
    expect(await check({ administrator: '00'.repeat(8) })).toEqual([
      ['', expect.stringContaining('is not here any more')],
    ]);
    const { warnings, summary } = await administrator.ask(
      'plan:check',
      theRoom.draft({ backups: [], witnesses: [], approvers: [], approvalsNeeded: 0 }),
    );
    expect(warnings).toHaveLength(3);
    expect(summary).toMatchObject({ epoch: 0, holders: 3, threshold: 2, rehearsal: true });
  });
});

describe('recipients of backups', () => {
  it('are read from a file, and stand in full before whoever joins', async () => {
    const theRoom = await room();
    const path = join(theRoom.courier, 'recipients.txt');
    fs.writeFileSync(path, `# the safe\n${RECIPIENTS[0]}\n`);
    const { recipients } = await theRoom.administrator.ask('recipients:read', { path });
    expect(recipients).toEqual([RECIPIENTS[0]]);
    await expect(theRoom.administrator.ask('recipients:read', { path: `${path}.none` })).rejects.toThrow(
      'was not found',
    );
    fs.rmSync(path);
    await theRoom.administrator.ask(
      'plan:make',
      theRoom.draft({
        backups: [{ kind: 'recipients-file', label: 'Courier', recipients: recipients.join(' ') }],
      }),
    );
    const first = theRoom.holders[0]!;
    await first.ask('courier:look', {});
    const [ceremony] = (await first.now()).ceremonies;
    expect(ceremony!.parts[0]!.current!.facts.at(-1)).toEqual({
      label: 'Recipients of "Courier"',
      value: `${RECIPIENTS[0]} (whoever has one of these keys can open the share)`,
      state: 'said',
    });
    expect(ceremony!.backups[0]).toMatchObject({ kind: 'recipients-file', recipients: [RECIPIENTS[0]] });
  });
});

describe('what somebody puts into the folder', () => {
  const put = async (room: ConsoleRoom, change: (plan: Plan) => Plan): Promise<void> => {
    const made = await room.administrator.ask('plan:make', room.draft());
    const name = fs.readdirSync(room.courier).find((file) => file.includes('-plan-')) ?? '';
    const message = decodeMessage(fs.readFileSync(join(room.courier, name)));
    if (message.type !== 'plan') throw new Error(made.ceremony);
    fs.rmSync(join(room.courier, name));
    const { plan } = decodePlan(message.plan);
    await folderChannel(room.courier).show(
      'somebody-plan',
      encodeMessage({ reseal: 1, type: 'plan', plan: encodePlan(change(plan)) }),
    );
  };

  it('may be a plan that no window could show: the window still gets a state, and says so', async () => {
    const theRoom = await room();
    const long = 'x'.repeat(195);
    await put(theRoom, (plan) => ({
      ...plan,
      backups: plan.holders.flatMap(({ index }) =>
        Array.from({ length: 300 }, (_, at) => ({
          holder: index,
          kind: 'file' as const,
          label: `${at} ${long}`,
        })),
      ),
    }));
    const first = theRoom.holders[0]!;
    await first.ask('courier:look', {});
    const state = await first.now();
    expect(state.ceremonies).toHaveLength(1);
    expect(state.ceremonies[0]!.parts[0]!.current!.facts.at(-1)!.value).toContain('and 288 others');
  });

  it('may be a record of a key: two that differ are two, and neither hides what this laptop knows', async () => {
    const theRoom = await room();
    const made = await theRoom.administrator.ask('plan:make', theRoom.draft());
    await theRoom.toEnd(made.ceremony, made.code);
    const { administrator } = theRoom;
    const path = join((await administrator.ceremony()).record!, 'keys', 'after.json');
    const own = decodeKeyRecord(fs.readFileSync(path));
    const forged = { ...own, holders: own.holders.map((holder) => ({ ...holder, name: 'Mallory' })) };
    await showKeyRecord(folderChannel(theRoom.courier), forged);
    await administrator.ask('courier:look', {});
    const { records } = await administrator.ask('key:records', {});
    expect(records.map(({ source, holders }) => `${source} ${holders[0]!.name ?? ''}`).sort()).toEqual([
      'courier Mallory',
      'record Alma',
    ]);
    const read = await administrator.ask('key:read', { path });
    const next = await administrator.ask(
      'plan:make',
      theRoom.draft({ kind: 'refresh', holders: [], record: read.id }),
    );
    const { board } = await administrator.ceremony(next.ceremony);
    expect(board.filter(({ role }) => role.startsWith('holder-')).map(({ name }) => name)).toEqual([
      'Alma',
      'Bruno',
      'Chidi',
    ]);
  });
});

describe('a witness’s statement', () => {
  it('is about what the witness saw: what arrived while they answered makes them look again', async () => {
    const theRoom = await room();
    const made = await theRoom.administrator.ask('plan:make', theRoom.draft());
    const { administrator } = theRoom;
    const attest = async (): Promise<CurrentStep | null | undefined> =>
      (await administrator.ceremony()).parts.find(({ role }) => role === 'witness-1')?.current;
    const answers = { 'join.code': made.code.join(' ') };
    for (let round = 0; round < 40 && (await attest())?.id !== 'attest'; round++)
      for (const console of theRoom.all) {
        await console.ask('courier:look', {});
        while ((await attest())?.id !== 'attest' && (await console.goOn(made.ceremony, answers)));
      }
    const shown = (await attest())!;
    const answer = {
      ceremony: made.ceremony,
      role: 'witness-1',
      step: 'attest',
      about: null,
      answers: { statement: 'agree', remarks: '' },
    };
    expect(await refused(administrator.ask('step:answer', { ...answer, seen: 'aborted 00' }))).toContain(
      'Something else arrived while you answered',
    );
    expect((await attest())!.fields).toHaveLength(2);
    expect((await administrator.ask('step:answer', { ...answer, seen: shown.seen })).complaints).toEqual({});
    expect((await attest())?.id).not.toBe('attest');
  });
});

describe('a record that somebody made', () => {
  it('gets its verdict whatever the names and numbers in it', async () => {
    const theRoom = await room();
    const made = await theRoom.administrator.ask('plan:make', theRoom.draft());
    const first = theRoom.holders[0]!;
    await first.ask('courier:look', {});
    await first.ask('ceremony:stop', { ceremony: made.ceremony, role: 'holder-1', reason: 'no' });
    await theRoom.toEnd(made.ceremony, made.code);
    const path = (await first.ceremony()).record!;
    for (let at = 0; at < 600; at++) fs.writeFileSync(join(path, `extra-${at}`), '');
    fs.appendFileSync(join(path, 'SHA256SUMS'), `${'0'.repeat(64)}  ${'long/'.repeat(2000)}\n`);
    const report = await first.ask('record:verify', { path });
    expect(report.verdict).toBe('NOT VALID');
    expect(report.rules.find(({ state }) => state === 'failed')!.failures.length).toBeGreaterThan(0);
  });
});
