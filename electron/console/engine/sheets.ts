/** Share sheets at the window: printed from memory, and judged when they come back. Nothing of one is kept here. */
import { join } from 'node:path';
import { CeremonyError } from '../../../ceremony/errors.ts';
import { readSheetText } from '../../../ceremony/paper/sheet.ts';
import { BACKUP_NAMES } from '../../../ceremony/plan.ts';
import { followJob, print, printers, type Job } from '../../../devices/printer/printer.ts';
import { spoolNotes } from '../../../devices/printer/spool.ts';
import { UsageError } from '../../../laptop/errors.ts';
import { writeOutput } from '../../../laptop/files.ts';
import type { PlannedSheet } from '../../../laptop/paper/planned.ts';
import { forgetContent } from '../../../laptop/paper/sheets.ts';
import { isFolder } from '../../../devices/files.ts';
import type { SheetCheck } from '../../ipc/sheets.ts';

/** Milliseconds after which a job that is not printed is told of; it may still come out. */
const PATIENCE = 60_000;

/** What a text that was typed or scanned is. */
export function judgeSheet(text: string): SheetCheck {
  const nothing = { next: null, kind: null, proposals: [], text: null };
  try {
    const reading = readSheetText(text);
    if (reading.state === 'proposals')
      return {
        state: 'proposals',
        sentence: 'Nearly: some characters do not fit the rest of their line.',
        next: 'Compare each with the paper. Take them only if the paper says so.',
        kind: reading.kind,
        proposals: reading.proposals.map(({ sentence }) => sentence),
        text: reading.text,
      };
    const { content } = reading;
    const { index, epoch } = content.facts;
    forgetContent(content);
    return {
      ...nothing,
      kind: content.kind,
      state: 'right',
      sentence: `Every line is right: the ${BACKUP_NAMES[content.kind]} of holder ${index}, epoch ${epoch}.`,
    };
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    return { ...nothing, state: 'wrong', sentence: error.message, next: error.next ?? null };
  }
}

/** The printers of this laptop, as the window lists them. */
export async function listPrinters(): Promise<{
  printers: { name: string; title: string; ready: boolean; problem: string | null }[];
  problem: string | null;
  notes: string[];
}> {
  const { printers: found, why } = await printers();
  return {
    printers: found.map(({ name, title, state, reason }) => ({
      name,
      title,
      ready: state === 'ready',
      problem: reason,
    })),
    problem: why,
    notes: found.length === 0 ? [] : spoolNotes(),
  };
}

/** Prints a sheet and follows it to its end. Rejects with PrinterError, in a sentence with a next step. */
export async function printSheet(
  { made, title }: PlannedSheet,
  printer: string,
): Promise<{ sentence: string }> {
  try {
    const job: Job = await print(made.pdf, { printer, title, media: 'A4' });
    const { state, reason } = await followJob(job, { patience: PATIENCE });
    if (state !== 'done')
      throw new UsageError(
        `The sheet ${made.identifier} is not printed. ${reason ?? 'The printer has not said why: look at it.'} What comes out of it later is a copy of the share: keep it with this sheet, or destroy it.`,
      );
  } finally {
    made.pdf.fill(0);
  }
  return { sentence: `Printed: sheet ${made.identifier}. Take it from the printer, and read it back here.` };
}

/** Writes a sheet into a folder that the operator named. */
export function writeSheet(
  { made, fileName }: PlannedSheet,
  folder: string,
): { sentence: string; path: string } {
  const path = join(folder, fileName);
  try {
    if (!isFolder(folder))
      throw new UsageError(`${folder} is not there: insert the medium, or choose another folder.`);
    writeOutput(path, made.pdf);
  } finally {
    made.pdf.fill(0);
  }
  return {
    sentence: `Written: ${fileName}. The file is a copy of the share: print it, and destroy the file as you would the sheet.`,
    path,
  };
}
