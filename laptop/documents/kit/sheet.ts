/**
 * Pages with a cursor. Everything that carries meaning is drawn inside a structure element (tagged PDF, ISO 32000-1
 * §14.8); rules, frames and what repeats on every page are artifacts. Fixed time, no random numbers: the same document
 * gives the same bytes.
 */
import PDFDocument from 'pdfkit';
import { Fonts, type Face } from './fonts.ts';
import { lineHeight, linesOf, type Style } from './lines.ts';

export const INK = '#14181c';
export const GREY = '#4a535c';
export const RULE = '#8d8f88';
export const FILL = '#efeee8';
export const STOP = '#9d1c1c';

/** A4 in points. */
export const PAGE = { width: 595.28, height: 841.89, left: 54, right: 42, top: 92, bottom: 62 } as const;
export const WIDTH = PAGE.width - PAGE.left - PAGE.right;
export const BOTTOM = PAGE.height - PAGE.bottom;

export const style = (face: Face, size: number, colour: string = INK): Style => ({ face, size, colour });
export const BODY = style('text', 10);

/** An element of the document's structure. */
export type Element = PDFKit.PDFStructureElement;

/** What pdfkit understands beyond its types: the scope of a header cell, and the box of a figure. */
export interface ElementOptions extends PDFKit.Mixins.StructureElementOptions {
  readonly scope?: 'Column' | 'Row';
  readonly bbox?: readonly [number, number, number, number];
}

export interface SheetInfo {
  readonly title: string;
  readonly subject: string;
  /** RFC 3339. */
  readonly at: string;
}

export class Sheet {
  readonly doc: PDFKit.PDFDocument;
  readonly fonts: Fonts;
  readonly root: Element;
  readonly #chunks: Uint8Array[] = [];
  readonly #ended: Promise<void>;
  readonly #onPage: (sheet: Sheet) => void;
  /** Where the next thing goes, in points from the top. */
  y: number = PAGE.top;

  /** `onPage` draws what lies under the content of every page. */
  constructor(info: SheetInfo, onPage: (sheet: Sheet) => void) {
    const time = new Date(info.at);
    const options: PDFKit.PDFDocumentOptions = {
      size: 'A4',
      margin: 0,
      autoFirstPage: false,
      bufferPages: true,
      compress: true,
      pdfVersion: '1.7',
      lang: 'en-GB',
      tagged: true,
      displayTitle: true,
      info: {
        Title: info.title,
        Subject: info.subject,
        Author: 'Reseal',
        Creator: 'Reseal',
        Producer: 'Reseal',
        CreationDate: time,
        ModDate: time,
      },
    };
    // Without this, pdfkit opens Helvetica, which is not embedded; its types do not know the value.
    this.doc = new PDFDocument({ ...options, font: null as unknown as string });
    this.#ended = new Promise((resolve, reject) => {
      this.doc.on('data', (chunk: Uint8Array) => this.#chunks.push(chunk));
      this.doc.on('end', resolve);
      this.doc.on('error', reject);
    });
    this.fonts = new Fonts(this.doc);
    this.root = this.doc.struct('Document');
    this.doc.addStructure(this.root);
    this.#onPage = onPage;
    this.newPage();
  }

  newPage(): void {
    this.doc.addPage();
    this.y = PAGE.top;
    this.#onPage(this);
  }

  /** Room left on this page, in points. */
  get room(): number {
    return BOTTOM - this.y;
  }

  /** Starts a new page unless `height` points are left, or the page is empty anyway. */
  need(height: number): void {
    if (this.room < height && this.y > PAGE.top) this.newPage();
  }

  element(type: string, parent: Element = this.root, options: ElementOptions = {}): Element {
    const element = this.doc.struct(type, options);
    parent.add(element);
    return element;
  }

  /** Draws as content of an element, on the current page. */
  inside(element: Element, type: string, draw: () => void): void {
    element.add(this.doc.markStructureContent(type));
    draw();
    this.doc.endMarkedContent();
  }

  /** Draws something that means nothing by itself. */
  artifact(draw: () => void, type: 'Layout' | 'Pagination' | 'Page' = 'Layout'): void {
    this.doc.markContent('Artifact', { type });
    draw();
    this.doc.endMarkedContent();
  }

  /** One line of text, its top at `y`. Must be called inside an element or an artifact. */
  line(text: string, x: number, y: number, look: Style): void {
    this.doc.fontSize(look.size).fillColor(look.colour);
    let at = x;
    for (const run of this.fonts.runs(text, look.face)) {
      this.fonts.use(run.font);
      this.doc.text(run.text, at, y + look.size, {
        lineBreak: false,
        baseline: 'alphabetic',
      });
      at += this.doc.widthOfString(run.text);
    }
  }

  rule(x: number, y: number, width: number, thickness = 0.6, colour: string = RULE): void {
    this.doc
      .moveTo(x, y)
      .lineTo(x + width, y)
      .lineWidth(thickness)
      .strokeColor(colour)
      .stroke();
  }

  /** A text over the full width, or less, that goes on on the next page where it must. */
  flow(
    text: string,
    look: Style,
    element: Element,
    type: string,
    { x = PAGE.left, width = WIDTH }: { x?: number; width?: number } = {},
  ): void {
    const lines = linesOf(this.fonts, text, look, width);
    const height = lineHeight(look);
    for (let at = 0; at < lines.length;) {
      this.need(height * Math.min(2, lines.length - at));
      const fit = Math.max(1, Math.floor(this.room / height));
      this.inside(element, type, () => {
        for (const line of lines.slice(at, at + fit)) {
          this.line(line, x, this.y, look);
          this.y += height;
        }
      });
      at += fit;
    }
  }

  /** Calls `draw` for every page, then ends the document and returns its bytes. */
  async finish(draw: (page: number, pages: number) => void): Promise<Uint8Array> {
    const { start, count } = this.doc.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      this.doc.switchToPage(start + page);
      draw(page + 1, count);
    }
    this.root.end();
    this.doc.end();
    await this.#ended;
    return new Uint8Array(Buffer.concat(this.#chunks));
  }
}
