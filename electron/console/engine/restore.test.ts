// A share from a backup, through the contract: drills, restores, and every refusal; nothing secret comes out.
import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { toWords } from '../../../crypto/words.ts';
import { generateSealingKey } from '../../../crypto/hpke.ts';
import { bytesToHex, equalBytes, fromHex, utf8ToBytes } from '../../../crypto/bytes.ts';
import { encodeKeyRecord, type KeyRecord } from '../../../ceremony/key-record.ts';
import { sheetText } from '../../../ceremony/paper/sheet.ts';
import { encodeShareFile } from '../../../ceremony/share-file.ts';
import { REHEARSAL_WORK_FACTOR, writeBackup } from '../../../devices/backup/age.ts';
import { newIdentity } from '../../../devices/backup/identities.ts';
import { writeRecipientsBackup } from '../../../devices/backup/recipients.ts';
import { openVault } from '../../../devices/vault/vault.ts';
import { explainForWindow } from '../../../laptop/errors.ts';
import { makeSheet, type MadeSheet } from '../../../laptop/paper/sheets.ts';
import { PASSPHRASE, TestConsole } from '../../../test-support/consoles.ts';
import { allFiles, temporaryFolder } from '../../../test-support/folders.ts';
import { seededRandom } from '../../../test-support/random.ts';
import { generated } from '../../../test-support/records.ts';
import { findSecrets } from '../../../test-support/secrets.ts';
import { knownKey } from '../../../test-support/sheets.ts';
import type { RestoreSource, RestoreVerdict } from '../../ipc/restore.ts';

const SHEET = 'passphrase of the backup';
const { record, shares } = knownKey();
const share = shares.get(7)!;
const facts = { at: '2026-11-25T09:00:00Z' };
let sealed: MadeSheet;
let plain: MadeSheet;
const open: TestConsole[] = [];

beforeAll(async () => {
  sealed = await makeSheet(record, 7, share, 'sealed-sheet', SHEET, facts);
  plain = await makeSheet(record, 7, share, 'plain-sheet', '', facts);
});
afterEach(async () => {
  for (const one of open.splice(0)) {
    // Whatever a test did: no share and no passphrase came out.
    const places = [['the window', utf8ToBytes(JSON.stringify(one.out))]] as const;
    const secrets = new Map<string, Uint8Array>(
      [...shares].map(([index, bytes]) => [`share ${index}`, bytes]),
    );
    expect(findSecrets(secrets.set('passphrase', utf8ToBytes(SHEET)), places)).toEqual([]);
    expect(JSON.stringify(one.out).toUpperCase()).not.toContain(plain.lines[1]?.slice(9, 40).toUpperCase());
    await one.close();
  }
});

const sheet = (text: string, passphrase = SHEET): RestoreSource => ({ kind: 'sheet', text, passphrase });
const refused = async (work: Promise<unknown>): Promise<ReturnType<typeof explainForWindow>> => {
  try {
    await work;
  } catch (error) {
    return explainForWindow(error);
  }
  throw new Error('not refused');
};
/** A laptop after its first start. */
async function laptop(rehearsal = true): Promise<TestConsole> {
  const made = new TestConsole(join(temporaryFolder(), 'alma'), () => new Date('2026-11-25T10:00:00Z'));
  open.push(made);
  await made.ask('vault:create', {
    ...{ laptop: 'vault-9', custodian: 'Alma', passphrase: PASSPHRASE, alg: 'ES256' as const },
    rehearsal,
  });
  return made;
}
/** The id under which this laptop knows a key record that lies in a file. */
async function known(console: TestConsole, of: KeyRecord): Promise<string> {
  const path = join(temporaryFolder(), 'key.json');
  fs.writeFileSync(path, encodeKeyRecord(of));
  return (await console.ask('key:read', { path })).id;
}
/** An age file with this share. */
async function ageFile(content: Uint8Array = encodeShareFile(record, 7, share)): Promise<string> {
  const path = join(temporaryFolder(), 'share.age');
  await writeBackup({ path, content, passphrase: SHEET, workFactor: REHEARSAL_WORK_FACTOR });
  return path;
}

