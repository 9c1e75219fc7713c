/** From a document as data to a PDF: tagged, with embedded fonts, and the same bytes every time. */
import type { Block, CeremonyDocument } from '../../../ceremony/documents/model.ts';
import {
  checks,
  checksHeight,
  heading,
  headingHeight,
  list,
  paragraph,
  paragraphHeight,
  title,
} from './blocks.ts';
import { code, fields, fieldsHeight } from './fields.ts';
import { headAndFoot, watermark } from './frame.ts';
import { Sheet } from './sheet.ts';
import { facts, table, tableStart } from './tables.ts';

/** The PDF of a document, and how many pages it has. */
export async function renderPages(
  document: CeremonyDocument,
): Promise<{ readonly bytes: Uint8Array; readonly pages: number }> {
  const sheet = new Sheet(
    {
      title: `${document.rehearsal ? 'REHEARSAL: ' : ''}${document.title}: ${document.keyName}`,
      subject: `Ceremony ${document.ceremony}, code ${document.code}`,
      at: document.at,
    },
    (page) => {
      if (document.rehearsal) watermark(page);
    },
  );
  title(sheet, document.title, document.purpose);
  drawAll(sheet, document.blocks);
  let count = 0;
  const bytes = await sheet.finish((page, pages) => {
    headAndFoot(sheet, document, page, pages);
    count = pages;
  });
  return { bytes, pages: count };
}

function drawAll(sheet: Sheet, blocks: readonly Block[]): void {
  for (const [at, block] of blocks.entries()) {
    if (block.kind === 'heading') sheet.need(leading(sheet, blocks.slice(at)));
    draw(sheet, block);
  }
}

/** Points from a heading to the first thing that it is the heading of: none is left alone at the foot of a page. */
function leading(sheet: Sheet, [first, ...others]: readonly Block[]): number {
  switch (first?.kind) {
    case 'heading':
    case 'paragraph': {
      const own = heightOf(sheet, first);
      return first.kind === 'paragraph' && own > 80 ? 60 : own + leading(sheet, others);
    }
    case 'table':
      return tableStart(sheet, first);
    case 'together':
      return leading(sheet, first.blocks);
    case undefined:
    case 'page':
      return 0;
    default:
      return 60;
  }
}

/** Points that a block takes on one page, as far as that is asked for. */
function heightOf(sheet: Sheet, block: Block): number {
  switch (block.kind) {
    case 'heading':
      return headingHeight(sheet, block);
    case 'paragraph':
      return paragraphHeight(sheet, block);
    case 'checks':
      return checksHeight(sheet, block);
    case 'fields':
      return fieldsHeight(sheet, block);
    case 'together':
      return block.blocks.reduce((sum, one) => sum + heightOf(sheet, one), 0);
    default:
      return 60;
  }
}

function draw(sheet: Sheet, block: Block): void {
  switch (block.kind) {
    case 'heading':
      heading(sheet, block);
      return;
    case 'paragraph':
      paragraph(sheet, block);
      return;
    case 'list':
      list(sheet, block);
      return;
    case 'checks':
      checks(sheet, block);
      return;
    case 'facts':
      facts(sheet, block.facts);
      return;
    case 'table':
      table(sheet, block);
      return;
    case 'fields':
      fields(sheet, block);
      return;
    case 'code':
      code(sheet, block);
      return;
    case 'together':
      sheet.need(heightOf(sheet, block));
      drawAll(sheet, block.blocks);
      return;
    case 'page':
      sheet.newPage();
  }
}
