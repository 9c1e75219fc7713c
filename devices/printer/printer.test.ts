import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startPrinter, type TestPrinter } from '../../test-support/printer.ts';
import { schedulerOf } from './tools.ts';
import { cancelJob, followJob, jobState, print, printers, type JobState } from './printer.ts';

let room: TestPrinter;
let dir: string;

beforeAll(async () => {
  dir = fs.mkdtempSync(join(tmpdir(), 'reseal-test-'));
  room = await startPrinter(dir);
});
afterAll(async () => {
  await room.close();
  fs.rmSync(dir, { recursive: true, force: true });
});
beforeEach(() => {
  vi.stubEnv('CUPS_SERVER', room.env.CUPS_SERVER);
  return () => vi.unstubAllEnvs();
});

/** A PDF of one page with one line of text; readers find the objects without a table of them. */
function sheet(words: string): Uint8Array {
  const content = `BT /F1 24 Tf 72 700 Td (${words}) Tj ET`;
  return Buffer.from(
    `%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>> endobj
4 0 obj <</Length ${content.length}>> stream
${content}
endstream endobj
5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
trailer <</Root 1 0 R/Size 6>>
%%EOF
`,
  );
}

const text = (file: string): string => execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' }).trim();
const toRoom = { title: 'Sheet 1 of 2', media: 'A4' } as const;
const quickly = { every: 100, patience: 60_000 };

/** Asks for a job until it looks as expected. */
async function until(ask: () => Promise<JobState>, as: (state: JobState) => boolean): Promise<JobState> {
  for (let tries = 0; tries < 300; tries += 1) {
    const state = await ask();
    if (as(state)) return state;
    await pause(100);
  }
  return await ask();
}

test('a sheet arrives as it was sent, and is gone from the spool', async () => {
  expect(await printers()).toEqual({
    printers: [{ name: room.name, title: 'Printer of the room', state: 'ready', reason: null }],
    why: null,
  });
  const before = room.pages().length;
  const job = await print(sheet('alpha bravo charlie'), { printer: room.name, ...toRoom });
  expect(job.id).toMatch(/^sheets-\d+$/);
  expect(await followJob(job, quickly)).toEqual({ state: 'done', reason: null });
  expect(room.pages()).toHaveLength(before + 1);
  expect(text(room.pages().at(-1)!)).toBe('alpha bravo charlie');
  expect(room.spooled()).toEqual([]);
  await expect(cancelJob(job)).rejects.toMatchObject({ code: 'finished' });
});

test('paper that is stuck is told while the job is printed, and the sheet comes out when it is freed', async () => {
  const free = room.jam();
  const job = await print(sheet('stuck'), { printer: room.name, ...toRoom });
  const stuck = await until(
    () => jobState(job),
    ({ reason }) => reason !== null,
  );
  expect(stuck).toEqual({
    state: 'printing',
    reason: expect.stringMatching(/^Paper is stuck in the printer: open it/) as string,
  });
  expect((await printers()).printers[0]?.reason).toMatch(/^Paper is stuck/);
  // Patience ends before the job does.
  expect(await followJob(job, { every: 50, patience: 200 })).toEqual(stuck);
  const stop = new AbortController();
  const seen: JobState[] = [];
  const followed = followJob(job, { ...quickly, signal: stop.signal, onChange: (state) => seen.push(state) });
  setTimeout(() => {
    stop.abort(new Error('the person went away'));
  }, 300);
  await expect(followed).rejects.toThrow();
  expect(seen).toEqual([stuck]);
  free();
  expect(await followJob(job, quickly)).toEqual({ state: 'done', reason: null });
  expect(text(room.pages().at(-1)!)).toBe('stuck');
});

test('a stopped printer lets the job wait, with its reason; a job can be taken back', async () => {
  await room.tool('cupsdisable', '-r', 'No toner, please', room.name);
  const told = /^The printer is stopped\. It says: “No toner, please”\. .*cupsenable sheets$/;
  expect((await printers()).printers[0]).toMatchObject({
    state: 'stopped',
    reason: expect.stringMatching(told) as string,
  });
  const before = room.pages().length;
  const job = await print(sheet('never'), { printer: room.name, ...toRoom });
  expect(await jobState(job)).toEqual({
    state: 'waiting',
    reason: expect.stringMatching(told) as string,
  });
  await cancelJob(job);
  expect(await jobState(job)).toMatchObject({
    state: 'stopped',
    reason: expect.stringMatching(
      /^sheets-\d+ was cancelled, by a person or by the printer\..* Look at the printer/,
    ) as string,
  });
  expect(room.spooled()).toEqual([]);
  await room.tool('cupsenable', room.name);
  expect(room.pages()).toHaveLength(before);
});

