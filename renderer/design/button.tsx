/** A button. Its name is its words alone, whatever key or mark stands beside them. */
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';

export interface ButtonProps {
  readonly children: string;
  readonly onPress?: (() => void) | undefined;
  /** `main`: the one action of the screen. `danger`: cannot be undone. `warn`: leads to something that cannot. */
  readonly kind?: 'main' | 'plain' | 'quiet' | 'danger' | 'warn';
  /** Form that it submits, by id; without `onPress`. */
  readonly form?: string | undefined;
  readonly keyHint?: string | undefined;
  readonly icon?: IconName | undefined;
  /** Not possible now. It stays where it is and keeps the focus. */
  readonly off?: boolean | undefined;
  /** Name where the words alone do not say which: begins with them. */
  readonly name?: string | undefined;
  readonly describedBy?: string | undefined;
  readonly pressed?: boolean | undefined;
  readonly expanded?: boolean | undefined;
  readonly first?: boolean | undefined;
  /** Which of many, for the focus to come back to after the list changed. */
  readonly place?: string | undefined;
}

const KEY_NAMES: Readonly<Record<string, string>> = { Escape: 'Esc' };

export function Button(props: ButtonProps): ReactNode {
  const { children, onPress, kind = 'plain', form, keyHint, icon, off = false, name } = props;
  return (
    <button
      type={form === undefined ? 'button' : 'submit'}
      form={form}
      className={`button button-${kind}`}
      aria-label={name}
      aria-disabled={off || undefined}
      aria-describedby={props.describedBy}
      aria-keyshortcuts={keyHint}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      data-first={props.first === true ? '' : undefined}
      data-place={props.place}
      onClick={(event) => {
        if (off) event.preventDefault();
        else onPress?.();
      }}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      <span>{children}</span>
      {keyHint === undefined ? null : <Key>{KEY_NAMES[keyHint] ?? keyHint}</Key>}
    </button>
  );
}

/** A key of the keyboard, as a hint for the eye. */
export function Key({ children }: { readonly children: string }): ReactNode {
  return (
    <kbd className="key" aria-hidden="true">
      {children}
    </kbd>
  );
}
