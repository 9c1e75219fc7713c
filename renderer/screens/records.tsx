/** The records on this laptop, and the way to one that lies elsewhere. */
import { useState, type ReactNode } from 'react';
import type { FiledRecord } from '../../electron/ipc/documents.ts';
import { Badge, RehearsalMark } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { FolderPicker } from '../design/folder-picker.tsx';
import { Refused } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { useLoad } from '../load.ts';
import { go, goHome, useConsole } from '../store.ts';
import { moment } from '../time.ts';

export function RecordsScreen(): ReactNode {
  const finished = useConsole(
    (store) => store.state?.ceremonies.filter((one) => one.record !== null).length ?? 0,
  );
  const list = useLoad('record:list', {}, 'Looking for records', finished);
  const [elsewhere, setElsewhere] = useState(false);
  const stay = (): void => {
    setElsewhere(false);
  };
  useKeys({ Escape: elsewhere ? stay : goHome });
  if (elsewhere)
    return (
      <Screen
        name="records"
        focus="records elsewhere"
        width="wide"
        title="Where is the record?"
        lead="The folder of the record itself: the one with the plan and the transcript in it."
      >
        <FolderPicker
          start={null}
          wants="folder"
          take="Verify this folder"
          onTake={(path) => {
            go({ screen: 'record', path });
          }}
          onCancel={stay}
        />
      </Screen>
    );
  const records = list.value?.records;
  return (
    <Screen
      name="records"
      title="Records"
      lead="Every ceremony leaves one, also one that was ended. Anybody can verify it; no key is needed."
      actions={
        <>
          <Button
            kind="main"
            icon="folder"
            onPress={() => {
              setElsewhere(true);
            }}
          >
            Verify a record elsewhere
          </Button>
          <Button icon="back" keyHint="Escape" onPress={goHome}>
            To the first screen
          </Button>
        </>
      }
    >
      <Refused failure={list.failure} />
      {records?.length === 0 ? <p className="lead">There is no record on this laptop yet.</p> : null}
      {records === undefined || records.length === 0 ? null : (
        <Card title="On this laptop">
          <ul className="lines">
            {records.map((record) => (
              <RecordLine key={record.path} record={record} />
            ))}
          </ul>
        </Card>
      )}
    </Screen>
  );
}

const KINDS: Readonly<Record<string, string>> = { refresh: 'Refresh', generate: 'Key generation' };

function RecordLine({ record }: { readonly record: FiledRecord }): ReactNode {
  const title =
    record.keyName === null
      ? record.folder
      : `${KINDS[record.kind ?? ''] ?? 'Ceremony'} · ${record.keyName}${record.epoch === null ? '' : ` · epoch ${record.epoch}`}`;
  return (
    <li className="line">
      <div className="line-words">
        <p className="line-title">
          {title} {record.rehearsal === true ? <RehearsalMark /> : null}
        </p>
        <p className="quiet small">
          {record.created === null
            ? 'Verify it to see what is wrong with it.'
            : `${moment(record.created)} · ${record.folder}`}
        </p>
      </div>
      {record.ended === null ? (
        <Badge tone="attention">cannot be read</Badge>
      ) : (
        <Badge tone={record.ended === 'completed' ? 'done' : 'attention'}>{record.ended}</Badge>
      )}
      <Button
        name={`Verify: ${title}, ${record.folder}`}
        onPress={() => {
          go({ screen: 'record', path: record.path });
        }}
      >
        Verify
      </Button>
    </li>
  );
}
