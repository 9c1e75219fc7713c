/**
 * The administrator's laptop: collects envelopes, shows bundles, closes the record. Trusted with nothing but liveness:
 * every laptop judges for itself what it is shown, and the signature on a bundle says only that nobody put it together
 * on the way. Whatever it has shown is journalled first, signature included, so that after a crash it shows the same
 * again.
 */
import { bytesToHex, equalBytes } from '../crypto/bytes.ts';
import { sha256 } from './hash.ts';
import {
  APPROVE,
  CONFIRM,
  contributors,
  DEAL,
  EXCEPTION,
  ROUND_NAMES,
  SECURE,
  signBundle,
  STOP,
  type Bundle,
  type SealedSubShares,
} from './bundle.ts';
import { MAX_ATTEMPTS_AHEAD } from './attempts.ts';
import { joinCheckpoint, missingSigners, readCheckpoint, signCheckpoint } from './closing.ts';
import { contradicts, slotName, type Envelope } from './envelope.ts';
import { CeremonyError } from './errors.ts';
import { convicts, nextExceptions } from './exceptions.ts';
import { CeremonyLog } from './log.ts';
import { bundleMessage, decodeMessage, encodeMessage, type Message } from './message.ts';
import { exceptionStates, ownExceptions, putOnRecord, type ExceptionState } from './own-exceptions.ts';
import { channelPrefix, type Progress, type StepState, type Waiting } from './participant.ts';
import { describeRole, type PlanContext } from './plan.ts';
import type { Channel, Clock, Journal, Signer } from './ports.ts';
import { buildRecord, type RecordFiles } from './record.ts';
import { checkSealedBy } from './rounds/deal.ts';
import type { ExceptionCategory } from './rounds/exception.ts';
import { script, type Step, type StepId } from './script.ts';
import { advance, rewind, type View } from './view.ts';

export interface AdministratorPorts {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly channel: Channel;
  readonly signer: Signer;
  fileRecord(files: RecordFiles): Promise<void>;
  onStep?(role: string, step: Step): void;
  /** Called when a round's bundle was put together and shown. */
  onBundle?(round: number): void;
}

interface Collected {
  readonly envelope: Envelope;
  readonly sealed: SealedSubShares;
}

const ROLE = 'administrator';
/** Bodies that end the ceremony by themselves, so that nobody else needs to be waited for. */
const ENDS_THE_CEREMONY: ReadonlySet<unknown> = new Set(['decline', 'complaint']);

export class Administrator {
  readonly context: PlanContext;
  readonly #log: CeremonyLog;
  readonly #ports: AdministratorPorts;
  /** Every valid envelope that ever came in, by the hash of its bytes. */
  readonly #collected = new Map<string, Collected>();
  /** Cosigned notes by the role that cosigned. */
  readonly #cosigned = new Map<string, Uint8Array>();

  private constructor(log: CeremonyLog, ports: AdministratorPorts) {
    this.context = log.context;
    this.#log = log;
    this.#ports = ports;
  }

  static async load(context: PlanContext, ports: AdministratorPorts): Promise<Administrator> {
    const administrator = new Administrator(await CeremonyLog.load(context, ports.journal, 'shown'), ports);
    for (const name of await ports.journal.names()) {
      const stored = name.startsWith('in-') ? await ports.journal.get(name) : undefined;
      if (stored !== undefined) administrator.#remember(decodeMessage(stored));
    }
    for (const envelope of await ownExceptions(ROLE, ports.journal, (bytes) =>
      administrator.#log.open(bytes),
    ))
      administrator.#collectOwn(envelope);
    return administrator;
  }

  get view(): View {
    return this.#log.view;
  }

  #remember(message: Message): string | undefined {
    if (message.type !== 'envelope') return undefined;
    const envelope = this.#log.open(message.envelope);
    const key = bytesToHex(sha256(envelope.bytes));
    if (this.#collected.has(key)) return undefined;
    const sealed = new Map(message.sealed);
    if (envelope.payload.round === DEAL) checkSealedBy(this.context, envelope, sealed);
    this.#collected.set(key, { envelope, sealed });
    return `in-${slotName(envelope.payload)}-${key.slice(0, 16)}`;
  }

