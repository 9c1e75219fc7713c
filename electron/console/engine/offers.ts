/**
 * What the camera saw: judged by name before it is a message (from the topic in its frames), and by content once it is.
 * What is taken is on the disk before anybody says so; what is refused has changed nothing.
 */
import { bytesToHex, equalBytes } from '../../../crypto/bytes.ts';
import { CryptoError } from '../../../crypto/errors.ts';
import { Administrator } from '../../../ceremony/administrator.ts';
import { CONFIRM, EXCEPTION, SECURE, STOP } from '../../../ceremony/bundle.ts';
import { decodeCard } from '../../../ceremony/card.ts';
import { CeremonyError } from '../../../ceremony/errors.ts';
import { decodeMessage, type Message } from '../../../ceremony/message.ts';
import { decodePlan, planCode, type PlanContext } from '../../../ceremony/plan.ts';
import { fileName } from '../../../devices/channel/folder.ts';
import type { Laptop, Part } from '../../../laptop/laptop.ts';
import {
  describeMessage,
  describeTopic,
  isAbout,
  messageName,
  roleOf,
  roundWords,
  TO_CHECKPOINT,
  TO_THE_END,
} from '../../../laptop/topics.ts';
import type { Topic } from '../../../optical/wire/topic.ts';
import type { Hearing, Taken } from '../../ipc/optical.ts';
import { allArrivals, furthest } from './ceremony-state.ts';
import { missing, openRound } from './board.ts';

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
/** Those that belong to no ceremony that is under way. */
const OUTSIDE: ReadonlySet<Topic['kind']> = new Set(['card', 'key', 'plan']);

/** A ceremony in words: "“Treasury”, epoch 6 → 7 (ribcage article snowslide coherence)". */
function named({ plan, hash }: PlanContext): string {
  const from = plan.before === null ? '' : `${plan.before.epoch} → `;
  return `“${plan.keyName}”, epoch ${from}${plan.epoch} (${planCode({ hash })})`;
}

/** Parts of this laptop in the ceremony that a topic names. */
function partsOf(laptop: Laptop, topic: Topic): Part[] {
  return laptop.parts.filter(({ context }) => isAbout(topic, bytesToHex(context.id)));
}

/**
 * What is to be said of frames that are about `topic`, before they are a message.
 *
 * @param ceremony hex id of the ceremony whose screen is on; null outside of ceremonies
 */
export function hear(laptop: Laptop, topic: Topic, ceremony: string | null): Hearing {
  const parts = partsOf(laptop, topic);
  const [first] = parts;
  const who = capital(describeTopic(topic, first?.context.plan));
  const other = (sentence: string): Hearing => ({ verdict: 'other', who, sentence });
  if (ceremony !== null && !isAbout(topic, ceremony)) {
    const here = laptop.parts.find(({ context }) => bytesToHex(context.id) === ceremony)?.context;
    const screen = here === undefined ? '' : ` This screen is about ${named(here)}.`;
    if (topic.kind === 'card' || topic.kind === 'key')
      return other(`This is ${describeTopic(topic, undefined)}: it belongs to no ceremony.${screen}`);
    return other(
      first === undefined
        ? `This is of another ceremony, which this laptop does not know.${screen}`
        : `This is of another ceremony: ${named(first.context)}.${screen}`,
    );
  }
  if (topic.kind === 'other') return other('This is a message of a kind that this program does not know.');
  if (first === undefined)
    // A course begins with its plan, unless that did not fit.
    return OUTSIDE.has(topic.kind) || topic.kind === 'course'
      ? { verdict: 'wanted', who, sentence: null }
      : other('This is of a ceremony that this laptop does not know. It needs the plan first.');
  if (topic.kind === 'plan')
    return { verdict: 'have', who, sentence: `The plan is here already: ${named(first.context)}.` };
  return hearIn(laptop, parts, topic, who);
}

