/** What a backup is opened for, and against which record of a key it is held. */
import { useState, type ReactNode } from 'react';
import type { RecordSummary } from '../../electron/ipc/documents.ts';
import type { Failure } from '../bridge.ts';
import { Button } from '../design/button.tsx';
import { Choice } from '../design/choice.tsx';
import { Complaint } from '../design/field.tsx';
import { Refused } from '../design/notice.tsx';
import { focusWrong, Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { goHome, useAction } from '../store.ts';
import { grouped } from '../time.ts';
import { FromFile } from './from-file.tsx';
import { SOURCE_WORDS } from './plan-draft.ts';

const MISSING = 'Choose the record of the key that the backup is of.';

export function RestoreWhat(props: {
  readonly drill: boolean;
  readonly records: readonly RecordSummary[];
  readonly failure: Failure | undefined;
  /** Id of a record. */
  readonly chosen: string | null;
  readonly byCamera: boolean;
  readonly onDrill: (drill: boolean) => void;
  readonly onChoose: (id: string) => void;
  readonly onRead: (record: RecordSummary) => void;
  readonly onScan: () => void;
  readonly onNext: (record: RecordSummary) => void;
}): ReactNode {
  const { drill, records, chosen } = props;
  const [asked, setAsked] = useState(false);
  const begin = useAction('restore:begin', 'Looking whether this laptop can take it');
  const read = useAction('key:read', 'Reading the record of the key');
  useKeys({ Escape: goHome });
  const record = records.find(({ id }) => id === chosen) ?? (records.length === 1 ? records[0] : undefined);
  const complaint = asked && record === undefined ? MISSING : null;
  return (
    <Screen
      name="restore"
      title={drill ? 'Try a backup' : 'Restore a share'}
      lead="A backup is held against the public record of its key. Every holder has it."
      actions={
        <>
          <Button kind="main" form="restore-what" keyHint="Enter" off={begin.busy}>
            Go on to the backup
          </Button>
          <Button icon="back" keyHint="Escape" onPress={goHome}>
            To the first screen
          </Button>
        </>
      }
    >
      <form
        id="restore-what"
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (begin.busy) return;
          if (record === undefined) {
            focusWrong(event.currentTarget);
            return;
          }
          void begin.run({ record: record.id, drill }).then((result) => {
            if (result.ok) props.onNext(record);
          });
        }}
      >
        <Choice
          first
          label="What for"
          value={drill ? 'drill' : 'restore'}
          options={[
            {
              value: 'drill',
              label: 'A drill',
              detail: 'The backup is opened and compared. Nothing is kept.',
            },
            {
              value: 'restore',
              label: 'A loss',
              detail: 'The share goes into this laptop, in place of one that is lost.',
            },
          ]}
          onChange={(value) => {
            props.onDrill(value === 'drill');
          }}
        />
        <Refused failure={props.failure} />
        {records.length === 0 ? (
          <div className="stack-tight">
            <p className="field-label">Which key</p>
            {complaint === null ? null : <Complaint>{complaint}</Complaint>}
            <p className="quiet">
              {props.byCamera
                ? 'No record of a key is here. A holder shows it on another screen: scan it. Or read it from a medium.'
                : 'No record of a key is here. It lies in the courier’s folder once a holder has shown it there. Or read it from a medium.'}
            </p>
          </div>
        ) : (
          <Choice
            label="Which key"
            value={record?.id ?? null}
            complaint={complaint}
            options={records.map((one) => ({
              value: one.id,
              label: `${one.name}, epoch ${one.epoch}`,
              detail: `${one.threshold} of ${one.holders.length} · ${one.suite} · ${grouped(one.fingerprint)} · ${SOURCE_WORDS[one.source]}`,
            }))}
            onChange={props.onChoose}
          />
        )}
        <div className="row">
          {props.byCamera ? (
            <Button kind="quiet" icon="camera" onPress={props.onScan}>
              Scan the record of the key
            </Button>
          ) : null}
          <FromFile
            action={read}
            title="The record of the key"
            button="Read the record from a file"
            onRead={props.onRead}
          />
          <FromFile
            action={read}
            title="The record of a ceremony"
            button="Take it from a ceremony’s record"
            wants="folder"
            take="Take the key from this folder"
            onRead={props.onRead}
          />
        </div>
        <Refused failure={begin.failure} />
      </form>
    </Screen>
  );
}
