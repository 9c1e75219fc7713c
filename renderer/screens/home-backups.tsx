/** Backups of epochs that are no longer in use: what is to be destroyed, and by when. */
import type { ReactNode } from 'react';
import type { OldBackupState } from '../../electron/ipc/old-backups.ts';
import { Badge } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { go } from '../store.ts';
import { count, day } from '../time.ts';
import { BACKUP_WORDS } from './steps.ts';

/** `Safe A (file, bag 7)`. */
export const backupWords = ({ label, kind, serial }: OldBackupState): string =>
  `${label} (${BACKUP_WORDS[kind]}, ${serial})`;

export function OldBackups({ backups }: { readonly backups: readonly OldBackupState[] }): ReactNode {
  if (backups.length === 0) return null;
  const late = backups.filter(({ state }) => state === 'overdue').length;
  return (
    <Card title="Old backups to destroy">
      <p className="quiet">
        {`${count(backups.length, 'backup')} of shares that are no longer in use.`}{' '}
        {late === 0 ? '' : late === 1 ? 'One is overdue. ' : `${late} are overdue. `}
        With enough of them the old shares can be put together again, and they still sign.
      </p>
      <ul className="lines">
        {backups.map((backup) => (
          <OldBackupLine key={`${backup.fingerprint} ${backup.epoch} ${backup.label}`} backup={backup} />
        ))}
      </ul>
    </Card>
  );
}

function OldBackupLine({ backup }: { readonly backup: OldBackupState }): ReactNode {
  const { keyName, fingerprint, epoch, label, deadline, state } = backup;
  const overdue = state === 'overdue';
  return (
    <li className="line">
      <div className="line-words">
        <p className="line-title">{backupWords(backup)}</p>
        <p className="quiet small">
          {keyName} · epoch {epoch} · holder {backup.holder}
        </p>
      </div>
      <Badge tone={overdue ? 'stop' : 'attention'}>
        {overdue ? `overdue since ${day(deadline)}` : `by ${day(deadline)}`}
      </Badge>
      <Button
        name={`State its destruction: ${label}, epoch ${epoch} of ${keyName}`}
        onPress={() => {
          go({ screen: 'old-backup', fingerprint, epoch, label });
        }}
      >
        State its destruction
      </Button>
    </li>
  );
}
