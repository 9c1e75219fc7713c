// What goes wrong in a room: a console that is killed, a wrong passphrase, foreign files, a late laptop, an exception, a stop.
// One person sits at a console; the other laptops are worked on in this process, by the same engine.
import fs from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { verifyRecord } from '../ceremony/verify/verify.ts';
import { readRecord } from '../laptop/files.ts';
import { Room } from '../test-support/room.ts';
import { Person } from './person.ts';
import * as act from './room.ts';

const people: Person[] = [];
const dirs: string[] = [];
const problems: string[] = [];
/** Laptops that are not at the console. */
const OTHERS = ['bruno', 'chidi', 'wim', 'ada'] as const;

afterEach(async () => {
  for (const person of people.splice(0)) await person.close();
});
afterAll(() => {
  for (const dir of dirs) fs.rmSync(dir, { recursive: true, force: true });
});

const folder = (): string => {
  const dir = fs.mkdtempSync(join(tmpdir(), 'reseal-e2e-'));
  dirs.push(dir);
  return dir;
};

/** A room of five enrolled laptops. */
async function enrolled(): Promise<Room> {
  const room = new Room(folder(), act.PASSPHRASE);
  for (const [laptop, custodian] of [
    ['alma', 'Alma'],
    ['bruno', 'Bruno'],
    ['chidi', 'Chidi'],
    ['wim', 'Wim'],
    ['ada', 'Ada'],
  ] as const)
    await room.enrolQuickly(laptop, custodian);
  return room;
}

/** The same, with a key at epoch 0. Made once, then copied. */
let withKey: Promise<Room> | undefined;
async function keyRoom(): Promise<Room> {
  withKey ??= (async () => {
    const room = await enrolled();
    await room.plan('generate');
    await room.finish('alma', ...OTHERS);
    return room;
  })();
  const copy = (await withKey).copyTo(join(folder(), 'room'));
  for (const name of fs.readdirSync(copy.courier)) fs.rmSync(join(copy.courier, name));
  return copy;
}

/** Alma at her console. */
async function alma(room: Room): Promise<Person> {
  const person = await new Person('Alma', room.home('alma'), room.dir).start();
  people.push(person);
  return person;
}

/** The person at the console and the others take turns until the console is where it should be. */
async function until(room: Room, person: Person, screen: string, step?: string): Promise<void> {
  for (let pass = 0; pass < 6; pass++) {
    const now = await person.screen();
    if (now.screen === screen && (step === undefined || now.step === step)) return;
    await room.pass(1, ...OTHERS);
    await person.comesTo(screen, step, 4000).catch(() => undefined);
  }
  await person.comesTo(screen, step);
}

/** Alma at her console in the middle of a refresh: the new share is staged, and not yet declared secure. */
async function atBackups(): Promise<{ room: Room; person: Person }> {
  const room = await keyRoom();
  const { code } = await room.plan('refresh');
  const person = await alma(room);
  await act.unlock(person);
  await act.chooseCourier(person);
  await act.openCeremony(person);
  await act.join_(person, code);
  await until(room, person, 'ceremony', 'backups');
  return { room, person };
}

/** True when a step that was on when the plug was pulled is still to be done; false when it was done. */
async function isAskedAgain(person: Person, step: string): Promise<boolean> {
  await person.sees({ css: `[data-screen="ceremony"][data-step], [data-screen="result"]` });
  await person.seesNo({ css: '.busy' }).catch(() => undefined);
  return (await person.screen()).step === step;
}

describe('a console that is killed', () => {
  it('is where it was, whenever that happens, and the ceremony comes to its end', async () => {
    const room = await keyRoom();
    const { code } = await room.plan('refresh');
    const first = await alma(room);
    await first.comesTo('unlock');
    await act.unlock(first, 'not the passphrase');
    await first.sees('passphrase');
    await act.look(first, '04-unlock-wrong-passphrase', problems);
    expect((await first.screen()).screen).toBe('unlock');
    await act.unlock(first);
    await act.chooseCourier(first);
    await act.openCeremony(first);
    await act.join_(first, code);
    await first.comesTo('ceremony', 'approved');
    await act.look(first, '50-waiting', problems);
    await first.kill();

    // Killed while it waits: the window opens where it was.
    const second = await alma(room);
    await act.unlock(second);
    await second.comesTo('ceremony', 'approved');
    await until(room, second, 'ceremony', 'backups');
    // Killed between the rounds in which nonces are kept, and in the middle of a step.
    await second.kill();
    const third = await alma(room);
    await act.unlock(third);
    await until(room, third, 'ceremony', 'backups');
    await third.fillAt({ css: '#step-form [name="serial"]' }, 'bag 7');
    await third.fillAt({ css: '#step-form [name="witness"]' }, 'Wim');
    void third.press('Write and read back').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 150));
    await third.kill();

    const fourth = await alma(room);
    await act.unlock(fourth);
    if (await isAskedAgain(fourth, 'backups')) await act.writeBackup(fourth, 'bag 7', 'Wim');
    await until(room, fourth, 'ceremony', 'cutover');
    await fourth.fillAt({ css: '#step-form [name="phrase"]' }, 'use the new shares');
    void fourth.press('Activate epoch 1').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await fourth.kill();

    const fifth = await alma(room);
    await act.unlock(fifth);
    if (await isAskedAgain(fifth, 'cutover')) await act.cutOver(fifth, 1);
    await act.destroyOld(fifth, 'Wim');
    await until(room, fifth, 'result');
    await fifth.sees('epoch 1');
    const { record } = (await fifth.state()).ceremonies.find(({ kind }) => kind === 'refresh') ?? {};
    expect(verifyRecord(readRecord(record ?? '')).verdict).toBe('VALID');
    expect(fifth.errors).toBe('');
  }, 240_000);
});

