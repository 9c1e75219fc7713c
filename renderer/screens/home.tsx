/** The first screen: how the keys of this laptop stand, what is going on, and what can be started. */
import type { ReactNode } from 'react';
import type { ConsoleState, KeyState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { call, go, useAction } from '../store.ts';
import { count, numeral } from '../time.ts';
import { needsPerson, type View } from '../views.ts';
import { CourierNeeded } from './courier-needed.tsx';
import { CeremonyList } from './home-ceremonies.tsx';
import { KeyTable } from './home-keys.tsx';
import { OldBackups } from './home-old-backups.tsx';
import { LaptopCards } from './home-laptop.tsx';
import { RestoreEntry } from './restore-entry.tsx';

interface Start {
  readonly key: string;
  readonly title: string;
  readonly detail: string;
  readonly view: View;
}
const START: readonly Start[] = [
  { key: 'S', title: 'Start a ceremony', detail: 'Refresh a key, or make one', view: { screen: 'plan' } },
  {
    key: 'J',
    title: 'Join a ceremony',
    detail: 'Look for a plan that names this laptop',
    view: { screen: 'join' },
  },
  { key: 'E', title: 'Introduce this laptop', detail: 'Make its enrolment card', view: { screen: 'card' } },
  {
    key: 'V',
    title: 'Verify a record',
    detail: 'For auditors too; needs no key',
    view: { screen: 'records' },
  },
];

/** Where messages travel by screen and camera. */
const SCAN: Start = {
  key: 'C',
  title: 'Scan codes',
  detail: 'Cards, records of keys and plans, from other screens',
  view: { screen: 'scan', ceremony: null, from: { screen: 'home' } },
};

/** The state of the laptop as one or two sentences. */
export function headline(keys: readonly KeyState[], waiting: number): string {
  const due = keys.filter((key) => key.dueState === 'overdue' || key.dueState === 'soon').length;
  const have = keys.length === 0 ? 'No key on this laptop.' : `${count(keys.length, 'key')} on this laptop.`;
  if (waiting === 1) return `${have} A ceremony waits for you.`;
  if (waiting > 1) return `${have} ${numeral(waiting)} ceremonies wait for you.`;
  if (keys.length === 0) return 'No key on this laptop yet.';
  if (due === 0) return `${have} None is due.`;
  if (due === keys.length && due > 1) return `${have} All are due.`;
  return `${have} ${numeral(due)} ${due === 1 ? 'is' : 'are'} due.`;
}

export function HomeScreen({ state }: { readonly state: ConsoleState }): ReactNode {
  const open = state.ceremonies.filter((ceremony) => !ceremony.finished);
  const waiting = open.filter((ceremony) => ceremony.parts.some(needsPerson)).length;
  const lock = useAction('vault:lock', 'Locking');
  const toPreflight = (): void => {
    go({ screen: 'preflight' });
  };
  const toLock = (): void => {
    void lock.run({});
  };
  const by = state.courier?.by ?? 'folder';
  const starts = by === 'camera' ? [...START, SCAN] : START;
  useKeys({
    ...Object.fromEntries(
      starts.map(({ key, view }) => [
        key.toLowerCase(),
        () => {
          go(view);
        },
      ]),
    ),
    p: toPreflight,
    l: toLock,
  });
  return (
    <Screen
      name="home"
      width="wide"
      title={headline(state.keys, waiting)}
      actions={
        <>
          <Button keyHint="P" onPress={toPreflight}>
            Preflight
          </Button>
          <Button keyHint="L" icon="lock" onPress={toLock}>
            Lock
          </Button>
          <p className="action-note">
            {state.laptop?.rehearsal === true
              ? 'This laptop rehearses: throw-away keys, and otherwise the real thing.'
              : 'Practise first: on a laptop set up for rehearsals everything is the same, with throw-away keys.'}
          </p>
        </>
      }
    >
      <CourierNeeded state={state} from={{ screen: 'home' }} words="Choose the folder" />
      <Notices state={state} />
      <OldBackups all={state.oldBackups} place="above" />
      <CeremonyList ceremonies={open} />
      {state.keys.length === 0 ? <FirstSteps /> : <KeyTable keys={state.keys} by={by} />}
      <OldBackups all={state.oldBackups} place="below" />
      <ul className="starts" aria-label="What can be started">
        {starts.map(({ key, title, detail, view }) => (
          <li key={key} className="start">
            <button
              type="button"
              className="start-button"
              aria-keyshortcuts={key}
              aria-describedby={`start-${key}`}
              onClick={() => {
                go(view);
              }}
            >
              {title}
            </button>
            <p id={`start-${key}`} className="start-detail">
              {detail}
            </p>
            <kbd className="key" aria-hidden="true">
              {key}
            </kbd>
          </li>
        ))}
      </ul>
      <RestoreEntry />
      <CeremonyList ceremonies={state.ceremonies.filter((ceremony) => ceremony.finished)} over />
      <LaptopCards state={state} />
    </Screen>
  );
}

function Notices({ state }: { readonly state: ConsoleState }): ReactNode {
  if (state.notices.length === 0) return null;
  return (
    <section className="stack-tight not-projected" aria-label="Notices">
      {state.notices.map(({ id, sentence }) => (
        <Notice key={id} tone="attention">
          <div className="notice-row">
            <p>{sentence}</p>
            <Button
              kind="quiet"
              name={`Dismiss: ${sentence.slice(0, 60)}`}
              onPress={() => void call('notice:dismiss', { id }, 'Putting the notice away')}
            >
              Dismiss
            </Button>
          </div>
        </Notice>
      ))}
    </section>
  );
}

function FirstSteps(): ReactNode {
  return (
    <p className="lead">
      Introduce this laptop to the others, then join the ceremony that makes a key or refreshes one. A key
      that was imported appears here by itself.
    </p>
  );
}
