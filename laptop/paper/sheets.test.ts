import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { knownKey } from '../../test-support/sheets.ts';
import { readSheetText, sheetText } from '../../ceremony/paper/sheet.ts';
import { sheetKdf } from '../../devices/backup/sheet-kdf.ts';
import { makeSheet, sheetReader } from './sheets.ts';

const facts = { at: '2026-11-25T09:00:00Z' };
const { record, shares } = knownKey();
const share = shares.get(7)!;
const passphrase = 'correct horse battery staple';
const sealed = await makeSheet(record, 7, share, 'sealed-sheet', passphrase, facts);
const plain = await makeSheet(record, 7, share, 'plain-sheet', '', facts);
const read = sheetReader(() => passphrase);
const never = sheetReader(() => {
  throw new Error('asked for a passphrase');
});
const damaged = (text: string): string => text.slice(0, 30) + (text[30] === 'Q' ? 'P' : 'Q') + text.slice(31);

describe('a sheet of a key', () => {
  it.each(['secp256k1', 'ed25519', 'p256'] as const)('is made and read back on %s', async (suite) => {
    const key = knownKey({ suite, seed: suite });
    for (const kind of ['sealed-sheet', 'plain-sheet'] as const) {
      const made = await makeSheet(key.record, 300, key.shares.get(300)!, kind, passphrase, facts);
      for (const text of [made.qrText, made.lines.join('\n')])
        expect(await read(kind, text, key.record, 300)).toEqual(key.shares.get(300));
    }
  });

  it('of a plain share is read without a passphrase', async () => {
    expect(await never('plain-sheet', plain.qrText, record, 7)).toEqual(share);
    expect(sealed.qrText).not.toContain(plain.lines[1]?.slice(9, 40).toUpperCase());
  });

  it('takes the passphrase in any Unicode form', async () => {
    const made = await makeSheet(record, 7, share, 'sealed-sheet', 'caf\u00e9', facts);
    expect(await sheetReader(() => 'cafe\u0301')('sealed-sheet', made.qrText, record, 7)).toEqual(share);
  });
});

describe('refusals', () => {
  const others = { epoch: knownKey({ epoch: 5 }).record, key: knownKey({ seed: 'another' }).record };

  it('a damaged sheet, with what is proposed, without asking for the passphrase', async () => {
    await expect(never('sealed-sheet', damaged(sealed.qrText), record, 7)).rejects.toMatchObject({
      code: 'bad-sheet',
      message: expect.stringMatching(
        /^The sheet is not read exactly\. Line 1: group 7, character 4: "." may be "."\.$/,
      ) as string,
    });
  });

  it('a damaged plain sheet, without the characters of the share', async () => {
    await expect(never('plain-sheet', damaged(plain.qrText), record, 7)).rejects.toMatchObject({
      code: 'bad-sheet',
      message: 'The sheet is not read exactly. Line 1: compare group 7, character 4.',
    });
  });

  it('another passphrase', async () => {
    await expect(sheetReader(() => 'another')('sealed-sheet', sealed.qrText, record, 7)).rejects.toThrow(
      'does not open with this passphrase',
    );
  });

  it.each([
    [
      'another kind',
      () => never('sealed-sheet', plain.qrText, record, 7),
      'bad-sheet',
      'This is a plain sheet; expected is a sealed sheet.',
    ],
    [
      'another epoch',
      () => never('sealed-sheet', sealed.qrText, others.epoch, 7),
      'wrong-epoch',
      'The sheet is of epoch 4; expected is epoch 5',
    ],
    [
      'another key',
      () => never('sealed-sheet', sealed.qrText, others.key, 7),
      'wrong-key',
      `expected is "Treasury", ${others.key.fingerprint}`,
    ],
    [
      'another holder',
      () => never('sealed-sheet', sealed.qrText, record, 2),
      'bad-sheet',
      "The sheet is holder 7's; expected is holder 2's.",
    ],
    [
      'another threshold',
      () => never('sealed-sheet', sealed.qrText, { ...record, threshold: 3 }, 7),
      'bad-sheet',
      'threshold 2, a rehearsal; the record says 3, a rehearsal',
    ],
    [
      'no rehearsal',
      () => never('sealed-sheet', sealed.qrText, { ...record, rehearsal: false }, 7),
      'bad-sheet',
      'the record says 2.',
    ],
  ])('%s', async (_name, reading, code, sentence) => {
    await expect(reading()).rejects.toMatchObject({
      code,
      message: expect.stringContaining(sentence) as string,
    });
  });

  it('a share that is not of the public share, made or read', async () => {
    await expect(makeSheet(record, 2, share, 'plain-sheet', '', facts)).rejects.toThrow(
      'does not belong to the public share of holder 2',
    );
    await expect(makeSheet(record, 9, share, 'plain-sheet', '', facts)).rejects.toThrow('has no holder 9');
    const { rehearsal, suite, threshold, epoch, fingerprint } = record;
    const wrong = sheetText({
      kind: 'plain-sheet',
      facts: { ...{ rehearsal, suite, threshold, epoch, fingerprint }, index: 2 },
      share,
    });
    await expect(read('plain-sheet', wrong.code, record, 2)).rejects.toMatchObject({ code: 'bad-field' });
  });

  it('a short passphrase for a key that is no rehearsal', async () => {
    const real = knownKey({ rehearsal: false });
    await expect(
      makeSheet(real.record, 7, real.shares.get(7)!, 'sealed-sheet', 'elevenchars', facts),
    ).rejects.toMatchObject({ code: 'too-short' });
  });
});

it('a sealed sheet opens with openssl and Python’s standard library, given Argon2id', async () => {
  const script = new URL('../../test-support/open-sheet.py', import.meta.url).pathname;
  const reading = readSheetText(sealed.qrText);
  if (reading.state !== 'right' || reading.content.kind !== 'sealed-sheet') throw new Error('not read');
  const { salt, cost } = reading.content;
  // openssl has Argon2id from 3.2 on, and Debian 12 has 3.0: there the derived bytes are handed in.
  const has = spawnSync('openssl', ['list', '-kdf-algorithms'], { encoding: 'utf8' }).stdout.includes(
    'ARGON2ID',
  );
  const derived = Buffer.from(await sheetKdf(passphrase, salt, cost, 44)).toString('hex');
  const out = execFileSync('python3', [script, ...(has ? [] : ['--derived'])], {
    input: `${has ? passphrase : derived}\n${sealed.lines.toReversed().join('\n')}\n`,
    encoding: 'utf8',
  });
  expect(out.trim()).toBe(Buffer.from(share).toString('hex'));
});
