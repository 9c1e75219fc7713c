/**
 * A4 pages as tagged PDF with embedded fonts (ISO 32000-1 §14.8): text within a width, rules, pictures of codes. No clock
 * and no random numbers: the same page is the same bytes. Not the kit of the documents, which remembers every word that it
 * has laid out: what goes through here is a share, and is forgotten with the page.
 */
import PDFDocument from 'pdfkit';
import { plainLine } from '../../ceremony/plain.ts';
import { CHAINS, FEATURES, fontFiles, numberOf, type Face } from '../documents/kit/font-files.ts';

export const PAGE = { width: 595.28, height: 841.89, side: 48, top: 62, bottom: 52 } as const;
export const WIDTH = PAGE.width - 2 * PAGE.side;
export const INK = '#14181c';
export const GREY = '#4a535c';
export const STOP = '#9d1c1c';

/** How text looks. Size in points. */
export interface Look {
  readonly face: Face;
  readonly size: number;
  readonly colour?: string;
}

const FEATURES_OF_TEXT = FEATURES as unknown as PDFKit.Mixins.OpenTypeFeatures[];
const LEADING = 1.3;

export interface PagesInfo {
  readonly title: string;
  readonly subject: string;
  /** RFC 3339: stands in the file as its time. */
  readonly at: string;
}

export class Pages {
  readonly #doc: PDFKit.PDFDocument;
  readonly #root: PDFKit.PDFStructureElement;
  readonly #chunks: Uint8Array[] = [];
  readonly #ended: Promise<void>;
  readonly #under: (pages: Pages) => void;
  /** Where the next thing goes, in points from the top. */
  y: number = PAGE.top;

