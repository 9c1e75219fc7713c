/** Share sheets at the command line: made, read back from a scan and from typing, and put back into a vault. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import { encodeKeyRecord } from '../ceremony/key-record.ts';
import { encodeShareFile } from '../ceremony/share-file.ts';
import { REHEARSAL_WORK_FACTOR, writeBackup } from '../devices/backup/age.ts';
import { restoreShare } from '../laptop/paper/restore.ts';
import { makeSheet } from '../laptop/paper/sheets.ts';
import { json, MAIN, reseal, type Finished } from '../test-support/cli.ts';
import { knownKey } from '../test-support/sheets.ts';
import { Room } from '../test-support/room.ts';

const room = new Room(fs.mkdtempSync(join(tmpdir(), 'reseal-test-')));
const { record, shares } = knownKey();
const share = shares.get(7)!;
const SHEET = 'passphrase of the sheet';
const at = (name: string): string => join(room.dir, name);
const damaged = (line: string, place: number): string =>
  line.slice(0, place) + (line[place] === 'q' ? 'p' : 'q') + line.slice(place + 1);

afterAll(() => {
  fs.rmSync(room.dir, { recursive: true, force: true });
});
beforeAll(async () => {
  await room.enrolQuickly('alma', 'Alma Ahn');
  await room.vault('alma', (vault) => restoreShare(vault, record, 7, share));
  fs.writeFileSync(at('record.json'), encodeKeyRecord(record));
  const facts = { at: '2026-11-25T09:00:00Z' };
  const plain = await makeSheet(record, 7, share, 'plain-sheet', '', facts);
  const sealed = await makeSheet(record, 7, share, 'sealed-sheet', SHEET, facts);
  fs.writeFileSync(at('plain.txt'), plain.lines.join('\n'));
  fs.writeFileSync(at('sealed.txt'), sealed.lines.join('\n'));
  fs.writeFileSync(
    at('damaged.txt'),
    sealed.lines.map((line, number) => (number === 1 ? damaged(damaged(line, 20), 40) : line)).join('\n'),
  );
});

/** With the vault's passphrase and the sheet's, both on one file descriptor. */
const onLaptop = (home: string, ...words: string[]): Promise<Finished> =>
  reseal([...words, '--home', room.home(home), '--passphrase-fd', '3', '--sheet-passphrase-fd', '3'], {
    passphrases: [room.passphrase, SHEET],
    cwd: room.dir,
  });
const sheetRead = (...words: string[]): Promise<Finished> =>
  reseal(['sheet', 'read', ...words], { passphrases: [SHEET], cwd: room.dir });
const noSecret = ({ stdout, stderr, commandLine }: Finished): void => {
  for (const text of [stdout, stderr, commandLine]) {
    expect(text).not.toContain(bytesToHex(share));
    expect(text).not.toContain(SHEET);
    expect(text.toLowerCase()).not.toMatch(/rs1[a-z0-9]{9}/);
  }
};

describe('sheet make and sheet read', () => {
  it('write a page whose scan is read back and opens', async () => {
    const made = await onLaptop('alma', 'sheet', 'make', '--key', 'Treasury', '--out', 'share.pdf', '--json');
    expect(made).toMatchObject({ code: 0 });
    expect(json(made)).toMatchObject({ kind: 'sealed-sheet', lines: 4, index: 7, epoch: 4 });
    noSecret(made);
    expect(fs.statSync(at('share.pdf')).mode & 0o777).toBe(0o600);
    execFileSync('pdftoppm', ['-r', '150', '-png', '-singlefile', at('share.pdf'), at('scan')]);
    const read = await sheetRead(
      'scan.png',
      '--record',
      'record.json',
      '--sheet-passphrase-fd',
      '3',
      '--json',
    );
    expect(read).toMatchObject({ code: 0, stderr: '' });
    expect(json(read)).toMatchObject({ kind: 'sealed-sheet', index: 7, corrected: 0, opened: true });
    noSecret(read);
    const again = await onLaptop('alma', 'sheet', 'make', '--key', 'Treasury', '--out', 'share.pdf');
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('exists already') as string });
  });

  it('make a plain page without a passphrase of its own', async () => {
    const made = await room.on(
      'alma',
      'sheet',
      'make',
      '--key',
      'Treasury',
      '--plain',
      '--out',
      at('plain.pdf'),
    );
    expect(made).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('as secret as the vault') as string,
    });
    execFileSync('pdftoppm', ['-r', '150', '-png', '-singlefile', at('plain.pdf'), at('plain')]);
    const read = await sheetRead('plain.png', '--record', 'record.json');
    expect(read.stdout).toContain('Its share belongs to the public share');
    noSecret(read);
    const both = await onLaptop('alma', 'sheet', 'make', '--key', 'Treasury', '--plain', '--out', 'x.pdf');
    expect(both).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('a plain sheet has no passphrase') as string,
    });
  });

  it('propose, and take nothing where nobody can be asked', async () => {
    const read = await sheetRead('damaged.txt', '--record', 'record.json');
    expect(read.code).toBe(1);
    expect(read.stderr).toMatch(
      /not read exactly\. Line 2: group 5, character 2: "." may be "."; group 10, character 2/,
    );
    expect(read.stdout).toBe('');
  });

  it('read what an editor writes: UTF-8 with a mark, spaces that do not break, dashes', async () => {
    const lines = fs.readFileSync(at('sealed.txt'), 'utf8');
    const spaced = lines.replaceAll(/(.{4})(?=.)/gu, '$1\u00a0').replaceAll(/(.{30})/gu, '$1\u2013');
    fs.writeFileSync(at('editor.txt'), `\ufeff${spaced}`);
    expect(await sheetRead('editor.txt')).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['yes', 0, 'right with 2 corrected characters'],
    ['no', 1, 'Line 2 was not accepted'],
  ])('ask a person on a terminal; the answer is %s', (answer, code, sentence) => {
    const command = `'${process.execPath}' '${MAIN}' sheet read damaged.txt`;
    const run = `sleep 2; echo ${answer}; sleep 6`;
    const out = execFileSync(
      'sh',
      ['-c', `{ ${run}; } | script -qec "${command}; echo ended \\$?" /dev/null`],
      {
        cwd: room.dir,
        encoding: 'utf8',
      },
    );
    expect(out).toContain(sentence);
    expect(out).toContain(`ended ${code}`);
  });

  it('refuse another passphrase, a picture without a code, other text, and another key', async () => {
    const wrong = await reseal(['sheet', 'read', 'sealed.txt', '--sheet-passphrase-fd', '3'], {
      passphrases: ['another'],
      cwd: room.dir,
    });
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does not open with this passphrase') as string,
    });
    fs.copyFileSync(
      join(import.meta.dirname, '..', 'docs', 'screens', '10-plan-editor.png'),
      at('other.png'),
    );
    expect((await sheetRead('other.png')).stderr).toContain('no code of a share sheet');
    expect((await sheetRead('record.json')).code).toBe(1);
    fs.writeFileSync(at('other.json'), encodeKeyRecord(knownKey({ seed: 'other' }).record));
    expect((await sheetRead('sealed.txt', '--record', 'other.json')).stderr).toContain(
      'The sheet is of the key',
    );
  });
});

