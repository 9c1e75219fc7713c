/**
 * A laptop's vault: its identity, its shares and sealing keys, and the memory of its ceremonies, in plain files.
 *
 *     vault.json                                      who the laptop is, key derivation, check value
 *     identity/{wrap, identity}                       the identity key
 *     cards/<card>/{card.bin, secrets/…}              enrolment cards with their sealing keys
 *     keys/<fingerprint>/current                      which epoch counts
 *     keys/<fingerprint>/<epoch>/{record.json, secrets/{wrap, share, sealing, …}}
 *     ceremonies/<id>/{journal/…, secrets/…}          what was said and received; secrets of one ceremony
 *     lock.…                                          the process that uses it
 *
 * All writes are durable and atomic (devices/files.ts); killing the process at any instant loses nothing, and opening
 * finishes what was interrupted.
 */
import { join, resolve } from 'node:path';
import { bytesToHex } from '../../crypto/bytes.ts';
import { generateIdentity, signWithIdentity } from '../../crypto/identity.ts';
import type { IdentityAlgorithm, IdentityPublicKey } from '../../crypto/identity.ts';
import type { Random } from '../../crypto/random.ts';
import type { Journal, SecretFolder, Signer } from '../../ceremony/ports.ts';
import { FileError, isFolder, isThere, listNames, makeFolder, promised, readBounded } from '../files.ts';
import { renameDurably, replaceFile } from '../files.ts';
import { checkNewPassphrase } from '../passphrase.ts';
import { systemRandom } from '../random.ts';
import { recoverFolder, stagingPath, wipeFolder } from './destruction.ts';
import { cardStore, findSealingSecret } from './cards.ts';
import type { CardStore } from './cards.ts';
import { VaultError } from './errors.ts';
import {
  encodeHeader,
  headerIdentity,
  NORMAL_KDF,
  openHeader,
  parseHeader,
  REHEARSAL_KDF,
} from './header.ts';
import { sealHeader, VAULT_FORMAT } from './header.ts';
import type { KdfParameters, VaultHeader } from './header.ts';
import { journalIn } from './journal.ts';
import { createKeyring } from './keyring.ts';
import type { Keyring } from './keyring.ts';
import { keyStore } from './keys.ts';
import type { VaultKeyStore } from './keys.ts';
import { lockVault } from './lock.ts';
import { asSecretFolder, secretFiles } from './secret-folder.ts';

/** What everybody may know about a vault. */
export interface VaultInfo {
  /** 16 random bytes, as hex. */
  readonly id: string;
  /** The laptop's name. */
  readonly name: string;
  readonly custodian: string;
  /** A vault with throw-away keys and fast key derivation. */
  readonly rehearsal: boolean;
  /** RFC 3339, UTC. */
  readonly created: string;
  readonly identity: IdentityPublicKey;
}

/** An open vault. Its methods reject with VaultError, or with FileError when the disk fails. */
export interface Vault {
  readonly info: VaultInfo;
  readonly signer: Signer;
  readonly keys: VaultKeyStore;
  readonly cards: CardStore;
  /** The journal of a ceremony, named by its id (32 hex characters). Throws `invalid-name`. */
  journal(ceremonyId: string): Journal;
  /** Ids of all ceremonies this vault knows of, sorted. */
  ceremonyIds(): Promise<readonly string[]>;
  ceremonySecrets(ceremonyId: string): Promise<SecretFolder>;
  /**
   * The sealing secret (32 bytes) whose public key (33 bytes, SEC1 compressed P-256) this is, among the cards and all
   * epochs of all keys; `undefined` if it is not here. Rejects with `damaged` when it was not found and one of them
   * could not be opened.
   */
  findSealingSecret(publicKey: Uint8Array): Promise<Uint8Array | undefined>;
  /** A copy of the key for the nonce keeper, 32 bytes (devices/nonces). Throws `closed`. */
  nonceKey(): Uint8Array;
  /** Zeroes the keys and lets the next process in. Safe to repeat; anything else afterwards fails with `closed`. */
  close(): void;
}

/** How a vault is made. */
export interface CreateVaultOptions {
  readonly name: string;
  readonly custodian: string;
  /** At least 12 characters, unless `rehearsal`. */
  readonly passphrase: string;
  readonly rehearsal?: boolean;
  /** ES256 when absent. */
  readonly alg?: IdentityAlgorithm;
  /** Default: 256 MiB and three passes, or 8 MiB and one for a rehearsal. */
  readonly kdf?: KdfParameters;
  /** RFC 3339 in UTC with whole seconds; now, when absent. */
  readonly created?: string;
  readonly random?: Random;
}

const HEADER_NAME = 'vault.json';

/**
 * Makes a vault in `dir`, which must not exist or be empty, and opens it. It is written beside its place and moved
 * there as a whole. Throws `exists`, `invalid-value` (a name that cannot be
 * stored), `weak-parameters`; PassphraseError.
 */
