/** What every part of a holder's work needs to know: the ceremony, this laptop's key and epochs, and its own words. */
import { bytesToHex, fromHex } from '../crypto/bytes.ts';
import { CONFIRM, SECURE, STOP, type SealedSubShares } from './bundle.ts';
import { CeremonyError } from './errors.ts';
import type { CeremonyLog } from './log.ts';
import type { ParticipantPorts } from './participant.ts';
import { checkStartsFrom, type BackupKind, type Plan, type PlanContext } from './plan.ts';
import type { DealResult } from './rounds/deal.ts';

/** Signs, stores and shows an envelope of this holder. */
export type Send = (
  round: number,
  attempt: number,
  body: Record<string, unknown>,
  sealed?: SealedSubShares,
) => Promise<void>;

/** Asks the person for a step's evidence; undefined when nobody is there. */
export type Ask = (about?: string, kind?: BackupKind) => Promise<Map<string, string> | undefined>;

export class HolderState {
  readonly log: CeremonyLog;
  readonly index: number;
  readonly ports: ParticipantPorts;

  constructor(log: CeremonyLog, index: number, ports: ParticipantPorts) {
    this.log = log;
    this.index = index;
    this.ports = ports;
  }

  get context(): PlanContext {
    return this.log.context;
  }

  get plan(): Plan {
    return this.log.context.plan;
  }

  get role(): string {
    return `holder-${this.index}`;
  }

  /** This holder as the plan names it. */
  get person(): Plan['holders'][number] {
    const person = this.plan.holders.find((holder) => holder.index === this.index);
    if (person === undefined)
      throw new CeremonyError('unknown-sender', `The plan has no holder ${this.index}.`);
    return person;
  }

  /** Folder name of the epoch that this ceremony makes. */
  get epochId(): string {
    return `epoch-${this.plan.epoch}-${bytesToHex(this.context.id).slice(0, 8)}`;
  }

  deal(): DealResult {
    const deal = this.log.view.deal;
    if (deal === undefined) throw new CeremonyError('wrong-round', 'The deals are not complete yet.');
    return deal;
  }

  async sent(round: number, attempt: number): Promise<boolean> {
    return (await this.ports.journal.get(`out-${this.role}-r${round}-a${attempt}`)) !== undefined;
  }

  /** Attempt of round 2 whose bundle was accepted; 0 before. */
  acceptedAttempt(): number {
    return this.log.view.bundles.find((bundle) => bundle.round === CONFIRM)?.attempt ?? 0;
  }

  nonceLabel(attempt: number): string {
    return `${bytesToHex(this.context.id)}-${this.role}-a${attempt}`;
  }

  /** True once this laptop has promised never to declare its new share secure. */
  async hasStopped(): Promise<boolean> {
    return this.sent(STOP, 1);
  }

  async hasSecured(): Promise<boolean> {
    const names = await this.ports.journal.names();
    return names.some((name) => name.startsWith(`out-${this.role}-r${SECURE}-a`));
  }

  /** Fingerprint of the key; undefined in a generation before the deals are complete. */
  fingerprint(): string | undefined {
    const { deal } = this.log.view;
    return this.plan.before?.fingerprint ?? (deal === undefined ? undefined : bytesToHex(deal.fingerprint));
  }

  async currentEpoch(): Promise<{ id: string } | undefined> {
    const fingerprint = this.fingerprint();
    if (fingerprint === undefined) return undefined;
    return (await this.ports.keys.epochs(fingerprint)).find((epoch) => epoch.current);
  }

  async isStaged(): Promise<boolean> {
    const fingerprint = this.fingerprint();
    if (fingerprint === undefined) return false;
    return (await this.ports.keys.epochs(fingerprint)).some((epoch) => epoch.id === this.epochId);
  }

  /** Throws unless this laptop has everything the plan expects of it: the epoch it starts from, and the sealing key. */
  async checkReady(): Promise<void> {
    await this.currentShare();
    (await this.sealingSecret()).fill(0);
  }

  /** The secret of the sealing key that the plan names for this holder. */
  async sealingSecret(): Promise<Uint8Array> {
    const secret = await this.ports.findSealingSecret(fromHex(this.person.sealingKey));
    if (secret === undefined)
      throw new CeremonyError(
        'not-for-this-laptop',
        'The sealing key that the plan names for this holder is not on this laptop.',
        'Make a new enrolment card with "reseal enrol" and a new plan with it.',
      );
    return secret;
  }

  /**
   * The current share, after checking that this laptop's epoch is the one the plan starts from, and that the share is
   * the one that belongs to this holder's public share. Undefined in a generation.
   */
  async currentShare(): Promise<bigint | undefined> {
    const before = this.plan.before;
    if (before === null) return undefined;
    const current = await this.currentEpoch();
    if (current === undefined)
      throw new CeremonyError(
        'wrong-key',
        `This laptop holds no share of "${this.plan.keyName}".`,
        'Import the key first, or restore the share from a backup.',
      );
    checkStartsFrom(this.context, await this.ports.keys.record(before.fingerprint, current.id));
    const share = await this.readShare(before.fingerprint, current.id);
    const publicShare = before.holders.find((holder) => holder.index === this.index)?.publicShare;
    if (share === 0n || bytesToHex(this.context.suite.base.multiply(share).toBytes()) !== publicShare)
      throw new CeremonyError(
        'wrong-key',
        `The share of "${this.plan.keyName}" on this laptop is not that of holder ${this.index}.`,
        'Compare the indices: the plan may give this laptop the place of another one.',
      );
    return share;
  }

  async readShare(fingerprint: string, epochId: string): Promise<bigint> {
    const secrets = await this.ports.keys.secrets(fingerprint, epochId);
    const bytes = await secrets.get('share');
    if (bytes === undefined)
      throw new CeremonyError('wrong-epoch', `The share of ${epochId} is not on this laptop.`);
    const share = this.context.suite.scalarFromBytes(bytes, 'share');
    bytes.fill(0);
    return share;
  }
}
