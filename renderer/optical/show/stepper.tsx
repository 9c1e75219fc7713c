/** A value that goes up and down in steps: a slider between a button for less and one for more, or the buttons alone. */
import { useId, type ReactNode } from 'react';

interface StepperProps {
  readonly label: string;
  /** Step, from 0 to `last`. */
  readonly value: number;
  readonly last: number;
  /** What it is now, to read and to hear. */
  readonly words: string;
  /** Names of the two buttons. */
  readonly less: string;
  readonly more: string;
  /** Keys for less and more, where they have some. */
  readonly keys?: readonly [string, string];
  readonly slider?: boolean;
  readonly onChange: (value: number) => void;
}

export function Stepper(props: StepperProps): ReactNode {
  const { label, value, last, words, less, more, keys, slider = false, onChange } = props;
  const id = useId();
  const shown = (
    <span className="stepper-words" aria-hidden={slider || undefined}>
      {words}
    </span>
  );
  return (
    <div className="stepper" role="group" aria-label={label}>
      {slider ? (
        <label className="stepper-label" htmlFor={id}>
          {label}
        </label>
      ) : (
        <span className="stepper-label">{label}</span>
      )}
      <StepButton name={less} shortcut={keys?.[0]} off={value <= 0} onPress={() => onChange(value - 1)}>
        −
      </StepButton>
      {slider ? (
        <input
          id={id}
          type="range"
          className="stepper-slider"
          min={0}
          max={last}
          step={1}
          value={value}
          aria-valuetext={words}
          onChange={(event) => {
            onChange(event.target.valueAsNumber);
          }}
        />
      ) : (
        shown
      )}
      <StepButton name={more} shortcut={keys?.[1]} off={value >= last} onPress={() => onChange(value + 1)}>
        +
      </StepButton>
      {slider ? shown : null}
    </div>
  );
}

function StepButton(props: {
  readonly name: string;
  readonly shortcut: string | undefined;
  readonly off: boolean;
  readonly onPress: () => void;
  readonly children: string;
}): ReactNode {
  return (
    <button
      type="button"
      className="button stepper-button"
      aria-label={props.name}
      aria-keyshortcuts={props.shortcut}
      aria-disabled={props.off || undefined}
      onClick={() => {
        if (!props.off) props.onPress();
      }}
    >
      {props.children}
    </button>
  );
}
