import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { NonceKeeper } from '../../ceremony/ports.ts';
import { temporaryFolder } from '../../test-support/folders.ts';
import { memoryNonces, openNonceKeeper, tmpfsNonces } from './nonces.ts';

const SHM = '/dev/shm';
const KEY = new Uint8Array(32).fill(5);
const NONCES = Uint8Array.from({ length: 64 }, (_, i) => i);
const VAULT_ID = 'ab'.repeat(16);

const onTmpfs = (): string => join(temporaryFolder(SHM), 'nonces');

describe.each<[string, () => NonceKeeper]>([
  ['memory', () => memoryNonces()],
  ['tmpfs', () => tmpfsNonces({ dir: onTmpfs(), key32: KEY })],
])('nonces in %s', (_kind, make) => {
  it('are given out once', async () => {
    const keeper = make();
    expect(await keeper.has('a')).toBe(false);
    expect(await keeper.take('a')).toBeUndefined();
    await keeper.keep('a', NONCES);
    await keeper.keep('b', NONCES.slice(0, 8));
    expect(await keeper.has('a')).toBe(true);
    expect(await keeper.take('a')).toEqual(NONCES);
    expect(await keeper.has('a')).toBe(false);
    expect(await keeper.take('a')).toBeUndefined();
    expect(await keeper.take('b')).toEqual(NONCES.slice(0, 8));
  });

  it('are replaced by newer ones', async () => {
    const keeper = make();
    await keeper.keep('a', NONCES);
    await keeper.keep('a', NONCES.slice(1));
    expect(await keeper.take('a')).toEqual(NONCES.slice(1));
    expect(await keeper.take('a')).toBeUndefined();
  });

  it('are copied: what the caller does to its array afterwards does not matter', async () => {
    const keeper = make();
    const mine = NONCES.slice();
    await keeper.keep('a', mine);
    mine.fill(0);
    expect(await keeper.take('a')).toEqual(NONCES);
  });

  it('go to one of several takers', async () => {
    const keeper = make();
    await keeper.keep('a', NONCES);
    const taken = await Promise.all(Array.from({ length: 8 }, () => keeper.take('a')));
    expect(taken.filter((nonces) => nonces !== undefined)).toEqual([NONCES]);
  });
});

describe('nonces on tmpfs', () => {
  it('are found by the next process, once', async () => {
    const dir = onTmpfs();
    await tmpfsNonces({ dir, key32: KEY }).keep('a', NONCES);
    const [one, two] = [tmpfsNonces({ dir, key32: KEY }), tmpfsNonces({ dir, key32: KEY })];
    expect(await Promise.all([one.has('a'), two.has('a')])).toEqual([true, true]);
    const taken = await Promise.all([one.take('a'), two.take('a')]);
    expect(taken.filter((nonces) => nonces !== undefined)).toEqual([NONCES]);
    expect(fs.readdirSync(dir)).toEqual([]);
  });

  it('are gone before they are given out', async () => {
    const dir = onTmpfs();
    const keeper = tmpfsNonces({ dir, key32: KEY });
    await keeper.keep('a', NONCES);
    const copy = fs.readdirSync(dir);
    expect(copy).toHaveLength(1);
    const taking = keeper.take('a');
    // take() has run up to its promise: nothing is left to take twice, even if this process ended now.
    expect(fs.readdirSync(dir)).toEqual([]);
    expect(await taking).toEqual(NONCES);
  });

  it('are sealed, private, and bound to key and label', async () => {
    const dir = onTmpfs();
    const keeper = tmpfsNonces({ dir, key32: KEY });
    await keeper.keep('a', NONCES);
    const [name] = fs.readdirSync(dir);
    expect(fs.statSync(dir).mode & 0o777).toBe(0o700);
    expect(fs.readFileSync(join(dir, name!)).includes(Buffer.from(NONCES.slice(0, 16)))).toBe(false);
    const stranger = tmpfsNonces({ dir, key32: KEY.map((byte) => byte ^ 1) });
    expect(await stranger.has('a')).toBe(false);
    // Under another label's name the file does not open.
    await keeper.keep('b', NONCES);
    const other = fs.readdirSync(dir).find((candidate) => candidate !== name);
    fs.copyFileSync(join(dir, name!), join(dir, other!));
    expect(await keeper.has('b')).toBe(false);
    expect(await keeper.take('b')).toBeUndefined();
    expect(await stranger.take('a')).toBeUndefined();
    expect(await keeper.take('a')).toBeUndefined();
  });

  it('of a taker that was killed half-way are removed', () => {
    const dir = onTmpfs();
    tmpfsNonces({ dir, key32: KEY });
    fs.writeFileSync(join(dir, '.taken-0011223344556677'), 'x');
    tmpfsNonces({ dir, key32: KEY });
    expect(fs.readdirSync(dir)).toEqual([]);
  });

  it('are not kept on a disk', () => {
    const dir = onTmpfs();
    const found = fs.statfsSync(SHM);
    found.type = 0xef53; // ext4
    vi.spyOn(fs, 'statfsSync').mockReturnValueOnce(found);
    expect(() => tmpfsNonces({ dir, key32: KEY })).toThrow(expect.objectContaining({ code: 'not-memory' }));
  });

  it('are not kept where others can look or where a link leads', () => {
    const base = temporaryFolder(SHM);
    fs.mkdirSync(join(base, 'open'));
    fs.chmodSync(join(base, 'open'), 0o750);
    fs.mkdirSync(join(base, 'private'), { mode: 0o700 });
    fs.symlinkSync('private', join(base, 'link'));
    fs.writeFileSync(join(base, 'file'), '');
    for (const name of ['open', 'link', 'file'])
      expect(() => tmpfsNonces({ dir: join(base, name), key32: KEY }), name).toThrow(
        expect.objectContaining({ code: 'unsafe-folder' }),
      );
    tmpfsNonces({ dir: join(base, 'private'), key32: KEY });
  });

  it.runIf(process.getuid?.() === 0)('are not kept in a folder of another user', () => {
    const dir = join(temporaryFolder(SHM), 'theirs');
    fs.mkdirSync(dir, { mode: 0o700 });
    fs.chownSync(dir, 12345, 12345);
    expect(() => tmpfsNonces({ dir, key32: KEY })).toThrow(
      expect.objectContaining({ code: 'unsafe-folder' }),
    );
  });
});

