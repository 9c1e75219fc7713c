/** Reads something from a file or folder that a person chooses: a button, and a dialog with the folders of this laptop. */
import { useState, type ReactNode } from 'react';
import type { Failure, Result } from '../bridge.ts';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { FolderPicker } from '../design/folder-picker.tsx';
import { Refused } from '../design/notice.tsx';

export function FromFile<T>(props: {
  readonly action: {
    readonly run: (input: { readonly path: string }) => Promise<Result<T>>;
    readonly failure: Failure | null;
  };
  readonly title: string;
  readonly button: string;
  /** What is chosen; a file unless told otherwise. */
  readonly wants?: 'file' | 'folder';
  readonly take?: string;
  readonly onRead: (value: T) => void;
}): ReactNode {
  const [choosing, setChoosing] = useState(false);
  const { action, wants = 'file', take = 'Read' } = props;
  const stay = (): void => {
    setChoosing(false);
  };
  return (
    <>
      <Button
        kind="quiet"
        icon={wants}
        onPress={() => {
          setChoosing(true);
        }}
      >
        {props.button}
      </Button>
      {choosing ? (
        <Dialog title={props.title} onClose={stay}>
          <Refused failure={action.failure} />
          <FolderPicker
            start={null}
            wants={wants}
            take={take}
            onTake={(path) =>
              void action.run({ path }).then((result) => {
                if (!result.ok) return;
                props.onRead(result.value);
                stay();
              })
            }
            onCancel={stay}
          />
        </Dialog>
      ) : null}
    </>
  );
}
