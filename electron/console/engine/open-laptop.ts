/**
 * An open vault at work: the laptop with its ceremonies, the courier's folder that may come and go, and the person at
 * the window. Everything that can go wrong with a medium ends here as a state of the courier, not as a failure.
 */
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bytesToHex } from '../../../crypto/bytes.ts';
import type { PlanContext } from '../../../ceremony/plan.ts';
import type { Step } from '../../../ceremony/script.ts';
import { FileError } from '../../../devices/files.ts';
import type { Vault } from '../../../devices/vault/vault.ts';
import { heldKeys } from '../../../laptop/keys.ts';
import { Laptop, type Part } from '../../../laptop/laptop.ts';
import type { CeremonyState, CourierState } from '../../ipc/state.ts';
import type { Outgoing } from '../../ipc/optical.ts';
import { ceremonyState, sceneOf } from './ceremony-state.ts';
import { Desk, seenUpon } from './desk.ts';
import { readableOf, toShow, toShowOutside, type Show } from './exchange.ts';
import { Restoring } from './restore.ts';
import { Shelf } from './shelf.ts';

export interface OpenLaptopOptions {
  readonly home: string;
  readonly backupDir: () => string;
  /** What the backups are sealed with: the passphrase of the vault. */
  readonly passphrase: string;
  readonly onProblem: (sentence: string) => void;
  /** What the laptop is about to do. */
  readonly onWork: (what: string) => void;
}

/** Where messages are exchanged. By camera, the folder is one of this laptop's own: it keeps what was said and seen. */
export interface Courier {
  /** Null: nothing is chosen yet. */
  readonly path: string | null;
  readonly by: CourierState['by'];
}

/** A folder that is never there: a laptop without a courier's folder holds its tongue. */
const NOWHERE = '/nonexistent/reseal-has-no-courier-yet';
const NO_COURIER = 'No folder for messages is chosen yet.';
/** How long a look at the folder waits for something to change, in milliseconds. */
const PATIENCE = 2000;
/** How often a laptop without its folder looks whether it has come, in milliseconds. */
const AWAY = 500;

export class OpenLaptop {
  readonly vault: Vault;
  readonly desk = new Desk();
  readonly shelf: Shelf;
  readonly restoring = new Restoring();
  readonly laptop: Laptop;
  /** Ceremonies in which nothing is left to do: they do not change any more. */
  readonly #ended = new Map<string, CeremonyState>();
  #courier: string | null;
  #by: CourierState['by'];
  #courierState: CourierState | null = null;
  /** True when the folder was away, or is new: what this laptop has to say must be shown there again. */
  #showAgain = true;

  private constructor(vault: Vault, { path: courier, by }: Courier, options: OpenLaptopOptions) {
    this.vault = vault;
    this.#courier = courier;
    this.#by = by;
    this.shelf = new Shelf(vault, options.home);
    const begin = (_role: string, step: Step, { plan }: PlanContext): void => {
      options.onWork(`${plan.keyName}: ${step.title}`);
    };
    this.laptop = new Laptop(vault, {
      home: options.home,
      courier: courier ?? NOWHERE,
      backupPassphrase: options.passphrase,
      backupDir: options.backupDir,
      operator: (context, role) =>
        this.desk.operator(context, role, (step) => {
          const part = this.part(bytesToHex(context.id), role);
          return part === undefined ? '' : seenUpon(step, part.runner.view);
        }),
      onProblem: options.onProblem,
      onBegin: begin,
    });
  }

  static async open(vault: Vault, courier: Courier, options: OpenLaptopOptions): Promise<OpenLaptop> {
    const opened = new OpenLaptop(vault, courier, options);
    await opened.#withCourier(() => opened.laptop.resume());
    return opened;
  }

  get courier(): CourierState | null {
    return this.#courierState;
  }