describe('choosing a place', () => {
  it('takes the first memory file system, and separates vaults', async () => {
    const base = temporaryFolder(SHM);
    const open = (vaultId: string) =>
      openNonceKeeper({ vaultId, key32: KEY, bases: ['/proc', '/nowhere', base] });
    const keeper = open(VAULT_ID);
    expect(keeper.kind).toBe('tmpfs');
    expect(keeper.place).toBe(join(base, `reseal-${process.getuid!()}`, VAULT_ID));
    await keeper.keep('a', NONCES);
    expect(await open('cd'.repeat(16)).take('a')).toBeUndefined();
    expect(await open(VAULT_ID).take('a')).toEqual(NONCES);
  });

  it.each([
    ['tmpfs', () => [temporaryFolder(SHM)]],
    ['memory', () => []],
  ])('forgets everything when told so, and leaves no folder behind: %s', async (kind, bases) => {
    const keeper = openNonceKeeper({ vaultId: VAULT_ID, key32: KEY, bases: bases() });
    expect(keeper.kind).toBe(kind);
    await keeper.keep('a', NONCES);
    await keeper.keep('b', NONCES);
    keeper.close();
    expect(await keeper.has('a')).toBe(true);
    keeper.clear();
    for (const label of ['a', 'b']) expect(await keeper.take(label)).toBeUndefined();
    expect(fs.existsSync(keeper.place)).toBe(kind === 'tmpfs');
    for (let again = 0; again < 2; again++) keeper.close();
    expect(fs.existsSync(keeper.place)).toBe(false);
  });

  it('falls back to the process and says why', async () => {
    const keeper = openNonceKeeper({
      vaultId: VAULT_ID,
      key32: KEY,
      bases: ['/proc', '/nowhere'],
    });
    expect(keeper.kind).toBe('memory');
    expect(keeper.place).toContain('is on a disk');
    expect(keeper.place).toContain('/nowhere: ENOENT');
    await keeper.keep('a', NONCES);
    expect(await keeper.take('a')).toEqual(NONCES);
  });

  it('does not use a folder that somebody else prepared', () => {
    const base = temporaryFolder(SHM);
    fs.symlinkSync(temporaryFolder(SHM), join(base, `reseal-${process.getuid!()}`));
    const keeper = openNonceKeeper({ vaultId: VAULT_ID, key32: KEY, bases: [base] });
    expect(keeper.kind).toBe('memory');
    expect(keeper.place).toContain('must be a folder of user');
    expect(() => openNonceKeeper({ vaultId: '../x', key32: KEY, bases: [base] })).toThrow(RangeError);
  });
});
