/**
 * What is between the laptops of an optical rehearsal: air. No file travels. Every laptop has a folder of its own (its
 * mailbox), where it leaves what it has to say, and finds what its camera saw. Here new messages are taken out of
 * mailboxes and shown as codes, to one camera after another; what a camera has put together of the pictures goes into
 * the mailbox of its laptop.
 */
import { availableParallelism } from 'node:os';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '../../../crypto/bytes.ts';
import { decodeMessage, type Message } from '../../../ceremony/message.ts';
import { folderChannel, type FolderChannel } from '../../../devices/channel/folder.ts';
import { topicOf } from '../../../laptop/topics.ts';
import { packBody } from '../../../optical/wire/body.ts';
import { encodeTopic } from '../../../optical/wire/topic.ts';
import type { CameraName } from './cameras.ts';
import { RATE, VERSION, type OnScreen, type Outcome } from './reception.ts';
import { sumUp, type OpticalReport, type Reception } from './statistics.ts';
import { Threads } from './threads.ts';

/** The seat of whoever makes the plans. It has a screen and a camera too. */
export const DESK = 'desk';

export interface AirOptions {
  /** Mailboxes by seat; that of the desk too. They exist. */
  readonly mailboxes: ReadonlyMap<string, string>;
  /** The seat whose laptop is the administrator's. */
  readonly administrator: string;
  /** Name of the camera model's conditions. */
  readonly camera: CameraName;
  /** Percent of the pictures that are lost. */
  readonly loss: number;
  readonly seed: string;
  /** Told about every reception. */
  readonly onReception: (reception: Reception) => void;
  /** Told when everybody who is meant to see something has seen it. */
  readonly onSeen: (seen: Seen) => void;
  /** Told once when it cannot go on. */
  readonly onFailure: (error: Error) => void;
}

/** Something that was on a screen until everybody had it. */
export interface Seen {
  readonly from: string;
  readonly types: readonly Message['type'][];
  readonly receptions: readonly Reception[];
}

/** What a screen shows to some of the others. */
interface Showing extends OnScreen {
  readonly from: string;
  readonly types: readonly Message['type'][];
  readonly to: readonly string[];
  readonly receptions: Reception[];
}

/** A laptop, as somebody sees it who cannot look into it: a screen, a camera, a mailbox. */
interface Station {
  readonly name: string;
  readonly mailbox: FolderChannel;
  /** SHA-256 of every message that it has shown or seen. */
  readonly known: Set<string>;
  /** Off while its process is not there: no screen, no camera. */
  on: boolean;
  /** What it has to say that is not on its screen yet. */
  readonly toSay: { readonly to: readonly string[]; readonly bytes: Uint8Array; readonly message: Message }[];
  /** What its screen shows, and what it showed before. */
  readonly screens: Showing[];
  /** What it has to look at yet, in order. */
  readonly looks: Look[];
  /** What its camera is at. */
  looking: Look | undefined;
  /** Ids of bodies that it has: their frames are passed over. */
  readonly finished: string[];
}

/** Something on a screen that somebody has to look at. */
interface Look {
  readonly showing: Showing;
  /** How often one of the two laptops went off while somebody looked. */
  interrupted: number;
}

export class Air {
  readonly #options: AirOptions;
  readonly #stations: ReadonlyMap<string, Station>;
  readonly #threads = new Threads(Math.min(2, availableParallelism()));
  readonly #receptions: Reception[] = [];
  #messages = 0;
  #closed = false;

