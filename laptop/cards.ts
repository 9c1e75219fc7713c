/** Making an enrolment card: a fresh sealing key in the vault, and the signed card that carries its public half. */
import { generateSealingKey } from '../crypto/hpke.ts';
import { cardId, decodeCard, encodeCard, makeCard, type Card } from '../ceremony/card.ts';
import { decodeMessage, encodeMessage } from '../ceremony/message.ts';
import type { Channel } from '../ceremony/ports.ts';
import { systemRandom } from '../devices/random.ts';
import type { Vault } from '../devices/vault/vault.ts';
import { readInput, slug } from './files.ts';

/** Makes a card and stores its sealing key before anybody sees it. */
export async function enrolLaptop(vault: Vault): Promise<Card> {
  const sealing = generateSealingKey(systemRandom);
  const card = await makeCard(
    {
      rehearsal: vault.info.rehearsal,
      name: vault.info.custodian,
      laptop: vault.info.name,
      sealingKey: sealing.publicKey,
      created: `${new Date().toISOString().slice(0, 19)}Z`,
    },
    vault.signer,
  );
  await vault.cards.put(cardId(card), encodeCard(card), sealing.secretKey);
  sealing.secretKey.fill(0);
  return card;
}

/** Shows a card in the courier's folder, for whoever makes the plan. */
export function showCard(channel: Pick<Channel, 'show'>, card: Card): Promise<void> {
  return channel.show(
    `card-${slug(card.name)}`,
    encodeMessage({ reseal: 1, type: 'card', card: encodeCard(card) }),
  );
}

/** Reads a card from a file: the card itself, or the message it travelled in. */
export function readCard(path: string): Card {
  const bytes = readInput(path, 1024 * 1024);
  if (bytes[0] === 0x7b) return decodeCard(bytes, path);
  const message = decodeMessage(bytes, path);
  return decodeCard(message.type === 'card' ? message.card : new Uint8Array(0), path);
}
