/** A role's exceptions on its own laptop: numbered, signed, stored, then shown; and what became of all of them. */
import { EXCEPTION } from './bundle.ts';
import { signEnvelope, type Envelope } from './envelope.ts';
import { CeremonyError } from './errors.ts';
import { exceptionFacts, exceptionsOf, type ExceptionFacts } from './exceptions.ts';
import { decodeMessage, encodeMessage } from './message.ts';
import type { PlanContext } from './plan.ts';
import type { Clock, Journal, Signer } from './ports.ts';
import { contributeException, MAX_EXCEPTIONS, type ExceptionCategory } from './rounds/exception.ts';
import { envelopeKey, type View } from './view.ts';

/** An exception, and how far it has come. */
export interface ExceptionState extends ExceptionFacts {
  /** `recorded`: carried by a bundle. `sent`: signed, and on its way. `late`: the record was closed without it. */
  readonly state: 'recorded' | 'sent' | 'late';
}

/** Somebody who puts exceptions on record. */
export interface Speaker {
  readonly role: string;
  readonly view: View;
  /** Exceptions that were seen elsewhere, of anybody: a number among them is not signed again. */
  readonly seen?: readonly Envelope[];
  readonly ports: { readonly clock: Clock; readonly signer: Signer; readonly journal: Journal };
  /** Called with the exception once it is stored, before it is shown. */
  stored?(envelope: Envelope): void;
  /** Shows the stored message of a slot `<role>-r8-a<number>`. */
  show(slot: string, message: Uint8Array): Promise<void>;
}

/** Where the journal has the exceptions of a role; the number follows. */
const slotPrefix = (role: string): string => `${role}-r${EXCEPTION}-a`;

/**
 * Shows what the journal has already, if the medium is there; returns whether it was. What is stored is said: it is
 * shown again with everything else, so a medium that is away must not look as if it had been refused.
 */
export async function showStored(show: () => Promise<void>): Promise<boolean> {
  try {
    await show();
    return true;
  } catch {
    return false;
  }
}

/**
 * Signs, stores, then shows the next exception of a role. Throws `record-closed` once nothing can be added any more,
 * `bad-field` for a category or text that cannot be put on record. Returns false where it is stored and could not be
 * shown: whoever calls this shows it again.
 */
export async function putOnRecord(
  speaker: Speaker,
  step: string,
  category: ExceptionCategory,
  text: string,
): Promise<boolean> {
  const { role, view, ports } = speaker;
  if (view.next === undefined)
    throw new CeremonyError(
      'record-closed',
      'This exception comes too late: the record is closed.',
      'Keep a note of it beside the record.',
    );
  const body = contributeException(category, step, text);
  const { context } = view;
  const number = await nextNumber(speaker);
  if (number > MAX_EXCEPTIONS)
    throw new CeremonyError(
      'bad-exception',
      `This role has put ${MAX_EXCEPTIONS} exceptions on record, and no more can be.`,
      'Keep a note of it beside the record.',
    );
  const envelope = await signEnvelope(
    {
      ceremony: context.id,
      key: envelopeKey(context),
      epoch: context.plan.epoch,
      round: EXCEPTION,
      attempt: number,
      sender: role,
      prev: context.hash,
      at: ports.clock.now(),
      body,
    },
    ports.signer,
  );
  const message = encodeMessage({
    reseal: 1,
    type: 'envelope',
    ceremony: context.id,
    envelope: envelope.bytes,
    sealed: [],
  });
  const slot = `${slotPrefix(role)}${number}`;
  await ports.journal.put(`out-${slot}`, message);
  speaker.stored?.(envelope);
  return showStored(() => speaker.show(slot, message));
}

/**
 * One more than the highest that this laptop has signed, that a bundle carries, or that was seen elsewhere: a laptop
 * that was rolled back must not sign a slot again that others have seen.
 */
async function nextNumber({ role, view, seen = [], ports: { journal } }: Speaker): Promise<number> {
  const prefix = `out-${slotPrefix(role)}`;
  let highest = 0;
  for (const name of await journal.names())
    if (name.startsWith(prefix)) highest = Math.max(highest, Number(name.slice(prefix.length)));
  for (const known of exceptionsOf(view)) if (known.role === role) highest = Math.max(highest, known.number);
  for (const { payload } of seen) if (payload.sender === role) highest = Math.max(highest, payload.attempt);
  return highest + 1;
}

/** The envelopes of all exceptions that this role has signed on this laptop. `open` decodes and checks one. */
export async function ownExceptions(
  role: string,
  journal: Journal,
  open: (bytes: Uint8Array) => Envelope,
): Promise<Envelope[]> {
  const envelopes: Envelope[] = [];
  for (const name of await journal.names()) {
    const stored = name.startsWith(`out-${slotPrefix(role)}`) ? await journal.get(name) : undefined;
    const message = stored === undefined ? undefined : decodeMessage(stored, `Journal entry ${name}`);
    if (message?.type === 'envelope') envelopes.push(open(message.envelope));
  }
  return envelopes;
}

/** All exceptions on record, then those of `known` that no bundle carries, by role and number. */
export function exceptionStates(
  context: PlanContext,
  view: View,
  known: readonly Envelope[],
): ExceptionState[] {
  const recorded = exceptionsOf(view).map(({ role, number, at, category, step, text }) => ({
    ...{ role, number, at, category, step, text },
    state: 'recorded' as const,
  }));
  const slot = ({ role, number }: ExceptionFacts): string => `${role} ${number}`;
  const there = new Set(recorded.map(slot));
  const waiting = known
    .map((envelope) => exceptionFacts(context, envelope))
    .filter((facts) => !there.has(slot(facts)))
    .sort((a, b) => (a.role === b.role ? a.number - b.number : a.role < b.role ? -1 : 1))
    .map((facts) => ({ ...facts, state: view.next === undefined ? ('late' as const) : ('sent' as const) }));
  return [...recorded, ...waiting];
}
