/** What is in a UR that the camera saw, in words, and beside what this laptop knows. Of it nothing is kept. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, equalBytes } from '../../../crypto/bytes.ts';
import type { SuiteName } from '../../../crypto/suite.ts';
import { keyResources, type ResourceName } from '../../../ceremony/formats/key-resources.ts';
import { decodeProof } from '../../../ceremony/formats/proof-file.ts';
import { describeResource, type Described } from '../../../ceremony/formats/read-resource.ts';
import { decodeKeyRecord, encodeKeyRecord, type KeyRecord } from '../../../ceremony/key-record.ts';
import { plainLine } from '../../../ceremony/plain.ts';
import type { SeenResource } from '../../ipc/resources.ts';
import { some } from './facts.ts';

const MAX_FACTS = 20;
const MAX_VALUE = 800;
const MAX_TEXT = 400;

const LABELS: Readonly<Record<string, string>> = {
  address: 'Address',
  bytes: 'Bytes',
  chainCode: 'Chain code',
  data: 'Data',
  descriptor: 'Descriptor',
  fingerprint: 'Fingerprint',
  hash: 'Hash',
  key: 'Key',
  kind: 'Kind',
  message: 'What was signed',
  name: 'Calls itself',
  note: 'Note',
  sha256: 'SHA-256',
  signature: 'Signature',
  signers: 'Holders who signed',
};
/** What a person would compare, the first that is there. */
const COMPARED = ['address', 'fingerprint', 'key', 'signature', 'sha256'] as const;

/** What of a key it can be compared with, by type. */
const COUNTERPARTS: Readonly<Record<string, ResourceName>> = {
  eckey: 'key',
  'crypto-eckey': 'key',
  'cose-key': 'key',
  hdkey: 'key',
  'crypto-hdkey': 'key',
  'output-descriptor': 'output',
  'crypto-output': 'output',
  address: 'address',
  'crypto-address': 'address',
};
const WORDS: Readonly<Record<string, string>> = {
  key: 'group key',
  output: 'Taproot address',
  address: 'Ethereum address',
};

type Compared = SeenResource['compared'];
interface Words {
  readonly title: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly compared: Compared;
}

/**
 * Says what is in it. Never throws: whatever passes a camera may come here.
 *
 * @param known records of the keys that this laptop knows by itself
 */
export function seen(type: string, cbor: Uint8Array, known: readonly KeyRecord[]): SeenResource {
  const { title, facts, compared } = wordsOf(type, cbor, known);
  const text = COMPARED.map((name) => facts[name]).find((value) => value !== undefined);
  return {
    type,
    title: clip(title, MAX_VALUE),
    text: text === undefined || text.length > MAX_TEXT ? null : text,
    facts: Object.entries(facts)
      .filter(([, value]) => value !== text)
      .slice(0, MAX_FACTS)
      .map(([name, value]) => ({
        label: LABELS[name] ?? `Key ${clip(name, 20)}`,
        value: clip(value, MAX_VALUE),
      })),
    compared,
  };
}

function wordsOf(type: string, cbor: Uint8Array, known: readonly KeyRecord[]): Words {
  const described = describeResource(type, cbor);
  if (described === undefined)
    return {
      title: `It says that it is of type ${type}, and its content is not`,
      facts: { bytes: `${cbor.length}` },
      compared: null,
    };
  const { title, facts, payload } = described;
  return payload === undefined
    ? { title, facts, compared: beside(type, described, known) }
    : wordsOfFile(payload, known);
}

/** A key or an address beside those of the keys here. */
function beside(type: string, described: Described, known: readonly KeyRecord[]): Compared {
  const name = Object.hasOwn(COUNTERPARTS, type) ? COUNTERPARTS[type] : undefined;
  const { key, address } = described.facts;
  const value = name === 'key' ? compressed(key) : address;
  // An address of another coin, an output in a form that is not read here.
  if (name === undefined || value === undefined) return null;
  const suite = suiteOf(described);
  const words = WORDS[name] ?? name;
  const records = oneOfEach(known).filter((record) => record.suite === suite);
  if (records.length === 0)
    return { verdict: 'unknown', sentence: `This laptop knows no key on ${suite} to compare it with.` };
  const own = records.find((record) =>
    keyResources(record).some((one) => one.name === name && one.text === value),
  );
  if (own === undefined) return another(words, records, described.facts['name']);
  const chain =
    described.facts['chainCode'] === undefined ? '' : ' The chain code beside it is none of Reseal’s.';
  return { verdict: 'same', sentence: `This is the ${words} of “${own.name}”: the same.${chain}` };
}

