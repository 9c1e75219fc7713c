// The archive of a record: one form, read strictly, opened by tools of others.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { utf8ToBytes } from '../crypto/bytes.ts';
import { looksLikeArchive, MAX_ARCHIVE_FILES, packArchive, readArchive } from './archive.ts';
import { MAX_STAMP } from './timestamp/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'reseal-archive-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const name = fc.stringMatching(/^(?:[a-z][a-z0-9._-]{0,5}\/){0,3}[A-Za-z0-9][A-Za-z0-9._-]{0,8}$/);
const records = fc
  .uniqueArray(fc.tuple(name, fc.uint8Array({ maxLength: 300 })), {
    maxLength: 8,
    minLength: 1,
    selector: ([path]) => path,
  })
  .map((list) => new Map(list));
const SMALL = new Map([
  ['plan.json', utf8ToBytes('{}\n')],
  ['keys/after.json', utf8ToBytes('{"a":1}\n')],
  ['checkpoint', new Uint8Array(0)],
]);

describe('an archive', () => {
  it('gives back the files that were packed, in order of path, whatever order they came in', () => {
    fc.assert(
      fc.property(records, (files) => {
        const archive = packArchive(files);
        const read = readArchive(archive);
        expect(read).toEqual(files);
        expect([...read.keys()]).toEqual([...files.keys()].sort());
        expect(packArchive(new Map([...files].reverse()))).toEqual(archive);
        expect(looksLikeArchive(archive)).toBe(true);
      }),
    );
  });

  it('is read in its one form only: any changed, missing or further byte is refused', () => {
    const archive = packArchive(SMALL);
    const content = [...SMALL.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    expect(archive.length).toBe(
      content + 3 * (30 + 46) + 2 * 'plan.jsonkeys/after.jsoncheckpoint'.length + 22,
    );
    for (let at = 0; at < archive.length; at++)
      for (const change of [1, 0x20, 0x80, 0xff]) {
        const changed = archive.map((byte, place) => (place === at ? byte ^ change : byte));
        expect(() => readArchive(changed), `byte ${at} ^ ${change}`).toThrow(/^Archive/);
      }
    for (let length = 0; length < archive.length; length++)
      expect(() => readArchive(archive.subarray(0, length)), `length ${length}`).toThrow(/^Archive/);
    for (const more of [[0], [...archive]]) {
      expect(() => readArchive(Uint8Array.from([...archive, ...more]))).toThrow(/^Archive/);
      expect(() => readArchive(Uint8Array.from([...more, ...archive]))).toThrow(/^Archive/);
    }
  });

  it('refuses names that no record has, when it is made and when it is read', () => {
    for (const bad of [
      '../plan.json',
      '/plan.json',
      'a//b',
      'a/',
      '.hidden',
      'a/../b',
      'C:\\x',
      'a\\b',
      'ü',
      'a/b/c/d/e',
      '',
    ])
      expect(() => packArchive(new Map([[bad, new Uint8Array(1)]])), bad).toThrow(
        'is no name of a file of a record',
      );
    // The same length, so that only the name differs, in both places.
    const archive = packArchive(new Map([['aaa/bbb', new Uint8Array(1)]]));
    for (const bad of ['../a/bb', '/aa/bbb', 'aa\\/bbb', 'aaa/../']) {
      const changed = Buffer.from(
        Buffer.from(archive).toString('latin1').replaceAll('aaa/bbb', bad),
        'latin1',
      );
      expect(() => readArchive(changed), bad).toThrow(
        /its name is none of a file of a record|ends too early/,
      );
    }
  });

  it('refuses two files of one name, and more or larger files than a record has', () => {
    const archive = packArchive(
      new Map([
        ['aaa', new Uint8Array(1)],
        ['aab', new Uint8Array(1)],
      ]),
    );
    const twice = Buffer.from(Buffer.from(archive).toString('latin1').replaceAll('aab', 'aaa'), 'latin1');
    expect(() => readArchive(twice)).toThrow('"aaa" is there twice, or out of order.');
    const many = new Map(
      Array.from({ length: MAX_ARCHIVE_FILES + 1 }, (_, at) => [`f${at}`, new Uint8Array(0)]),
    );
    expect(() => packArchive(many)).toThrow('more than any record has');
    expect(() => packArchive(new Map([['a', new Uint8Array(16 * 1024 * 1024 + 1)]]))).toThrow('larger than');
    const huge = packArchive(SMALL);
    new DataView(huge.buffer).setUint32(22, 0xfffffff0, true);
    expect(() => readArchive(huge)).toThrow('more than there can be');
  });

  it('holds timestamps, and nothing else in their folder', () => {
    const stamped = new Map([...SMALL, ['timestamps/a.tsr', new Uint8Array(MAX_STAMP)]]);
    const archive = packArchive(stamped);
    expect(readArchive(archive)).toEqual(stamped);
    const renamed = Buffer.from(archive).toString('latin1').replaceAll('/a.tsr', '/a.txt');
    expect(() => readArchive(Buffer.from(renamed, 'latin1'))).toThrow('"timestamps/a.txt" is no timestamp');
    for (const [path, size] of [
      ['timestamps/a.txt', 1],
      ['timestamps/b/a.tsr', 1],
      ['timestamps/a.tsr', 0],
      ['timestamps/a.tsr', MAX_STAMP + 1],
    ] as const)
      expect(() => packArchive(new Map([...SMALL, [path, new Uint8Array(size)]])), path).toThrow(
        'is no timestamp: expected timestamps/NAME.tsr, of at most 65536 bytes',
      );
  });

  it('is opened by the ZIP reader of Python, which finds the same names, modes and bytes', () => {
    const path = join(folder, 'small.reseal');
    writeFileSync(path, packArchive(SMALL));
    const script = `
import sys, zipfile, json
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps([[i.filename, z.read(i).decode(), i.compress_type, i.date_time[0], oct(i.external_attr >> 16)] for i in z.infolist()]))`;
    const out = execFileSync('python3', ['-c', script, path], { encoding: 'utf8' });
    expect(JSON.parse(out)).toEqual([
      ['checkpoint', '', 0, 1980, '0o100644'],
      ['keys/after.json', '{"a":1}\n', 0, 1980, '0o100644'],
      ['plan.json', '{}\n', 0, 1980, '0o100644'],
    ]);
    expect(readFileSync(path).subarray(0, 2).toString()).toBe('PK');
  });

  it('that another tool packed is refused: it may be read in more than one way', () => {
    const path = join(folder, 'other.zip');
    const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as z:
    z.writestr('plan.json', '{}')`;
    execFileSync('python3', ['-c', script, path]);
    expect(() => readArchive(readFileSync(path))).toThrow('packed in another way than records are');
  });
});
