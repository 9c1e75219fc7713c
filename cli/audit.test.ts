/** `reseal record audit`: all that an auditor needs in one folder, and nothing that is not true. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeRecord } from '../laptop/files.ts';
import { buildVerifyPage } from '../scripts/verify-page.ts';
import { json, reseal } from '../test-support/cli.ts';
import { refreshed } from '../test-support/records.ts';
import { edit } from '../test-support/tamper.ts';

const folder = mkdtempSync(join(tmpdir(), 'reseal-audit-'));
const record = join(folder, 'record');
const audit = join(folder, 'audit');
const run = (command: string, words: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: audit, encoding: 'utf8' });
  return `${status} ${stdout}${stderr}`;
};
beforeAll(async () => {
  const { files } = await refreshed({ suite: 'p256', holders: 2, threshold: 2, seed: 'audit' });
  writeRecord(record, files);
  writeRecord(join(folder, 'broken'), edit(files, { 'README.txt': new Uint8Array(1) }));
  const made = await reseal(['record', 'audit', record, '--out', audit, '--json']);
  expect(made.stderr).toBe('');
  expect(json(made)).toMatchObject({ folder: audit });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('record audit', () => {
  it('writes record, archive, documents and verifiers, with sums that sha256sum accepts', () => {
    expect(readdirSync(audit).sort()).toEqual([
      'README.txt',
      'SHA256SUMS',
      'documents',
      'record',
      'record.reseal',
      'verifiers',
    ]);
    expect(run('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'])).toBe('0 ');
    writeFileSync(join(audit, 'documents', 'report.pdf'), 'another one');
    expect(run('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'])).toContain(
      'report.pdf: FAILED',
    );
  });

  it('does as its README says: both forms of the record are checked by the verifiers beside them', async () => {
    const readme = readFileSync(join(audit, 'README.txt'), 'utf8');
    expect(readme).toMatch(/^REHEARSAL: throw-away keys\./);
    expect(readme).toContain('refresh of the key "Test key", completed.');
    const [, command = ''] = /verify\.py +(python3 .*)\n/.exec(readme) ?? [];
    const [program = '', ...words] = command.split(' ');
    expect(run(program, words)).toMatch(/^0 [^]*\nVALID: a true account of a ceremony that was completed/);
    expect(run('python3', ['verifiers/verify.py', 'record.reseal'])).toMatch(/^0 /);
    const page = join(folder, 'verify.html');
    await buildVerifyPage(page);
    expect(readFileSync(join(audit, 'verifiers', 'verify.html'))).toEqual(readFileSync(page));
  });

  it('is the same from the archive of a record, and never written over', async () => {
    const other = join(folder, 'other');
    await reseal(['record', 'audit', join(audit, 'record.reseal'), '--out', other]);
    expect(readFileSync(join(other, 'SHA256SUMS'))).toEqual(readFileSync(join(audit, 'SHA256SUMS')));
    const again = await reseal(['record', 'audit', record, '--out', other]);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain(`${other} exists already: choose another name, or move it away first.`);
  });

  it('is not made of a record that is not valid', async () => {
    const out = join(folder, 'never');
    const refused = await reseal(['record', 'audit', join(folder, 'broken'), '--out', out]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'This record is not valid: "reseal verify" says why. Nothing was written.',
    );
    expect(existsSync(out)).toBe(false);
  });
});
