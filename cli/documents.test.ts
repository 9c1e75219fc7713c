/** `reseal documents`: which files it writes, what it refuses, and that it never writes over another document. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, reseal } from '../test-support/cli.ts';
import { allFiles } from '../test-support/folders.ts';
import { ceremony, generated, keyAfter } from '../test-support/records.ts';

const SHAPE = { suite: 'ed25519', holders: 2, threshold: 2, seed: 'cli-documents' } as const;
const dir = fs.mkdtempSync(join(tmpdir(), 'reseal-test-'));
const path = (...parts: string[]): string => join(dir, ...parts);
afterAll(() => {
  fs.rmSync(dir, { recursive: true, force: true });
});
beforeAll(async () => {
  const first = await generated(SHAPE);
  const refresh = await ceremony(first.committee, SHAPE, keyAfter(first));
  for (const [name, { files }] of [['first', first] as const, ['refresh', refresh] as const])
    for (const [file, bytes] of files) {
      fs.mkdirSync(join(path(name, file), '..'), { recursive: true });
      fs.writeFileSync(path(name, file), bytes);
    }
});

describe('reseal documents', () => {
  it('writes what is needed before the start from a plan', async () => {
    const done = await reseal(['documents', path('refresh', 'plan.json'), '--out', path('start'), '--json']);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    const { documents } = json(done);
    expect(documents).toEqual(expect.arrayContaining(['script-holder-2.pdf', 'custody-log.pdf']));
    expect(allFiles(path('start'))).toEqual([...(documents as string[])].sort());
    for (const name of documents as string[])
      expect(fs.readFileSync(path('start', name)).toString('latin1', 0, 5)).toBe('%PDF-');
  });

  it('writes all from a record, or some kinds, or those of a role, and leaves what is there', async () => {
    const words = ['documents', path('refresh'), '--old-record', path('first'), '--out', path('all')];
    const some = await reseal([...words, '--only', 'report,destruction-checklist', '--role', 'holder-1']);
    expect(some).toMatchObject({ code: 0, stderr: '' });
    expect(allFiles(path('all'))).toEqual(['destruction-checklist-holder-1.pdf']);
    const all = await reseal(words);
    expect(all.code).toBe(0);
    expect(all.stdout).toMatch(/14 documents in .*; 1 of them were there already/);
    expect(allFiles(path('all'))).toHaveLength(14);
  });

  it('does not write over another document, and then writes nothing', async () => {
    fs.mkdirSync(path('other'));
    fs.writeFileSync(path('other', 'report.pdf'), 'mine');
    const refused = await reseal(['documents', path('first'), '--out', path('other')]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'is there already, and is another document: name another folder with --out.',
    );
    expect(allFiles(path('other'))).toEqual(['report.pdf']);
    expect(fs.readFileSync(path('other', 'report.pdf'), 'utf8')).toBe('mine');
  });

  it.each([
    [['--only', 'poem'], 2, '--only: expected some of script, approvals,'],
    [['--role', 'holder-9'], 2, 'there is no holder-9 in this plan'],
    [['--only', 'exceptions'], 1, 'None of these documents applies here'],
    [['--old-record', '/nowhere'], 2, 'is not a folder: name the folder of a record'],
  ])('refuses %j', async (words, code, sentence) => {
    const refused = await reseal(['documents', path('refresh'), '--out', path('none'), ...words]);
    expect(refused.code).toBe(code);
    expect(refused.stderr).toContain(sentence);
    expect(fs.existsSync(path('none'))).toBe(false);
  });
});