test('a job that the printer itself refuses is stopped, with what the printer said', async () => {
  // A queue without a driver hands on a name of the paper that this printer does not know.
  await room.tool('lpadmin', '-p', 'bare', '-E', '-v', room.uri);
  const before = room.pages().length;
  const job = await print(sheet('refused'), { printer: 'bare', ...toRoom });
  expect(await followJob(job, quickly)).toEqual({
    state: 'stopped',
    reason: expect.stringMatching(
      /^bare-\d+ was cancelled, .*“Printer cannot print with supplied options\.”/,
    ) as string,
  });
  expect(room.pages()).toHaveLength(before);
  await room.tool('lpadmin', '-x', 'bare');
});

test('a job that is held waits, and says how to let it go on', async () => {
  await room.tool('cupsdisable', room.name);
  const job = await print(sheet('held'), { printer: room.name, ...toRoom });
  await room.tool('lp', '-i', job.id, '-H', 'hold');
  await room.tool('cupsenable', room.name);
  const held = await until(
    () => jobState(job),
    ({ reason }) => reason?.includes('held') === true,
  );
  expect(held).toEqual({
    state: 'waiting',
    reason: `The job is held: let it go on with: lp -i ${job.id} -H resume`,
  });
  await cancelJob(job);
});

test('a printer that takes no jobs is refused with its reason', async () => {
  await room.tool('cupsreject', '-r', 'Closed today', room.name);
  try {
    await expect(print(sheet('x'), { printer: room.name, ...toRoom })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('cupsaccept sheets') as string,
    });
    expect((await printers()).printers[0]).toMatchObject({
      state: 'stopped',
      reason: expect.stringContaining('“Closed today”') as string,
    });
  } finally {
    await room.tool('cupsaccept', room.name);
  }
});

test('an unknown printer and an unknown job', async () => {
  await expect(print(sheet('x'), { printer: 'nowhere', ...toRoom })).rejects.toMatchObject({
    code: 'unknown-printer',
    message: expect.stringContaining('“nowhere”') as string,
  });
  expect(await jobState({ id: 'sheets-999', printer: 'sheets' })).toMatchObject({
    state: 'stopped',
    reason: expect.stringContaining('no longer knows sheets-999') as string,
  });
});

test.each([
  ['printer', '-o', 'Sheet', '%PDF-'],
  ['printer', 'a/b', 'Sheet', '%PDF-'],
  ['title', 'sheets', 'two\nlines', '%PDF-'],
  ['title', 'sheets', '', '%PDF-'],
  ['title', 'sheets', 'x'.repeat(81), '%PDF-'],
  ['document', 'sheets', 'Sheet', 'words'],
])('what cannot be printed is refused by %s', async (field, printer, title, document) => {
  await expect(print(Buffer.from(document), { printer, title, media: 'A4' })).rejects.toMatchObject({
    code: 'bad-request',
    message: expect.stringMatching(new RegExp(`^${field}: `)) as string,
  });
});

test.each([
  ['sheets-1 sheets-2', 'sheets'],
  ['other-1', 'sheets'],
  ['-a', 'sheets'],
])('a job %j is refused', async (id, printer) => {
  await expect(jobState({ id, printer })).rejects.toMatchObject({ code: 'bad-request' });
  await expect(cancelJob({ id, printer })).rejects.toMatchObject({ code: 'bad-request' });
});

test('without a scheduler the list is empty and says why, and nothing is printed', async () => {
  vi.stubEnv('CUPS_SERVER', join(dir, 'nobody'));
  expect(await printers()).toEqual({ printers: [], why: expect.stringContaining('does not run') as string });
  const refusal = { code: 'no-scheduler', message: expect.stringContaining('start it') as string };
  await expect(print(sheet('x'), { printer: 'sheets', ...toRoom })).rejects.toMatchObject(refusal);
  await expect(jobState({ id: 'sheets-1', printer: 'sheets' })).rejects.toMatchObject(refusal);
  await expect(cancelJob({ id: 'sheets-1', printer: 'sheets' })).rejects.toMatchObject(refusal);
});

test('without CUPS the list is empty and says what to install', async () => {
  vi.stubEnv('PATH', join(dir, 'pages'));
  expect(await printers()).toEqual({ printers: [], why: expect.stringContaining('Install CUPS') as string });
  await expect(print(sheet('x'), { printer: 'sheets', ...toRoom })).rejects.toMatchObject({
    code: 'no-cups',
  });
});

test('a share goes to the scheduler of this laptop, whatever is set for other machines', async () => {
  expect(schedulerOf('/run/other.sock')).toBe('/run/other.sock');
  expect(schedulerOf(undefined, (path) => path === '/run/cups/cups.sock')).toBe('/run/cups/cups.sock');
  expect(schedulerOf('', () => false)).toBe('localhost');
  for (const elsewhere of ['printers.example', '192.0.2.1:631', 'localhost.example/version=1.1']) {
    expect(() => schedulerOf(elsewhere)).toThrow('a share is printed by this laptop only');
    vi.stubEnv('CUPS_SERVER', elsewhere);
    expect(await printers()).toMatchObject({
      printers: [],
      why: expect.stringContaining(elsewhere) as string,
    });
    await expect(print(sheet('Never'), { ...toRoom, printer: room.name })).rejects.toMatchObject({
      code: 'no-scheduler',
    });
  }
});
