/** What a laptop refuses in the middle of ceremonies: nothing advances, somebody is told why, and nothing else stops. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, reportsOf, willing, type Finished, type Report } from '../test-support/cli.ts';
import { allFiles, temporaryFolder } from '../test-support/folders.ts';
import { HOLDERS, LAPTOPS, PEOPLE, Room } from '../test-support/room.ts';
import { decodeCard, encodeCard, type Card } from '../ceremony/card.ts';
import { decodeEnvelope } from '../ceremony/envelope.ts';
import { decodeMessage } from '../ceremony/message.ts';
import { readCard } from '../laptop/cards.ts';
import { readRecord } from '../laptop/files.ts';
import { verifyRecord } from '../ceremony/verify/verify.ts';

/** Everybody is enrolled and a key is there, at epoch 0. Tests work on copies of it. */
const ready = new Room(fs.mkdtempSync(join(tmpdir(), 'reseal-test-')));
afterAll(() => {
  fs.rmSync(ready.dir, { recursive: true, force: true });
});
beforeAll(async () => {
  for (const laptop of LAPTOPS) await ready.enrolQuickly(laptop, PEOPLE[laptop]);
  await ready.plan('generate');
  await ready.finish(...LAPTOPS);
});

const room = (): Room => ready.copyTo(join(temporaryFolder(), 'room'));

const reportOf = (finished: Finished, id: string, role: string): Report | undefined =>
  reportsOf(finished).find((report) => report.ceremony === id && report.role === role);

const verdictOf = (at: Room, laptop: string, id: string): ReturnType<typeof verifyRecord> =>
  verifyRecord(readRecord(join(at.home(laptop), 'records', `refresh-${id.slice(0, 8)}`)));

describe('the words of the plan', () => {
  it('that are wrong join nothing', async () => {
    const here = room();
    const { id, code } = await here.plan('refresh');
    const before = allFiles(here.courier);
    const finished = await here.step('alma', ...willing('one two three four'));
    expect(finished.code).toBe(1);
    expect(finished.stderr).toBe('--answer join.code: these are not the words of the plan on this laptop.\n');
    expect(here.journal('alma', id)).toEqual(['plan']);
    expect(allFiles(here.courier)).toEqual(before);
    const asJson = await here.step('alma', '--json', '--answer', 'join.code=');
    expect(asJson.code).toBe(1);
    expect(json(asJson)).toEqual({ error: expect.stringContaining('not the words') as string, next: null });
    expect(here.journal('alma', id)).toEqual(['plan']);
    const right = await here.step(
      'alma',
      '--answer',
      `join.code=  ${code.toUpperCase().replaceAll(' ', '  ')} `,
    );
    expect(right.stdout).toContain('done: Compare the four words of the plan');
    expect(here.journal('alma', id)).toEqual(['joined-holder-1', 'plan']);
  });

  it('that nobody is there to give are awaited, in one sentence', async () => {
    const here = room();
    await here.plan('refresh');
    const finished = await here.step('alma', '--json');
    expect(finished.code).toBe(1);
    expect(reportsOf(finished).map((report) => report.waiting)).toContain(
      'Waits for you: Compare the four words of the plan with the other people, and join.',
    );
  });

  it('say for which of several plans the other answers are', async () => {
    const here = room();
    const [one, two] = [await here.plan('refresh'), await here.plan('refresh')];
    const finished = await here.step('wim', ...willing(one.code), '--json');
    expect(finished.code).toBe(1);
    expect(here.journal('wim', one.id)).toContain('out-approver-1-r0-a1');
    expect(here.journal('wim', two.id)).toEqual(['plan']);
  });
});

