/** Fields for text: a label and what is wrong above, a hint below, tied together for those who listen. */
import { useId, useState, type ChangeEvent, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icons.tsx';

export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: ReactNode;
  readonly complaint?: string | null | undefined;
  readonly mono?: boolean;
  readonly first?: boolean | undefined;
  readonly name?: string | undefined;
}

interface Wiring {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly shell: (input: ReactNode) => ReactNode;
}

interface Around extends Pick<FieldProps, 'label' | 'hint' | 'complaint'> {
  /** How far the answer is, beside the label. */
  readonly progress?: string;
}

/** Label, hint and complaint around an input. What is wrong stands above it: there it is seen wherever the field is. */
export function useWiring({ label, hint, complaint, progress }: Around): Wiring {
  const id = useId();
  const hasHint = hint !== undefined && hint !== null;
  const isWrong = complaint !== undefined && complaint !== null;
  const describedBy = [
    isWrong ? `${id}-wrong` : '',
    progress === undefined ? '' : `${id}-progress`,
    hasHint ? `${id}-hint` : '',
  ]
    .filter(Boolean)
    .join(' ');
  return {
    id,
    describedBy: describedBy === '' ? undefined : describedBy,
    shell: (input) => (
      <div className={isWrong ? 'field field-wrong' : 'field'}>
        <div className="field-head">
          <label className="field-label" htmlFor={id}>
            {label}
          </label>
          {progress === undefined ? null : (
            <span className="field-hint" id={`${id}-progress`}>
              {progress}
            </span>
          )}
        </div>
        {isWrong ? <Complaint id={`${id}-wrong`}>{complaint}</Complaint> : null}
        {input}
        {hasHint ? (
          <div className="field-hint" id={`${id}-hint`}>
            {hint}
          </div>
        ) : null}
      </div>
    ),
  };
}

/** The input of a field whose words are read from the screen or heard: large, and never corrected by the browser. */
export function BigInput({
  field,
  id,
  describedBy,
}: {
  readonly field: Omit<FieldProps, 'label' | 'hint'>;
  readonly id: string;
  readonly describedBy: string | undefined;
}): ReactNode {
  return (
    <input
      {...textProps(field, id, describedBy)}
      className="input input-big mono typed"
      type="text"
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      maxLength={400}
    />
  );
}

/** What is wrong with an answer. */
export function Complaint({ id, children }: { readonly id?: string; readonly children: string }): ReactNode {
  return (
    <p className="complaint" id={id}>
      <Icon name="attention" />
      <span>{children}</span>
    </p>
  );
}

/** What all inputs of text have in common. */
function textProps(field: Omit<FieldProps, 'label' | 'hint'>, id: string, describedBy: string | undefined) {
  return {
    id,
    name: field.name,
    value: field.value,
    'aria-invalid': typeof field.complaint === 'string' || undefined,
    'aria-describedby': describedBy,
    'data-first': field.first === true ? '' : undefined,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      field.onChange(event.target.value);
    },
  };
}

export function Field(props: FieldProps): ReactNode {
  const { id, describedBy, shell } = useWiring(props);
  return shell(
    <input
      {...textProps(props, id, describedBy)}
      className={props.mono === true ? 'input mono typed' : 'input typed'}
      type="text"
      autoComplete="off"
      spellCheck={false}
      maxLength={4096}
    />,
  );
}

/** Several lines. Enter makes a new line here; the button sends. */
export function LongField(props: FieldProps): ReactNode {
  const { id, describedBy, shell } = useWiring(props);
  return shell(
    <textarea
      {...textProps(props, id, describedBy)}
      className={props.mono === true ? 'input mono typed' : 'input typed'}
      rows={2}
      spellCheck={props.mono === true ? false : undefined}
      maxLength={4096}
    />,
  );
}

/** A passphrase. Never in the state, never in a draft; shown only while the person asks for it. */
export function PassphraseField(props: FieldProps & { readonly fresh: boolean }): ReactNode {
  const [shown, setShown] = useState(false);
  const { id, describedBy, shell } = useWiring(props);
  return shell(
    <div className="input-row">
      <input
        id={id}
        className="input mono typed"
        type={shown ? 'text' : 'password'}
        autoComplete={props.fresh ? 'new-password' : 'current-password'}
        spellCheck={false}
        autoCapitalize="off"
        maxLength={4096}
        aria-invalid={typeof props.complaint === 'string' || undefined}
        aria-describedby={describedBy}
        data-first={props.first === true ? '' : undefined}
        onChange={(event) => {
          props.onChange(event.target.value);
        }}
      />
      <Button
        kind="quiet"
        icon="eye"
        pressed={shown}
        name={`Show: ${props.label}`}
        onPress={() => {
          setShown(!shown);
        }}
      >
        Show
      </Button>
    </div>,
  );
}

export interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  readonly hint?: ReactNode;
  readonly complaint?: string | null | undefined;
}

export function Select<T extends string>(props: SelectProps<T>): ReactNode {
  const { id, describedBy, shell } = useWiring(props);
  return shell(
    <select
      id={id}
      className="input"
      value={props.value}
      aria-invalid={typeof props.complaint === 'string' || undefined}
      aria-describedby={describedBy}
      onChange={(event) => {
        const chosen = props.options.find((option) => option.value === event.target.value);
        if (chosen !== undefined) props.onChange(chosen.value);
      }}
    >
      {props.options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>,
  );
}
