/** The keys of a laptop: which it holds, its own share of each, and taking over or giving back somebody else's key. */
import { bytesToHex, equalBytes } from '../crypto/bytes.ts';
import { generateSealingKey } from '../crypto/hpke.ts';
import type { ImportedKey } from '../ceremony/formats/imported-key.ts';
import { suiteByName, type Suite } from '../crypto/suite.ts';
import {
  formatKeyPackage,
  formatPublicKeyPackage,
  joinPackages,
  parseKeyPackage,
  parsePublicKeyPackage,
} from '../ceremony/formats/zcash-frost.ts';
import {
  decodeKeyRecord,
  encodeKeyRecord,
  keyPoints,
  makeKeyRecord,
  type KeyRecord,
} from '../ceremony/key-record.ts';
import { systemRandom } from '../devices/random.ts';
import { decodeMessage, encodeMessage } from '../ceremony/message.ts';
import type { Channel } from '../ceremony/ports.ts';
import type { Vault } from '../devices/vault/vault.ts';
import { UsageError } from './errors.ts';
import { readInput, slug } from './files.ts';

/** The key record of an imported key: epoch 0, holders without names or laptops. */
export function importRecord(
  name: string,
  rehearsal: boolean,
  key: Pick<ImportedKey, 'suite' | 'threshold' | 'groupKey' | 'publicShares'>,
): KeyRecord {
  return makeKeyRecord(
    {
      rehearsal,
      name,
      threshold: key.threshold,
      epoch: 0,
      origin: 'import zcash-frost',
      suite: suiteByName(key.suite),
      groupKey: key.groupKey,
      publicShares: new Map(key.publicShares),
    },
    () => ({ name: null, identity: null, sealingKey: null }),
  );
}

/** Epoch 0 of somebody else's key, in this vault. Returns its record and this holder's index. */
export async function importZcashFrost(
  vault: Vault,
  name: string,
  publicKeyPackage: { text: string; path: string },
  keyPackage: { text: string; path: string },
): Promise<{ record: KeyRecord; index: number }> {
  const own = parseKeyPackage(keyPackage.text, keyPackage.path);
  const joined = joinPackages(parsePublicKeyPackage(publicKeyPackage.text, publicKeyPackage.path), [own]);
  const record = importRecord(name, vault.info.rehearsal, joined);
  const share = suiteByName(joined.suite).scalarToBytes(own.signingShare);
  // The record of an import names no sealing keys: those come with the enrolment cards of the first refresh. This one
  // is a placeholder that nothing is ever sealed to.
  const sealing = generateSealingKey(systemRandom);
  const epochs = await vault.keys.epochs(record.fingerprint);
  const other = epochs.find((epoch) => epoch.id !== 'epoch-0-import');
  if (other !== undefined)
    throw new UsageError(`The key ${record.fingerprint} is in this vault already, at ${other.id}.`, 1);
  // An import that was interrupted before the last line is finished by importing again.
  if (epochs.length === 0)
    await vault.keys.stage(record.fingerprint, 'epoch-0-import', {
      record: encodeKeyRecord(record),
      share,
      sealing: sealing.secretKey,
    });
  else await requireSameImport(vault, record, share);
  share.fill(0);
  sealing.secretKey.fill(0);
  await vault.keys.activate(record.fingerprint, 'epoch-0-import');
  return { record, index: own.index };
}

/** Throws UsageError unless the import that is there already is of the same share under the same name. */
async function requireSameImport(vault: Vault, record: KeyRecord, share: Uint8Array): Promise<void> {
  const { fingerprint } = record;
  const known = await (await vault.keys.secrets(fingerprint, 'epoch-0-import')).get('share');
  const sameShare = known !== undefined && equalBytes(known, share);
  known?.fill(0);
  if (!sameShare)
    throw new UsageError(`Another holder's share of the key ${fingerprint} is in this vault already.`, 1);
  if (!equalBytes(await vault.keys.record(fingerprint, 'epoch-0-import'), encodeKeyRecord(record)))
    throw new UsageError(`The key ${fingerprint} is in this vault already, under another name.`, 1);
}

/** A key of the vault with its current epoch. */
export interface HeldKey {
  readonly record: KeyRecord;
  readonly epochId: string;
  /** Epochs on this laptop that are not the current one. */
  readonly others: readonly string[];
}

