/**
 * The lines of a share sheet. Each is a codex32 string of 59 characters: prefix and separator, number of the line, how
 * many there are, four symbols that all lines of a sheet have in common, 37 symbols of content, 13 of checksum.
 */
import { bytesToSymbols, symbolsToBytes, textOf } from './codex32/alphabet.ts';
import { encodeCodex32 } from './codex32/checksum.ts';
import { checkValue, SHEET_LENGTHS } from './payload.ts';

/** "Reseal share". The separator "1" follows it. */
export const SHEET_PREFIX = 'rs';
/** What every line begins with. */
export const LINE_START = `${SHEET_PREFIX}1`;
const CONTENT_SYMBOLS = 37;
const IDENTIFIER_SYMBOLS = 4;
const HEAD_SYMBOLS = 2 + IDENTIFIER_SYMBOLS;
/** Characters of a line after "rs1": 14 groups of 4. */
export const BODY_LENGTH = HEAD_SYMBOLS + CONTENT_SYMBOLS + 13;
/** Characters of a whole line. */
export const LINE_LENGTH = LINE_START.length + BODY_LENGTH;

/** A line that is right. */
export interface SheetLine {
  /** From 1. */
  readonly number: number;
  readonly count: number;
  /** Four characters. */
  readonly identifier: string;
  readonly symbols: readonly number[];
}

/** The lines of a sheet's bytes (payload.ts), lower case. */
export function linesOf(whole: Uint8Array): string[] {
  const symbols = bytesToSymbols(whole);
  const count = Math.ceil(symbols.length / CONTENT_SYMBOLS);
  const identifier = bytesToSymbols(checkValue(whole.slice(0, -8))).slice(0, IDENTIFIER_SYMBOLS);
  return Array.from({ length: count }, (_, at) => {
    const own = symbols.slice(at * CONTENT_SYMBOLS, (at + 1) * CONTENT_SYMBOLS);
    while (own.length < CONTENT_SYMBOLS) own.push(0);
    return encodeCodex32(SHEET_PREFIX, [at + 1, count, ...identifier, ...own]);
  });
}

/** What the symbols of a right line say. */
export function lineOf(symbols: readonly number[]): SheetLine {
  const [number = 0, count = 0] = symbols;
  return {
    number,
    count,
    identifier: textOf(symbols.slice(2, HEAD_SYMBOLS)),
    symbols: symbols.slice(HEAD_SYMBOLS, HEAD_SYMBOLS + CONTENT_SYMBOLS),
  };
}

/** How many lines a sheet of so many bytes has. */
const lineCount = (length: number): number => Math.ceil(Math.ceil((length * 8) / 5) / CONTENT_SYMBOLS);

/** A sheet's bytes of its lines in order, or null where no kind of sheet has so many, or what fills up is not zero. */
export function bytesOfLines(lines: readonly SheetLine[]): Uint8Array | null {
  const length = Object.values(SHEET_LENGTHS).find((bytes) => lineCount(bytes) === lines.length);
  return length === undefined
    ? null
    : symbolsToBytes(
        lines.flatMap(({ symbols }) => symbols),
        length,
      );
}

/** What a code on the paper holds: the lines in capitals, which need fewer modules, with "/" between them. */
export function codeText(lines: readonly string[]): string {
  return lines.join('/').toUpperCase();
}

/** A line as it is printed: capitals, the start, then 14 groups of 4. */
export function groupsOf(line: string): string[] {
  const body = line.slice(LINE_START.length).toUpperCase();
  return [line.slice(0, LINE_START.length).toUpperCase(), ...(body.match(/.{1,4}/g) ?? [])];
}