describe('approve', () => {
  const decision = (here: Room, id: string): unknown => {
    const path = join(here.home('wim'), 'vault', 'ceremonies', id, 'journal', 'out-approver-1-r0-a1');
    const message = decodeMessage(fs.readFileSync(path));
    return message.type === 'envelope' && decodeEnvelope(message.envelope).payload.body['kind'];
  };

  it('answers for its own plan and for no other that waits for an approval', async () => {
    const here = room();
    const [one, two] = [await here.plan('refresh'), await here.plan('refresh')];
    for (const { code } of [one, two]) {
      const joined = await here.step('wim', '--answer', `join.code=${code}`);
      expect(joined.code).toBe(1);
    }
    const approved = await here.on('wim', 'approve', one.path, '--courier', here.courier, '--json');
    expect(approved.code).toBe(0);
    expect(json(approved)).toMatchObject({ ceremony: one.id, approved: true, declined: false });
    expect(decision(here, one.id)).toBe('approve');
    expect(here.journal('wim', two.id)).not.toContain('out-approver-1-r0-a1');
    expect(reportOf(approved, two.id, 'approver-1')?.waiting).toBe(
      'Waits for you: Approve the plan, or decline it.',
    );
    // What was said stands: a second answer is refused, and the first one is what is reported.
    const changed = await here.on(
      'wim',
      'approve',
      one.path,
      '--courier',
      here.courier,
      '--decline',
      'no',
      '--json',
    );
    expect(changed.code).toBe(1);
    expect(json(changed)).toMatchObject({ approved: true, declined: false });
    expect(changed.stderr).toContain('has said "approve" to this plan before');
  });

  it('is for approvers, with the words of the plan', async () => {
    const here = room();
    const { path, id, code } = await here.plan('refresh');
    const holder = await here.on('alma', 'approve', path, '--courier', here.courier, '--code', code);
    expect(holder.code).toBe(1);
    expect(holder.stderr).toBe(`The plan "${code}" does not name Alma Ahn as an approver.\n`);
    const wrong = await here.on(
      'wim',
      'approve',
      path,
      '--courier',
      here.courier,
      '--code',
      'one two three four',
    );
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('these are not the words of the plan');
    const unasked = await here.on('wim', 'approve', path, '--courier', here.courier, '--json');
    expect(unasked.code).toBe(1);
    expect(json(unasked)).toMatchObject({ approved: false, declined: false });
    expect(here.journal('wim', id)).toEqual(['plan']);
    const noPlan = await here.on('wim', 'approve', here.card('ada'), '--courier', here.courier);
    expect(noPlan.code).not.toBe(0);
    expect(noPlan.stderr).toMatch(/\S/);
  });

  it('with --decline ends the ceremony for everybody, and the record says so', async () => {
    const here = room();
    const { path, id, code } = await here.plan('refresh');
    const declined = await here.on(
      'wim',
      ...['approve', path, '--courier', here.courier, '--code', code, '--decline', 'not today', '--json'],
    );
    expect(declined.code).toBe(0);
    expect(json(declined)).toMatchObject({ approved: false, declined: true });
    expect(decision(here, id)).toBe('decline');
    await here.finish(...LAPTOPS);
    const told = await here.step('alma');
    expect(told.code).toBe(0);
    expect(told.stdout).toContain('Aborted. The epoch before stays as it was; the record is filed.');
    expect(verdictOf(here, 'chidi', id)).toMatchObject({ verdict: 'VALID', outcome: 'aborted' });
    expect((await here.keyRecord('bruno')).epoch).toBe(0);
  });
});

