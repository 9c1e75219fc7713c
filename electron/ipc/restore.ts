/**
 * What crosses when a share is restored from a backup, or a backup is tried. What was typed or read from the backup goes in,
 * and the passphrase; a verdict comes out, in which everything is public. The share itself stays in the program.
 */
import { z } from 'zod';
import { backupKind, path, sentence, suite, time, typed } from './fields.ts';

/** Where the share comes from. */
export const restoreSource = z.union([
  /** A sheet, as the camera read it or a person typed it. Of a plain one the passphrase is not looked at. */
  z.strictObject({ kind: z.literal('sheet'), text: typed, passphrase: typed }),
  /** An age file. */
  z.strictObject({ kind: z.literal('file'), path, passphrase: typed }),
  /** An age file to recipients, and an identity file of one of them. */
  z.strictObject({ kind: z.literal('recipients-file'), path, identity: path }),
]);

/** A backup that was opened, and whose share belongs to the public share in the record. */
export const restoreVerdict = z.strictObject({
  /** Nothing was kept. */
  drill: z.boolean(),
  /** Names what the program holds until it is stored or forgotten; null after a drill. */
  id: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .nullable(),
  at: time,
  kind: backupKind,
  keyName: z.string().max(400),
  fingerprint: z.string().max(16),
  /** The fingerprint as words, as they stand on the sheet. */
  words: z.array(z.string().max(20)).max(8),
  suite,
  threshold: z.int(),
  holders: z.int(),
  epoch: z.int(),
  rehearsal: z.boolean(),
  index: z.int(),
  /** Null where the record names nobody: an import. */
  holder: z.string().max(400).nullable(),
  /** What this laptop will not be able to do with the share; null: it can do everything. */
  sealingKeyLost: sentence.nullable(),
  /** True where the very same share lies on this laptop already, from a restore before. */
  already: z.boolean(),
});

/** Which of the key records that `key:records` lists, or `key:read` has read. */
const record = z.string().max(40);

export const restoreContract = {
  /** Asks whether this laptop could take a share of this record at all, before anything secret is typed. */
  'restore:begin': { input: z.strictObject({ record, drill: z.boolean() }), output: z.strictObject({}) },
  /** Opens a backup and holds it against the record. */
  'restore:open': {
    input: z.strictObject({ record, drill: z.boolean(), from: restoreSource }),
    output: restoreVerdict,
  },
  /** Puts what was opened into the vault. */
  'restore:store': { input: z.strictObject({ id: z.string().max(16) }), output: z.strictObject({}) },
  /** Erases what was opened and is not to be stored. */
  'restore:forget': { input: z.strictObject({}), output: z.strictObject({}) },
} as const;

export type RestoreSource = z.output<typeof restoreSource>;
export type RestoreVerdict = z.output<typeof restoreVerdict>;
