/** A room of people at their consoles, around one courier's folder, and what each of them does at each step. */
import fs from 'node:fs';
import { join } from 'node:path';
import { Person, SOON } from './person.ts';

export const PASSPHRASE = 'rehearsal passphrase';

/** Where screenshots go. */
const SCREENS = process.env['RESEAL_SCREENS'] ?? '.e2e/screens';

/** Several people do the same at the same time. */
export async function together(
  who: readonly Person[],
  what: (person: Person) => Promise<void>,
): Promise<void> {
  await Promise.all(who.map(what));
}

/** Opens a console for somebody whose home folder leads to the courier's folder. */
export async function sitDown(dir: string, name: string): Promise<Person> {
  const courier = join(dir, 'courier');
  fs.mkdirSync(courier, { recursive: true });
  const home = join(dir, name.toLowerCase());
  if (!fs.existsSync(home)) {
    fs.mkdirSync(home);
    fs.symlinkSync(courier, join(home, 'courier'));
  }
  return new Person(name, join(home, 'reseal'), home).start();
}

/** First start: names, rehearsal, passphrase, the courier's folder, the enrolment card. */
export async function firstStart(person: Person): Promise<void> {
  await person.comesTo('first-start');
  await person.fill('Name on the label of this laptop', `laptop-${person.name.toLowerCase()}`);
  await person.fill('Name of its custodian', person.name);
  await person.click({ role: 'radio', name: 'Rehearsals' });
  await person.press('Choose a passphrase');
  await person.fillAt({ label: 'Passphrase', exact: true }, PASSPHRASE);
  await person.fill('The same passphrase again', PASSPHRASE);
  await person.press('Make the vault');
  await person.comesTo('home');
}

export async function chooseCourier(person: Person): Promise<void> {
  await person.press('Choose the folder');
  await person.comesTo('courier');
  await person.press('Home folder');
  await person.press('courier');
  await person.sees({ css: '.picker-path:has-text("/courier")' });
  await person.press('Use this folder');
  await person.comesTo('home');
}

export async function introduce(person: Person): Promise<void> {
  await person.press('Introduce this laptop');
  await person.comesTo('card');
  await person.press('Make the card');
  await person.sees('The card lies in the courier’s folder');
  await person.press('To the first screen');
  await person.comesTo('home');
}

export async function unlock(person: Person, passphrase = PASSPHRASE): Promise<void> {
  await person.comesTo('unlock');
  await person.fillAt({ label: 'Passphrase', exact: true }, passphrase);
  await person.press('Unlock');
}

/** The four words of the plan, as its maker reads them aloud. */
export async function codeOf(person: Person): Promise<string> {
  const { ceremonies } = await person.state();
  const code = ceremonies.find(({ finished }) => !finished)?.code;
  if (code === null || code === undefined) throw new Error('no code is shown');
  return code.join(' ');
}

/** The holder hears the words and types them. */
export async function join_(person: Person, code: string): Promise<void> {
  await person.comesTo('ceremony', 'join');
  await person.fillAt({ css: '#step-form [name="code"]' }, code);
  await person.press('Join the ceremony');
}

export async function openCeremony(person: Person): Promise<void> {
  await person.comesTo('home');
  await person.sees({ role: 'button', name: 'Continue' });
  await person.press('Continue');
  await person.comesTo('ceremony');
}

export async function writeBackup(person: Person, bag: string, witness: string): Promise<void> {
  await person.comesTo('ceremony', 'backups');
  await person.fillAt({ css: '#step-form [name="serial"]' }, bag);
  await person.fillAt({ css: '#step-form [name="witness"]' }, witness);
  await person.press('Write and read back');
}

export async function cutOver(person: Person, epoch: number): Promise<void> {
  await person.comesTo('ceremony', 'cutover');
  await person.fillAt({ css: '#step-form [name="phrase"]' }, 'use the new shares');
  await person.press(`Activate epoch ${epoch}`);
}

export async function destroyOld(person: Person, witness: string): Promise<void> {
  await person.comesTo('ceremony', 'destroy');
  await person.fillAt({ css: '#step-form [name="phrase"]' }, 'destroy the old shares');
  await person.fillAt({ css: '#step-form [name="witness"]' }, witness);
  await person.press('Destroy the old share');
}

export async function approve(person: Person): Promise<void> {
  await person.comesTo('ceremony', 'approve');
  await person.click({ role: 'radio', name: 'Approve this plan' });
  await person.press('Sign the answer');
}

export async function attest(person: Person, within = SOON): Promise<void> {
  await person.comesTo('ceremony', 'attest', within);
  await person.click({ role: 'radio', name: 'I agree' });
  await person.press('Sign the statement');
}

interface Shown {
  readonly theme?: 'light' | 'dark';
  readonly size?: readonly [number, number];
}

/** As windows are: light, dark, low, and at 200 % zoom, which halves the pixels. */
const WAYS: readonly (Shown & { readonly way: string })[] = [
  { way: '' },
  { way: '-dark', theme: 'dark' },
  { way: '-small', size: [1280, 720] },
  { way: '-zoomed', size: [640, 360] },
];

/** A picture for the documentation, and what axe says of the screen in every way: nothing, or the test fails. */
export async function look(person: Person, name: string, problems: string[]): Promise<void> {
  await person.shoot(join(SCREENS, `${name}.png`));
  for (const { way, ...shown } of WAYS)
    for (const { id, nodes } of await person.axe(shown))
      problems.push(`${name}${way}: ${id}: ${nodes.join(' | ')}`);
}

/** The same with a picture of every way. */
export async function everyWay(person: Person, name: string, problems: string[]): Promise<void> {
  await look(person, name, problems);
  for (const { way, ...shown } of WAYS)
    if (way !== '') await person.shoot(join(SCREENS, `${name}${way}.png`), shown);
}
