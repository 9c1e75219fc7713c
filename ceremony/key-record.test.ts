import { describe, expect, it } from 'vitest';
import { bytesToHex, fromHex } from '../crypto/bytes.ts';
import { SUITE_NAMES, suiteByName } from '../crypto/suite.ts';
import { Committee } from '../test-support/memory.ts';
import { importKey, refusal } from '../test-support/engine.ts';
import { canonicalJsonFile } from './canonical-json.ts';
import {
  decodeKeyRecord,
  encodeKeyRecord,
  keyFingerprint,
  keyPoints,
  makeKeyRecord,
  type KeyRecord,
} from './key-record.ts';

const record = await importKey(new Committee([2, 7, 300], 'key-record'), 'secp256k1', 2);
const other = await importKey(new Committee([2, 7, 300], 'another'), 'secp256k1', 2);
const suite = suiteByName('secp256k1');

const refused = (
  change: (draft: KeyRecord) => unknown,
): Promise<{ code: string; message: string; next: string | undefined }> => {
  const draft = structuredClone(record);
  change(draft);
  return refusal(() => decodeKeyRecord(canonicalJsonFile(draft), 'key.json'));
};

describe('key records', () => {
  it.each(SUITE_NAMES)('of %s: come back from their bytes', async (name) => {
    const made = await importKey(new Committee([1, 2, 3], `key-record/${name}`), name, 3);
    const decoded = decodeKeyRecord(encodeKeyRecord(made));
    expect(decoded).toEqual(made);
    const { groupKey, publicShares } = keyPoints(decoded);
    expect(bytesToHex(groupKey.toBytes())).toBe(made.groupKey);
    expect([...publicShares.keys()]).toEqual([1, 2, 3]);
  });

  it('have one fingerprint per key and suite, the same in every epoch', () => {
    const groupKey = fromHex(record.groupKey);
    expect(bytesToHex(keyFingerprint('secp256k1', groupKey))).toBe(record.fingerprint);
    expect(keyFingerprint('p256', groupKey)).not.toEqual(keyFingerprint('secp256k1', groupKey));
    expect(record.fingerprint).not.toBe(other.fingerprint);
  });

  it('are written with the holders in order of index', () => {
    const { groupKey, publicShares } = keyPoints(record);
    const made = makeKeyRecord(
      { ...record, suite, groupKey, publicShares: new Map([...publicShares].reverse()) },
      () => ({ name: null, identity: null, sealingKey: null }),
    );
    expect(made).toEqual(record);
  });

  it('are refused with a field too many, or of another kind', async () => {
    expect(await refused((draft) => Object.assign(draft, { note: 'x' }))).toMatchObject({
      code: 'bad-key-record',
      message: expect.stringMatching(/^key\.json: .*"note"/) as string,
    });
    expect((await refused((draft) => (draft.epoch = -1))).message).toContain('field "epoch"');
    expect((await refused((draft) => (draft.origin = 'found'))).message).toContain('"import <format>"');
    expect((await refused((draft) => (draft.threshold = 1))).message).toContain('field "threshold"');
    expect((await refused((draft) => (draft.holders[1]!.index = 0))).message).toContain(
      'field "holders.1.index"',
    );
  });

  it('are refused when the holders are out of order, repeated, or fewer than the threshold', async () => {
    expect(await refused((draft) => draft.holders.reverse())).toMatchObject({
      code: 'bad-key-record',
      message: expect.stringContaining('not in ascending order of index') as string,
    });
    expect((await refused((draft) => (draft.holders[1]!.index = 2))).code).toBe('index-repeated');
    expect((await refused((draft) => (draft.threshold = 4))).code).toBe('threshold-invalid');
  });

  it('are refused when a point is not written as it must be, naming it', async () => {
    const upper = await refused((draft) => (draft.groupKey = draft.groupKey.toUpperCase()));
    expect(upper).toMatchObject({ code: 'bad-key-record' });
    expect(upper.message).toContain('field "groupKey"');
    const short = await refused(
      (draft) => (draft.holders[1]!.publicShare = draft.holders[1]!.publicShare.slice(2)),
    );
    expect(short).toMatchObject({ code: 'bad-length' });
    expect(short.message).toContain('holders.7.publicShare');
    const off = await refused((draft) => (draft.holders[0]!.publicShare = `05${'00'.repeat(32)}`));
    expect(off).toMatchObject({ code: 'point-off-curve' });
    expect(off.message).toContain('holders.2.publicShare');
  });

  it('are refused with the fingerprint of another key', async () => {
    expect(await refused((draft) => (draft.fingerprint = other.fingerprint))).toMatchObject({
      code: 'bad-key-record',
      message: expect.stringContaining('fingerprint') as string,
    });
  });

  it('are refused when a public share, or the threshold, does not lead to the group key', async () => {
    const moved = await refused((draft) => (draft.holders[2]!.publicShare = other.holders[2]!.publicShare));
    expect(moved.code).toBe('group-key-changed');
    // Three points on a line: with threshold 3 they would lie on a polynomial of a degree too low.
    expect((await refused((draft) => (draft.threshold = 3))).code).toBe('degree-too-low');
    const whole = await refused((draft) => {
      draft.groupKey = other.groupKey;
      draft.fingerprint = other.fingerprint;
    });
    expect(whole.code).toBe('group-key-changed');
  });
});
