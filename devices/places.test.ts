import fs from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test-support/folders.ts';
import { listFolder, makeFolderIn, MAX_ENTRIES, places, realFolder } from './places.ts';

describe('places', () => {
  it('are the mounted drives, whatever their names, and the home folder last', () => {
    const mounts = [
      'proc /proc proc rw 0 0',
      '/dev/sda1 / ext4 rw 0 0',
      '/dev/sdb1 /media/anna/SAFE\\040A vfat rw 0 0',
      '/dev/sdc1 /run/media/anna/courier exfat rw 0 0',
      '/dev/sde1 /mnt/usb vfat rw 0 0',
      '/dev/sdf1 /mnt/data/deep/down ext4 rw 0 0',
      '/dev/sdd1 /media/evil\\012name vfat rw 0 0',
      'broken',
      '',
    ].join('\n');
    const found = places(mounts);
    expect(found.slice(0, -1)).toEqual([
      { path: '/media/anna/SAFE A', label: 'SAFE A', kind: 'drive' },
      { path: '/run/media/anna/courier', label: 'courier', kind: 'drive' },
      { path: '/mnt/usb', label: 'usb', kind: 'drive' },
    ]);
    expect(found.at(-1)).toMatchObject({ label: 'Home folder', kind: 'folder' });
    expect(places().at(-1)).toMatchObject({ kind: 'folder' });
  });
});

describe('a folder', () => {
  it('is listed with folders first, files only when asked for, and nothing that is neither', () => {
    const dir = temporaryFolder();
    fs.mkdirSync(join(dir, 'zebra'));
    fs.mkdirSync(join(dir, '.hidden'));
    fs.writeFileSync(join(dir, 'a.json'), '12345');
    fs.writeFileSync(join(dir, 'evil\u202ename'), '');
    fs.symlinkSync('zebra', join(dir, 'link'));
    fs.symlinkSync('nowhere', join(dir, 'dangling'));
    execFileSync('mkfifo', [join(dir, 'pipe')]);
    expect(listFolder(dir, true)).toEqual({
      path: dir,
      parent: join(dir, '..'),
      entries: [
        { name: 'link', path: join(dir, 'link'), kind: 'folder', size: null },
        { name: 'zebra', path: join(dir, 'zebra'), kind: 'folder', size: null },
        { name: 'a.json', path: join(dir, 'a.json'), kind: 'file', size: 5 },
      ],
      cut: false,
      writable: true,
    });
    expect(listFolder(dir, false).entries.map(({ name }) => name)).toEqual(['link', 'zebra']);
    expect(listFolder('/', false).parent).toBeNull();
  });

  it('that was chosen may be a link', () => {
    const dir = temporaryFolder();
    fs.mkdirSync(join(dir, 'real'));
    fs.symlinkSync('real', join(dir, 'link'));
    fs.writeFileSync(join(dir, 'file'), '');
    expect(realFolder(join(dir, 'link'))).toBe(fs.realpathSync(join(dir, 'real')));
    for (const name of ['file', 'nothing']) expect(realFolder(join(dir, name))).toBeUndefined();
  });

  it('with too many entries is cut, and says so', () => {
    const dir = temporaryFolder();
    for (let at = 0; at <= MAX_ENTRIES; at++) fs.mkdirSync(join(dir, `f${at}`));
    const { entries, cut } = listFolder(dir, false);
    expect(entries).toHaveLength(MAX_ENTRIES);
    expect(cut).toBe(true);
  });

  it.each(['not there', 'a file'])('that is %s is refused with a sentence', (what) => {
    const path = join(temporaryFolder(), 'x');
    if (what === 'a file') fs.writeFileSync(path, '');
    expect(() => listFolder(path, false)).toThrow(path);
  });

  it('is made inside another one, under a name that is one', () => {
    const dir = temporaryFolder();
    expect(makeFolderIn(dir, ' courier ')).toBe(join(dir, 'courier'));
    expect(fs.statSync(join(dir, 'courier')).mode & 0o777).toBe(0o700);
    expect(() => makeFolderIn(dir, 'courier')).toThrow('is there already');
    for (const wrong of ['', ' ', '..', '.x', 'a/b', 'a\0b', 'a\u0007', 'x'.repeat(81)])
      expect(() => makeFolderIn(dir, wrong), wrong).toThrow('Name of the folder');
    expect(() => makeFolderIn(join(dir, 'nothing'), 'a')).toThrow('cannot be made');
    expect(fs.readdirSync(dir)).toEqual(['courier']);
  });
});
