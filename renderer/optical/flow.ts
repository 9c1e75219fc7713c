/** Where the window goes by itself in a ceremony that runs by screen and camera. */
import type { CeremonyState } from '../../electron/ipc/state.ts';
import { go, useConsole } from '../store.ts';
import { partOf, type View } from '../views.ts';
import { nextIn, nextKey, type Next } from './next.ts';

/** The screen of what is next. */
export function viewOf(ceremony: string, next: Next): View {
  const step: View = { screen: 'ceremony', ceremony, role: null };
  switch (next) {
    case 'show':
      return { screen: 'show', ceremony, outgoing: null, from: step };
    case 'scan':
      return { screen: 'scan', ceremony, from: step };
    case 'step':
      return step;
  }
}

/**
 * Goes to what comes next in a ceremony: after something was shown, or everything that was awaited is here.
 *
 * @param stay instead of going to the camera, for whoever is there already
 */
export function goOn(id: string, stay?: () => void): void {
  const { state, shown } = useConsole.getState();
  const ceremony = state?.ceremonies.find((other) => other.id === id);
  const part = ceremony === undefined ? undefined : partOf(ceremony, null);
  if (ceremony === undefined || part === undefined) {
    go({ screen: 'home' });
    return;
  }
  const next = nextIn(ceremony, part, shown);
  if (next !== 'scan' || stay === undefined) {
    lead(ceremony, next);
    return;
  }
  useConsole.setState({ led: nextKey(ceremony, next) });
  stay();
}

/** Shows what is due, or what was due last. */
export function toShow({ id }: CeremonyState): () => void {
  return () => {
    go(viewOf(id, 'show'));
  };
}

export function toScan({ id }: CeremonyState): () => void {
  return () => {
    go(viewOf(id, 'scan'));
  };
}

/** Goes there, and remembers that it did: who comes back on purpose is left where they are. */
export function lead(ceremony: CeremonyState, next: Next): void {
  useConsole.setState({ led: nextKey(ceremony, next) });
  go(viewOf(ceremony.id, next));
}
