/**
 * What only holders do: deal, confirm, back up, declare secure, cut over, destroy. State of a laptop for one ceremony
 * (PROTOCOL §7): planned → dealt → staged → secured → active → retired, or aborted from any state before `active`.
 *
 * Two rules keep both invariants of §7. Nothing of the old epoch is touched before this laptop holds the certificate.
 * And "secure" and "stop" exclude one another for ever: whoever declared its share secure keeps the staged share even
 * when the ceremony is called off, because a certificate may still turn up.
 */
import { bytesToHex, fromHex } from '../crypto/bytes.ts';
import { generateSealingKey, sealingPublicKey } from '../crypto/hpke.ts';
import { bundleHash, CONFIRM, DEAL, SECURE, STOP, type SealedSubShares } from './bundle.ts';
import { canonicalJsonFile, parseCanonicalJsonFile } from './canonical-json.ts';
import { decodeEnvelope, type Envelope } from './envelope.ts';
import { CeremonyError } from './errors.ts';
import { parseFields } from './fields.ts';
import { encodeKeyRecord } from './key-record.ts';
import type { CeremonyLog } from './log.ts';
import { decodeMessage } from './message.ts';
import type { ParticipantPorts } from './participant.ts';
import { checkStartsFrom, describeRole, type Plan, type PlanContext } from './plan.ts';
import { decodeNonces } from './rounds/confirm.ts';
import type { Contributions } from './rounds/contributions.ts';
import { checkSealedFor, type DealResult } from './rounds/deal.ts';
import { contributeRetire, destructionSchema, type DestructionReceipt } from './rounds/retire.ts';
import { receiptSchema, type BackupReceipt } from './rounds/secure.ts';
import type { Step } from './script.ts';
import { checkShareFile, encodeShareFile } from './share-file.ts';
import { outcome, recordAfter } from './view.ts';

/** Further attempts are cheap for an honest laptop; a number far ahead is somebody's prank. */
const MAX_ATTEMPTS_AHEAD = 1000;

type Send = (
  round: number,
  attempt: number,
  body: Record<string, unknown>,
  sealed?: SealedSubShares,
) => Promise<void>;
type Ask = (about?: string) => Promise<Map<string, string> | undefined>;

export class HolderActions {
  readonly #log: CeremonyLog;
  readonly #index: number;
  readonly #ports: ParticipantPorts;
  readonly #contributions: Contributions;
  readonly #send: Send;

  constructor(
    log: CeremonyLog,
    index: number,
    ports: ParticipantPorts,
    contributions: Contributions,
    send: Send,
  ) {
    this.#log = log;
    this.#index = index;
    this.#ports = ports;
    this.#contributions = contributions;
    this.#send = send;
  }