describe('plans that are not for this laptop', () => {
  it('are none of its business', async () => {
    const here = room();
    await here.enrolQuickly('eve', 'Eve Eden');
    await here.plan('refresh');
    const finished = await here.step('eve');
    expect(finished.code).toBe(1);
    expect(finished.stdout).toBe('Nothing to do: no plan that names this laptop has arrived.\n');
    expect(finished.stderr).toBe('');
  });

  it('or start from a key that it does not hold, are refused and keep nothing else from going on', async () => {
    const here = room();
    const own = await here.keyRecord('alma');
    const bad = await here.plan('refresh', { before: { ...own, epoch: 4 } });
    const good = await here.plan('refresh');
    for (let pass = 0; pass < 2; pass++) {
      const finished = await here.step('alma', ...willing(pass === 0 ? bad.code : good.code), '--json');
      expect(finished.code).toBe(1);
      expect(reportOf(finished, bad.id, 'holder-1')?.refusal).toMatchObject({ code: 'wrong-epoch' });
    }
    expect(here.journal('alma', bad.id)).toEqual(['plan']);
    expect(here.journal('alma', good.id)).toEqual(['joined-holder-1', 'plan']);
    const text = await here.step('alma');
    expect(text.stdout).toMatch(/: Cannot go on\. The plan .* Compare the epochs with "reseal key list"/);
  });
});

describe('rehearsals and real keys', () => {
  it('do not mix, in either direction', async () => {
    const here = room();
    const real = new Room(here.dir, 'twelve characters and more');
    const short = await new Room(here.dir, 'short').on(
      'rita',
      'init',
      '--laptop',
      'L',
      '--custodian',
      'Rita Real',
    );
    expect(short.code).toBe(1);
    expect(short.stderr).toContain('The passphrase has 5 characters, at least 12 are needed');
    expect(fs.existsSync(join(here.home('rita'), 'vault'))).toBe(false);
    const made = await real.on('rita', 'init', '--laptop', 'L', '--custodian', 'Rita Real', '--json');
    expect(made.code).toBe(0);
    expect(json(made)).toMatchObject({ rehearsal: false, custodian: 'Rita Real' });
    const enrolled = await real.on('rita', 'enrol', '--out', here.card('rita'));
    expect(enrolled.code).toBe(0);
    const card = readCard(here.card('rita'));
    expect(card.rehearsal).toBe(false);

    const mixed = await here.run(
      ...['plan', 'new', '--kind', 'generate', '--name', 'K', '--suite', 'p256', '--threshold', '2'],
      ...['--holder', `1=${here.card('rita')}`, '--holder', `2=${here.card('alma')}`],
      ...['--administrator', here.card('ada'), '--out', 'mixed.json'],
    );
    expect(mixed.code).toBe(1);
    expect(mixed.stderr).toContain('The card of "Rita Real" is for real keys, the plan is not.');
    expect(fs.existsSync(join(here.dir, 'mixed.json'))).toBe(false);

    // Somebody may make such plans without asking "plan new".
    const lie = (laptop: string, rehearsal: boolean): Card => ({ ...readCard(here.card(laptop)), rehearsal });
    const makeBelieve = await here.plan('generate', {
      holders: new Map([
        [1, lie('rita', true)],
        [2, lie('alma', true)],
      ]),
      backups: [],
    });
    const inEarnest = await here.plan('generate', {
      rehearsal: false,
      holders: new Map([
        [1, card],
        [2, lie('bruno', false)],
      ]),
      administrator: lie('ada', false),
      approvers: [],
      approvalsNeeded: 0,
      witnesses: [],
      backups: [],
    });
    const rita = await real.step('rita', ...willing(makeBelieve.code));
    expect(rita.code).toBe(1);
    expect(rita.stderr).toContain(
      `The plan "${makeBelieve.code}" is a rehearsal, and this vault is for real keys.`,
    );
    expect(real.journal('rita', makeBelieve.id)).toEqual([]);
    const bruno = await here.step('bruno', ...willing(inEarnest.code));
    expect(bruno.stderr).toContain(
      `The plan "${inEarnest.code}" is for a real key, and this vault is for rehearsals.`,
    );
    expect(here.journal('bruno', inEarnest.id)).toEqual([]);
    expect(decodeCard(encodeCard(card))).toEqual(card);
  });
});

