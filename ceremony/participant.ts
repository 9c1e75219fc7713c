/**
 * A laptop's part in a ceremony as holder, approver or witness: takes bundles in, gives envelopes out, and keeps the
 * one promise everything rests on: an envelope is stored before it is shown, and shown again byte for byte; this
 * laptop never signs two different ones for the same slot. All state is derived from the journal and the vault, so a
 * killed process is continued by starting it again.
 */
import { bytesToHex, equalBytes } from '../crypto/bytes.ts';
import type { Random } from '../crypto/random.ts';
import {
  bundleHash,
  checkBundleSignature,
  CONFIRM,
  DEAL,
  EXCEPTION,
  ROUND_NAMES,
  SECURE,
  STOP,
  type SealedSubShares,
} from './bundle.ts';
import { sameNote, signCheckpoint, missingFrom, missingSigners, readCheckpoint } from './closing.ts';
import { envelopeKey, outcome, type View } from './view.ts';
import { decodeEnvelope, envelopeHash, signEnvelope, type Envelope } from './envelope.ts';
import { CeremonyError } from './errors.ts';
import { HolderState } from './holder-state.ts';
import { HolderActions } from './holder.ts';
import { CeremonyLog } from './log.ts';
import {
  exceptionStates,
  ownExceptions,
  putOnRecord,
  showStored,
  type ExceptionState,
} from './own-exceptions.ts';
import { encodeMessage, type Message, type MessageOf } from './message.ts';
import type { KeyRecord } from './key-record.ts';
import { describeRole, holderOf, type BackupKind, type PlanContext } from './plan.ts';
import type {
  BackupWriter,
  Channel,
  Clock,
  Journal,
  KeyStore,
  NonceKeeper,
  Operator,
  SecretFolder,
  Signer,
} from './ports.ts';
import { buildRecord, type RecordFiles } from './record.ts';
import { contributeApproval } from './rounds/approve.ts';
import { contributeAttestation } from './rounds/attest.ts';
import { STANDARD_CONTRIBUTIONS, type Contributions } from './rounds/contributions.ts';
import { checkSealedFor } from './rounds/deal.ts';
import type { ExceptionCategory } from './rounds/exception.ts';
import { checkText, evidenceOf, script, type EvidenceField, type Step } from './script.ts';
import { checkpointSigners } from './transcript.ts';

/** Everything a participant needs of its laptop. */
export interface ParticipantPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly signer: Signer;
  readonly journal: Journal;
  readonly channel: Channel;
  readonly keys: KeyStore;
  /** Secrets of this ceremony alone. */
  readonly secrets: SecretFolder;
  readonly nonces: NonceKeeper;
  readonly backups: BackupWriter;
  readonly operator: Operator;
  /** The secret of a sealing key of this laptop, by public key; undefined if it is not (any more) here. */
  findSealingSecret(publicKey: Uint8Array): Promise<Uint8Array | undefined>;
  /** Erases the enrolment card that carries this sealing key, if one does. */
  retireCard(sealingKey: Uint8Array): Promise<void>;
  /**
   * The plan code of another ceremony of the same key and epoch in which this laptop has declared its new share secure
   * and which was not called off; undefined if there is none.
   */
  pledgedElsewhere(): Promise<string | undefined>;
  /** Files the finished record. Repeating it does nothing. */
  fileRecord(files: RecordFiles): Promise<void>;
  /** Called before the laptop does a step of its own, for progress. */
  onBegin?(role: string, step: Step): void;
  /** Called at each step that was done, for progress and timing. */
  onStep?(role: string, step: Step): void;
}

/** What one call of `step` came to. */
export interface Progress {
  /** Titles of the steps that were done. */
  readonly done: readonly string[];
  /** Undefined when nothing is left to do. */
  readonly waiting: Waiting | undefined;
}

export interface Waiting {
  readonly role: string;
  readonly step: Step;
  /** One sentence: what is awaited, and from whom. */
  readonly sentence: string;
}

/** A step of the script with what became of it. */
export interface StepState {
  readonly step: Step;
  readonly state: 'done' | 'now' | 'later';
}

