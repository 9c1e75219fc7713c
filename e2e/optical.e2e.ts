// Ceremonies by screen and camera alone: every console sees the real screens of the others through a model of a camera.
import fs from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { reseal } from '../test-support/cli.ts';
import { OpticalRoom, PATIENCE } from './optical-room.ts';
import * as act from './room.ts';

const MINUTES = 60_000;
const dir = mkdtempSync(join(tmpdir(), 'reseal-e2e-'));
const room = new OpticalRoom(dir);
const { people, holders, alma, bruno, chidi, ada } = room;
const problems: string[] = [];

afterAll(async () => {
  await room.close();
  fs.rmSync(dir, { recursive: true, force: true });
});

const look = (name: string, at = ada): Promise<void> => act.look(at, name, problems);
const everyWay = (name: string, at = ada): Promise<void> => act.everyWay(at, name, problems);
const toTheFirstScreen = (): Promise<void> =>
  act.together(people, async (person) => {
    await person.press('To the first screen');
    await person.comesTo('home');
  });
const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(0);

/** Ada plans a refresh; her window shows its four words. */
async function planRefresh(): Promise<string> {
  await ada.press('Start a ceremony');
  await ada.comesTo('plan');
  await ada.click({ role: 'checkbox', name: 'Ada, laptop-ada (this laptop): witnesses' });
  await ada.click({ role: 'checkbox', name: 'Ada, laptop-ada (this laptop): approvers' });
  await ada.sees('✓ The plan can be made.');
  await ada.press('Read the plan over');
  await ada.press('Make the plan');
  await ada.comesTo('plan-made');
  return act.codeOf(ada);
}

/** Everybody has the plan, and says so. */
async function joinAndApprove(code: string): Promise<void> {
  await act.together(holders, (person) => act.join_(person, code));
  await act.join_(ada, code);
  await act.approve(ada);
  await act.join_(ada, code);
}

/** The approval, deal, confirm. */
async function roundsOneAndTwo(): Promise<void> {
  await room.toEverybody();
  await room.toAdministrator();
  await room.toEverybody();
  await room.toAdministrator();
  await room.toEverybody();
}

/** Backups, cutover, destruction, statement, checkpoint. */
async function toTheRecord(epoch: number): Promise<void> {
  await act.together(holders, (person) => act.writeBackup(person, 'bag 0055', 'Wim Wit'));
  await room.toAdministrator();
  await room.toEverybody();
  await act.together(holders, (person) => act.cutOver(person, epoch));
  await act.together(holders, (person) => act.destroyOld(person, 'Wim Wit'));
  await room.toAdministrator();
  await room.toEverybody();
  await act.attest(ada);
  await room.toEverybody();
  await room.toAdministrator();
  await room.toEverybody();
  await act.together(people, (person) => person.comesTo('result'));
}

/** Everything in a folder, as text. */
function contentOf(folder: string): string {
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return files
    .map((name) => join(folder, name))
    .filter((path) => fs.statSync(path).isFile())
    .map((path) => `${relative(folder, path)} ${fs.readFileSync(path, 'hex')}`)
    .join('\n');
}

/** Every laptop has the same record of the refresh to this epoch, and it is valid. */
async function expectRecords(epoch: number, groupKey: string): Promise<void> {
  const records = new Set<string>();
  for (const person of people) {
    const { ceremonies, keys } = await person.state();
    const { record } = ceremonies.find((one) => one.kind === 'refresh' && one.epoch === epoch)!;
    records.add(contentOf(record!));
    const { code, stdout } = await reseal(['verify', record!, '--json']);
    expect(code, stdout).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'VALID', outcome: 'closed' });
    if (person !== ada) expect(keys).toMatchObject([{ epoch, groupKey, otherEpochs: [] }]);
  }
  expect(records.size).toBe(1);
}

