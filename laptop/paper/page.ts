/** The printed share sheet: one A4 page with the lines, the code, how to use them, and place for seals and signatures. */
import qrcode, { type QRCodeSegment } from 'qrcode';
import { fromHex } from '../../crypto/bytes.ts';
import { toWords } from '../../crypto/words.ts';
import { groupsOf } from '../../ceremony/paper/lines.ts';
import type { SheetKind } from '../../ceremony/paper/payload.ts';
import type { SheetText } from '../../ceremony/paper/sheet.ts';
import type { KeyRecord } from '../../ceremony/key-record.ts';
import { plainLine } from '../../ceremony/plain.ts';
import { withReseal, withoutReseal } from './instructions.ts';
import { GREY, PAGE, Pages, STOP, WIDTH, type Look } from './pages.ts';

/** What stands on a page beside the share. */
export interface SheetPageFacts {
  /** RFC 3339, UTC: when the sheet was made. */
  readonly at: string;
  /** The four words of the ceremony, where there is one. */
  readonly ceremonyCode?: string | undefined;
}

/** Side of the code without its quiet zone: 60 mm. */
const CODE_SIDE = 170;
const BODY: Look = { face: 'text', size: 8.6 };
const HEADING: Look = { face: 'strong', size: 10.5 };
const SMALL: Look = { face: 'text', size: 8, colour: GREY };
const LINE: Look = { face: 'monoStrong', size: 15.5 };

/**
 * The page as PDF. The same arguments give the same bytes. It holds what `text` holds: in a plain sheet the share itself.
 */
export async function sheetPdf(
  record: KeyRecord,
  index: number,
  kind: SheetKind,
  text: SheetText,
  facts: SheetPageFacts,
): Promise<Uint8Array> {
  const sealed = kind === 'sealed-sheet';
  const mark = record.rehearsal ? 'REHEARSAL: ' : '';
  const pages = new Pages(
    {
      title: `${mark}Share ${index} of "${record.name}", epoch ${record.epoch}`,
      subject: `${sealed ? 'Sealed' : 'Plain'} share sheet ${text.identifier}`,
      at: facts.at,
    },
    (page) => {
      if (record.rehearsal) watermark(page);
    },
  );
  pages.paragraph(
    `Share of holder ${index}, epoch ${record.epoch}`,
    { face: 'strong', size: 19 },
    PAGE.side,
    WIDTH,
    'H1',
  );
  pages.y += 2;
  pages.paragraph(purpose(record, kind), BODY);
  pages.y += 8;
  const top = pages.y;
  factsTable(pages, record, index, kind, text, facts);
  const below = pages.y;
  drawCode(pages, text.code, PAGE.side + WIDTH - CODE_SIDE, top);
  pages.y = Math.max(below, top + CODE_SIDE) + 14;
  drawLines(pages, text.lines);
  section(pages, 'To use this share again', withReseal(kind));
  section(pages, 'Without Reseal', withoutReseal(kind));
  custody(pages);
  return pages.finish((page, count) => {
    frame(pages, record, text, facts, page, count);
  });
}

function purpose(record: KeyRecord, kind: SheetKind): string {
  const secret =
    kind === 'sealed-sheet'
      ? 'It is sealed: without its passphrase, which is kept elsewhere, nobody can use it.'
      : 'It is NOT sealed: whoever sees the lines or the code has the share. Keep it in a sealed bag.';
  return (
    `This paper holds one share of the key "${record.name}". ${record.threshold} of ${record.holders.length} shares are needed to sign. It is not the key, and not a wallet's seed: ` +
    `no wallet takes it. ${secret} It is worth something in epoch ${record.epoch} only: destroy it after the next refresh.`
  );
}

function factsTable(
  pages: Pages,
  record: KeyRecord,
  index: number,
  kind: SheetKind,
  text: SheetText,
  facts: SheetPageFacts,
): void {
  const words = toWords(fromHex(record.fingerprint)).join(' ');
  const holder = record.holders.find((candidate) => candidate.index === index);
  const rows: [string, string][] = [
    ['Key', record.name],
    ['Holder', `${index}${holder?.name == null ? '' : `, ${holder.name}`}`],
    ['Epoch', String(record.epoch)],
    ['Threshold', `${record.threshold} of ${record.holders.length}, ${record.suite}`],
    ['Fingerprint', `${record.fingerprint}: ${words}`],
    [
      'Sheet',
      `${text.identifier}, ${kind === 'sealed-sheet' ? 'sealed with a passphrase' : 'plain, not sealed'}`,
    ],
    ['Made', facts.at],
    ...(facts.ceremonyCode === undefined ? [] : [['Ceremony', facts.ceremonyCode] as [string, string]]),
  ];
  const label = 66;
  const width = WIDTH - CODE_SIDE - 30 - label;
  for (const [name, value] of rows) {
    const y = pages.y;
    pages.paragraph(name, { ...BODY, face: 'strong', colour: GREY }, PAGE.side, label);
    pages.y = y;
    pages.paragraph(value, { face: 'text', size: 9.5 }, PAGE.side + label, width);
    pages.y += 3;
  }
}