export class Participant {
  readonly context: PlanContext;
  readonly role: string;
  readonly log: CeremonyLog;
  readonly #ports: ParticipantPorts;
  readonly #holder: HolderActions | undefined;
  /** The latest checkpoint that was shown and found right. */
  #checkpoint: Uint8Array | undefined;
  /** Exceptions of this role that were seen on the way, by their hash: a restored laptop may not know them any more. */
  readonly #seen = new Map<string, Envelope>();
  /** True while something was stored that could not be shown, because the medium was away. */
  #unshown = false;

  private constructor(log: CeremonyLog, role: string, ports: ParticipantPorts, contributions: Contributions) {
    this.context = log.context;
    this.role = role;
    this.log = log;
    this.#ports = ports;
    const index = holderOf(role);
    this.#holder =
      index === undefined
        ? undefined
        : new HolderActions(
            new HolderState(log, index, ports),
            contributions,
            (round, attempt, body, sealed) => this.#send(round, attempt, body, sealed),
          );
  }

  /**
   * Continues (or begins) this role's part. `contributions` makes the bodies of a holder's envelopes; anything but the
   * standard ones exists to rehearse dishonesty.
   */
  static async load(
    context: PlanContext,
    role: string,
    ports: ParticipantPorts,
    contributions: Contributions = STANDARD_CONTRIBUTIONS,
  ): Promise<Participant> {
    return new Participant(
      await CeremonyLog.load(context, ports.journal, `bundle-${role}`),
      role,
      ports,
      contributions,
    );
  }

  get view(): View {
    return this.log.view;
  }

  /**
   * Takes in a message from anybody; what is none of this participant's business is ignored. Returns false when it came
   * too early and must be shown again later. Throws CeremonyError for a message that is not usable (nothing has changed
   * then), `split-view` for one that must stop the ceremony here.
   */
  async receive(message: Message): Promise<boolean> {
    if (!('ceremony' in message) || !equalBytes(message.ceremony, this.context.id)) return true;
    switch (message.type) {
      case 'bundle':
        await this.#receiveBundle(message);
        return true;
      case 'attempt':
        if (this.#holder === undefined) return true;
        return this.#holder.attempts.receive(this.log.open(message.envelope, 'Repeated round'));
      case 'checkpoint':
        if (this.log.view.next !== undefined) return false;
        await this.#receiveCheckpoint(message.note);
        return true;
      case 'envelope':
        this.#receiveOwn(message.envelope);
        return true;
      case 'cosignature':
        return true;
    }
  }

  /**
   * Remembers an exception of this very role that comes back from the courier. A laptop that was restored from an older
   * image would sign its number again otherwise, with other words, and convict itself.
   */
  #receiveOwn(bytes: Uint8Array): void {
    if (!this.#isOwnException(bytes)) return;
    const envelope = this.log.open(bytes, 'Exception');
    this.#seen.set(bytesToHex(envelopeHash(envelope)), envelope);
  }

  /** What others send is none of this role's business, whatever it is. */
  #isOwnException(bytes: Uint8Array): boolean {
    try {
      const { round, sender } = decodeEnvelope(bytes).payload;
      return round === EXCEPTION && sender === this.role;
    } catch (error) {
      if (error instanceof CeremonyError) return false;
      throw error;
    }
  }

