/** A share sheet on its way to paper: by a printer of this laptop, or as a file that a medium carries to one. */
import { useState, type ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { Select } from '../design/field.tsx';
import { FolderPicker } from '../design/folder-picker.tsx';
import { Next, Notice, Refused } from '../design/notice.tsx';
import { useLoad } from '../load.ts';
import { say, useAction } from '../store.ts';

interface SheetPrintProps {
  readonly ceremony: string;
  readonly role: string;
  readonly label: string;
}

export function SheetPrint(of: SheetPrintProps): ReactNode {
  const list = useLoad('sheet:printers', {}, 'Looking for printers');
  const print = useAction('sheet:print', 'Printing the sheet');
  const write = useAction('sheet:write', 'Writing the sheet');
  const [chosen, setChosen] = useState<string | null>(null);
  const [picking, setPicking] = useState(false);
  const [done, setDone] = useState<string | null>(null);
  const printers = list.value?.printers ?? [];
  const printer = printers.find(({ name }) => name === chosen) ?? printers[0];
  const tell = (sentence: string): void => {
    setDone(sentence);
    say(sentence);
  };
  return (
    <section className="card stack-tight sheet-print" aria-label="Print the sheet">
      {printers.length > 1 ? (
        <Select
          label="Printer"
          value={printer?.name ?? ''}
          options={printers.map(({ name, title, ready }) => ({
            value: name,
            label: ready ? title : `${title} (not ready)`,
          }))}
          onChange={setChosen}
        />
      ) : null}
      {list.value === undefined && list.failure === undefined ? (
        <p className="quiet">Looking for printers.</p>
      ) : null}
      {list.value !== undefined && printer === undefined ? (
        <p>{list.value.problem ?? 'This laptop has no printer.'}</p>
      ) : null}
      {printer === undefined || printer.ready ? null : (
        <Notice tone="attention">
          <p>{printer.problem ?? `${printer.title} is not ready.`}</p>
        </Notice>
      )}
      <div className="row">
        {printer === undefined ? (
          <Button off={list.value === undefined && list.failure === undefined} onPress={list.again}>
            Look for printers again
          </Button>
        ) : (
          <Button
            icon="file"
            off={print.busy}
            onPress={() => {
              void print.run({ ...of, printer: printer.name }).then((result) => {
                if (result.ok) tell(result.value.sentence);
              });
            }}
          >
            {done === null ? `Print it on ${printer.title}` : 'Print it again'}
          </Button>
        )}
        <Button
          kind="quiet"
          icon="folder"
          onPress={() => {
            setPicking(true);
          }}
        >
          Write it onto a medium instead
        </Button>
      </div>
      <Refused failure={list.failure ?? print.failure ?? write.failure} />
      {done === null ? null : <Notice tone="done">{done}</Notice>}
      {(list.value?.notes ?? []).length === 0 ? null : (
        <details className="more">
          <summary>What this laptop keeps of a printed sheet</summary>
          <ul className="bullets">
            {list.value?.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </details>
      )}
      {picking ? (
        <Dialog
          title="Where the sheet is written"
          onClose={() => {
            setPicking(false);
          }}
        >
          <Next>
            The file is a copy of the share. Choose a medium that goes with the sheet, or is destroyed.
          </Next>
          <Refused failure={write.failure} />
          <FolderPicker
            start={null}
            wants="folder"
            toWrite
            take="Write the sheet here"
            busy={write.busy}
            onTake={(folder) =>
              void write.run({ ...of, folder }).then((result) => {
                if (!result.ok) return;
                setPicking(false);
                tell(result.value.sentence);
              })
            }
            onCancel={() => {
              setPicking(false);
            }}
          />
        </Dialog>
      ) : null}
    </section>
  );
}
