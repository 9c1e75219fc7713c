/** What a plan can be made from: enrolment cards and key records, found in the courier's folder, read from files, or this laptop's own. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '../../../crypto/bytes.ts';
import { keyId } from '../../../crypto/identity.ts';
import { toWords } from '../../../crypto/words.ts';
import { cardId, decodeCard, identityFromField, type Card } from '../../../ceremony/card.ts';
import { CeremonyError } from '../../../ceremony/errors.ts';
import { decodeKeyRecord, encodeKeyRecord, type KeyRecord } from '../../../ceremony/key-record.ts';
import { decodeMessage } from '../../../ceremony/message.ts';
import { FileError, isFolder, isRegularFile, readBounded } from '../../../devices/files.ts';
import type { Vault } from '../../../devices/vault/vault.ts';
import { readCard } from '../../../laptop/cards.ts';
import { heldKeys, readKeyRecord } from '../../../laptop/keys.ts';
import type { CardSummary, RecordSummary } from '../../ipc/documents.ts';
import { keyAfter } from './resources.ts';

/** Larger than any card or key record. */
const MAX_FILE = 4 * 1024 * 1024;

export class Shelf {
  readonly #vault: Vault;
  readonly #home: string;
  readonly #cards = new Map<string, { card: Card; source: string }>();
  readonly #records = new Map<string, { record: KeyRecord; source: RecordSummary['source'] }>();
  /** Files of the courier's folder that were looked at: name and bytes. */
  readonly #seen = new WeakSet<Uint8Array>();
  /** Contents that were looked at, by SHA-256: files without a digest in their name are read anew at every look. */
  readonly #contents = new Set<string>();

  constructor(vault: Vault, home: string) {
    this.#vault = vault;
    this.#home = home;
  }

  /** Takes up cards and key records among the courier's messages. Others, and damaged ones, are none of its business. */
  look(messages: readonly { source: string; message: Uint8Array }[]): void {
    for (const { source, message: bytes } of messages) {
      if (this.#seen.has(bytes)) continue;
      this.#seen.add(bytes);
      const content = bytesToHex(sha256(bytes));
      if (this.#contents.has(content)) continue;
      this.#contents.add(content);
      try {
        const message = decodeMessage(bytes, source);
        if (message.type === 'card') this.#addCard(decodeCard(message.card, source), source);
        if (message.type === 'key') this.#addRecord(decodeKeyRecord(message.record, source), 'courier');
      } catch (error) {
        // The ceremonies' own look at the folder reports what is wrong with a file.
        if (!(error instanceof Error) || !('code' in error)) throw error;
      }
    }
  }

  async cards(): Promise<CardSummary[]> {
    for (const { card } of await this.#vault.cards.list()) this.#addCard(decodeCard(card), 'this laptop');
    return [...this.#cards.values()]
      .map(({ card, source }) => this.#summary(card, source))
      .sort((a, b) => a.name.localeCompare(b.name, 'en') || (a.created < b.created ? 1 : -1));
  }

  readCard(path: string): CardSummary {
    const card = readCard(path);
    this.#addCard(card, path);
    return this.#summary(card, path);
  }

  /** The card with this id. Throws CeremonyError for one that is not (or no longer) there. */
  card(id: string): Card {
    const found = this.#cards.get(id);
    if (found === undefined)
      throw new CeremonyError(
        'bad-card',
        `The card ${id} is not here any more.`,
        'Look into the folder again.',
      );
    return found.card;
  }

  #addCard(card: Card, source: string): void {
    const id = cardId(card);
    if (!this.#cards.has(id)) this.#cards.set(id, { card, source });
  }

  #summary(card: Card, source: string): CardSummary {
    const id = keyId(identityFromField(card.identity));
    return {
      id: cardId(card),
      name: card.name,
      laptop: card.laptop,
      rehearsal: card.rehearsal,
      created: card.created,
      identity: bytesToHex(id),
      words: toWords(id.slice(0, 4)),
      source,
      own: card.identity.key === bytesToHex(this.#vault.info.identity.key),
    };
  }

  /** All key records, the newest epoch of each key first. Of the same epoch only one is listed, the surest. */
  async records(): Promise<RecordSummary[]> {
    await this.#lookHere();
    return [...this.#records.values()]
      .map(({ record, source }) => recordSummary(record, source))
      .sort((a, b) => a.name.localeCompare(b.name, 'en') || b.epoch - a.epoch);
  }

  /** Key records that this laptop knows by itself: from its vault, and from ceremonies that it took part in. */
  async known(): Promise<KeyRecord[]> {
    await this.#lookHere();
    return [...this.#records.values()]
      .filter(({ source }) => source === 'vault' || source === 'record')
      .map(({ record }) => record);
  }

  async #lookHere(): Promise<void> {
    for (const { record } of await heldKeys(this.#vault)) this.#addRecord(record, 'vault');
    for (const record of filedRecords(this.#home)) this.#addRecord(record, 'record');
  }

  /** A key record in a file, or that of the key after a ceremony where the path is the folder of its record. */
  readRecord(path: string): RecordSummary {
    const record = isFolder(path) ? keyAfter(path).record : readKeyRecord(path);
    this.#addRecord(record, 'file');
    return recordSummary(record, 'file');
  }

  /** The record with this id. */
  record(id: string): KeyRecord {
    const found = this.#records.get(id);
    if (found === undefined)
      throw new CeremonyError(
        'bad-key-record',
        `The key record ${id} is not here any more.`,
        'Choose it again.',
      );
    return found.record;
  }

  #addRecord(record: KeyRecord, source: RecordSummary['source']): void {
    const id = recordId(record);
    const rank = ['vault', 'record', 'courier', 'file'];
    const known = this.#records.get(id);
    if (known === undefined || rank.indexOf(source) < rank.indexOf(known.source))
      this.#records.set(id, { record, source });
  }
}

/** Fingerprint, epoch, and a digest of the bytes: two records that differ in anything are two. */
function recordId(record: KeyRecord): string {
  const digest = bytesToHex(sha256(encodeKeyRecord(record))).slice(0, 8);
  return `${record.fingerprint}:${record.epoch}:${digest}`;
}

function recordSummary(record: KeyRecord, source: RecordSummary['source']): RecordSummary {
  return {
    id: recordId(record),
    name: record.name,
    fingerprint: record.fingerprint,
    suite: record.suite,
    threshold: record.threshold,
    epoch: record.epoch,
    rehearsal: record.rehearsal,
    holders: record.holders.map(({ index, name, identity, sealingKey }) => ({
      index,
      name,
      enrolled: identity !== null && sealingKey !== null,
    })),
    source,
    groupKey: record.groupKey,
  };
}

/** Key records that ceremonies on this laptop have led to. A damaged one is left out: verification says why. */
function filedRecords(home: string): KeyRecord[] {
  const dir = join(home, 'records');
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch {
    // No record was filed yet.
    return [];
  }
  return names.flatMap((name) => {
    const path = join(dir, name, 'keys', 'after.json');
    if (!isRegularFile(path)) return [];
    try {
      return [decodeKeyRecord(readBounded(path, MAX_FILE), path)];
    } catch (error) {
      if (error instanceof CeremonyError || error instanceof FileError) return [];
      throw error;
    }
  });
}
