/** The band on top: what this is, the rehearsal mark, words to compare, and the time. */
import type { ReactNode } from 'react';
import { RehearsalMark } from '../design/badge.tsx';
import { useNow } from '../time.ts';

interface HeaderProps {
  readonly what: string;
  readonly sub: string;
  readonly rehearsal: boolean;
  /** Words people compare: the plan code, or the digest of the software. */
  readonly words: { readonly label: string; readonly words: readonly string[] } | null;
  readonly underClock: string;
}

export function Header({ what, sub, rehearsal, words, underClock }: HeaderProps): ReactNode {
  return (
    <header className="header">
      <div>
        <p className="header-what">{what}</p>
        <p className="header-sub">{sub}</p>
      </div>
      {rehearsal ? <RehearsalMark /> : null}
      <div className="header-end">
        {words === null ? null : (
          <div>
            <p className="header-label">{words.label}</p>
            <p className="header-code mono">{words.words.join(' ')}</p>
          </div>
        )}
        <div className="header-clock">
          <Clock />
          <p className="header-label">{underClock}</p>
        </div>
      </div>
    </header>
  );
}

/** Alone, so that a second that passes renders nothing else. */
function Clock(): ReactNode {
  const now = new Date(useNow());
  return (
    <p className="header-time mono">
      <time dateTime={now.toISOString().slice(0, 19)}>{now.toISOString().slice(11, 19)}</time>
    </p>
  );
}
