/** Making documents, the folder for an auditor or one file of a record, in a folder that a person chooses. */
import { useState, type ReactNode } from 'react';
import type { DocumentsMade, DocumentsOf } from '../../electron/ipc/filing.ts';
import type { Result } from '../bridge.ts';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { Dialog } from '../design/dialog.tsx';
import { FolderPicker } from '../design/folder-picker.tsx';
import { Notice, Refused } from '../design/notice.tsx';
import { useAction, type Action } from '../store.ts';
import { plural, size } from '../time.ts';

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** What can be made of a valid record. */
export function RecordPapers({ path }: { readonly path: string }): ReactNode {
  const audit = useAction('record:audit', 'Making the folder for the auditor');
  const pack = useAction('record:pack', 'Packing the record');
  return (
    <Card title="To take along">
      <p className="quiet">
        Made from this record, on a medium of your choice. Nothing in it is secret; names of people and places
        are in it.
      </p>
      <MakeDocuments of={{ record: path }} title="Documents of this record" words="Make the documents" />
      <MakeIn
        title="The folder for the auditor"
        words="Make the folder for the auditor"
        action={audit}
        make={(folder) => audit.run({ path, folder })}
        said={({ folder, files, milliseconds }) => (
          <>
            <p>
              ✓ Record, documents and verifiers: {plural(files, 'file')} in {seconds(milliseconds)}.
              README.txt in it says what is what.
            </p>
            <p className="mono path not-projected">{folder}</p>
          </>
        )}
      />
      <MakeIn
        title="The record as one file"
        words="Pack it into one file"
        action={pack}
        make={(folder) => pack.run({ path, folder })}
        said={({ file, bytes }) => (
          <>
            <p>✓ Packed, {size(bytes)}. Any ZIP tool opens it.</p>
            <p className="mono path not-projected">{file}</p>
          </>
        )}
      />
    </Card>
  );
}

/** A button that makes the documents of a record, or of a plan before the start. */
export function MakeDocuments(props: {
  readonly of: DocumentsOf;
  readonly title: string;
  readonly words: string;
}): ReactNode {
  const { of, title, words } = props;
  const action = useAction('documents:make', 'Making the documents');
  return (
    <MakeIn
      title={title}
      words={words}
      action={action}
      make={(folder) => action.run({ of, folder })}
      said={(made) => <DocumentList made={made} />}
    />
  );
}

function DocumentList({ made }: { readonly made: DocumentsMade }): ReactNode {
  const { documents, kept, folder, oldBackups, milliseconds } = made;
  return (
    <>
      <p>
        ✓ {plural(documents.length, 'document')} in {seconds(milliseconds)}
        {kept === 0 ? '' : `; ${kept} of them were there already`}.
      </p>
      <p className="mono path not-projected">{folder}</p>
      {oldBackups === 'unknown' ? (
        <p>
          The record of the epoch before is not on this laptop: old backups have empty lines to fill in by
          hand.
        </p>
      ) : null}
      <details>
        <summary>Which documents</summary>
        <ul className="bullets">
          {documents.map(({ name, title, pages }) => (
            <li key={name}>
              {title}, {plural(pages, 'page')} <span className="mono">{name}</span>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

interface MakeInProps<T> {
  readonly title: string;
  readonly words: string;
  readonly action: Pick<Action<'documents:make'>, 'busy' | 'failure'>;
  readonly make: (folder: string) => Promise<Result<T>>;
  /** What was made. */
  readonly said: (made: T) => ReactNode;
}

function MakeIn<T>({ title, words, action, make, said }: MakeInProps<T>): ReactNode {
  const [choosing, setChoosing] = useState(false);
  const [made, setMade] = useState<T | null>(null);
  const stay = (): void => {
    setChoosing(false);
  };
  return (
    <div className="stack-tight">
      <Button
        icon="folder"
        onPress={() => {
          setMade(null);
          setChoosing(true);
        }}
      >
        {words}
      </Button>
      {made === null ? null : <Notice tone="plain">{said(made)}</Notice>}
      {choosing ? (
        <Dialog title={title} onClose={stay}>
          <Refused failure={action.failure} />
          <FolderPicker
            start={null}
            wants="folder"
            toWrite
            take="Make it here"
            busy={action.busy}
            onTake={(folder) =>
              void make(folder).then((result) => {
                if (!result.ok) return;
                setMade(result.value);
                stay();
              })
            }
            onCancel={stay}
          />
        </Dialog>
      ) : null}
    </div>
  );
}
