/**
 * What a stream of frames says it is about, in eight bytes of every frame: so that a camera which is shown the wrong
 * message can say so at the first frame. Unsigned: whoever believes it ignores a message too much, and takes none.
 */

export const TOPIC_BYTES = 8;

/** Kinds of content, by their number on the wire. */
export const KINDS = [
  'other',
  'card',
  'key',
  'plan',
  'envelope',
  'bundle',
  'attempt',
  'checkpoint',
  'cosignature',
  /** Several messages. Of an administrator: a plan and all that was shown since; `round` is how far it comes. */
  'course',
] as const;
export type Kind = (typeof KINDS)[number];

/** Roles of senders, by their number on the wire. */
export const SENDERS = ['none', 'administrator', 'holder', 'approver', 'witness'] as const;
export type SenderRole = (typeof SENDERS)[number];

export interface Topic {
  readonly kind: Kind;
  /** Round of an envelope or bundle, 0 to 255; 0 where there is none. */
  readonly round: number;
  readonly sender: SenderRole;
  /** Number of the holder, approver or witness, 0 to 65535; 0 where there is none. */
  readonly number: number;
  /** The first four bytes of the ceremony's id; zeros where there is none. */
  readonly ceremony: Uint8Array;
}

export const NO_TOPIC: Topic = {
  kind: 'other',
  round: 0,
  sender: 'none',
  number: 0,
  ceremony: new Uint8Array(4),
};

/** kind and sender (4 bits each) ‖ round ‖ number (2 bytes, big-endian) ‖ ceremony (4 bytes). */
export function encodeTopic(topic: Topic): Uint8Array {
  const out = new Uint8Array(TOPIC_BYTES);
  out[0] = (KINDS.indexOf(topic.kind) << 4) | SENDERS.indexOf(topic.sender);
  out[1] = topic.round;
  out[2] = topic.number >> 8;
  out[3] = topic.number & 0xff;
  out.set(topic.ceremony.subarray(0, 4), 4);
  return out;
}

/** Undefined for bytes that mean nothing here: a newer version may know more kinds. */
export function decodeTopic(bytes: Uint8Array): Topic | undefined {
  const [what = 0, round = 0, high = 0, low = 0] = bytes;
  const kind = KINDS[what >> 4];
  const sender = SENDERS[what & 15];
  if (bytes.length !== TOPIC_BYTES || kind === undefined || sender === undefined) return undefined;
  return { kind, round, sender, number: high * 256 + low, ceremony: bytes.slice(4) };
}
