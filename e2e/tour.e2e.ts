// One console, every screen that no ceremony passes by, in light and dark, small and zoomed: what axe says, and by keyboard alone.
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Room } from '../test-support/room.ts';
import { Person } from './person.ts';
import * as act from './room.ts';

const dirs: string[] = [];
const people: Person[] = [];
const problems: string[] = [];

afterAll(async () => {
  for (const person of people) await person.close();
  for (const dir of dirs) fs.rmSync(dir, { recursive: true, force: true });
});
const folder = (): string => {
  const dir = fs.mkdtempSync(join(tmpdir(), 'reseal-e2e-'));
  dirs.push(dir);
  return dir;
};
const sit = async (home: string, userHome: string): Promise<Person> => {
  const person = await new Person('Alma', home, userHome).start();
  people.push(person);
  return person;
};

const everyWay = (person: Person, name: string): Promise<void> => act.everyWay(person, name, problems);

describe('a vault for real keys', () => {
  it('wants a passphrase that is worth it, and neither window nor program stand still while it is made', async () => {
    const dir = folder();
    const person = await sit(join(dir, 'reseal'), dir);
    await person.comesTo('first-start');
    await person.press('Choose a passphrase');
    await person.sees('Expected what the label says.');
    await person.fill('Name on the label of this laptop', 'vault-1');
    await person.fill('Name of its custodian', 'Alma');
    await person.press('Choose a passphrase');
    await person.fillAt({ label: 'Passphrase', exact: true }, 'short');
    await person.fill('The same passphrase again', 'short');
    await person.press('Make the vault');
    await person.sees('Expected at least 12');
    await everyWay(person, '01-passphrase');
    await person.fillAt({ label: 'Passphrase', exact: true }, 'ribcage article snowslide coherence');
    await person.fill('The same passphrase again', 'ribcage article snowslide coherense');
    await person.press('Make the vault');
    await person.sees('The two are not the same.');
    await person.fill('The same passphrase again', 'ribcage article snowslide coherence');
    await person.watch();
    const begun = performance.now();
    await person.press('Make the vault');
    await person.sees('Making the vault');
    await act.look(person, '01-making-the-vault', problems);
    await person.comesTo('home');
    const took = performance.now() - begun;
    const { window, program } = await person.stalls();
    console.log(
      `While a vault was made in ${took.toFixed(0)} ms (Argon2id with 256 MiB, three passes): longest pause of the window ${window.toFixed(0)} ms, of the program's main thread ${program.toFixed(0)} ms`,
    );
    // Nearly all of that time is Argon2id. Whatever thread it had run on would have stood still as long.
    expect(Math.max(window, program)).toBeLessThan(took / 2);
    await everyWay(person, '02-home-real');
    expect(person.errors).toBe('');
  }, 120_000);
});

describe('every screen', () => {
  it('by keyboard alone: unlock, join, exception, projector, help, back to the first screen', async () => {
    const room = new Room(folder(), act.PASSPHRASE);
    for (const name of ['alma', 'bruno', 'chidi', 'wim', 'ada'])
      await room.enrolQuickly(name, name.charAt(0).toUpperCase() + name.slice(1));
    const { code } = await room.plan('generate');
    const person = await sit(room.home('alma'), room.dir);
    await person.comesTo('unlock');
    // The field has the focus as soon as the screen stands; a person looks before typing, and so does this one.
    await person.sees({ css: 'input:focus' });
    await person.type(act.PASSPHRASE);
    await person.key('Enter');
    await person.comesTo('home');
    await tabTo(person, 'Choose the folder');
    await person.key('Enter');
    await person.comesTo('courier');
    await tabTo(person, 'Home folder');
    await person.key('Enter');
    await tabTo(person, 'courier');
    await person.key('Enter');
    await person.sees({ css: '.picker-path:has-text("/courier")' });
    await tabTo(person, 'Use this folder');
    await person.key('Enter');
    await person.comesTo('home');
    await person.key('j');
    await person.comesTo('join');
    await tabTo(person, 'Open the ceremony');
    await person.key('Enter');
    await person.comesTo('ceremony', 'join');
    // The field has the focus: the words are typed as they are heard.
    await person.sees({ css: '#step-form input:focus' });
    await person.type(code);
    await everyWay(person, '20-join-typed');
    await person.key('F7');
    await act.look(person, '60-projector', problems);
    await person.key('F7');
    await person.key('F1');
    await person.sees({ role: 'dialog', name: 'Keys' });
    await act.look(person, '61-keys', problems);
    await person.key('Escape');
    await person.key('F8');
    await person.comesTo('exception');
    await person.key('Escape');
    await person.comesTo('ceremony', 'join');
    await tabTo(person, 'Join the ceremony');
    await person.key('Enter');
    await person.comesTo('ceremony', 'approved');
    await everyWay(person, '50-waiting');
    await person.key('Escape');
    await person.comesTo('home');
    await everyWay(person, '06-home-ceremony');
    for (const [key, screen, name] of [
      ['e', 'card', '08-card'],
      ['p', 'preflight', '09-preflight'],
      ['v', 'records', '40-records-empty'],
      ['s', 'plan', '10-plan'],
    ] as const) {
      await person.key(key);
      await person.comesTo(screen);
      await everyWay(person, name);
      await person.key('Escape');
      await person.comesTo('home');
    }
    await tabTo(person, 'Try screen and camera');
    await person.key('Enter');
    await person.comesTo('link');
    await person.sees('This laptop has no camera');
    await person.sees({ css: '[data-screen="link"] canvas:not([hidden])' });
    await everyWay(person, '62-link');
    await person.key('Escape');
    await person.comesTo('home');
    await person.key('l');
    await person.comesTo('unlock');
    await everyWay(person, '03-unlock');
    expect(person.effort.clicks).toBe(0);
    expect(person.errors).toBe('');
  }, 180_000);

  it('is found in order by axe', () => {
    expect(problems).toEqual([]);
  });
});

/** Presses Tab until something has the focus. Gives up after a round through the window. */
async function tabTo(person: Person, name: string): Promise<void> {
  await person.sees({ role: 'button', name });
  for (let presses = 0; presses < 80; presses++) {
    if ((await person.focus()).includes(name)) return;
    await person.key('Tab');
  }
  throw new Error(`"${name}" is not reached with the keyboard`);
}