describe('a 2-of-3 key at four laptops that only see one another', () => {
  it(
    'first start: cards are taken one after the other, and nobody presses anything at the camera',
    async () => {
      await room.sitDown();
      await act.together(people, async (person) => {
        await act.firstStart(person);
        await person.press('By screen and camera');
        await person.press('Introduce this laptop');
        await person.comesTo('card');
        await person.press('Make the card');
      });
      await act.together(holders, (person) => person.press('Show the card'));
      await alma.comesTo('show');
      await everyWay('70-show-still', alma);
      await ada.press('To the first screen');
      await ada.press('Scan codes');
      await ada.sees('Looking for a code');
      await look('73-scan-looking');
      ada.reset();
      for (const holder of holders) {
        await room.show(holder, [ada], {
          until: async () => {
            await ada.sees({ css: `.person-here:has-text("${holder.name}")` }, PATIENCE);
            if (holder === chidi) await everyWay('75-scan-taken');
          },
        });
        await holder.press('Done');
      }
      expect(ada.effort).toMatchObject({ decisions: 0, clicks: 0 });
      console.log(`Three cards: ${room.figures()}`);
      await toTheFirstScreen();
      await room.close();
      await room.makeKey();
    },
    5 * MINUTES,
  );

  it(
    'refresh: from locked laptops to the record, by codes only',
    async () => {
      await room.sitDown();
      for (const person of people) person.reset();
      const begun = performance.now();
      await act.together(people, (person) => act.unlock(person));
      const { groupKey } = (await alma.state()).keys[0]!;
      const code = await planRefresh();
      await ada.press('Show the plan');
      await act.together(holders, (person) => person.press('Scan codes'));
      await room.toEverybody();
      await joinAndApprove(code);
      await roundsOneAndTwo();
      await toTheRecord(1);
      console.log(
        `A refresh by screen and camera, 2 of 3: ${seconds(begun)} s from the locked laptops to the record; ${room.figures()}`,
      );
      for (const { name, effort } of holders)
        console.log(
          `${name}, a holder's refresh by screen and camera: ${effort.decisions} decisions, ${effort.clicks} clicks, ${effort.characters} typed characters, ${effort.screens} screens`,
        );
      await expectRecords(1, groupKey);
    },
    8 * MINUTES,
  );

  it(
    'two laptops measure what they see of each other',
    async () => {
      await toTheFirstScreen();
      for (const person of [ada, alma]) await person.press('Try screen and camera');
      await act.together([ada, alma], (person) => person.comesTo('link'));
      await look('77-link-test');
      const begun = performance.now();
      await ada.faces([alma]);
      await alma.faces([ada]);
      // Both directions.
      await act.together([ada, alma], (person) =>
        person.sees(
          { css: '.link-result:not(.link-result-open) ~ .link-result:not(.link-result-open)' },
          PATIENCE,
        ),
      );
      console.log(`A link test both ways: ${seconds(begun)} s`);
      await everyWay('78-link-measured');
      await act.together([ada, alma], async (person) => {
        await person.faces([]);
        await person.press('Back');
        await person.comesTo('home');
      });
    },
    5 * MINUTES,
  );

  it(
    'refresh: two codes at a time, 30 % of the pictures lost, somebody who looks too late, and one who looks at the wrong screen',
    async () => {
      const { groupKey } = (await alma.state()).keys[0]!;
      const code = await planRefresh();
      await ada.press('Show the plan');
      await ada.comesTo('show');
      await act.together(holders, (person) => person.press('Scan codes'));
      await ada.press('Pause');
      await look('71-show-moving');
      await ada.faces([alma]);
      await alma.sees({ css: '.scan-word progress' }, PATIENCE);
      await everyWay('74-scan-receiving', alma);
      await ada.faces([]);
      await ada.press('Settings');
      await ada.select('Distance', 'Near');
      await ada.press('Pause');
      await ada.sees('Two times');
      await everyWay('72-show-two');

      room.loss = 0.3;
      room.figures();
      const begun = performance.now();
      await room.toEverybody();
      await joinAndApprove(code);
      await room.toEverybody();
      await room.show(bruno, [ada]);
      await bruno.press('Done');
      // Bruno waits for the administrator, and looks at Alma’s screen.
      await room.show(alma, [ada, bruno], {
        until: async (person) => {
          await (person === ada
            ? ada.sees({ css: '.person-here:has-text("(Alma)")' }, PATIENCE)
            : bruno.sees('Not this one', PATIENCE));
          if (person === bruno) await everyWay('76-scan-not-this-one', bruno);
        },
      });
      expect(await bruno.reads({ css: '.scan-word' })).toContain(
        'This is for the administrator: holder 1 (Alma): round 1 of 5, deal.',
      );
      await alma.press('Done');
      await room.show(chidi, [ada]);
      await chidi.press('Done');
      await room.toEverybody({ late: chidi });
      await room.toAdministrator();
      await room.toEverybody();
      await toTheRecord(2);
      console.log(
        `The same with a share of ${room.loss} of the pictures lost, and one who looks when all was shown once: ${seconds(begun)} s; ${room.figures()}`,
      );
      await expectRecords(2, groupKey);
    },
    8 * MINUTES,
  );

  it('nothing lies anywhere but in each laptop’s own folder, and holders have nothing of one another', async () => {
    expect(fs.readdirSync(join(dir, 'courier'))).toEqual([]);
    for (const [at, person] of people.entries()) {
      const { courier } = await person.state();
      expect(courier).toMatchObject({ by: 'camera', path: join(person.home, 'mailbox') });
      const others = /holder-[1-3]/.exec(`holder-${at + 1}`)?.[0];
      if (others === undefined) continue;
      const names = fs.readdirSync(join(person.home, 'mailbox'));
      expect(names.filter((name) => name.includes(others)).length).toBeGreaterThan(0);
      expect(names.filter((name) => /holder-[1-3]/.test(name) && !name.includes(others))).toEqual([]);
    }
  });

  it('axe finds nothing on any of these screens, and no program had anything to report', () => {
    expect(problems).toEqual([]);
    for (const person of people) expect(person.errors).toBe('');
  });
});
