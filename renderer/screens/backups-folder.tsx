/** Where backups of shares are written on this laptop, and another place for them. */
import type { ReactNode } from 'react';
import { useAction, useConsole } from '../store.ts';
import { Into } from './into.tsx';

export function ChangeBackupsFolder({ start }: { readonly start: string | null }): ReactNode {
  const change = useAction('settings:set', 'Changing the settings');
  return (
    <Into
      words="Change the backups folder"
      title="Where backups are written"
      take="Write backups here"
      note={null}
      start={start}
      action={change}
      make={(backupFolder) => change.run({ backupFolder })}
    />
  );
}

/** At the step that writes a backup. */
export function BackupsPlace(): ReactNode {
  const folder = useConsole((store) => store.state?.settings.backupFolder ?? '');
  return (
    <div className="backups-place">
      <div className="backups-where">
        <p className="field-label">It is written into</p>
        <p className="mono path not-projected">{folder}</p>
        <p className="quiet only-projected">the folder that was chosen on this laptop</p>
      </div>
      {/* Null: where the picker begins, the drives are at hand. */}
      <ChangeBackupsFolder start={null} />
    </div>
  );
}
