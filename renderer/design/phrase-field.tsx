/** Words that a person types before something that cannot be undone. */
import type { ReactNode } from 'react';
import { BigInput, useWiring, type FieldProps } from './field.tsx';
import { wordsOf } from './words-field.tsx';

const line = (text: string): string => wordsOf(text.toLowerCase()).join(' ');
/** True when all words are there, in any capitals and spacing. */
export const isPhrase = (typed: string, expected: string): boolean => line(typed) === line(expected);

export function PhraseField(
  props: Omit<FieldProps, 'label' | 'hint'> & { readonly expected: string },
): ReactNode {
  const { expected, value } = props;
  const done = isPhrase(value, expected);
  const { id, describedBy, shell } = useWiring({
    label: `Type “${expected}”`,
    complaint: props.complaint,
    progress: done ? '✓ These are the words' : '· The button works when all words are there',
  });
  return shell(<BigInput field={props} id={id} describedBy={describedBy} />);
}