export async function heldKeys(vault: Vault): Promise<HeldKey[]> {
  const keys: HeldKey[] = [];
  for (const fingerprint of await vault.keys.fingerprints()) {
    const epochs = await vault.keys.epochs(fingerprint);
    const current = epochs.find((epoch) => epoch.current);
    if (current === undefined) continue;
    keys.push({
      record: decodeKeyRecord(
        await vault.keys.record(fingerprint, current.id),
        `Record of key ${fingerprint}`,
      ),
      epochId: current.id,
      others: epochs.filter((epoch) => !epoch.current).map((epoch) => epoch.id),
    });
  }
  return keys;
}

/** The key of that name or fingerprint. */
export async function findKey(vault: Vault, wanted: string): Promise<HeldKey> {
  const found = (await heldKeys(vault)).filter(
    ({ record }) => record.name === wanted || record.fingerprint === wanted,
  );
  const [key] = found;
  if (key === undefined)
    throw new UsageError(`There is no key "${wanted}" on this laptop: see "reseal key list".`, 1);
  if (found.length > 1)
    throw new UsageError(`There are ${found.length} keys called "${wanted}": use the fingerprint.`, 1);
  return key;
}

/** Shows a key's public record, for whoever makes the next plan. */
export function showKeyRecord(channel: Pick<Channel, 'show'>, record: KeyRecord): Promise<void> {
  return channel.show(
    `key-${slug(record.name)}-epoch-${record.epoch}`,
    encodeMessage({ reseal: 1, type: 'key', record: encodeKeyRecord(record) }),
  );
}

/**
 * The key record in a file: the record itself, or the message it travelled in. Throws CeremonyError for a record that is
 * not right, UsageError for something else. `path` is for messages only.
 */
export function parseKeyRecord(bytes: Uint8Array, path: string): KeyRecord {
  if (bytes[0] === 0x7b) return decodeKeyRecord(bytes, path);
  const message = decodeMessage(bytes, path);
  if (message.type !== 'key')
    throw new UsageError(`${path} is a message of type "${message.type}", and no key record.`);
  return decodeKeyRecord(message.record, path);
}

/** Reads a key record from a file that the user names. */
export function readKeyRecord(path: string): KeyRecord {
  return parseKeyRecord(readInput(path, 4 * 1024 * 1024), path);
}

/** This laptop's share of a key as scalar, with its index: found by comparing share·G with the public shares. */
export async function ownShare(
  vault: Vault,
  key: HeldKey,
): Promise<{ suite: Suite; share: bigint; index: number }> {
  const { record } = key;
  const suite = suiteByName(record.suite);
  const bytes = await (await vault.keys.secrets(record.fingerprint, key.epochId)).get('share');
  if (bytes === undefined) throw new UsageError(`The share of "${record.name}" is not on this laptop.`, 1);
  const share = suite.scalarFromBytes(bytes, 'share');
  bytes.fill(0);
  const publicShare = bytesToHex(suite.base.multiply(share).toBytes());
  const holder = record.holders.find((candidate) => candidate.publicShare === publicShare);
  if (holder === undefined)
    throw new UsageError(`The share of "${record.name}" does not belong to its record.`, 1);
  return { suite, share, index: holder.index };
}

/** Both packages of this holder, as the Zcash Foundation's crates write them. */
export async function zcashFiles(
  vault: Vault,
  key: HeldKey,
  minSigners: boolean,
): Promise<[string, Uint8Array][]> {
  const { suite, share, index } = await ownShare(vault, key);
  const points = keyPoints(key.record);
  const verifyingShare = points.publicShares.get(index) ?? suite.base;
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const own = {
    suite: suite.name,
    index,
    signingShare: share,
    verifyingShare,
    groupKey: points.groupKey,
    threshold: key.record.threshold,
  };
  const common = {
    suite: suite.name,
    groupKey: points.groupKey,
    publicShares: points.publicShares,
    threshold: key.record.threshold,
  };
  return [
    [`holder-${index}.key-package.json`, encode(formatKeyPackage(own))],
    ['public-key-package.json', encode(formatPublicKeyPackage(common, { minSigners }))],
  ];
}
