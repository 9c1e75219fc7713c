/** Enrolment cards: what a laptop has given out before a ceremony, and the sealing keys that belong to it. */
import { join } from 'node:path';
import { p256 } from '@noble/curves/nist.js';
import { equalBytes } from '../../crypto/bytes.ts';
import type { KeyStore } from '../../ceremony/ports.ts';
import { isFolder, listNames, promised } from '../files.ts';
import { destroyFolder } from './destruction.ts';
import { createEntry, entryPublic, entrySecrets } from './entry.ts';
import type { EntryPlace } from './entry.ts';
import { checkName, VaultError } from './errors.ts';
import type { Keyring } from './keyring.ts';

/** Enrolment cards: public bytes, and the sealing key (32 bytes) that belongs to each. */
export interface CardStore {
  /** Repeating it with the same content does nothing. Rejects with `exists` for other content. */
  put(cardId: string, card: Uint8Array, sealingSecret: Uint8Array): Promise<void>;
  /** Ids of all cards, sorted. */
  ids(): Promise<readonly string[]>;
  /** All cards. Rejects with `damaged` when one of them was changed. */
  list(): Promise<readonly { readonly id: string; readonly card: Uint8Array }[]>;
  /** Rejects with `missing` when there is no such card. */
  secret(cardId: string): Promise<Uint8Array>;
  /** Safe to repeat. */
  destroy(cardId: string): Promise<void>;
}

/** The cards under `folder`. */
export function cardStore(keyring: Keyring, folder: string): CardStore {
  const entry = (cardId: string): EntryPlace => {
    keyring.assertOpen();
    checkName(cardId, 'card id');
    return { path: join(folder, cardId), place: `cards/${cardId}`, publicName: 'card.bin' };
  };
  const ids = (): string[] => {
    keyring.assertOpen();
    return listNames(folder).filter((name) => /^[a-z0-9-]+$/.test(name) && isFolder(join(folder, name)));
  };
  return {
    put: (cardId, card, sealing) =>
      promised(() => {
        if (sealing.length !== 32)
          throw new VaultError(
            'invalid-value',
            `sealing secret: expected 32 bytes, found ${sealing.length}.`,
          );
        createEntry(keyring, entry(cardId), { publicBytes: card, secrets: { sealing } });
      }),
    ids: () => promised(ids),
    list: () => promised(() => ids().map((id) => ({ id, card: entryPublic(keyring, entry(id)) }))),
    secret: (cardId) =>
      promised(() => {
        const at = entry(cardId);
        if (!isFolder(at.path)) throw new VaultError('missing', `Card ${cardId} is not in this vault.`);
        const secret = entrySecrets(keyring, at).get('sealing');
        if (secret === undefined)
          throw new VaultError('damaged', `Card ${cardId} has no sealing key: enrol this laptop anew.`);
        return secret;
      }),
    destroy: (cardId) =>
      promised(() => {
        destroyFolder(entry(cardId).path);
      }),
  };
}

/**
 * The sealing secret (32 bytes) that belongs to `publicKey` (33 bytes, SEC1 compressed P-256), among all cards and all
 * epochs of all keys. What does not open is passed over; rejects with `damaged` if the secret was not found elsewhere.
 */
export async function findSealingSecret(
  keys: KeyStore,
  cards: CardStore,
  publicKey: Uint8Array,
): Promise<Uint8Array | undefined> {
  const places: (() => Promise<Uint8Array | undefined>)[] = [];
  for (const id of await cards.ids()) places.push(() => cards.secret(id));
  for (const fingerprint of await keys.fingerprints())
    for (const { id } of await keys.epochs(fingerprint))
      places.push(async () => (await keys.secrets(fingerprint, id)).get('sealing'));
  let damage: VaultError | undefined;
  for (const open of places) {
    let secret: Uint8Array | undefined;
    try {
      secret = await open();
    } catch (error) {
      if (!(error instanceof VaultError) || error.code !== 'damaged') throw error;
      damage = error;
    }
    if (secret === undefined) continue;
    if (isSecretOf(secret, publicKey)) return secret;
    secret.fill(0);
  }
  if (damage !== undefined) throw damage;
  return undefined;
}

function isSecretOf(secret: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return equalBytes(p256.getPublicKey(secret, true), publicKey);
  } catch {
    // Not a scalar of P-256: it cannot be anybody's sealing key.
    return false;
  }
}
