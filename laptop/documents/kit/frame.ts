/** What stands on every page: head, foot, and the mark of a rehearsal under everything. */
import type { CeremonyDocument } from '../../../ceremony/documents/model.ts';
import { oneLine } from './lines.ts';
import { GREY, INK, PAGE, STOP, style, WIDTH, type Sheet } from './sheet.ts';

const HEAD = style('strong', 10);
const CODE = style('monoStrong', 10);
const SMALL = style('text', 8.5, GREY);
const ID = style('mono', 7.5, GREY);
export const MARK = 'REHEARSAL';
const MARK_LOOK = style('strong', 10, STOP);

/** Large and light, as outlines: it hides nothing, and does not get between the words when text is copied out. */
export function watermark(sheet: Sheet): void {
  const { doc } = sheet;
  sheet.artifact(() => {
    doc.save();
    doc.rotate(-52, { origin: [PAGE.width / 2, PAGE.height / 2] });
    // Strokes of capital letters on a grid of 4 by 6; drawn, not set.
    const unit = 14;
    const wide = MARK.length * 6 * unit - 2 * unit;
    const [left, top] = [(PAGE.width - wide) / 2, PAGE.height / 2 - 3 * unit];
    for (const [at, letter] of Array.from(MARK).entries())
      for (const stroke of STROKES[letter] ?? []) {
        for (const [n, [x, y]] of stroke.entries()) {
          const point = [left + (at * 6 + x) * unit, top + y * unit] as const;
          if (n === 0) doc.moveTo(...point);
          else doc.lineTo(...point);
        }
        doc
          .lineWidth(unit * 0.9)
          .lineCap('round')
          .lineJoin('round')
          .strokeColor('#f6ebe9')
          .stroke();
      }
    doc.restore();
    doc.lineCap('butt').lineJoin('miter');
  }, 'Page');
}

type Stroke = readonly (readonly [number, number])[];
const STROKES: Readonly<Record<string, readonly Stroke[]>> = {
  R: [
    [
      [0, 6],
      [0, 0],
      [3, 0],
      [4, 1],
      [4, 2],
      [3, 3],
      [0, 3],
    ],
    [
      [2, 3],
      [4, 6],
    ],
  ],
  E: [
    [
      [4, 0],
      [0, 0],
      [0, 6],
      [4, 6],
    ],
    [
      [0, 3],
      [3, 3],
    ],
  ],
  H: [
    [
      [0, 0],
      [0, 6],
    ],
    [
      [4, 0],
      [4, 6],
    ],
    [
      [0, 3],
      [4, 3],
    ],
  ],
  A: [
    [
      [0, 6],
      [2, 0],
      [4, 6],
    ],
    [
      [0.7, 4],
      [3.3, 4],
    ],
  ],
  S: [
    [
      [4, 0.6],
      [3, 0],
      [1, 0],
      [0, 1],
      [0, 2],
      [1, 3],
      [3, 3],
      [4, 4],
      [4, 5],
      [3, 6],
      [1, 6],
      [0, 5.4],
    ],
  ],
  L: [
    [
      [0, 0],
      [0, 6],
      [4, 6],
    ],
  ],
};

/** Head and foot of one page. */
export function headAndFoot(sheet: Sheet, document: CeremonyDocument, page: number, pages: number): void {
  const { fonts } = sheet;
  const right = PAGE.left + WIDTH;
  const width = (text: string, look: typeof HEAD): number => fonts.width(text, look.face, look.size);
  sheet.artifact(() => {
    const codeWidth = width(document.code, CODE);
    sheet.line(document.code, right - codeWidth, 30, CODE);
    sheet.line(
      'the four words of this ceremony',
      right - width('the four words of this ceremony', SMALL),
      44,
      SMALL,
    );
    let x: number = PAGE.left;
    if (document.rehearsal) {
      const wide = width(MARK, MARK_LOOK);
      sheet.doc
        .rect(x, 29, wide + 12, 16)
        .lineWidth(1.2)
        .strokeColor(STOP)
        .stroke();
      sheet.line(MARK, x + 6, 30, MARK_LOOK);
      x += wide + 22;
    }
    const key = oneLine(fonts, document.keyName, HEAD, right - codeWidth - 18 - x);
    sheet.line(key, x, 30, HEAD);
    const what = document.rehearsal ? `${document.title} · throw-away keys` : document.title;
    sheet.line(oneLine(fonts, what, SMALL, WIDTH - 190), PAGE.left, document.rehearsal ? 49 : 44, SMALL);
    sheet.rule(PAGE.left, 66, WIDTH, 0.9, INK);
    const foot = PAGE.height - 44;
    sheet.rule(PAGE.left, foot - 5, WIDTH, 0.5);
    sheet.line(`Ceremony ${document.ceremony}`, PAGE.left, foot + 1, ID);
    const number = `Page ${page} of ${pages}`;
    sheet.line(number, right - width(number, SMALL), foot, SMALL);
  }, 'Pagination');
}
