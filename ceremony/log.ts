/**
 * A ceremony as one laptop has seen it: the view, and the journal in which every accepted bundle was stored before it
 * was acted on. Holders, witnesses and the administrator all keep one.
 */
import { bytesToHex, equalBytes } from '../crypto/bytes.ts';
import { bundleHash, CONFIRM, openEnvelope, SECURE, type Bundle } from './bundle.ts';
import type { Envelope } from './envelope.ts';
import { CeremonyError } from './errors.ts';
import { bundleFromMessage, bundleMessage, decodeMessage, encodeMessage, type MessageOf } from './message.ts';
import { sha256 } from './hash.ts';
import type { PlanContext } from './plan.ts';
import type { Journal } from './ports.ts';
import { advance, envelopeKey, openView, rewind, type View } from './view.ts';

export class CeremonyLog {
  readonly context: PlanContext;
  readonly #journal: Journal;
  readonly #prefix: string;
  #view: View;
  #stored = 0;
  #revived = false;
  /** Accepted bundles of round 2, also those of attempts that were repeated since. */
  readonly #confirms: Bundle[] = [];
  /** Hashes of all accepted bundles, also of those that others have taken the place of since. */
  readonly #accepted = new Set<string>();
  /** Envelopes that passed all checks, by the hash of their exact bytes. */
  readonly #opened = new Map<string, Envelope>();

  private constructor(context: PlanContext, journal: Journal, prefix: string) {
    this.context = context;
    this.#journal = journal;
    this.#prefix = prefix;
    this.#view = openView(context);
  }

  /** Replays the journal's bundles `<prefix>-000`, `<prefix>-001`, … in the order in which they were accepted. */
  static async load(context: PlanContext, journal: Journal, prefix: string): Promise<CeremonyLog> {
    const log = new CeremonyLog(context, journal, prefix);
    for (;;) {
      const stored = await journal.get(log.#entry(log.#stored));
      if (stored === undefined) return log;
      const message = decodeMessage(stored, `Journal entry ${log.#entry(log.#stored)}`);
      if (message.type !== 'bundle')
        throw new CeremonyError('bad-encoding', 'The journal holds something that is no bundle.');
      const bundle = log.decode(message);
      log.#settle(bundle, log.#next(bundle) ?? log.#view);
    }
  }

  get view(): View {
    return this.#view;
  }

  /** True when a certificate turned up after this laptop had seen the ceremony aborted. */
  get revived(): boolean {
    return this.#revived;
  }

  #entry(at: number): string {
    return `${this.#prefix}-${String(at).padStart(3, '0')}`;
  }

  /** Decodes an envelope of this ceremony and checks its signature; each only once, however often it is shown. */
  open(bytes: Uint8Array, what?: string): Envelope {
    const key = bytesToHex(sha256(bytes));
    let envelope = this.#opened.get(key);
    if (envelope === undefined) {
      envelope = openEnvelope(this.context, envelopeKey(this.context), bytes, what);
      this.#opened.set(key, envelope);
    }
    return envelope;
  }

  decode(message: MessageOf<'bundle'>): Bundle {
    if (!equalBytes(message.ceremony, this.context.id))
      throw new CeremonyError(
        'wrong-ceremony',
        'This bundle belongs to another ceremony.',
        'Compare the plan codes.',
      );
    return bundleFromMessage(message, (bytes) => this.open(bytes, `Bundle of round ${message.round}`));
  }

  /**
   * Takes in a bundle. Returns true when it changed the view (it is then in the journal), false when it was known or
   * superseded. Throws what `advance` throws for a bundle that must be asked for again, and `split-view` for a second,
   * different, valid bundle of a round that this laptop has accepted already, also where a certificate stands all the same.
   */
  async accept(bundle: Bundle, check?: (next: View) => void): Promise<boolean> {
    let next: View | undefined;
    try {
      next = this.#next(bundle);
    } catch (error) {
      if (error instanceof CeremonyError && error.code === 'split-view') await this.#keepEvidence(bundle);
      throw error;
    }
    if (next === undefined) return false;
    check?.(next);
    await this.#journal.put(this.#entry(this.#stored), this.#encode(bundle));
    this.#settle(bundle, next);
    return true;
  }

