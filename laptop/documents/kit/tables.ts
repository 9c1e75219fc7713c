/**
 * Tables. A row that does not fit goes on the next page, under the same heads; one that is taller than a page is cut
 * between its lines. Heads that are repeated are artifacts: who listens has heard them.
 */
import type { Block, Cell, Column, Fact } from '../../../ceremony/documents/model.ts';
import { box } from './blocks.ts';
import { lineHeight, linesOf, type Style } from './lines.ts';
import { BOTTOM, FILL, GREY, PAGE, style, WIDTH, type Element, type Sheet } from './sheet.ts';

type Table = Extract<Block, { kind: 'table' }>;

const PAD = { x: 4, y: 3 } as const;
const CELL = style('text', 9);
const STRONG = style('strong', 9);
const MONO = style('mono', 8);
const LABEL = style('text', 9, GREY);
const HEAD = style('strong', 8.5, GREY);
const CAPTION = style('strong', 9);
const STEP = lineHeight(CELL);

interface Line {
  readonly text: string;
  readonly look: Style;
  /** Starts with a box to tick. */
  readonly box?: true;
}

type Content = readonly Line[];

interface Place {
  readonly x: number;
  readonly width: number;
}

function places(columns: readonly Column[]): Place[] {
  const all = columns.reduce((sum, column) => sum + column.share, 0);
  let x: number = PAGE.left;
  return columns.map(({ share }) => {
    const width = (share / all) * WIDTH;
    const place = { x, width };
    x += width;
    return place;
  });
}

const BOX_ROOM = 13;

function content(sheet: Sheet, cell: Cell, { width }: Place): Content {
  const room = width - 2 * PAD.x;
  const set = (text: string, look: Style): Line[] =>
    linesOf(sheet.fonts, text, look, room).map((line) => ({ text: line, look }));
  if (typeof cell !== 'string' && 'blank' in cell) return [];
  if (typeof cell !== 'string' && 'lead' in cell) return [...set(cell.lead, STRONG), ...set(cell.rest, CELL)];
  if (typeof cell !== 'string' && 'check' in cell)
    return cell.check.flatMap((item) =>
      linesOf(sheet.fonts, item, CELL, room - BOX_ROOM).map((text, at) =>
        at === 0 ? { text, look: CELL, box: true as const } : { text, look: CELL },
      ),
    );
  if (typeof cell === 'string') return set(cell, CELL);
  return set(cell.text, 'strong' in cell ? STRONG : 'mono' in cell ? MONO : CELL);
}

/** Heights of what must stand together at the top of a table: caption, heads, and the first row. */
function measure(sheet: Sheet, { caption, columns, rows, rowHeight = 0 }: Table): Measured {
  const where = places(columns);
  const heads = columns.map(({ title }, at) =>
    linesOf(sheet.fonts, title, HEAD, (where[at]?.width ?? 0) - 2 * PAD.x),
  );
  const headHeight = Math.max(...heads.map((lines) => lines.length)) * lineHeight(HEAD) + 2 * PAD.y;
  const captionHeight = linesOf(sheet.fonts, caption, CAPTION, WIDTH).length * lineHeight(CAPTION) + 2;
  const cells = (row: readonly Cell[]): Content[] =>
    where.map((place, at) => content(sheet, row[at] ?? '', place));
  const [first] = rows;
  const start = captionHeight + headHeight + (first === undefined ? 0 : heightOf(cells(first), rowHeight));
  return { where, heads, headHeight, cells, start };
}

interface Measured {
  readonly where: readonly Place[];
  readonly heads: readonly (readonly string[])[];
  readonly headHeight: number;
  readonly cells: (row: readonly Cell[]) => Content[];
  readonly start: number;
}

const tallestOf = (cells: readonly Content[]): number => Math.max(1, ...cells.map((lines) => lines.length));
const heightOf = (cells: readonly Content[], least: number): number =>
  Math.max(least, tallestOf(cells) * STEP + 2 * PAD.y);

/** Height of the beginning of a table: what stands above it should not be left alone. */
export function tableStart(sheet: Sheet, block: Table): number {
  return Math.min(measure(sheet, block).start, (BOTTOM - PAGE.top) / 2);
}

export function table(sheet: Sheet, block: Table): void {
  const { caption, rows, rowHeight = 0 } = block;
  const { where, heads, headHeight, cells } = measure(sheet, block);
  sheet.need(tableStart(sheet, block));
  const element = sheet.element('Table');
  sheet.flow(caption, CAPTION, sheet.element('Caption', element), 'Caption');
  sheet.y += 2;
  drawHead(sheet, heads, where, headHeight, element);
  const again = (): void => {
    sheet.newPage();
    drawHead(sheet, heads, where, headHeight, undefined);
  };
  for (const row of rows)
    drawRow(sheet, cells(row), where, { element, rowHeight, again, headHeight, firstIsHead: false });
  sheet.y += 10;
}