describe('a drill', () => {
  it.each(['sealed-sheet', 'plain-sheet', 'file'] as const)(
    'with a %s says whose share it is, and keeps nothing',
    async (kind) => {
      const console = await laptop();
      const id = await known(console, record);
      const files = allFiles(console.home);
      const from: RestoreSource =
        kind === 'file'
          ? { kind, path: await ageFile(), passphrase: SHEET }
          : sheet(
              kind === 'sealed-sheet' ? sealed.qrText : plain.lines.join('\n'),
              kind === 'sealed-sheet' ? SHEET : '',
            );
      await console.ask('restore:begin', { record: id, drill: true });
      expect(await console.ask('restore:open', { record: id, drill: true, from })).toEqual({
        ...{ drill: true, id: null, at: '2026-11-25T10:00:00.000Z', kind, already: false },
        ...{ keyName: 'Treasury', fingerprint: record.fingerprint, suite: 'secp256k1' },
        words: toWords(fromHex(record.fingerprint)),
        ...{ threshold: 2, holders: 3, epoch: 4, rehearsal: true, index: 7, holder: 'Holder 7' },
        sealingKeyLost: null,
      });
      expect((await console.now()).keys).toEqual([]);
      expect(allFiles(console.home)).toEqual(files);
      expect(await refused(console.ask('restore:store', { id: '0'.repeat(16) }))).toMatchObject({
        message: 'The share is not here any more: nothing was stored.',
      });
    },
  );

  it('with a file to recipients opens it by the recovery key, and by no other', async () => {
    const console = await laptop();
    const id = await known(console, record);
    const folder = temporaryFolder();
    const [fits, other] = [await newIdentity(), await newIdentity()];
    const path = join(folder, 'share.age');
    await writeRecipientsBackup({
      path,
      content: encodeShareFile(record, 7, share),
      recipients: [fits.recipient],
    });
    const drill = async (name: string, secret: string): Promise<RestoreVerdict> => {
      fs.writeFileSync(join(folder, name), `${secret}\n`);
      return console.ask('restore:open', {
        ...{ record: id, drill: true },
        from: { kind: 'recipients-file', path, identity: join(folder, name) },
      });
    };
    expect(await drill('recovery.txt', fits.secret)).toMatchObject({ kind: 'recipients-file', index: 7 });
    const refusal = await refused(drill('other.txt', other.secret));
    expect(refusal?.message).toContain('does not open with the identity given');
    const nothing = await refused(drill('empty.txt', '# nothing'));
    expect(nothing?.message).toContain('empty.txt');
    expect(JSON.stringify(console.out)).not.toContain(fits.secret.slice(20, 40));
  });

  it('goes on where a restore could not: with a key that is here, and of the other kind', async () => {
    const console = await laptop(false);
    const id = await known(console, record);
    await console.ask('restore:begin', { record: id, drill: true });
    const verdict = await console.ask('restore:open', {
      record: id,
      drill: true,
      from: sheet(sealed.qrText),
    });
    expect(verdict).toMatchObject({ rehearsal: true, index: 7 });
  });
});

