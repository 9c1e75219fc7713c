/**
 * What only holders do: deal, confirm, back up, declare secure, cut over, destroy. State of a laptop for one ceremony
 * (docs/protocol.md, "Why nothing is lost"): planned → dealt → staged → secured → active → retired, or aborted from any
 * state before `active`. This file is rounds 1 to 3; cutover.ts is what comes after, attempts.ts what is repeated.
 */
import { bytesToHex } from '../crypto/bytes.ts';
import { generateSealingKey } from '../crypto/hpke.ts';
import { Attempts } from './attempts.ts';
import { CONFIRM, DEAL, RETIRE, SECURE } from './bundle.ts';
import { canonicalJsonFile, parseCanonicalJsonFile } from './canonical-json.ts';
import { Cutover } from './cutover.ts';
import { CeremonyError } from './errors.ts';
import { parseFields } from './fields.ts';
import type { Ask, HolderState, Send } from './holder-state.ts';
import { encodeKeyRecord, type KeyRecord } from './key-record.ts';
import type { Plan } from './plan.ts';
import type { PlannedBackup } from './planned-backup.ts';
import { decodeNonces } from './rounds/confirm.ts';
import type { Contributions } from './rounds/contributions.ts';
import { checkSealedFor } from './rounds/deal.ts';
import { contributeRetire } from './rounds/retire.ts';
import { receiptSchema, type BackupReceipt } from './rounds/secure.ts';
import type { Step } from './script.ts';
import { checkShare, checkShareFile, encodeShareFile } from './share-file.ts';
import { recordAfter } from './view.ts';

export class HolderActions {
  readonly state: HolderState;
  readonly attempts: Attempts;
  readonly cutover: Cutover;
  readonly #contributions: Contributions;
  readonly #send: Send;

  constructor(state: HolderState, contributions: Contributions, send: Send) {
    this.state = state;
    this.attempts = new Attempts(state);
    this.cutover = new Cutover(state);
    this.#contributions = contributions;
    this.#send = send;
  }

  async isDone(id: Step['id']): Promise<boolean> {
    const { journal } = this.state.ports;
    switch (id) {
      case 'deal':
        return this.state.sent(DEAL, 1);
      case 'confirm':
        return this.state.log.view.secure === undefined
          ? this.state.sent(CONFIRM, await this.attempts.current())
          : (await this.state.isStaged()) || this.cutover.isDone();
      case 'backups':
        return (await this.#receipts()).length === this.#planned().length;
      case 'secure':
        return (
          this.state.log.view.secure !== undefined ||
          (await this.state.sent(SECURE, this.state.acceptedAttempt()))
        );
      case 'cutover':
        return this.cutover.isDone();
      case 'destroy':
        return (await journal.get(`destroyed-${this.state.role}`)) !== undefined;
      case 'retire':
        return this.state.sent(RETIRE, 1);
      case 'discard':
        return (await journal.get(`discarded-${this.state.role}`)) !== undefined;
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
        return this.cutover.cutOver(step, ask);
      case 'destroy':
        return this.cutover.destroy(step, ask);
      case 'retire':
        await this.cutover.eraseSuperseded();
        await this.#send(
          RETIRE,
          1,
          contributeRetire(this.state.log.view.head, await this.cutover.receipts()),
        );
        return undefined;
      case 'discard':
        return this.cutover.discard();
      default:
        throw new CeremonyError('wrong-round', `No such step for a holder: ${step.id}.`);
    }
  }

