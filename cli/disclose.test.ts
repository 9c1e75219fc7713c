/** `reseal disclose`, and `verify` of what it writes: by Reseal and by verify.py. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDisclosure } from '../ceremony/disclosure.ts';
import { writeRecord } from '../laptop/files.ts';
import { json, reseal } from '../test-support/cli.ts';
import { generated } from '../test-support/records.ts';
import { edit } from '../test-support/tamper.ts';

const SCRIPT = fileURLToPath(new URL('../verifiers/verify.py', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'reseal-disclose-'));
const record = join(folder, 'record');
const out = join(folder, 'disclosed.json');
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeAll(async () => {
  for (const [name, alg] of [
    ['record', 'EdDSA'],
    ['other', 'ES256'],
  ] as const) {
    const { files } = await generated({ suite: 'ed25519', holders: 2, threshold: 2, alg, seed: 'disclose' });
    writeRecord(join(folder, name), files);
    writeRecord(join(folder, `${name}-broken`), edit(files, { 'README.txt': new Uint8Array(1) }));
  }
});

const python = (path: string): { status: number | null; verdict: Record<string, unknown> } => {
  const { status, stdout } = spawnSync('python3', [SCRIPT, '--json', path], { encoding: 'utf8' });
  return { status, verdict: JSON.parse(stdout) as Record<string, unknown> };
};

describe('disclose', () => {
  it('writes what both verifiers accept, and in which they read the same', async () => {
    for (const name of ['record', 'other']) {
      const file = name === 'record' ? out : join(folder, 'other.json');
      const made = await reseal([
        'disclose',
        join(folder, name),
        '--entries',
        '7,3',
        '--out',
        file,
        '--json',
      ]);
      expect(json(made)).toMatchObject({ file, entries: [3, 7] });
      const ours = await reseal(['verify', file, '--json']);
      expect(ours.code).toBe(0);
      expect(json(ours)).toMatchObject({
        kind: 'disclosure',
        verdict: 'VALID',
        entries: [{ seq: 3 }, { seq: 7 }],
      });
      const theirs = python(file);
      expect(theirs.status).toBe(0);
      expect(theirs.verdict).toEqual(json(ours));
    }
    const text = (await reseal(['verify', out])).stdout;
    expect(text).toContain('✓ entry 3  ');
    expect(text).toContain('Whose keys these are is not proven here');
  });

  it('writes what neither accepts once a byte of it was changed', async () => {
    const bytes = readFileSync(out);
    const changed: string[] = [];
    // Behind the first bytes, which say what the file is.
    for (let at = 15; at < bytes.length; at += 97) {
      const copy = bytes.map((byte, place) => (place === at ? byte ^ 1 : byte));
      expect(() => checkDisclosure(new Uint8Array(copy)), `byte ${at}`).toThrow();
      const path = join(folder, `changed-${at}.json`);
      writeFileSync(path, copy);
      changed.push(path);
    }
    expect(changed.length).toBeGreaterThan(20);
    const { status, stdout } = spawnSync('python3', [SCRIPT, '--json', ...changed], { encoding: 'utf8' });
    const verdicts = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { record: string; verdict: string });
    expect(status).toBe(1);
    expect(verdicts).toHaveLength(changed.length);
    expect(verdicts.filter(({ verdict }) => verdict !== 'NOT VALID')).toEqual([]);
    expect(await reseal(['verify', changed.at(-1) ?? ''])).toMatchObject({ code: 1 });
  });

  it('refuses entries that are not there, and a record that is not valid', async () => {
    for (const [entries, said, code] of [
      ['999', 'there is no entry 999', 1],
      ['3,3', 'each once', 1],
      ['x', 'expected numbers such as "3,7"', 2],
    ] as const) {
      const refused = await reseal([
        'disclose',
        record,
        '--entries',
        entries,
        '--out',
        join(folder, 'no.json'),
      ]);
      expect(refused.code, entries).toBe(code);
      expect(refused.stderr).toContain(said);
    }
    const broken = await reseal([
      'disclose',
      `${record}-broken`,
      '--entries',
      '1',
      '--out',
      join(folder, 'no.json'),
    ]);
    expect(broken).toMatchObject({ code: 1 });
    expect(broken.stderr).toContain('This record is not valid');
  });
});
