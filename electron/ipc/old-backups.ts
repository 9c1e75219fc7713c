/** What crosses about backups of epochs that are no longer in use: which are left, and how one was destroyed. */
import { z } from 'zod';
import { backupKind, sentence, time, typed } from './fields.ts';

const name = z.string().max(400);
const which = { fingerprint: z.string().regex(/^[0-9a-f]{16}$/), epoch: z.int(), label: name };

/** One that nobody has said of yet how it was destroyed. */
export const oldBackupState = z.strictObject({
  ...which,
  keyName: name,
  holder: z.int(),
  kind: backupKind,
  /** Of the medium, or of the bag. */
  serial: name,
  /** By when the plan wants it destroyed. */
  deadline: time,
  state: z.enum(['due', 'overdue']),
  /** What is recommended for its medium; a person may have done something else. */
  methods: z.array(sentence).max(8),
});

export const oldBackupContract = {
  /**
   * Signs how an old backup was destroyed, and by which two people. What is wrong comes back as `complaints` by field, and
   * nothing was signed.
   */
  'backup:destroyed': {
    input: z.strictObject({ ...which, method: typed, tool: typed, who: typed, witness: typed }),
    output: z.strictObject({
      complaints: z.record(z.string().max(40), sentence),
      /** Where the statement lies; null where there is a complaint. */
      path: z.string().max(4096).nullable(),
    }),
  },
} as const;

export type OldBackupState = z.output<typeof oldBackupState>;
