/** The camera: takes what other screens show, one message after the other, and goes on by itself when all is here. */
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';
import type { CeremonyState, ConsoleState } from '../../electron/ipc/state.ts';
import { useKeys } from '../keys.ts';
import { goOn } from '../optical/flow.ts';
import { dueToShow, isComplete, nextKey } from '../optical/next.ts';
import { allowSound } from '../optical/sound.ts';
import { useScan } from '../optical/use-scan.ts';
import { go, goHome, useAction, useConsole } from '../store.ts';
import type { View } from '../views.ts';
import { ScanView } from './scan-view.tsx';

/** Milliseconds for which a person sees that it was the last one, before the window goes on. */
const MOMENT = 1800;

export function ScanScreen({
  state,
  view,
}: {
  readonly state: ConsoleState;
  readonly view: Extract<View, { readonly screen: 'scan' }>;
}): ReactNode {
  const ceremony = state.ceremonies.find(({ id }) => id === view.ceremony) ?? null;
  const awaited = ceremony?.exchange.scan ?? null;
  const scan = useScan(view.ceremony, awaited?.title ?? '');
  const settings = useAction('settings:set', 'Changing the settings');
  const { received } = scan.state;
  const title = awaited?.title ?? null;
  // What is awaited since when: the camera stays on from one round to the next.
  const [began, setBegan] = useState({ title, received: 0 });
  const [known] = useState(() => state.ceremonies.map(({ id }) => id));
  const hasTaken = received.length > began.received;
  const isOver =
    hasTaken && ceremony !== null && (began.title === null || isComplete(ceremony.exchange, began.title));
  // A plan that was scanned names this laptop: its ceremony is what comes next.
  const found =
    hasTaken && view.ceremony === null && view.from.screen !== 'plan'
      ? state.ceremonies.find(({ id }) => !known.includes(id))
      : undefined;
  const byCamera = state.courier?.by === 'camera';
  const next = isOver ? ceremony.id : found?.id;
  const onward = (): void => {
    if (next === undefined) return;
    if (!byCamera) go({ screen: 'ceremony', ceremony: next, role: null });
    else if (view.ceremony === null) goOn(next);
    else goOn(next, () => setBegan({ title, received: received.length }));
  };
  useLater(next, onward);
  useShowFirst(byCamera && !hasTaken ? ceremony : null);
  useSoundAllowed();

  const back = (): void => {
    go(view.from);
  };
  const { optical } = state.settings;
  const sound = (): void => void settings.run({ optical: { ...optical, sound: !optical.sound } });
  const show = showOf(ceremony, state, view);
  useKeys({
    Escape: back,
    Enter: next === undefined ? undefined : onward,
    s: show ?? undefined,
    b: sound,
    t: scan.again,
  });
  return (
    <ScanView
      scan={scan.state}
      video={scan.video}
      awaited={awaited}
      inCeremony={view.ceremony !== null}
      isOver={next !== undefined}
      sound={optical.sound}
      onSound={sound}
      onAgain={scan.again}
      onChoose={scan.choose}
      onShow={show}
      onBack={view.from.screen === 'home' ? goHome : back}
      backWords={BACK[view.from.screen] ?? 'Back'}
      onNext={next === undefined ? null : onward}
    />
  );
}

/** What the way back is called, by the screen that it leads to. */
const BACK: Readonly<Partial<Record<View['screen'], string>>> = {
  home: 'To the first screen',
  plan: 'Back to the plan',
  ceremony: 'Back to the step',
};

/** Leads to what this laptop has to show; null where it has nothing. */
function showOf(ceremony: CeremonyState | null, state: ConsoleState, from: View): (() => void) | null {
  const [first] = ceremony === null ? state.outgoing : ceremony.exchange.show;
  if (first === undefined) return null;
  return () => {
    go({
      screen: 'show',
      ceremony: ceremony?.id ?? null,
      outgoing: ceremony === null ? first.id : null,
      from,
    });
  };
}

/** What this laptop has to say since the camera was opened is shown first; what was shown or left before is not. */
function useShowFirst(ceremony: CeremonyState | null): void {
  const led = useConsole((store) => store.led);
  const shown = useConsole((store) => store.shown);
  const [first] = useState(ceremony?.exchange.show[0]?.id);
  const due = ceremony === null ? null : dueToShow(ceremony.exchange, shown);
  const isNew = ceremony !== null && due !== null && due.id !== first && nextKey(ceremony, 'show') !== led;
  const show = useEffectEvent(() => {
    if (ceremony !== null) goOn(ceremony.id);
  });
  useEffect(() => {
    if (isNew) show();
  }, [isNew]);
}

/** Does it a moment after there is something to go on to. */
function useLater(next: string | undefined, action: () => void): void {
  // What the state says by then counts.
  const act = useEffectEvent(action);
  useEffect(() => {
    if (next === undefined) return undefined;
    const timer = setTimeout(() => {
      act();
    }, MOMENT);
    return () => {
      clearTimeout(timer);
    };
  }, [next]);
}

/** Nobody presses anything while messages come in: the beep is allowed by whatever was pressed before. */
function useSoundAllowed(): void {
  useEffect(() => {
    allowSound();
    window.addEventListener('keydown', allowSound);
    window.addEventListener('pointerdown', allowSound);
    return () => {
      window.removeEventListener('keydown', allowSound);
      window.removeEventListener('pointerdown', allowSound);
    };
  }, []);
}