describe('key restore', () => {
  it('puts the share of a sheet into a new vault, once', async () => {
    await room.enrolQuickly('bruno', 'Bruno Bo');
    const restore = (): Promise<Finished> =>
      onLaptop('bruno', 'key', 'restore', '--record', 'record.json', '--sheet', 'sealed.txt', '--json');
    for (const finished of [await restore(), await restore()]) {
      expect(finished).toMatchObject({ code: 0, stderr: '' });
      expect(json(finished)).toEqual({
        drill: false,
        index: 7,
        epoch: 4,
        fingerprint: record.fingerprint,
        sealingKeyLost: false,
      });
      noSecret(finished);
    }
    expect((await room.on('bruno', 'key', 'list')).stdout).toContain(record.fingerprint);
    const stored = await room.vault('bruno', async (vault) =>
      (await vault.keys.secrets(record.fingerprint, 'epoch-4-restored')).get('share'),
    );
    expect(stored).toEqual(share);
    fs.writeFileSync(at('five.json'), encodeKeyRecord(knownKey({ epoch: 5 }).record));
    const other = await onLaptop('bruno', 'key', 'restore', '--record', 'five.json', '--sheet', 'sealed.txt');
    expect(other).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The sheet is of epoch 4; expected is epoch 5') as string,
    });
  });

  it('drills with an age file and with a plain sheet, storing nothing and without a vault', async () => {
    const path = at('share.age');
    await writeBackup({
      path,
      content: encodeShareFile(record, 7, share),
      passphrase: SHEET,
      workFactor: REHEARSAL_WORK_FACTOR,
    });
    for (const from of [
      ['--backup', path],
      ['--sheet', 'plain.txt'],
    ]) {
      const drill = await reseal(
        [
          'key',
          'restore',
          '--record',
          'record.json',
          ...from,
          '--drill',
          '--sheet-passphrase-fd',
          '3',
          '--home',
          at('nowhere'),
        ],
        { passphrases: [SHEET], cwd: room.dir },
      );
      expect(drill).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('it would restore. Nothing was stored.') as string,
      });
      noSecret(drill);
      expect(fs.existsSync(at('nowhere'))).toBe(false);
    }
  });

  it('refuses a vault of the other kind, another epoch in the vault, and no source', async () => {
    const real = knownKey({ rehearsal: false });
    await expect(
      room.vault('alma', (vault) => restoreShare(vault, real.record, 7, real.shares.get(7)!)),
    ).rejects.toThrow('this vault is for rehearsals');
    const later = knownKey({ epoch: 5 });
    await expect(
      room.vault('alma', (vault) => restoreShare(vault, later.record, 7, later.shares.get(7)!)),
    ).rejects.toThrow('at epoch-4-restored: nothing is restored over it');
    await expect(
      room.vault('alma', (vault) => restoreShare(vault, record, 2, shares.get(2)!)),
    ).rejects.toThrow('Another share of the key');
    await expect(room.vault('alma', (vault) => restoreShare(vault, record, 2, share))).rejects.toThrow(
      'does not belong to the public share of holder 2',
    );
    const neither = await reseal(['key', 'restore', '--record', 'record.json', '--drill'], { cwd: room.dir });
    expect(neither).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--sheet FILE, or --backup FILE') as string,
    });
  });
});
