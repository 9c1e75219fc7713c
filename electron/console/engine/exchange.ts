/** What a laptop has to show now, and what it waits to see, where messages travel by screen and camera. */
import { bytesToHex, equalBytes } from '../../../crypto/bytes.ts';
import { CryptoError } from '../../../crypto/errors.ts';
import { parseNote } from '../../../crypto/note.ts';
import { APPROVE, CONFIRM, contributors, EXCEPTION, SECURE, STOP } from '../../../ceremony/bundle.ts';
import { decodeCard } from '../../../ceremony/card.ts';
import { decodeEnvelope } from '../../../ceremony/envelope.ts';
import { CeremonyError } from '../../../ceremony/errors.ts';
import { decodeKeyRecord } from '../../../ceremony/key-record.ts';
import type { Message, MessageOf } from '../../../ceremony/message.ts';
import { decodePlan, describeRole, type Plan, type PlanContext } from '../../../ceremony/plan.ts';
import { checkpointSigners } from '../../../ceremony/transcript.ts';
import type { View } from '../../../ceremony/view.ts';
import type { Arrival } from '../../../laptop/arrivals.ts';
import type { Held } from '../../../laptop/laptop.ts';
import {
  describeMessage,
  roleOf,
  roundWords,
  TO_CHECKPOINT,
  TO_THE_END,
  topicOf,
} from '../../../laptop/topics.ts';
import { packBody } from '../../../optical/wire/body.ts';
import { ID_BYTES } from '../../../optical/wire/frame.ts';
import type { Topic } from '../../../optical/wire/topic.ts';
import type { Awaited, Outgoing } from '../../ipc/optical.ts';
import { missing, openRound, roleTitle } from './board.ts';

/** Something to show, with what it is made of. */
export interface Show {
  readonly outgoing: Outgoing;
  readonly messages: readonly Uint8Array[];
  readonly topic: Topic;
}

/** A ceremony as this laptop sees it. */
export interface Scene {
  readonly context: PlanContext;
  readonly view: View;
  readonly own: ReadonlySet<string>;
  readonly arrivals: readonly Arrival[];
  /** All messages of this ceremony that are at hand, the plan among them. */
  readonly held: readonly Held[];
  readonly finished: boolean;
}

/** More than a window could list. */
const MAX_PEOPLE = 600;

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** Newest first: what is due now, then what somebody may have missed. */
export function toShow(scene: Scene): Show[] {
  const administers = scene.own.has('administrator');
  return administers ? administratorShows(scene) : participantShows(scene);
}

/** Most bytes that a laptop is brought up to date with at one look. */
const MAX_COURSE = 64 * 1024;

/**
 * What an administrator shows: all at once, so that one look brings a laptop up to date whatever it has missed; and each
 * piece by itself, newest first.
 */
function administratorShows(scene: Scene): Show[] {
  const { context, view } = scene;
  const of = <T extends Message['type']>(type: T): (Held & { message: MessageOf<T> })[] =>
    scene.held.filter((one): one is Held & { message: MessageOf<T> } => one.message.type === type);
  const about = `The administrator to everybody · ${aboutKey(context.plan)}`;
  const to = 'everybody';
  const until = 'Keep showing until every laptop has shown its check.';
  const accepted = view.bundles.find(({ round }) => round === CONFIRM)?.attempt ?? 0;
  const checkpoints = of('checkpoint').sort((a, b) => a.message.note.length - b.message.note.length);
  const pieces: (Held & { readonly title: string })[] = [
    ...of('plan').map((held) => ({ ...held, title: 'The plan' })),
    ...of('bundle')
      .sort((a, b) => place(view, a.message) - place(view, b.message))
      .filter(({ message }) => place(view, message) >= 0)
      .map((held) => ({ ...held, title: `Everybody’s messages: ${roundWords(held.message.round)}` })),
    ...of('attempt')
      .filter(({ message }) => decodeEnvelope(message.envelope).payload.attempt > accepted)
      .map((held) => ({ ...held, title: 'A round has to be repeated' })),
    ...checkpoints.map((held) => ({
      ...held,
      title: isComplete(view, held.message.note)
        ? 'The checkpoint with all signatures'
        : 'The checkpoint, to be signed',
    })),
  ];
  const newest = pieces.at(-1);
  if (newest === undefined) return [];
  const course = upToDate(pieces);
  const final = checkpoints.some(({ message }) => isComplete(view, message.note));
  const shown =
    course.length < 2
      ? []
      : [
          {
            ...show(course, { title: newest.title, about, to, until }),
            topic: courseTopic(newest.message, final),
          },
        ];
  return [
    ...shown,
    ...[...pieces].reverse().map((piece) => show([piece], { title: piece.title, about, to, until })),
  ];
}

/** The newest pieces that fit into one look, in their order. */
function upToDate<T extends Held>(pieces: readonly T[]): T[] {
  let left = MAX_COURSE;
  const from = pieces.findLastIndex(({ bytes }) => {
    left -= bytes.length;
    return left < 0;
  });
  return pieces.slice(from + 1);
}

