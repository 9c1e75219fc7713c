/** Keyboard shortcuts. A single letter does nothing while somebody types, or where letters are switched off. */
import { useEffect, useEffectEvent } from 'react';
import { useConsole } from './store.ts';

/** True where a letter belongs into a field. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=radio], [type=checkbox]), textarea, select'))
  );
}

/** True where a key that is no letter has a meaning of its own already: buttons are pressed, sliders moved. */
function hasOwnUse(key: string, target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (key === 'Enter' || key === ' ') return target.matches('button, input, select, textarea, summary, a');
  return key.startsWith('Arrow') && target.matches('input, select, textarea');
}

/** Capitals are somebody's writing; signs need Shift on one keyboard and not on the next. */
const isCapital = (event: KeyboardEvent): boolean =>
  event.shiftKey && event.key.toLowerCase() !== event.key.toUpperCase();

/** Runs what stands beside a key (`F8`, `Escape`, `s`) while the component is there. */
export function useKeys(keys: Readonly<Record<string, (() => void) | undefined>>): void {
  const handle = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    const isLetter = event.key.length === 1;
    if (hasOwnUse(event.key, event.target)) return;
    if (isLetter && (isCapital(event) || isTyping(event.target) || !useConsole.getState().letters)) return;
    // An open dialog has its own Escape, and hides everything else.
    if (document.querySelector('dialog[open]') !== null) return;
    const action = keys[isLetter ? event.key.toLowerCase() : event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      handle(event);
    };
    window.addEventListener('keydown', listener);
    return () => {
      window.removeEventListener('keydown', listener);
    };
  }, []);
}
