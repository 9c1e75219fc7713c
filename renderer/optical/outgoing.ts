/** What this laptop can show outside of ceremonies: its card, records of keys, plans that others administer. */
import type { Outgoing } from '../../electron/ipc/optical.ts';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { go, useConsole } from '../store.ts';
import type { View } from '../views.ts';

/** @param subject as in the contract: `card`, `key <fingerprint> <epoch>`, `plan <ceremony>` */
export const outgoingOf = (state: ConsoleState, subject: string): Outgoing | undefined =>
  state.outgoing.find((one) => one.subject === subject);

/** Shows it, as soon as a state comes that has it: what was just made is in the next one. */
export function showSubject(subject: string, from: View): void {
  const show = (state: ConsoleState | null): boolean => {
    const outgoing = state === null ? undefined : outgoingOf(state, subject);
    if (outgoing === undefined) return false;
    go({ screen: 'show', ceremony: null, outgoing: outgoing.id, from });
    return true;
  };
  if (show(useConsole.getState().state)) return;
  const { view } = useConsole.getState();
  const end = useConsole.subscribe((store) => {
    // Whoever has gone elsewhere meanwhile stays there.
    if (store.view !== view || show(store.state)) end();
  });
}
