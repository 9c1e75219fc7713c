/** A share sheet's text: made of a sheet's content, and read back, with proposals where characters are wrong. */
import { CeremonyError } from '../errors.ts';
import { bytesOfLines, codeText, LINE_LENGTH, LINE_START, lineOf, linesOf, type SheetLine } from './lines.ts';
import { decodeContent, encodeContent, type SheetContent, type SheetKind } from './payload.ts';
import { readLine, splitLines, type Change, type LineReading } from './reading.ts';

/** A sheet as text. As secret as what it was made of. */
export interface SheetText {
  /** Four characters that all lines of this sheet have, in capitals. */
  readonly identifier: string;
  /** Lower case, without spaces. */
  readonly lines: readonly string[];
  /** The same for a code (QR, alphanumeric mode). */
  readonly code: string;
}

/** The text of a sheet. */
export function sheetText(content: SheetContent): SheetText {
  const whole = encodeContent(content);
  const lines = linesOf(whole);
  whole.fill(0);
  return { identifier: lines[0]?.slice(5, 9).toUpperCase() ?? '', lines, code: codeText(lines) };
}

/** One line that is not quite right, and what it may have been. */
export interface LineProposal {
  /** Number of the line on the sheet, from 1. */
  readonly number: number;
  readonly changes: readonly Change[];
  /** For whoever compares with the paper: `Line 2: group 5, character 2: "X" may be "P".` As secret as the sheet. */
  readonly sentence: string;
  /** The same without the characters, for refusals: `Line 2: compare group 5, character 2.` */
  readonly place: string;
}

export type SheetReading =
  /** Every line was right. */
  | { readonly state: 'right'; readonly content: SheetContent }
  /** A person must compare the proposals with the paper. `text` is the sheet if all are taken: read that then. */
  | {
      readonly state: 'proposals';
      readonly kind: SheetKind;
      readonly proposals: readonly LineProposal[];
      readonly text: string;
    };

/** A sheet has 3 or 4 lines, and may have been typed and scanned. More is another file, which would take minutes to try. */
const MOST_LINES = 12;

/**
 * Reads a sheet: lines in any order, spacing and case, as typed, or the text of a code. Throws `bad-sheet` where there
 * is no sheet, where a line is missing, damaged beyond help or of another sheet, and where the check value of the whole
 * does not fit. The sentence names the lines, and the places to compare in others, but no characters of theirs.
 */
export function readSheetText(text: string): SheetReading {
  const split = splitLines(text);
  if (split.length > MOST_LINES)
    throw new CeremonyError(
      'bad-sheet',
      `This has ${split.length} lines, and a share sheet has 3 or 4.`,
      'Give the lines of one sheet alone.',
    );
  const readings = split.map(readLine);
  if (
    readings.length === 0 ||
    readings.every((reading) => reading.state === 'beyond' && reading.found.length < 8)
  )
    throw new CeremonyError(
      'bad-sheet',
      `There is no line of a share sheet in this: each begins with RS1 and has ${LINE_LENGTH} characters.`,
      'Type the lines from the paper, or scan its code.',
    );
  const proposals = readings.flatMap(proposalOf);
  const beyond = readings.flatMap((reading, at) =>
    reading.state === 'beyond' ? [beyondSentence(reading, at)] : [],
  );
  if (beyond.length > 0)
    throw new CeremonyError(
      'bad-sheet',
      [...beyond, ...proposals.map(({ place }) => place)].join(' '),
      'Compare what is named with the paper and type it again, with "?" for what cannot be read.',
    );
  const lines = readings.flatMap((reading) => (reading.state === 'beyond' ? [] : [lineOf(reading.symbols)]));
  const whole = bytesOfLines(inOrder(lines, proposals));
  if (whole === null)
    throw new CeremonyError(
      'bad-sheet',
      'The lines belong together, but their content has no kind of sheet.',
    );
  // Also of a proposal: one that does not make a whole sheet is none, and is not shown to anybody.
  const content = decodeContent(whole);
  if (proposals.length === 0) return { state: 'right', content };
  if (content.kind === 'plain-sheet') content.share.fill(0);
  const taken = readings.map((reading) => (reading.state === 'beyond' ? '' : reading.text));
  return { state: 'proposals', kind: content.kind, proposals, text: taken.join('\n') };
}

