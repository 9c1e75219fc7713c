/** The public record of one epoch of a key: what everybody may know, and what the next ceremony starts from. */
import { z } from 'zod';
import { bytesToHex, equalBytes, fromHex, utf8ToBytes } from '../crypto/bytes.ts';
import { checkIndices, checkThreshold } from '../crypto/indices.ts';
import { checkGroupKey } from '../crypto/refresh.ts';
import { suiteByName, type Point, type Suite, type SuiteName } from '../crypto/suite.ts';
import { canonicalJsonFile, parseCanonicalJsonFile } from './canonical-json.ts';
import { CeremonyError } from './errors.ts';
import { hexBytes, holderIndex, identityKey, parseFields, suiteName, text } from './fields.ts';
import { digest } from './hash.ts';

const holderRecord = z.strictObject({
  index: holderIndex,
  /** Y_j, in the suite's encoding. */
  publicShare: z.string(),
  /** Who holds it, and the keys of their laptop; null where the epoch was imported and nobody has enrolled yet. */
  name: text.nullable(),
  identity: identityKey.nullable(),
  /** The P-256 key to which the next ceremony seals this holder's sub-shares. */
  sealingKey: hexBytes(33).nullable(),
});

export const keyRecordSchema = z.strictObject({
  format: z.literal('reseal-key-record-1'),
  rehearsal: z.boolean(),
  name: text,
  suite: suiteName,
  threshold: z.number().int().min(2),
  epoch: z.number().int().min(0).max(65535),
  groupKey: z.string(),
  fingerprint: hexBytes(8),
  /** `ceremony <id>` or `import <format>`. */
  origin: z
    .string()
    .regex(/^(?:ceremony [0-9a-f]{32}|import [a-z0-9-]+)$/, 'expected "ceremony <id>" or "import <format>"'),
  holders: z.array(holderRecord).min(2).max(256),
});
export type KeyRecord = z.infer<typeof keyRecordSchema>;

/** The points of a key record, decoded and checked. */
export interface KeyPoints {
  readonly suite: Suite;
  readonly groupKey: Point;
  readonly publicShares: Map<number, Point>;
}

/** Points of records that have passed: a ceremony asks about the same record with every envelope. */
const passed = new WeakMap<KeyRecord, KeyPoints>();

/** First 8 bytes of a digest over suite and group key: the name under which a key is filed, the same in every epoch. */
export function keyFingerprint(suite: SuiteName, groupKey: Uint8Array): Uint8Array {
  return digest('key-fingerprint', utf8ToBytes(suite), groupKey).slice(0, 8);
}

/**
 * Decodes and checks a record's points: canonical, valid indices in ascending order, threshold in range, and all
 * public shares on one polynomial of degree threshold-1 whose constant term is the group key. Throws `bad-key-record`
 * or the CryptoError of the failed check.
 */
export function keyPoints(record: KeyRecord): KeyPoints {
  const known = checked.get(record);
  if (known !== undefined) return known;
  const points = decodePoints(record);
  checked.set(record, points);
  return points;
}

/** Records that passed `keyPoints`: the same object is asked about many times in a ceremony, and never changed. */
const checked = new WeakMap<KeyRecord, KeyPoints>();

function decodePoints(record: KeyRecord): KeyPoints {
  const known = passed.get(record);
  if (known !== undefined) return known;
  const suite = suiteByName(record.suite);
  const indices = record.holders.map((holder) => holder.index);
  checkIndices(indices, 'holders');
  if (indices.some((index, at) => at > 0 && index <= (indices[at - 1] ?? 0)))
    throw new CeremonyError('bad-key-record', 'Key record: the holders are not in ascending order of index.');
  checkThreshold(record.threshold, indices.length);
  const groupKey = suite.pointFromBytes(decodeHex(record.groupKey, 'groupKey'), 'groupKey');
  const publicShares = new Map(
    record.holders.map((holder) => {
      const field = `holders.${holder.index}.publicShare`;
      return [holder.index, suite.pointFromBytes(decodeHex(holder.publicShare, field), field)] as const;
    }),
  );
  if (!equalBytes(keyFingerprint(record.suite, groupKey.toBytes()), fromHex(record.fingerprint)))
    throw new CeremonyError(
      'bad-key-record',
      'Key record: the fingerprint does not belong to the group key.',
    );
  checkGroupKey(suite, publicShares, record.threshold, groupKey);
  const points = { suite, groupKey, publicShares };
  passed.set(record, points);
  return points;
}

/** Canonical JSON bytes of a record. */
export function encodeKeyRecord(record: KeyRecord): Uint8Array {
  return canonicalJsonFile(record);
}

/** Parses and fully checks a key record file (fields, encodings, algebra). `what` names the file in refusals. */
export function decodeKeyRecord(bytes: Uint8Array, what = 'Key record'): KeyRecord {
  const record = parseFields(keyRecordSchema, parseCanonicalJsonFile(bytes, what), what, 'bad-key-record');
  keyPoints(record);
  return record;
}

/** Builds the record of an epoch from decoded values. */
export function makeKeyRecord(
  key: {
    rehearsal: boolean;
    name: string;
    threshold: number;
    epoch: number;
    origin: string;
    suite: Suite;
    groupKey: Point;
    publicShares: ReadonlyMap<number, Point>;
  },
  holder: (index: number) => Pick<z.infer<typeof holderRecord>, 'name' | 'identity' | 'sealingKey'>,
): KeyRecord {
  const groupKey = key.groupKey.toBytes();
  return {
    format: 'reseal-key-record-1',
    rehearsal: key.rehearsal,
    name: key.name,
    suite: key.suite.name,
    threshold: key.threshold,
    epoch: key.epoch,
    groupKey: bytesToHex(groupKey),
    fingerprint: bytesToHex(keyFingerprint(key.suite.name, groupKey)),
    origin: key.origin,
    holders: [...key.publicShares]
      .sort(([a], [b]) => a - b)
      .map(([index, share]) => ({ index, publicShare: bytesToHex(share.toBytes()), ...holder(index) })),
  };
}

function decodeHex(value: string, field: string): Uint8Array {
  try {
    return fromHex(value);
  } catch {
    throw new CeremonyError('bad-key-record', `Key record: field "${field}": expected lower-case hex.`);
  }
}
