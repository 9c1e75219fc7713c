import { beforeAll, describe, expect, it } from 'vitest';
import { utf8ToBytes } from '../crypto/bytes.ts';
import { Committee } from '../test-support/memory.ts';
import { importKey, refusal } from '../test-support/engine.ts';
import { canonicalJsonFile } from './canonical-json.ts';
import type { KeyRecord } from './key-record.ts';
import { checkShareFile, encodeShareFile } from './share-file.ts';

const committee = new Committee([2, 7, 300], 'share-file');
let record: KeyRecord;
let other: KeyRecord;
let share: Uint8Array;
let content: Uint8Array;

async function shareOf(key: KeyRecord, index: number): Promise<Uint8Array> {
  const secrets = await committee.holders.get(index)!.keys.secrets(key.fingerprint, 'epoch-0-import');
  return (await secrets.get('share'))!;
}

beforeAll(async () => {
  record = await importKey(committee, 'secp256k1', 2);
  other = await importKey(committee, 'secp256k1', 2);
  share = await shareOf(record, 7);
  content = encodeShareFile(record, 7, share);
});

const refused = (
  bytes: Uint8Array,
  index = 7,
): Promise<{ code: string; message: string; next: string | undefined }> =>
  refusal(() => {
    checkShareFile(bytes, record, index);
  });
const changed = (change: Record<string, unknown>): Uint8Array =>
  canonicalJsonFile({ ...(JSON.parse(new TextDecoder().decode(content)) as object), ...change });

describe('a backup that was read back', () => {
  it('is accepted when it is the share of this holder, epoch and key', () => {
    expect(() => {
      checkShareFile(content, record, 7);
    }).not.toThrow();
  });

  it('is refused when it is that of another holder, epoch or key, naming both', async () => {
    const holder = await refused(encodeShareFile(record, 2, await shareOf(record, 2)));
    expect(holder.code).toBe('wrong-epoch');
    expect(holder.message).toContain('it is holder 2, epoch 0');
    expect(holder.message).toContain('expected holder 7, epoch 0');
    const epoch = await refused(changed({ epoch: 1 }));
    expect(epoch).toMatchObject({ code: 'wrong-epoch', next: 'Fetch the medium of this ceremony.' });
    const key = await refused(encodeShareFile(other, 7, await shareOf(other, 7)));
    expect(key.code).toBe('wrong-epoch');
    expect(key.message).toContain(other.fingerprint);
  });

  it('is refused when the share in it is not the one that the public share belongs to', async () => {
    const wrong = encodeShareFile(record, 7, await shareOf(record, 2));
    expect(await refused(wrong)).toMatchObject({ code: 'bad-field', next: 'Make this backup again.' });
    expect((await refused(changed({ share: '00'.repeat(32) }))).code).toBe('bad-field');
    const large = await refused(changed({ share: 'ff'.repeat(32) }));
    expect(large.code).toBe('scalar-not-canonical');
    expect(large.message).toContain('field "share"');
  });

  it('is refused when it was damaged', async () => {
    expect((await refused(utf8ToBytes('hello'))).code).toBe('bad-encoding');
    expect((await refused(content.subarray(0, -1))).code).toBe('bad-encoding');
    expect((await refused(changed({ share: 'xx' }))).message).toContain('field "share"');
    expect((await refused(changed({ note: 'x' }))).code).toBe('bad-field');
  });

  it('never shows the share in a refusal', async () => {
    const secret = /"share":"([0-9a-f]{64})"/.exec(new TextDecoder().decode(content))![1]!;
    for (const bytes of [changed({ epoch: 1 }), changed({ groupKey: 7 }), changed({ share: `${secret}00` })])
      expect((await refused(bytes)).message).not.toContain(secret.slice(0, 16));
  });

  it('cannot be made for somebody who holds no share', async () => {
    const { code, message } = await refusal(() => encodeShareFile(record, 3, share));
    expect(code).toBe('bad-key-record');
    expect(message).toContain('no holder 3');
  });
});
