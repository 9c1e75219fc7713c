/**
 * Words heard from somebody. One input, since tired people type a line and correct it as a line; four places below show
 * how the line was understood.
 */
import type { ReactNode } from 'react';
import { BigInput, useWiring, type FieldProps } from './field.tsx';

/** The words of a line. */
export const wordsOf = (line: string): readonly string[] => line.trim().split(/\s+/).filter(Boolean);

export function WordsField(props: FieldProps & { readonly many: number }): ReactNode {
  const { many, value } = props;
  const words = wordsOf(value);
  const heard = (
    <span className="word-places" aria-hidden="true">
      {Array.from({ length: many }, (_, at) => (
        <span key={at} className={words[at] === undefined ? 'word-place' : 'word-place word-place-full'}>
          <span className="word-number">{at + 1}</span>
          <span className="mono typed-echo">{words[at] ?? '·'}</span>
        </span>
      ))}
    </span>
  );
  const { id, describedBy, shell } = useWiring({
    ...props,
    hint: heard,
    progress:
      words.length > many
        ? `These are ${words.length} words. Expected ${many}.`
        : words.length === 0
          ? 'A space between them; capitals do not matter'
          : `${words.length === many ? '✓' : '·'} ${words.length} of ${many} words`,
  });
  return shell(<BigInput field={props} id={id} describedBy={describedBy} />);
}

/** The words of a plan or a laptop, to be read aloud. */
export function BigWords({
  words,
  label,
}: {
  readonly words: readonly string[];
  readonly label: string;
}): ReactNode {
  return (
    <ol className="big-words" aria-label={label}>
      {words.map((word, at) => (
        <li key={at} className="mono">
          {word}
        </li>
      ))}
    </ol>
  );
}
