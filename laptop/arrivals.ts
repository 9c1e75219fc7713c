/** Who has sent what, for people to look at: envelopes whose signature is right. What they say is judged with the bundle. */
import { openEnvelope } from '../ceremony/bundle.ts';
import { CeremonyError } from '../ceremony/errors.ts';
import type { PlanContext } from '../ceremony/plan.ts';
import { envelopeKey } from '../ceremony/view.ts';
import { CryptoError } from '../crypto/errors.ts';

/** An envelope that somebody has sent. */
export interface Arrival {
  readonly sender: string;
  readonly round: number;
  readonly attempt: number;
  /** By the sender's clock. */
  readonly at: string;
}

/** Looks at each envelope once, however often it is asked about. */
export class Arrivals {
  /** By the very bytes that were read: what is not held any more is not remembered either. */
  readonly #known = new WeakMap<Uint8Array, Arrival>();
  readonly #wrong = new WeakSet<Uint8Array>();

  /** What an envelope of this ceremony says about itself; undefined where its signature or its place is wrong. */
  of(context: PlanContext, envelope: Uint8Array): Arrival | undefined {
    const known = this.#known.get(envelope);
    if (known !== undefined || this.#wrong.has(envelope)) return known;
    const arrival = arrivalIn(context, envelopeKey(context), envelope);
    if (arrival === undefined) this.#wrong.add(envelope);
    else this.#known.set(envelope, arrival);
    return arrival;
  }
}

/** Undefined for an envelope that is not what it says. */
function arrivalIn(context: PlanContext, key: Uint8Array, envelope: Uint8Array): Arrival | undefined {
  try {
    const { sender, round, attempt, at } = openEnvelope(context, key, envelope).payload;
    return { sender, round, attempt, at };
  } catch (error) {
    if (error instanceof CeremonyError || error instanceof CryptoError) return undefined;
    throw error;
  }
}