  constructor(options: AirOptions) {
    this.#options = options;
    this.#stations = new Map(
      [...options.mailboxes].map(([name, dir]) => [
        name,
        {
          name,
          mailbox: folderChannel(dir),
          known: new Set(),
          on: name === DESK,
          toSay: [],
          screens: [],
          looks: [],
          looking: undefined,
          finished: [],
        },
      ]),
    );
  }

  /** Looks into all mailboxes from now on. */
  start(): void {
    for (const station of this.#stations.values())
      this.#watch(station).catch((error: unknown) => {
        this.#fail(error);
      });
  }

  async #watch(station: Station): Promise<void> {
    while (!this.#closed) {
      await this.#look(station);
      await station.mailbox.waitForChange(500);
    }
  }

  /** A laptop is there, with screen and camera. */
  on(seat: string): void {
    const station = this.#stations.get(seat);
    if (station === undefined) return;
    station.on = true;
    this.#pump();
  }

  /** A laptop is gone. What its camera was at, or others were at who looked at its screen, begins anew. */
  off(seat: string): void {
    for (const station of this.#stations.values()) {
      if (station.name === seat) station.on = false;
      const { looking } = station;
      if (looking !== undefined && (station.name === seat || looking.showing.from === seat))
        looking.interrupted += 1;
    }
  }

  /** Finds out what a laptop has new to say. */
  async #look(station: Station): Promise<void> {
    for (const { source, message: bytes } of await station.mailbox.receive()) {
      const digest = bytesToHex(sha256(bytes));
      if (station.known.has(digest)) continue;
      station.known.add(digest);
      const message = decodeMessage(bytes, source);
      const to = this.#audience(station.name, message.type);
      if (to.length > 0) station.toSay.push({ to, bytes, message });
    }
    this.#pump();
  }

  /** Takes onto the screen what somebody has time for: all that is for the same people in one body. */
  #show(station: Station): void {
    const free = (name: string): boolean => {
      const other = this.#stations.get(name);
      return other !== undefined && other.on && other.looking === undefined;
    };
    for (let first; (first = station.toSay.find(({ to }) => to.some(free))) !== undefined;) {
      const { to } = first;
      const together = station.toSay.filter((one) => one.to.join(' ') === to.join(' '));
      for (const one of together) station.toSay.splice(station.toSay.indexOf(one), 1);
      this.#messages += together.length;
      const showing: Showing = {
        from: station.name,
        types: together.map(({ message }) => message.type),
        to,
        receptions: [],
        body: packBody(together.map(({ bytes }) => bytes)),
        topic: encodeTopic(topicOf(first.message)),
      };
      station.screens.push(showing);
      for (const name of to) this.#stations.get(name)?.looks.push({ showing, interrupted: 0 });
    }
  }

  /** Who looks at the screen: what is for one person is shown to that person. */
  #audience(from: string, type: Message['type']): string[] {
    const { administrator } = this.#options;
    const names = [...this.#stations.keys()].filter((name) => name !== from);
    switch (type) {
      case 'card':
        return names.filter((name) => name === administrator || name === DESK);
      case 'key':
      case 'envelope':
      case 'cosignature':
        return names.filter((name) => name === administrator);
      case 'plan':
      case 'bundle':
      case 'attempt':
      case 'checkpoint':
        return names.filter((name) => name !== DESK);
    }
  }

  /** Points every camera that has nothing to do at the next screen that is on. */
  #pump(): void {
    if (this.#closed) return;
    for (const station of this.#stations.values()) if (station.on) this.#show(station);
    for (const station of this.#stations.values()) {
      if (!station.on || station.looking !== undefined) continue;
      const look = station.looks.find(({ showing: { from } }) => this.#stations.get(from)?.on === true);
      if (look === undefined) continue;
      this.#see(station, look).catch((error: unknown) => {
        this.#fail(error);
      });
    }
  }

  /** Points a camera at a screen until everything on it has come across, or one of the two went off. */
  async #see(station: Station, look: Look): Promise<void> {
    const { showing } = look;
    const { seed, camera, loss } = this.#options;
    const from = this.#stations.get(showing.from);
    station.looking = look;
    const { interrupted } = look;
    const number = from?.screens.indexOf(showing) ?? 0;
    const before = from?.screens[number - 1];
    const outcome = await this.#threads.run({
      from: showing.from,
      to: station.name,
      seed: `${seed} ${showing.from} ${number} ${station.name} ${interrupted}`,
      camera,
      loss: loss / 100,
      shown: screenOf(showing),
      before: before === undefined ? undefined : screenOf(before),
      beside: [...this.#stations.values()]
        .filter((other) => other !== from && other !== station && other.on)
        .flatMap(({ screens }) => screens.slice(-1).map(screenOf)),
      finished: station.finished,
    });
    if (this.#closed) return;
    station.looking = undefined;
    if (look.interrupted === interrupted) await this.#take(station, look, outcome);
    this.#pump();
  }

  /** Puts what a camera saw into the mailbox of its laptop. */
  async #take(station: Station, look: Look, { id, messages, counts }: Outcome): Promise<void> {
    const { showing } = look;
    station.looks.splice(station.looks.indexOf(look), 1);
    station.finished.push(id);
    const digests: string[] = [];
    for (const bytes of messages) {
      const digest = bytesToHex(sha256(bytes));
      digests.push(digest);
      // Not as something that it says itself.
      station.known.add(digest);
      // Named by who showed it: the desk finds the cards of its seats by that.
      await station.mailbox.show(`${decodeMessage(bytes).type}-${showing.from}`, bytes);
    }
    const reception = {
      from: showing.from,
      to: station.name,
      messages: digests,
      ...counts,
      interrupted: look.interrupted,
    };
    this.#receptions.push(reception);
    showing.receptions.push(reception);
    this.#options.onReception(reception);
    if (showing.receptions.length === showing.to.length) this.#options.onSeen(showing);
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
  }

  /** Every reception so far. */
  get receptions(): readonly Reception[] {
    return this.#receptions;
  }

  report(): OpticalReport {
    const { camera, loss, seed } = this.#options;
    return sumUp(this.#receptions, {
      camera,
      loss,
      seed,
      version: VERSION,
      rate: RATE,
      messages: this.#messages,
    });
  }

  /** Takes all screens and cameras away. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#threads.close();
  }
}

/** What a thread needs to know of a screen. */
function screenOf({ body, topic }: OnScreen): OnScreen {
  return { body, topic };
}