  async #performDeal(): Promise<undefined> {
    const { secrets, random } = this.state.ports;
    const share = await this.state.currentShare();
    let sealingSecret = await secrets.get(`sealing-${this.state.role}`);
    if (sealingSecret === undefined) {
      sealingSecret = generateSealingKey(random).secretKey;
      await secrets.put(`sealing-${this.state.role}`, sealingSecret);
    }
    const dealing = this.#contributions.chooseDealing(this.state.context, this.state.index, share, random);
    const { body, sealed } = this.#contributions.contributeDeal(
      this.state.context,
      this.state.index,
      {
        ...dealing,
        sealingSecret,
        readiness: { vault: readiness(share), checkedBackups: [] },
      },
      random,
    );
    sealingSecret.fill(0);
    await this.#send(DEAL, 1, body, sealed);
    return undefined;
  }

  /** Opens the sub-shares once and stages the new share; later attempts find it staged. */
  async #stageOrComplain(attempt: number): Promise<bigint | undefined> {
    const { keys, secrets, random } = this.state.ports;
    const deal = this.state.deal();
    const fingerprint = bytesToHex(deal.fingerprint);
    if (await this.state.isStaged()) return this.state.readShare(fingerprint, this.state.epochId);

    const sealingSecret = await this.state.sealingSecret();
    const bundle = this.state.log.view.bundles.find((candidate) => candidate.round === DEAL);
    const sealed = checkSealedFor(deal, bundle?.sealed ?? new Map(), this.state.index);
    const oldShare = await this.state.currentShare();
    const opened = this.#contributions.openSubShares(
      this.state.context,
      deal,
      this.state.index,
      sealed,
      sealingSecret,
      oldShare,
    );
    if ('culprit' in opened) {
      const body = this.#contributions.contributeComplaint(
        this.state.context,
        deal,
        this.state.index,
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
    const record = recordAfter(this.state.log.view);
    const sealing = await secrets.get(`sealing-${this.state.role}`);
    if (record === undefined || sealing === undefined)
      throw new CeremonyError('wrong-round', 'The sealing key for the next epoch is missing.');
    const share = this.state.context.suite.scalarToBytes(opened.share);
    await keys.stage(fingerprint, this.state.epochId, { record: encodeKeyRecord(record), share, sealing });
    share.fill(0);
    sealing.fill(0);
    return opened.share;
  }

  async #performConfirm(): Promise<undefined> {
    const attempt = await this.attempts.current();
    const share = await this.#stageOrComplain(attempt);
    // With the certificate only the share is still needed: a laptop that was rolled back stages it again.
    if (share === undefined || this.state.log.view.secure !== undefined) return undefined;
    const { body, nonces } = this.#contributions.contributeAccept(
      this.state.context,
      this.state.deal(),
      this.state.index,
      share,
      this.state.ports.random,
    );
    await this.state.ports.nonces.keep(this.state.nonceLabel(attempt), nonces);
    nonces.fill(0);
    await this.#send(CONFIRM, attempt, body);
    return undefined;
  }

  #planned(): Plan['backups'] {
    return this.state.plan.backups.filter((backup) => backup.holder === this.state.index);
  }

  #receiptName(label: string): string {
    return `backup-${this.state.role}-${this.#planned().findIndex((backup) => backup.label === label)}`;
  }

  async #receipts(): Promise<BackupReceipt[]> {
    const receipts: BackupReceipt[] = [];
    for (const backup of this.#planned()) {
      const stored = await this.state.ports.journal.get(this.#receiptName(backup.label));
      if (stored !== undefined)
        receipts.push(
          parseFields(receiptSchema, parseCanonicalJsonFile(stored, 'Receipt'), 'Receipt', 'bad-field'),
        );
    }
    return receipts;
  }

  async #performBackups(step: Step, ask: Ask): Promise<string | undefined> {
    const { journal, clock } = this.state.ports;
    // Also where no backup is planned: before the confirmations there is nothing to be done here.
    this.#newRecord();
    for (const backup of this.#planned()) {
      if ((await journal.get(this.#receiptName(backup.label))) !== undefined) continue;
      const answers = await ask(backup.label, backup.kind);
      if (answers === undefined) return `Waits for you: ${step.title} ("${backup.label}").`;
      const readBack = await this.#makeBackup(backup, answers.get('sheet') ?? '');
      const receipt: BackupReceipt = {
        kind: backup.kind,
        label: backup.label,
        serial: answers.get('serial') ?? '',
        readBack,
        witness: answers.get('witness') ?? '',
        at: clock.now(),
      };
      await journal.put(this.#receiptName(backup.label), canonicalJsonFile(receipt));
    }
    return undefined;
  }

  /** Makes a backup and reads it back. Returns what the receipt says of that. */
  async #makeBackup(backup: PlannedBackup, sheet: string): Promise<string> {
    const { backups } = this.state.ports;
    switch (backup.kind) {
      case 'file':
        await this.#writeFile((content) => backups.write(backup.label, content));
        return 'decrypted and matched the public share';
      case 'recipients-file':
        await this.#writeFile((content) => backups.writeFor(backup.recipients, backup.label, content));
        return readBackFor(backup.recipients.length);
      default:
        return this.#readSheet(backup.kind, sheet);
    }
  }

  /** Writes a backup as a file, and holds what is read back against the public share. */
  async #writeFile(write: (content: Uint8Array) => Promise<Uint8Array>): Promise<void> {
    const { record, share } = await this.newShare();
    const content = encodeShareFile(record, this.state.index, share);
    const readBack = await write(content);
    checkShareFile(readBack, record, this.state.index);
    for (const secret of [share, content, readBack]) secret.fill(0);
  }

  /** Holds a sheet that was read back against the share. Returns what the receipt says of that. */
  async #readSheet(kind: 'sealed-sheet' | 'plain-sheet', text: string): Promise<string> {
    const record = this.#newRecord();
    const share = await this.state.ports.backups.readSheet(kind, text, record, this.state.index);
    checkShare(share, record, this.state.index, 'Sheet read back');
    share.fill(0);
    return kind === 'sealed-sheet'
      ? 'read from paper, opened and matched the public share'
      : 'read from paper and matched the public share';
  }

  #newRecord(): KeyRecord {
    const record = recordAfter(this.state.log.view);
    if (record === undefined) throw new CeremonyError('wrong-round', 'There is nothing to back up yet.');
    return record;
  }

  /** The staged share, while a backup of it is due, and the public record that it belongs to. The caller erases the share. */
  async newShare(): Promise<{ record: KeyRecord; share: Uint8Array }> {
    const record = this.#newRecord();
    // Whoever comes to an open laptop later must not get another copy of the share.
    if (await this.isDone('backups'))
      throw new CeremonyError(
        'wrong-round',
        'No planned backup of this share is left to be made: no further copy of it is made.',
        'Restore from one of them, or plan more backups for the next epoch.',
      );
    const secrets = await this.state.ports.keys.secrets(record.fingerprint, this.state.epochId);
    const share = await secrets.get('share');
    if (share === undefined)
      throw new CeremonyError('wrong-epoch', 'The staged share is not on this laptop.');
    return { record, share };
  }

  async #performSecure(): Promise<undefined> {
    const attempt = this.state.acceptedAttempt();
    const { confirm } = this.state.log.view;
    if (confirm === undefined)
      throw new CeremonyError('wrong-round', 'The confirmations are not complete yet.');
    // Whoever signed a stop has promised never to sign this.
    if (await this.state.hasStopped())
      throw new CeremonyError('own-equivocation', 'This laptop has stopped the ceremony.');
    // A late certificate of another ceremony may have moved this laptop on since it confirmed. What it declares secure
    // here must follow its current epoch, or the others would go where it cannot.
    await this.state.currentShare();
    const backups = await this.#receipts();
    const share = await this.state.readShare(bytesToHex(this.state.deal().fingerprint), this.state.epochId);
    const encoded = await this.state.ports.nonces.take(this.state.nonceLabel(attempt));
    // Gone between the check and now: the next look at the script finds a new attempt to make.
    if (encoded === undefined) return undefined;
    const body = this.#contributions.contributeSecure(
      this.state.context,
      this.state.deal(),
      confirm,
      this.state.index,
      { share, nonces: decodeNonces(encoded), backups },
      this.state.ports.random,
    );
    encoded.fill(0);
    await this.#send(SECURE, attempt, body);
    return undefined;
  }
}

/** What the deal says about this laptop's vault. */
function readiness(share: bigint | undefined): string {
  return share === undefined ? 'open' : 'open; the current share was read and belongs to its public share';
}

/** What a receipt says of a backup to recipients: what was shown, and what nobody here can show. */
function readBackFor(recipients: number): string {
  const [count, own] =
    recipients === 1
      ? ['1 recipient', 'whose own key was not tried']
      : [`${recipients} recipients`, 'none of whose own keys was tried'];
  return `opened with a key made for this check and matched the public share; names ${count}, ${own}`;
}
