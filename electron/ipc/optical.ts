/** What crosses about codes and cameras: what this laptop has to show, what it waits to see, what it was shown. */
import { z } from 'zod';
import { ceremonyId, role, sentence, time } from './fields.ts';
import { resourceContract } from './resources.ts';

/** Most bytes of one message, as ceremony/message.ts has it. */
const MAX_MESSAGE = 16 * 1024 * 1024;
const name = z.string().max(400);
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes');

/** Something that this laptop has to show to others. */
export const outgoingState = z.strictObject({
  /** Names it to `optical:content`. Changes whenever what is to be shown does. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** "Your message, round 2 of 5: confirm". */
  title: sentence,
  /** "Holder 3 to the administrator · epoch 6 → 7 · key 7f3a c91e". */
  about: sentence,
  /** What the window finds it by: `card`, `key <fingerprint> <epoch>`, `plan <ceremony>`; empty in ceremonies. */
  subject: z.string().max(80),
  to: z.enum(['administrator', 'everybody']),
  /** Until when it is to be shown: "Keep showing until you see “Holder 3 ✓” there." */
  until: sentence,
  /** Bytes of its body. */
  bytes: z.int(),
});

/** What this laptop waits to see from others. */
export const awaitedState = z.strictObject({
  /** "Round 2 of 5: confirm". */
  title: sentence,
  /** Empty: anybody's. */
  from: z
    .array(z.strictObject({ role: role.nullable(), who: name, here: z.boolean(), at: time.nullable() }))
    .max(600),
});

/** How a ceremony stands with screen and camera. */
export const exchangeState = z.strictObject({
  /** Newest first. The first one is what is due now, unless it was shown already. */
  show: z.array(outgoingState).max(50),
  /** Null: nothing is awaited. */
  scan: awaitedState.nullable(),
});

/** What somebody measured of the other laptop's screen. */
export const linkMeasure = z.strictObject({
  /** Lines of the camera, and its pictures a second. */
  lines: z.int().min(0).max(65535),
  rate: z.number().min(0).max(1000),
  /** Camera pixels a module at the density that was shown. */
  pixelsPerModule: z.number().min(0).max(1000),
  /** Pictures in which a code was read, 0 to 1. */
  hits: z.number().min(0).max(1),
});

/** How codes are shown. */
export const opticalSettings = z.strictObject({
  preset: z.enum(['near', 'laptop', 'far', 'projector', 'own']),
  /** Index in the densities of optical/symbol/presets.ts. */
  density: z.int().min(0).max(20),
  /** Codes a second that are wanted. */
  rate: z.number().min(0.5).max(30),
  codes: z.union([z.literal(1), z.literal(2)]),
  /** Beep when a message is here. */
  sound: z.boolean(),
  /** What the laptop opposite measured of this screen at the last link test. */
  measured: linkMeasure.nullable(),
});

/** A word on frames that the camera sees, before they are a message. */
export const hearing = z.strictObject({
  /** `other`: not of this ceremony, round, key or epoch; `sentence` says which. */
  verdict: z.enum(['wanted', 'have', 'other']),
  /** "Holder 3, round 2: confirm". */
  who: sentence,
  sentence: sentence.nullable(),
});

/** What became of a message that was seen. */
export const taken = z.strictObject({
  verdict: z.enum(['taken', 'have', 'refused']),
  /** "Holder 3: round 2, confirm". */
  who: sentence,
  /** What was wrong with it. */
  sentence: sentence.nullable(),
  next: sentence.nullable(),
});

/** Eight bytes, see optical/wire/topic.ts. */
const topic = bytes.refine((value) => value.length === 8, 'expected 8 bytes');

export const opticalContract = {
  ...resourceContract,
  /** Messages travel by screen and camera from now on. They are kept in a folder of this laptop. */
  'courier:camera': { input: z.strictObject({}), output: z.strictObject({}) },
  /** The body to show (optical/wire/body.ts), and its topic. */
  'optical:content': {
    input: z.strictObject({ id: outgoingState.shape.id }),
    output: z.strictObject({ body: bytes, topic }),
  },
  /** Asked at the first frame of each message that the camera sees. `ceremony`: whose screen is on, if one's is. */
  'optical:hear': { input: z.strictObject({ topic, ceremony: ceremonyId.nullable() }), output: hearing },
  /** Hands over the messages of a body. They are judged one by one; what is taken is on the disk when this returns. */
  'optical:take': {
    input: z.strictObject({
      messages: z
        .array(bytes.refine((value) => value.length <= MAX_MESSAGE, 'a message is too long'))
        .min(1)
        .max(256),
      ceremony: ceremonyId.nullable(),
    }),
    output: z.strictObject({ messages: z.array(taken).max(256) }),
  },
} as const;

export type Outgoing = z.output<typeof outgoingState>;
export type Awaited = z.output<typeof awaitedState>;
export type Exchange = z.output<typeof exchangeState>;
export type LinkMeasure = z.output<typeof linkMeasure>;
export type OpticalSettings = z.output<typeof opticalSettings>;
export type Hearing = z.output<typeof hearing>;
export type Taken = z.output<typeof taken>;
