/** What a message is about: for the frames that carry it, and for the person who sees them. Nothing is verified here. */
import { bytesToHex, fromHex } from '../crypto/bytes.ts';
import { parseNote } from '../crypto/note.ts';
import { EXCEPTION, ROUND_NAMES, STOP } from '../ceremony/bundle.ts';
import { decodeCard } from '../ceremony/card.ts';
import { decodeEnvelope } from '../ceremony/envelope.ts';
import { decodeKeyRecord } from '../ceremony/key-record.ts';
import type { Message } from '../ceremony/message.ts';
import { decodePlan, describeRole, planCode, type Plan } from '../ceremony/plan.ts';
import { NO_TOPIC, SENDERS, type Topic } from '../optical/wire/topic.ts';

/** `round` of a course that comes to the checkpoint that is to be signed, and to the one with all signatures. */
export const TO_CHECKPOINT = 6;
export const TO_THE_END = 7;

/** Rounds that everybody counts: 1 to 5. Round 0 is the approval. */
const LAST_ROUND = 5;

/**
 * The topic of a message: its kind, its round, who signed it, and its ceremony; of a bundle, the attempt stands where the
 * sender's number would. Throws CeremonyError for an envelope, plan or note that cannot be read.
 */
export function topicOf(message: Message): Topic {
  let topic = known.get(message);
  if (topic === undefined) {
    topic = readTopic(message);
    known.set(message, topic);
  }
  return topic;
}

/** A plan takes long to read, and is asked about at every look. */
const known = new WeakMap<Message, Topic>();

function readTopic(message: Message): Topic {
  switch (message.type) {
    case 'card':
    case 'key':
      return { ...NO_TOPIC, kind: message.type };
    case 'plan':
      return { ...NO_TOPIC, kind: 'plan', ceremony: decodePlan(message.plan).id.slice(0, 4) };
    case 'envelope':
    case 'attempt': {
      const { payload } = decodeEnvelope(message.envelope);
      const ceremony = message.ceremony.slice(0, 4);
      return { kind: message.type, round: payload.round, ...senderOf(payload.sender), ceremony };
    }
    case 'bundle':
      return {
        kind: 'bundle',
        round: message.round,
        sender: 'administrator',
        number: message.attempt,
        ceremony: message.ceremony.slice(0, 4),
      };
    case 'checkpoint':
      return {
        ...NO_TOPIC,
        kind: 'checkpoint',
        sender: 'administrator',
        ceremony: message.ceremony.slice(0, 4),
      };
    case 'cosignature':
      return {
        ...NO_TOPIC,
        kind: 'cosignature',
        ...senderOf(parseNote(message.note).signatures[0]?.name ?? ''),
        ceremony: message.ceremony.slice(0, 4),
      };
  }
}

function senderOf(role: string): Pick<Topic, 'sender' | 'number'> {
  const [name = '', number = '0'] = role.split('-');
  const sender = SENDERS.find((candidate) => candidate === name) ?? 'none';
  return { sender, number: Math.min(Number(number) || 0, 65535) };
}

/** The role that a topic names: `holder-3`, `administrator`; undefined where it names nobody. */
export function roleOf({ sender, number }: Topic): string | undefined {
  if (sender === 'none') return undefined;
  return sender === 'administrator' ? sender : `${sender}-${number}`;
}

/** The hex of the ceremony that a topic names; undefined where it names none. Eight characters. */
export function ceremonyOf({ ceremony }: Topic): string | undefined {
  return ceremony.every((byte) => byte === 0) ? undefined : bytesToHex(ceremony);
}

/** "round 2 of 5, confirm"; "the approval"; "an exception". */
export function roundWords(round: number): string {
  if (round === 0) return 'the approval';
  if (round === EXCEPTION) return 'an exception';
  if (round === STOP) return 'the stop of the ceremony';
  return `round ${round} of ${LAST_ROUND}, ${ROUND_NAMES[round] ?? ''}`;
}

/** What a stream of frames is, as people say it: "holder 3 (Chidi): round 2 of 5, confirm". `plan`: of its ceremony, if known. */
export function describeTopic(topic: Topic, plan: Plan | undefined): string {
  const role = roleOf(topic);
  const who =
    role === undefined ? '' : plan === undefined ? role.replace('-', ' ') : describeRole(plan, role);
  switch (topic.kind) {
    case 'other':
      return 'a message';
    case 'card':
      return 'an enrolment card';
    case 'key':
      return 'the record of a key';
    case 'plan':
      return 'a plan';
    case 'envelope':
      return `${who}: ${roundWords(topic.round)}`;
    case 'bundle':
      return `${who}: everybody’s messages of ${roundWords(topic.round)}`;
    case 'attempt':
      return `${who}: a repetition of ${roundWords(topic.round)}`;
    case 'checkpoint':
      return `${who}: the checkpoint`;
    case 'cosignature':
      return `${who}: the signature on the checkpoint`;
    case 'course':
      if (role !== 'administrator') return `${who}: ${roundWords(topic.round)}, and more`;
      if (topic.round === TO_THE_END) return `${who}: the checkpoint with all signatures`;
      if (topic.round === TO_CHECKPOINT) return `${who}: the checkpoint, to be signed`;
      return `${who}: everybody’s messages of ${roundWords(topic.round)}`;
  }
}

/** The same for a message that is here, with the names in it. Throws CeremonyError or CryptoError for one that cannot be read. */
export function describeMessage(message: Message, plan: Plan | undefined): string {
  switch (message.type) {
    case 'card': {
      const { name, laptop } = decodeCard(message.card);
      return `the enrolment card of ${name} (laptop “${laptop}”)`;
    }
    case 'key': {
      const { name, epoch } = decodeKeyRecord(message.record);
      return `the record of the key “${name}”, epoch ${epoch}`;
    }
    case 'plan': {
      const context = decodePlan(message.plan);
      return `the plan for “${context.plan.keyName}”, epoch ${context.plan.epoch} (${planCode(context)})`;
    }
    case 'checkpoint':
      parseNote(message.note);
      return describeTopic(topicOf(message), plan);
    default:
      return describeTopic(topicOf(message), plan);
  }
}

/** A name for the file that a message is kept in: 1 to 150 of a-z, 0-9 and "-". */
export function messageName(message: Message): string {
  const topic = topicOf(message);
  const place = 'ceremony' in message ? `c${bytesToHex(message.ceremony.slice(0, 4))}-` : '';
  const planned = message.type === 'plan' ? `c${bytesToHex(topic.ceremony)}-` : '';
  const round = message.type === 'envelope' || message.type === 'bundle' ? `-r${topic.round}` : '';
  const role =
    message.type === 'envelope' || message.type === 'cosignature' ? `-${roleOf(topic) ?? 'nobody'}` : '';
  return `${place}${planned}${message.type}${round}${role}`;
}

/** True when the hex of a ceremony's id begins as a topic says. */
export function isAbout(topic: Topic, ceremony: string): boolean {
  return bytesToHex(fromHex(ceremony).slice(0, 4)) === ceremonyOf(topic);
}
