/** The script of a role as it stands: finished and later acts folded, the current one open. */
import type { ReactNode } from 'react';
import type { PartState, ScriptStep } from '../../electron/ipc/state.ts';
import { stepWords } from '../screens/steps.ts';
import { clock } from '../time.ts';

interface Act {
  readonly title: string;
  readonly steps: readonly ScriptStep[];
}
type ActState = 'done' | 'now' | 'later';

/** Neighbouring steps under the same heading. */
function actsOf(steps: readonly ScriptStep[]): readonly Act[] {
  const acts: { title: string; steps: ScriptStep[] }[] = [];
  for (const step of steps) {
    const last = acts.at(-1);
    if (last?.title === step.act) last.steps.push(step);
    else acts.push({ title: step.act, steps: [step] });
  }
  return acts;
}

function stateOf({ steps }: Act): ActState {
  if (steps.every((step) => step.state === 'done')) return 'done';
  return steps.every((step) => step.state === 'later') ? 'later' : 'now';
}

const MARKS = { done: '✓', now: '▸', later: '·' } as const;
const SAID = { done: 'done', now: 'now', later: 'cannot start yet' } as const;

export function ScriptColumn({ part }: { readonly part: PartState }): ReactNode {
  return (
    <nav className="script" aria-label={`Script of ${part.title}`}>
      <ol>
        {actsOf(part.steps).map((act, at) => (
          <li key={`${act.title} ${at}`}>
            <ActView key={stateOf(act)} act={act} state={stateOf(act)} />
          </li>
        ))}
      </ol>
    </nav>
  );
}

function ActView({ act, state }: { readonly act: Act; readonly state: ActState }): ReactNode {
  const at = state === 'done' ? act.steps.at(-1)?.at : null;
  return (
    <details className={`act act-${state}`} open={state === 'now'}>
      <summary>
        {state === 'now' ? null : (
          <span className="act-mark" aria-hidden="true">
            {MARKS[state]}
          </span>
        )}
        <span className="act-title">{act.title}</span>
        <span className="hidden-words">, {SAID[state]} </span>
        {typeof at === 'string' ? <span className="script-time">{clock(at)}</span> : null}
      </summary>
      <ol>
        {act.steps.map((step) => (
          <li
            key={step.id}
            className={`script-step script-${step.state}`}
            aria-current={step.state === 'now' ? 'step' : undefined}
          >
            <span className="script-mark" aria-hidden="true">
              {MARKS[step.state]}
            </span>
            <span className="script-title">{stepWords(step.id)?.short ?? step.title}</span>
            <span className="hidden-words">, {SAID[step.state]} </span>
            {step.at === null ? null : <span className="script-time">{clock(step.at)}</span>}
          </li>
        ))}
      </ol>
    </details>
  );
}
