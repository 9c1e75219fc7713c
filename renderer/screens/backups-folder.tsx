/** Where backups of shares are written on this laptop, and another place for them. */
import { useState, type ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { FolderPicker } from '../design/folder-picker.tsx';
import { Refused } from '../design/notice.tsx';
import { useAction, useConsole } from '../store.ts';

export function ChangeBackupsFolder({ start }: { readonly start: string | null }): ReactNode {
  const change = useAction('settings:set', 'Changing the settings');
  const [choosing, setChoosing] = useState(false);
  const stay = (): void => {
    setChoosing(false);
  };
  return (
    <>
      <Button
        icon="folder"
        onPress={() => {
          setChoosing(true);
        }}
      >
        Change the backups folder
      </Button>
      {choosing ? (
        <Dialog title="Where backups are written" onClose={stay}>
          <Refused failure={change.failure} />
          <FolderPicker
            start={start}
            wants="folder"
            toWrite
            take="Write backups here"
            busy={change.busy}
            onTake={(backupFolder) =>
              void change.run({ backupFolder }).then((result) => {
                if (result.ok) stay();
              })
            }
            onCancel={stay}
          />
        </Dialog>
      ) : null}
    </>
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
