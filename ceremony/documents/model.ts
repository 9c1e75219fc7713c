/**
 * A document as data: what stands on it and in what order, without a word about paper. Everything that a person reads
 * on a printed page is in here as text, so it can be tested without making pages.
 */

/** A cell of a table. `blank` is left empty to be written in by hand, `check` is a box to be ticked, with words. */
export type Cell =
  | string
  | { readonly text: string; readonly mono?: true; readonly strong?: true }
  /** A line that stands out, and what belongs to it. */
  | { readonly lead: string; readonly rest: string }
  | { readonly blank: true }
  | { readonly check: readonly string[] };

export interface Column {
  readonly title: string;
  /** Share of the width, relative to the other columns. */
  readonly share: number;
}

/** A line to be filled in by hand, or that is filled in already. */
export interface Field {
  readonly label: string;
  /** What stands there already; nothing: a line to write on. */
  readonly value?: string;
  /** `half` shares a line with its neighbour. */
  readonly width?: 'half';
  /** Lines to write on; 1 unless said otherwise. */
  readonly lines?: number;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly mono?: true;
}

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  /** `attention` stands in a frame with its word before it: colour says nothing on a grey copy. */
  | { readonly kind: 'paragraph'; readonly text: string; readonly tone?: 'note' | 'attention' }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | {
      readonly kind: 'table';
      /** Says what the table is, to those who see it and to those who hear it. */
      readonly caption: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
      /** Points of height that every row has at least: room to write in. */
      readonly rowHeight?: number;
    }
  | { readonly kind: 'fields'; readonly fields: readonly Field[] }
  | { readonly kind: 'checks'; readonly items: readonly string[] }
  /** A QR code. `alt` says what is in it. */
  | { readonly kind: 'code'; readonly content: string; readonly alt: string }
  /** Stays on one page, where one page is enough. */
  | { readonly kind: 'together'; readonly blocks: readonly Block[] }
  | { readonly kind: 'page' };

/** One document: a file of its own. */
export interface CeremonyDocument {
  /** File name without its ending: `report`, `script-holder-3`. */
  readonly name: string;
  readonly title: string;
  /** A line under the title: what it is for. */
  readonly purpose: string;
  /** Key, ceremony and code for the head of every page. */
  readonly keyName: string;
  readonly code: string;
  readonly ceremony: string;
  readonly rehearsal: boolean;
  /** RFC 3339: the time up to which it tells, and the only one that goes into the file. */
  readonly at: string;
  /** Whose document it is, where it belongs to one role. */
  readonly role: string | undefined;
  readonly blocks: readonly Block[];
}

export const heading = (level: 1 | 2 | 3, text: string): Block => ({ kind: 'heading', level, text });
export const paragraph = (text: string, tone?: 'note' | 'attention'): Block =>
  tone === undefined ? { kind: 'paragraph', text } : { kind: 'paragraph', text, tone };
export const list = (...items: string[]): Block => ({ kind: 'list', items });
export const facts = (...given: (Fact | undefined)[]): Block => ({
  kind: 'facts',
  facts: given.filter((fact) => fact !== undefined),
});
export const fact = (label: string, value: string): Fact => ({ label, value });
export const code = (label: string, value: string): Fact => ({ label, value, mono: true });
export const fields = (...given: Field[]): Block => ({ kind: 'fields', fields: given });
export const mono = (text: string): Cell => ({ text, mono: true });
export const strong = (text: string): Cell => ({ text, strong: true });
export const together = (...blocks: Block[]): Block => ({ kind: 'together', blocks });
export const BLANK: Cell = { blank: true };

/** A table, or a sentence where there is nothing to put into one. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  more: { readonly empty?: string; readonly rowHeight?: number } = {},
): Block {
  if (rows.length === 0 && more.empty !== undefined) return paragraph(more.empty);
  return {
    kind: 'table',
    caption,
    columns,
    rows,
    ...(more.rowHeight === undefined ? {} : { rowHeight: more.rowHeight }),
  };
}

/** Everything that can be read on a document, in order: for tests, and for whoever searches. */
export function textOf(document: CeremonyDocument): string {
  const cell = (one: Cell): string =>
    typeof one === 'string'
      ? one
      : 'text' in one
        ? one.text
        : 'lead' in one
          ? `${one.lead}\n${one.rest}`
          : 'check' in one
            ? one.check.join(' ')
            : '';
  const block = (one: Block): string => {
    switch (one.kind) {
      case 'heading':
      case 'paragraph':
        return one.text;
      case 'list':
      case 'checks':
        return one.items.join('\n');
      case 'facts':
        return one.facts.map(({ label, value }) => `${label}: ${value}`).join('\n');
      case 'table':
        return [
          one.caption,
          one.columns.map(({ title }) => title).join(' | '),
          ...one.rows.map((row) => row.map(cell).join(' | ')),
        ].join('\n');
      case 'fields':
        return one.fields.map(({ label, value }) => `${label}: ${value ?? ''}`).join('\n');
      case 'code':
        return one.alt;
      case 'together':
        return one.blocks.map(block).join('\n');
      case 'page':
        return '';
    }
  };
  return [document.title, document.purpose, ...document.blocks.map(block)].join('\n');
}
