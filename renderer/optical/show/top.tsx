/** The band above codes: what they are, in clear text, and the words by which people know the ceremony. */
import { useEffect, useRef, type ReactNode } from 'react';
import { RehearsalMark } from '../../design/badge.tsx';

export function ShowTop({
  title,
  about,
  rehearsal,
  code = null,
}: {
  readonly title: string;
  readonly about: string;
  readonly rehearsal: boolean;
  /** The four words of the plan, where they are known. */
  readonly code?: readonly string[] | null;
}): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    document.title = `${title} · Reseal`;
  }, [title]);
  return (
    <header className="show-top">
      <div>
        <h1 ref={heading} tabIndex={-1} className="show-title">
          {title}
        </h1>
        <p className="header-sub">{about}</p>
      </div>
      {rehearsal ? <RehearsalMark /> : null}
      {code === null ? null : (
        <div className="header-end">
          <div>
            <p className="header-label">plan code</p>
            <p className="header-code mono">{code.join(' ')}</p>
          </div>
        </div>
      )}
    </header>
  );
}