  /** Exchanges messages in this folder from now on. */
  useCourier({ path, by }: Courier & { readonly path: string }): void {
    this.#courier = resolve(path);
    this.#by = by;
    this.#showAgain = true;
    this.laptop.useCourier(this.#courier);
  }

  /** Reads what has arrived and does whatever comes next. A medium that is away is no failure. */
  async sync(): Promise<void> {
    this.desk.forget();
    if (this.#courier === null) {
      this.#courierState = null;
      return;
    }
    try {
      await this.#withCourier(() => this.#look());
    } finally {
      // An answer that was not used now must not be used later, when its person has gone.
      this.desk.withdraw();
    }
  }

  async #look(): Promise<void> {
    const messages = await this.laptop.channel.receive();
    this.shelf.look(messages);
    if (this.#showAgain) await this.laptop.showAll();
    this.#showAgain = false;
    this.#courierState = {
      by: this.#by,
      path: this.#courier ?? '',
      state: 'ready',
      messages: messages.length,
      sentence: null,
    };
    await this.laptop.sync();
  }

  /** Runs something that needs the courier's folder; afterwards the state says how that went. */
  async #withCourier(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // Only the courier's own folder: what the vault's disk does is another matter.
      if (!(error instanceof FileError) || !isBelow(error.path, this.#courier ?? NOWHERE)) throw error;
      this.#showAgain = true;
      this.#courierState =
        this.#courier === null
          ? null
          : {
              by: this.#by,
              path: this.#courier,
              state: error.code === 'missing' ? 'missing' : 'unreadable',
              messages: 0,
              sentence: error.message,
            };
    }
  }

  /** Waits until something may have changed in the folder. */
  async waitForChange(): Promise<void> {
    // A folder that was never read differs from itself, so it is only asked about while it is there.
    if (this.#courierState?.state === 'ready') await this.laptop.channel.waitForChange(PATIENCE);
    else await pause(AWAY);
  }

  /** The part with this role. */
  part(ceremony: string, role: string): Part | undefined {
    return this.laptop.parts.find((part) => bytesToHex(part.context.id) === ceremony && part.role === role);
  }

  /** All ceremonies of this laptop, those that are still on first, then the newest. */
  async ceremonies(): Promise<CeremonyState[]> {
    const epochs = new Map(
      (await heldKeys(this.vault)).map(({ record }) => [record.fingerprint, record.epoch]),
    );
    const { state: there, sentence } = this.#courierState ?? { state: 'missing', sentence: NO_COURIER };
    const away = there === 'ready' ? null : (sentence ?? NO_COURIER);
    const byId = this.#partsById();
    const states: CeremonyState[] = [];
    for (const [id, parts] of byId) {
      const state =
        this.#ended.get(id) ??
        (await ceremonyState({ laptop: this.laptop, desk: this.desk, parts, away, activeEpoch: null }));
      // One that was aborted may still be brought to life by a late certificate.
      if (state.finished && state.outcome === 'closed') this.#ended.set(id, state);
      states.push({ ...state, activeEpoch: epochs.get(state.fingerprint ?? '') ?? null });
    }
    return states.sort((a, b) => Number(a.finished) - Number(b.finished) || (a.created < b.created ? 1 : -1));
  }

  /** What can be shown outside of ceremonies. */
  async #outside(): Promise<Show[]> {
    return toShowOutside({
      held: readableOf(this.laptop.held()),
      identity: bytesToHex(this.vault.info.identity.key),
      keys: new Map((await heldKeys(this.vault)).map(({ record }) => [record.fingerprint, record.epoch])),
      elsewhere: new Set(
        this.laptop.parts
          .filter(({ role, finished }) => role === 'administrator' || finished)
          .map(({ context }) => bytesToHex(context.id.subarray(0, 4))),
      ),
    });
  }

  async outgoing(): Promise<Outgoing[]> {
    return (await this.#outside()).map(({ outgoing }) => outgoing);
  }

  /** What is to be shown under this id; undefined when that has changed meanwhile. */
  async show(id: string): Promise<Show | undefined> {
    const inside = [...this.#partsById().values()].flatMap((parts) => toShow(sceneOf(this.laptop, parts)));
    return [...inside, ...(await this.#outside())].find(({ outgoing }) => outgoing.id === id);
  }

  #partsById(): Map<string, Part[]> {
    const byId = new Map<string, Part[]>();
    for (const part of this.laptop.parts) {
      const id = bytesToHex(part.context.id);
      byId.set(id, [...(byId.get(id) ?? []), part]);
    }
    return byId;
  }

  close(): void {
    this.restoring.forget();
    this.laptop.close();
  }
}

/** True for a folder and everything in it. */
const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
