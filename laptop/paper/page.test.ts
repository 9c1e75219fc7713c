import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test-support/folders.ts';
import { knownKey } from '../../test-support/sheets.ts';
import { encodeContent, type SheetContent } from '../../ceremony/paper/payload.ts';
import { groupsOf } from '../../ceremony/paper/lines.ts';
import { sheetText } from '../../ceremony/paper/sheet.ts';
import { sheetPdf } from './page.ts';

const AT = '2026-11-25T09:00:00Z';
const { record, shares } = knownKey({ name: 'Treasury Zürich Київ \u202e漢' });
const { rehearsal, suite, threshold, epoch, fingerprint } = record;
const facts = { rehearsal, suite, threshold, index: 7, epoch, fingerprint };
const plain: SheetContent = { kind: 'plain-sheet', facts, share: shares.get(7)! };
const sealed: SheetContent = {
  kind: 'sealed-sheet',
  ...{
    facts,
    cost: { memoryLog2: 13, passes: 1 },
    salt: new Uint8Array(16).fill(7),
    box: new Uint8Array(48).fill(9),
  },
};

const make = (content: SheetContent, key = record): Promise<Uint8Array> =>
  sheetPdf(key, 7, content.kind, sheetText(content), {
    at: AT,
    ceremonyCode: 'goldfish Pandora endow Capricorn',
  });

describe.each([plain, sealed])('the page of a $kind', (content) => {
  it('is one page of PDF that qpdf finds nothing wrong with, tagged, with every font embedded', async () => {
    const path = join(temporaryFolder(), 'sheet.pdf');
    writeFileSync(path, await make(content));
    expect(execFileSync('qpdf', ['--check', path], { encoding: 'utf8' })).toContain(
      'No syntax or stream encoding errors',
    );
    const info = execFileSync('pdfinfo', [path], { encoding: 'utf8' });
    expect(info).toMatch(/Tagged:\s+yes/);
    expect(info).toMatch(/Pages:\s+1\n/);
    expect(info).toMatch(/Title:\s+REHEARSAL: Share 7 of/);
    const fonts = execFileSync('pdffonts', [path], { encoding: 'utf8' }).trim().split('\n').slice(2);
    expect(fonts.length).toBeGreaterThan(2);
    for (const font of fonts) expect(font).toMatch(/ yes yes yes +\d+ +\d+$/);
  });

  it('shows key, holder, words, mode, lines and how to use them', async () => {
    const path = join(temporaryFolder(), 'sheet.pdf');
    writeFileSync(path, await make(content));
    const text = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }).replaceAll(
      /\s+/g,
      ' ',
    );
    const { lines, identifier } = sheetText(content);
    for (const expected of [
      ...lines.map((line) => groupsOf(line).slice(0, 8).join(' ')),
      ...lines.map((line) => groupsOf(line).slice(8).join(' ')),
      'Share of holder 7, epoch 4',
      'It is not the key',
      'not a wallet',
      'REHEARSAL',
      'Київ',
      '[U+6F22]',
      'Holder 7',
      record.fingerprint,
      identifier,
      'goldfish Pandora endow Capricorn',
      AT,
      'reseal key restore',
      'BIP-93',
      `Key ${record.fingerprint} · epoch 4 · ceremony goldfish Pandora endow Capricorn Page 1 of 1`,
      'Bag number',
      content.kind === 'plain-sheet' ? 'NOT sealed' : 'Argon2id',
    ])
      expect(text).toContain(expected);
  });

  it('is the same bytes twice', async () => {
    expect(Buffer.from(await make(content)).equals(await make(content))).toBe(true);
  });
});

it('names that fill the page push steps to the next one, each with its number', async () => {
  const key = knownKey({ name: 'W'.repeat(200) }).record;
  const long = { ...key, holders: key.holders.map((holder) => ({ ...holder, name: 'N'.repeat(200) })) };
  const path = join(temporaryFolder(), 'sheet.pdf');
  writeFileSync(path, await make(sealed, long));
  const pages = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })
    .split('\f')
    .slice(0, -1);
  expect(pages).toHaveLength(2);
  const numbered = pages.map((page) => page.match(/^\s*\d\. .*$/gmu) ?? []);
  expect(numbered.map((rows) => rows.length > 0)).toEqual([true, true]);
  // A number by itself is one that lost its text.
  for (const page of pages) expect(page).not.toMatch(/^\s*\d\.\s*$/mu);
  expect(numbered.flat()).toHaveLength(8);
});

it('no key but a rehearsal’s is marked as one', async () => {
  const real = knownKey({ rehearsal: false });
  const content = { ...plain, facts: { ...facts, rehearsal: false, fingerprint: real.record.fingerprint } };
  const path = join(temporaryFolder(), 'sheet.pdf');
  writeFileSync(path, await make(content, real.record));
  expect(execFileSync('pdftotext', [path, '-'], { encoding: 'utf8' })).not.toContain('REHEARSAL');
  expect(encodeContent(content)).toHaveLength(57);
});
