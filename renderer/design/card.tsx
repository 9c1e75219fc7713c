/** A sheet of paper on the table: groups what belongs together. */
import { useId, type ReactNode } from 'react';

export function Card({
  title,
  children,
  aside,
}: {
  readonly title?: string;
  readonly children: ReactNode;
  readonly aside?: ReactNode;
}): ReactNode {
  const id = useId();
  if (title === undefined) return <div className="card">{children}</div>;
  return (
    <section className="card" aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** Names and values, one pair a line. */
export function Facts({ children }: { readonly children: ReactNode }): ReactNode {
  return <dl className="facts">{children}</dl>;
}
export function Fact({
  label,
  children,
  secret = false,
}: {
  readonly label: string;
  readonly children: ReactNode;
  /** Left out of the projector view: paths and serial numbers. */
  readonly secret?: boolean;
}): ReactNode {
  return (
    <div className={secret ? 'fact not-projected' : 'fact'}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
