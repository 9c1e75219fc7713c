/** Chooses a folder or a file on this laptop: places, what is in them, one step up, a new folder. Buttons all the way. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useLoad } from '../load.ts';
import { useAction } from '../store.ts';
import { size } from '../time.ts';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import { Icon } from './icons.tsx';
import { Notice, Refused } from './notice.tsx';

interface PickerProps {
  /** Where to begin; null: the best place. */
  readonly start: string | null;
  /** `file`: the choice is a file. */
  readonly wants: 'folder' | 'file';
  /** Words of the button that takes the folder. */
  readonly take: string;
  readonly onTake: (path: string) => void;
  readonly onCancel: () => void;
  readonly busy?: boolean;
  /** The folder will be written to. */
  readonly toWrite?: boolean;
}

export function FolderPicker(props: PickerProps): ReactNode {
  const { wants, take, onTake, onCancel, busy = false } = props;
  const [path, setPath] = useState(props.start);
  const listing = useLoad('folder:list', { path, files: wants === 'file' }, 'Reading the folder');
  const { value } = listing;
  const list = useRef<HTMLUListElement>(null);
  const [entered, setEntered] = useState(false);
  const here = value?.path;
  // Whoever goes in with the keyboard goes on inside: the button that was pressed is gone.
  useEffect(() => {
    if (entered && here !== undefined) list.current?.focus();
  }, [here, entered]);
  const readOnly = value !== undefined && props.toWrite === true && !value.writable;
  return (
    <div className="picker">
      <nav className="picker-places" aria-label="Places">
        {value?.places.map((place) => (
          <Button
            key={place.path}
            kind="quiet"
            icon={place.kind}
            onPress={() => {
              setPath(place.path);
            }}
          >
            {place.label}
          </Button>
        ))}
      </nav>
      <div className="picker-list stack-tight">
        <div className="picker-head">
          <p className="picker-path mono not-projected" aria-live="polite">
            {value?.path ?? '…'}
          </p>
          <Button
            kind="quiet"
            icon="up"
            off={value?.parent === null || value === undefined}
            onPress={() => {
              setPath(value?.parent ?? null);
            }}
          >
            One folder up
          </Button>
        </div>
        <Refused failure={listing.failure} />
        <ul ref={list} tabIndex={-1} className="picker-entries" aria-label="In this folder">
          {value?.entries.map((entry) => (
            <li key={entry.path}>
              <button
                type="button"
                className="picker-entry"
                aria-disabled={(entry.kind === 'file' && wants === 'folder') || undefined}
                onClick={() => {
                  if (entry.kind === 'folder') {
                    setEntered(true);
                    setPath(entry.path);
                  } else if (wants === 'file') onTake(entry.path);
                }}
              >
                <Icon name={entry.kind} />
                <span>{entry.name}</span>
                {entry.size === null ? null : (
                  <span className="quiet small" aria-hidden="true">
                    {size(entry.size)}
                  </span>
                )}
              </button>
            </li>
          ))}
          {value?.entries.length === 0 ? (
            <li className="quiet picker-empty">
              {wants === 'file' ? 'Nothing in here.' : 'No folder in here.'}
            </li>
          ) : null}
        </ul>
        {value?.cut === true ? (
          <p className="small quiet">There is more in here than this list shows.</p>
        ) : null}
        {readOnly ? (
          <Notice tone="attention">
            <p>This folder cannot be written to. Choose another one.</p>
          </Notice>
        ) : null}
        {wants === 'folder' && value?.writable === true ? (
          <NewFolder key={value.path} parent={value.path} onMade={setPath} />
        ) : null}
      </div>
      <div className="picker-actions row">
        {wants === 'folder' ? (
          <Button
            kind="main"
            off={busy || value === undefined || readOnly}
            onPress={() => {
              if (value !== undefined) onTake(value.path);
            }}
          >
            {take}
          </Button>
        ) : null}
        <Button onPress={onCancel} keyHint="Escape">
          Cancel
        </Button>
      </div>
    </div>
  );
}

function NewFolder({
  parent,
  onMade,
}: {
  readonly parent: string;
  readonly onMade: (path: string) => void;
}): ReactNode {
  const [name, setName] = useState('');
  const make = useAction('folder:make', 'Making the folder');
  return (
    <form
      id="new-folder"
      className="inline-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (make.busy || name.trim() === '') return;
        void make.run({ parent, name: name.trim() }).then((result) => {
          if (result.ok) onMade(result.value.path);
        });
      }}
    >
      <Field label="Name of a new folder" value={name} onChange={setName} complaint={make.failure?.message} />
      <Button form="new-folder" icon="plus" off={name.trim() === ''}>
        Make the folder
      </Button>
    </form>
  );
}