  /** Counts an exception of the administrator's own among those that have come in. */
  #collectOwn(envelope: Envelope): void {
    this.#collected.set(bytesToHex(sha256(envelope.bytes)), { envelope, sealed: new Map() });
  }

  /**
   * Takes in a message. Returns false when it came too early and must be shown again later. Throws CeremonyError for one
   * that is not usable; nothing has changed then.
   */
  async receive(message: Message): Promise<boolean> {
    if (!('ceremony' in message) || !equalBytes(message.ceremony, this.context.id)) return true;
    if (message.type === 'envelope') {
      const name = this.#remember(message);
      if (name !== undefined) await this.#ports.journal.put(name, encodeMessage(message));
    } else if (message.type === 'cosignature') {
      if (this.view.next !== undefined) return false;
      const [signature] = readCheckpoint(this.view, message.note);
      if (signature !== undefined) this.#cosigned.set(signature.name, message.note);
    }
    return true;
  }

  /** Shows again everything that was shown before. */
  async showAll(): Promise<void> {
    const { channel, journal } = this.#ports;
    await channel.show(
      `${channelPrefix(this.context)}-plan`,
      encodeMessage({ reseal: 1, type: 'plan', plan: this.context.bytes }),
    );
    for (const bundle of this.view.bundles) await this.#showBundle(bundle);
    for (const name of await journal.names()) {
      const stored = name.startsWith(`out-${ROLE}-r${EXCEPTION}-`) ? await journal.get(name) : undefined;
      if (stored !== undefined) await this.#showOwn(name.slice('out-'.length), stored);
    }
    for (const name of ['checkpoint-first', 'checkpoint-final']) {
      const stored = await journal.get(name);
      if (stored !== undefined) await this.#showCheckpoint(name, stored);
    }
  }

  /**
   * Puts an exception on record: signed, stored, shown (later, if the medium is away), and carried by the next bundle. It
   * ends nothing. Throws
   * `record-closed` once nothing can be added any more, `bad-field` for a text that cannot be put on record.
   */
  async exception(category: ExceptionCategory, text: string): Promise<void> {
    const now = (await this.steps()).find(({ state }) => state === 'now')?.step.id ?? 'file-record';
    const speaker = {
      role: ROLE,
      view: this.view,
      seen: this.#exceptions(),
      ports: this.#ports,
      stored: (envelope: Envelope) => {
        this.#collectOwn(envelope);
      },
      show: (slot: string, message: Uint8Array) => this.#showOwn(slot, message),
    };
    await putOnRecord(speaker, now, category, text);
  }

  /** All exceptions on record, and those that have come in and that no bundle carries yet. */
  exceptions(): Promise<ExceptionState[]> {
    return Promise.resolve(exceptionStates(this.context, this.view, this.#exceptions()));
  }

  #exceptions(): Envelope[] {
    return [...this.#collected.values()]
      .map(({ envelope }) => envelope)
      .filter(({ payload }) => payload.round === EXCEPTION);
  }

  async #showOwn(slot: string, message: Uint8Array): Promise<void> {
    await this.#ports.channel.show(`${channelPrefix(this.context)}-${slot}`, message);
  }

  /** Who has sent what so far, also of rounds whose bundle is not complete. */
  arrived(): { sender: string; round: number; attempt: number; at: string }[] {
    return [...this.#collected.values()].map(({ envelope }) => {
      const { sender, round, attempt, at } = envelope.payload;
      return { sender, round, attempt, at };
    });
  }

  /** The script of the administrator as it stands. */
  async steps(): Promise<StepState[]> {
    const steps = script(this.context, ROLE);
    const names = new Set(await this.#ports.journal.names());
    const isDone = ({ id }: Step): boolean => names.has(`admin-${id}`);
    const now = steps.find((step) => !isDone(step));
    return steps.map((step) => ({ step, state: isDone(step) ? 'done' : step === now ? 'now' : 'later' }));
  }

  /** Does everything that can be done now, and says who is missing what. */
  async step(): Promise<Progress> {
    const done: string[] = [];
    const { journal } = this.#ports;
    const finish = async (id: StepId): Promise<void> => {
      if ((await journal.get(`admin-${id}`)) !== undefined) return;
      await journal.put(`admin-${id}`, new Uint8Array(0));
      const step = this.#step(id);
      done.push(step.title);
      this.#ports.onStep?.(ROLE, step);
    };
    const waiting = (id: StepId, sentence: string): Progress => ({
      done,
      waiting: { role: ROLE, step: this.#step(id), sentence } satisfies Waiting,
    });
    await this.showAll();
    await finish('publish-plan');
    while (this.view.next !== undefined) {
      const unsigned = await this.#nextBundle();
      if (unsigned === undefined) return waiting('collect', this.#missingSentence());
      const bundle = await signBundle(this.context, unsigned, this.#ports.signer);
      await this.#log.accept(bundle);
      done.push(
        `Showed the bundle of round ${bundle.round} (${ROUND_NAMES[bundle.round] ?? ''}) to everybody`,
      );
      await this.#showBundle(bundle);
      this.#ports.onBundle?.(bundle.round);
    }
    await finish('collect');
    const missing = await this.#close();
    if (missing.length > 0)
      return waiting('checkpoint', `Waits for the signature of ${this.#names(missing)} on the checkpoint.`);
    await finish('checkpoint');
    const final = await journal.get('checkpoint-final');
    if (final === undefined) throw new CeremonyError('bad-record', 'The final checkpoint is missing.');
    await this.#ports.fileRecord(buildRecord(this.view, final));
    await finish('file-record');
    return { done, waiting: undefined };
  }

  #step(id: StepId): Step {
    const step = script(this.context, ROLE).find((candidate) => candidate.id === id);
    if (step === undefined)
      throw new CeremonyError('wrong-round', `No such step for the administrator: ${id}.`);
    return step;
  }

  #names(roles: readonly string[]): string {
    return roles.map((role) => describeRole(this.context.plan, role)).join(', ');
  }

  async #showBundle(bundle: Bundle): Promise<void> {
    await this.#ports.channel.show(
      `${channelPrefix(this.context)}-bundle-r${bundle.round}-a${bundle.attempt}`,
      encodeMessage(bundleMessage(this.context.id, bundle)),
    );
  }

  async #showCheckpoint(name: string, note: Uint8Array): Promise<void> {
    await this.#ports.channel.show(
      `${channelPrefix(this.context)}-${name}`,
      encodeMessage({ reseal: 1, type: 'checkpoint', ceremony: this.context.id, note }),
    );
  }

  /** Highest attempt at rounds 2 and 3 that some holder has begun, within what the holders would follow. */
  #attempt(): number {
    const most = this.#acceptedAttempt() + MAX_ATTEMPTS_AHEAD;
    let highest = 1;
    for (const { envelope } of this.#collected.values()) {
      const { round, attempt } = envelope.payload;
      if (round === CONFIRM && attempt <= most) highest = Math.max(highest, attempt);
    }
    return highest;
  }

  #envelopes(round: number, attempt: number): Collected[] {
    const order = contributors(this.context, round);
    const bySender = new Map<string, Collected>();
    for (const one of this.#collected.values()) {
      const { payload } = one.envelope;
      if (payload.round === round && payload.attempt === attempt && !bySender.has(payload.sender))
        bySender.set(payload.sender, one);
    }
    return order.flatMap((sender) => bySender.get(sender) ?? []);
  }

  /** The next bundle to show, or undefined while somebody is missing. */
  async #nextBundle(): Promise<Bundle | undefined> {
    const { view } = this;
    const round = view.next ?? 0;
    const attempt = this.#attempt();
    const repeats = round === SECURE && attempt > this.#acceptedAttempt();
    if (view.abort === undefined && (round === SECURE || round === CONFIRM) && attempt > 1)
      await this.#callToAttempt(attempt);

    const evidence = round <= SECURE ? this.#evidence() : [];
    if (evidence.length > 0)
      return this.#bundle(view, round, round === SECURE ? this.#acceptedAttempt() : 1, [], evidence);
    if (repeats) return this.#completeOrFaulty(rewind(view, CONFIRM), CONFIRM, attempt);
    return this.#completeOrFaulty(view, round, round === SECURE || round === CONFIRM ? attempt : 1);
  }

  #acceptedAttempt(): number {
    return this.view.bundles.find((bundle) => bundle.round === CONFIRM)?.attempt ?? 1;
  }

  /** A bundle that ends the round: with everybody in it, or with one envelope that ends the ceremony by itself. */
  #completeOrFaulty(base: View, round: number, attempt: number): Bundle | undefined {
    const collected = this.#envelopes(round, attempt);
    const refusal = collected.find(({ envelope }) => ENDS_THE_CEREMONY.has(envelope.payload.body['kind']));
    // After the certificate nothing ends early: such a body is recorded as a fault, with everybody's beside it.
    if (refusal !== undefined && round <= SECURE) return this.#bundle(base, round, attempt, [refusal], []);
    const needed =
      round === APPROVE ? this.context.plan.approvalsNeeded : contributors(this.context, round).length;
    if (collected.length < needed) return undefined;
    const whole = this.#bundle(base, round, attempt, collected, []);
    return this.#try(base, whole) === undefined ? undefined : whole;
  }

  /** The view after a bundle; undefined where it is incomplete. Throws `split-view` for a holder who saw other things. */
  #try(base: View, bundle: Bundle): View | undefined {
    try {
      return advance(base, bundle);
    } catch (error) {
      if (error instanceof CeremonyError && error.code === 'incomplete-bundle') return undefined;
      throw error;
    }
  }

  /** Stops, and second envelopes for one slot together with the first, where that proves something. */
  #evidence(): Envelope[] {
    const all = [...this.#collected.values()].map((one) => one.envelope);
    const stop = all.find((envelope) => envelope.payload.round === STOP);
    for (const [at, first] of all.entries()) {
      const second = all.slice(at + 1).find((other) => contradicts(first, other));
      const { round } = first.payload;
      if (second !== undefined && (round <= SECURE || (round === EXCEPTION && convicts(first))))
        return [first, second];
    }
    if (stop === undefined) return [];
    const secured = all.find(
      (one) => one.payload.round === SECURE && one.payload.sender === stop.payload.sender,
    );
    return secured === undefined ? [stop] : [stop, secured];
  }

  /** A bundle that follows `base`, with the exceptions that no bundle of it carries. */
  #bundle(
    base: View,
    round: number,
    attempt: number,
    collected: readonly Collected[],
    evidence: readonly Envelope[],
  ): Bundle {
    return {
      round,
      attempt,
      envelopes: collected.map((one) => one.envelope),
      exceptions: nextExceptions(base, this.#exceptions()),
      evidence,
      sealed: new Map(
        round === DEAL ? collected.map((one) => [one.envelope.payload.sender, one.sealed]) : [],
      ),
    };
  }

  /** Tells everybody to repeat rounds 2 and 3, by passing on the envelope of the holder who has to. */
  async #callToAttempt(attempt: number): Promise<void> {
    const [first] = this.#envelopes(CONFIRM, attempt);
    if (first === undefined) return;
    await this.#ports.channel.show(
      `${channelPrefix(this.context)}-attempt-${attempt}`,
      encodeMessage({
        reseal: 1,
        type: 'attempt',
        ceremony: this.context.id,
        envelope: first.envelope.bytes,
      }),
    );
  }

  #missingSentence(): string {
    const { view } = this;
    const attempt = this.#attempt();
    const repeats = view.next === SECURE && attempt > this.#acceptedAttempt();
    const round = repeats ? CONFIRM : (view.next ?? 0);
    const there = this.#envelopes(round, round === CONFIRM || round === SECURE ? attempt : 1).map(
      (one) => one.envelope.payload.sender,
    );
    const missing = contributors(this.context, round).filter((role) => !there.includes(role));
    const again = attempt > 1 && (round === CONFIRM || round === SECURE) ? `, attempt ${attempt}` : '';
    return `Waits for round ${round} (${ROUND_NAMES[round] ?? ''}${again}) of ${this.#names(missing)}.`;
  }

  /** Signs the checkpoint and joins what came in. Returns the roles whose signature is missing. */
  async #close(): Promise<string[]> {
    const { journal, signer } = this.#ports;
    const final = await journal.get('checkpoint-final');
    if (final !== undefined) return [];
    let own = await journal.get('checkpoint-first');
    if (own === undefined) {
      own = await signCheckpoint(this.view, ROLE, signer);
      await journal.put('checkpoint-first', own);
    }
    await this.#showCheckpoint('checkpoint-first', own);
    const joined = joinCheckpoint(this.view, [own, ...this.#cosigned.values()]);
    const missing = missingSigners(this.view, joined);
    if (missing.length > 0) return missing;
    await journal.put('checkpoint-final', joined);
    await this.#showCheckpoint('checkpoint-final', joined);
    return [];
  }
}
