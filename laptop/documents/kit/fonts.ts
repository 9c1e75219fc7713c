/**
 * The fonts of one document, with a memory of words that were laid out before. For documents alone: what goes through here
 * stays in memory, so nothing secret may.
 */
import type PDFDocument from 'pdfkit';
import { CHAINS, FEATURES, fontFiles, numberOf, type Face } from './font-files.ts';

export type { Face } from './font-files.ts';

/** What is used of the font that pdfkit has opened. */
interface Opened {
  readonly font: { hasGlyphForCodePoint(codePoint: number): boolean };
  widthOfString(text: string, size: number): number;
  layoutRun(text: string, features?: unknown): unknown;
}

/** A piece of a line that one font file can draw. */
export interface Run {
  readonly font: string;
  readonly text: string;
}

/** Widths of words in thousandths of the size, and characters by file: the same in every document. */
const widths = new Map<string, number>();
const runsKnown = new Map<string, readonly Run[]>();

/** What pdfkit makes of a word: numbers of glyphs and their places, which do not depend on the document. */
const layouts = new Map<string, unknown>();

/** A value that was worked out before, or is now. The memory of a long-lived process stays bounded. */
function remembered<T>(known: Map<string, T>, key: string, work: () => T): T {
  const old = known.get(key);
  if (old !== undefined) return old;
  const made = work();
  if (known.size > 50_000) known.clear();
  known.set(key, made);
  return made;
}

/** The fonts of one document. */
export class Fonts {
  readonly #doc: PDFKit.PDFDocument;
  readonly #opened = new Set<Opened>();

  constructor(doc: InstanceType<typeof PDFDocument>) {
    this.#doc = doc;
    for (const [name, bytes] of fontFiles()) doc.registerFont(name, bytes);
  }

  /**
   * Makes a file the current font. The features go in below pdfkit's cache of words: handed to its `text`, they would
   * switch it off, and every line would be laid out three times.
   */
  use(name: string): Opened {
    this.#doc.font(name);
    const opened = (this.#doc as unknown as { _font: Opened })._font;
    if (!this.#opened.has(opened)) {
      this.#opened.add(opened);
      const layout = opened.layoutRun.bind(opened);
      opened.layoutRun = (text) => remembered(layouts, `${name} ${text}`, () => layout(text, FEATURES));
    }
    return opened;
  }

  /** The text in pieces, each with the file that draws it. */
  runs(text: string, face: Face): readonly Run[] {
    return remembered(runsKnown, `${face} ${text}`, () => {
      const runs: { font: string; text: string }[] = [];
      for (const character of text.normalize('NFC')) {
        const { font, text: drawn } = this.#fontFor(character, face, runs.at(-1)?.font);
        const last = runs.at(-1);
        if (last?.font === font) last.text += drawn;
        else runs.push({ font, text: drawn });
      }
      return runs;
    });
  }

  #fontFor(character: string, face: Face, current: string | undefined): Run {
    const [first = ''] = CHAINS[face];
    const point = character.codePointAt(0) ?? 0;
    const has = (name: string): boolean => this.use(name).font.hasGlyphForCodePoint(point);
    // A space is in every file: it stays in the run, so that a line is not cut up.
    const font = character === ' ' && current !== undefined ? current : CHAINS[face].find(has);
    if (font !== undefined) return { font, text: character };
    return { font: first, text: numberOf(point) };
  }

  /** Width in points. */
  width(text: string, face: Face, size: number): number {
    const width = remembered(widths, `${face} ${text}`, () =>
      this.runs(text, face).reduce((sum, run) => sum + this.use(run.font).widthOfString(run.text, 1000), 0),
    );
    return (width * size) / 1000;
  }
}
