/**
 * What crosses about share sheets. Their text comes in from the window: a person typed it, or the camera read it there. Of
 * what came in, only the characters that may be wrong go back (docs/threat-model.md).
 */
import { z } from 'zod';
import { backupKind, ceremonyId, path, role, sentence, typed } from './fields.ts';

/** What a text is, held against the code on every line. */
export const sheetCheck = z.strictObject({
  /** `right`: a whole sheet. `proposals`: a few characters are wrong. `wrong`: it needs to be read again. */
  state: z.enum(['right', 'proposals', 'wrong']),
  /** What is wrong, or what sheet it is. */
  sentence,
  next: sentence.nullable(),
  /** What sheet it is; null where that cannot be said. */
  kind: backupKind.exclude(['file']).nullable(),
  /** Line by line, which characters may be meant. */
  proposals: z.array(sentence).max(16),
  /** The sheet if all proposals are taken; null where there are none. */
  text: typed.nullable(),
});

/** A printer of this laptop. */
export const printerState = z.strictObject({
  name: z.string().min(1).max(200),
  title: z.string().max(400),
  ready: z.boolean(),
  /** Why it is not ready. */
  problem: sentence.nullable(),
});

const which = { ceremony: ceremonyId, role, label: z.string().max(400) };

export const sheetContract = {
  /** Reads a text as a sheet, and proposes what may be meant. Keeps nothing. */
  'sheet:check': { input: z.strictObject({ text: typed }), output: sheetCheck },
  /** The printers of this laptop; `problem`: why there are none. */
  'sheet:printers': {
    input: z.strictObject({}),
    output: z.strictObject({
      printers: z.array(printerState).max(100),
      problem: sentence.nullable(),
      /** What is to be known of what the system keeps of a printed sheet. */
      notes: z.array(sentence).max(20),
    }),
  },
  /** Prints the sheet of the backup that is on, from memory, and follows the job to its end. */
  'sheet:print': {
    input: z.strictObject({ ...which, printer: z.string().min(1).max(200) }),
    output: z.strictObject({ sentence }),
  },
  /** Writes it as a PDF into a folder that the operator names: a medium that carries it to a printer. */
  'sheet:write': {
    input: z.strictObject({ ...which, folder: path }),
    output: z.strictObject({ sentence, path }),
  },
} as const;

export type SheetCheck = z.output<typeof sheetCheck>;
export type PrinterState = z.output<typeof printerState>;