/** The same for a message of a ceremony that is under way here. */
function hearIn(laptop: Laptop, parts: readonly Part[], topic: Topic, who: string): Hearing {
  const [first] = parts;
  if (first === undefined) throw new RangeError('a ceremony without parts');
  const { context } = first;
  const view = furthest(parts);
  const arrivals = allArrivals(laptop, parts);
  const now = openRound(view, arrivals);
  const collects = parts.some(({ role }) => role === 'administrator');
  const wanted: Hearing = { verdict: 'wanted', who, sentence: null };
  const have = (sentence: string): Hearing => ({ verdict: 'have', who, sentence });
  const other = (sentence: string): Hearing => ({ verdict: 'other', who, sentence });
  const waits = now === undefined ? 'The rounds are over here.' : `This laptop waits for ${roundWords(now)}.`;
  const role = roleOf(topic) ?? '';
  switch (topic.kind) {
    case 'envelope': {
      if (!collects)
        return other(
          `This is for the administrator: ${describeTopic(topic, context.plan)}. Wait for the administrator to show everybody’s messages.`,
        );
      if (parts.some((part) => part.role === role)) return have('This was said by this very laptop.');
      if (topic.round === EXCEPTION || topic.round === STOP) return wanted;
      // Whoever has to repeat round 2 says so with this very message. Its content says which attempt it is.
      if (topic.round === CONFIRM && now === SECURE) return wanted;
      if (now === undefined || topic.round < now)
        return other(`This is ${roundWords(topic.round)}, which is complete. ${waits}`);
      if (topic.round > now)
        return other(
          now === view.next
            ? `This is ${roundWords(topic.round)}, which is not open yet. ${waits}`
            : `This is ${roundWords(topic.round)}, and ${roundWords(now)} has to be repeated first: let that laptop look at this screen.`,
        );
      return missing(context, view, arrivals, now).includes(role)
        ? wanted
        : have(`${capital(describeTopic(topic, context.plan))} is here already.`);
    }
    case 'course':
    case 'bundle': {
      if (role !== 'administrator')
        return collects ? wanted : other('This is for the administrator, and not for this laptop.');
      if (collects) return have('This was put together by this very laptop.');
      if (topic.round >= TO_CHECKPOINT)
        return toTheEnd(laptop, parts, topic.round) ? wanted : have('That is here already.');
      const accepted = view.bundles.find(({ round }) => round === topic.round);
      const repeated = accepted !== undefined && topic.number > accepted.attempt;
      if (accepted !== undefined && !repeated)
        return have(`${capital(roundWords(topic.round))} is here already. ${waits}`);
      if (topic.kind === 'bundle' && view.next !== undefined && topic.round > view.next)
        return other(
          `This is ${roundWords(topic.round)}, and ${roundWords(view.next)} is not here yet. Ask the administrator to show that first.`,
        );
      return wanted;
    }
    case 'cosignature':
      if (!collects) return other('This is for the administrator.');
      return view.next === undefined ? wanted : other(`The checkpoint comes last. ${waits}`);
    case 'checkpoint':
      if (collects) return have('This was made by this very laptop.');
      if (view.next !== undefined)
        return other(
          `This is the checkpoint, and ${roundWords(view.next)} is not here yet. Ask the administrator to show that first.`,
        );
      return parts.every((part) => part.finished) ? have('The record is complete here already.') : wanted;
    default:
      return wanted;
  }
}

/** True for a laptop that lacks the checkpoint, or the one with all signatures. */
function toTheEnd(laptop: Laptop, parts: readonly Part[], round: number): boolean {
  if (parts.every((part) => part.finished)) return false;
  if (round === TO_THE_END) return true;
  return !laptop
    .held()
    .some(
      ({ message }) =>
        message.type === 'checkpoint' &&
        parts.some(({ context }) => equalBytes(context.id, message.ceremony)),
    );
}

/** Takes one message. Its file is written, and what it changes is on the disk, when this returns. */
export async function take(laptop: Laptop, bytes: Uint8Array, ceremony: string | null): Promise<Taken> {
  let who = 'A message';
  try {
    const message = decodeMessage(bytes, 'What the camera saw');
    const context = laptop.parts.find(
      (part) => 'ceremony' in message && equalBytes(part.context.id, message.ceremony),
    )?.context;
    who = capital(describeMessage(message, context?.plan));
    const verdict = await judge(laptop, message, bytes, ceremony);
    if (verdict === 'taken') await keep(laptop, message, bytes);
    return { verdict, who, sentence: null, next: null };
  } catch (error) {
    if (error instanceof CeremonyError)
      return { verdict: 'refused', who, sentence: error.message, next: error.next ?? null };
    if (error instanceof CryptoError) return { verdict: 'refused', who, sentence: error.message, next: null };
    throw error;
  }
}

/** Writes the message's file, and remembers that the parts know it: what is in it was verified just now. */
async function keep(laptop: Laptop, message: Message, bytes: Uint8Array): Promise<void> {
  const name = messageName(message);
  await laptop.channel.show(name, bytes);
  if (!('ceremony' in message)) return;
  for (const part of laptop.parts)
    if (equalBytes(part.context.id, message.ceremony)) part.tried.set(fileName(name, bytes), 'done');
}

