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
    if (next === 'file') setText('');
  };
  const isFile = kind === 'file';
  const needsPassphrase = kind !== 'plain-sheet';
  const missing = {
    sheet: !isFile && text.trim() === '' ? 'Hold the sheet before the camera, or type its lines.' : null,
    file: isFile && file === null ? 'Choose the file of the backup.' : null,
    passphrase: needsPassphrase && passphrase === '' ? 'Expected the passphrase of this backup.' : null,
  };
  const said = (what: string | null): string | null => (asked ? what : null);
  const send = (): void => {
    setAsked(true);
    if (open.busy || Object.values(missing).some((one) => one !== null)) return;
    const from = isFile
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
          <fieldset className="stack-tight" data-field="file">
            <legend className="field-label">The file</legend>
            {said(missing.file) === null ? null : <Complaint>{missing.file ?? ''}</Complaint>}
            {file === null ? null : <p className="mono path not-projected">{file}</p>}
            <div className="row">
              <FromFile
                action={CHOSEN}
                title="The file of the backup"
                button={file === null ? 'Choose the file' : 'Choose another file'}
                onRead={setFile}
              />
            </div>
          </fieldset>
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

/** A file that is not read before its passphrase is there. */
const CHOSEN = {
  run: ({ path }: { readonly path: string }) => Promise.resolve({ ok: true as const, value: path }),
  failure: null,
};
