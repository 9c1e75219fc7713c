/** What can be done with a record beside reading it: its documents, the folder for an auditor, the record as one file. */
import type { ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { go, useAction } from '../store.ts';
import { plural, size } from '../time.ts';
import { Into, useTold } from './into.tsx';

/** At a record. The folder for the auditor is made of valid records only. */
export function RecordFiling({ path, valid }: { readonly path: string; readonly valid: boolean }): ReactNode {
  const pack = useAction('record:pack', 'Packing the record');
  const audit = useAction('record:audit', 'Making the folder for the auditor');
  const [tell, told] = useTold();
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
              tell(
                `The folder for the auditor is made: ${plural(files, 'file')}, ${(milliseconds / 1000).toFixed(1)} s. README.txt in it says what is what.`,
                folder,
              );
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
            tell(`Packed: ${plural(files, 'file')}, ${size(bytes)}. Any ZIP tool opens it.`, file);
          }}
        />
      </div>
      {told}
    </Card>
  );
}
