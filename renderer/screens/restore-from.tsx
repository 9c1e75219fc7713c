/** The backup itself: a sheet before the camera or typed, or a file; and its passphrase, which is gone once it was tried. */
import { useRef, useState, type ReactNode } from 'react';
import type { RecordSummary } from '../../electron/ipc/documents.ts';
import type { RestoreVerdict } from '../../electron/ipc/restore.ts';
import { Button } from '../design/button.tsx';
import { Choice } from '../design/choice.tsx';
import { Complaint, PassphraseField } from '../design/field.tsx';
import { Refused } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { useAction } from '../store.ts';
import { grouped } from '../time.ts';
import { FromFile } from './from-file.tsx';
import { SheetField } from './sheet-field.tsx';

type Kind = RestoreVerdict['kind'];

const KINDS = [
  { value: 'sealed-sheet', label: 'Sealed sheet' },
  { value: 'plain-sheet', label: 'Plain sheet' },
  { value: 'file', label: 'File' },
  { value: 'recipients-file', label: 'File, by recovery key' },
] as const satisfies readonly { value: Kind; label: string }[];

export function RestoreFrom({
  drill,
  record,
  onVerdict,
  onBack,
}: {
  readonly drill: boolean;
  readonly record: RecordSummary;
  readonly onVerdict: (verdict: RestoreVerdict) => void;
  readonly onBack: () => void;
}): ReactNode {
  const form = useRef<HTMLFormElement>(null);
  const [kind, setKind] = useState<Kind>('sealed-sheet');
  const [text, setText] = useState('');
  const [file, setFile] = useState<string | null>(null);
  const [identity, setIdentity] = useState<string | null>(null);
  const [passphrase, setPassphrase] = useState('');
  // The field keeps what was typed to itself: a new one is empty.
  const [tries, setTries] = useState(0);
  const [asked, setAsked] = useState(false);
  const open = useAction('restore:open', 'Opening the backup');
  useKeys({ Escape: onBack });
  // A passphrase belongs to one backup.
  const turnTo = (next: Kind): void => {
    if (next === kind) return;
    setKind(next);
    setPassphrase('');
    if (next === 'file' || next === 'recipients-file') setText('');
  };
  const byKey = kind === 'recipients-file';
  const isFile = kind === 'file' || byKey;
  const needsPassphrase = kind !== 'plain-sheet' && !byKey;
  const missing = {
    sheet: !isFile && text.trim() === '' ? 'Hold the sheet before the camera, or type its lines.' : null,
    file: isFile && file === null ? 'Choose the file of the backup.' : null,
    identity: byKey && identity === null ? 'Choose the file with the recovery key.' : null,
    passphrase: needsPassphrase && passphrase === '' ? 'Expected the passphrase of this backup.' : null,
  };
  const said = (what: string | null): string | null => (asked ? what : null);
  const send = (): void => {
    setAsked(true);
    if (open.busy || Object.values(missing).some((one) => one !== null)) return;
    const from = byKey
      ? { kind: 'recipients-file' as const, path: file ?? '', identity: identity ?? '' }
      : isFile
        ? { kind: 'file' as const, path: file ?? '', passphrase }
        : { kind: 'sheet' as const, text, passphrase: needsPassphrase ? passphrase : '' };
    void open.run({ record: record.id, drill, from }).then((result) => {
      setPassphrase('');
      setAsked(false);
      setTries((before) => before + 1);
      if (result.ok) onVerdict(result.value);
      // The refusal stands above it, and is in view with it.
      else
        setTimeout(() => {
          form.current?.querySelector<HTMLElement>('[autocomplete="current-password"]')?.focus();
        });
    });
  };
  return (
    <Screen
      name="restore"
      focus="restore from"
      title={drill ? 'Try the backup' : 'Restore from the backup'}
      lead={`“${record.name}”, epoch ${record.epoch} · ${grouped(record.fingerprint)}`}
      actions={
        <>
          <Button kind="main" form="restore-from" off={open.busy}>
            Open the backup
          </Button>
          <Button icon="back" keyHint="Escape" onPress={onBack}>
            Another key
          </Button>
        </>
      }
    >
      <form
        ref={form}
        id="restore-from"
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Choice compact first label="The backup is a" value={kind} options={KINDS} onChange={turnTo} />
        {isFile ? (
          <FileChoice
            field="file"
            legend="The file"
            title="The file of the backup"
            words="the file"
            chosen={file}
            complaint={said(missing.file)}
            onChosen={setFile}
          />
        ) : (
          <SheetField
            name="sheet"
            label="The sheet"
            value={text}
            complaint={said(missing.sheet)}
            plain={kind === 'plain-sheet'}
            onChange={setText}
            onJudged={(check) => {
              // The sheet knows better what it is.
              if (check.kind !== null) turnTo(check.kind);
            }}
          />
        )}
        {byKey ? (
          <FileChoice
            field="identity"
            legend="The recovery key"
            title="The file with the recovery key (an age identity)"
            words="the key file"
            chosen={identity}
            complaint={said(missing.identity)}
            onChosen={setIdentity}
          />
        ) : null}
        <Refused failure={open.failure} />
        {needsPassphrase ? (
          <PassphraseField
            key={`${kind} ${tries}`}
            fresh={false}
            label={isFile ? 'Passphrase of the file' : 'Passphrase of the sheet'}
            hint="A backup that was made in a ceremony has the passphrase that its laptop had then."
            value={passphrase}
            complaint={said(missing.passphrase)}
            onChange={setPassphrase}
          />
        ) : null}
      </form>
    </Screen>
  );
}

/** A file that is chosen, and shown by its path alone. */
function FileChoice(props: {
  readonly field: string;
  readonly legend: string;
  readonly title: string;
  /** After "Choose ". */
  readonly words: string;
  readonly chosen: string | null;
  readonly complaint: string | null;
  readonly onChosen: (path: string) => void;
}): ReactNode {
  const { field, legend, title, words, chosen, complaint, onChosen } = props;
  return (
    <fieldset className="stack-tight" data-field={field}>
      <legend className="field-label">{legend}</legend>
      {complaint === null ? null : <Complaint>{complaint}</Complaint>}
      {chosen === null ? null : <p className="mono path not-projected">{chosen}</p>}
      <div className="row">
        <FromFile
          action={CHOSEN}
          title={title}
          button={chosen === null ? `Choose ${words}` : `Choose ${words.replace('the ', 'another ')}`}
          onRead={onChosen}
        />
      </div>
    </fieldset>
  );
}

/** A file that is not read before its passphrase is there. */
const CHOSEN = {
  run: ({ path }: { readonly path: string }) => Promise.resolve({ ok: true as const, value: path }),
  failure: null,
};
