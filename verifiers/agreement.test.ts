/**
 * The verifiers agree: Reseal's own, verify.py and verify.html, which share no code, come to the same verdict, the same
 * end, the same facts and the same state of every rule for every record of the corpus.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { verifyRecord, type Verdict } from '../ceremony/verify/verify.ts';
import type { RecordFiles } from '../ceremony/record.ts';
import { RULES } from '../ceremony/rules.ts';
import { openVerifyPage } from '../test-support/verify-page.ts';
import { corpus, type Sample } from '../test-support/corpus/corpus.ts';

vi.mock('../crypto/identity.ts', async (original) =>
  (await import('../test-support/remember-identity.ts')).rememberIdentity(original),
);
vi.mock('../ceremony/view.ts', async (original) =>
  (await import('../test-support/remember-view.ts')).rememberView(original),
);

const SCRIPT = join(import.meta.dirname, 'verify.py');
const folder = mkdtempSync(join(tmpdir(), 'reseal-corpus-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What verifiers must agree on. */
type Answer = Pick<Verdict, 'verdict' | 'outcome' | 'rehearsal' | 'ceremony'> & { readonly states: string };

function answerOf({ verdict, outcome, rehearsal, ceremony, rules }: Verdict): Answer {
  return {
    verdict,
    outcome,
    rehearsal,
    ceremony,
    states: rules.map(({ rule, state }) => `${rule}: ${state}`).join('\n'),
  };
}

/** Files in order of path, as a verifier of folders finds them. */
const sorted = (files: RecordFiles): RecordFiles => new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));

function write(dir: string, files: RecordFiles): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), bytes);
  }
}

/** Verdicts of one process of Python, by folder. */
function python(dirs: readonly string[]): Promise<Map<string, Verdict>> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', [SCRIPT, '--json', ...dirs], { stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => out.push(part));
    child.stderr.on('data', (part: Buffer) => err.push(part));
    child.on('error', reject);
    child.on('close', () => {
      if (err.length > 0) reject(new Error(Buffer.concat(err).toString()));
      const lines = Buffer.concat(out).toString().trimEnd().split('\n');
      const all = lines.map((line) => JSON.parse(line) as Verdict & { record: string });
      resolve(new Map(all.map((one) => [one.record, one])));
    });
  });
}

/** Verdicts of the page, some records at a time. */
async function browser(all: readonly Sample[]): Promise<Verdict[]> {
  const opened = await openVerifyPage();
  const verdicts: Verdict[] = [];
  try {
    for (let at = 0; at < all.length; at += 20) {
      const some = all
        .slice(at, at + 20)
        .map(({ files }) => [...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')]));
      const part = await opened.page.evaluate((records) => {
        const { verifyRecord: verify } = globalThis as unknown as {
          verifyRecord: (files: unknown) => Verdict;
        };
        return records.map(verify);
      }, some);
      verdicts.push(...part);
    }
    expect(opened.asked).toEqual([]);
    expect(opened.said).toEqual([]);
  } finally {
    await opened.close();
  }
  return verdicts;
}

describe('all verifiers', () => {
  let all: Sample[] = [];
  const own: Answer[] = [];
  const others: Verdict[] = [];
  const pages: Verdict[] = [];

  beforeAll(async () => {
    const started = performance.now();
    const lap = (what: string): void => {
      console.log(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    };
    all = await corpus();
    lap(`corpus of ${all.length} records`);
    const dirs = all.map((_, at) => join(folder, String(at)));
    for (const [at, { files }] of all.entries()) write(dirs[at] ?? '', files);
    const half = dirs.length >> 1;
    const running = Promise.all([python(dirs.slice(0, half)), python(dirs.slice(half))]);
    const browsing = browser(all);
    for (const { files } of all) {
      own.push(answerOf(verifyRecord(sorted(files))));
      // The other processes are answered in between.
      await new Promise(setImmediate);
    }
    lap('verified by Reseal');
    const answers = new Map((await running).flatMap((part) => [...part]));
    for (const dir of dirs) others.push(answers.get(dir)!);
    lap('verified by verify.py');
    pages.push(...(await browsing));
    lap('verified by verify.html');
  }, 280_000);

  it('know records of every kind, each under its own name', () => {
    expect(all.length).toBeGreaterThanOrEqual(200);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    const count = (wanted: Partial<Answer>): number =>
      own.filter((one) => Object.entries(wanted).every(([key, value]) => one[key as keyof Answer] === value))
        .length;
    console.log(
      `${count({ verdict: 'VALID', outcome: 'closed' })} completed, ${count({ verdict: 'VALID', outcome: 'aborted' })} aborted, ${count({ verdict: 'NOT VALID' })} not valid`,
    );
    expect(count({ verdict: 'VALID', outcome: 'closed' })).toBeGreaterThan(20);
    expect(count({ verdict: 'VALID', outcome: 'aborted' })).toBeGreaterThan(50);
    expect(count({ verdict: 'NOT VALID' })).toBeGreaterThan(100);
    // Every rule is broken by some record.
    const unbroken = Object.keys(RULES).filter(
      (rule) => !own.some(({ states }) => new RegExp(`^${rule}: (?:failed|broken)$`, 'm').test(states)),
    );
    expect(unbroken).toEqual([]);
  });

  it.each([
    ['verify.py', others],
    ['verify.html', pages],
  ])('agree: Reseal and %s, on verdict, end, facts and the state of every rule', (name, theirs) => {
    expect(theirs).toHaveLength(all.length);
    const differences = all.flatMap((sample, at) => {
      const other = theirs[at];
      if (other !== undefined && JSON.stringify(own[at]) === JSON.stringify(answerOf(other))) return [];
      return [`${sample.name}: ${JSON.stringify(own[at])} / ${JSON.stringify(other && answerOf(other))}`];
    });
    console.log(`${name}: ${all.length - differences.length} of ${all.length} agree`);
    expect(differences.slice(0, 10).join('\n')).toBe('');
  });
});