export async function createVault(dir: string, options: CreateVaultOptions): Promise<Vault> {
  const path = resolve(dir);
  const random = options.random ?? systemRandom;
  const rehearsal = options.rehearsal ?? false;
  if (isThere(path) && !(isFolder(path) && listNames(path).length === 0))
    throw new VaultError('exists', `${path} is not empty: choose a folder that does not exist yet.`);
  if (!rehearsal) checkNewPassphrase(options.passphrase);
  const identity = generateIdentity(options.alg ?? 'ES256', random);
  const { header, keys } = await sealHeader(
    {
      format: VAULT_FORMAT,
      id: bytesToHex(random(16)),
      name: options.name,
      custodian: options.custodian,
      rehearsal,
      created: options.created ?? `${new Date().toISOString().slice(0, 19)}Z`,
      kdf: {
        algorithm: 'argon2id',
        ...(options.kdf ?? (rehearsal ? REHEARSAL_KDF : NORMAL_KDF)),
        salt: bytesToHex(random(16)),
      },
      identity: { alg: identity.alg, key: bytesToHex(identity.publicKey.key) },
    },
    options.passphrase,
    random,
  );
  const keyring = createKeyring(header.id, keys, random);
  const staging = stagingPath(path);
  try {
    makeFolder(staging);
    for (const name of ['cards', 'keys', 'ceremonies']) makeFolder(join(staging, name));
    identityFiles(keyring, staging).put('identity', identity.secretKey);
    replaceFile(join(staging, HEADER_NAME), encodeHeader(header));
    renameDurably(staging, path);
    return assemble(path, header, keyring, lockVault(path));
  } catch (error) {
    keyring.close();
    if (isFolder(staging)) wipeFolder(staging);
    throw error;
  } finally {
    identity.secretKey.fill(0);
  }
}

/**
 * Opens a vault for this process and finishes what a crash interrupted. Throws `missing`, `damaged`, `in-use`,
 * `wrong-passphrase`, `weak-parameters`, `unusable-parameters`; PassphraseError; FileError.
 */
export async function openVault(
  dir: string,
  passphrase: string,
  options: { readonly random?: Random } = {},
): Promise<Vault> {
  const path = resolve(dir);
  const header = readHeader(path);
  const release = lockVault(path);
  let keyring: Keyring | undefined;
  try {
    keyring = createKeyring(header.id, await openHeader(header, passphrase), options.random ?? systemRandom);
    recoverFolder(path);
    return assemble(path, header, keyring, release);
  } catch (error) {
    keyring?.close();
    release();
    throw error;
  }
}

/** What a vault says about itself without its passphrase. Not to be trusted before it is opened. Throws `missing`, `damaged`. */
export function readVaultInfo(dir: string): VaultInfo {
  return publicInfo(readHeader(resolve(dir)));
}

function readHeader(path: string): VaultHeader {
  const file = join(path, HEADER_NAME);
  try {
    return parseHeader(readBounded(file, 64 * 1024), file);
  } catch (error) {
    if (error instanceof FileError && error.code === 'missing')
      throw new VaultError(
        'missing',
        `There is no vault in ${path}: make one first, or name another folder.`,
        error,
      );
    throw error;
  }
}

function publicInfo(header: VaultHeader): VaultInfo {
  const { id, name, custodian, rehearsal, created } = header;
  return { id, name, custodian, rehearsal, created, identity: headerIdentity(header) };
}

function identityFiles(keyring: Keyring, path: string): ReturnType<typeof secretFiles> {
  return secretFiles(keyring, { path: join(path, 'identity'), place: 'identity' });
}

function assemble(path: string, header: VaultHeader, keyring: Keyring, release: () => void): Vault {
  const info = publicInfo(header);
  const keys = keyStore(keyring, join(path, 'keys'));
  const cards = cardStore(keyring, join(path, 'cards'));
  const ceremonyFolder = (ceremonyId: string): string => {
    if (!/^[0-9a-f]{32}$/.test(ceremonyId))
      throw new VaultError(
        'invalid-name',
        `ceremony id: expected 32 hex characters, found ${JSON.stringify(ceremonyId.slice(0, 60))}.`,
      );
    return join(path, 'ceremonies', ceremonyId);
  };
  return {
    info,
    keys,
    cards,
    signer: {
      publicKey: info.identity,
      sign: (message) =>
        promised(() => {
          const secretKey = identityFiles(keyring, path).get('identity');
          if (secretKey === undefined)
            throw new VaultError('damaged', `${join(path, 'identity')} is missing: enrol this laptop anew.`);
          try {
            return signWithIdentity({ alg: info.identity.alg, secretKey }, message);
          } finally {
            secretKey.fill(0);
          }
        }),
    },
    journal: (ceremonyId) => journalIn(keyring, join(ceremonyFolder(ceremonyId), 'journal')),
    ceremonyIds: () =>
      promised(() => {
        keyring.assertOpen();
        return listNames(join(path, 'ceremonies')).filter((name) => /^[0-9a-f]{32}$/.test(name));
      }),
    ceremonySecrets: (ceremonyId) =>
      promised(() =>
        asSecretFolder(
          secretFiles(keyring, {
            path: join(ceremonyFolder(ceremonyId), 'secrets'),
            place: `ceremonies/${ceremonyId}/secrets`,
            makeParent: true,
          }),
        ),
      ),
    findSealingSecret: (publicKey) => findSealingSecret(keys, cards, publicKey),
    nonceKey: () => keyring.nonceKey(),
    close() {
      keyring.close();
      release();
    },
  };
}