describe('a second ceremony of the same key', () => {
  it('waits until the first has ended or was stopped', async () => {
    const here = room();
    const [one, two] = [await here.plan('refresh'), await here.plan('refresh')];
    await here.step('alma', ...willing(one.code));
    const finished = await here.step('alma', ...willing(two.code), '--json');
    expect(finished.code).toBe(1);
    expect(reportOf(finished, two.id, 'holder-1')?.refusal).toEqual({
      code: 'ceremony-in-progress',
      message: `This laptop is in the middle of the ceremony "${one.code}" of the same key.`,
      next: `End that one first, or stop it: reseal stop --ceremony "${one.code}".`,
    });
    expect(here.journal('alma', two.id)).toEqual(['plan']);

    // The first one goes on meanwhile, whichever of the two is looked at first.
    await here.step('wim', ...willing(one.code));
    await here.step('ada');
    const on = await here.step('alma', '--json');
    expect(reportOf(on, one.id, 'holder-1')?.done).toContain(
      'Deal: make and seal the sub-shares for the others',
    );
    expect(reportOf(on, two.id, 'holder-1')?.refusal?.code).toBe('ceremony-in-progress');

    const which = await here.on('alma', 'stop', '--courier', here.courier, '--reason', 'x');
    expect(which.code).toBe(1);
    expect(which.stderr).toContain('There are 2 open ceremonies: say which with --ceremony.');
    const stopped = await here.on(
      'alma',
      ...[
        'stop',
        '--courier',
        here.courier,
        '--ceremony',
        one.code,
        '--reason',
        'the other plan is right',
        '--json',
      ],
    );
    expect(stopped.code).toBe(0);
    expect(json(stopped)).toMatchObject({ stopped: one.id, code: one.code });
    await here.step('ada');
    const joined = await here.step('alma', ...willing(two.code), '--json');
    expect(reportOf(joined, two.id, 'holder-1')?.done).toHaveLength(1);
    expect(reportOf(joined, one.id, 'holder-1')?.outcome).toBe('aborted');
  });
});

describe('stop', () => {
  const stop = (here: Room, laptop: string): Promise<Finished> =>
    here.on(laptop, 'stop', '--courier', here.courier, '--reason', 'the bag was open');

  it('before the new share is declared secure ends the ceremony, and the old epoch stays', async () => {
    const here = room();
    // Without backups, nothing but this command keeps the laptop from declaring its new share secure.
    const { id } = await here.plan('refresh', { backups: [] });
    await here.pass(3, ...LAPTOPS);
    expect(fs.readdirSync(here.courier).some((name) => name.includes('-bundle-r2-'))).toBe(true);
    const stopped = await stop(here, 'bruno');
    expect(stopped.code).toBe(0);
    expect(stopped.stdout).toContain(
      'Waits for the administrator to show everybody that this holder stopped',
    );
    expect(stopped.stdout).toContain('Stopped: this laptop will never declare its new share secure.');
    expect(here.journal('bruno', id)).toContain('out-holder-2-r9-a1');
    expect(here.journal('bruno', id)).not.toContain('out-holder-2-r3-a1');
    await here.finish(...LAPTOPS);
    expect(verdictOf(here, 'ada', id)).toMatchObject({
      verdict: 'VALID',
      outcome: 'aborted',
      ceremony: { abort: { culprit: null } },
    });
    for (const laptop of HOLDERS) expect((await here.keyRecord(laptop)).epoch).toBe(0);
  });

  it('after it is refused, and the ceremony goes on', async () => {
    const here = room();
    const { id } = await here.plan('refresh');
    await here.pass(3, ...LAPTOPS);
    await here.pass(1, 'bruno');
    expect(here.journal('bruno', id)).toContain('out-holder-2-r3-a1');
    const refused = await stop(here, 'bruno');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('This laptop has already declared its new share secure');
    expect(refused.stderr).toContain('Next: Go on:');
    expect(here.journal('bruno', id)).not.toContain('out-holder-2-r9-a1');
    await here.finish(...LAPTOPS);
    expect(verdictOf(here, 'bruno', id)).toMatchObject({ verdict: 'VALID', outcome: 'closed' });
    const nothing = await stop(here, 'bruno');
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toBe('There is no ceremony that this laptop could stop as a holder.\n');
  });

  it('is not for administrators and witnesses', async () => {
    const here = room();
    await here.plan('refresh');
    for (const laptop of ['ada', 'wim']) {
      const refused = await stop(here, laptop);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('There is no ceremony that this laptop could stop as a holder.');
    }
  });
});