function drawHead(
  sheet: Sheet,
  heads: readonly (readonly string[])[],
  where: readonly Place[],
  height: number,
  element: Element | undefined,
): void {
  sheet.artifact(() => {
    sheet.doc.rect(PAGE.left, sheet.y, WIDTH, height).fillColor(FILL).fill();
    sheet.rule(PAGE.left, sheet.y + height, WIDTH, 0.9);
  });
  const row = element === undefined ? undefined : sheet.element('TR', element);
  for (const [at, lines] of heads.entries()) {
    const draw = (): void => {
      for (const [n, line] of lines.entries())
        sheet.line(line, (where[at]?.x ?? 0) + PAD.x, sheet.y + PAD.y + n * lineHeight(HEAD), HEAD);
    };
    if (row === undefined) sheet.artifact(draw, 'Pagination');
    else sheet.inside(sheet.element('TH', row, { scope: 'Column' }), 'TH', draw);
  }
  sheet.y += height;
}

interface RowOptions {
  readonly element: Element;
  readonly rowHeight: number;
  /** Starts a new page with the heads on it. */
  readonly again: () => void;
  readonly headHeight: number;
  readonly firstIsHead: boolean;
}

function drawRow(
  sheet: Sheet,
  cells: readonly Content[],
  where: readonly Place[],
  { element, rowHeight, again, headHeight, firstIsHead }: RowOptions,
): void {
  const tallest = tallestOf(cells);
  const full = heightOf(cells, rowHeight);
  const page = BOTTOM - PAGE.top - headHeight;
  if (sheet.room < full && (full <= page / 2 || sheet.room < rowHeight + 4 * STEP)) again();
  const row = sheet.element('TR', element);
  const parts = cells.map((_, at) =>
    firstIsHead && at === 0 ? sheet.element('TH', row, { scope: 'Row' }) : sheet.element('TD', row),
  );
  for (let from = 0; from < tallest;) {
    const fit = Math.max(1, Math.floor((sheet.room - 2 * PAD.y) / STEP));
    const height = Math.min(
      Math.max(from === 0 ? rowHeight : 0, Math.min(fit, tallest - from) * STEP + 2 * PAD.y),
      sheet.room,
    );
    for (const [at, cell] of cells.entries()) {
      const lines = cell.slice(from, from + fit);
      const part = parts[at];
      const place = where[at];
      if (part === undefined || place === undefined || lines.length === 0) continue;
      drawCell(sheet, part, firstIsHead && at === 0 ? 'TH' : 'TD', lines, place.x + PAD.x);
    }
    sheet.y += height;
    sheet.artifact(() => {
      sheet.rule(PAGE.left, sheet.y, WIDTH, 0.5);
      if (!firstIsHead)
        for (const { x } of where.slice(1))
          sheet.doc
            .moveTo(x, sheet.y - height)
            .lineTo(x, sheet.y)
            .lineWidth(0.4)
            .strokeColor('#c9c8bf')
            .stroke();
    });
    from += fit;
    if (from < tallest) again();
  }
}

function drawCell(sheet: Sheet, element: Element, type: string, lines: Content, x: number): void {
  const shift = lines.some((line) => line.box) ? BOX_ROOM : 0;
  sheet.inside(element, type, () => {
    for (const [n, line] of lines.entries())
      sheet.line(
        line.text,
        x + shift,
        sheet.y + PAD.y + n * STEP + (CELL.size - line.look.size) * 0.8,
        line.look,
      );
  });
  for (const [n, line] of lines.entries()) if (line.box) box(sheet, x, sheet.y + PAD.y + n * STEP, 8);
}

/** Label and value, as a table without heads: the labels are the heads of their rows. */
export function facts(sheet: Sheet, given: readonly Fact[]): void {
  const where: Place[] = [
    { x: PAGE.left, width: 0.3 * WIDTH },
    { x: PAGE.left + 0.3 * WIDTH, width: 0.7 * WIDTH },
  ];
  sheet.need(3 * STEP);
  const element = sheet.element('Table');
  sheet.artifact(() => {
    sheet.rule(PAGE.left, sheet.y, WIDTH, 0.5);
  });
  for (const { label, value, mono } of given) {
    const set = (text: string, look: Style, share: number): Content =>
      linesOf(sheet.fonts, text, look, share * WIDTH - 2 * PAD.x).map((line) => ({ text: line, look }));
    const cells = [set(label, LABEL, 0.3), set(value, mono === true ? MONO : CELL, 0.7)];
    drawRow(sheet, cells, where, {
      element,
      rowHeight: 0,
      headHeight: 0,
      firstIsHead: true,
      again: () => {
        sheet.newPage();
      },
    });
  }
  sheet.y += 10;
}