/** `claimed`: the name that it gives itself. */
function another(words: string, records: readonly KeyRecord[], claimed?: string): Compared {
  const names = records.map(({ name }) => `“${name}”`);
  const claims = records.some(({ name }) => name === claimed)
    ? ` It calls itself “${claimed ?? ''}”, and it is not: find out where it comes from.`
    : '';
  return { verdict: 'other', sentence: `This is another ${words} than that of ${some(names)}.${claims}` };
}

/** Files of Reseal say what they are. Of any other the content stays where it is: it might be a share. */
function wordsOfFile(payload: Uint8Array, known: readonly KeyRecord[]): Words {
  const record = attempt(() => decodeKeyRecord(payload, 'What the camera saw'));
  if (record !== undefined)
    return {
      title: `Public record of the key “${record.name}”, epoch ${record.epoch}${record.rehearsal ? ', for rehearsals' : ''}`,
      facts: { fingerprint: record.fingerprint, key: record.groupKey },
      compared: besideRecord(record, known),
    };
  const proof = attempt(() => decodeProof(payload, 'What the camera saw'));
  if (proof !== undefined) {
    const own = known.find(({ suite, groupKey }) => suite === proof.suite && groupKey === proof.groupKey);
    return {
      title: `Proof by holders ${proof.signers.join(', ')}: its signature is valid`,
      facts: { key: proof.groupKey, message: plainLine(proof.message), signature: proof.signature },
      compared:
        own === undefined
          ? { verdict: 'other', sentence: 'It is a signature of a key that this laptop does not know.' }
          : { verdict: 'same', sentence: `It is a signature of “${own.name}”: the same group key.` },
    };
  }
  return {
    title: 'Bytes that are no file of Reseal',
    facts: { bytes: `${payload.length}`, sha256: bytesToHex(sha256(payload)) },
    compared: null,
  };
}

function besideRecord(record: KeyRecord, known: readonly KeyRecord[]): Compared {
  const same = known.filter(({ fingerprint }) => fingerprint === record.fingerprint);
  const [first] = same;
  if (first === undefined)
    return { verdict: 'other', sentence: 'This laptop knows no key with this fingerprint.' };
  const epoch = same.find((one) => one.epoch === record.epoch);
  if (epoch === undefined)
    return {
      verdict: 'same',
      sentence: `The group key is that of “${first.name}”: the same. Of this epoch the laptop has no record.`,
    };
  return equalBytes(encodeKeyRecord(epoch), encodeKeyRecord(record))
    ? { verdict: 'same', sentence: `This is the record of “${first.name}”, epoch ${record.epoch}: the same.` }
    : {
        verdict: 'other',
        sentence: `The group key is that of “${first.name}”, and the rest of the record is not what this laptop has for epoch ${record.epoch}: find out where it comes from.`,
      };
}

/** A key is the same in all its epochs. */
function oneOfEach(known: readonly KeyRecord[]): KeyRecord[] {
  return [...new Map(known.map((record) => [record.fingerprint, record])).values()];
}

function suiteOf({ title }: Described): SuiteName {
  if (title.endsWith('Ed25519')) return 'ed25519';
  return title.endsWith('P-256') ? 'p256' : 'secp256k1';
}

/** A key on secp256k1 can be written in three ways, and is compared in the short one; undefined for no point at all. */
function compressed(key: string | undefined): string | undefined {
  if (key === undefined || (key.length !== 128 && key.length !== 130)) return key;
  return attempt(() => secp256k1.Point.fromHex(`04${key.slice(-128)}`).toHex(true));
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

const clip = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;