describe('a restore', () => {
  it('stores the share when it is told to, and then the laptop has the key', async () => {
    const console = await laptop();
    const id = await known(console, record);
    await console.ask('restore:begin', { record: id, drill: false });
    const from = sheet(sealed.lines.join('\n'));
    const verdict = await console.ask('restore:open', { record: id, drill: false, from });
    expect(verdict).toMatchObject({
      drill: false,
      already: false,
      index: 7,
      id: expect.any(String) as string,
    });
    expect((await console.now()).keys).toEqual([]);
    await console.ask('restore:store', { id: verdict.id ?? '' });
    expect((await console.now()).keys).toMatchObject([
      { fingerprint: record.fingerprint, name: 'Treasury', epoch: 4, index: 7, otherEpochs: [] },
    ]);
    // The same once more changes nothing, and says so.
    const again = await console.ask('restore:open', { record: id, drill: false, from });
    expect(again).toMatchObject({ already: true });
    await console.ask('restore:store', { id: again.id ?? '' });
    expect((await console.now()).keys).toHaveLength(1);
    await console.ask('vault:lock', {});
    const vault = await openVault(join(console.home, 'vault'), PASSPHRASE);
    const stored = await vault.keys.secrets(record.fingerprint, 'epoch-4-restored');
    expect(await stored.get('share')).toEqual(share);
    vault.close();
  });

  it('from an age file says what is lost with the old laptop', async () => {
    const console = await laptop();
    const lost: KeyRecord = {
      ...record,
      holders: record.holders.map((holder) => ({
        ...holder,
        sealingKey: bytesToHex(generateSealingKey(seededRandom(`sealing ${holder.index}`)).publicKey),
      })),
    };
    const id = await known(console, lost);
    const from = { kind: 'file' as const, path: await ageFile(), passphrase: SHEET };
    const verdict = await console.ask('restore:open', { record: id, drill: false, from });
    expect(verdict.sealingKeyLost).toContain('have the plan put it in the place of the lost one');
    await console.ask('restore:store', { id: verdict.id ?? '' });
    expect((await console.now()).keys).toMatchObject([{ index: 7 }]);
  });

  it('keeps what was opened until it is forgotten, the vault is locked, or another backup is opened', async () => {
    const console = await laptop();
    let id = await known(console, record);
    const opened = async (): Promise<string> =>
      (await console.ask('restore:open', { record: id, drill: false, from: sheet(sealed.qrText) })).id ?? '';
    const gone = async (kept: string): Promise<void> => {
      expect(await refused(console.ask('restore:store', { id: kept }))).toEqual({
        reason: 'evidence-rejected',
        message: 'The share is not here any more: nothing was stored.',
        next: 'Open the backup again.',
      });
    };
    const first = await opened();
    await console.ask('restore:forget', {});
    await gone(first);
    const second = await opened();
    await refused(console.ask('restore:open', { record: id, drill: true, from: sheet(sealed.qrText, 'no') }));
    await gone(second);
    const third = await opened();
    await console.ask('vault:lock', {});
    await console.ask('vault:open', { passphrase: PASSPHRASE });
    await gone(third);
    id = await known(console, record);
    const fourth = await opened();
    expect(await opened()).not.toBe(fourth);
    await gone(fourth);
    expect((await console.now()).keys).toEqual([]);
  });
});

describe('the share', () => {
  it('is nowhere in memory once it was tried, stored, forgotten, or the vault is locked', async () => {
    const console = await laptop();
    const record7 = await known(console, record);
    // Every copy that was made of it.
    const copies: Uint8Array[] = [];
    const slice = vi.spyOn(Uint8Array.prototype, 'slice').mockImplementation(function (
      this: Uint8Array,
      ...range
    ) {
      const made = this.subarray(...range);
      const copy = new Uint8Array(made.length);
      copy.set(made);
      if (equalBytes(copy, share)) copies.push(copy);
      return copy;
    });
    try {
      const opened = async (drill: boolean): Promise<string> =>
        (await console.ask('restore:open', { record: record7, drill, from: sheet(plain.qrText) })).id ?? '';
      const areErased = (): boolean => copies.every((copy) => copy.every((byte) => byte === 0));
      await opened(true);
      expect(copies.length).toBeGreaterThan(0);
      expect(areErased()).toBe(true);
      await opened(false);
      expect(areErased()).toBe(false);
      await console.ask('restore:forget', {});
      expect(areErased()).toBe(true);
      await console.ask('restore:store', { id: await opened(false) });
      expect(areErased()).toBe(true);
      await opened(false);
      await console.ask('vault:lock', {});
      expect(areErased()).toBe(true);
    } finally {
      slice.mockRestore();
    }
  });
});

