/** The documents of a ceremony: where they go, then what was made. */
import { useState, type ReactNode } from 'react';
import type { DocumentsMade, DocumentsOf } from '../../electron/ipc/filing.ts';
import { Button } from '../design/button.tsx';
import { Card, Fact, Facts } from '../design/card.tsx';
import { FolderPicker } from '../design/folder-picker.tsx';
import { Notice, Refused } from '../design/notice.tsx';
import { Table } from '../design/table.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { go, useAction } from '../store.ts';
import { plural } from '../time.ts';
import type { View } from '../views.ts';

interface DocumentsProps {
  readonly of: DocumentsOf;
  /** Where to go back to. */
  readonly from: View;
}

export function DocumentsScreen({ of, from }: DocumentsProps): ReactNode {
  const make = useAction('documents:make', 'Making the documents');
  const [made, setMade] = useState<DocumentsMade | null>(null);
  const back = (): void => {
    go(from);
  };
  useKeys({ Escape: back });
  if (made !== null)
    return (
      <DocumentsList
        made={made}
        back={backWords(from)}
        onBack={back}
        onAgain={() => {
          setMade(null);
        }}
      />
    );
  return (
    <Screen
      name="documents"
      width="wide"
      title="Where do the documents go?"
      lead={
        <>
          <p>{'record' in of ? FROM_RECORD : FROM_PLAN}</p>
          <p className="quiet">
            A new folder is made for them in the one that you choose, and nothing is overwritten. They hold no
            secrets, but names, times and bag numbers.
          </p>
        </>
      }
    >
      <Refused failure={make.failure} />
      <FolderPicker
        start={null}
        wants="folder"
        toWrite
        take="Make the documents here"
        busy={make.busy}
        onTake={(folder) =>
          void make.run({ of, folder }).then((result) => {
            if (result.ok) setMade(result.value);
          })
        }
        onCancel={back}
      />
    </Screen>
  );
}

const FROM_RECORD =
  'Made from the record, which is verified first: the report, checklists, certificates, scripts and what else applies.';
const FROM_PLAN =
  'Made from the plan, for before the start: a script for every role, approvals, acknowledgements, the custody log and what else applies.';

/** Where a person comes from, as the button says it. */
const BACK: Readonly<Partial<Record<View['screen'], string>>> = {
  record: 'Back to the record',
  'plan-made': 'Back to the plan',
};
const backWords = ({ screen }: View): string => BACK[screen] ?? 'Back to the ceremony';

const OLD_BACKUPS: Readonly<Record<DocumentsMade['oldBackups'], string | null>> = {
  listed: 'listed in the checklists, from a record on this laptop',
  unknown: 'lines to write on: no record here tells of them',
  none: null,
};

/** `0.9 s`. */
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

export function DocumentsList({
  made,
  back,
  onBack,
  onAgain,
}: {
  readonly made: DocumentsMade;
  readonly back: string;
  readonly onBack: () => void;
  readonly onAgain: () => void;
}): ReactNode {
  const { documents, verdict, kept } = made;
  const pages = documents.reduce((sum, one) => sum + one.pages, 0);
  const old = OLD_BACKUPS[made.oldBackups];
  return (
    <Screen
      name="documents"
      focus="documents made"
      title={`${plural(documents.length, 'document')}, ${plural(pages, 'page')}`}
      lead={`Made in ${seconds(made.milliseconds)}. They hold no secrets. Keep them beside the record, not in it.`}
      actions={
        <>
          <Button kind="main" icon="back" keyHint="Escape" onPress={onBack}>
            {back}
          </Button>
          <Button onPress={onAgain}>Make them elsewhere too</Button>
        </>
      }
    >
      {verdict === 'NOT VALID' ? (
        <Notice tone="stop" alert>
          <p>The record is NOT VALID. Every document says so on its first page: nothing in it is proven.</p>
        </Notice>
      ) : null}
      {kept === 0 ? null : (
        <Notice tone="plain">
          <p>
            {kept === documents.length ? 'All of them' : `${kept} of them`} were there already, the same to
            the last byte.
          </p>
        </Notice>
      )}
      <Card>
        <Facts>
          <Fact label="They lie in" secret>
            <span className="mono path">{made.folder}</span>
          </Fact>
          <Fact label="Made from">{verdict === null ? 'the plan' : `the record, ${verdict}`}</Fact>
          {old === null ? null : <Fact label="Old backups">{old}</Fact>}
        </Facts>
      </Card>
      <Card title="What was made">
        <Table caption="Documents" head={['File', 'What it is', 'Pages']}>
          {documents.map(({ name, title, pages: count }) => (
            <tr key={name}>
              <th scope="row" className="mono path">
                {name}
              </th>
              <td>{title}</td>
              <td>{count}</td>
            </tr>
          ))}
        </Table>
      </Card>
    </Screen>
  );
}
