/** What can be done with a record beside reading it: its documents, the folder for an auditor, the record as one file. */
import { useState, type ReactNode } from 'react';
import type { Result } from '../bridge.ts';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { Dialog } from '../design/dialog.tsx';
import { FolderPicker } from '../design/folder-picker.tsx';
import { Next, Notice, Refused } from '../design/notice.tsx';
import { go, say, useAction, type Action } from '../store.ts';
import { plural, size } from '../time.ts';

interface Said {
  readonly sentence: string;
  readonly place: string;
}

/** At a record. The folder for the auditor is made of valid records only. */
export function RecordFiling({ path, valid }: { readonly path: string; readonly valid: boolean }): ReactNode {
  const pack = useAction('record:pack', 'Packing the record');
  const audit = useAction('record:audit', 'Making the folder for the auditor');
  const [said, setSaid] = useState<Said | null>(null);
  const tell = (made: Said): void => {
    setSaid(made);
    say(made.sentence);
  };
  return (
    <Card title="To file it, and to hand it on">
      <p className="quiet">
        The documents are for people: report, checklists, certificates. The folder for the auditor holds the
        record, the documents, and programs that verify it without Reseal. None of it holds a secret.
      </p>
      <div className="row">
        <Button
          icon="file"
          onPress={() => {
            go({ screen: 'documents', of: { record: path }, from: { screen: 'record', path } });
          }}
        >
          Make the documents
        </Button>
        {valid ? (
          <Into
            words="Folder for the auditor"
            title="Where the folder for the auditor goes"
            take="Make it here"
            action={audit}
            make={(folder) => audit.run({ path, folder })}
            onMade={({ files, folder, milliseconds }) => {
              tell({
                sentence: `The folder for the auditor is made: ${plural(files, 'file')}, ${(milliseconds / 1000).toFixed(1)} s. README.txt in it says what is what.`,
                place: folder,
              });
            }}
          />
        ) : null}
        <Into
          words="Pack as one file"
          title="Where the packed record goes"
          take="Pack it here"
          action={pack}
          make={(folder) => pack.run({ path, folder })}
          onMade={({ files, bytes, file }) => {
            tell({
              sentence: `Packed: ${plural(files, 'file')}, ${size(bytes)}. Any ZIP tool opens it.`,
              place: file,
            });
          }}
        />
      </div>
      {said === null ? null : (
        <Notice tone="done">
          <p>{said.sentence}</p>
          <p className="mono path not-projected">{said.place}</p>
        </Notice>
      )}
    </Card>
  );
}

interface IntoProps<T> {
  readonly words: string;
  readonly title: string;
  readonly take: string;
  readonly action: Pick<Action<'record:pack'>, 'busy' | 'failure'>;
  readonly make: (folder: string) => Promise<Result<T>>;
  readonly onMade: (made: T) => void;
}

/** A button that makes something in a folder that a person chooses. */
function Into<T>({ words, title, take, action, make, onMade }: IntoProps<T>): ReactNode {
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
          <Next>Choose a folder or a medium. What is there already is not overwritten.</Next>
          <Refused failure={action.failure} />
          <FolderPicker
            start={null}
            wants="folder"
            toWrite
            take={take}
            busy={action.busy}
            onTake={(folder) =>
              void make(folder).then((result) => {
                if (!result.ok) return;
                onMade(result.value);
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
