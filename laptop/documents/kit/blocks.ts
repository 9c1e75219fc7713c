/** Headings, paragraphs, lists and boxes to tick. */
import type { Block } from '../../../ceremony/documents/model.ts';
import { lineHeight, linesOf } from './lines.ts';
import { BODY, FILL, GREY, INK, PAGE, STOP, style, WIDTH, type Sheet } from './sheet.ts';

type Of<Kind extends Block['kind']> = Extract<Block, { kind: Kind }>;

const HEADINGS = {
  1: { look: style('strong', 15), before: 14, after: 4 },
  2: { look: style('strong', 12), before: 10, after: 3 },
  3: { look: style('strong', 10), before: 7, after: 2 },
} as const;

/** Points that a heading takes. */
export function headingHeight(sheet: Sheet, { level, text }: Of<'heading'>): number {
  const { look, before, after } = HEADINGS[level];
  return before + linesOf(sheet.fonts, text, look, WIDTH).length * lineHeight(look) + after;
}

/** The title of the document is its H1, so that of a section is an H2. */
export function heading(sheet: Sheet, { level, text }: Of<'heading'>): void {
  const { look, before, after } = HEADINGS[level];
  if (sheet.y > PAGE.top) sheet.y += before;
  const tag = `H${level + 1}`;
  sheet.flow(text, look, sheet.element(tag), tag);
  sheet.y += after;
}

/** The title of a document, and what it is for. */
export function title(sheet: Sheet, text: string, purpose: string): void {
  sheet.flow(text, style('strong', 22), sheet.element('H1'), 'H1');
  sheet.y += 2;
  sheet.flow(purpose, style('text', 10.5, GREY), sheet.element('P'), 'P');
  sheet.y += 8;
}

const NOTE = style('text', 9, GREY);

export function paragraph(sheet: Sheet, { text, tone }: Of<'paragraph'>): void {
  if (tone === 'attention') {
    framed(sheet, text);
    return;
  }
  sheet.flow(text, tone === 'note' ? NOTE : BODY, sheet.element('P'), 'P');
  sheet.y += 5;
}

/** Points that a paragraph takes. */
export function paragraphHeight(sheet: Sheet, { text, tone }: Of<'paragraph'>): number {
  if (tone === 'attention')
    return linesOf(sheet.fonts, text, FRAMED, FRAMED_WIDTH).length * lineHeight(FRAMED) + 21;
  const look = tone === 'note' ? NOTE : BODY;
  return linesOf(sheet.fonts, text, look, WIDTH).length * lineHeight(look) + 5;
}

const INSET = 9;
const FRAMED = style('strong', 10);
const FRAMED_WIDTH = WIDTH - 2 * INSET - 4;

/** A paragraph in a frame with a bar, so that it is seen on a grey copy too. */
function framed(sheet: Sheet, text: string): void {
  const lines = linesOf(sheet.fonts, text, FRAMED, FRAMED_WIDTH);
  const height = lineHeight(FRAMED);
  const element = sheet.element('P');
  for (let at = 0; at < lines.length;) {
    sheet.need(2 * INSET + height * Math.min(lines.length - at, 4));
    const fit = Math.max(1, Math.floor((sheet.room - 2 * INSET) / height));
    const part = lines.slice(at, at + fit);
    const tall = part.length * height + 2 * INSET - 4;
    sheet.artifact(() => {
      sheet.doc.rect(PAGE.left, sheet.y, WIDTH, tall).fillColor(FILL).fill();
      sheet.doc.rect(PAGE.left, sheet.y, 4, tall).fillColor(STOP).fill();
    });
    sheet.inside(element, 'P', () => {
      for (const [n, line] of part.entries())
        sheet.line(line, PAGE.left + 4 + INSET, sheet.y + INSET - 2 + n * height, FRAMED);
    });
    sheet.y += tall + 7;
    at += fit;
  }
}

export function list(sheet: Sheet, { items }: Of<'list'>): void {
  const element = sheet.element('L');
  for (const item of items) {
    sheet.need(lineHeight(BODY));
    const entry = sheet.element('LI', element);
    const label = sheet.element('Lbl', entry);
    sheet.inside(label, 'Lbl', () => {
      sheet.line('–', PAGE.left + 2, sheet.y, BODY);
    });
    const body = sheet.element('LBody', entry);
    sheet.flow(item, BODY, body, 'LBody', { x: PAGE.left + 14, width: WIDTH - 14 });
    sheet.y += 2;
  }
  sheet.y += 4;
}

/** A box of the size of a capital letter, its top at `y`. */
export function box(sheet: Sheet, x: number, y: number, size = 9): void {
  sheet.artifact(() => {
    sheet.doc
      .rect(x, y + 1.5, size, size)
      .lineWidth(0.9)
      .strokeColor(INK)
      .stroke();
  });
}

const checkLines = (sheet: Sheet, item: string): number =>
  linesOf(sheet.fonts, item, BODY, WIDTH - 20).length;

/** Points that boxes to tick take. */
export function checksHeight(sheet: Sheet, { items }: Of<'checks'>): number {
  return items.reduce((sum, item) => sum + checkLines(sheet, item) * lineHeight(BODY) + 4, 3);
}

export function checks(sheet: Sheet, { items }: Of<'checks'>): void {
  const element = sheet.element('L');
  for (const item of items) {
    sheet.need(Math.min(checkLines(sheet, item), 4) * lineHeight(BODY));
    box(sheet, PAGE.left + 2, sheet.y);
    const body = sheet.element('LBody', sheet.element('LI', element));
    sheet.flow(item, BODY, body, 'LBody', { x: PAGE.left + 20, width: WIDTH - 20 });
    sheet.y += 4;
  }
  sheet.y += 3;
}