describe("foreign things in the courier's folder", () => {
  it('are reported and stop nothing', async () => {
    const here = room();
    const { code, id } = await here.plan('refresh');
    const put = (name: string, content: string | Uint8Array): void => {
      fs.writeFileSync(join(here.courier, name), content);
    };
    put('garbage.reseal', 'not a message');
    put('empty.reseal', '');
    put('cut-short-0123456789ab.reseal', 'half of it');
    put('Loud Name.reseal', 'x');
    put('holiday.jpg', 'not ours at all');
    fs.symlinkSync('/etc/passwd', join(here.courier, 'link.reseal'));
    fs.mkdirSync(join(here.courier, 'folder.reseal'));
    const finished = await here.step('alma', ...willing(code));
    expect(finished.code).toBe(1);
    expect(finished.stdout).toContain('done: Compare the four words of the plan');
    for (const name of ['garbage', 'empty', 'cut-short-0123456789ab', 'Loud Name', 'link', 'folder'])
      expect(finished.stderr.split('\n').filter((line) => line.startsWith(`${name}.reseal`))).toHaveLength(1);
    expect(finished.stderr).not.toContain('holiday');
    expect(finished.stderr).not.toContain('root:');
    const asJson = await here.step('alma', '--json');
    expect(reportOf(asJson, id, 'holder-1')?.waiting).toContain('bundle of round 0');
    expect(asJson.stderr).toContain('link.reseal: This is a link');
    await here.finish(...LAPTOPS);
    expect(verdictOf(here, 'wim', id)).toMatchObject({ verdict: 'VALID', outcome: 'closed' });
  });

  it('are not missed when the folder itself is', async () => {
    const here = room();
    fs.rmSync(here.courier, { recursive: true });
    const finished = await here.step('alma');
    expect(finished.code).toBe(1);
    expect(finished.stderr).toContain('is not there: insert the medium');
  });
});

describe('nonces', () => {
  it('that are gone are never replaced silently: rounds 2 and 3 are attempted again', async () => {
    const here = room();
    const { id } = await here.plan('refresh');
    await here.pass(3, ...LAPTOPS);
    const vaultId = await here.vault('chidi', (vault) => Promise.resolve(vault.info.id));
    const memory = `/dev/shm/reseal-${process.getuid?.() ?? ''}/${vaultId}`;
    expect(fs.readdirSync(memory)).toHaveLength(1);
    fs.rmSync(memory, { recursive: true });
    await here.finish(...LAPTOPS);
    for (const [at, laptop] of HOLDERS.entries())
      expect(here.journal(laptop, id)).toContain(`out-holder-${at + 1}-r2-a2`);
    expect(verdictOf(here, 'wim', id)).toMatchObject({ verdict: 'VALID', outcome: 'closed' });
    expect(fs.existsSync(memory)).toBe(false);
  });

  it('stay where they are while a ceremony needs them, and go with it when it is stopped', async () => {
    const here = room();
    await here.plan('refresh');
    await here.pass(3, ...LAPTOPS);
    const vaultId = await here.vault('alma', (vault) => Promise.resolve(vault.info.id));
    const memory = `/dev/shm/reseal-${process.getuid?.() ?? ''}/${vaultId}`;
    const waiting = await here.step('alma');
    expect(waiting.stdout).toContain('Waits for you: Make the planned backups');
    expect(fs.readdirSync(memory)).toHaveLength(1);
    await here.on('bruno', 'stop', '--courier', here.courier, '--reason', 'enough');
    await here.finish(...LAPTOPS);
    expect(fs.existsSync(memory)).toBe(false);
  });
});
