/** A new ceremony: an editor that starts nearly finished, then a sheet to read over, then the plan. */
import { useEffect, useState, type ReactNode } from 'react';
import type { CardSummary, PlanCheck, PlanDraft, RecordSummary } from '../../electron/ipc/documents.ts';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { useLoad } from '../load.ts';
import { call, goHome } from '../store.ts';
import { PlanEditor } from './plan-editor.tsx';
import { current, firstDraft, leftOutWords, usable } from './plan-draft.ts';
import { PlanReview } from './plan-review.tsx';

export function PlanScreen({ state }: { readonly state: ConsoleState }): ReactNode {
  const rehearsal = state.laptop?.rehearsal ?? false;
  const messages = state.courier?.messages ?? 0;
  const cards = useLoad('card:list', {}, 'Reading the cards', messages);
  const records = useLoad('key:records', {}, 'Reading the records of keys', messages);
  const [extraCards, setExtraCards] = useState<readonly CardSummary[]>([]);
  const [extraRecords, setExtraRecords] = useState<readonly RecordSummary[]>([]);
  const [edited, setEdited] = useState<PlanDraft>();
  const [reading, setReading] = useState(false);
  const leave = (): void => {
    if (reading) setReading(false);
    else goHome();
  };
  useKeys({ Escape: leave });
  const loaded = cards.value !== undefined && records.value !== undefined;
  const allCards = [...(cards.value?.cards ?? []), ...extraCards];
  const known = {
    cards: usable(allCards, rehearsal),
    leftOut: leftOutWords(allCards, rehearsal),
    records: current([...(records.value?.records ?? []), ...extraRecords], rehearsal),
  };
  const draft = edited ?? firstDraft(state, known);
  const check = usePlanCheck(draft, loaded);
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
      onChange={setEdited}
      onCard={(card) => {
        setExtraCards([...extraCards, card]);
      }}
      onOwnCard={cards.again}
      onRecord={(record) => {
        setExtraRecords([...extraRecords, record]);
      }}
      onRead={() => {
        setReading(true);
      }}
    />
  );
}

/** Milliseconds without a change before the program looks at the draft. */
const PAUSE = 250;

/** What is wrong with the draft; undefined while that is not known for this draft. */
function usePlanCheck(draft: PlanDraft, ready: boolean): PlanCheck | undefined {
  const [checked, setChecked] = useState<{ readonly of: string; readonly check: PlanCheck }>();
  const key = JSON.stringify(draft);
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
