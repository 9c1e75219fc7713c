/** How a plan says that a share is to be backed up. */
import { z } from 'zod';
import { holderIndex, text } from './fields.ts';
import { recipientProblem } from './formats/age-recipient.ts';

/**
 * The kinds: a file on a medium, sealed with a passphrase; such a file to recipients, which whoever has the secret key of
 * one of them opens; or a sheet of paper, sealed with a passphrase that is kept apart from it, or plain for a bag that
 * shows when it was opened.
 */
export const BACKUP_KINDS = ['file', 'recipients-file', 'sealed-sheet', 'plain-sheet'] as const;
export type BackupKind = (typeof BACKUP_KINDS)[number];
/** The kinds in words. */
export const BACKUP_NAMES: Readonly<Record<BackupKind, string>> = {
  file: 'file',
  'recipients-file': 'file to recipients',
  'sealed-sheet': 'sealed sheet',
  'plain-sheet': 'plain sheet',
};

/** Most recipients of one backup. */
export const MOST_RECIPIENTS = 8;

/** What everybody who reads a plan is to know about recipients. */
export const WHO_OPENS = 'whoever has one of these keys can open the share';

const RECIPIENTS = `expected 1 to ${MOST_RECIPIENTS} recipients`;
export const plannedBackup = z.discriminatedUnion('kind', [
  z.strictObject({
    holder: holderIndex,
    kind: z.literal('recipients-file'),
    label: text,
    /** Age recipients (`age1…`, X25519), in ascending order, so that one set is written in one way. */
    recipients: z.array(z.string()).min(1, RECIPIENTS).max(MOST_RECIPIENTS, RECIPIENTS),
  }),
  z.strictObject({ holder: holderIndex, kind: z.enum(['file', 'sealed-sheet', 'plain-sheet']), label: text }),
]);
export type PlannedBackup = z.infer<typeof plannedBackup>;

/** The recipients of a planned backup; none for other kinds. */
export function recipientsOf(backup: PlannedBackup): readonly string[] {
  return backup.kind === 'recipients-file' ? backup.recipients : [];
}

/** What is wrong with the recipients of a backup: which one, and a sentence. */
export function recipientsProblem(
  recipients: readonly string[],
): { at: number; sentence: string } | undefined {
  for (const [at, recipient] of recipients.entries()) {
    const sentence = recipientProblem(recipient);
    if (sentence !== undefined) return { at, sentence };
    const before = recipients[at - 1] ?? '';
    if (recipient === before) return { at, sentence: `${recipient} occurs twice.` };
    if (recipient < before) return { at, sentence: 'expected recipients in ascending order.' };
  }
  return undefined;
}

/** A planned backup, where `given` decides whether it has recipients. They are put in order; twins are left for the plan to refuse. */
export function planBackup(
  holder: number,
  kind: BackupKind,
  label: string,
  recipients: readonly string[],
): PlannedBackup {
  return kind === 'recipients-file'
    ? { holder, kind, label, recipients: [...recipients].sort() }
    : { holder, kind, label };
}

/** Every recipient of a plan in full, with holder and label of what it opens: `age1… (1 Safe A, 2 Safe A)`. */
export function recipientLines(backups: readonly PlannedBackup[]): string[] {
  const opens = new Map<string, string[]>();
  for (const backup of backups)
    for (const one of recipientsOf(backup))
      opens.set(one, [...(opens.get(one) ?? []), `${backup.holder} ${backup.label}`]);
  return [...opens].map(([one, labels]) => `${one} (${labels.join(', ')})`);
}
