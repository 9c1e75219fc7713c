/** A sentence that matters now: what happened, and what to do next. */
import type { ReactNode } from 'react';
import type { Failure } from '../bridge.ts';
import { Icon } from './icons.tsx';

export type NoticeTone = 'done' | 'attention' | 'stop' | 'plain';
const ICONS = { done: 'done', attention: 'attention', stop: 'stop' } as const;

export function Notice({
  tone,
  children,
  alert = false,
}: {
  readonly tone: NoticeTone;
  readonly children: ReactNode;
  /** Said at once to whoever listens. */
  readonly alert?: boolean;
}): ReactNode {
  return (
    <div className={`notice notice-${tone}`} role={alert ? 'alert' : undefined}>
      {tone === 'plain' ? null : <Icon name={ICONS[tone]} />}
      <div className="notice-words">{children}</div>
    </div>
  );
}

/** Why something was refused. Nothing is half-done when this stands here. */
export function Refused({ failure }: { readonly failure: Failure | null | undefined }): ReactNode {
  if (failure === null || failure === undefined) return null;
  return (
    <Notice tone="attention" alert>
      <p>{failure.message}</p>
      {failure.next === null ? null : <Next>{failure.next}</Next>}
    </Notice>
  );
}

/** What to do next. */
export function Next({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <p className="next">
      <strong>Next:</strong> {children}
    </p>
  );
}
