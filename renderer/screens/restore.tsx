/** A share from a backup, in four steps: what for and of which key, the backup, what it holds, and what comes next. */
import { useEffect, useState, type ReactNode } from 'react';
import type { RecordSummary } from '../../electron/ipc/documents.ts';
import type { RestoreVerdict } from '../../electron/ipc/restore.ts';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { useLoad } from '../load.ts';
import { call, go, say } from '../store.ts';
import type { View } from '../views.ts';
import { RestoreDone } from './restore-done.tsx';
import { RestoreFrom } from './restore-from.tsx';
import { RestoreVerdictStep } from './restore-verdict.tsx';
import { RestoreWhat } from './restore-what.tsx';

type Stage =
  | { readonly at: 'what' }
  | { readonly at: 'from'; readonly record: RecordSummary }
  | { readonly at: 'verdict' | 'done'; readonly record: RecordSummary; readonly verdict: RestoreVerdict };

const forget = (): void => {
  void call('restore:forget', {}, 'Erasing what was opened');
};

export function RestoreScreen({
  state,
  view,
}: {
  readonly state: ConsoleState;
  readonly view: Extract<View, { readonly screen: 'restore' }>;
}): ReactNode {
  const { drill } = view;
  const [stage, setStage] = useState<Stage>({ at: 'what' });
  const [read, setRead] = useState<readonly RecordSummary[]>([]);
  const [chosen, setChosen] = useState<string | null>(null);
  const list = useLoad('key:records', {}, 'Looking for records of keys', state.courier?.messages);
  // Whoever goes elsewhere leaves no share behind.
  useEffect(() => forget, []);
  if (stage.at === 'what')
    return (
      <RestoreWhat
        drill={drill}
        records={merged(list.value?.records ?? [], read)}
        failure={list.failure}
        chosen={chosen}
        byCamera={state.courier?.by === 'camera'}
        onDrill={(next) => {
          go({ screen: 'restore', drill: next });
        }}
        onChoose={setChosen}
        onRead={(record) => {
          setRead([...read, record]);
          setChosen(record.id);
        }}
        onScan={() => {
          go({ screen: 'scan', ceremony: null, from: view });
        }}
        onNext={(record) => {
          setStage({ at: 'from', record });
        }}
      />
    );
  const toFrom = (): void => {
    forget();
    setStage({ at: 'from', record: stage.record });
  };
  switch (stage.at) {
    case 'from':
      return (
        <RestoreFrom
          drill={drill}
          record={stage.record}
          onVerdict={(verdict) => {
            setStage({ at: 'verdict', record: stage.record, verdict });
            say(`The backup is good. Its share is that of holder ${verdict.index}.`);
          }}
          onBack={() => {
            setStage({ at: 'what' });
          }}
        />
      );
    case 'verdict':
      return (
        <RestoreVerdictStep
          verdict={stage.verdict}
          laptop={state.laptop?.name ?? ''}
          onStored={() => {
            setStage({ ...stage, at: 'done' });
            say('The share is stored.');
          }}
          onAgain={toFrom}
        />
      );
    case 'done':
      return <RestoreDone verdict={stage.verdict} />;
  }
}

/** Those that the program knows, and those that were read here since. */
function merged(known: readonly RecordSummary[], read: readonly RecordSummary[]): RecordSummary[] {
  const ids = new Set(known.map(({ id }) => id));
  const more = new Map(read.filter(({ id }) => !ids.has(id)).map((record) => [record.id, record]));
  return [...more.values(), ...known];
}
