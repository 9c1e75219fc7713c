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
import { makeRequest } from '../ceremony/timestamp/request.ts';
import { seededRandom } from '../test-support/random.ts';
import { generated, type Ended } from '../test-support/records.ts';
import { edit } from '../test-support/tamper.ts';
import { Authority, TIMESTAMPS_ONLY } from '../test-support/timestamp-authority.ts';

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
    expect(Object.keys(theirs).sort()).toEqual(['record', 'timestamps', ...Object.keys(ours)].sort());
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

  it('names timestamps beside the verdict: about this checkpoint, accepted by openssl, or worth a warning', () => {
    const authority = new Authority(join(folder, 'authority'));
    const checkpoint = record.files.get('checkpoint')!;
    const clock = authority.issue('Clock of the tests');
    const answer = (data: Uint8Array, signer = clock): Uint8Array =>
      authority.answer(makeRequest(data, seededRandom('stamp')), signer);
    const good = answer(checkpoint);
    const broken = good.map((byte, at) => (at === good.length - 1 ? byte ^ 1 : byte));
    const old = authority.issue('Old clock', TIMESTAMPS_ONLY, { to: '20210101000000Z' });
    const dir = written(
      'stamped',
      edit(record.files, {
        'timestamps/a-good.tsr': good,
        'timestamps/b-broken.tsr': broken,
        'timestamps/c-other.tsr': answer(Uint8Array.of(1)),
        'timestamps/d-noise.tsr': Uint8Array.of(1, 2, 3),
        'timestamps/e-rejected.tsr': good.map((byte, at) => (at === 8 ? 2 : byte)),
        'timestamps/f-old.tsr': answer(checkpoint, old),
      }),
    );
    const states = (...words: string[]): string[] => {
      const { status, out } = run('--json', ...words, dir);
      expect(status).toBe(0);
      const { timestamps, verdict } = JSON.parse(out) as { timestamps: { state: string }[]; verdict: string };
      expect(verdict).toBe('VALID');
      return timestamps.map(({ state }) => state);
    };
    const warned = ['warning', 'warning', 'warning'];
    expect(states()).toEqual(['imprint', 'imprint', ...warned, 'imprint']);
    expect(states('--ca', authority.root.cert)).toEqual(['good', 'warning', ...warned, 'warning']);
    const stranger = new Authority(join(folder, 'stranger'));
    expect(states('--ca', stranger.root.cert)[0]).toBe('warning');
    const { out } = run('--ca', authority.root.cert, dir);
    expect(out).toMatch(/^✓ timestamps\/a-good\.tsr {2}ok {2}20\d\d-/m);
    expect(out).toContain('! timestamps/c-other.tsr  warning');
    expect(out).toContain('it is about something else, and not the SHA-256 of this checkpoint.');
    expect(run('--ca').status).toBe(2);
    // Every place where a stamp may be cut off or changed ends in a word about it, not in a failure of the program.
    const hurt = Array.from({ length: 120 }, (_, at) => [
      `timestamps/x${at}.tsr`,
      at < 60
        ? good.subarray(0, 3 * at + 1)
        : good.map((byte, here) => (here === 2 * (at - 60) ? 0xff : byte)),
    ]);
    const all = written('hurt', edit(record.files, Object.fromEntries(hurt) as Record<string, Uint8Array>));
    expect(run('--json', all)).toMatchObject({ status: 0, err: '' });
  });

  it('refuses a packed record with something else among its timestamps', () => {
    const packed = packArchive(edit(record.files, { 'timestamps/a.tsr': Uint8Array.of(1) }));
    const path = join(folder, 'stamped.reseal');
    writeFileSync(path, packed);
    expect(run(path).out).toContain('! timestamps/a.tsr  warning');
    writeFileSync(
      path,
      Buffer.from(Buffer.from(packed).toString('latin1').replaceAll('/a.tsr', '/a.txt'), 'latin1'),
    );
    expect(run(path)).toMatchObject({ status: 2 });
    expect(run(path).err).toContain('timestamps/a.txt is no timestamp');
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
