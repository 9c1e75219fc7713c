import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openZxingHere } from '../../test-support/codes.ts';
import { temporaryFolder } from '../../test-support/folders.ts';
import { DAMAGES, readByUs, readByZbar, renderPage } from '../../test-support/paper.ts';
import { knownKey } from '../../test-support/sheets.ts';
import { makeSheet } from './sheets.ts';

const { record, shares } = knownKey();
const share = shares.get(7)!;
const decoder = await openZxingHere();

// All resolutions and damages: npm run bench:paper.
it.each([
  ['clean', 100],
  ['turned 3°', 100],
  ['JPEG 25', 100],
  ['blot 8 %', 100],
  ['turned, noisy, JPEG 40', 150],
] as const)('a page that is %s is read at %i dpi, by our reader and by zbarimg', async (damage, dpi) => {
  const folder = temporaryFolder();
  const made = await makeSheet(record, 7, share, 'sealed-sheet', 'a passphrase', {
    at: '2026-11-25T09:00:00Z',
  });
  const pdf = join(folder, 'sheet.pdf');
  writeFileSync(pdf, made.pdf);
  const scan = DAMAGES[damage]!(renderPage(pdf, dpi), dpi);
  expect(await readByUs(decoder, scan)).toBe(made.qrText);
  expect(readByZbar(scan, folder)).toBe(made.qrText);
});
