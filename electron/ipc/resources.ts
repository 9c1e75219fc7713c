/** What crosses about URs: what others may have of a key or a record, and what is in a UR that the camera saw. */
import { z } from 'zod';
import { path, sentence } from './fields.ts';

/** Most bytes of a message in URs, as optical/ur/part.ts has it. */
const MAX_CBOR = 1024 * 1024;

const type = z.string().regex(/^[a-z0-9-]{1,64}$/, 'expected a type of URs');
const cbor = z
  .custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes')
  .refine((value) => value.length > 0 && value.length <= MAX_CBOR, 'expected 1 byte to 1 MiB');

/** Of what something is shown: a key that this laptop holds, by its fingerprint, or a record in a folder. */
export const exportSubject = z.union([
  z.strictObject({ key: z.string().regex(/^[0-9a-f]{16}$/) }),
  z.strictObject({ record: path }),
]);

/** One thing that can be shown as a UR. */
export const resourceState = z.strictObject({
  name: z.enum(['key', 'output', 'address', 'record', 'signature', 'proof']),
  type,
  /** The value that belongs to the type, untagged. */
  cbor,
  /** "Group public key on secp256k1". */
  title: sentence,
  /** What a person compares with what the other side shows; null where there is nothing. */
  text: z.string().max(400).nullable(),
  /** What must be true for it to be of use. */
  condition: sentence.nullable(),
  /** The same in a type that the registry has given up, for older wallets; null where it has only one. */
  older: z.strictObject({ type, cbor }).nullable(),
});

/** What others may have of a key. Nothing in it is secret. */
export const exportState = z.strictObject({
  keyName: z.string().max(400),
  /** "secp256k1 · epoch 7 · 7f3a·c91e·5d20·b177". */
  about: sentence,
  rehearsal: z.boolean(),
  /** The group key first. */
  resources: z.array(resourceState).min(1).max(1000),
});

/** What is in a UR of somebody else's. */
export const seenResource = z.strictObject({
  type,
  /** "Public key on secp256k1". */
  title: sentence,
  /** What a person compares with what the other side shows; null where there is nothing. */
  text: z.string().max(400).nullable(),
  facts: z.array(z.strictObject({ label: z.string().max(80), value: z.string().max(800) })).max(20),
  /** Beside what this laptop knows; null where there is nothing to compare. */
  compared: z.strictObject({ verdict: z.enum(['same', 'other', 'unknown']), sentence }).nullable(),
});

export const resourceContract = {
  /** What can be shown to other wallets. A record needs no vault; it is verified first. */
  'ur:export': { input: z.strictObject({ of: exportSubject }), output: exportState },
  /** Says what is in a UR that the camera saw, and compares it with what this laptop knows. Nothing is kept. */
  'ur:read': { input: z.strictObject({ type, cbor }), output: seenResource },
} as const;

export type ExportSubject = z.output<typeof exportSubject>;
export type ExportState = z.output<typeof exportState>;
export type ResourceState = z.output<typeof resourceState>;
export type SeenResource = z.output<typeof seenResource>;
