/**
 * Says what is in a UR of somebody else's, as far as its type is known here: keys, addresses, outputs, signatures, bytes.
 * Of a type that holds a secret nothing is shown, whatever is in it.
 */
import { bytesToHex, fromHex } from '../../crypto/bytes.ts';
import { suiteByName } from '../../crypto/suite.ts';
import { plainLine } from '../plain.ts';
import { ethereumText, taprootAddress } from './chain-addresses.ts';
import { decodeResource, fieldOf, untag } from './resource-cbor.ts';

export interface Described {
  /** What it is, as the beginning of a sentence, without a full stop. */
  readonly title: string;
  readonly facts: Readonly<Record<string, string>>;
  /** The content of `bytes`. */
  readonly payload?: Uint8Array;
}

type Reader = (content: unknown) => Described | undefined;

/** `crypto-…` are the names of version 1, which differ in the tags of what is embedded (BCR-2020-006). */
const READERS: Readonly<Record<string, Reader>> = {
  bytes: readBytes,
  eckey: readEckey,
  'crypto-eckey': readEckey,
  hdkey: readHdkey,
  'crypto-hdkey': readHdkey,
  address: readAddress,
  'crypto-address': readAddress,
  'output-descriptor': readDescriptor,
  'crypto-output': readOutput,
  'cose-key': readCose,
  signature: readSignature,
};

/** Types whose content is secret, entirely (BCR-2020-006, -011, BCR-2023-011). */
const SECRET = new Set([
  'seed',
  'crypto-seed',
  'sskr',
  'crypto-sskr',
  'agreement-private-key',
  'crypto-prvkeys',
  'crypto-prvkey-base',
  'crypto-key',
  'password',
  'signing-private-key',
  'ssh-private',
  'mlkem-private-key',
  'mldsa-private-key',
]);
const NOTHING_SHOWN = 'nothing of it is shown';

/** Undefined where the content is not what the type says. */
export function describeResource(type: string, cbor: Uint8Array): Described | undefined {
  if (SECRET.has(type)) return { title: `A secret of type ${type}: ${NOTHING_SHOWN}`, facts: {} };
  const reader = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (reader === undefined)
    return {
      title: `Content of type ${type}, which Reseal does not know`,
      facts: { bytes: `${cbor.length}` },
    };
  return reader(decodeResource(cbor));
}

function readBytes(content: unknown): Described | undefined {
  return content instanceof Uint8Array
    ? { title: `Bytes, ${content.length} of them`, facts: {}, payload: content }
    : undefined;
}

/** BCR-2020-008. */
function readEckey(content: unknown): Described | undefined {
  const data = fieldOf(content, 3);
  if (!(data instanceof Uint8Array)) return undefined;
  if (fieldOf(content, 2) === true) return { title: `A private key: ${NOTHING_SHOWN}`, facts: {} };
  const curve = fieldOf(content, 1) ?? 0;
  // A secp256k1 key of 32 bytes is private, whatever the map says.
  if (curve !== 0 || (data.length !== 33 && data.length !== 64 && data.length !== 65)) return undefined;
  return { title: 'Public key on secp256k1', facts: { key: bytesToHex(data) } };
}

/** BCR-2020-007: `is-master` and `is-private` mark what is secret; a public key has 33 bytes. */
function readHdkey(content: unknown): Described | undefined {
  const data = fieldOf(content, 3);
  if (!(data instanceof Uint8Array)) return undefined;
  if (fieldOf(content, 1) === true || fieldOf(content, 2) === true || data[0] === 0)
    return { title: `A private key of a wallet: ${NOTHING_SHOWN}`, facts: {} };
  const chain = fieldOf(content, 4);
  const facts = {
    key: bytesToHex(data),
    ...(chain instanceof Uint8Array ? { chainCode: bytesToHex(chain) } : {}),
    ...named(content, 9, 10),
  };
  return data.length === 33 ? { title: 'Public key of a wallet, with what it derives', facts } : undefined;
}

/** BCR-2020-009. */
function readAddress(content: unknown): Described | undefined {
  const data = fieldOf(content, 3);
  if (!(data instanceof Uint8Array) || data.length > 64) return undefined;
  const coinInfo = fieldOf(content, 1);
  const info = untag(coinInfo, 305, 40305);
  if (coinInfo !== undefined && info === undefined) return undefined;
  const coin = fieldOf(info, 1) ?? 0;
  const network = fieldOf(info, 2) ?? 0;
  const test = network === 0 ? '' : ' on a test network';
  if (coin === 60)
    return data.length === 20
      ? { title: `Ethereum address${test}`, facts: { address: ethereumText(data) } }
      : undefined;
  const form = fieldOf(content, 2) ?? 0;
  const kind = form === 0 ? 'p2pkh' : form === 1 ? 'p2sh' : form === 2 ? 'p2wpkh' : undefined;
  if (coin === 0)
    return kind === undefined
      ? undefined
      : { title: `Bitcoin address${test}`, facts: { kind, hash: bytesToHex(data) } };
  return typeof coin === 'number'
    ? { title: `Address of the coin ${coin} of SLIP-44${test}`, facts: { data: bytesToHex(data) } }
    : undefined;
}

