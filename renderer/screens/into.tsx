/** Making something in a folder that a person chooses, and telling where it lies. */
import { useState, type ReactNode } from 'react';
import type { Result } from '../bridge.ts';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { FolderPicker } from '../design/folder-picker.tsx';
import { Next, Notice, Refused } from '../design/notice.tsx';
import { say, type Action } from '../store.ts';

const NOT_OVER = 'Choose a folder or a medium. What is there already is not overwritten.';

interface IntoProps<T> {
  readonly words: string;
  readonly title: string;
  readonly take: string;
  readonly action: Pick<Action<'record:pack'>, 'busy' | 'failure'>;
  readonly make: (folder: string) => Promise<Result<T>>;
  readonly onMade?: (made: T) => void;
  /** What a person should know before choosing; nothing where it is null. */
  readonly note?: string | null;
  /** Where the picker begins; null: where the drives are at hand. */
  readonly start?: string | null;
}

/** A button that makes something in a folder that a person chooses. */
export function Into<T>(props: IntoProps<T>): ReactNode {
  const { words, title, take, action, make, note = NOT_OVER, start = null } = props;
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
        {words}
      </Button>
      {choosing ? (
        <Dialog title={title} onClose={stay}>
          {note === null ? null : <Next>{note}</Next>}
          <Refused failure={action.failure} />
          <FolderPicker
            start={start}
            wants="folder"
            toWrite
            take={take}
            busy={action.busy}
            onTake={(folder) =>
              void make(folder).then((result) => {
                if (!result.ok) return;
                props.onMade?.(result.value);
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

/** What was made last, and where: told to whoever listens, and shown. */
export function useTold(): readonly [tell: (sentence: string, place: string) => void, shown: ReactNode] {
  const [told, setTold] = useState<{ sentence: string; place: string } | null>(null);
  return [
    (sentence, place) => {
      setTold({ sentence, place });
      say(sentence);
    },
    told === null ? null : (
      <Notice tone="done">
        <p>{told.sentence}</p>
        <p className="mono path not-projected">{told.place}</p>
      </Notice>
    ),
  ];
}
