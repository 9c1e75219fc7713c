/** A new ceremony: an editor that starts nearly finished, then a sheet to read over, then the plan. */
import { useEffect, useState, type ReactNode } from 'react';
import type { PlanCheck, PlanDraft } from '../../electron/ipc/documents.ts';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { useLoad } from '../load.ts';
import { call, goHome, planWork, useConsole } from '../store.ts';
import { PlanEditor } from './plan-editor.tsx';
import { current, firstDraft, leftOutWords, usable } from './plan-draft.ts';
import { PlanReview } from './plan-review.tsx';

export function PlanScreen({ state }: { readonly state: ConsoleState }): ReactNode {
  const rehearsal = state.laptop?.rehearsal ?? false;
  const messages = state.courier?.messages ?? 0;
  const cards = useLoad('card:list', {}, 'Reading the cards', messages);
  const records = useLoad('key:records', {}, 'Reading the records of keys', messages);
  const work = useConsole((store) => store.plan);
  // The draft that somebody wants to read over; another one has to be asked for again.
  const [wanted, setWanted] = useState<string>();
  const loaded = cards.value !== undefined && records.value !== undefined;
  const allCards = [...(cards.value?.cards ?? []), ...work.cards];
  const known = {
    cards: usable(allCards, rehearsal),
    leftOut: leftOutWords(allCards, rehearsal),
    records: current([...(records.value?.records ?? []), ...work.records], rehearsal),
  };
  const begun = work.draft ?? firstDraft(state, known);
  const draft = begun;
  const key = JSON.stringify(draft);
  const check = usePlanCheck(key, loaded);
  const reading = wanted === key && check?.problems.length === 0;
  const leave = (): void => {
    if (reading) setWanted(undefined);
    else goHome();
  };
  useKeys({ Escape: leave });
  if (!loaded)
    return (
      <Screen
        name="plan"
        title="New ceremony"
        lead={cards.failure?.message ?? records.failure?.message ?? 'Looking for cards and records of keys.'}
        actions={
          <Button icon="back" keyHint="Escape" kind="main" onPress={goHome}>
            To the first screen
          </Button>
        }
      />
    );
  return reading ? (
    <PlanReview draft={draft} known={known} check={check} onBack={leave} />
  ) : (
    <PlanEditor
      state={state}
      draft={draft}
      known={known}
      check={check}
      onChange={(changed) => {
        planWork({ draft: changed });
      }}
      onCard={(card) => {
        planWork({ cards: [...work.cards, card] });
      }}
      onOwnCard={cards.again}
      onRecord={(record) => {
        planWork({ records: [...work.records, record] });
      }}
      onAgain={
        work.draft === null
          ? null
          : () => {
              planWork(null);
            }
      }
      onRead={() => {
        setWanted(key);
      }}
    />
  );
}

/** Milliseconds without a change before the program looks at the draft. */
const PAUSE = 250;

/** What is wrong with the draft, given as JSON; undefined while that is not known for this draft. */
function usePlanCheck(key: string, ready: boolean): PlanCheck | undefined {
  const [checked, setChecked] = useState<{ readonly of: string; readonly check: PlanCheck }>();
  useEffect(() => {
    if (!ready) return undefined;
    let wanted = true;
    const timer = setTimeout(() => {
      void call('plan:check', JSON.parse(key) as PlanDraft, 'Checking the plan').then((result) => {
        if (wanted && result.ok) setChecked({ of: key, check: result.value });
      });
    }, PAUSE);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [key, ready]);
  return checked?.of === key ? checked.check : undefined;
}