/** Each line once, from the first to the last. Throws `bad-sheet` for lines of two sheets, and for missing ones. */
function inOrder(lines: readonly SheetLine[], proposals: readonly LineProposal[]): SheetLine[] {
  const [first] = lines;
  const notes = proposals.map(({ place }) => ` ${place}`).join('');
  const other = lines.find(
    ({ identifier, count }) => identifier !== first?.identifier || count !== first.count,
  );
  if (first === undefined || other !== undefined)
    throw new CeremonyError(
      'bad-sheet',
      `Line ${other?.number ?? 0} is of another sheet: its third to sixth characters after RS1 are ${other?.identifier.toUpperCase() ?? ''}, those of line ${first?.number ?? 0} are ${first?.identifier.toUpperCase() ?? ''}.${notes}`,
      'Type the lines of one sheet only.',
    );
  const missing: number[] = [];
  const sorted: SheetLine[] = [];
  for (let number = 1; number <= first.count; number++) {
    const same = lines.filter((line) => line.number === number);
    const [line] = same;
    if (line === undefined) missing.push(number);
    else if (same.some(({ symbols }) => symbols.join() !== line.symbols.join()))
      throw new CeremonyError(
        'bad-sheet',
        `Line ${number} is there twice, and not the same.`,
        'Type it once.',
      );
    else sorted.push(line);
  }
  if (missing.length > 0)
    throw new CeremonyError(
      'bad-sheet',
      `${missing.length === 1 ? 'Line' : 'Lines'} ${missing.join(' and ')} of ${first.count} ${missing.length === 1 ? 'is' : 'are'} missing.${notes}`,
      'Type what is missing as well; the lines may come in any order.',
    );
  return sorted;
}

function proposalOf(reading: LineReading): LineProposal[] {
  if (reading.state !== 'proposal') return [];
  const { number } = lineOf(reading.symbols);
  const { changes } = reading;
  return [
    {
      ...{ number, changes },
      sentence: `Line ${number}: ${changesInWords(changes)}.`,
      place: `Line ${number}: compare ${changes.map(placeOf).join('; ')}.`,
    },
  ];
}

function placeOf({ position, group }: Change): string {
  return group === 0 ? `character ${position}` : `group ${group}, character ${((position - 4) % 4) + 1}`;
}

/** `group 5, character 2: "X" may be "P"`, for every change. */
function changesInWords(changes: readonly Change[]): string {
  return changes
    .map((change) => {
      const { found, proposed } = change;
      const place = placeOf(change);
      if (found === '') return `${place}: a character was left out, perhaps "${proposed}"`;
      if (proposed === '') return `${place}: "${found}" is one character too many`;
      if (found === '?') return `${place}: unreadable, may be "${proposed}"`;
      return `${place}: "${found}" may be "${proposed}"`;
    })
    .join('; ');
}

function beyondSentence({ found }: Extract<LineReading, { state: 'beyond' }>, at: number): string {
  // What begins in another way may begin in the middle of the share.
  const start = found.startsWith(LINE_START) ? ` (${found.slice(0, 7).toUpperCase()}…)` : '';
  return found.length === LINE_LENGTH
    ? `The ${ordinal(at + 1)} line${start} is too damaged: more than 4 characters are wrong, or more than 8 unreadable.`
    : `The ${ordinal(at + 1)} line${start} has ${found.length} characters; expected are ${LINE_LENGTH}, RS1 and 14 groups of 4.`;
}

function ordinal(number: number): string {
  return ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'][number - 1] ?? `${number}th`;
}
