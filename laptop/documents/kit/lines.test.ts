import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import PDFDocument from 'pdfkit';
import { describe, expect, it } from 'vitest';
import { unpackWoff } from '../../../scripts/unpack-fonts.ts';
import { Fonts } from './fonts.ts';
import { linesOf, oneLine } from './lines.ts';
import { BODY, style } from './sheet.ts';

const fonts = new Fonts(new PDFDocument({ font: null as unknown as string, autoFirstPage: false }));
const widthOf = (line: string): number => fonts.width(line, BODY.face, BODY.size);
const visible = fc.string({ unit: fc.constantFrom(...Array.from('abWij -/._éŁЖ王fi')), maxLength: 80 });

describe('lines', () => {
  it('are no wider than they may be, and lose nothing but spaces', () => {
    fc.assert(
      fc.property(visible, fc.integer({ min: 60, max: 300 }), (text, width) => {
        const lines = linesOf(fonts, text, BODY, width);
        for (const line of lines) expect(widthOf(line.trim())).toBeLessThanOrEqual(width + 0.5);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });

  it('keep the breaks of the text, and show what others hid in it', () => {
    expect(linesOf(fonts, 'one\n\ntwo', BODY, 200)).toEqual(['one', '', 'two']);
    expect(linesOf(fonts, 'a\u202eb\u0007', BODY, 200)).toEqual(['a\\u202eb\\u0007']);
  });

  it('that must be one are shortened at the end', () => {
    expect(oneLine(fonts, 'short', BODY, 200)).toBe('short');
    const long = oneLine(fonts, 'W'.repeat(200), BODY, 100);
    expect(long).toMatch(/^W+…$/);
    expect(widthOf(long)).toBeLessThanOrEqual(100);
  });
});

describe('fonts', () => {
  it('take what a file lacks from the next, and write the number of what none has', () => {
    expect(
      fonts.runs('aŁЖ王', 'text').map(({ font, text }) => [font.replace(/-\d+-normal$/, ''), text]),
    ).toEqual([
      ['atkinson-hyperlegible-next-latin', 'a'],
      ['atkinson-hyperlegible-next-latin-ext', 'Ł'],
      ['ibm-plex-mono-cyrillic', 'Ж'],
      ['atkinson-hyperlegible-next-latin', '[U+738B]'],
    ]);
    expect(fonts.runs('e\u0301', 'mono')).toHaveLength(1);
    const { face, size } = style('mono', 10);
    expect(fonts.width('iiii', face, size)).toBeCloseTo(fonts.width('WWWW', face, size));
  });

  it('in assets/fonts are those of the packages, unpacked', () => {
    const root = join(import.meta.dirname, '..', '..', '..');
    for (const name of ['atkinson-hyperlegible-next-latin-400', 'ibm-plex-mono-cyrillic-600']) {
      const family = name.replace(/-(latin|cyrillic).*$/, '');
      const packed = readFileSync(
        join(root, 'node_modules/@fontsource', family, 'files', `${name}-normal.woff`),
      );
      const asset = readFileSync(join(root, 'assets/fonts', `${name}-normal.ttf`));
      expect(Buffer.compare(unpackWoff(packed), asset), name).toBe(0);
    }
    expect(() => unpackWoff(Buffer.from('wOF2 and more'))).toThrow('this is no WOFF 1.0 file');
  });
});