describe('the record of the key', () => {
  it('is taken from the folder of a ceremony’s record, once that is valid', async () => {
    const console = await laptop();
    const { files } = await generated({
      suite: 'ed25519',
      holders: 3,
      threshold: 2,
      seed: 'restore',
    });
    const dir = temporaryFolder();
    for (const [name, bytes] of files) {
      fs.mkdirSync(join(dir, name, '..'), { recursive: true });
      fs.writeFileSync(join(dir, name), bytes);
    }
    const found = await console.ask('key:read', { path: dir });
    expect(found).toMatchObject({ epoch: 0, suite: 'ed25519', source: 'file' });
    await console.ask('restore:begin', { record: found.id, drill: true });
    fs.appendFileSync(join(dir, 'plan.json'), ' ');
    expect(await refused(console.ask('key:read', { path: dir }))).toMatchObject({
      message: 'This record is not valid: nothing of it is used.',
    });
    expect(await refused(console.ask('key:read', { path: temporaryFolder() }))).toMatchObject({
      message: expect.stringContaining('is not a record') as string,
    });
  });

  it('is refused where it is something else, or not known', async () => {
    const console = await laptop();
    const path = await ageFile();
    expect((await refused(console.ask('key:read', { path })))?.message).toContain(path);
    expect(await refused(console.ask('restore:begin', { record: 'x', drill: true }))).toMatchObject({
      next: 'Choose it again.',
    });
  });
});