/** How far a course comes. A call to repeat a round is that first of all. */
function courseTopic(newest: Message, final: boolean): Topic {
  const topic = topicOf(newest);
  if (newest.type === 'checkpoint')
    return { ...topic, kind: 'course', round: final ? TO_THE_END : TO_CHECKPOINT };
  return newest.type === 'bundle' ? { ...topic, kind: 'course' } : topic;
}

/** True for a checkpoint that carries every signature it needs. One of another transcript carries none that count. */
function isComplete(view: View, note: Uint8Array): boolean {
  const signers = new Set(parseNote(note).signatures.map(({ name }) => name));
  return checkpointSigners(view).every((role) => signers.has(role));
}

/** Where a bundle stands in the order in which bundles were accepted; later ones are higher. */
function place(view: View, { round, attempt }: MessageOf<'bundle'>): number {
  return view.bundles.findIndex((bundle) => bundle.round === round && bundle.attempt === attempt);
}

/** What a participant said that no bundle carries yet: in one body, because it goes to one laptop. */
function participantShows(scene: Scene): Show[] {
  const { context, view, own } = scene;
  const known = new Set(
    view.bundles.flatMap(({ exceptions, evidence }) =>
      [...exceptions, ...evidence].map(({ bytes }) => bytesToHex(bytes)),
    ),
  );
  /** Of a round that repeats, the bundle that counts may be of a later attempt than the message. */
  const isCarried = (bytes: Uint8Array): boolean => {
    const { round, attempt } = decodeEnvelope(bytes).payload;
    return (
      known.has(bytesToHex(bytes)) ||
      view.bundles.some((bundle) => bundle.round === round && bundle.attempt >= attempt)
    );
  };
  const closed = view.next === undefined;
  const unheard = scene.held.filter(({ message }) => {
    const role = roleOf(topicOf(message)) ?? '';
    if (!own.has(role)) return false;
    if (message.type === 'cosignature') return closed && !scene.finished;
    return message.type === 'envelope' && !closed && !isCarried(message.envelope);
  });
  const rank = ({ message }: Held): number => {
    const { kind, round } = topicOf(message);
    return kind === 'cosignature' || round === STOP ? 100 : round === EXCEPTION ? -1 : round;
  };
  const ordered = withoutSuperseded(unheard).sort((a, b) => rank(b) - rank(a));
  const [first] = ordered;
  if (first === undefined) return [];
  const speakers = [...new Set(ordered.map(({ message }) => roleOf(topicOf(message)) ?? ''))];
  const names = speakers.map(roleTitle).join(' and ');
  const topic = topicOf(first.message);
  const shown = show(ordered, {
    title: titleOf(first.message),
    about: `${names} to the administrator · ${aboutKey(context.plan)}`,
    to: 'administrator',
    until: `Keep showing until you see “✓ ${speakers.map((role) => describeRole(context.plan, role)).join(', ')}” there.`,
  });
  // Nobody can say "that is here already" of several messages by looking at the first.
  return [ordered.length === 1 ? shown : { ...shown, topic: { ...topic, kind: 'course' } }];
}

/** Without messages of rounds 2 and 3 of an attempt that this laptop has begun anew. */
function withoutSuperseded(held: readonly Held[]): Held[] {
  const attempts = new Map<string, number>();
  const read = held.map((one) => {
    const payload =
      one.message.type === 'envelope' ? decodeEnvelope(one.message.envelope).payload : undefined;
    if (payload === undefined || (payload.round !== CONFIRM && payload.round !== SECURE)) return { one };
    const { sender, attempt } = payload;
    attempts.set(sender, Math.max(attempts.get(sender) ?? 0, attempt));
    return { one, sender, attempt };
  });
  return read
    .filter(({ sender, attempt }) => sender === undefined || attempt === attempts.get(sender))
    .map(({ one }) => one);
}

function titleOf(message: Message): string {
  const { kind, round } = topicOf(message);
  if (kind === 'cosignature') return 'Your signature on the checkpoint';
  if (round === APPROVE) return 'Your answer to the plan';
  if (round === EXCEPTION) return 'Your exception';
  if (round === STOP) return 'Your stop of the ceremony';
  return `Your message: ${roundWords(round)}`;
}

/** "epoch 6 → 7 · key 7f3a c91e". */
function aboutKey({ before, epoch, keyName }: Plan): string {
  if (before === null) return `new key “${keyName}”, epoch ${epoch}`;
  const hex = before.fingerprint.slice(0, 8);
  return `epoch ${before.epoch} → ${epoch} · key ${hex.slice(0, 4)} ${hex.slice(4)} “${keyName}”`;
}

/** What a laptop shows by itself, outside of ceremonies. */
export interface Outside {
  readonly held: readonly Held[];
  /** Public key of this laptop's identity, hex. */
  readonly identity: string;
  /** Fingerprints of the keys of which it holds a share, with their current epochs. */
  readonly keys: ReadonlyMap<string, number>;
  /** Ceremonies that are over, or whose plan it shows as their administrator: the first four bytes of their ids, hex. */
  readonly elsewhere: ReadonlySet<string>;
}

