/**
 * Messages: what travels between laptops, by whatever channel. A message is one deterministic CBOR map that starts
 * with {reseal: 1, type: …}; whoever finds the file can ask `reseal show` what it is.
 */
import { z } from 'zod';
import { MAX_SEALED, type Bundle } from './bundle.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import type { Envelope } from './envelope.ts';
import { CeremonyError } from './errors.ts';
import { bytes, bytesUpTo, holderIndex, parseFields } from './fields.ts';
import { MAX_CARRIED } from './rounds/exception.ts';

/** No message is larger than this: a bundle of 256 holders' deals is about 4 MiB. */
export const MAX_MESSAGE = 16 * 1024 * 1024;
const item = bytesUpTo(256 * 1024);
const sealedFor = z.array(z.tuple([holderIndex, bytesUpTo(MAX_SEALED)])).max(256);

const messageSchema = z.discriminatedUnion('type', [
  z.strictObject({ reseal: z.literal(1), type: z.literal('card'), card: item }),
  /** A key's public record (canonical JSON), for whoever makes the next plan. Unsigned: every holder's laptop compares it. */
  z.strictObject({ reseal: z.literal(1), type: z.literal('key'), record: bytesUpTo(1024 * 1024) }),
  z.strictObject({ reseal: z.literal(1), type: z.literal('plan'), plan: bytesUpTo(4 * 1024 * 1024) }),
  z.strictObject({
    reseal: z.literal(1),
    type: z.literal('envelope'),
    ceremony: bytes(16),
    envelope: item,
    sealed: sealedFor,
  }),
  z.strictObject({
    reseal: z.literal(1),
    type: z.literal('bundle'),
    ceremony: bytes(16),
    round: z.number().int().min(0).max(5),
    attempt: z.number().int().min(1).max(65535),
    envelopes: z.array(item).max(256),
    exceptions: z.array(item).max(MAX_CARRIED),
    evidence: z.array(item).max(16),
    sealed: z.array(z.tuple([z.string().max(16), sealedFor])).max(256),
    /** The administrator's. A message without it is one, but nobody accepts it. */
    signature: bytes(64).optional(),
  }),
  /** The administrator passes on that somebody has to repeat rounds 2 and 3: that person's signed envelope. */
  z.strictObject({ reseal: z.literal(1), type: z.literal('attempt'), ceremony: bytes(16), envelope: item }),
  /** A C2SP signed note over the whole transcript. */
  z.strictObject({ reseal: z.literal(1), type: z.literal('checkpoint'), ceremony: bytes(16), note: item }),
  /** A checkpoint with one further signature. */
  z.strictObject({ reseal: z.literal(1), type: z.literal('cosignature'), ceremony: bytes(16), note: item }),
]);
export type Message = z.infer<typeof messageSchema>;
export type MessageOf<T extends Message['type']> = Extract<Message, { type: T }>;

export function encodeMessage(message: Message): Uint8Array {
  return encodeCbor(message);
}

/** Decodes a message of any type. Throws `bad-encoding` or `bad-field`; `what` names the file. */
export function decodeMessage(input: Uint8Array, what = 'Message'): Message {
  if (input.length > MAX_MESSAGE)
    throw new CeremonyError('bad-encoding', `${what}: ${input.length} bytes are more than any message has.`);
  const value = decodeCbor(input, what);
  if (typeof value !== 'object' || value === null || !('reseal' in value))
    throw new CeremonyError('bad-encoding', `${what}: this is not a message of Reseal.`);
  return parseFields(messageSchema, value, what, 'bad-field');
}

export function bundleMessage(ceremony: Uint8Array, bundle: Bundle): MessageOf<'bundle'> {
  return {
    reseal: 1,
    type: 'bundle',
    ceremony,
    round: bundle.round,
    attempt: bundle.attempt,
    envelopes: bundle.envelopes.map((envelope) => envelope.bytes),
    exceptions: bundle.exceptions.map((envelope) => envelope.bytes),
    evidence: bundle.evidence.map((envelope) => envelope.bytes),
    sealed: [...bundle.sealed].map(([sender, sealed]) => [sender, [...sealed]]),
    ...(bundle.signature === undefined ? {} : { signature: bundle.signature }),
  };
}

/** Rebuilds a bundle; `openOne` decodes and checks each envelope. */
export function bundleFromMessage(
  message: MessageOf<'bundle'>,
  openOne: (bytes: Uint8Array) => Envelope,
): Bundle {
  return {
    round: message.round,
    attempt: message.attempt,
    envelopes: message.envelopes.map(openOne),
    exceptions: message.exceptions.map(openOne),
    evidence: message.evidence.map(openOne),
    sealed: new Map(message.sealed.map(([sender, sealed]) => [sender, new Map(sealed)])),
    ...(message.signature === undefined ? {} : { signature: message.signature }),
  };
}
