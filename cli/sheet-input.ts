/** A share sheet as a command gets it: a file of lines, standard input, or a picture; proposals are put to a person. */
import type { SheetContent } from '../ceremony/paper/payload.ts';
import { readSheetText } from '../ceremony/paper/sheet.ts';
import { UsageError } from '../laptop/errors.ts';
import { readInput } from '../laptop/files.ts';
import { inexact } from '../laptop/paper/sheets.ts';
import { codesInFile, openDecoder } from './decoder.ts';
import { terminalOperator } from './operator.ts';
import { MAX_TYPED, standardInput } from './standard-input.ts';

/** How a sheet came to be read. */
export interface SheetInput {
  readonly content: SheetContent;
  /** Characters that a person accepted. */
  readonly accepted: number;
}

/** Reads the sheet in a file, a picture, or standard input ("-"). Throws UsageError, CeremonyError. */
export async function sheetInput(path: string): Promise<SheetInput> {
  const bytes = path === '-' ? await standardInput() : readInput(path);
  const text = isPicture(bytes) ? await codeIn(bytes, path) : typed(bytes, path);
  return accepted(text);
}

function isPicture(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  return (
    start === '\x89PNG' ||
    start.startsWith('\xff\xd8\xff') ||
    start.startsWith('BM') ||
    /^(?:GIF8|P[1-6]\s)/.test(start)
  );
}

async function codeIn(bytes: Uint8Array, path: string): Promise<string> {
  await openDecoder();
  const codes = (await codesInFile(bytes)) ?? [];
  const [text] = codes
    .map((code) => Buffer.from(code).toString('latin1'))
    .filter((code) => code.startsWith('RS1'));
  if (text === undefined)
    throw new UsageError(
      `${path} is a picture in which no code of a share sheet can be read: scan it again, or type the lines.`,
      1,
    );
  return text;
}

function typed(bytes: Uint8Array, path: string): string {
  if (bytes.length > MAX_TYPED) throw new UsageError(`${path} is too large for the lines of a share sheet.`);
  // A mark before the first line, spaces that do not break and long dashes: what editors put in by themselves.
  return new TextDecoder().decode(bytes);
}

/** The content, once every proposal was accepted. Without a terminal nobody can. */
async function accepted(text: string): Promise<SheetInput> {
  const reading = readSheetText(text);
  if (reading.state === 'right') return { content: reading.content, accepted: 0 };
  const operator = terminalOperator();
  if (operator === undefined)
    throw inexact(
      reading,
      'Compare each with the paper and correct what was typed, or run the command on a terminal, where it asks.',
    );
  for (const { number, sentence } of reading.proposals) {
    const answer = await operator.answer({
      ...{ step: 'sheet', field: 'accept', complaint: undefined, about: sentence },
      title: `Line ${number} is not read exactly.`,
      question: 'Compare this with the paper. Does it stand there so? Type yes or no',
    });
    if (answer?.trim().toLowerCase() !== 'yes')
      throw new UsageError(`Line ${number} was not accepted: type it again from the paper.`, 1);
  }
  const again = readSheetText(reading.text);
  if (again.state !== 'right') throw new Error('accepted lines are not right');
  const changes = reading.proposals.reduce((sum, one) => sum + one.changes.length, 0);
  return { content: again.content, accepted: changes };
}
