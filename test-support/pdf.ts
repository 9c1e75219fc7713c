/** PDFs as other people's tools see them: poppler, qpdf and zbarimg. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './folders.ts';

const run = (command: string, words: readonly string[]): string =>
  execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 });

/** Puts a PDF where the tools can open it. Only inside a test. */
export function onDisk(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'document.pdf');
  fs.writeFileSync(path, bytes);
  return path;
}

/** What qpdf says about the file. Throws where it finds a damage. */
export const qpdfCheck = (path: string): string => run('qpdf', ['--check', path]);

export function pdfInfo(path: string): Readonly<Record<string, string>> {
  const lines = run('pdfinfo', [path]).trim().split('\n');
  return Object.fromEntries(lines.map((line) => [line.split(':')[0] ?? '', line.replace(/^[^:]*:\s*/, '')]));
}

/** The text of each page, as it is copied out. */
export const pageTexts = (path: string): string[] =>
  run('pdftotext', ['-layout', path, '-']).split('\f').slice(0, -1);

/** The text in the order of the structure tree, without spaces and line breaks: what wraps is found all the same. */
export const structureText = (path: string): string =>
  run('pdfinfo', ['-struct-text', path])
    .replace(/^\s*"(.*)"$/gm, '$1')
    .replace(/\s+/g, '');

export const structure = (path: string): string => run('pdfinfo', ['-struct', path]);

export interface Word {
  readonly page: number;
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Every word with its place, in points from the upper left corner. */
export function words(path: string): { words: Word[]; width: number; height: number } {
  const found: Word[] = [];
  let page = 0;
  let [width, height] = [0, 0];
  for (const line of run('pdftotext', ['-bbox', path, '-']).split('\n')) {
    const sheet = /<page width="([\d.]+)" height="([\d.]+)"/.exec(line);
    if (sheet !== null) {
      page += 1;
      [width, height] = [Number(sheet[1]), Number(sheet[2])];
    }
    const word =
      /<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*)<\/word>/.exec(line);
    if (word === null) continue;
    const [left = 0, top = 0, right = 0, bottom = 0] = word.slice(1, 5).map(Number);
    found.push({ page, text: word[5] ?? '', left, top, right, bottom });
  }
  return { words: found, width, height };
}

/** Pairs of words that lie on one another by more than `tolerance` points in both directions. */
export function overlapping(all: readonly Word[], tolerance = 1.5): string[] {
  const bad: string[] = [];
  const byPage = Map.groupBy(all, ({ page }) => page);
  for (const [page, list] of byPage)
    for (const [at, a] of list.entries())
      for (const b of list.slice(at + 1)) {
        const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (x > tolerance && y > tolerance) bad.push(`page ${page}: "${a.text}" and "${b.text}"`);
      }
  return bad;
}

/** What the codes on a page say, read from a picture of it. */
export function codesOn(path: string, page: number): string[] {
  const picture = join(temporaryFolder(), 'page');
  run('pdftoppm', [
    '-r',
    '150',
    '-png',
    '-singlefile',
    '-f',
    String(page),
    '-l',
    String(page),
    path,
    picture,
  ]);
  return run('zbarimg', ['--raw', '--quiet', `${picture}.png`])
    .trim()
    .split('\n');
}

/** Share of the first page that is light and reddish: the mark of a rehearsal under the text. */
export function tinted(path: string): number {
  const picture = join(temporaryFolder(), 'page');
  run('pdftoppm', ['-r', '30', '-singlefile', '-f', '1', '-l', '1', path, picture]);
  const ppm = fs.readFileSync(`${picture}.ppm`);
  // "P6\n<width> <height>\n255\n", then three bytes a pixel.
  const start = /^P6\s+\d+\s+\d+\s+255\s/.exec(ppm.toString('latin1', 0, 64))?.[0].length ?? 0;
  let found = 0;
  for (let at = start; at + 2 < ppm.length; at += 3) {
    const [red = 0, green = 0] = [ppm[at], ppm[at + 1]];
    if (red > 230 && red - green > 5) found += 1;
  }
  return found / ((ppm.length - start) / 3);
}
