/** Work under way: what, and for how long. The only thing in the window that moves. */
import type { ReactNode } from 'react';

export function Progress({ what, seconds }: { readonly what: string; readonly seconds: number }): ReactNode {
  return (
    <div className="progress">
      <span className="progress-words">
        {what} · <span className="mono">{seconds} s</span>
      </span>
      <span className="progress-bar" role="progressbar" aria-label={what}>
        <span className="progress-part" />
      </span>
    </div>
  );
}
