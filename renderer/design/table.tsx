/** A table with a caption for those who listen, and a frame that scrolls by itself where the window is narrow. */
import type { ReactNode } from 'react';

export function Table({
  caption,
  head,
  children,
  compact = false,
}: {
  readonly caption: string;
  readonly head: readonly string[];
  readonly children: ReactNode;
  /** Many columns, one line a row. */
  readonly compact?: boolean;
}): ReactNode {
  return (
    <div className="table-frame" role="region" aria-label={caption} tabIndex={0}>
      <table className={compact ? 'table table-compact' : 'table'}>
        <caption className="hidden-words">{caption}</caption>
        <thead>
          <tr>
            {head.map((title, at) => (
              <th key={at} scope="col">
                {title === '' ? <span className="hidden-words">Actions</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
