/** What the window knows: the last state of the laptop, calls under way, and where the window is. */
import { useState } from 'react';
import { create } from 'zustand';
import type { InvokeChannel, InvokeInput, InvokeOutput } from '../electron/ipc/contract.ts';
import type { CardSummary, PlanDraft, RecordSummary } from '../electron/ipc/documents.ts';
import type { ConsoleState } from '../electron/ipc/state.ts';
import { invoke, onState, type Failure, type Result } from './bridge.ts';
import { placeOf, type View } from './views.ts';

interface Pending {
  readonly id: number;
  /** What the laptop does meanwhile, as a sentence without a full stop. */
  readonly what: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

interface PlanWork {
  /** Null: as the program would begin. */
  readonly draft: PlanDraft | null;
  /** Somebody said who holds, or how many sign together: nothing is added to it any more. */
  readonly cards: readonly CardSummary[];
  readonly records: readonly RecordSummary[];
}
const NO_PLAN: PlanWork = { draft: null, cards: [], records: [] };

interface ConsoleStore {
  readonly state: ConsoleState | null;
  readonly view: View;
  readonly pending: readonly Pending[];
  /** A fault of the program, not of the person. */
  readonly fault: Failure | null;
  readonly help: boolean;
  /** False: letters do nothing by themselves (WCAG 2.1.4). */
  readonly letters: boolean;
  /** What was typed at steps and not sent yet, by step and field. */
  readonly drafts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The plan in the making, and what was read from files for it; until the plan is made. */
  readonly plan: PlanWork;
  /** Ids of messages of which somebody said that they were seen, the last ones. */
  readonly shown: readonly string[];
  /** What was last said to whoever listens instead of looking. */
  readonly said: string;
  /** Where a ceremony by screen and camera has led the window last (optical/next.ts): it leads to nothing twice. */
  readonly led: string | null;
  /** The camera that somebody chose; null: the first. */
  readonly camera: string | null;
}

export const useConsole = create<ConsoleStore>()(() => ({
  state: null,
  view: { screen: 'home' },
  pending: [],
  fault: null,
  help: false,
  letters: true,
  drafts: {},
  plan: NO_PLAN,
  shown: [],
  said: '',
  led: null,
  camera: null,
}));
const set = useConsole.setState;
const get = useConsole.getState;

/** Opens a screen, and remembers it for the next start where that makes sense. */
export function go(view: View): void {
  set({ view });
  const place = placeOf(view);
  if (place !== null && get().state !== null) void invoke('place:set', place);
}
export const goHome = (): void => {
  go({ screen: 'home' });
};
export const setHelp = (help: boolean): void => {
  set({ help });
};
export const setLetters = (letters: boolean): void => {
  set({ letters });
};
/** More than are ever to be shown at a time. */
const MOST_SHOWN = 500;
/** A message that was seen by whom it is for. */
export const markShown = (id: string): void => {
  set({ shown: [...get().shown.filter((other) => other !== id), id].slice(-MOST_SHOWN) });
};
export const say = (said: string): void => {
  set({ said });
};
export const forgetFault = (): void => {
  set({ fault: null });
};
/** Keeps what was typed at a step while the person looks elsewhere; null forgets it. */
export function draft(step: string, answers: Readonly<Record<string, string>> | null): void {
  const others = Object.entries(get().drafts).filter(([other]) => other !== step);
  set({ drafts: Object.fromEntries(answers === null ? others : [...others, [step, answers]]) });
}

/** Keeps the plan in the making while the person looks elsewhere; null forgets it. */
export function planWork(changed: Partial<PlanWork> | null): void {
  set({ plan: changed === null ? NO_PLAN : { ...get().plan, ...changed } });
}

/** Asks the program, and shows that it works. Faults of the program are shown at the top of the window. */
export async function call<C extends InvokeChannel>(
  channel: C,
  input: InvokeInput<C>,
  what: string,
): Promise<Result<InvokeOutput<C>>> {
  const mine: Pending = { id: (get().pending.at(-1)?.id ?? 0) + 1, what, since: Date.now() };
  set({ pending: [...get().pending, mine] });
  const result = await invoke(channel, input);
  set({ pending: get().pending.filter((other) => other !== mine) });
  if (!result.ok && isFault(result.failure)) set({ fault: result.failure });
  return result;
}

/** True for a mistake of the program; false for what a person can put right. */
const isFault = ({ code }: Failure): boolean => code !== 'refused' && code !== 'bad-input';

export interface Action<C extends InvokeChannel> {
  readonly run: (input: InvokeInput<C>) => Promise<Result<InvokeOutput<C>>>;
  readonly busy: boolean;
  /** Why the last run was refused; null while it runs. */
  readonly failure: Failure | null;
}

/** One thing a screen can ask for, with its own refusal. A second run while the first is under way does nothing. */
export function useAction<C extends InvokeChannel>(channel: C, what: string): Action<C> {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const run = async (input: InvokeInput<C>): Promise<Result<InvokeOutput<C>>> => {
    setBusy(true);
    setFailure(null);
    const result = await call(channel, input, what);
    setBusy(false);
    if (!result.ok && !isFault(result.failure)) setFailure(result.failure);
    return result;
  };
  return { run, busy, failure };
}

/** Takes a state unless a newer one is here. */
export function take(state: ConsoleState): void {
  const known = get().state;
  if (known !== null && known.revision > state.revision) return;
  // What one person has typed is not for whoever unlocks next.
  const forgotten = state.phase === 'open' ? {} : { drafts: {} };
  set(known === null ? { state, view: state.place } : { state, ...forgotten });
}

/** Asks for the first state and listens for the next ones. Returns what ends it. */
export function connect(): () => void {
  const end = onState(take);
  void call('state:get', {}, 'Starting').then((result) => {
    if (result.ok) take(result.value);
  });
  return end;
}
