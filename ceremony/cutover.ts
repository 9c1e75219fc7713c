/**
 * The end of a holder's part: making the new share the active one, destroying the old one, or, after an abort, putting
 * away what was prepared. Nothing of the old epoch is touched before this laptop holds the certificate.
 *
 * "Secure" and "stop" exclude one another for ever, and a laptop that declared its share secure keeps the staged share
 * even when the ceremony is called off: somebody may have signed both, and the others may hold the certificate. Such a
 * share goes when a later epoch is certified, which shows that nobody can need it any more (docs/protocol.md).
 */
import { bytesToHex, fromHex } from '../crypto/bytes.ts';
import { canonicalJsonFile, parseCanonicalJsonFile } from './canonical-json.ts';
import { CeremonyError } from './errors.ts';
import { parseFields } from './fields.ts';
import type { Ask, HolderState } from './holder-state.ts';
import { checkStartsFrom } from './plan.ts';
import { destructionSchema, type DestructionReceipt } from './rounds/retire.ts';
import type { Step } from './script.ts';

export class Cutover {
  readonly #state: HolderState;

  constructor(state: HolderState) {
    this.#state = state;
  }

  /**
   * True once this laptop has gone over to this ceremony's epoch. Its own note says so for ever: the vault does not,
   * because a later ceremony destroys the epoch.
   */
  async isDone(): Promise<boolean> {
    return (await this.#state.ports.journal.get(this.#note)) !== undefined;
  }

  get #note(): string {
    return `cutover-${this.#state.role}`;
  }

  async cutOver(step: Step, ask: Ask): Promise<string | undefined> {
    const { keys, journal, clock } = this.#state.ports;
    if (this.#state.log.view.secure === undefined)
      throw new CeremonyError('wrong-round', 'There is no certificate yet.');
    // Killed between the switch and the note about it, a laptop has switched all the same.
    if ((await this.#state.currentEpoch())?.id !== this.#state.epochId) {
      const notYet = await this.#notItsTurn();
      if (notYet !== undefined) return notYet;
      if ((await ask()) === undefined) return `Waits for you: ${step.title}.`;
      await keys.activate(bytesToHex(this.#state.deal().fingerprint), this.#state.epochId);
    }
    await journal.put(this.#note, new TextEncoder().encode(clock.now()));
    return undefined;
  }

  /**
   * Why this ceremony's epoch may not follow the current one yet; undefined when it may. A certificate can turn up late,
   * after this laptop took part in another ceremony of the key. It must neither lead back to an epoch that the others
   * have left, nor overtake a ceremony in which this laptop has declared its share secure and which may be certified.
   */
  async #notItsTurn(): Promise<string | undefined> {
    const current = await this.#state.currentEpoch();
    const fingerprint = bytesToHex(this.#state.deal().fingerprint);
    if (current !== undefined) {
      try {
        checkStartsFrom(this.#state.context, await this.#state.ports.keys.record(fingerprint, current.id));
      } catch (error) {
        if (!(error instanceof CeremonyError)) throw error;
        return `Has a certificate that comes too late: this laptop is at ${current.id}. ${error.message}`;
      }
    }
    const other = this.#state.log.revived ? await this.#state.ports.pledgedElsewhere() : undefined;
    return other === undefined
      ? undefined
      : `Has a certificate although it was called off; meanwhile this laptop has declared its new share secure in the ceremony "${other}", and waits for the end of that one.`;
  }

  async destroy(step: Step, ask: Ask): Promise<string | undefined> {
    const { keys, journal, clock } = this.#state.ports;
    if (this.#state.log.view.secure === undefined)
      throw new CeremonyError('wrong-round', 'There is no certificate yet.');
    const answers = await ask();
    if (answers === undefined) return `Waits for you: ${step.title}.`;
    const fingerprint = bytesToHex(this.#state.deal().fingerprint);
    const old = async (): Promise<string[]> =>
      (await keys.epochs(fingerprint))
        // An epoch whose number cannot be read counts as old: the receipt must be true.
        .filter((epoch) => !epoch.current && !(epochNumber(epoch.id) >= this.#state.plan.epoch))
        .map((epoch) => epoch.id);
    for (const id of await old()) await keys.destroy(fingerprint, id);
    const left = await old();
    if (left.length > 0)
      throw new CeremonyError(
        'wrong-epoch',
        `${left.join(', ')}: still on this laptop.`,
        'Run this step again.',
      );
    await this.eraseSuperseded();
    const receipt: DestructionReceipt = {
      epoch: this.#state.plan.epoch - 1,
      what: 'share and sealing key in the vault of this laptop',
      method: "deleted the epoch's sealed data key, then its files",
      tool: 'Reseal',
      who: this.#state.person.name,
      witness: answers.get('witness') ?? '',
      at: clock.now(),
    };
    await journal.put(`destroyed-${this.#state.role}`, canonicalJsonFile([receipt]));
    return undefined;
  }

  async receipts(): Promise<DestructionReceipt[]> {
    const stored = await this.#state.ports.journal.get(`destroyed-${this.#state.role}`);
    if (stored === undefined) return [];
    return parseFields(
      destructionSchema.array(),
      parseCanonicalJsonFile(stored, 'Receipts'),
      'Receipts',
      'bad-field',
    );
  }

  /** After an abort: nothing was changed; what was prepared goes, unless a certificate could still need it. */
  async discard(): Promise<undefined> {
    const { keys, journal, secrets } = this.#state.ports;
    const fingerprint = this.#state.fingerprint();
    if (fingerprint !== undefined && !(await this.#state.hasSecured())) {
      const staged = (await keys.epochs(fingerprint)).find((epoch) => epoch.id === this.#state.epochId);
      if (staged !== undefined && !staged.current) await keys.destroy(fingerprint, staged.id);
    }
    await secrets.destroy();
    await journal.put(`discarded-${this.#state.role}`, new Uint8Array(0));
    return undefined;
  }

  /**
   * Erases what the new epoch has superseded beside the share: the sealing key under which this ceremony's sub-shares
   * came, where it was that of an enrolment card, and the ceremony's own copy of the next one. Safe to repeat.
   */
  async eraseSuperseded(): Promise<void> {
    if (this.#state.log.view.secure === undefined) return;
    if ((await this.#state.currentEpoch())?.id !== this.#state.epochId) return;
    await this.#state.ports.secrets.destroy();
    await this.#state.ports.retireCard(fromHex(this.#state.person.sealingKey));
  }
}

/** The number in `epoch-7-1a2b3c4d`. */
function epochNumber(epochId: string): number {
  return Number(/^epoch-(\d+)-/.exec(epochId)?.[1] ?? Number.NaN);
}
