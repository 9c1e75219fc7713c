import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bytesToHex } from '../../crypto/bytes.ts';
import { temporaryFolder } from '../../test-support/folders.ts';
import { folderChannel, MAX_FILES, MAX_MESSAGE } from './folder.ts';
import type { FolderChannel } from './folder.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const nameOf = (name: string, message: Uint8Array): string =>
  `${name}-${bytesToHex(sha256(message)).slice(0, 12)}.reseal`;

/** A channel with the list of problems that it reports. */
function watched(dir: string): { channel: FolderChannel; problems: [string, string][] } {
  const problems: [string, string][] = [];
  const onProblem = (source: string, sentence: string): void => void problems.push([source, sentence]);
  return { channel: folderChannel(dir, { onProblem }), problems };
}

describe('showing and receiving', () => {
  it('carries messages under their names', async () => {
    const dir = temporaryFolder();
    const [one, two] = [folderChannel(dir), folderChannel(dir)];
    await one.show('deal-3', bytes('hello'));
    await one.show('empty', bytes(''));
    expect(fs.readdirSync(dir).sort()).toEqual(['deal-3-2cf24dba5fb0.reseal', 'empty-e3b0c44298fc.reseal']);
    expect(await two.receive()).toEqual([
      { source: 'deal-3-2cf24dba5fb0.reseal', message: bytes('hello') },
      { source: 'empty-e3b0c44298fc.reseal', message: bytes('') },
    ]);
    expect(await one.receive()).toEqual(await two.receive());
  });

  it('changes nothing when the same message is shown again', async () => {
    const dir = temporaryFolder();
    const channel = folderChannel(dir);
    await channel.show('deal', bytes('hello'));
    const before = fs.statSync(join(dir, nameOf('deal', bytes('hello'))), { bigint: true });
    await channel.show('deal', bytes('hello'));
    const after = fs.statSync(join(dir, nameOf('deal', bytes('hello'))), { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  it('replaces a part of a message, and a link planted in its place', async () => {
    const dir = temporaryFolder();
    const channel = folderChannel(dir);
    const path = join(dir, nameOf('deal', bytes('hello')));
    fs.writeFileSync(path, 'hel');
    await channel.show('deal', bytes('hello'));
    expect(fs.readFileSync(path, 'utf8')).toBe('hello');
    fs.writeFileSync(join(dir, 'target'), 'hello');
    fs.rmSync(path);
    fs.symlinkSync('target', path);
    await channel.show('deal', bytes('hello'));
    expect(fs.lstatSync(path).isFile()).toBe(true);
    expect(fs.readFileSync(join(dir, 'target'), 'utf8')).toBe('hello');
  });

  it('refuses other names, too much, and a folder that is not there', async () => {
    const dir = temporaryFolder();
    const channel = folderChannel(dir);
    for (const name of ['', '../x', 'A', 'a.b', 'x'.repeat(151)])
      await expect(channel.show(name, bytes('x'))).rejects.toThrow(RangeError);
    await expect(channel.show('x', new Uint8Array(MAX_MESSAGE + 1))).rejects.toMatchObject({
      code: 'too-large',
    });
    expect(fs.readdirSync(dir)).toEqual([]);
    const none = folderChannel(join(dir, 'none'));
    await expect(none.receive()).rejects.toMatchObject({ code: 'missing' });
    await expect(none.show('x', bytes('x'))).rejects.toMatchObject({ code: 'missing' });
  });

  it('works in a folder that is reached by a link', async () => {
    const dir = temporaryFolder();
    fs.mkdirSync(join(dir, 'real'));
    fs.symlinkSync('real', join(dir, 'link'));
    await folderChannel(join(dir, 'link')).show('deal', bytes('x'));
    expect(await folderChannel(join(dir, 'real')).receive()).toHaveLength(1);
  });
});

describe('a hostile folder', () => {
  it('is read as far as it is harmless, and the rest is reported once', async () => {
    const dir = temporaryFolder();
    const { channel, problems } = watched(dir);
    await channel.show('good', bytes('good'));
    fs.symlinkSync('/etc/passwd', join(dir, 'link.reseal'));
    fs.symlinkSync('/dev/zero', join(dir, 'zero.reseal'));
    execFileSync('mkfifo', [join(dir, 'pipe.reseal')]);
    fs.mkdirSync(join(dir, 'folder.reseal'));
    fs.writeFileSync(join(dir, 'huge.reseal'), '');
    fs.truncateSync(join(dir, 'huge.reseal'), MAX_MESSAGE + 1);
    fs.writeFileSync(join(dir, nameOf('part', bytes('whole'))), 'who');
    fs.writeFileSync(join(dir, 'Deal (1).reseal'), 'x');
    fs.writeFileSync(
      Buffer.concat([Buffer.from(join(dir, 'bad-')), Buffer.from([0xff, 0x1b]), Buffer.from('.reseal')]),
      'x',
    );
    // Not ours at all: nothing is said about these.
    for (const other of ['notes.txt', '.hidden.reseal', '.deal.reseal.0011223344556677.tmp'])
      fs.writeFileSync(join(dir, other), 'x');

    expect(await channel.receive()).toEqual([
      { source: nameOf('good', bytes('good')), message: bytes('good') },
    ]);
    const found = Object.fromEntries(problems);
    expect(Object.keys(found).sort()).toEqual(
      [
        'Deal (1).reseal',
        'bad-??.reseal',
        'folder.reseal',
        'huge.reseal',
        'link.reseal',
        nameOf('part', bytes('whole')),
        'pipe.reseal',
        'zero.reseal',
      ].sort(),
    );
    for (const name of ['link', 'zero', 'pipe', 'folder'])
      expect(found[`${name}.reseal`]).toContain('not a file');
    expect(found['huge.reseal']).toContain(`larger than ${MAX_MESSAGE} bytes`);
    expect(found[nameOf('part', bytes('whole'))]).toContain('copy is not finished');
    expect(found['Deal (1).reseal']).toContain('original name');

    problems.length = 0;
    await channel.receive();
    expect(problems).toEqual([]);
    // The copy is finished now.
    fs.writeFileSync(join(dir, nameOf('part', bytes('whole'))), 'whole');
    expect((await channel.receive()).map(({ message }) => message)).toContainEqual(bytes('whole'));
  });

  it('is read up to a number of files', async () => {
    const dir = temporaryFolder('/dev/shm');
    for (let i = 0; i <= MAX_FILES; i++) fs.writeFileSync(join(dir, `m${i}.reseal`), 'x');
    const { channel, problems } = watched(dir);
    expect(await channel.receive()).toHaveLength(MAX_FILES);
    expect(problems).toEqual([[dir, expect.stringContaining(`only the first ${MAX_FILES}`)]]);
  });

  it('takes files of any name in the alphabet, with or without digest', async () => {
    const dir = temporaryFolder();
    fs.writeFileSync(join(dir, 'renamed.reseal'), 'one');
    const channel = folderChannel(dir);
    expect(await channel.receive()).toEqual([{ source: 'renamed.reseal', message: bytes('one') }]);
    // The same length, and a medium that knows times to two seconds: only a name with a digest could vouch for the
    // content, and this one does not.
    const path = join(dir, 'renamed.reseal');
    const coarse = fs.lstatSync(path, { bigint: true });
    fs.writeFileSync(path, 'two');
    const lstat = vi.spyOn(fs, 'lstatSync').mockReturnValue(coarse);
    onTestFinished(() => {
      lstat.mockRestore();
    });
    await channel.receive();
    fs.writeFileSync(path, 'six');
    expect(await channel.receive()).toEqual([{ source: 'renamed.reseal', message: bytes('six') }]);
  });
});

describe('watching', () => {
  it('does not read again what has not changed', async () => {
    const dir = temporaryFolder();
    const channel = folderChannel(dir);
    await channel.show('deal', bytes('x'));
    const [first] = await channel.receive();
    const [second] = await channel.receive();
    expect(second!.message).toBe(first!.message);
  });

  it('waits for a change, and not for one that was there before', async () => {
    const dir = temporaryFolder();
    const channel = folderChannel(dir);
    expect(await channel.waitForChange(10_000)).toBe(true);
    await channel.receive();
    expect(await channel.waitForChange(20)).toBe(false);
    const waiting = channel.waitForChange(10_000);
    await pause(20);
    await folderChannel(dir).show('deal', bytes('x'));
    expect(await waiting).toBe(true);
    // Still unseen: a change between looking and waiting is not lost.
    expect(await channel.waitForChange(10_000)).toBe(true);
    await channel.receive();
    expect(await channel.waitForChange(20)).toBe(false);
  });

  it('notices that the medium is gone, and that it is back', async () => {
    const dir = join(temporaryFolder(), 'medium');
    fs.mkdirSync(dir);
    const channel = folderChannel(dir);
    await channel.receive();
    const waiting = channel.waitForChange(10_000);
    fs.rmdirSync(dir);
    expect(await waiting).toBe(true);
    await expect(channel.receive()).rejects.toMatchObject({ code: 'missing' });
    fs.mkdirSync(dir);
    await folderChannel(dir).show('deal', bytes('x'));
    expect(await channel.waitForChange(10_000)).toBe(true);
    expect(await channel.receive()).toHaveLength(1);
  });
});
