/**
 * One laptop: its open vault and the courier's folder, with every ceremony that it takes part in. `sync` reads what
 * has arrived and does whatever comes next in each; it can be called as often as one likes.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, equalBytes, fromHex } from '../crypto/bytes.ts';
import { Administrator, type AdministratorPorts } from '../ceremony/administrator.ts';
import { CryptoError } from '../crypto/errors.ts';
import { decodeCard } from '../ceremony/card.ts';
import { CeremonyError } from '../ceremony/errors.ts';
import { decodeMessage, type Message } from '../ceremony/message.ts';
import { Participant, type ParticipantPorts, type Progress, type Waiting } from '../ceremony/participant.ts';
import { decodePlan, planCode, rolesOf, type PlanContext, type RoleName } from '../ceremony/plan.ts';
import type { Operator } from '../ceremony/ports.ts';
import type { Contributions } from '../ceremony/rounds/contributions.ts';
import type { Step } from '../ceremony/script.ts';
import { outcome, type View } from '../ceremony/view.ts';
import { folderChannel, type FolderChannel } from '../devices/channel/folder.ts';
import { openNonceKeeper, type OpenedNonceKeeper } from '../devices/nonces/nonces.ts';
import { systemRandom } from '../devices/random.ts';
import type { Vault } from '../devices/vault/vault.ts';
import { Arrivals, type Arrival } from './arrivals.ts';
import { backupWriter, BackupFailure, type BackupOptions } from './backups.ts';
import { plannedSheet, type PlannedSheet } from './paper/planned.ts';
import { sameRecord, writeRecord } from './files.ts';

export interface LaptopOptions extends BackupOptions {
  readonly home: string;
  readonly courier: string;
  readonly operator: (context: PlanContext, role: RoleName) => Operator;
  /** Something that a person should know but that stops nothing. */
  readonly onProblem: (sentence: string) => void;
  readonly onBegin?: (role: string, step: Step, context: PlanContext) => void;
  readonly onStep?: (role: string, step: Step, context: PlanContext) => void;
  readonly onBundle?: (round: number, context: PlanContext) => void;
  /** Rehearsals of dishonesty only. */
  readonly contributions?: (role: string, context: PlanContext) => Contributions | undefined;
}

/** One role of this laptop in one ceremony. */
export interface Part {
  readonly context: PlanContext;
  readonly role: RoleName;
  readonly runner: Participant | Administrator;
  /** What became of each message, so that none is judged twice: the view at which it was tried last, or `done`. */
  readonly tried: Map<string, View | 'done'>;
  finished: boolean;
  waiting: Waiting | undefined;
  /** Why this laptop cannot go on in this ceremony, as of the last sync. */
  refusal: Refusal | undefined;
}

/** A refusal that concerns one ceremony and stops no other. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly next: string | null;
}

/** A message that lies in the courier's folder. */
export interface Held {
  readonly source: string;
  readonly bytes: Uint8Array;
  readonly message: Message;
}

/** What a `sync` came to, for one role in one ceremony. */
export interface PartReport {
  readonly ceremony: string;
  readonly code: string;
  readonly keyName: string;
  readonly role: string;
  readonly outcome: ReturnType<typeof outcome>;
  readonly done: readonly string[];
  readonly waiting: string | undefined;
  readonly refusal: Refusal | null;
}

/** Ceremonies that are not over, at a time. Plans cost whoever sends them nothing, and stay in the vault for good. */
const MAX_OPEN = 50;

export class Laptop {
  readonly vault: Vault;
  readonly nonces: OpenedNonceKeeper;
  /** The courier's folder, whichever it is at the moment. */
  readonly channel: FolderChannel;
  readonly parts: Part[] = [];
  readonly #options: LaptopOptions;
  /** Messages that have been decoded, by the name of their file. */
  readonly #decoded = new Map<string, { bytes: Uint8Array; message: Message | undefined }>();
  readonly #reported = new Set<string>();
  readonly #arrivals = new Arrivals();
  #folder: FolderChannel;

  constructor(vault: Vault, options: LaptopOptions) {
    this.vault = vault;
    this.#options = options;
    const key32 = vault.nonceKey();
    this.nonces = openNonceKeeper({ vaultId: vault.info.id, key32, ...nonceBases() });
    key32.fill(0);
    this.#folder = this.#open(options.courier);
    this.channel = {
      show: (name, message) => this.#folder.show(name, message),
      receive: () => this.#folder.receive(),
      waitForChange: (timeoutMs) => this.#folder.waitForChange(timeoutMs),
    };
  }

