/**
 * What comes next in a ceremony that runs by screen and camera: showing something, scanning something, or the step itself.
 * One decision, in one place; it only ever looks.
 */
import type { Exchange, Outgoing } from '../../electron/ipc/optical.ts';
import type { CeremonyState, PartState } from '../../electron/ipc/state.ts';
import { needsPerson } from '../views.ts';

export type Next = 'show' | 'scan' | 'step';

/** What is due to be shown, unless it was already. */
export function dueToShow({ show }: Exchange, shown: readonly string[]): Outgoing | null {
  const [newest] = show;
  return newest === undefined || shown.includes(newest.id) ? null : newest;
}

/** True while somebody's message is missing here. */
export function isAwaiting({ scan }: Exchange, part: PartState): boolean {
  const { current } = part;
  // While this laptop works it has nothing to show yet, but soon.
  if (scan === null || (current?.actor === 'laptop' && current.waiting === null)) return false;
  // Anybody's: worth looking only while nothing goes on here.
  if (scan.from.length === 0) return current?.actor === 'others';
  return scan.from.some(({ here }) => !here);
}

/**
 * Decides. What everybody waits for is shown before anything else; then whoever sits here is asked; then this laptop says
 * what it has to say, and only then it listens.
 *
 * @param part the one that is on: of several roles, the one that needs a person
 * @param shown ids of what was shown already
 */
export function nextIn(ceremony: CeremonyState, part: PartState, shown: readonly string[]): Next {
  if (part.refusal !== null) return 'step';
  const due = dueToShow(ceremony.exchange, shown);
  if (due?.to === 'everybody') return 'show';
  if (needsPerson(part)) return 'step';
  if (due !== null) return 'show';
  return !ceremony.finished && isAwaiting(ceremony.exchange, part) ? 'scan' : 'step';
}

/** Names what is next, so that a window leads there once and not again when somebody went back on purpose. */
export function nextKey(ceremony: CeremonyState, next: Next): string {
  const { show, scan } = ceremony.exchange;
  switch (next) {
    case 'show':
      return `${ceremony.id} show ${show[0]?.id ?? ''}`;
    case 'scan':
      return `${ceremony.id} scan ${scan?.title ?? ''}`;
    case 'step':
      return `${ceremony.id} step`;
  }
}

/** Everything that was awaited under this title is here, or something else is awaited by now. */
export function isComplete({ scan }: Exchange, title: string): boolean {
  return scan?.title !== title || (scan.from.length > 0 && scan.from.every(({ here }) => here));
}
