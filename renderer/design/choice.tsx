/** One of a few: radio buttons as cards, the whole card is the target. */
import { useId, type ReactNode } from 'react';
import { Complaint } from './field.tsx';

export interface ChoiceOption<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly detail?: string | undefined;
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T | null;
  readonly options: readonly ChoiceOption<T>[];
  readonly onChange: (value: T) => void;
  readonly complaint?: string | null | undefined;
  readonly first?: boolean | undefined;
  /** Where to go when it complains. */
  readonly name?: string | undefined;
  /** Small ones stand side by side. */
  readonly compact?: boolean;
}

export function Choice<T extends string>(props: ChoiceProps<T>): ReactNode {
  const id = useId();
  const isWrong = typeof props.complaint === 'string';
  // The keyboard begins at what is chosen.
  const first = Math.max(
    props.options.findIndex(({ value }) => value === props.value),
    0,
  );
  return (
    <fieldset
      className={props.compact === true ? 'choice choice-compact' : 'choice'}
      aria-describedby={isWrong ? `${id}-wrong` : undefined}
    >
      <legend className="field-label">{props.label}</legend>
      {typeof props.complaint === 'string' ? (
        <Complaint id={`${id}-wrong`}>{props.complaint}</Complaint>
      ) : null}
      <div className="choice-options">
        {props.options.map((option, at) => (
          <div key={option.value} className="choice-option">
            <input
              type="radio"
              id={`${id}-${at}`}
              name={id}
              value={option.value}
              checked={props.value === option.value}
              aria-describedby={option.detail === undefined ? undefined : `${id}-${at}-detail`}
              data-first={props.first === true && at === first ? '' : undefined}
              data-field={at === 0 ? props.name : undefined}
              onChange={() => {
                props.onChange(option.value);
              }}
            />
            <label htmlFor={`${id}-${at}`}>{option.label}</label>
            {option.detail === undefined ? null : (
              <span className="choice-detail" id={`${id}-${at}-detail`}>
                {option.detail}
              </span>
            )}
          </div>
        ))}
      </div>
    </fieldset>
  );
}

/** Yes or no. */
export function Check(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly detail?: string;
  readonly name?: string;
}): ReactNode {
  const id = useId();
  return (
    <div className="check">
      <input
        type="checkbox"
        id={id}
        checked={props.checked}
        aria-label={props.name}
        aria-describedby={props.detail === undefined ? undefined : `${id}-detail`}
        onChange={(event) => {
          props.onChange(event.target.checked);
        }}
      />
      <label htmlFor={id}>{props.label}</label>
      {props.detail === undefined ? null : (
        <span className="choice-detail" id={`${id}-detail`}>
          {props.detail}
        </span>
      )}
    </div>
  );
}