/** The code as rectangles, black on white, with four modules of quiet around it. Level Q mends a quarter of it. */
function drawCode(pages: Pages, text: string, x: number, y: number): void {
  const segments: QRCodeSegment[] = [{ data: text, mode: 'alphanumeric' }];
  const { modules } = qrcode.create(segments, { errorCorrectionLevel: 'Q' });
  const { size } = modules;
  const unit = CODE_SIDE / size;
  pages.element(
    'Figure',
    () => {
      const quiet = 4 * unit;
      pages.box(x - quiet, y - quiet, CODE_SIDE + 2 * quiet, CODE_SIDE + 2 * quiet, '#ffffff');
      for (let row = 0; row < size; row++)
        for (let column = 0; column < size; column++) {
          let end = column;
          while (end < size && modules.get(row, end) !== 0) end++;
          // A run of dark modules as one box: no hairlines between them. A little higher, for the same reason.
          if (end > column)
            pages.box(x + column * unit, y + row * unit, (end - column) * unit, unit * 1.01, '#000000');
          column = end;
        }
    },
    'QR code with the same text as the lines below',
  );
}

function drawLines(pages: Pages, lines: readonly string[]): void {
  const indent = PAGE.side + 30;
  for (const [at, line] of lines.entries()) {
    const [start = '', ...groups] = groupsOf(line);
    pages.element('P', () => {
      pages.line(String(at + 1), PAGE.side, pages.y, { ...LINE, face: 'strong', colour: GREY });
      pages.line(`${start} ${groups.slice(0, 7).join(' ')}`, indent, pages.y, LINE);
      pages.y += 18.5;
      pages.line(`    ${groups.slice(7).join(' ')}`, indent, pages.y, LINE);
    });
    pages.y += 23;
  }
  pages.y += 1;
}

function section(pages: Pages, heading: string, steps: readonly string[]): void {
  pages.need(40);
  pages.paragraph(heading, HEADING, PAGE.side, WIDTH, 'H2');
  pages.y += 1;
  for (const [at, step] of steps.entries()) {
    // Number and text go to the next page together.
    pages.need(pages.height(step, BODY, WIDTH - 14));
    const y = pages.y;
    pages.paragraph(`${at + 1}.`, BODY, PAGE.side, 14);
    pages.y = y;
    pages.paragraph(step, BODY, PAGE.side + 14, WIDTH - 14);
    pages.y += 1;
  }
  pages.y += 5;
}

/** Empty lines for the bag, its seals, and the two who saw it closed. */
function custody(pages: Pages): void {
  const rows = [
    ['Bag number', 'Seal numbers', 'Date'],
    ['Name and signature of the holder', 'Name and signature of the witness'],
  ];
  pages.need(rows.length * 35);
  for (const row of rows) {
    const width = (WIDTH - 14 * (row.length - 1)) / row.length;
    pages.y += 22;
    for (const [at, label] of row.entries()) {
      const x = PAGE.side + at * (width + 14);
      pages.artifact(() => {
        pages.rule(x, pages.y, width);
      });
      pages.element('P', () => {
        pages.line(label, x, pages.y + 1, SMALL);
      });
    }
    pages.y += 13;
  }
}

function frame(
  pages: Pages,
  record: KeyRecord,
  text: SheetText,
  facts: SheetPageFacts,
  page: number,
  count: number,
): void {
  const right = (value: string, y: number, look: Look): void => {
    pages.line(value, PAGE.side + WIDTH - pages.width(value, look), y, look);
  };
  const head: Look = { face: 'strong', size: 10 };
  const mark = record.rehearsal ? 'REHEARSAL' : '';
  if (mark !== '') pages.line(mark, PAGE.side, 30, { ...head, colour: STOP });
  const at = mark === '' ? PAGE.side : PAGE.side + pages.width(`${mark}  `, head);
  const key = pages.wrap(record.name, head, WIDTH - 190)[0] ?? '';
  pages.line(`Share sheet · ${key}`, at, 30, head);
  right(text.identifier, 30, { face: 'monoStrong', size: 10 });
  pages.rule(PAGE.side, 48, WIDTH);
  const foot = PAGE.height - 38;
  pages.rule(PAGE.side, foot - 5, WIDTH, GREY);
  const number = `Page ${page} of ${count}`;
  const ceremony = facts.ceremonyCode === undefined ? '' : ` · ceremony ${facts.ceremonyCode}`;
  const what = `Key ${record.fingerprint} · epoch ${record.epoch}${ceremony}`;
  const place = WIDTH - pages.width(`  ${number}`, SMALL);
  pages.line(pages.wrap(plainLine(what), SMALL, place)[0] ?? '', PAGE.side, foot, SMALL);
  right(number, foot, SMALL);
}

/** Large and light, under everything. */
function watermark(pages: Pages): void {
  const look: Look = { face: 'strong', size: 104, colour: '#f7e9e7' };
  pages.artifact(() => {
    pages.turned(-52, () => {
      pages.line('REHEARSAL', (PAGE.width - pages.width('REHEARSAL', look)) / 2, PAGE.height / 2 - 62, look);
    });
  }, 'Page');
}