describe('refused', () => {
  const open7 = async (
    from: RestoreSource,
    { of = record, drill = true, on }: { of?: KeyRecord; drill?: boolean; on?: TestConsole } = {},
  ): Promise<ReturnType<typeof explainForWindow>> => {
    const console = on ?? (await laptop());
    const why = await refused(console.ask('restore:open', { record: await known(console, of), drill, from }));
    expect(JSON.stringify(why)).not.toContain(SHEET);
    expect(JSON.stringify(why)).not.toContain(bytesToHex(share));
    if (drill) expect((await console.now()).keys).toEqual([]);
    return why;
  };
  const wrong = (line: string): string => line.slice(0, 20) + (line[20] === 'q' ? 'p' : 'q') + line.slice(21);
  const lines = (change: (line: string, at: number) => string): string => sealed.lines.map(change).join('\n');

  it('a passphrase that does not open', async () => {
    expect(await open7(sheet(sealed.qrText, 'another one'))).toMatchObject({
      reason: 'bad-sheet',
      message: expect.stringContaining('does not open with this passphrase') as string,
    });
    const from = { kind: 'file' as const, path: await ageFile(), passphrase: 'another one' };
    expect(await open7(from)).toMatchObject({ reason: 'wrong-passphrase' });
    // Nothing was given at all.
    expect(await open7(sheet(sealed.qrText, ''))).toMatchObject({ reason: expect.any(String) as string });
  });

  it('the record of another key', async () => {
    const of = knownKey({ seed: 'another key' }).record;
    expect(await open7(sheet(sealed.qrText), { of })).toMatchObject({ reason: 'wrong-key' });
    const from = { kind: 'file' as const, path: await ageFile(), passphrase: SHEET };
    expect(await open7(from, { of })).toEqual({
      reason: 'wrong-key',
      message: `The backup is of the key ${record.fingerprint}; expected is "Treasury", ${of.fingerprint}.`,
      next: 'Fetch the backup of this key, or the record of that one.',
    });
  });

  it('another epoch, earlier and later', async () => {
    const from = { kind: 'file' as const, path: await ageFile(), passphrase: SHEET };
    for (const given of [from, sheet(sealed.qrText)]) {
      const old = await open7(given, { of: knownKey({ epoch: 5 }).record });
      expect(old).toMatchObject({ reason: 'wrong-epoch' });
      expect(old?.next).toContain('should have been destroyed');
      const later = await open7(given, { of: knownKey({ epoch: 3 }).record });
      expect(later).toMatchObject({ reason: 'wrong-epoch', next: 'Fetch the key record of that epoch.' });
    }
  });

  it('a share that is not of the public share', async () => {
    const lie = await ageFile(encodeShareFile(record, 7, shares.get(2)!));
    expect(await open7({ kind: 'file', path: lie, passphrase: SHEET })).toMatchObject({
      reason: 'bad-field',
    });
    const { rehearsal, suite, threshold, epoch, fingerprint } = record;
    const { code } = sheetText({
      kind: 'plain-sheet',
      facts: { rehearsal, suite, threshold, epoch, fingerprint, index: 7 },
      share: shares.get(2)!.slice(),
    });
    expect(await open7(sheet(code))).toMatchObject({ reason: 'bad-field' });
  });

  it('a sheet that is not read exactly, is damaged beyond repair, incomplete, or none', async () => {
    const nearly = await open7(sheet(lines((line, at) => (at === 1 ? wrong(line) : line))));
    expect(nearly).toMatchObject({
      reason: 'bad-sheet',
      message: expect.stringContaining('The sheet is not read exactly.') as string,
      next: 'Compare each with the paper. Take what is proposed, or type what stands there.',
    });
    const beyond = await open7(
      sheet(lines((line, at) => (at === 1 ? `${line.slice(0, 12)}${'q'.repeat(30)}` : line))),
    );
    expect(beyond).toMatchObject({ reason: 'bad-sheet' });
    const missing = await open7(sheet(sealed.lines.slice(1).join('\n')));
    expect(missing?.message).toContain('is missing');
    for (const text of ['', 'bread'])
      expect((await open7(sheet(text)))?.message).toContain('no line of a share sheet');
  });

  it('files that are no backup of a share', async () => {
    const dir = temporaryFolder();
    const text = join(dir, 'notes.txt');
    fs.writeFileSync(text, 'shopping list');
    const at = (path: string): RestoreSource => ({ kind: 'file', path, passphrase: SHEET });
    expect(await open7(at(text))).toMatchObject({ reason: 'damaged' });
    expect(await open7(at(join(dir, 'gone.age')))).toMatchObject({ reason: 'missing' });
    expect((await open7(at(dir)))?.message).toContain(dir);
    const holiday = await ageFile(utf8ToBytes('holiday pictures'));
    expect(await open7(at(holiday))).not.toBeNull();
    const cut = await ageFile();
    fs.writeFileSync(cut, fs.readFileSync(cut, 'latin1').replace(/^(.*\n.*\n.*\n.*\n.*\n).*\n/, '$1'));
    expect(await open7(at(cut))).toMatchObject({ reason: 'damaged' });
  });

  it('where the vault has the key already, or is of the other kind, before anything is opened', async () => {
    const console = await laptop();
    const id = await known(console, record);
    const { id: kept } = await console.ask('restore:open', {
      record: id,
      drill: false,
      from: sheet(sealed.qrText),
    });
    await console.ask('restore:store', { id: kept ?? '' });
    const five = knownKey({ epoch: 5 }).record;
    const there = { message: expect.stringContaining('nothing is restored over it') as string };
    const begin = console.ask('restore:begin', { record: await known(console, five), drill: false });
    expect(await refused(begin)).toMatchObject(there);
    const from = sheet(sealed.qrText, 'wrong, and not looked at');
    expect(await open7(from, { of: five, drill: false, on: console })).toMatchObject(there);
    const two = await makeSheet(record, 2, shares.get(2)!, 'plain-sheet', '', facts);
    expect(await open7(sheet(two.qrText), { drill: false, on: console })).toMatchObject({
      message: `Another share of the key ${record.fingerprint} was restored to this vault already.`,
    });
    const real = await laptop(false);
    const kind = await refused(
      real.ask('restore:begin', { record: await known(real, record), drill: false }),
    );
    expect(kind?.message).toContain('this vault is for real ones');
    expect((await open7(from, { drill: false, on: real }))?.message).toContain('this vault is for real ones');
  });

  it('everything, without an open vault', async () => {
    const console = new TestConsole(join(temporaryFolder(), 'new'));
    open.push(console);
    const asked = [
      console.ask('restore:begin', { record: 'x', drill: true }),
      console.ask('restore:open', { record: 'x', drill: true, from: sheet(sealed.qrText) }),
      console.ask('restore:store', { id: 'x' }),
      console.ask('restore:forget', {}),
    ];
    for (const one of asked)
      expect(await refused(one)).toMatchObject({ message: 'The vault is locked: unlock it first.' });
  });
});
