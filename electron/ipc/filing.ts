/** What crosses about files for people: the documents of a ceremony, and a record as one file. Nothing secret is in either. */
import { z } from 'zod';
import { ceremonyId, path, time } from './fields.ts';

/** Whose documents: of a record, which needs no vault; or of the plan of a ceremony of this laptop. */
export const documentsOf = z.union([
  z.strictObject({ record: path }),
  z.strictObject({ ceremony: ceremonyId }),
]);

export const documentsMade = z.strictObject({
  /** The new folder that they are in. */
  folder: path,
  documents: z
    .array(z.strictObject({ name: z.string().max(200), title: z.string().max(400), pages: z.int() }))
    .max(5000),
  /** Those that were there already, with the same bytes. */
  kept: z.int(),
  /** Of the record; null: made from a plan. */
  verdict: z.enum(['VALID', 'NOT VALID']).nullable(),
  /** `listed`: the record of the epoch before is on this laptop. `unknown`: it is not. `none`: nothing old is to be destroyed. */
  oldBackups: z.enum(['listed', 'unknown', 'none']),
  milliseconds: z.int(),
});

export const filingContract = {
  /** Makes all documents, into a new folder in the one that a person chose. Writes over nothing. */
  'documents:make': { input: z.strictObject({ of: documentsOf, folder: path }), output: documentsMade },
  /** Makes the folder for the auditor, in the one that a person chose: record, documents, verifiers. Valid records only. */
  'record:audit': {
    input: z.strictObject({ path, folder: path }),
    output: z.strictObject({ folder: path, files: z.int(), milliseconds: z.int() }),
  },
  /** Writes a file that proves these lines of the transcript (by their numbers) and shows no other. Valid records only. */
  'record:disclose': {
    input: z.strictObject({ path, lines: z.array(z.int().min(0).max(9999)).min(1).max(5000), folder: path }),
    output: z.strictObject({ file: path, lines: z.int(), of: z.int() }),
  },
  /** Writes a request for a timestamp of a valid record, to be carried to a connected machine. */
  'timestamp:request': {
    input: z.strictObject({ path, folder: path }),
    output: z.strictObject({ file: path }),
  },
  /** Checks an authority's answer, and keeps it in the folder of the record. */
  'timestamp:attach': {
    input: z.strictObject({ path, answer: path }),
    output: z.strictObject({
      file: z.string().max(400),
      time: time.nullable(),
      /** The request lay beside the answer, and the answer is to it. */
      compared: z.boolean(),
    }),
  },
  /** Packs a record into one file in the folder that a person chose. Writes over nothing. */
  'record:pack': {
    input: z.strictObject({ path, folder: path }),
    output: z.strictObject({ file: path, files: z.int(), bytes: z.int() }),
  },
} as const;

export type DocumentsOf = z.output<typeof documentsOf>;
export type DocumentsMade = z.output<typeof documentsMade>;
