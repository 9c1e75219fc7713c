/** The backups of earlier epochs, as the records of earlier ceremonies tell of them: what is to be destroyed. */
import { CeremonyError } from '../errors.ts';
import type { PlanContext } from '../plan.ts';
import type { OldBackup } from './destruction.ts';
import type { CeremonyFacts } from './facts.ts';

/**
 * Reads the backups out of the facts of an earlier record. Throws `bad-record` for one that is not valid, was not
 * completed, is of another key, or of an epoch that this ceremony does not replace.
 */
export function oldBackupsOf(context: PlanContext, earlier: CeremonyFacts): OldBackup[] {
  const { before } = context.plan;
  const refuse = (sentence: string): never => {
    throw new CeremonyError(
      'bad-record',
      `The earlier record: ${sentence}`,
      'Name the record of the ceremony that made the epoch before.',
    );
  };
  if (before === null) return refuse('this ceremony makes a new key, so there is no earlier one.');
  if (earlier.verdict.verdict !== 'VALID') return refuse('it is not valid.');
  const { after } = earlier;
  if (after === undefined) return refuse('that ceremony was ended early, and made no epoch.');
  if (after.groupKey !== before.groupKey || after.rehearsal !== before.rehearsal)
    return refuse(`it is of another key (${after.fingerprint}, expected ${before.fingerprint}).`);
  if (after.epoch > before.epoch)
    return refuse(`it made epoch ${after.epoch}; expected epoch ${before.epoch} or an earlier one.`);
  return earlier.backups.map(({ holder, kind, label, serial }) => ({
    epoch: after.epoch,
    holder,
    kind,
    label,
    serial,
  }));
}
