/** The content of a share backup: everything that is needed to use the share again, as canonical JSON. Secret. */
import { z } from 'zod';
import { bytesToHex, fromHex } from '../crypto/bytes.ts';
import { suiteByName } from '../crypto/suite.ts';
import { canonicalJsonFile, parseCanonicalJsonFile } from './canonical-json.ts';
import { CeremonyError } from './errors.ts';
import { hexBytes, holderIndex, parseFields, suiteName, text } from './fields.ts';
import type { KeyRecord } from './key-record.ts';

const shareSchema = z.strictObject({
  format: z.literal('reseal-share-1'),
  rehearsal: z.boolean(),
  keyName: text,
  suite: suiteName,
  fingerprint: hexBytes(8),
  epoch: z.number().int().min(0).max(65535),
  threshold: z.number().int().min(2),
  index: holderIndex,
  groupKey: z.string(),
  publicShare: z.string(),
  /** s_j in the suite's encoding of scalars. */
  share: hexBytes(32),
});

/** Bytes of a backup. The caller erases them after use. */
export function encodeShareFile(record: KeyRecord, index: number, share: Uint8Array): Uint8Array {
  const holder = record.holders.find((candidate) => candidate.index === index);
  if (holder === undefined) throw new CeremonyError('bad-key-record', `The key has no holder ${index}.`);
  return canonicalJsonFile({
    format: 'reseal-share-1',
    rehearsal: record.rehearsal,
    keyName: record.name,
    suite: record.suite,
    fingerprint: record.fingerprint,
    epoch: record.epoch,
    threshold: record.threshold,
    index,
    groupKey: record.groupKey,
    publicShare: holder.publicShare,
    share: bytesToHex(share),
  });
}

/**
 * Throws unless a backup that was read back is the share of holder `index` in exactly this epoch of this key: fields
 * compared, and share·G recomputed and compared with the public share. The sentence never contains the share.
 */
export function checkShareFile(content: Uint8Array, record: KeyRecord, index: number): void {
  const what = 'Backup read back';
  const file = parseFields(shareSchema, parseCanonicalJsonFile(content, what), what, 'bad-field');
  const holder = record.holders.find((candidate) => candidate.index === index);
  const same =
    file.fingerprint === record.fingerprint &&
    file.epoch === record.epoch &&
    file.index === index &&
    holder !== undefined;
  if (!same)
    throw new CeremonyError(
      'wrong-epoch',
      `${what}: it is holder ${file.index}, epoch ${file.epoch} of key ${file.fingerprint}; expected holder ${index}, epoch ${record.epoch} of key ${record.fingerprint}.`,
      'Fetch the medium of this ceremony.',
    );
  checkShare(fromHex(file.share), record, index, what);
}

/** Throws unless these 32 bytes are the share of holder `index` in this epoch of this key. The sentence never contains them. */
export function checkShare(bytes: Uint8Array, record: KeyRecord, index: number, what: string): void {
  const holder = record.holders.find((candidate) => candidate.index === index);
  const suite = suiteByName(record.suite);
  const share = suite.scalarFromBytes(bytes, `${what}: field "share"`);
  if (share === 0n || bytesToHex(suite.base.multiply(share).toBytes()) !== holder?.publicShare)
    throw new CeremonyError(
      'bad-field',
      `${what}: it does not belong to the public share.`,
      'Make this backup again.',
    );
}

/** Whose share a backup says it has, and the share (32 bytes, secret). `checkShareFile` says whether it is so. */
export function shareInFile(content: Uint8Array): {
  index: number;
  epoch: number;
  fingerprint: string;
  share: Uint8Array;
} {
  const what = 'Backup read back';
  const file = parseFields(shareSchema, parseCanonicalJsonFile(content, what), what, 'bad-field');
  const { index, epoch, fingerprint } = file;
  return { index, epoch, fingerprint, share: fromHex(file.share) };
}