/** This laptop's newest card, records of keys that it was asked to show, plans of ceremonies that are not over. */
export function toShowOutside({ held, identity, keys, elsewhere }: Outside): Show[] {
  const cards = held
    .flatMap((one) => (one.message.type === 'card' ? [{ one, card: decodeCard(one.message.card) }] : []))
    .filter(({ card }) => card.identity.key === identity)
    .sort((a, b) => (a.card.created < b.card.created ? 1 : -1))
    .slice(0, 1)
    .map(({ one }) => one);
  const records = held.filter(({ message }) => {
    if (message.type !== 'key') return false;
    const { fingerprint, epoch } = decodeKeyRecord(message.record);
    return keys.get(fingerprint) === epoch;
  });
  const plans = held.filter(
    ({ message }) => message.type === 'plan' && !elsewhere.has(bytesToHex(topicOf(message).ceremony)),
  );
  return [...cards, ...records, ...plans].slice(0, 200).map((one) =>
    show([one], {
      title: capital(describeMessage(one.message, undefined)),
      subject: subjectOf(one.message),
      about: one.message.type === 'plan' ? 'To everybody who has a part in it' : 'To whoever makes the plan',
      to: one.message.type === 'plan' ? 'everybody' : 'administrator',
      until: 'Keep showing until the other laptop shows its check.',
    }),
  );
}

/** What the window finds it by. */
function subjectOf(message: Message): string {
  switch (message.type) {
    case 'key': {
      const { fingerprint, epoch } = decodeKeyRecord(message.record);
      return `key ${fingerprint} ${epoch}`;
    }
    case 'plan':
      return `plan ${bytesToHex(decodePlan(message.plan).id)}`;
    default:
      return message.type;
  }
}

/** Bodies by the messages in them: a state is made at every change, and bodies may have megabytes. */
const bodies = new WeakMap<
  Uint8Array,
  { readonly of: readonly Uint8Array[]; readonly id: string; readonly bytes: number }
>();

function show(
  held: readonly Held[],
  words: Omit<Outgoing, 'id' | 'bytes' | 'subject'> & Partial<Pick<Outgoing, 'subject'>>,
): Show {
  const messages = held.map(({ bytes }) => bytes);
  const [first] = held;
  if (first === undefined) throw new RangeError('nothing to show');
  let known = bodies.get(first.bytes);
  if (known?.of.length !== messages.length || !known.of.every((bytes, at) => bytes === messages[at])) {
    const body = packBody(messages);
    known = { of: messages, id: bytesToHex(body.subarray(0, ID_BYTES)), bytes: body.length };
    bodies.set(first.bytes, known);
  }
  return {
    outgoing: { id: known.id, bytes: known.bytes, subject: '', ...words },
    messages,
    topic: topicOf(first.message),
  };
}

/** What this laptop waits to see; null when nothing is missing. */
export function toScan(scene: Scene): Awaited | null {
  const { context, view, own, arrivals, held } = scene;
  if (scene.finished) return null;
  const who = (role: string): string => describeRole(context.plan, role);
  const round = openRound(view, arrivals);
  if (!own.has('administrator'))
    return {
      title: round === undefined ? 'The checkpoint' : `Everybody’s messages: ${roundWords(round)}`,
      from: [{ role: 'administrator', who: who('administrator'), here: false, at: null }],
    };
  if (round === undefined) {
    const signed = new Set(
      held.flatMap(({ message }) => (message.type === 'cosignature' ? [roleOf(topicOf(message)) ?? ''] : [])),
    );
    return {
      title: 'Signatures on the checkpoint',
      from: checkpointSigners(view)
        .filter((role) => !own.has(role))
        .map((role) => ({ role, who: who(role), here: signed.has(role), at: null }))
        .slice(0, MAX_PEOPLE),
    };
  }
  const absent = new Set(missing(context, view, arrivals, round));
  const from = contributors(context, round)
    .filter((role) => !own.has(role))
    .map((role) => ({
      role,
      who: who(role),
      here: !absent.has(role),
      at: arrivals.find((one) => one.sender === role && one.round === round)?.at ?? null,
    }));
  return { title: capital(roundWords(round)), from: from.slice(0, MAX_PEOPLE) };
}

/** Messages that were found to be readable to their last field, or not. */
const readable = new WeakMap<Uint8Array, boolean>();

/** Messages whose insides can be read too. Anybody can put anything into a courier's folder. */
export function readableOf(held: readonly Held[]): Held[] {
  return held.filter(({ bytes, message }) => {
    let known = readable.get(bytes);
    if (known === undefined) {
      known = isReadable(message);
      readable.set(bytes, known);
    }
    return known;
  });
}

function isReadable(message: Message): boolean {
  try {
    describeMessage(message, undefined);
    return true;
  } catch (error) {
    if (error instanceof CeremonyError || error instanceof CryptoError) return false;
    throw error;
  }
}

/** The messages of one ceremony. */
export function heldOf(context: PlanContext, held: readonly Held[]): Held[] {
  return readableOf(held).filter(({ message }) =>
    message.type === 'plan'
      ? equalBytes(message.plan, context.bytes)
      : 'ceremony' in message && equalBytes(message.ceremony, context.id),
  );
}
