/** A room in which people hold their screens before one another's cameras, and what each of them does meanwhile. */
import fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConsoleRoom, PASSPHRASE } from '../test-support/consoles.ts';
import { Person } from './person.ts';
import * as act from './room.ts';

/** How long a message may take from screen to camera, in milliseconds: a busy machine reads a picture a second. */
export const PATIENCE = 120_000;
/** Milliseconds between two looks at whether something has arrived. */
const GLANCE = 150;

const NAMES = ['Alma', 'Bruno', 'Chidi', 'Ada'] as const;

/** How a screen is held before cameras. */
interface Held {
  /** Who does not look before the others have got it, and all of it was shown once. */
  readonly late?: Person;
  /** When somebody has got it; otherwise, when they wait for something else than before. */
  readonly until?: (person: Person) => Promise<void>;
}

export class OpticalRoom {
  readonly dir: string;
  readonly people: readonly Person[];
  /** Share of pictures that every camera loses. */
  loss = 0;
  #seen = { shows: 0, pictures: 0, lost: 0, milliseconds: 0 };

  constructor(dir: string) {
    this.dir = dir;
    this.people = NAMES.map((name) => {
      const home = join(dir, name.toLowerCase());
      return new Person(name, home, home, join(dir, `${name.toLowerCase()}.y4m`));
    });
  }

  get holders(): readonly Person[] {
    return this.people.slice(0, 3);
  }

  get alma(): Person {
    return this.#at(0);
  }

  get bruno(): Person {
    return this.#at(1);
  }

  get chidi(): Person {
    return this.#at(2);
  }

  /** Administrator, approver and witness. */
  get ada(): Person {
    return this.#at(3);
  }

  #at(index: number): Person {
    const person = this.people[index];
    if (person === undefined) throw new RangeError('nobody sits there');
    return person;
  }

  /** Everybody opens the console, for the first time or again. */
  async sitDown(): Promise<void> {
    for (const { home } of this.people) fs.mkdirSync(home, { recursive: true });
    await act.together(this.people, async (person) => {
      await person.start();
    });
  }

  async close(): Promise<void> {
    await act.together(this.people, (person) => person.close());
  }

  /** A 2-of-3 key, made by the same engine without windows. They have to be closed, and everybody's card at Ada's. */
  async makeKey(): Promise<void> {
    const room = new ConsoleRoom(this.dir, 'camera');
    const { administrator, holders, all } = room;
    for (const console of all) await console.ask('vault:open', { passphrase: PASSPHRASE });
    const { cards } = await administrator.ask('card:list', {});
    room.cards.push(...NAMES.flatMap((name) => cards.filter((card) => card.name === name)));
    const { ceremony, code } = await administrator.ask('plan:make', room.draft());
    const [plan] = (await administrator.ceremony(ceremony)).exchange.show;
    for (const holder of holders) await administrator.showTo(holder, plan?.id ?? '', null);
    await room.toEnd(ceremony, code);
    await room.close();
  }

  /** Holds a screen before cameras until everybody has what it says. */
  async show(from: Person, to: readonly Person[], { late, until }: Held = {}): Promise<void> {
    await from.comesTo('show');
    await act.together(to, (person) => person.comesTo('scan'));
    const waits = new Map<Person, string>();
    for (const person of to) waits.set(person, await awaited(person));
    const has = until ?? ((person: Person) => takes(person, waits.get(person) ?? ''));
    const others = to.filter((person) => person !== late);
    const before = await from.faces(others, this.loss);
    await act.together(others, has);
    if (late !== undefined) {
      await from.sees('Sent once through');
      await from.faces([late], this.loss);
      await has(late);
    }
    const { pictures, lost, milliseconds } = await from.faces([]);
    this.#seen.shows += 1;
    this.#seen.pictures += pictures - before.pictures;
    this.#seen.lost += lost - before.lost;
    this.#seen.milliseconds += milliseconds - before.milliseconds;
  }

  async toEverybody(held: Held = {}): Promise<void> {
    await this.show(this.ada, this.holders, held);
    await this.ada.press('Done');
  }

  /** One after the other, as people come to the administrator's laptop. */
  async toAdministrator(): Promise<void> {
    for (const holder of this.holders) {
      await this.show(holder, [this.ada]);
      await holder.press('Done');
    }
  }

  /** What went through the air since this was asked last, in words. */
  figures(): string {
    const { shows, pictures, lost, milliseconds } = this.#seen;
    this.#seen = { shows: 0, pictures: 0, lost: 0, milliseconds: 0 };
    const each = (pictures / milliseconds) * 1000;
    return `${shows} screens before cameras for ${(milliseconds / 1000).toFixed(0)} s, ${pictures} pictures of them, ${each.toFixed(1)} a second${lost > 0 ? `, ${lost} times a camera lost one` : ''}`;
  }
}

/** What a laptop waits for, in words. Changes with everything that it takes. */
async function awaited(person: Person): Promise<string> {
  const { ceremonies } = await person.state();
  const open = ceremonies.find(({ finished }) => !finished);
  return `${ceremonies.length} ${JSON.stringify(open?.exchange.scan)}`;
}

/** Until something is here that was not, and the screen has said so. */
async function takes(person: Person, before: string): Promise<void> {
  const end = performance.now() + PATIENCE;
  while ((await awaited(person)) === before) {
    if (performance.now() > end) throw new Error(`${person.name} does not get what is shown`);
    await sleep(GLANCE);
  }
  await person.sees({ css: '.scan-check, main:not([data-screen="scan"])' });
}
