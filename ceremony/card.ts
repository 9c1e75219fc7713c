/**
 * Enrolment cards: how a laptop introduces itself. A card carries the laptop's identity key and a fresh sealing key,
 * signed by the identity. One card serves one key: its sealing key is erased when the first epoch made with it is
 * superseded, so make a new card for every key that the laptop will hold a share of.
 */
import { z } from 'zod';
import { bytesToHex, fromHex, utf8ToBytes } from '../crypto/bytes.ts';
import { decodeIdentityKey, verifyIdentity, type IdentityPublicKey } from '../crypto/identity.ts';
import { suiteByName } from '../crypto/suite.ts';
import { canonicalJson, canonicalJsonFile, parseCanonicalJsonFile } from './canonical-json.ts';
import { CeremonyError } from './errors.ts';
import { hexBytes, identityKey, parseFields, text, timestamp, type IdentityKeyField } from './fields.ts';
import { digest } from './hash.ts';
import type { Signer } from './ports.ts';

const cardSchema = z.strictObject({
  format: z.literal('reseal-card-1'),
  rehearsal: z.boolean(),
  /** The person who works on the laptop. */
  name: text,
  laptop: text,
  identity: identityKey,
  sealingKey: hexBytes(33),
  created: timestamp,
  signature: hexBytes(64),
});
export type Card = z.infer<typeof cardSchema>;

/** What the card's signature covers. The prefix keeps it apart from envelopes and checkpoints. */
function signedBytes(card: Omit<Card, 'signature'>): Uint8Array {
  return utf8ToBytes(`reseal enrolment card v1\n${canonicalJson(card)}`);
}

export async function makeCard(
  content: { rehearsal: boolean; name: string; laptop: string; sealingKey: Uint8Array; created: string },
  signer: Signer,
): Promise<Card> {
  const card = {
    format: 'reseal-card-1' as const,
    rehearsal: content.rehearsal,
    name: content.name,
    laptop: content.laptop,
    identity: identityToField(signer.publicKey),
    sealingKey: bytesToHex(content.sealingKey),
    created: content.created,
  };
  return { ...card, signature: bytesToHex(await signer.sign(signedBytes(card))) };
}

export function encodeCard(card: Card): Uint8Array {
  return canonicalJsonFile(card);
}

/** Parses a card and checks its keys and its signature. `what` names the file in refusals. */
export function decodeCard(bytes: Uint8Array, what = 'Enrolment card'): Card {
  const card = parseFields(cardSchema, parseCanonicalJsonFile(bytes, what), what, 'bad-card');
  const identity = identityFromField(card.identity);
  suiteByName('p256').pointFromBytes(fromHex(card.sealingKey), `${what}: field "sealingKey"`);
  const { signature, ...content } = card;
  if (!verifyIdentity(identity, signedBytes(content), fromHex(signature)))
    throw new CeremonyError(
      'bad-card',
      `${what}: the signature does not fit the card of "${card.name}".`,
      'Make the card again with "reseal enrol" on that laptop.',
    );
  return card;
}

/** Hex name of a card: 8 bytes of a digest over its bytes. */
export function cardId(card: Card): string {
  return bytesToHex(digest('card', encodeCard(card)).slice(0, 8));
}

export function identityToField(key: IdentityPublicKey): IdentityKeyField {
  return { alg: key.alg, key: bytesToHex(key.key) };
}

/** Decodes and validates an identity key. Throws a CryptoError when it is not a valid key of its algorithm. */
export function identityFromField(field: IdentityKeyField): IdentityPublicKey {
  return decodeIdentityKey(field.alg, fromHex(field.key), 'identity key');
}