  #open(courier: string): FolderChannel {
    return folderChannel(courier, {
      onProblem: (source, sentence) => {
        this.#report(`${source}: ${sentence}`);
      },
    });
  }

  /** Exchanges messages in another folder from now on. What this laptop has to say is shown there by `showAll`. */
  useCourier(courier: string): void {
    this.#folder = this.#open(courier);
    this.#decoded.clear();
    for (const part of this.parts) part.tried.clear();
  }

  /** Shows again all that this laptop has to say, on a medium that came back or a new one. */
  async showAll(): Promise<void> {
    for (const part of this.parts) await part.runner.showAll();
  }

  /**
   * Who has sent what in a ceremony, as far as this laptop can see it in the courier's folder: for people to look at.
   * Signatures are checked; whether the content is right is judged with the bundle.
   */
  arrivals(context: PlanContext): Arrival[] {
    const found: Arrival[] = [];
    for (const { message } of this.#decoded.values()) {
      if (message?.type !== 'envelope' || !equalBytes(message.ceremony, context.id)) continue;
      const arrival = this.#arrivals.of(context, message.envelope);
      if (arrival !== undefined) found.push(arrival);
    }
    return found;
  }

  /** The messages that the last look at the courier's folder found, those that can be read. */
  held(): Held[] {
    return [...this.#decoded].flatMap(([source, { bytes, message }]) =>
      message === undefined ? [] : [{ source, bytes, message }],
    );
  }

  #report(sentence: string): void {
    if (this.#reported.has(sentence)) return;
    this.#reported.add(sentence);
    this.#options.onProblem(sentence);
  }

  /** Takes up the ceremonies that this laptop has begun. */
  async resume(): Promise<void> {
    for (const id of await this.vault.ceremonyIds()) {
      const plan = await this.vault.journal(id).get('plan');
      if (plan !== undefined) await this.#takeUp(decodePlan(plan));
    }
    await this.showAll();
  }

  /** Adds a ceremony of which this laptop has a role. Returns false if it has none. */
  async add(context: PlanContext): Promise<boolean> {
    if (rolesOf(context.plan, this.vault.info.identity).length === 0) return false;
    if (context.plan.rehearsal !== this.vault.info.rehearsal)
      throw new CeremonyError(
        'rehearsal-mismatch',
        context.plan.rehearsal
          ? `The plan "${planCode(context)}" is a rehearsal, and this vault is for real keys.`
          : `The plan "${planCode(context)}" is for a real key, and this vault is for rehearsals.`,
        'Use the other vault of this laptop.',
      );
    await this.vault.journal(bytesToHex(context.id)).put('plan', context.bytes);
    await this.#takeUp(context);
    return true;
  }

  async #takeUp(context: PlanContext): Promise<void> {
    const id = bytesToHex(context.id);
    if (this.parts.some((part) => bytesToHex(part.context.id) === id)) return;
    for (const role of rolesOf(context.plan, this.vault.info.identity)) {
      const ports = await this.#ports(context, role);
      const runner =
        role === 'administrator'
          ? await Administrator.load(context, ports)
          : await Participant.load(context, role, ports, this.#options.contributions?.(role, context));
      this.parts.push({
        context,
        role,
        runner,
        tried: new Map(),
        finished: false,
        waiting: undefined,
        refusal: undefined,
      });
    }
  }

  async #ports(context: PlanContext, role: RoleName): Promise<ParticipantPorts & AdministratorPorts> {
    const id = bytesToHex(context.id);
    const { vault } = this;
    return {
      clock: { now: () => `${new Date().toISOString().slice(0, 19)}Z` },
      random: systemRandom,
      signer: vault.signer,
      journal: vault.journal(id),
      channel: this.channel,
      keys: vault.keys,
      secrets: await vault.ceremonySecrets(id),
      nonces: this.nonces,
      backups: backupWriter(this.#options, context, role),
      operator: this.#options.operator(context, role),
      findSealingSecret: (publicKey) => vault.findSealingSecret(publicKey),
      retireCard: async (sealingKey) => {
        for (const { id: cardId, card } of await vault.cards.list())
          if (equalBytes(fromHex(decodeCard(card).sealingKey), sealingKey)) await vault.cards.destroy(cardId);
      },
      pledgedElsewhere: () => this.#pledgedElsewhere(context),
      fileRecord: (files) => {
        const dir = join(this.#options.home, 'records');
        mkdirSync(dir, { recursive: true, mode: 0o700 });
        const path = this.recordPath(context);
        // A late certificate completes a ceremony whose record was filed as aborted: both are true, in that order.
        const again = existsSync(path) && !sameRecord(path, files);
        writeRecord(again ? `${path}-completed` : path, files);
        return Promise.resolve();
      },
      onBegin: (who, step) => this.#options.onBegin?.(who, step, context),
      onStep: (who, step) => this.#options.onStep?.(who, step, context),
      onBundle: (round) => this.#options.onBundle?.(round, context),
    };
  }

  /** Another ceremony that would make the same epoch, in which this laptop may no longer go back on its word. */
  async #pledgedElsewhere({ id, plan }: PlanContext): Promise<string | undefined> {
    for (const other of await this.vault.ceremonyIds()) {
      const journal = this.vault.journal(other);
      const bytes = await journal.get('plan');
      if (other === bytesToHex(id) || bytes === undefined) continue;
      const context = decodePlan(bytes);
      const same =
        context.plan.before?.fingerprint === plan.before?.fingerprint && context.plan.epoch === plan.epoch;
      const names = await journal.names();
      if (same && pledged(names)) return planCode(context);
    }
    return undefined;
  }

  /** The sheet of a backup that a ceremony's plan asks for, to be printed: see `plannedSheet`. */
  sheet(part: Part, label: string): Promise<PlannedSheet> {
    const at = `${new Date().toISOString().slice(0, 19)}Z`;
    return plannedSheet(part, label, this.#options.backupPassphrase, at);
  }

  /** Where this laptop files the record of a ceremony. */
  recordPath(context: PlanContext): string {
    return join(this.#options.home, 'records', `${context.plan.kind}-${bytesToHex(context.id).slice(0, 8)}`);
  }

  /** Reads what has arrived, does whatever comes next everywhere, and reports. */
  async sync(): Promise<PartReport[]> {
    const done = new Map<Part, string[]>();
    for (;;) {
      await this.#receive();
      let moved = false;
      for (const part of this.parts) {
        if (part.finished) continue;
        const progress = await this.#step(part);
        if (progress === undefined) continue;
        done.set(part, [...(done.get(part) ?? []), ...progress.done]);
        moved ||= progress.done.length > 0;
        part.waiting = progress.waiting;
        part.finished = progress.waiting === undefined;
      }
      if (!moved) break;
    }
    // Those of attempts that came to nothing. While any ceremony is open, nonces stay for the next process.
    if (this.parts.every((part) => part.finished)) this.nonces.clear();
    return this.parts.map((part) => ({
      ceremony: bytesToHex(part.context.id),
      code: planCode(part.context),
      keyName: part.context.plan.keyName,
      role: part.role,
      outcome: outcome(part.runner.view),
      done: done.get(part) ?? [],
      waiting: part.refusal === undefined ? part.waiting?.sentence : sentenceOf(part.refusal),
      refusal: part.refusal ?? null,
    }));
  }

  /** Reads what has arrived, and does nothing about it. */
  read(): Promise<void> {
    return this.#receive();
  }

  /**
   * Does what comes next in one ceremony. Anybody can put a plan into the courier's folder that this laptop cannot
   * take part in, so what one ceremony refuses must not keep the others from going on.
   */
  async #step(part: Part): Promise<Progress | undefined> {
    part.refusal = undefined;
    if (await this.#isFiled(part)) return { done: [], waiting: undefined };
    try {
      await this.#refuseSecondCeremony(part);
      return await part.runner.step();
    } catch (error) {
      const refused = refusalOf(error);
      if (refused === undefined) throw error;
      part.refusal = refused;
      return undefined;
    }
  }

  /**
   * True once the record of a completed ceremony was filed in this role. Nothing is left to do then, and what was done
   * cannot be seen in the vault for ever: a later ceremony destroys the epoch that this one made.
   */
  async #isFiled({ context, role, runner }: Part): Promise<boolean> {
    if (!(runner instanceof Participant) || outcome(runner.view) !== 'closed') return false;
    const journal = this.vault.journal(bytesToHex(context.id));
    return (await journal.get(`filed-${role}${runner.log.revived ? '-revived' : ''}`)) !== undefined;
  }

  /**
   * A holder works on one ceremony of a key at a time: two that both made a next epoch could each become final on some
   * laptops. The first must end, or be stopped, before the second is joined.
   */
  async #refuseSecondCeremony(part: Part): Promise<void> {
    const { fingerprint } = part.context.plan.before ?? {};
    if (
      fingerprint === undefined ||
      !(part.runner instanceof Participant) ||
      !part.role.startsWith('holder-')
    )
      return;
    const journal = this.vault.journal(bytesToHex(part.context.id));
    if ((await journal.get(`joined-${part.role}`)) !== undefined) return;
    const other = this.parts.find(
      (candidate) =>
        candidate !== part &&
        candidate.role.startsWith('holder-') &&
        candidate.context.plan.before?.fingerprint === fingerprint &&
        outcome(candidate.runner.view) === 'open' &&
        candidate.context.plan.epoch === part.context.plan.epoch,
    );
    if (other === undefined) return;
    const otherJournal = this.vault.journal(bytesToHex(other.context.id));
    if ((await otherJournal.get(`joined-${other.role}`)) === undefined) return;
    throw new CeremonyError(
      'ceremony-in-progress',
      `This laptop is in the middle of the ceremony "${planCode(other.context)}" of the same key.`,
      `End that one first, or stop it: reseal stop --ceremony "${planCode(other.context)}".`,
    );
  }

  async #receive(): Promise<void> {
    const received = await this.channel.receive();
    const there = new Set(received.map(({ source }) => source));
    for (const source of this.#decoded.keys()) if (!there.has(source)) this.#decoded.delete(source);
    for (const { source, message: bytes } of received) {
      const message = this.#decode(source, bytes);
      if (message === undefined) continue;
      if (message.type === 'plan') await this.#receivePlan(source, message.plan);
    }
    for (const part of this.parts) {
      // Bundles build on one another, so a pass that brought something new is followed by another one.
      for (let again = true; again;) {
        again = false;
        for (const { source, message: bytes } of received) {
          const message = this.#decode(source, bytes);
          if (message !== undefined && (await this.#deliver(part, source, message))) again = true;
        }
      }
    }
  }

  #decode(source: string, bytes: Uint8Array): Message | undefined {
    const known = this.#decoded.get(source);
    if (known?.bytes === bytes) return known.message;
    let message: Message | undefined;
    try {
      message = decodeMessage(bytes, source);
    } catch (error) {
      this.#report(sentenceOf(error));
    }
    this.#decoded.set(source, { bytes, message });
    return message;
  }

  async #receivePlan(source: string, bytes: Uint8Array): Promise<void> {
    // By content: a file whose name promises nothing is read anew at every look.
    const key = `plan ${bytesToHex(sha256(bytes))}`;
    if (this.#reported.has(key)) return;
    try {
      if (this.#isFull()) {
        this.#report(
          `${source}: this laptop takes up no more than ${MAX_OPEN} ceremonies at a time. Take plans that nobody wants out of the folder.`,
        );
        return;
      }
      await this.add(decodePlan(bytes, source));
      this.#reported.add(key);
    } catch (error) {
      this.#report(sentenceOf(error));
      // What is wrong with it stays wrong; a failing disk may not.
      if (error instanceof CeremonyError || error instanceof CryptoError) this.#reported.add(key);
    }
  }

  #isFull(): boolean {
    const open = this.parts.filter((part) => !part.finished);
    return new Set(open.map(({ context }) => bytesToHex(context.id))).size >= MAX_OPEN;
  }

  /** Hands a message to one part. Returns true when it changed the part's view. */
  async #deliver(part: Part, source: string, message: Message): Promise<boolean> {
    const tried = part.tried.get(source);
    const before = part.runner.view;
    // A certificate that turns up late brings an aborted ceremony to life again.
    const over = part.finished && outcome(before) !== 'aborted';
    if (over || tried === 'done' || tried === before) return false;
    try {
      const taken = await part.runner.receive(message);
      part.tried.set(source, taken ? 'done' : part.runner.view);
    } catch (error) {
      // A failing disk or vault is this laptop's own trouble and must not pass for a bad message.
      if (!(error instanceof CeremonyError || error instanceof CryptoError)) throw error;
      part.tried.set(source, part.runner.view);
      const early =
        error instanceof CeremonyError &&
        (error.code === 'wrong-round' || error.code === 'incomplete-bundle');
      if (!early) this.#report(`${source}: ${sentenceOf(error)}`);
    }
    if (part.runner.view === before) return false;
    part.finished = false;
    return true;
  }

  /** Lets the next process in. */
  close(): void {
    this.nonces.close();
    this.vault.close();
  }
}

/** What a person is told about an error that concerns one ceremony alone: also a medium for backups that fails. */
function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof CeremonyError)
    return { code: error.code, message: error.message, next: error.next ?? null };
  if (error instanceof CryptoError) return { code: error.code, message: error.message, next: null };
  if (error instanceof BackupFailure)
    return {
      code: 'backup-failed',
      message: error.message,
      next: 'Use another medium, or choose another folder.',
    };
  return undefined;
}

/** Where nonces may be kept: RESEAL_NONCES=process keeps them out of memory file systems too. */
function nonceBases(): { bases?: readonly string[] } {
  return process.env['RESEAL_NONCES'] === 'process' ? { bases: [] } : {};
}

/** True when a journal shows a declaration of round 3 and no end without a new epoch. */
function pledged(names: readonly string[]): boolean {
  return (
    names.some((name) => /^out-holder-\d+-r3-/.test(name)) &&
    !names.some((name) => name.startsWith('discarded-'))
  );
}

function sentenceOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  const next = 'next' in error && typeof error.next === 'string' ? ` ${error.next}` : '';
  return `${String(error.message)}${next}`;
}
