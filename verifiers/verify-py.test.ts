// What verify.py prints and how it exits, for people and for programs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packArchive } from '../ceremony/archive.ts';
import { RULES } from '../ceremony/rules.ts';
import { verifyRecord } from '../ceremony/verify/verify.ts';
import type { RecordFiles } from '../ceremony/record.ts';
import { generated, type Ended } from '../test-support/records.ts';
import { edit } from '../test-support/tamper.ts';

const folder = mkdtempSync(join(tmpdir(), 'reseal-verify-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let record: Ended;
beforeAll(async () => {
  record = await generated({ suite: 'ed25519', holders: 2, threshold: 2, seed: 'verify.py' });
});

/** Writes a record; returns its folder. */
function written(name: string, files: RecordFiles): string {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), bytes);
  }
  return join(folder, name);
}

function run(...words: string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(
    'python3',
    [join(import.meta.dirname, 'verify.py'), ...words],
    {
      encoding: 'utf8',
    },
  );
  return { status, out: stdout, err: stderr };
}

describe('verify.py', () => {
  it('exits with 0 for valid records, 1 where one is not, 2 for wrong use', () => {
    const good = written('good', record.files);
    const bad = written('bad', edit(record.files, { 'README.txt': new Uint8Array(3) }));
    expect(run(good)).toMatchObject({ status: 0, err: '' });
    expect(run(good, bad).status).toBe(1);
    expect(run(bad, good).status).toBe(1);
    for (const words of [
      [],
      ['--nonsense'],
      [join(folder, 'nothing')],
      [folder],
      [good, join(folder, 'nothing')],
    ])
      expect(run(...words).status, words.join(' ')).toBe(2);
    expect(run(join(folder, 'nothing')).err).toContain('is not the folder of a record');
  });

  it('prints every rule with its evidence, and the verdict', () => {
    const { out } = run(written('printed', record.files));
    for (const rule of Object.keys(RULES))
      expect(out).toMatch(new RegExp(`^[✓–] ${rule}  (?:ok|not applicable)  `, 'm'));
    expect(out).toContain('group key ');
    expect(out).toMatch(/^VALID: a true account of a ceremony that was completed \(REHEARSAL\)\.$/m);
    const broken = run(written('broken', edit(record.files, { checkpoint: new Uint8Array(3) }))).out;
    expect(broken).toMatch(/^✗ check_checkpoint {2}failed/m);
    expect(broken).toMatch(/^NOT VALID: check_files, checkpoint: its SHA-256 is /m);
  });

  it('gives the same shape as reseal verify --json', () => {
    const { out } = run('--json', written('json', record.files));
    const theirs = JSON.parse(out) as Record<string, unknown> & { rules: Record<string, unknown>[] };
    const ours = verifyRecord(record.files);
    expect(Object.keys(theirs).sort()).toEqual(['record', ...Object.keys(ours)].sort());
    expect(Object.keys(theirs.rules[0]!).sort()).toEqual(Object.keys(ours.rules[0]!).sort());
    expect(theirs['ceremony']).toEqual(ours.ceremony);
  });

  it('reads packed records, and refuses every other form of them', () => {
    const archive = packArchive(record.files);
    const path = join(folder, 'packed.reseal');
    writeFileSync(path, archive);
    expect(run(path)).toMatchObject({ status: 0, err: '' });
    const at = (place: number): Uint8Array => archive.map((byte, here) => (here === place ? byte ^ 1 : byte));
    const broken = [
      0,
      5,
      10,
      14,
      22,
      26,
      30,
      60,
      archive.length - 30,
      archive.length - 12,
      archive.length - 1,
    ].map(at);
    for (const [number, bytes] of [
      ...broken,
      archive.subarray(1),
      archive.subarray(0, -1),
      archive.subarray(0, 40),
    ].entries()) {
      writeFileSync(path, bytes);
      expect(run(path), `case ${number}`).toMatchObject({ status: 2 });
    }
  });

  it('does not follow links, and refuses folders that no record has', () => {
    const linked = written('linked', record.files);
    symlinkSync('/etc/hostname', join(linked, 'extra'));
    expect(run(linked)).toMatchObject({ status: 2 });
    const deep = written('deep', new Map([...record.files, ['a/b/c/d/e/f', new Uint8Array(1)]]));
    expect(run(deep).err).toContain('folders this deep');
  });

  it('needs nothing but the standard library', () => {
    const { out } = {
      out: spawnSync(
        'python3',
        ['-I', '-S', join(import.meta.dirname, 'verify.py'), written('isolated', record.files)],
        { encoding: 'utf8' },
      ).stdout,
    };
    expect(out).toContain('VALID: a true account');
  });
});
