/** Running `reseal rehearse` and checking what every completed rehearsal has in common. */
import fs from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RehearsalReport } from '../cli/rehearsal/rehearse.ts';
import { verifyRecord } from '../ceremony/verify/verify.ts';
import { readRecord } from '../laptop/files.ts';
import { json, reseal, type Finished } from './cli.ts';
import { temporaryFolder } from './folders.ts';

export interface Rehearsed {
  readonly finished: Finished;
  readonly report: RehearsalReport;
  readonly out: string;
}

/** Rehearses with these words into a temporary folder. Throws with what was said unless it ends with `code`. */
export async function rehearse(words: readonly string[], code = 0): Promise<Rehearsed> {
  const out = join(temporaryFolder(), 'out');
  const finished = await reseal(['rehearse', '--out', out, '--json', ...words]);
  if (finished.code !== code) throw new Error(`${words.join(' ')}: ${finished.stdout}${finished.stderr}`);
  return { finished, report: json(finished) as unknown as RehearsalReport, out };
}

/** Everything that is true of a refresh that was completed, whatever the committee. */
export function expectRefreshed(
  { report, out, finished }: Rehearsed,
  suite: string,
  n: number,
  t: number,
): void {
  expect(report).toMatchObject({
    rehearsal: true,
    suite,
    holders: n,
    threshold: t,
    ceremony: 'refresh',
    out,
    record: join(out, 'record'),
    outcome: 'closed',
    verdict: 'VALID',
    abort: null,
    epochBefore: 0,
    epochAfter: 1,
    trialSignature: { epoch: 1, valid: true },
    problems: [],
  });
  expect(finished.stderr).toBe('');
  expect(report.groupKeyBefore).toMatch(/^[0-9a-f]{64,66}$/);
  expect(report.groupKeyAfter).toBe(report.groupKeyBefore);
  expect(JSON.parse(fs.readFileSync(join(out, 'report.json'), 'utf8'))).toEqual(JSON.parse(finished.stdout));
  expect(verifyRecord(readRecord(report.record)).verdict).toBe('VALID');
  expect(report.documents).toEqual(expect.arrayContaining(['script-administrator.pdf', 'report.pdf']));
  expect(fs.readdirSync(join(out, 'documents')).sort()).toEqual([...report.documents].sort());
  const { refresh } = report.phases;
  expect(Object.keys(refresh ?? {})).toEqual([
    'approve',
    'deal',
    'confirm',
    'secure',
    'retire',
    'attest',
    'close',
  ]);
  for (const [name, ms] of [...Object.entries(report.phases), ...Object.entries(refresh ?? {})])
    if (name !== 'refresh' && name !== 'generate')
      expect(Number.isInteger(ms) && Number(ms) >= 0, name).toBe(true);
  expect(Object.keys(report.phases)).toEqual(
    expect.arrayContaining(['enrol', 'refresh', 'verify', 'documents', 'total']),
  );
  expect(report.steps.map((step) => step.step)).toEqual(
    expect.arrayContaining([
      'join',
      'deal',
      'confirm',
      'secure',
      'cutover',
      'destroy',
      'retire',
      'file-record',
    ]),
  );
  for (const { seat, epochs } of report.laptops)
    if (seat.startsWith('holder-'))
      expect(epochs).toMatchObject([{ epoch: 1, groupKey: report.groupKeyAfter, others: [] }]);
    else expect(epochs).toEqual([]);
  for (const { seat } of report.laptops) {
    const header = fs.readFileSync(join(out, 'laptops', seat, 'vault', 'vault.json'), 'utf8');
    const { id } = JSON.parse(header) as { id: string };
    expect(fs.existsSync(`/dev/shm/reseal-${process.getuid?.() ?? ''}/${id}`)).toBe(false);
  }
}
