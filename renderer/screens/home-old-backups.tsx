/** Old backups that nobody has said of yet how they were destroyed; those that are overdue come first. */
import type { ReactNode } from 'react';
import type { OldBackupState } from '../../electron/ipc/old-backups.ts';
import { Badge } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { Notice } from '../design/notice.tsx';
import { go } from '../store.ts';
import { count, day, grouped, plural, useNow } from '../time.ts';
import { BACKUP_WORDS } from './steps.ts';

const DAY_MS = 86_400_000;

/** Which one: to find it again in the next state, and on its screen. */
export const oldBackupId = ({ fingerprint, epoch, label }: OldBackupState): string =>
  `${fingerprint} ${epoch} ${label}`;

/**
 * The list on the first screen. It stands there twice, and shows itself at one of the places: above everything else when
 * something is overdue, below the keys otherwise.
 */
export function OldBackups({
  all,
  place,
}: {
  readonly all: readonly OldBackupState[];
  readonly place: 'above' | 'below';
}): ReactNode {
  const now = useNow(60_000);
  const overdue = all.filter(({ state }) => state === 'overdue').length;
  if (all.length === 0 || overdue > 0 !== (place === 'above')) return null;
  return (
    <Card title="Old backups to be destroyed">
      {overdue === 0 ? (
        <p className="quiet">
          Their epoch is no longer in use, but they still open it. Two people destroy each, and say so here.
        </p>
      ) : (
        <Notice tone="stop">
          <p>
            <strong>
              {count(overdue, 'old backup')} {overdue === 1 ? 'is' : 'are'} OVERDUE.
            </strong>{' '}
            Whoever finds enough old backups of one epoch can still sign for the key. Destroy{' '}
            {overdue === 1 ? 'it' : 'them'} now, two people together, and say so here.
          </p>
        </Notice>
      )}
      <ul className="lines">
        {all.map((backup) => (
          <li key={oldBackupId(backup)} className="line" data-old-backup={backup.state}>
            <OldBackupWords backup={backup} now={now} />
            <Button
              name={`Say how it was destroyed: ${backup.label}, ${backup.keyName}, epoch ${backup.epoch}`}
              onPress={() => {
                go({ screen: 'old-backup', backup: oldBackupId(backup) });
              }}
            >
              Say how it was destroyed
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Which one it is, in three lines, and by when it is to be gone. */
export function OldBackupWords({
  backup,
  now,
}: {
  readonly backup: OldBackupState;
  readonly now: number;
}): ReactNode {
  return (
    <>
      <div className="line-words">
        <p className="line-title">
          “{backup.label}” · {BACKUP_WORDS[backup.kind]}
        </p>
        <p className="quiet">
          {backup.keyName} · epoch {backup.epoch} · holder {backup.holder}
          <span className="not-projected"> · {backup.serial}</span>
        </p>
        <p className="key-prints mono">{grouped(backup.fingerprint)}</p>
      </div>
      <Deadline backup={backup} now={now} />
    </>
  );
}

/** By when, in words: the mark says it before the colour does. */
function Deadline({ backup, now }: { readonly backup: OldBackupState; readonly now: number }): ReactNode {
  const left = (Date.parse(backup.deadline) - now) / DAY_MS;
  const days = backup.state === 'overdue' ? Math.floor(-left) : Math.ceil(left);
  return backup.state === 'overdue' ? (
    <Badge tone="stop">
      OVERDUE since {day(backup.deadline)}
      {days <= 0 ? '' : `, ${plural(days, 'day')}`}
    </Badge>
  ) : (
    <Badge tone="attention">
      by {day(backup.deadline)}
      {days <= 0 ? '' : `, in ${plural(days, 'day')}`}
    </Badge>
  );
}
