/** Lines to write on, each with its label below, and codes. */
import qrcode from 'qrcode';
import type { Block, Field } from '../../../ceremony/documents/model.ts';
import { lineHeight, linesOf } from './lines.ts';
import { GREY, INK, PAGE, style, WIDTH, type Sheet } from './sheet.ts';

const LABEL = style('text', 8, GREY);
const VALUE = style('text', 10);
/** Room above a line that is written on by hand, in points. */
const HAND = 24;
const GAP = 16;

interface Laid {
  readonly field: Field;
  readonly x: number;
  readonly width: number;
  readonly label: readonly string[];
  readonly value: readonly string[];
  readonly height: number;
}

function lay(sheet: Sheet, field: Field, x: number, width: number): Laid {
  const label = linesOf(sheet.fonts, field.label, LABEL, width);
  const value = field.value === undefined ? [] : linesOf(sheet.fonts, field.value, VALUE, width);
  const writing = Math.max((field.lines ?? 1) * HAND, value.length * lineHeight(VALUE) + 4);
  return { field, x, width, label, value, height: writing + label.length * lineHeight(LABEL) + 4 };
}

/** Fields in rows: one, or two that are half as wide. */
function rowsOf(sheet: Sheet, given: readonly Field[]): Laid[][] {
  const half = (WIDTH - GAP) / 2;
  const rows: Laid[][] = [];
  for (let at = 0; at < given.length; at += rows.at(-1)?.length ?? 1) {
    const [one, two] = [given[at], given[at + 1]];
    if (one === undefined) break;
    const row = [lay(sheet, one, PAGE.left, one.width === 'half' ? half : WIDTH)];
    if (one.width === 'half' && two?.width === 'half')
      row.push(lay(sheet, two, PAGE.left + half + GAP, half));
    rows.push(row);
  }
  return rows;
}

const tallest = (row: readonly Laid[]): number => Math.max(...row.map(({ height }) => height));
type Fields = Extract<Block, { kind: 'fields' }>;

/** Points that fields take. */
export function fieldsHeight(sheet: Sheet, { fields: given }: Fields): number {
  return rowsOf(sheet, given).reduce((sum, row) => sum + tallest(row), 8);
}

/** Fields one below the other; two that are half as wide share a line. */
export function fields(sheet: Sheet, { fields: given }: Fields): void {
  for (const row of rowsOf(sheet, given)) {
    const height = tallest(row);
    sheet.need(height);
    for (const field of row) draw(sheet, field, height);
    sheet.y += height;
  }
  sheet.y += 8;
}

function draw(sheet: Sheet, { field, x, width, label, value }: Laid, height: number): void {
  const base = sheet.y + height - label.length * lineHeight(LABEL) - 4;
  const lines = value.length === 0 ? (field.lines ?? 1) : 1;
  sheet.artifact(() => {
    for (let line = 0; line < lines; line += 1) sheet.rule(x, base - line * HAND, width, 0.7, INK);
  });
  sheet.inside(sheet.element('P'), 'P', () => {
    for (const [n, line] of label.entries()) sheet.line(line, x, base + 2 + n * lineHeight(LABEL), LABEL);
    for (const [n, line] of value.entries())
      sheet.line(line, x, base - 3 - (value.length - n) * lineHeight(VALUE), VALUE);
  });
}

const MODULE = 2.4;
const QUIET = 4;
type Code = Extract<Block, { kind: 'code' }>;

/** A QR code in ink on white, with its quiet zone, and beside it what is in it. */
export function code(sheet: Sheet, { content, alt }: Code): void {
  const { modules } = qrcode.create(content, { errorCorrectionLevel: 'M' });
  const size = (modules.size + 2 * QUIET) * MODULE;
  sheet.need(size + 8);
  const top = sheet.y;
  const bbox = [PAGE.left, top, PAGE.left + size, top + size] as const;
  sheet.inside(sheet.element('Figure', sheet.root, { alt, bbox }), 'Figure', () => {
    sheet.doc.rect(PAGE.left, top, size, size).fillColor('#ffffff').fill();
    for (let row = 0; row < modules.size; row += 1)
      for (let column = 0; column < modules.size; column += 1)
        if (modules.get(row, column) !== 0)
          sheet.doc.rect(PAGE.left + (column + QUIET) * MODULE, top + (row + QUIET) * MODULE, MODULE, MODULE);
    sheet.doc.fillColor('#000000').fill();
  });
  const x = PAGE.left + size + 12;
  sheet.y = top + 4 * MODULE;
  sheet.flow(alt, style('text', 9, GREY), sheet.element('P'), 'P', { x, width: WIDTH - size - 12 });
  sheet.y = top + size + 8;
}
