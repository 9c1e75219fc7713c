/** Who acts: a row above the heading. */
import type { ReactNode } from 'react';

export interface Chip {
  readonly words: string;
  /** The one whose turn it is. */
  readonly acts: boolean;
}

export function Chips({ chips }: { readonly chips: readonly Chip[] }): ReactNode {
  return (
    <ul className="chips" aria-label="Who acts">
      {chips.map(({ words, acts }) => (
        <li key={words} className={acts ? 'chip chip-acts' : 'chip'}>
          <span aria-hidden="true">{acts ? '●' : '○'}</span> {words}
        </li>
      ))}
    </ul>
  );
}
