/** The fields of a destruction, what is wrong with them, and the statement on its way to the program. */
import { useState, type ReactNode } from 'react';
import type { OldBackupState } from '../../electron/ipc/old-backups.ts';
import type { Failure } from '../bridge.ts';
import { Choice } from '../design/choice.tsx';
import { Field } from '../design/field.tsx';
import { Refused } from '../design/notice.tsx';
import { useAction } from '../store.ts';

/** Something that nobody recommends, in their own words. */
const OTHER = 'other';

type Name = 'method' | 'tool' | 'who' | 'witness';
interface Values extends Readonly<Record<Name, string>> {
  /** One of the recommended methods, or `OTHER`; null while none is chosen. */
  readonly chosen: string | null;
}

export interface Destroyed {
  readonly form: string;
  readonly busy: boolean;
  readonly values: Values;
  readonly change: (changed: Partial<Values>) => void;
  readonly complaints: Readonly<Partial<Record<string, string>>>;
  readonly send: () => void;
  readonly failure: Failure | null;
}

export function useDestroyed(
  { fingerprint, epoch, label }: OldBackupState,
  custodian: string,
  onSigned: (path: string) => void,
): Destroyed {
  const [values, setValues] = useState<Values>({
    ...{ chosen: null, method: '', tool: '', who: custodian, witness: '' },
  });
  const [complaints, setComplaints] = useState<Readonly<Partial<Record<string, string>>>>({});
  const state = useAction('backup:destroyed', 'Signing how the backup was destroyed');
  const send = (): void => {
    if (state.busy) return;
    const { chosen, method, tool, who, witness } = values;
    void state
      .run({
        ...{ fingerprint, epoch, label },
        method: chosen === OTHER ? method.trim() : (chosen ?? ''),
        ...{ tool: tool.trim(), who: who.trim(), witness: witness.trim() },
      })
      .then((result) => {
        if (!result.ok) return;
        setComplaints(result.value.complaints);
        if (result.value.path !== null) onSigned(result.value.path);
        else focusFirst(Object.keys(result.value.complaints));
      });
  };
  return {
    form: 'old-backup',
    busy: state.busy,
    values,
    change: (changed) => {
      setValues({ ...values, ...changed });
      const answered = Object.keys(changed).map((name) => (name === 'chosen' ? 'method' : name));
      setComplaints(
        Object.fromEntries(Object.entries(complaints).filter(([name]) => !answered.includes(name))),
      );
    },
    complaints,
    send,
    failure: state.failure,
  };
}

/** To the first field that complains, once it does. */
function focusFirst(names: readonly string[]): void {
  setTimeout(() => {
    const fields = document.querySelectorAll<HTMLElement>('#old-backup :is([name], [data-field])');
    const wrong = [...fields].find((field) =>
      names.includes(field.dataset['field'] ?? field.getAttribute('name') ?? ''),
    );
    wrong?.focus({ preventScroll: true });
    wrong?.closest('.field, .choice')?.scrollIntoView({ block: 'nearest' });
  });
}

export function OldBackupForm({
  backup,
  destroyed,
}: {
  readonly backup: OldBackupState;
  readonly destroyed: Destroyed;
}): ReactNode {
  const { values, change, complaints } = destroyed;
  const isOther = values.chosen === OTHER;
  const field = (name: Name, label: string, hint?: string): ReactNode => (
    <Field
      name={name}
      label={label}
      hint={hint}
      value={values[name]}
      complaint={complaints[name]}
      onChange={(value) => {
        change({ [name]: value });
      }}
    />
  );
  return (
    <form
      id={destroyed.form}
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        destroyed.send();
      }}
    >
      <Refused failure={destroyed.failure} />
      <Choice
        first
        name="method"
        label="What was done"
        value={values.chosen}
        complaint={
          isOther || complaints['method'] === undefined ? null : 'Expected one of these. None is chosen.'
        }
        options={[
          ...backup.methods.map((method) => ({ value: method, label: method })),
          { value: OTHER, label: 'Something else, in your words' },
        ]}
        onChange={(chosen) => {
          change({ chosen });
        }}
      />
      {isOther ? field('method', 'What was done, in your words') : null}
      {field('tool', 'With what', 'Make and model of the shredder, or the tool that was used.')}
      <div className="two">
        {field('who', 'Who did it')}
        {field('witness', 'Who watched', 'A second person. Best one who is not a holder of this key.')}
      </div>
    </form>
  );
}
