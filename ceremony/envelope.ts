/**
 * Envelopes: the one thing a laptop signs during a ceremony. COSE_Sign1 (RFC 9052 §4.2) over deterministic CBOR.
 *
 * Protected header: 1 alg, 3 content type, 4 key id, -65537 protocol version (private use). The unprotected header is
 * empty. Payload: a CBOR map {attempt, at, body, ceremony, epoch, key, prev, round, sender}. The signature covers the
 * Sig_structure of RFC 9052 §4.4, whose first byte is 0x84: no checkpoint text (which begins with a printable
 * character) can ever be taken for an envelope or the other way round.
 */
import { z } from 'zod';
import { bytesToHex, equalBytes } from '../crypto/bytes.ts';
import { keyId, verifyIdentity, type IdentityPublicKey } from '../crypto/identity.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { CeremonyError } from './errors.ts';
import { bytes, parseFields, timestamp } from './fields.ts';
import { sha256 } from './hash.ts';
import type { Signer } from './ports.ts';

const CONTENT_TYPE = 'application/vnd.reseal.envelope+cbor';
const PROTOCOL_VERSION = 1;
const VERSION_LABEL = -65537;
/** CBOR tag 18 (COSE_Sign1) before an array of four. */
const SIGN1_TAG = 0xd2;
const COSE_ALG = { ES256: -7, EdDSA: -8 } as const;

const payloadSchema = z.strictObject({
  /** First 16 bytes of SHA-256 of the plan. */
  ceremony: bytes(16),
  /** Fingerprint of the key; eight zero bytes where the ceremony makes a new key. */
  key: bytes(8),
  /** The epoch that this ceremony makes. */
  epoch: z.number().int().min(0).max(65535),
  round: z.number().int().min(0).max(9),
  attempt: z.number().int().min(1).max(65535),
  /** `holder-3`, `approver-1`, `witness-1`, `administrator`. */
  sender: z
    .string()
    .regex(
      /^(?:administrator|(?:holder|approver|witness)-[1-9][0-9]{0,4})$/,
      'expected a sender such as holder-3',
    ),
  /** SHA-256 of what this laptop saw before: the previous round's bundle, or the plan. */
  prev: bytes(32),
  /** When the sender made it, by the sender's clock. */
  at: timestamp,
  body: z.record(z.string(), z.unknown()),
});
export type EnvelopePayload = z.infer<typeof payloadSchema>;

/** A decoded envelope. `bytes` are the exact bytes that were signed and travel; `signed` is the Sig_structure. */
export interface Envelope {
  readonly bytes: Uint8Array;
  readonly signed: Uint8Array;
  readonly payload: EnvelopePayload;
  readonly alg: IdentityPublicKey['alg'];
  readonly kid: Uint8Array;
  readonly signature: Uint8Array;
}

function protectedHeader(publicKey: IdentityPublicKey): Uint8Array {
  return encodeCbor(
    new Map<number, unknown>([
      [1, COSE_ALG[publicKey.alg]],
      [3, CONTENT_TYPE],
      [4, keyId(publicKey)],
      [VERSION_LABEL, PROTOCOL_VERSION],
    ]),
  );
}

function sigStructure(header: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeCbor(['Signature1', header, new Uint8Array(0), payload]);
}

/** Signs a payload. The caller stores the result before anybody sees it, and never signs the same slot again. */
export async function signEnvelope(payload: EnvelopePayload, signer: Signer): Promise<Envelope> {
  const header = protectedHeader(signer.publicKey);
  const content = encodeCbor(payload);
  const signature = await signer.sign(sigStructure(header, content));
  const body = encodeCbor([header, {}, content, signature]);
  const out = new Uint8Array(body.length + 1);
  out[0] = SIGN1_TAG;
  out.set(body, 1);
  return decodeEnvelope(out);
}

/**
 * Decodes an envelope strictly; the signature is not checked here (see `checkSignature`). Throws `bad-envelope` or
 * `bad-encoding` naming the field.
 */