  /** `under` draws what lies under every page. */
  constructor(info: PagesInfo, under: (pages: Pages) => void) {
    const time = new Date(info.at);
    this.#doc = new PDFDocument({
      ...{ size: 'A4', margin: 0, autoFirstPage: false, bufferPages: true, compress: true },
      ...{ pdfVersion: '1.7', lang: 'en-GB', tagged: true, displayTitle: true },
      info: {
        ...{
          Title: info.title,
          Subject: info.subject,
          Author: 'Reseal',
          Creator: 'Reseal',
          Producer: 'Reseal',
        },
        ...{ CreationDate: time, ModDate: time },
      },
      // Otherwise pdfkit opens Helvetica, which would not be embedded. Its types do not know the value.
      font: null as unknown as string,
    });
    this.#ended = new Promise((resolve, reject) => {
      this.#doc.on('data', (chunk: Uint8Array) => this.#chunks.push(chunk));
      this.#doc.on('end', resolve);
      this.#doc.on('error', reject);
    });
    for (const [name, bytes] of fontFiles()) this.#doc.registerFont(name, bytes);
    this.#root = this.#doc.struct('Document');
    this.#doc.addStructure(this.#root);
    this.#under = under;
    this.newPage();
  }

  newPage(): void {
    this.#doc.addPage();
    this.y = PAGE.top;
    this.#under(this);
  }

  /** Goes to a new page unless `height` points are left on this one. */
  need(height: number): void {
    if (this.y + height > PAGE.height - PAGE.bottom && this.y > PAGE.top) this.newPage();
  }

  /** Draws as one element of the document's structure: H1, H2, P, Figure (with `alt`). */
  element(type: string, draw: () => void, alt?: string): void {
    const options = alt === undefined ? {} : { alt };
    const element = this.#doc.struct(type, options);
    this.#root.add(element);
    element.add(this.#doc.markStructureContent(type));
    draw();
    this.#doc.endMarkedContent();
    element.end();
  }

  /** Draws what means nothing by itself, or repeats. */
  artifact(draw: () => void, type: 'Layout' | 'Pagination' | 'Page' = 'Layout'): void {
    this.#doc.markContent('Artifact', { type });
    draw();
    this.#doc.endMarkedContent();
  }

  /** One line of text with its top at `y`; inside an element or an artifact. */
  line(text: string, x: number, y: number, look: Look): void {
    let at = x;
    for (const run of this.#runs(text, look.face)) {
      this.#doc
        .font(run.font)
        .fontSize(look.size)
        .fillColor(look.colour ?? INK);
      this.#doc.text(run.text, at, y + look.size, {
        lineBreak: false,
        baseline: 'alphabetic',
        features: FEATURES_OF_TEXT,
      });
      at += this.#doc.widthOfString(run.text, { features: FEATURES_OF_TEXT });
    }
  }

  /** Width in points. */
  width(text: string, look: Look): number {
    return this.#runs(text, look.face).reduce((sum, run) => {
      this.#doc.font(run.font).fontSize(look.size);
      return sum + this.#doc.widthOfString(run.text, { features: FEATURES_OF_TEXT });
    }, 0);
  }

  /** A paragraph at the cursor, broken between words, or within one that is too long. The cursor moves below it. */
  paragraph(text: string, look: Look, x: number = PAGE.side, width: number = WIDTH, type = 'P'): void {
    const lines = this.wrap(plainLine(text), look, width);
    this.need(lines.length * look.size * LEADING);
    this.element(type, () => {
      for (const line of lines) {
        this.line(line, x, this.y, look);
        this.y += look.size * LEADING;
      }
    });
  }

  /** How high a paragraph is, in points. */
  height(text: string, look: Look, width: number): number {
    return this.wrap(plainLine(text), look, width).length * look.size * LEADING;
  }

  /** A text in lines that are no wider than `width`. */
  wrap(text: string, look: Look, width: number): string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of text.split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (this.width(longer, look) <= width) {
        line = longer;
        continue;
      }
      if (line !== '') lines.push(line);
      line = '';
      for (const character of word) {
        if (line !== '' && this.width(line + character, look) > width) {
          lines.push(line);
          line = '';
        }
        line += character;
      }
    }
    return [...lines, line];
  }

  /** A filled box, or a frame with `stroke`. */
  box(x: number, y: number, width: number, height: number, colour: string, stroke = false): void {
    this.#doc.rect(x, y, width, height);
    if (stroke) this.#doc.lineWidth(0.8).strokeColor(colour).stroke();
    else this.#doc.fillColor(colour).fill();
  }

  rule(x: number, y: number, width: number, colour = INK): void {
    this.#doc
      .moveTo(x, y)
      .lineTo(x + width, y)
      .lineWidth(0.6)
      .strokeColor(colour)
      .stroke();
  }

  /** Draws turned by so many degrees about the middle of the page. */
  turned(degrees: number, draw: () => void): void {
    this.#doc.save().rotate(degrees, { origin: [PAGE.width / 2, PAGE.height / 2] });
    draw();
    this.#doc.restore();
  }

  /** Draws on every page with its number and how many there are, ends the document and returns its bytes. */
  async finish(onPage: (page: number, pages: number) => void): Promise<Uint8Array> {
    const { count } = this.#doc.bufferedPageRange();
    for (let page = 0; page < count; page++) {
      this.#doc.switchToPage(page);
      this.artifact(() => {
        onPage(page + 1, count);
      }, 'Pagination');
    }
    this.#root.end();
    this.#doc.end();
    await this.#ended;
    return new Uint8Array(Buffer.concat(this.#chunks));
  }

  /** The text in pieces that one font file can draw. A character that none has is written as its number. */
  #runs(text: string, face: Face): { font: string; text: string }[] {
    const runs: { font: string; text: string }[] = [];
    for (const character of text.normalize('NFC')) {
      const point = character.codePointAt(0) ?? 0;
      const last = runs.at(-1);
      const has = (name: string): boolean => {
        this.#doc.font(name);
        const opened = this.#doc as unknown as {
          _font: { font: { hasGlyphForCodePoint(of: number): boolean } };
        };
        return opened._font.font.hasGlyphForCodePoint(point);
      };
      const found = last !== undefined && has(last.font) ? last.font : CHAINS[face].find(has);
      const font = found ?? CHAINS[face][0] ?? '';
      const drawn = found === undefined ? numberOf(point) : character;
      if (last?.font === font) last.text += drawn;
      else runs.push({ font, text: drawn });
    }
    return runs;
  }
}