async function judge(
  laptop: Laptop,
  message: Message,
  bytes: Uint8Array,
  ceremony: string | null,
): Promise<'taken' | 'have'> {
  switch (message.type) {
    case 'card': {
      outside(ceremony, 'an enrolment card');
      const card = decodeCard(message.card);
      if (card.rehearsal !== laptop.vault.info.rehearsal)
        throw new CeremonyError(
          'rehearsal-mismatch',
          `The card of ${card.name} is for ${card.rehearsal ? 'rehearsals' : 'real keys'}, and this vault is not.`,
          'Use the other vault of that laptop, and make a card there.',
        );
      return isHeld(laptop, message) ? 'have' : 'taken';
    }
    case 'key':
      outside(ceremony, 'the record of a key');
      return isHeld(laptop, message) ? 'have' : 'taken';
    case 'plan':
      return judgePlan(laptop, message.plan, ceremony);
    default:
      return deliver(laptop, message, bytes, ceremony);
  }
}

function outside(ceremony: string | null, what: string): void {
  if (ceremony !== null)
    throw new CeremonyError(
      'wrong-ceremony',
      `This is ${what}: it belongs to no ceremony.`,
      'Scan it from the first screen.',
    );
}

function isHeld(laptop: Laptop, message: Message): boolean {
  const same = (a: Message, b: Message): boolean =>
    (a.type === 'card' && b.type === 'card' && equalBytes(a.card, b.card)) ||
    (a.type === 'key' && b.type === 'key' && equalBytes(a.record, b.record));
  return laptop.held().some((held) => same(held.message, message));
}

async function judgePlan(
  laptop: Laptop,
  plan: Uint8Array,
  ceremony: string | null,
): Promise<'taken' | 'have'> {
  const context = decodePlan(plan, 'Plan');
  if (ceremony !== null && ceremony !== bytesToHex(context.id))
    throw new CeremonyError(
      'wrong-ceremony',
      `This is the plan of another ceremony: ${named(context)}.`,
      'Scan it from the first screen.',
    );
  if (laptop.parts.some((part) => equalBytes(part.context.id, context.id))) return 'have';
  if (!(await laptop.add(context)))
    throw new CeremonyError(
      'not-for-this-laptop',
      `The plan for ${named(context)} gives this laptop no part.`,
      'Ask whoever made it whether this laptop’s card was chosen.',
    );
  return 'taken';
}

/** Hands a message of a ceremony to this laptop's parts in it. */
async function deliver(
  laptop: Laptop,
  message: Extract<Message, { ceremony: Uint8Array }>,
  bytes: Uint8Array,
  ceremony: string | null,
): Promise<'taken' | 'have'> {
  const parts = laptop.parts.filter(({ context }) => equalBytes(context.id, message.ceremony));
  const [first] = parts;
  if (first === undefined)
    throw new CeremonyError(
      'wrong-ceremony',
      'It belongs to a ceremony that this laptop does not know.',
      'Scan the plan first, or compare the plan codes.',
    );
  if (ceremony !== null && ceremony !== bytesToHex(message.ceremony))
    throw new CeremonyError(
      'wrong-ceremony',
      `It belongs to another ceremony: ${named(first.context)}.`,
      'Go to that ceremony, and scan it there.',
    );
  const collector = parts.find((part) => part.runner instanceof Administrator);
  const toCollect = message.type === 'envelope' || message.type === 'cosignature';
  if (toCollect && collector === undefined)
    throw new CeremonyError(
      'not-for-this-laptop',
      'It is for the administrator.',
      'Wait for the administrator to show everybody’s messages.',
    );
  if (!toCollect && parts.every((part) => part.runner instanceof Administrator)) return 'have';
  if (laptop.held().some((held) => equalBytes(held.bytes, bytes))) return 'have';
  let early = false;
  let changed = false;
  for (const part of parts) {
    const before = part.runner.view;
    early = !(await part.runner.receive(message)) || early;
    if (part.runner.view === before) continue;
    changed = true;
    // A certificate that turns up late brings an aborted ceremony to life again.
    part.finished = false;
  }
  if (early)
    throw new CeremonyError(
      'wrong-round',
      'It is too early for this: something before it is not here yet.',
      'Scan what comes before it first.',
    );
  if (message.type === 'bundle') return changed ? 'taken' : 'have';
  if (message.type === 'checkpoint' && parts.every((part) => part.finished)) return 'have';
  return 'taken';
}
