/** The backups that a plan asks every holder for: label, what it is made on, and who can open it. */
import { useRef, type ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { focusPlace } from '../design/focus-place.ts';
import { Complaint, Field, LongField, Select } from '../design/field.tsx';
import { useAction } from '../store.ts';
import { FromFile } from './from-file.tsx';
import type { PartProps } from './plan-editor.tsx';
import { BACKUP_WORDS, WHO_OPENS } from './steps.ts';

const BACKUP_KINDS = (['file', 'recipients-file', 'sealed-sheet', 'plain-sheet'] as const).map((value) => ({
  value,
  label: BACKUP_WORDS[value],
}));

/** A plan takes no more labels. */
const MOST_LABELS = 8;

type Backup = PartProps['draft']['backups'][number];

export function Backups({ draft, change, problem }: PartProps): ReactNode {
  const list = useRef<HTMLFieldSetElement>(null);
  const put = (backups: readonly Backup[]): void => {
    change({ ...draft, backups: [...backups] }, 'backups');
  };
  return (
    <fieldset ref={list} className="stack-tight">
      <legend className="field-label">Backups that every holder makes</legend>
      {draft.backups.length === 0 ? (
        <p className="quiet">None. A share that is lost with its laptop is then lost for good.</p>
      ) : null}
      {draft.backups.map((backup, at) => (
        <BackupRow
          key={at}
          backup={backup}
          number={at + 1}
          onChange={(next) => {
            put(draft.backups.map((other, place) => (place === at ? next : other)));
          }}
          onRemove={() => {
            put(draft.backups.filter((_, place) => place !== at));
            focusPlace(list.current, [`remove ${at}`, `remove ${at - 1}`, 'add']);
          }}
        />
      ))}
      {problem('backups') === null ? null : <Complaint>{problem('backups') ?? ''}</Complaint>}
      <Button
        kind="quiet"
        icon="plus"
        place="add"
        off={draft.backups.length >= MOST_LABELS}
        onPress={() => {
          const letter = String.fromCharCode(65 + draft.backups.length);
          put([...draft.backups, { kind: 'file', label: `stick ${letter}` }]);
        }}
      >
        Add a backup
      </Button>
    </fieldset>
  );
}

interface RowProps {
  readonly backup: Backup;
  readonly number: number;
  readonly onChange: (backup: Backup) => void;
  readonly onRemove: () => void;
}

function BackupRow({ backup, number, onChange, onRemove }: RowProps): ReactNode {
  const { kind, label, recipients = '' } = backup;
  return (
    <>
      <div className="inline-form">
        <Field
          label={`Label of backup ${number}`}
          value={label}
          onChange={(next) => {
            onChange({ ...backup, label: next });
          }}
        />
        <Select
          label={`Backup ${number} is made on`}
          value={kind}
          options={BACKUP_KINDS}
          onChange={(next) => {
            onChange({ label, kind: next, ...(next === 'recipients-file' ? { recipients } : {}) });
          }}
        />
        <Button
          kind="quiet"
          icon="minus"
          name={`Remove: backup ${number}`}
          place={`remove ${number - 1}`}
          onPress={onRemove}
        >
          Remove
        </Button>
      </div>
      {kind === 'recipients-file' ? (
        <Recipients
          number={number}
          value={recipients}
          onChange={(next) => {
            onChange({ ...backup, recipients: next });
          }}
        />
      ) : null}
    </>
  );
}

/** Who can open a backup: typed, pasted, or read from the file that lies beside the recovery key. */
function Recipients(props: {
  readonly number: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const read = useAction('recipients:read', 'Reading the recipients');
  const { number, value, onChange } = props;
  return (
    <div className="stack-tight">
      <LongField
        label={`Recipients of backup ${number}`}
        hint={`Public keys of recovery keys, “age1…”, one a line. No passphrase: ${WHO_OPENS}.`}
        value={value}
        mono
        onChange={onChange}
      />
      <FromFile
        action={read}
        title="A file of recipients"
        button={`Read recipients of backup ${number} from a file`}
        onRead={({ recipients }) => {
          onChange([value.trim(), ...recipients].filter((part) => part !== '').join('\n'));
        }}
      />
    </div>
  );
}