export function decodeEnvelope(input: Uint8Array, what = 'Envelope'): Envelope {
  if (input[0] !== SIGN1_TAG)
    throw new CeremonyError('bad-envelope', `${what}: this is not a COSE_Sign1 message.`);
  const parts = decodeCbor(input.subarray(1), what, { maps: true });
  if (!Array.isArray(parts) || parts.length !== 4)
    throw new CeremonyError('bad-envelope', `${what}: expected the four parts of a COSE_Sign1 message.`);
  const [header, unprotected, content, signature] = parts as [unknown, unknown, unknown, unknown];
  if (!(unprotected instanceof Map) || unprotected.size !== 0)
    throw new CeremonyError('bad-envelope', `${what}: the unprotected header must be empty.`);
  if (!(header instanceof Uint8Array) || !(content instanceof Uint8Array))
    throw new CeremonyError('bad-envelope', `${what}: header and payload must be byte strings.`);
  if (!(signature instanceof Uint8Array) || signature.length !== 64)
    throw new CeremonyError('bad-envelope', `${what}: expected a signature of 64 bytes.`);
  const { alg, kid } = decodeHeader(header, what);
  return {
    bytes: Uint8Array.from(input),
    signed: sigStructure(header, content),
    payload: parseFields(payloadSchema, decodeCbor(content, what), what, 'bad-envelope'),
    alg,
    kid,
    signature: Uint8Array.from(signature),
  };
}

function decodeHeader(header: Uint8Array, what: string): { alg: IdentityPublicKey['alg']; kid: Uint8Array } {
  const map = decodeCbor(header, `${what}, protected header`, { maps: true });
  if (!(map instanceof Map) || map.size !== 4)
    throw new CeremonyError('bad-envelope', `${what}: expected exactly four protected header fields.`);
  const alg = map.get(1) === COSE_ALG.ES256 ? 'ES256' : map.get(1) === COSE_ALG.EdDSA ? 'EdDSA' : undefined;
  if (alg === undefined)
    throw new CeremonyError('bad-envelope', `${what}: field "alg": expected ES256 or EdDSA.`);
  if (map.get(3) !== CONTENT_TYPE)
    throw new CeremonyError('bad-envelope', `${what}: field "content type": expected ${CONTENT_TYPE}.`);
  if (map.get(VERSION_LABEL) !== PROTOCOL_VERSION)
    throw new CeremonyError(
      'bad-envelope',
      `${what}: field "version": expected protocol version ${PROTOCOL_VERSION}.`,
      'Use the same release of Reseal on every laptop of the ceremony.',
    );
  const kid: unknown = map.get(4);
  if (!(kid instanceof Uint8Array) || kid.length !== 8)
    throw new CeremonyError('bad-envelope', `${what}: field "kid": expected 8 bytes.`);
  return { alg, kid: Uint8Array.from(kid) };
}

/** Throws `bad-signature` unless the envelope was signed by this key under this key's own algorithm and id. */
export function checkSignature(envelope: Envelope, publicKey: IdentityPublicKey, what = 'Envelope'): void {
  const fits = envelope.alg === publicKey.alg && equalBytes(envelope.kid, keyId(publicKey));
  if (!fits || !verifyIdentity(publicKey, envelope.signed, envelope.signature))
    throw new CeremonyError(
      'bad-signature',
      `${what}: the signature is not that of ${envelope.payload.sender} in the plan.`,
      `Ask ${envelope.payload.sender} to show the message again.`,
    );
}

/** SHA-256 of the exact envelope bytes. */
export function envelopeHash(envelope: Envelope): Uint8Array {
  return sha256(envelope.bytes);
}

/** Two envelopes for the same ceremony, round, attempt and sender whose signed content differs: an equivocation. */
export function contradicts(a: Envelope, b: Envelope): boolean {
  return (
    equalBytes(a.payload.ceremony, b.payload.ceremony) &&
    a.payload.round === b.payload.round &&
    a.payload.attempt === b.payload.attempt &&
    a.payload.sender === b.payload.sender &&
    !equalBytes(a.signed, b.signed)
  );
}

/** Short name for file names and tables: `r2-a1-holder-3`. */
export function slotName(payload: Pick<EnvelopePayload, 'round' | 'attempt' | 'sender'>): string {
  return `r${payload.round}-a${payload.attempt}-${payload.sender}`;
}

/** Hex of the ceremony id in a payload. */
export function ceremonyHex(payload: Pick<EnvelopePayload, 'ceremony'>): string {
  return bytesToHex(payload.ceremony);
}