  async #receiveBundle(message: MessageOf<'bundle'>): Promise<void> {
    const bundle = this.log.decode(message);
    checkBundleSignature(this.context, bundle);
    const index = holderOf(this.role);
    const changed = await this.log.accept(bundle, (next) => {
      // Without its own sub-shares a holder cannot go on, and must not take the bundle for settled.
      if (index !== undefined && next.deal !== undefined && this.log.view.deal === undefined)
        checkSealedFor(next.deal, bundle.sealed, index);
    });
    if (changed) this.#checkpoint = undefined;
  }

  async #receiveCheckpoint(note: Uint8Array): Promise<void> {
    const signatures = readCheckpoint(this.view, note);
    this.#checkpoint = note;
    if (missingFrom(this.view, signatures).length > 0) return;
    const name = this.#closingName('final');
    const known = await this.#ports.journal.get(name);
    if (known === undefined) await this.#ports.journal.put(name, note);
  }

  /** Shows again everything this role has to say. Harmless to repeat: the bytes are the same. */
  async showAll(): Promise<void> {
    for (const name of await this.#ports.journal.names())
      if (name.startsWith(`out-${this.role}-`)) {
        const message = await this.#ports.journal.get(name);
        if (message !== undefined) await this.#ports.channel.show(this.#channelName(name.slice(4)), message);
      }
  }

  /** The script of this role as it stands: what is done, the one step that is on now, what comes later. */
  async steps(): Promise<StepState[]> {
    const steps = script(this.context, this.role, outcome(this.view) === 'aborted');
    const finished = new Set<string>();
    for (const step of steps) if (await this.#isDone(step)) finished.add(step.id);
    const now = steps.find(
      (step) => !finished.has(step.id) && step.needs.every((need) => finished.has(need)),
    );
    return steps.map((step) => ({
      step,
      state: finished.has(step.id) ? 'done' : step === now ? 'now' : 'later',
    }));
  }

  /** Does everything that can be done now, and says what it then waits for. */
  async step(): Promise<Progress> {
    const done: string[] = [];
    if (this.#unshown) await this.showAll();
    this.#unshown = false;
    for (;;) {
      const next = (await this.steps()).find(({ state }) => state === 'now')?.step;
      if (next === undefined) return { done, waiting: undefined };
      if (next.actor === 'laptop') this.#ports.onBegin?.(this.role, next);
      const waiting = (await this.#stopped(next)) ?? (await this.#perform(next));
      if (waiting !== undefined) return { done, waiting: { role: this.role, step: next, sentence: waiting } };
      if (await this.#isDone(next)) {
        done.push(next.title);
        this.#ports.onStep?.(this.role, next);
      }
    }
  }

  /** Why this role cannot stop the ceremony (any more), as a sentence; null when it can. */
  async cannotStop(): Promise<string | null> {
    if (this.#holder === undefined) return 'Only a holder can stop a ceremony for everybody.';
    return this.view.secure !== undefined || (await this.#holder.state.hasSecured())
      ? 'This laptop has already declared its new share secure, so the others may be using theirs.'
      : null;
  }

  /**
   * Ends this holder's part for good: a signed promise never to declare the new share secure. Refused once that
   * declaration was made, because then others may already rely on it. Once it is stored it is said: where the medium is
   * away, it is shown later.
   */
  async stop(reason: string): Promise<void> {
    const why = await this.cannotStop();
    if (why !== null)
      throw new CeremonyError(
        'too-late-to-stop',
        why,
        this.#holder === undefined
          ? 'Tell the holders.'
          : 'Go on: the ceremony ends with the certificate, or with another holder stopping it.',
      );
    const wrong = checkText(reason);
    if (wrong !== undefined)
      throw new CeremonyError('bad-field', `Reason of the stop: ${wrong}.`, 'Say it in one line.');
    const { name, message } = await this.#sign(STOP, 1, { kind: 'stop', reason: reason.trim() });
    if (!(await showStored(() => this.#ports.channel.show(name, message)))) this.#unshown = true;
  }

  /**
   * Puts an exception on record: signed, stored, then shown to the administrator, whose next bundle carries it. It ends
   * nothing, whoever says it. Throws `record-closed` once nothing can be added any more, `bad-field` for a text that
   * cannot be put on record.
   */
  async exception(category: ExceptionCategory, text: string): Promise<void> {
    const now = (await this.steps()).find(({ state }) => state === 'now')?.step.id ?? 'file-record';
    const speaker = {
      role: this.role,
      view: this.view,
      seen: [...this.#seen.values()],
      ports: this.#ports,
      show: (slot: string, message: Uint8Array) => this.#ports.channel.show(this.#channelName(slot), message),
    };
    if (!(await putOnRecord(speaker, now, category, text))) this.#unshown = true;
  }

  /** All exceptions on record, and those of this role that no bundle carries yet. */
  async exceptions(): Promise<ExceptionState[]> {
    const own = await ownExceptions(this.role, this.#ports.journal, (bytes) => this.log.open(bytes));
    const known = new Map(own.map((envelope) => [bytesToHex(envelopeHash(envelope)), envelope]));
    return exceptionStates(this.context, this.view, [...new Map([...known, ...this.#seen]).values()]);
  }

  async #isDone(step: Step): Promise<boolean> {
    const { journal } = this.#ports;
    if (step.round !== undefined) {
      const accepted = this.view.bundles.some((bundle) => bundle.round === step.round);
      return (
        accepted &&
        !(step.round === CONFIRM && this.#holder !== undefined && (await this.#holder.attempts.repeats()))
      );
    }
    switch (step.id) {
      case 'join':
        return (await journal.get(`joined-${this.role}`)) !== undefined;
      case 'approve':
        return (await this.#sent(0)) || this.view.next !== 0;
      case 'attest':
        return this.#sent(5);
      case 'sign-checkpoint':
        return (
          (this.view.next === undefined && !checkpointSigners(this.view).includes(this.role)) ||
          (await journal.get(this.#closingName('cosigned'))) !== undefined
        );
      case 'file-record':
        return (await journal.get(this.#closingName('filed'))) !== undefined;
      default:
        return this.#holder?.isDone(step.id) ?? false;
    }
  }

  async #sent(round: number): Promise<boolean> {
    return (await this.#ports.journal.get(this.#outName(round, 1))) !== undefined;
  }

  #outName(round: number, attempt: number): string {
    return `out-${this.role}-r${round}-a${attempt}`;
  }

  /** An aborted ceremony that a late certificate brings to life again is closed a second time, under other names. */
  #closingName(what: string, end = ''): string {
    return `${what}-${this.role}${end}${this.log.revived ? '-revived' : ''}`;
  }

  #channelName(slot: string): string {
    return `${channelPrefix(this.context)}-${slot}`;
  }

  /** Whoever stopped the ceremony does nothing more for it until everybody was shown so. */
  async #stopped(step: Step): Promise<string | undefined> {
    if (outcome(this.view) !== 'open' || step.actor === 'others') return undefined;
    return (await this.#holder?.state.hasStopped()) === true
      ? 'Waits for the administrator to show everybody that this holder stopped the ceremony.'
      : undefined;
  }

  /**
   * The share that this holder is about to back up, with the public record that it belongs to, for a sheet that is to be
   * printed. The caller erases the share. Throws where there is none yet, and once all planned backups are made.
   */
  newShare(): Promise<{ record: KeyRecord; share: Uint8Array }> {
    if (this.#holder === undefined)
      throw new CeremonyError(
        'unknown-sender',
        `${describeRole(this.context.plan, this.role)} holds no share.`,
      );
    return this.#holder.newShare();
  }

  /** Performs a step. Returns the sentence to wait with, or undefined when it was done. */
  async #perform(step: Step): Promise<string | undefined> {
    if (step.actor === 'others') return this.#waitSentence(step);
    switch (step.id) {
      case 'join': {
        await this.#holder?.state.checkReady();
        const answers = await this.#ask(step);
        if (answers === undefined) return `Waits for you: ${step.title}.`;
        await this.#ports.journal.put(
          `joined-${this.role}`,
          new TextEncoder().encode(this.#ports.clock.now()),
        );
        return undefined;
      }
      case 'approve': {
        const answers = await this.#ask(step);
        if (answers === undefined) return `Waits for you: ${step.title}.`;
        const decision = (answers.get('decision') ?? '').trim();
        const reason = decision.startsWith('decline:') ? decision.slice('decline:'.length).trim() : undefined;
        await this.#send(0, 1, contributeApproval(this.context, reason));
        return undefined;
      }
      case 'attest': {
        const answers = await this.#ask(step);
        if (answers === undefined) return `Waits for you: ${step.title}.`;
        const agree = (answers.get('statement') ?? '').trim() === 'agree';
        await this.#send(
          5,
          1,
          contributeAttestation(agree ? 'agree' : 'do-not-agree', answers.get('remarks') ?? ''),
        );
        return undefined;
      }
      case 'sign-checkpoint':
        return this.#signCheckpoint();
      case 'file-record':
        return this.#fileRecord();
      default:
        if (this.#holder === undefined)
          throw new CeremonyError('wrong-round', `No such step here: ${step.id}.`);
        return this.#holder.perform(step, (about, kind) => this.#ask(step, about, kind));
    }
  }

  #waitSentence(step: Step): string {
    const round = step.round ?? 0;
    return `Waits for the administrator to show the bundle of round ${round} (${ROUND_NAMES[round] ?? ''}).`;
  }

  /** Asks for all evidence of a step. Undefined when the operator is not there; asks again after a wrong answer. */
  async #ask(step: Step, about?: string, kind?: BackupKind): Promise<Map<string, string> | undefined> {
    const answers = new Map<string, string>();
    for (const field of evidenceOf(step, kind)) {
      const answer = await this.#askOne(step, field, about);
      if (answer === undefined) return undefined;
      answers.set(field.name, answer);
    }
    return answers;
  }

  async #askOne(step: Step, field: EvidenceField, about: string | undefined): Promise<string | undefined> {
    let complaint: string | undefined;
    for (let tries = 0; tries < 5; tries++) {
      const answer = await this.#ports.operator.answer({
        step: step.id,
        title: step.title,
        field: field.name,
        question: field.question,
        about,
        complaint,
      });
      if (answer === undefined) return undefined;
      complaint = field.check(answer, this.context);
      // Spaces around an answer are nobody's intention, and signed statements have no place for them.
      if (complaint === undefined) return answer.trim();
    }
    throw new CeremonyError(
      'evidence-rejected',
      `${step.title}: ${field.question}: ${complaint ?? ''}.`,
      'Look again and retry.',
    );
  }

  async #signCheckpoint(): Promise<string | undefined> {
    const { journal, channel, signer } = this.#ports;
    if (this.#checkpoint === undefined)
      return 'Waits for the administrator to show the checkpoint of the transcript.';
    const slot = this.#closingName('out', '-checkpoint');
    let message = await journal.get(slot);
    if (message === undefined) {
      const note = await signCheckpoint(this.view, this.role, signer);
      message = encodeMessage({ reseal: 1, type: 'cosignature', ceremony: this.context.id, note });
      await journal.put(slot, message);
    }
    await channel.show(this.#channelName(slot.slice(4)), message);
    await journal.put(this.#closingName('cosigned'), new Uint8Array(0));
    return undefined;
  }

  async #fileRecord(): Promise<string | undefined> {
    const final = await this.#ports.journal.get(this.#closingName('final'));
    if (final === undefined) {
      const known = this.#checkpoint;
      const missing = known === undefined ? ['administrator'] : missingSigners(this.view, known);
      return `Waits for the signed checkpoint; still without the signature of ${missing.map((role) => describeRole(this.context.plan, role)).join(', ')}.`;
    }
    if (!sameNote(this.#checkpoint, final)) readCheckpoint(this.view, final);
    await this.#ports.fileRecord(buildRecord(this.view, final));
    await this.#holder?.cutover.eraseSuperseded();
    await this.#ports.journal.put(this.#closingName('filed'), new Uint8Array(0));
    return undefined;
  }

  /** Signs, stores, then shows an envelope. A slot that was signed before is shown again, never signed again. */
  async #send(
    round: number,
    attempt: number,
    body: Record<string, unknown>,
    sealed?: SealedSubShares,
  ): Promise<void> {
    const { name, message } = await this.#sign(round, attempt, body, sealed);
    await this.#ports.channel.show(name, message);
  }

  /** Signs and stores an envelope, unless its slot was signed before. Returns the message and the name to show it under. */
  async #sign(
    round: number,
    attempt: number,
    body: Record<string, unknown>,
    sealed?: SealedSubShares,
  ): Promise<{ name: string; message: Uint8Array }> {
    const { journal, clock, signer } = this.#ports;
    const slot = this.#outName(round, attempt);
    let message = await journal.get(slot);
    if (message === undefined) {
      const { view, context } = this;
      const envelope = await signEnvelope(
        {
          ceremony: context.id,
          key: envelopeKey(context),
          epoch: context.plan.epoch,
          round,
          attempt,
          sender: this.role,
          prev: round === STOP ? context.hash : this.#prev(view, round),
          at: clock.now(),
          body,
        },
        signer,
      );
      message = encodeMessage({
        reseal: 1,
        type: 'envelope',
        ceremony: context.id,
        envelope: envelope.bytes,
        sealed: [...(sealed ?? [])],
      });
      await journal.put(slot, message);
    }
    return { name: this.#channelName(slot.slice(4)), message };
  }

  #prev(view: View, round: number): Uint8Array {
    if (view.next === round) return view.head;
    // A repeated round 2 follows round 1, although round 2 has been accepted once already.
    const deal = view.bundles.find((bundle) => bundle.round === DEAL);
    if (round === CONFIRM && view.next === SECURE && deal !== undefined)
      return bundleHash(view.context, deal);
    throw new CeremonyError('wrong-round', `Round ${round} is not open.`);
  }
}

/** First part of the names under which a ceremony's messages are shown: the id's first eight hex characters. */
export function channelPrefix(context: PlanContext): string {
  return `c${[...context.id.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
