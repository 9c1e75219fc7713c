/** The sheet of a share that a ceremony has just made, for a backup that its plan asks for. */
import { Participant } from '../../ceremony/participant.ts';
import { BACKUP_NAMES, holderOf, planCode, type PlanContext } from '../../ceremony/plan.ts';
import { UsageError } from '../errors.ts';
import type { Part } from '../laptop.ts';
import { slug } from '../files.ts';
import { makeSheet, type MadeSheet } from './sheets.ts';

/** A sheet that can be printed. As secret as the share; a sealed one, as its passphrase is good. */
export interface PlannedSheet {
  readonly made: MadeSheet;
  /** For the printer's queue. Says whose it is, and nothing of what is on it. */
  readonly title: string;
  /** For a file on a medium. */
  readonly fileName: string;
}

/**
 * Makes the sheet of the planned backup with this label. Every call makes another one: a new salt, so other lines. Rejects
 * with UsageError where the plan asks this role for no such sheet; as `makeSheet` and `Participant.newShare` do.
 */
export async function plannedSheet(
  { context, role, runner }: Pick<Part, 'context' | 'role' | 'runner'>,
  label: string,
  passphrase: string,
  at: string,
): Promise<PlannedSheet> {
  const kind = sheetKind(context, role, label);
  if (!(runner instanceof Participant)) throw new UsageError('The administrator backs up no share.', 1);
  const { record, share } = await runner.newShare();
  try {
    const index = holderOf(role) ?? 0;
    const facts = { at, ceremonyCode: planCode(context) };
    const made = await makeSheet(record, index, share, kind, passphrase, facts);
    return {
      made,
      title: `Reseal ${made.identifier}, holder ${index}`,
      fileName: `${slug(record.name)}-epoch-${record.epoch}-${role}-${slug(label)}-${made.identifier.toLowerCase()}.pdf`,
    };
  } finally {
    share.fill(0);
  }
}

function sheetKind({ plan }: PlanContext, role: string, label: string): 'sealed-sheet' | 'plain-sheet' {
  const planned = plan.backups.find((backup) => backup.label === label && backup.holder === holderOf(role));
  if (planned === undefined)
    throw new UsageError(`The plan asks ${role} for no backup called "${label}".`, 1);
  if (planned.kind === 'file' || planned.kind === 'recipients-file')
    throw new UsageError(`The backup "${label}" is a ${BACKUP_NAMES[planned.kind]}, and is not printed.`, 1);
  return planned.kind;
}
