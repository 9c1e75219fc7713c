/**
 * How many printed share sheets are read back, by which reader: `node bench/paper.ts`. Both kinds of sheet, rendered at
 * three resolutions, each damaged in ten ways. Ends with 1 where a reader reads something else than what is printed.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSheet } from '../laptop/paper/sheets.ts';
import { openZxingHere } from '../test-support/codes.ts';
import { DAMAGES, readByUs, readByZbar, renderPage } from '../test-support/paper.ts';
import { knownKey } from '../test-support/sheets.ts';

const folder = mkdtempSync(join(tmpdir(), 'reseal-paper-'));
const decoder = await openZxingHere();
const { record, shares } = knownKey();
const read = { ours: 0, zbarimg: 0 };
let pages = 0;
let wrong = 0;
const judge = (name: keyof typeof read, found: string | undefined, expected: string): string => {
  if (found === expected) read[name]++;
  else if (found !== undefined) wrong++;
  return found === expected ? 'read' : found === undefined ? '-' : 'WRONG';
};
try {
  for (const kind of ['sealed-sheet', 'plain-sheet'] as const) {
    const made = await makeSheet(record, 7, shares.get(7)!, kind, 'a passphrase', {
      at: '2026-11-25T09:00:00Z',
    });
    const pdf = join(folder, `${kind}.pdf`);
    writeFileSync(pdf, made.pdf);
    for (const dpi of [100, 150, 300]) {
      const clean = renderPage(pdf, dpi);
      for (const [damage, apply] of Object.entries(DAMAGES)) {
        const scan = apply(clean, dpi);
        const ours = judge('ours', await readByUs(decoder, scan), made.qrText);
        const zbar = judge('zbarimg', readByZbar(scan, folder), made.qrText);
        pages++;
        console.log(
          `${kind.padEnd(13)} ${String(dpi).padStart(3)} dpi  ${damage.padEnd(23)} ours ${ours.padEnd(6)} zbarimg ${zbar}`,
        );
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`Of ${pages} pages: ours ${read.ours}, zbarimg ${read.zbarimg}, wrong ${wrong}.`);
if (wrong > 0) process.exitCode = 1;