/** BCR-2023-010: a descriptor whose keys are beside it. */
function readDescriptor(content: unknown): Described | undefined {
  const source = fieldOf(content, 1);
  if (typeof source !== 'string') return undefined;
  const keys = fieldOf(content, 2) ?? [];
  if (!Array.isArray(keys)) return undefined;
  const described = keys.map(readKey);
  const [key] = described;
  const facts: Record<string, string> = { descriptor: plainLine(source) };
  for (const [at, one] of described.entries()) {
    if (one === undefined) return undefined;
    facts[`@${at}`] = one.facts['key'] ?? one.facts['address'] ?? one.facts['hash'] ?? one.title;
  }
  const address = source === 'tr(@0)' ? taprootOf(key) : undefined;
  return {
    title: 'Bitcoin output descriptor',
    facts: { ...facts, ...(address === undefined ? {} : { address }), ...named(content, 3, 4) },
  };
}

/** BCR-2020-010, of which only `tr` with a single key is read: the rest is of wallets with several keys or scripts. */
function readOutput(content: unknown): Described | undefined {
  const key = readKey(untag(content, 409));
  if (key === undefined)
    return content === undefined
      ? undefined
      : { title: 'Bitcoin output in a form that Reseal does not know', facts: {} };
  const address = taprootOf(key);
  return {
    title: 'Bitcoin output descriptor',
    facts: {
      descriptor: 'tr(@0)',
      '@0': key.facts['key'] ?? key.title,
      ...(address === undefined ? {} : { address }),
    },
  };
}

function readKey(value: unknown): Described | undefined {
  const key = untag(value, 306, 40306);
  if (key !== undefined) return readEckey(key);
  const wallet = untag(value, 303, 40303);
  if (wallet !== undefined) return readHdkey(wallet);
  const address = untag(value, 307, 40307);
  return address === undefined ? undefined : readAddress(address);
}

/** The address of tr(KEY) where that is one key that derives nothing, and a valid one. */
function taprootOf(key: Described | undefined): string | undefined {
  const hex = key?.title === 'Public key on secp256k1' ? key.facts['key'] : undefined;
  if (hex?.length !== 66) return undefined;
  try {
    return taprootAddress(suiteByName('secp256k1').pointFromBytes(fromHex(hex), 'key'));
  } catch {
    return undefined;
  }
}

/** RFC 9052 §7: kty 1 and 2, without the private part (−4). */
function readCose(content: unknown): Described | undefined {
  if (fieldOf(content, -4) !== undefined) return { title: `A private key: ${NOTHING_SHOWN}`, facts: {} };
  const [type, curve, x, y] = [1, -1, -2, -3].map((label) => fieldOf(content, label));
  if (!(x instanceof Uint8Array) || x.length !== 32) return undefined;
  if (type === 1 && curve === 6) return { title: 'Public key on Ed25519', facts: { key: bytesToHex(x) } };
  if (type !== 2 || curve !== 1) return undefined;
  const odd = y instanceof Uint8Array && y.length === 32 ? ((y[31] ?? 0) & 1) === 1 : y;
  return typeof odd === 'boolean'
    ? { title: 'Public key on P-256', facts: { key: `${odd ? '03' : '02'}${bytesToHex(x)}` } }
    : undefined;
}

/** BCR-2023-011: BIP-340 as bytes, alone or with a tag; ECDSA as [1, bytes]. */
function readSignature(content: unknown): Described | undefined {
  const [first, second] = Array.isArray(content) ? (content as unknown[]) : [content];
  const [title, signature] =
    first === 1 ? ['ECDSA signature', second] : ['BIP-340 signature, without what it signs', first];
  return signature instanceof Uint8Array && signature.length === 64
    ? { title, facts: { signature: bytesToHex(signature) } }
    : undefined;
}

function named(map: unknown, nameKey: number, noteKey: number): Record<string, string> {
  const [name, note] = [fieldOf(map, nameKey), fieldOf(map, noteKey)];
  return {
    ...(typeof name === 'string' ? { name: plainLine(name) } : {}),
    ...(typeof note === 'string' ? { note: plainLine(note) } : {}),
  };
}
