/**
 * One line as it was typed or scanned: right, or with a proposal what it was, or beyond help. A proposal names every
 * character that it would change; whether it is what stands on the paper is for a person to say.
 */
import { symbolsOf, textOf, UNREADABLE } from './codex32/alphabet.ts';
import { correct } from './codex32/correct.ts';
import { BODY_LENGTH, LINE_LENGTH, LINE_START, SHEET_PREFIX } from './lines.ts';

/** One change of a proposal. */
export interface Change {
  /** Character of the printed line, without spaces, from 1. */
  readonly position: number;
  /** Group of four after "RS1", from 1; 0 for "RS1" itself. */
  readonly group: number;
  /** What was read there: "?" for what could not be, "" for a character that was left out. */
  readonly found: string;
  /** What would stand there: "" for a character that is too many. */
  readonly proposed: string;
}

/** A line as it was read. `text` is the right line, whole and in lower case. */
export type LineReading =
  | { readonly state: 'right'; readonly text: string; readonly symbols: readonly number[] }
  | {
      readonly state: 'proposal';
      readonly found: string;
      readonly text: string;
      readonly symbols: readonly number[];
      readonly changes: readonly Change[];
    }
  | { readonly state: 'beyond'; readonly found: string };

const START = Array.from(LINE_START);
/** Also what word processors make of a hyphen and of quotation marks. */
const TO_SKIP = /[\s\-\u2010-\u2015·.|:_"'\u2018-\u201f]+/gu;

/**
 * The lines in a text, lower case, without what separates groups. Lines are told apart by their start, by line ends and
 * by "/"; a line may go on in the next row. Numbers before lines, as they are printed, are dropped.
 */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  for (const row of text.toLowerCase().split(/[\r\n/,;]+/u)) {
    const between = lines.length === 0 || (lines.at(-1)?.length ?? 0) >= LINE_LENGTH;
    const parts = row
      .replace(between ? /^\s*\d{1,2}[.):]?\s+(?=\S)/u : '', '')
      .replace(TO_SKIP, '')
      .split(new RegExp(`(?=${LINE_START})`, 'u'));
    for (const part of parts) {
      const last = lines.at(-1);
      if (part === '') continue;
      // A row that starts no line goes on with the one before, as long as that has place for it.
      if (!part.startsWith(LINE_START) && last !== undefined && last.length + part.length <= LINE_LENGTH + 1)
        lines[lines.length - 1] = last + part;
      else lines.push(part);
    }
  }
  return lines;
}

/** Reads one line of `splitLines`. */
export function readLine(line: string): LineReading {
  const found = Array.from(line, (character) => (/[a-z0-9]/u.test(character) ? character : UNREADABLE));
  const candidates = found.length === BODY_LENGTH ? [[...START, ...found]] : withOneMoreOrLess(found);
  const proposals = new Map<string, Extract<LineReading, { state: 'proposal' }>>();
  for (const candidate of candidates) {
    const reading = readWhole(candidate);
    if (reading === null) continue;
    if (candidates.length === 1 && reading.changes.length === 0)
      return { state: 'right', text: reading.text, symbols: reading.symbols };
    // Where the length was wrong, one character was already guessed: nothing else may be.
    if (candidates.length > 1 && reading.changes.length > (candidate.length > found.length ? 1 : 0)) continue;
    const changes = candidates.length === 1 ? reading.changes : lengthChange(found.join(''), reading.text);
    proposals.set(reading.text, { state: 'proposal', found: found.join(''), ...reading, changes });
  }
  const [only] = proposals.values();
  return only !== undefined && proposals.size === 1 ? only : { state: 'beyond', found: found.join('') };
}

/** The line itself where its length is right; else with one unreadable character more, or one character less. */
function withOneMoreOrLess(found: readonly string[]): string[][] {
  if (found.length === LINE_LENGTH) return [[...found]];
  if (found.length === LINE_LENGTH - 1)
    return Array.from({ length: LINE_LENGTH }, (_, at) => found.toSpliced(at, 0, UNREADABLE));
  if (found.length === LINE_LENGTH + 1) return found.map((_, at) => found.toSpliced(at, 1));
  return [];
}

/** A line of the right length: the right line nearest to it, and the places where they differ. */
function readWhole(
  found: readonly string[],
): { text: string; symbols: readonly number[]; changes: Change[] } | null {
  // What is right already comes back as it is.
  const symbols = correct(SHEET_PREFIX, symbolsOf(found.slice(LINE_START.length).join('')));
  if (symbols === null) return null;
  const text = LINE_START + textOf(symbols);
  const changes = Array.from(text).flatMap((proposed, at) =>
    found[at] === proposed ? [] : [change(at, found[at] ?? '', proposed)],
  );
  return { text, symbols, changes };
}

function change(at: number, found: string, proposed: string): Change {
  const group = at < LINE_START.length ? 0 : Math.floor((at - LINE_START.length) / 4) + 1;
  return { position: at + 1, group, found: found.toUpperCase(), proposed: proposed.toUpperCase() };
}

/** Where a line that is one character longer or shorter than the right one begins to differ from it. */
function lengthChange(found: string, right: string): Change[] {
  let at = 0;
  while (at < right.length && found[at] === right[at]) at++;
  return [found.length < right.length ? change(at, '', right[at] ?? '') : change(at, found[at] ?? '', '')];
}
