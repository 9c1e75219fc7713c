/**
 * Attempts at rounds 2 and 3. Signing nonces live in memory only, so a laptop that restarts between the two rounds has
 * lost them: it begins both rounds anew, with new nonces, and the others join in.
 */
import { bytesToHex } from '../crypto/bytes.ts';
import { bundleHash, CONFIRM, DEAL, SECURE } from './bundle.ts';
import { decodeEnvelope, type Envelope } from './envelope.ts';
import { CeremonyError } from './errors.ts';
import type { HolderState } from './holder-state.ts';
import { decodeMessage } from './message.ts';
import { describeRole } from './plan.ts';
import { outcome } from './view.ts';

/** Further attempts are cheap for an honest laptop; a number far ahead is somebody's prank. */
export const MAX_ATTEMPTS_AHEAD = 1000;

export class Attempts {
  readonly #state: HolderState;

  constructor(state: HolderState) {
    this.#state = state;
  }

  /**
   * The attempt at rounds 2 and 3 to work on: the highest that this laptop has begun or was called to, and one more
   * when the nonces of that attempt are gone (a restart, a roll-back) before its signature shares were stored. With
   * the certificate nothing is attempted any more.
   */
  async current(): Promise<number> {
    const accepted = this.#state.acceptedAttempt();
    if (this.#state.log.view.secure !== undefined) return accepted;
    const own = `out-${this.#state.role}-r${CONFIRM}-a`;
    const called = `attempt-${this.#state.role}-`;
    let attempt = Math.max(1, accepted);
    for (const name of await this.#state.ports.journal.names())
      for (const prefix of [own, called])
        if (name.startsWith(prefix)) attempt = Math.max(attempt, Number(name.slice(prefix.length)));
    // The accepted bundle has an envelope of this laptop, which does not know it: it was rolled back. Signing that
    // slot again would convict it.
    if (attempt === accepted && !(await this.#state.sent(CONFIRM, attempt))) return attempt + 1;
    if (!(await this.#state.sent(CONFIRM, attempt)) || (await this.#state.sent(SECURE, attempt)))
      return attempt;
    if (await this.#complained(attempt)) return attempt;
    return (await this.#state.ports.nonces.has(this.#state.nonceLabel(attempt))) ? attempt : attempt + 1;
  }

  async #complained(attempt: number): Promise<boolean> {
    const stored = await this.#state.ports.journal.get(`out-${this.#state.role}-r${CONFIRM}-a${attempt}`);
    if (stored === undefined) return false;
    const message = decodeMessage(stored);
    return (
      message.type === 'envelope' && decodeEnvelope(message.envelope).payload.body['kind'] === 'complaint'
    );
  }

  /** True while this laptop works on a later attempt than the one whose round 2 it has accepted. */
  async repeats(): Promise<boolean> {
    return (
      this.#state.log.view.secure === undefined && (await this.current()) > this.#state.acceptedAttempt()
    );
  }

  /**
   * Another holder lost its nonces and begins rounds 2 and 3 anew; its signed envelope is the reason to join in.
   * Returns false when this laptop has not got as far yet.
   */
  async receive(envelope: Envelope): Promise<boolean> {
    const { view } = this.#state.log;
    const { round, attempt, prev, sender } = envelope.payload;
    const deal = view.bundles.find((bundle) => bundle.round === DEAL);
    if (deal === undefined) return false;
    if (view.secure !== undefined || outcome(view) === 'aborted') return true;
    const current = await this.current();
    if (
      round !== CONFIRM ||
      attempt <= current ||
      attempt > current + MAX_ATTEMPTS_AHEAD ||
      sender === this.#state.role
    )
      return true;
    if (bytesToHex(prev) !== bytesToHex(bundleHash(this.#state.context, deal)))
      throw new CeremonyError(
        'split-view',
        `${describeRole(this.#state.plan, sender)} was shown other deals than this laptop.`,
        'Do not go on. Compare the bundles on all laptops, and start again with a new plan.',
      );
    await this.#state.ports.journal.put(`attempt-${this.#state.role}-${attempt}`, envelope.bytes);
    return true;
  }
}
