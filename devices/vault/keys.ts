/**
 * The keys of a laptop: `keys/<fingerprint>/` with a folder for every epoch and the file `current`, which names the
 * one that counts. Switching epochs is one atomic rename of that file.
 *
 * `current` is plain text, so that a person can see what it says. Whoever can write to the disk can point it at
 * another epoch that is still there, or bring back an older copy of the whole vault; neither reveals a share, and the
 * epoch stands in everything that is signed.
 */
import { join } from 'node:path';
import { utf8ToBytes } from '../../crypto/bytes.ts';
import type { EpochSummary, KeyStore } from '../../ceremony/ports.ts';
import {
  FileError,
  isFolder,
  listNames,
  makeFolder,
  promised,
  readBounded,
  removeFile,
  replaceFile,
  syncFile,
} from '../files.ts';
import { destroyFolder } from './destruction.ts';
import { createEntry, entryPublic, entrySecrets } from './entry.ts';
import type { EntryPlace } from './entry.ts';
import { VaultError } from './errors.ts';
import type { Keyring } from './keyring.ts';
import { asSecretFolder } from './secret-folder.ts';

const FINGERPRINT = /^[0-9a-f]{16}$/;
const EPOCH_ID = /^epoch-(0|[1-9][0-9]{0,8})-[a-z0-9][a-z0-9-]{0,79}$/;

/** The key store of a vault: the port, and the end of a key. */
export interface VaultKeyStore extends KeyStore {
  /**
   * For a holder who leaves, or a key that ends: destroys `epochId` even when it is the current one; from then on the
   * key has no current epoch. Repeating it does nothing. The caller must have seen the certificate or the approvals.
   */
  retire(fingerprint: string, epochId: string): Promise<void>;
}

/** The keys under `folder`. Rejects with VaultError or FileError. */
export function keyStore(keyring: Keyring, folder: string): VaultKeyStore {
  function keyFolder(fingerprint: string): string {
    keyring.assertOpen();
    if (!FINGERPRINT.test(fingerprint))
      throw new VaultError(
        'invalid-name',
        `fingerprint: expected 16 hex characters, found ${JSON.stringify(fingerprint.slice(0, 40))}.`,
      );
    return join(folder, fingerprint);
  }

  function epochPlace(fingerprint: string, epochId: string): EntryPlace {
    const key = keyFolder(fingerprint);
    if (!EPOCH_ID.test(epochId))
      throw new VaultError(
        'invalid-name',
        `epoch id: expected epoch-<number>-<origin>, found ${JSON.stringify(epochId.slice(0, 120))}.`,
      );
    return { path: join(key, epochId), place: `keys/${fingerprint}/${epochId}`, publicName: 'record.json' };
  }

  /** The place of an epoch that is there. Throws `missing`. */
  function existing(fingerprint: string, epochId: string): EntryPlace {
    const at = epochPlace(fingerprint, epochId);
    if (!isFolder(at.path))
      throw new VaultError(
        'missing',
        `Key ${fingerprint} has no ${epochId} in this vault: it was destroyed, or never made.`,
      );
    return at;
  }

  /** Id of the current epoch, or `undefined` for a key that has none. Throws `damaged`. */
  function currentOf(fingerprint: string): string | undefined {
    const file = join(keyFolder(fingerprint), 'current');
    let text: string;
    try {
      text = new TextDecoder().decode(readBounded(file, 256));
    } catch (error) {
      if (error instanceof FileError && error.code === 'missing') return undefined;
      throw error;
    }
    const id = text.replace(/\n$/, '');
    if (!EPOCH_ID.test(id) || !isFolder(join(folder, fingerprint, id)))
      throw new VaultError(
        'damaged',
        `${file} does not name an epoch of this key: write the name of the right folder beside it into it.`,
      );
    return id;
  }

  function epochIds(fingerprint: string): string[] {
    const key = keyFolder(fingerprint);
    const numberOf = (id: string): number => Number(EPOCH_ID.exec(id)?.[1]);
    return listNames(key)
      .filter((name) => EPOCH_ID.test(name) && isFolder(join(key, name)))
      .sort((a, b) => numberOf(a) - numberOf(b));
  }

  function destroy(fingerprint: string, epochId: string): void {
    const at = epochPlace(fingerprint, epochId);
    if (currentOf(fingerprint) === epochId)
      throw new VaultError(
        'current-epoch',
        `${epochId} is the current epoch of key ${fingerprint}: activate another one before it is destroyed.`,
      );
    destroyFolder(at.path);
  }

  return {
    fingerprints: () =>
      promised(() => {
        keyring.assertOpen();
        return listNames(folder).filter((name) => FINGERPRINT.test(name) && epochIds(name).length > 0);
      }),
    epochs: (fingerprint) =>
      promised(() => {
        const current = currentOf(fingerprint);
        return epochIds(fingerprint).map((id): EpochSummary => ({ id, current: id === current }));
      }),
    record: (fingerprint, epochId) => promised(() => entryPublic(keyring, existing(fingerprint, epochId))),
    secrets: (fingerprint, epochId) =>
      promised(() => {
        const secrets = entrySecrets(keyring, existing(fingerprint, epochId));
        return asSecretFolder({
          put(name, secret) {
            existing(fingerprint, epochId);
            secrets.put(name, secret);
          },
          get: (name) => secrets.get(name),
          destroy() {
            destroy(fingerprint, epochId);
          },
        });
      }),
    stage: (fingerprint, epochId, content) =>
      promised(() => {
        const at = epochPlace(fingerprint, epochId);
        for (const [field, bytes] of Object.entries({ share: content.share, sealing: content.sealing }))
          if (bytes.length !== 32)
            throw new VaultError('invalid-value', `${field}: expected 32 bytes, found ${bytes.length}.`);
        makeFolder(keyFolder(fingerprint));
        createEntry(keyring, at, {
          publicBytes: content.record,
          secrets: { share: content.share, sealing: content.sealing },
        });
      }),
    activate: (fingerprint, epochId) =>
      promised(() => {
        const at = existing(fingerprint, epochId);
        const file = join(keyFolder(fingerprint), 'current');
        if (currentOf(fingerprint) === epochId) {
          syncFile(file);
          return;
        }
        // What does not open must not become the epoch that counts.
        entryPublic(keyring, at);
        for (const name of ['share', 'sealing']) {
          const secret = entrySecrets(keyring, at).get(name);
          if (secret === undefined)
            throw new VaultError('damaged', `${at.place} has no ${name}: stage the epoch again.`);
          secret.fill(0);
        }
        replaceFile(file, utf8ToBytes(`${epochId}\n`));
      }),
    destroy: (fingerprint, epochId) =>
      promised(() => {
        destroy(fingerprint, epochId);
      }),
    retire: (fingerprint, epochId) =>
      promised(() => {
        epochPlace(fingerprint, epochId);
        if (currentOf(fingerprint) === epochId) removeFile(join(keyFolder(fingerprint), 'current'));
        destroy(fingerprint, epochId);
      }),
  };
}