  #settle(bundle: Bundle, next: View): void {
    this.#stored += 1;
    this.#revived ||= this.#view.abort !== undefined && next.abort === undefined;
    this.#view = next;
    this.#accepted.add(bytesToHex(bundleHash(this.context, bundle)));
    if (bundle.round === CONFIRM) this.#confirms.push(bundle);
  }

  #encode(bundle: Bundle): Uint8Array {
    return encodeMessage(bundleMessage(this.context.id, bundle));
  }

  /** The first bundle that contradicts what this laptop knows is kept beside the accepted ones. */
  async #keepEvidence(bundle: Bundle): Promise<void> {
    const name = `${this.#prefix}-split-view`;
    if ((await this.#journal.get(name)) === undefined) await this.#journal.put(name, this.#encode(bundle));
  }

  /**
   * The view with a certificate of an attempt that this laptop has left behind since. Somebody may have acted on it
   * already, so it counts: a laptop that refused it would be left with the old share alone.
   */
  #earlierCertificate(bundle: Bundle): View | undefined {
    const view = this.#view;
    if (bundle.round !== SECURE || view.secure !== undefined) return undefined;
    const confirm = this.#confirms.find(
      (past) => past.attempt === bundle.attempt && !view.bundles.includes(past),
    );
    if (confirm === undefined) return undefined;
    const next = advance(advance(rewind(view, CONFIRM), confirm), bundle);
    return next.secure === undefined ? undefined : next;
  }

  /**
   * A certificate stands whatever else was shown: it proves that every holder has its new share. But another valid bundle
   * of the same round and attempt means that others may have seen another end, and that must not go unnoticed.
   */
  #checkBesideCertificate(accepted: Bundle, bundle: Bundle): void {
    if (bundle.attempt !== accepted.attempt) return;
    if (this.#accepted.has(bytesToHex(bundleHash(this.context, bundle)))) return;
    try {
      advance(rewind(this.#view, bundle.round), bundle);
    } catch (error) {
      if (error instanceof CeremonyError) return;
      throw error;
    }
    throw new CeremonyError(
      'split-view',
      `There are two different bundles of round ${bundle.round}: the one that led to the certificate on this laptop, and this one.`,
      'The certificate stands, and this laptop goes on. Keep both, and show the certificate to everybody who has seen another end.',
    );
  }

  /** The view after this bundle, or undefined where it brings nothing new. */
  #next(bundle: Bundle): View | undefined {
    const view = this.#view;
    const certified = this.#earlierCertificate(bundle);
    if (certified !== undefined) return certified;
    if (bundle.round === view.next) return advance(view, bundle);
    const accepted = view.bundles.find((past) => past.round === bundle.round);
    if (accepted === undefined)
      throw new CeremonyError(
        'wrong-round',
        `The bundle of round ${bundle.round} came before that of round ${view.next ?? 0}.`,
        'Fetch the earlier bundles first.',
      );
    if (equalBytes(bundleHash(this.context, accepted), bundleHash(this.context, bundle))) return undefined;
    if (view.secure === undefined && bundle.round === CONFIRM && bundle.attempt !== accepted.attempt)
      return bundle.attempt > accepted.attempt && view.abort === undefined
        ? advance(rewind(view, CONFIRM), bundle)
        : undefined;
    if (view.secure !== undefined && bundle.round <= SECURE) {
      this.#checkBesideCertificate(accepted, bundle);
      return undefined;
    }
    const other = advance(rewind(view, bundle.round), bundle);
    if (bundle.round === SECURE && view.abort !== undefined && other.secure !== undefined) return other;
    throw new CeremonyError(
      'split-view',
      `There are two different bundles of round ${bundle.round}: the one this laptop accepted, and this one.`,
      'Do not go on. Keep both, and compare them on all laptops.',
    );
  }
}