describe('a laptop that joins late', () => {
  it('finds foreign files named, the plan waiting, and everybody else done', async () => {
    const room = await enrolled();
    const { code } = await room.plan('generate');
    await room.pass(2, ...OTHERS);
    fs.writeFileSync(join(room.courier, 'holiday-000000000000.reseal'), 'a photo, perhaps');
    fs.writeFileSync(join(room.courier, 'Notes.reseal'), 'a letter');
    const late = await alma(room);
    await act.unlock(late);
    await late.comesTo('home');
    await late.press('Choose the folder');
    await late.comesTo('courier');
    await act.look(late, '05-courier', problems);
    await late.press('Home folder');
    await late.press('courier');
    await late.sees({ css: '.picker-path:has-text("/courier")' });
    await late.press('Use this folder');
    await late.comesTo('home');
    await late.sees('holiday-000000000000.reseal');
    await act.look(late, '06-home-foreign-files', problems);
    await late.press('Join a ceremony');
    await late.comesTo('join');
    await act.look(late, '07-join-screen', problems);
    await late.press('Open the ceremony');
    await act.join_(late, code);
    await late.comesTo('ceremony', 'dealt');
    await until(room, late, 'ceremony', 'backups');
    await act.writeBackup(late, 'bag 1', 'Wim');
    await until(room, late, 'ceremony', 'cutover');
    await act.cutOver(late, 0);
    await until(room, late, 'result');
    await late.sees('The key is made');
  }, 120_000);

  it('says that the folder is away, and goes on when it is back', async () => {
    const room = await enrolled();
    await room.plan('generate');
    const person = await alma(room);
    await act.unlock(person);
    await act.chooseCourier(person);
    await act.openCeremony(person);
    await person.comesTo('ceremony', 'join');
    fs.renameSync(room.courier, `${room.courier}-away`);
    await person.sees('insert the medium');
    await act.look(person, '51-folder-away', problems);
    fs.renameSync(`${room.courier}-away`, room.courier);
    await person.sees({ css: '#step-form [name="code"]' });
  }, 60_000);
});

describe('an exception and a stop', () => {
  it('are one key away, go into the record, and leave the old epoch in force', async () => {
    const { room, person } = await atBackups();

    await person.key('F8');
    await person.comesTo('exception');
    await person.select('What it is about', 'Delay');
    await person.fill('What happened, in your words', 'The key of the safe was late.');
    await person.press('Sign the exception');
    await person.sees('The exception is signed');
    await act.look(person, '52-exception', problems);
    await person.press('Back to the ceremony');
    await person.comesTo('ceremony', 'backups');

    await person.key('F9');
    await person.comesTo('stop');
    await act.look(person, '53-stop', problems);
    await person.fill('Why it is stopped', 'The wrong bag');
    await person.press('Stop it for everybody');
    await until(room, person, 'result');
    await person.sees('The wrong bag');
    await person.sees('epoch 0');
    await act.look(person, '54-result-stopped', problems);
    const state = await person.state();
    expect(state.keys[0]).toMatchObject({ epoch: 0, otherEpochs: [] });
    const ceremony = state.ceremonies.find(({ kind }) => kind === 'refresh');
    expect(ceremony).toMatchObject({
      outcome: 'aborted',
      exceptions: [{ state: 'recorded', text: 'The key of the safe was late.' }],
    });
    expect(verifyRecord(readRecord(ceremony?.record ?? '')).verdict).toBe('VALID');
    await person.press('Open the record');
    await person.comesTo('record');
    await person.sees('VALID');
    await person.sees({ css: '[data-rule="check_exceptions"][data-state="ok"]' });
  }, 120_000);

  it('cannot be done any more once the new share was declared secure, and the screen says why', async () => {
    const { person } = await atBackups();
    await act.writeBackup(person, 'bag 1', 'Wim');
    await person.comesTo('ceremony', 'certificate');
    await person.key('F9');
    await person.comesTo('stop');
    await person.sees('declared its new share secure');
    await act.look(person, '55-too-late-to-stop', problems);
  }, 120_000);
});

describe('a record that was tampered with', () => {
  it('is shown as not valid, with the rule and the file, on a laptop without a vault', async () => {
    const room = await keyRoom();
    const records = join(room.home('alma'), 'records');
    const [name = ''] = fs.readdirSync(records);
    const plan = join(records, name, 'transcript.jsonl');
    fs.writeFileSync(plan, fs.readFileSync(plan, 'utf8').replace('agree', 'do-not-agree'));
    fs.rmSync(join(room.home('alma'), 'vault'), { recursive: true });
    const auditor = await alma(room);
    await auditor.comesTo('first-start');
    await auditor.press('Verify a record');
    await auditor.comesTo('records');
    await auditor.press('Verify: Key generation · Treasury');
    await auditor.comesTo('record');
    await auditor.sees('NOT VALID');
    await auditor.sees('transcript.jsonl');
    await act.look(auditor, '42-record-not-valid', problems);
  }, 60_000);
});

describe('every screen', () => {
  it('is found in order by axe', () => {
    expect(problems).toEqual([]);
  });
});
