/** Backups to recipients at the command line: planned, shown, and restored with an identity that the age tool made. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import { encodeCard } from '../ceremony/card.ts';
import { encodeKeyRecord } from '../ceremony/key-record.ts';
import { decodePlan } from '../ceremony/plan.ts';
import { encodeShareFile } from '../ceremony/share-file.ts';
import { REHEARSAL_WORK_FACTOR, writeBackup } from '../devices/backup/age.ts';
import { writeRecipientsBackup } from '../devices/backup/recipients.ts';
import { json, MAIN, reseal, type Finished } from '../test-support/cli.ts';
import { MemoryLaptop } from '../test-support/memory.ts';
import { RECIPIENTS } from '../test-support/recipients.ts';
import { Room } from '../test-support/room.ts';
import { knownKey } from '../test-support/sheets.ts';

const room = new Room(fs.mkdtempSync(join(tmpdir(), 'reseal-test-')));
const at = (name: string): string => join(room.dir, name);
const { record, shares } = knownKey();
const share = shares.get(7)!;
const content = encodeShareFile(record, 7, share);
let secret = '';

afterAll(() => {
  fs.rmSync(room.dir, { recursive: true, force: true });
});
beforeAll(async () => {
  fs.writeFileSync(at('record.json'), encodeKeyRecord(record));
  execFileSync('age-keygen', ['-o', at('recovery.txt')], { stdio: 'ignore' });
  execFileSync('age-keygen', ['-o', at('other.txt')], { stdio: 'ignore' });
  [secret = ''] = /^AGE-SECRET-KEY-.*$/m.exec(fs.readFileSync(at('recovery.txt'), 'utf8')) ?? [];
  const recipient = execFileSync('age-keygen', ['-y', at('recovery.txt')], { encoding: 'utf8' }).trim();
  await writeRecipientsBackup({ path: at('share.age'), content, recipients: [recipient, RECIPIENTS[0]] });
  execFileSync('age', ['-r', recipient, '-o', at('binary.age')], { input: content });
  execFileSync('age', ['-a', '-r', recipient, '-o', at('theirs.age')], { input: content });
  fs.writeFileSync(at('damaged.age'), fs.readFileSync(at('share.age'), 'utf8').replace(/^(.{70})./s, '$1!'));
  const cut = fs.readFileSync(at('share.age'), 'utf8').split('\n');
  fs.writeFileSync(at('cut.age'), [...cut.slice(0, -4), ...cut.slice(-2)].join('\n'));
  await writeBackup({ path: at('sealed.age'), content, passphrase: 'a', workFactor: REHEARSAL_WORK_FACTOR });
});

const restoreWith = (passphrases: readonly string[], ...words: string[]): Promise<Finished> =>
  reseal(['key', 'restore', '--record', 'record.json', ...words], {
    passphrases: [...passphrases],
    cwd: room.dir,
  });
const restore = (...words: string[]): Promise<Finished> => restoreWith([], ...words);
const noSecret = ({ stdout, stderr }: Pick<Finished, 'stdout' | 'stderr'>): void => {
  for (const text of [stdout, stderr]) {
    expect(text).not.toContain(bytesToHex(share));
    expect(text.toUpperCase()).not.toContain(secret.slice(16, 40));
  }
};

describe('key restore --identity', () => {
  it.each(['share.age', 'theirs.age'])('drills with %s, of ours or of the age tool', async (file) => {
    const finished = await restore('--backup', file, '--identity', 'recovery.txt', '--drill', '--json');
    expect(finished).toMatchObject({ code: 0 });
    expect(json(finished)).toMatchObject({
      drill: true,
      index: 7,
      epoch: 4,
      fingerprint: record.fingerprint,
    });
    noSecret(finished);
  });

  it('reads the identity from standard input', () => {
    const words = [
      MAIN,
      'key',
      'restore',
      '--record',
      'record.json',
      '--backup',
      'share.age',
      '--identity',
      '-',
    ];
    const finished = spawnSync(process.execPath, [...words, '--drill'], {
      cwd: room.dir,
      input: fs.readFileSync(at('recovery.txt')),
      encoding: 'utf8',
    });
    expect(finished).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('it would restore. Nothing was stored.') as string,
    });
    noSecret(finished);
  });

  it('puts the share into a vault', async () => {
    await room.enrolQuickly('bruno', 'Bruno Bo');
    const finished = await restoreWith(
      [room.passphrase],
      ...['--backup', 'share.age', '--identity', 'recovery.txt'],
      ...['--home', room.home('bruno'), '--passphrase-fd', '3'],
    );
    expect(finished).toMatchObject({ code: 0 });
    const stored = await room.vault('bruno', async (vault) =>
      (await vault.keys.secrets(record.fingerprint, 'epoch-4-restored')).get('share'),
    );
    expect(stored).toEqual(share);
  });

  it.each([
    ['an identity that does not fit', 1, ['share.age', 'other.txt'], 'does not open with the identity given'],
    ['a file with a passphrase', 1, ['sealed.age', 'recovery.txt'], 'is sealed with a passphrase'],
    ['a damaged file', 1, ['damaged.age', 'recovery.txt'], 'is not an armored age file'],
    ['a file that was cut', 1, ['cut.age', 'recovery.txt'], 'use another copy of the backup'],
    ['a file without armor', 1, ['binary.age', 'recovery.txt'], 'is not an armored age file'],
    ['an identity file that is none', 1, ['share.age', 'record.json'], 'has no identity in line 1'],
    ['an identity file that is not there', 2, ['share.age', 'none.txt'], 'none.txt was not found'],
  ])('refuses %s', async (_, code, [backup = '', identity = ''], words) => {
    const finished = await restore('--backup', backup, '--identity', identity, '--drill');
    expect(finished).toMatchObject({ code, stderr: expect.stringContaining(words) as string });
    noSecret(finished);
  });

  it('refuses a secret key as an argument without repeating it, and a sheet', async () => {
    const given = await restore('--backup', 'share.age', '--identity', secret, '--drill');
    expect(given).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('this is a secret key') as string,
    });
    noSecret(given);
    const sheet = await restore('--sheet', 'x', '--identity', 'recovery.txt', '--drill');
    expect(sheet).toMatchObject({ code: 2, stderr: expect.stringContaining('--backup FILE') as string });
  });

  it('without it a file to recipients says what it wants', async () => {
    const finished = await restoreWith(
      ['x'],
      '--backup',
      'share.age',
      '--drill',
      '--sheet-passphrase-fd',
      '3',
    );
    expect(finished).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is encrypted to recipients and has no passphrase') as string,
    });
  });
});

describe('plan new --recipient', () => {
  const cards: string[] = [];
  beforeAll(async () => {
    for (const [place, name] of ['Ada', 'Alma', 'Bruno'].entries()) {
      fs.writeFileSync(
        at(`card-${place}.json`),
        encodeCard(await new MemoryLaptop(name, 'recipients').enrol()),
      );
      if (place > 0) cards.push('--holder', `${place}=card-${place}.json`);
    }
  });
  const plan = (...words: string[]): Promise<Finished> =>
    reseal(
      [
        ...['plan', 'new', '--kind', 'generate', '--name', 'K', '--suite', 'ed25519', '--threshold', '2'],
        ...['--administrator', 'card-0.json', ...cards, ...words],
      ],
      { cwd: room.dir },
    );
  const EACH = ['--backup-each', 'recipients-file:Safe: A', '--out', 'plan.json'];

  it('names them in order, for all holders or for one, and shows them in full', async () => {
    const finished = await plan(
      ...EACH,
      ...['--backup', '2=recipients-file:Courier', '--backup', '1=Stick'],
      ...['--recipient', `Safe: A:${RECIPIENTS[1]}`, '--recipient', `1=Safe: A:${RECIPIENTS[0]}`],
      ...['--recipient', `2=Courier:${RECIPIENTS[2]}`],
    );
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    for (const one of RECIPIENTS) expect(finished.stdout).toContain(`\n  ${one} (`);
    expect(finished.stdout).toContain(
      'Recipients of backups, whoever has one of these keys can open the share:\n',
    );
    expect(decodePlan(fs.readFileSync(at('plan.json'))).plan.backups).toEqual([
      { holder: 1, kind: 'recipients-file', label: 'Safe: A', recipients: RECIPIENTS.slice(0, 2) },
      { holder: 2, kind: 'recipients-file', label: 'Safe: A', recipients: [RECIPIENTS[1]] },
      { holder: 2, kind: 'recipients-file', label: 'Courier', recipients: [RECIPIENTS[2]] },
      { holder: 1, kind: 'file', label: 'Stick' },
    ]);
    const shown = await reseal(['show', 'plan.json'], { cwd: room.dir });
    expect(shown.stdout).toContain(
      `recipients: whoever has one of these keys can open the share: ${RECIPIENTS[0]} (1 Safe: A); ${RECIPIENTS[1]} (1 Safe: A, 2 Safe: A); ${RECIPIENTS[2]} (2 Courier)\n`,
    );
    // An approver sees them before the passphrase is asked for; here there is no vault.
    const approving = await reseal(['approve', 'plan.json', '--courier', '.', '--home', 'none'], {
      cwd: room.dir,
    });
    expect(approving.code).not.toBe(0);
    expect(approving.stdout).toContain(`\n  ${RECIPIENTS[1]} (1 Safe: A, 2 Safe: A)\n`);
    const backup = await reseal(['show', 'share.age'], { cwd: room.dir });
    expect(backup.stdout).toContain('A backup encrypted to 3 keys with age');
  });

  it.each([
    ['no recipient', [], 'expected 1 to 8 recipients'],
    [
      'a label that is not planned',
      ['--recipient', `Other:${RECIPIENTS[0]}`],
      'no holder has a recipients-file "Other"',
    ],
    [
      'a holder that has none',
      ['--recipient', `3=Safe: A:${RECIPIENTS[0]}`],
      'holder 3 has no recipients-file "Safe: A"',
    ],
    ['no label', ['--recipient', RECIPIENTS[0]], 'expected [INDEX=]LABEL:age1…'],
    [
      'a mistyped one',
      ['--recipient', `Safe: A:${RECIPIENTS[0].replace('p0l5', 'p0l4')}`],
      'the checksum is wrong',
    ],
    [
      'twins',
      Array.from({ length: 2 }, () => ['--recipient', `Safe: A:${RECIPIENTS[0]}`]).flat(),
      'occurs twice',
    ],
  ])('refuses %s', async (_, words, said) => {
    const finished = await plan(...EACH.with(3, 'never.json'), ...words);
    expect(finished.code).not.toBe(0);
    expect(finished.stderr).toContain(said);
    expect(fs.existsSync(at('never.json'))).toBe(false);
  });

  it('refuses a secret key without repeating it', async () => {
    for (const words of [`Safe: A:${secret}`, secret]) {
      const finished = await plan(...EACH.with(3, 'never.json'), '--recipient', words);
      expect(finished.code).not.toBe(0);
      noSecret(finished);
    }
  });
});
