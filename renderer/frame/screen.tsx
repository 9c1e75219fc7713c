/** The middle of the window: one heading at a fixed place, what belongs to it, and the actions at the bottom. */
import { useEffect, useRef, type ReactNode } from 'react';

export type ScreenName =
  | 'first-start'
  | 'unlock'
  | 'home'
  | 'courier'
  | 'show'
  | 'scan'
  | 'link'
  | 'export'
  | 'restore'
  | 'card'
  | 'plan'
  | 'plan-made'
  | 'join'
  | 'preflight'
  | 'ceremony'
  | 'exception'
  | 'stop'
  | 'result'
  | 'records'
  | 'record'
  | 'documents'
  | 'old-backup';

interface ScreenProps {
  readonly name: ScreenName;
  readonly title: string;
  readonly lead?: ReactNode;
  /** Above the heading: who acts. */
  readonly above?: ReactNode;
  readonly actions?: ReactNode;
  readonly width?: 'column' | 'middle' | 'wide';
  /** Focus moves when this changes. */
  readonly focus?: string;
  readonly step?: string | undefined;
  readonly role?: string | undefined;
  readonly children?: ReactNode;
}

export function Screen(props: ScreenProps): ReactNode {
  const { name, title, lead, above, actions, width = 'middle', focus = name, children } = props;
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    if (main.current !== null) moveFocus(main.current);
  }, [focus]);
  useEffect(() => {
    document.title = `${title} · Reseal`;
  }, [title]);
  return (
    <main
      ref={main}
      className={`main screen-${width}`}
      data-screen={name}
      data-step={props.step}
      data-role={props.role}
    >
      <div className="screen-scroll">
        <div className="screen-body">
          {above}
          <h1 tabIndex={-1}>{title}</h1>
          {lead === undefined ? null : (
            <div className="lead">{typeof lead === 'string' ? <p>{lead}</p> : lead}</div>
          )}
          {children}
        </div>
      </div>
      {actions === undefined ? null : (
        <div className="action-bar">
          <div className="action-width">{actions}</div>
        </div>
      )}
    </main>
  );
}

/** Below a field that was scrolled to, in pixels: its focus ring. */
const SPACE = 8;

/** To the first field, where heading and field fit into the window together; otherwise to the heading. */
function moveFocus(main: HTMLElement): void {
  const frame = main.querySelector('.screen-scroll');
  const heading = main.querySelector('h1');
  const first = main.querySelector<HTMLElement>('[data-first]');
  frame?.scrollTo(0, 0);
  window.scrollTo(0, 0);
  if (frame === null || heading === null) return;
  const room = Math.min(frame.clientHeight, window.innerHeight);
  const needed =
    first === null ? Infinity : first.getBoundingClientRect().bottom - heading.getBoundingClientRect().top;
  if (first === null || needed > room) heading.focus({ preventScroll: true });
  else {
    first.focus({ preventScroll: true });
    // As little as needed; the heading stays. A small window scrolls as a whole.
    const end = Math.min(frame.getBoundingClientRect().bottom, window.innerHeight);
    const below = first.getBoundingClientRect().bottom + SPACE - end;
    if (below > 0) (frame.scrollHeight > frame.clientHeight ? frame : window).scrollTo(0, below);
  }
}

/** After an answer that is wrong: to the first field that complains, once it does. */
export function focusWrong(form: HTMLFormElement): void {
  setTimeout(() => {
    form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  });
}
