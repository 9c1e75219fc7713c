/** A state: colour, shape and word together, so that none of them is needed alone. */
import type { ReactNode } from 'react';

export type Tone = 'done' | 'attention' | 'stop' | 'later';
const SHAPES: Readonly<Record<Tone, string>> = { done: '✓', attention: '◐', stop: '✕', later: '·' };

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }): ReactNode {
  return (
    <span className={`badge badge-${tone}`}>
      <span aria-hidden="true">{SHAPES[tone]}</span> {children}
    </span>
  );
}

/** Everything with throw-away keys carries it. */
export function RehearsalMark(): ReactNode {
  return <span className="rehearsal">REHEARSAL</span>;
}
