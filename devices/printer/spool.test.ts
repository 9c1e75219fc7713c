import fs from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../test-support/folders.ts';
import { startPrinter } from '../../test-support/printer.ts';
import { followJob, print } from './printer.ts';
import { spoolNotes } from './spool.ts';

/** Settings files in a folder, with the spool in memory unless another is named. */
function notes(cupsd: string, spool = temporaryFolder('/dev/shm'), more = ''): string[] {
  const dir = temporaryFolder();
  fs.mkdirSync(join(spool, 'tmp'), { recursive: true });
  fs.writeFileSync(join(dir, 'cupsd.conf'), cupsd);
  fs.writeFileSync(join(dir, 'cups-files.conf'), `RequestRoot ${spool}\n${more}`);
  return spoolNotes({ cupsd: join(dir, 'cupsd.conf'), cupsFiles: join(dir, 'cups-files.conf') });
}

test('a spool in memory from which documents are deleted at once needs no warning', () => {
  for (const value of ['No', 'off', 'false', '0'])
    expect(notes(`# a comment\n preservejobfiles  ${value} \n`)).toEqual([]);
});

test.each([
  ['', 'for 86400 seconds'],
  ['#PreserveJobFiles No', 'for 86400 seconds'],
  ['PreserveJobFiles No\nPreserveJobFiles Yes', 'for good'],
  ['PreserveJobFiles 60', 'for 60 seconds'],
])('settings %j keep what was printed', (settings, long) => {
  const found = notes(settings);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(`${long} (PreserveJobFiles). Set “PreserveJobFiles No” in `);
});

test('a spool or a temporary folder on a disk is named', () => {
  const disk = fs.mkdtempSync(join(process.cwd(), 'out-of-memory-'));
  onTestFinished(() => {
    fs.rmSync(disk, { recursive: true });
  });
  expect(notes('PreserveJobFiles No', disk)).toEqual([
    expect.stringContaining(`${disk} while it prints them, which is on a disk`),
  ]);
  expect(notes('PreserveJobFiles No', undefined, `TempDir ${disk}\n`)).toEqual([
    expect.stringContaining(`name a folder in memory as TempDir`),
  ]);
});

test('settings that cannot be read are said to be unknown, and another service cannot be seen', () => {
  const dir = temporaryFolder();
  const nowhere = join(dir, 'cupsd.conf');
  expect(spoolNotes({ cupsd: nowhere, cupsFiles: dir })).toEqual([
    expect.stringMatching(/^Whether CUPS keeps printed documents is unknown: .* is not there\. Set/),
    expect.stringMatching(/^Where CUPS keeps documents .* is unknown: .* cannot be read/),
  ]);
  expect(spoolNotes({ server: 'print.example:631' })).toEqual([
    expect.stringContaining('another printing service (print.example:631)'),
  ]);
});

test('the warning is true: a service that preserves has the document after it was printed', async () => {
  const dir = temporaryFolder();
  const room = await startPrinter(dir, ['PreserveJobFiles Yes']);
  try {
    vi.stubEnv('CUPS_SERVER', room.env.CUPS_SERVER);
    const document = Buffer.from(
      '%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>> endobj\ntrailer <</Root 1 0 R/Size 4>>\n%%EOF\n',
    );
    const job = await print(document, { printer: room.name, title: 'Sheet', media: 'A4' });
    expect(await followJob(job, { every: 100, patience: 60_000 })).toMatchObject({ state: 'done' });
    expect(room.spooled().map((file) => fs.readFileSync(file))).toEqual([document]);
    const [note] = spoolNotes({ cupsd: join(dir, 'cupsd.conf'), cupsFiles: join(dir, 'cups-files.conf') });
    expect(note).toContain('for good');
  } finally {
    vi.unstubAllEnvs();
    await room.close();
  }
});
