/**
 * The fonts of printed pages: four faces, each a chain of files by script, because a file of a family holds one part of
 * Unicode. A character that none of them has is written as its number, so that a name is never printed with a hole.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type PDFDocument from 'pdfkit';

export type Face = 'text' | 'strong' | 'mono' | 'monoStrong';

const ATKINSON = 'atkinson-hyperlegible-next';
const PLEX = 'ibm-plex-mono';
const chain = (weight: number, heavy: number): readonly string[] => [
  `${ATKINSON}-latin-${weight}-normal`,
  `${ATKINSON}-latin-ext-${weight}-normal`,
  // Atkinson Hyperlegible has no Cyrillic.
  `${PLEX}-cyrillic-${heavy}-normal`,
];
const monoChain = (weight: number): readonly string[] =>
  ['latin', 'latin-ext', 'cyrillic'].map((script) => `${PLEX}-${script}-${weight}-normal`);

const CHAINS: Readonly<Record<Face, readonly string[]>> = {
  text: chain(400, 400),
  strong: chain(700, 600),
  mono: monoChain(400),
  monoStrong: monoChain(600),
};

/** No ligatures: in a fixed-width face "fi" would be one cell wide. A slashed zero where the face has one. */
const FEATURES = { liga: false, zero: true };

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

/** Where the font files lie: beside the sources, or beside the built program. */
function folder(): string {
  const places = [
    join(import.meta.dirname, '..', '..', '..', 'assets', 'fonts'),
    join(import.meta.dirname, 'fonts'),
  ];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`no fonts in ${places.join(' or ')}`);
  return found;
}

let files: ReadonlyMap<string, Buffer> | undefined;
function fontFiles(): ReadonlyMap<string, Buffer> {
  files ??= new Map(
    [...new Set(Object.values(CHAINS).flat())].map((name) => [
      name,
      readFileSync(join(folder(), `${name}.ttf`)),
    ]),
  );
  return files;
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
    return { font: first, text: `[U+${point.toString(16).toUpperCase().padStart(4, '0')}]` };
  }

  /** Width in points. */
  width(text: string, face: Face, size: number): number {
    const width = remembered(widths, `${face} ${text}`, () =>
      this.runs(text, face).reduce((sum, run) => sum + this.use(run.font).widthOfString(run.text, 1000), 0),
    );
    return (width * size) / 1000;
  }
}