  get #context(): PlanContext {
    return this.#log.context;
  }

  get #plan(): Plan {
    return this.#log.context.plan;
  }

  get #role(): string {
    return `holder-${this.#index}`;
  }

  /** Folder name of the epoch that this ceremony makes. */
  get #epochId(): string {
    return `epoch-${this.#plan.epoch}-${bytesToHex(this.#context.id).slice(0, 8)}`;
  }

  #deal(): DealResult {
    const deal = this.#log.view.deal;
    if (deal === undefined) throw new CeremonyError('wrong-round', 'The deals are not complete yet.');
    return deal;
  }

  async isDone(id: Step['id']): Promise<boolean> {
    const { journal } = this.#ports;
    switch (id) {
      case 'deal':
        return this.#sent(DEAL, 1);
      case 'confirm':
        return this.#log.view.secure === undefined
          ? this.#sent(CONFIRM, await this.#attempt())
          : this.#isStaged();
      case 'backups':
        return (await this.#receipts()).length === this.#planned().length;
      case 'secure':
        return this.#log.view.secure !== undefined || (await this.#sent(SECURE, this.#acceptedAttempt()));
      case 'cutover':
        return (await this.#currentEpoch())?.id === this.#epochId;
      case 'destroy':
        return (await journal.get(`destroyed-${this.#role}`)) !== undefined;
      case 'retire':
        return this.#sent(4, 1);
      case 'discard':
        return (await journal.get(`discarded-${this.#role}`)) !== undefined;
      default:
        return false;
    }
  }

  /** Performs a step. Returns the sentence to wait with, or undefined when it was done. */
  async perform(step: Step, ask: Ask): Promise<string | undefined> {
    switch (step.id) {
      case 'deal':
        return this.#performDeal();
      case 'confirm':
        return this.#performConfirm();
      case 'backups':
        return this.#performBackups(step, ask);
      case 'secure':
        return this.#performSecure();
      case 'cutover':
        return this.#performCutover(step, ask);
      case 'destroy':
        return this.#performDestroy(step, ask);
      case 'retire':
        await this.#send(4, 1, contributeRetire(this.#log.view.head, await this.#destroyed()));
        return undefined;
      case 'discard':
        return this.#performDiscard();
      default:
        throw new CeremonyError('wrong-round', `No such step for a holder: ${step.id}.`);
    }
  }

  // --- attempts -----------------------------------------------------------------------------------------------

  async #sent(round: number, attempt: number): Promise<boolean> {
    return (await this.#ports.journal.get(`out-${this.#role}-r${round}-a${attempt}`)) !== undefined;
  }

  #acceptedAttempt(): number {
    return this.#log.view.bundles.find((bundle) => bundle.round === CONFIRM)?.attempt ?? 0;
  }

  #nonceLabel(attempt: number): string {
    return `${bytesToHex(this.#context.id)}-${this.#role}-a${attempt}`;
  }

  /**
   * The attempt at rounds 2 and 3 to work on: the highest that this laptop has begun or was called to, and one more
   * when the nonces of that attempt are gone (a restart, a roll-back) before its signature shares were stored. With
   * the certificate nothing is attempted any more.
   */
  async #attempt(): Promise<number> {
    const accepted = this.#acceptedAttempt();
    if (this.#log.view.secure !== undefined) return accepted;
    const own = `out-${this.#role}-r${CONFIRM}-a`;
    const called = `attempt-${this.#role}-`;
    let attempt = Math.max(1, accepted);
    for (const name of await this.#ports.journal.names())
      for (const prefix of [own, called])
        if (name.startsWith(prefix)) attempt = Math.max(attempt, Number(name.slice(prefix.length)));
    // The accepted bundle has an envelope of this laptop, which does not know it: it was rolled back. Signing that
    // slot again would convict it.
    if (attempt === accepted && !(await this.#sent(CONFIRM, attempt))) return attempt + 1;
    if (!(await this.#sent(CONFIRM, attempt)) || (await this.#sent(SECURE, attempt))) return attempt;
    if (await this.#complained(attempt)) return attempt;
    return (await this.#ports.nonces.has(this.#nonceLabel(attempt))) ? attempt : attempt + 1;
  }

  async #complained(attempt: number): Promise<boolean> {
    const stored = await this.#ports.journal.get(`out-${this.#role}-r${CONFIRM}-a${attempt}`);
    if (stored === undefined) return false;
    const message = decodeMessage(stored);
    return (
      message.type === 'envelope' && decodeEnvelope(message.envelope).payload.body['kind'] === 'complaint'
    );
  }

  /** True while this laptop works on a later attempt than the one whose round 2 it has accepted. */
  async repeats(): Promise<boolean> {
    return this.#log.view.secure === undefined && (await this.#attempt()) > this.#acceptedAttempt();
  }

  /** True once this laptop has promised never to declare its new share secure. */
  async hasStopped(): Promise<boolean> {
    return this.#sent(STOP, 1);
  }

  async hasSecured(): Promise<boolean> {
    const names = await this.#ports.journal.names();
    return names.some((name) => name.startsWith(`out-${this.#role}-r${SECURE}-a`));
  }

  /**
   * Another holder lost its nonces and begins rounds 2 and 3 anew; its signed envelope is the reason to join in.
   * Returns false when this laptop has not got as far yet.
   */
  async receiveAttempt(envelope: Envelope): Promise<boolean> {
    const { view } = this.#log;
    const { round, attempt, prev, sender } = envelope.payload;
    const deal = view.bundles.find((bundle) => bundle.round === DEAL);
    if (deal === undefined) return false;
    if (view.secure !== undefined || outcome(view) === 'aborted') return true;
    const current = await this.#attempt();
    if (
      round !== CONFIRM ||
      attempt <= current ||
      attempt > current + MAX_ATTEMPTS_AHEAD ||
      sender === this.#role
    )
      return true;
    if (bytesToHex(prev) !== bytesToHex(bundleHash(this.#context, deal)))
      throw new CeremonyError(
        'split-view',
        `${describeRole(this.#plan, sender)} was shown other deals than this laptop.`,
        'Do not go on. Compare the bundles on all laptops, and start again with a new plan.',
      );
    await this.#ports.journal.put(`attempt-${this.#role}-${attempt}`, envelope.bytes);
    return true;
  }

  // --- rounds 1 to 3 ------------------------------------------------------------------------------------------

  /** Throws unless this laptop has everything the plan expects of it: the epoch it starts from, and the sealing key. */
  async checkReady(): Promise<void> {
    await this.#currentShare();
    (await this.#sealingSecret()).fill(0);
  }

  /** The secret of the sealing key that the plan names for this holder. */
  async #sealingSecret(): Promise<Uint8Array> {
    const holder = this.#plan.holders.find((candidate) => candidate.index === this.#index);
    const secret = await this.#ports.findSealingSecret(fromHex(holder?.sealingKey ?? ''));
    if (secret === undefined)
      throw new CeremonyError(
        'not-for-this-laptop',
        'The sealing key that the plan names for this holder is not on this laptop.',
        'Make a new enrolment card with "reseal enrol" and a new plan with it.',
      );
    return secret;
  }

  /** The current share, after checking that this laptop's epoch is the one the plan starts from. Refresh only. */
  async #currentShare(): Promise<bigint | undefined> {
    const before = this.#plan.before;
    if (before === null) return undefined;
    const current = await this.#currentEpoch();
    if (current === undefined)
      throw new CeremonyError(
        'wrong-key',
        `This laptop holds no share of "${this.#plan.keyName}".`,
        'Import the key first.',
      );
    checkStartsFrom(this.#context, await this.#ports.keys.record(before.fingerprint, current.id));
    return this.#readShare(before.fingerprint, current.id);
  }

  async #readShare(fingerprint: string, epochId: string): Promise<bigint> {
    const secrets = await this.#ports.keys.secrets(fingerprint, epochId);
    const bytes = await secrets.get('share');
    if (bytes === undefined)
      throw new CeremonyError('wrong-epoch', `The share of ${epochId} is not on this laptop.`);
    const share = this.#context.suite.scalarFromBytes(bytes, 'share');
    bytes.fill(0);
    return share;
  }

  async #currentEpoch(): Promise<{ id: string } | undefined> {
    const fingerprint = this.#fingerprint();
    if (fingerprint === undefined) return undefined;
    return (await this.#ports.keys.epochs(fingerprint)).find((epoch) => epoch.current);
  }

  #fingerprint(): string | undefined {
    const { deal } = this.#log.view;
    return this.#plan.before?.fingerprint ?? (deal === undefined ? undefined : bytesToHex(deal.fingerprint));
  }

  async #performDeal(): Promise<undefined> {
    const { secrets, random } = this.#ports;
    const share = await this.#currentShare();
    let sealingSecret = await secrets.get(`sealing-${this.#role}`);
    if (sealingSecret === undefined) {
      sealingSecret = generateSealingKey(random).secretKey;
      await secrets.put(`sealing-${this.#role}`, sealingSecret);
    }
    const dealing = this.#contributions.chooseDealing(this.#context, this.#index, share, random);
    const { body, sealed } = this.#contributions.contributeDeal(
      this.#context,
      this.#index,
      {
        ...dealing,
        sealingKey: sealingPublicKey(sealingSecret),
        readiness: { vault: 'open, current epoch readable', checkedBackups: [] },
      },
      random,
    );
    sealingSecret.fill(0);
    await this.#send(DEAL, 1, body, sealed);
    return undefined;
  }

  async #isStaged(): Promise<boolean> {
    const fingerprint = this.#fingerprint();
    if (fingerprint === undefined) return false;
    return (await this.#ports.keys.epochs(fingerprint)).some((epoch) => epoch.id === this.#epochId);
  }

  /** Opens the sub-shares once and stages the new share; later attempts find it staged. */
  async #stageOrComplain(attempt: number): Promise<bigint | undefined> {
    const { keys, secrets, random } = this.#ports;
    const deal = this.#deal();
    const fingerprint = bytesToHex(deal.fingerprint);
    if (await this.#isStaged()) return this.#readShare(fingerprint, this.#epochId);

    const sealingSecret = await this.#sealingSecret();
    const bundle = this.#log.view.bundles.find((candidate) => candidate.round === DEAL);
    const sealed = checkSealedFor(deal, bundle?.sealed ?? new Map(), this.#index);
    const oldShare = await this.#currentShare();
    const opened = this.#contributions.openSubShares(
      this.#context,
      deal,
      this.#index,
      sealed,
      sealingSecret,
      oldShare,
    );
    if ('culprit' in opened) {
      const body = this.#contributions.contributeComplaint(
        this.#context,
        deal,
        this.#index,
        opened.culprit,
        sealed.get(opened.culprit) ?? new Uint8Array(0),
        sealingSecret,
        random,
      );
      sealingSecret.fill(0);
      await this.#send(CONFIRM, attempt, body);
      return undefined;
    }
    sealingSecret.fill(0);
    const record = recordAfter(this.#log.view);
    const sealing = await secrets.get(`sealing-${this.#role}`);
    if (record === undefined || sealing === undefined)
      throw new CeremonyError('wrong-round', 'The sealing key for the next epoch is missing.');
    const share = this.#context.suite.scalarToBytes(opened.share);
    await keys.stage(fingerprint, this.#epochId, { record: encodeKeyRecord(record), share, sealing });
    share.fill(0);
    sealing.fill(0);
    return opened.share;
  }

  async #performConfirm(): Promise<undefined> {
    const attempt = await this.#attempt();
    const share = await this.#stageOrComplain(attempt);
    // With the certificate only the share is still needed: a laptop that was rolled back stages it again.
    if (share === undefined || this.#log.view.secure !== undefined) return undefined;
    const { body, nonces } = this.#contributions.contributeAccept(
      this.#context,
      this.#deal(),
      this.#index,
      share,
      this.#ports.random,
    );
    await this.#ports.nonces.keep(this.#nonceLabel(attempt), nonces);
    nonces.fill(0);
    await this.#send(CONFIRM, attempt, body);
    return undefined;
  }

  #planned(): Plan['backups'] {
    return this.#plan.backups.filter((backup) => backup.holder === this.#index);
  }

  #receiptName(label: string): string {
    return `backup-${this.#role}-${this.#planned().findIndex((backup) => backup.label === label)}`;
  }

  async #receipts(): Promise<BackupReceipt[]> {
    const receipts: BackupReceipt[] = [];
    for (const backup of this.#planned()) {
      const stored = await this.#ports.journal.get(this.#receiptName(backup.label));
      if (stored !== undefined)
        receipts.push(
          parseFields(receiptSchema, parseCanonicalJsonFile(stored, 'Receipt'), 'Receipt', 'bad-field'),
        );
    }
    return receipts;
  }

  async #performBackups(step: Step, ask: Ask): Promise<string | undefined> {
    const { journal, backups, clock } = this.#ports;
    const record = recordAfter(this.#log.view);
    if (record === undefined) throw new CeremonyError('wrong-round', 'There is nothing to back up yet.');
    for (const backup of this.#planned()) {
      if ((await journal.get(this.#receiptName(backup.label))) !== undefined) continue;
      const answers = await ask(backup.label);
      if (answers === undefined) return `Waits for you: ${step.title} ("${backup.label}").`;
      const secrets = await this.#ports.keys.secrets(record.fingerprint, this.#epochId);
      const share = await secrets.get('share');
      if (share === undefined)
        throw new CeremonyError('wrong-epoch', 'The staged share is not on this laptop.');
      const content = encodeShareFile(record, this.#index, share);
      const readBack = await backups.write(backup.label, content);
      checkShareFile(readBack, record, this.#index);
      for (const secret of [share, content, readBack]) secret.fill(0);
      const receipt: BackupReceipt = {
        kind: backup.kind,
        label: backup.label,
        serial: answers.get('serial') ?? '',
        readBack: 'decrypted and matched the public share',
        witness: answers.get('witness') ?? '',
        at: clock.now(),
      };
      await journal.put(this.#receiptName(backup.label), canonicalJsonFile(receipt));
    }
    return undefined;
  }

  async #performSecure(): Promise<undefined> {
    const attempt = this.#acceptedAttempt();
    const { confirm } = this.#log.view;
    if (confirm === undefined)
      throw new CeremonyError('wrong-round', 'The confirmations are not complete yet.');
    // Whoever signed a stop has promised never to sign this.
    if (await this.hasStopped())
      throw new CeremonyError('own-equivocation', 'This laptop has stopped the ceremony.');
    const backups = await this.#receipts();
    const share = await this.#readShare(bytesToHex(this.#deal().fingerprint), this.#epochId);
    const encoded = await this.#ports.nonces.take(this.#nonceLabel(attempt));
    // Gone between the check and now: the next look at the script finds a new attempt to make.
    if (encoded === undefined) return undefined;
    const body = this.#contributions.contributeSecure(
      this.#context,
      this.#deal(),
      confirm,
      this.#index,
      { share, nonces: decodeNonces(encoded), backups },
      this.#ports.random,
    );
    encoded.fill(0);
    await this.#send(SECURE, attempt, body);
    return undefined;
  }

  // --- after the certificate ----------------------------------------------------------------------------------

  async #performCutover(step: Step, ask: Ask): Promise<string | undefined> {
    if (this.#log.view.secure === undefined)
      throw new CeremonyError('wrong-round', 'There is no certificate yet.');
    if ((await ask()) === undefined) return `Waits for you: ${step.title}.`;
    await this.#ports.keys.activate(bytesToHex(this.#deal().fingerprint), this.#epochId);
    return undefined;
  }

  async #performDestroy(step: Step, ask: Ask): Promise<string | undefined> {
    const { keys, journal, clock } = this.#ports;
    if (this.#log.view.secure === undefined)
      throw new CeremonyError('wrong-round', 'There is no certificate yet.');
    const answers = await ask();
    if (answers === undefined) return `Waits for you: ${step.title}.`;
    const fingerprint = bytesToHex(this.#deal().fingerprint);
    for (const epoch of await keys.epochs(fingerprint))
      if (!epoch.current) await keys.destroy(fingerprint, epoch.id);
    const left = (await keys.epochs(fingerprint)).filter((epoch) => !epoch.current);
    if (left.length > 0)
      throw new CeremonyError('wrong-epoch', `${left.length} old epochs are still on this laptop.`);
    const receipt: DestructionReceipt = {
      epoch: this.#plan.epoch - 1,
      what: 'share and sealing key in the vault of this laptop',
      method: "deleted the epoch's sealed data key, then its files",
      tool: 'Reseal',
      who: this.#plan.holders.find((holder) => holder.index === this.#index)?.name ?? this.#role,
      witness: answers.get('witness') ?? '',
      at: clock.now(),
    };
    await journal.put(`destroyed-${this.#role}`, canonicalJsonFile([receipt]));
    return undefined;
  }

  async #destroyed(): Promise<DestructionReceipt[]> {
    const stored = await this.#ports.journal.get(`destroyed-${this.#role}`);
    if (stored === undefined) return [];
    return parseFields(
      destructionSchema.array(),
      parseCanonicalJsonFile(stored, 'Receipts'),
      'Receipts',
      'bad-field',
    );
  }

  /** After an abort: nothing was changed; what was prepared goes, unless a certificate could still need it. */
  async #performDiscard(): Promise<undefined> {
    const { keys, journal, secrets } = this.#ports;
    const fingerprint = this.#fingerprint();
    if (fingerprint !== undefined && !(await this.hasSecured())) {
      const staged = (await keys.epochs(fingerprint)).find((epoch) => epoch.id === this.#epochId);
      if (staged !== undefined && !staged.current) await keys.destroy(fingerprint, staged.id);
    }
    await secrets.destroy();
    await journal.put(`discarded-${this.#role}`, new Uint8Array(0));
    return undefined;
  }

  /** Erases what only this ceremony needed: its own secrets, and the enrolment card's sealing key once superseded. */
  async finish(): Promise<void> {
    if (outcome(this.#log.view) !== 'closed') return;
    await this.#ports.secrets.destroy();
    const holder = this.#plan.holders.find((candidate) => candidate.index === this.#index);
    if (holder !== undefined) await this.#ports.retireCard(fromHex(holder.sealingKey));
  }
}
