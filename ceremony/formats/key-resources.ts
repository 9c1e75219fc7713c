/**
 * What is public about a key and its proofs, in types that other people's wallets and tools read from URs. Nothing in
 * here is secret. Types are those of the registry (BCR-2020-006); where none fits it is `bytes`, which every
 * implementation reads, with a file of Reseal in it (docs/decisions/0020).
 */
import { fromHex } from '../../crypto/bytes.ts';
import { p256 } from '@noble/curves/nist.js';
import type { Point } from '../../crypto/suite.ts';
import { encodeKeyRecord, keyPoints, type KeyRecord } from '../key-record.ts';
import { canonicalJsonFile } from '../canonical-json.ts';
import { ethereumAddress, ethereumText, taprootAddress } from './chain-addresses.ts';
import type { Proof } from './proof-file.ts';
import { encodeResource, integerMap, Tagged } from './resource-cbor.ts';

/** What a resource says, for whoever chooses one. */
export const RESOURCE_NAMES = ['key', 'output', 'address', 'record', 'signature', 'proof'] as const;
export type ResourceName = (typeof RESOURCE_NAMES)[number];

/** The registry's types of today, or those that it deprecated in 2023 and that many wallets still read only. */
export type TypeVersion = 'current' | 'deprecated';

/** One thing that can be shown as a UR. */
export interface Resource {
  readonly name: ResourceName;
  /** The UR's type. */
  readonly type: string;
  /** The value that belongs to the type, untagged. */
  readonly cbor: Uint8Array;
  /** What it is, for a person: a few words that begin a line, without a full stop. */
  readonly title: string;
  /** The text that a person compares with what the other side shows; null where there is none. */
  readonly text: string | null;
  /** What must be true for it to be of use, as a sentence; null where nothing must. */
  readonly condition: string | null;
}

const TAGS = {
  current: { coinInfo: 40305, eckey: 40306 },
  deprecated: { coinInfo: 305, eckey: 306 },
} as const;
/** BCR-2020-010: `tr`; directly around a key, as in the example of BCR-2020-015. */
const TAPROOT = 409;
/** SLIP-44. */
const ETHER = 60;

/** Everything about a key that others may have, the group key first. Throws what `keyPoints` throws. */
export function keyResources(record: KeyRecord, version: TypeVersion = 'current'): Resource[] {
  const { suite, groupKey } = keyPoints(record);
  const mark = record.rehearsal ? 'REHEARSAL: ' : '';
  const own: Resource[] =
    suite.name === 'secp256k1'
      ? secp256k1Resources(record, groupKey, version)
      : [cose(suite.name, groupKey, record.groupKey)];
  const whole: Resource = {
    name: 'record',
    type: 'bytes',
    cbor: encodeResource(encodeKeyRecord(record)),
    title: `Public record of the key, epoch ${record.epoch}`,
    text: record.fingerprint,
    condition: null,
  };
  return [...own, whole].map((resource) => ({ ...resource, title: `${mark}${resource.title}` }));
}

/** A proof as whole file; a BIP-340 signature also alone. */
export function proofResources(proof: Proof): Resource[] {
  const file: Resource = {
    name: 'proof',
    type: 'bytes',
    cbor: encodeResource(canonicalJsonFile(proof)),
    title: `Proof by holders ${proof.signers.join(', ')}`,
    text: null,
    condition: null,
  };
  if (proof.scheme !== 'bip340') return [file];
  // BCR-2023-011: a BIP-340 signature is its 64 bytes.
  const signature: Resource = {
    name: 'signature',
    type: 'signature',
    cbor: encodeResource(fromHex(proof.signature)),
    title: `BIP-340 signature by holders ${proof.signers.join(', ')}`,
    text: proof.signature,
    condition: null,
  };
  return [file, signature];
}

function secp256k1Resources(record: KeyRecord, groupKey: Point, version: TypeVersion): Resource[] {
  const { coinInfo, eckey } = TAGS[version];
  // BCR-2020-008: curve 0 (secp256k1) and "public" are what is meant where nothing is said.
  const key = integerMap([[3, groupKey.toBytes()]]);
  const ether = ethereumAddress(groupKey);
  return [
    {
      name: 'key',
      type: version === 'current' ? 'eckey' : 'crypto-eckey',
      cbor: encodeResource(key),
      title: 'Group public key on secp256k1',
      text: record.groupKey,
      condition: null,
    },
    {
      name: 'output',
      ...(version === 'current'
        ? { type: 'output-descriptor', cbor: encodeResource(descriptor(record, new Tagged(eckey, key))) }
        : { type: 'crypto-output', cbor: encodeResource(new Tagged(TAPROOT, new Tagged(eckey, key))) }),
      title: 'Bitcoin output tr(KEY): Taproot, spent by the key only',
      text: taprootAddress(groupKey),
      condition: 'Spending from it takes signing software that adds the tweak of BIP-341 to the shares.',
    },
    {
      name: 'address',
      type: version === 'current' ? 'address' : 'crypto-address',
      // BCR-2020-009: coin info as in BCR-2020-007; no `type`, which is for addresses like Bitcoin's.
      cbor: encodeResource(
        integerMap([
          [1, new Tagged(coinInfo, integerMap([[1, ETHER]]))],
          [3, ether],
        ]),
      ),
      title: 'Ethereum address',
      text: ethereumText(ether),
      condition: 'Spending from it takes signing software that signs with ECDSA.',
    },
  ];
}

/** BCR-2023-010: a descriptor as text, with its keys beside it. */
function descriptor({ name, rehearsal }: KeyRecord, key: Tagged): Map<number, unknown> {
  return integerMap([
    [1, 'tr(@0)'],
    [2, [key]],
    [3, name],
    ...(rehearsal ? [[4, 'REHEARSAL'] as const] : []),
  ]);
}

/**
 * A COSE_Key (RFC 9052 §7, RFC 9053 §7.1 and §7.2), which the registry has as `cose-key`: an elliptic curve key of the
 * registry's own is on secp256k1.
 */
function cose(suite: 'ed25519' | 'p256', groupKey: Point, text: string): Resource {
  const bytes = groupKey.toBytes();
  // kty 1 is OKP with curve 6 (Ed25519); kty 2 is EC2 with curve 1 (P-256). −2 is x, −3 is y.
  const entries: [number, unknown][] =
    suite === 'ed25519'
      ? [
          [1, 1],
          [-1, 6],
          [-2, bytes],
        ]
      : [[1, 2], [-1, 1], ...coordinates(bytes)];
  return {
    name: 'key',
    type: 'cose-key',
    cbor: encodeResource(integerMap(entries)),
    title: `Group public key on ${suite === 'ed25519' ? 'Ed25519' : 'P-256'}`,
    text,
    condition: null,
  };
}

function coordinates(compressed: Uint8Array): [number, Uint8Array][] {
  const bytes = p256.Point.fromBytes(compressed).toBytes(false);
  return [
    [-2, bytes.slice(1, 33)],
    [-3, bytes.slice(33)],
  ];
}
