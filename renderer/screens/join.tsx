/** Waits for a plan that names this laptop. */
import type { ReactNode } from 'react';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { Refused } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { go, goHome, useAction } from '../store.ts';
import { clock, plural } from '../time.ts';
import { needsPerson } from '../views.ts';
import { CourierNeeded } from './courier-needed.tsx';
import { CeremonyList } from './home-ceremonies.tsx';

export function JoinScreen({ state }: { readonly state: ConsoleState }): ReactNode {
  const look = useAction('courier:look', 'Looking into the courier’s folder');
  const open = state.ceremonies.filter((ceremony) => !ceremony.finished);
  // The one that waits for a person here; most likely it has just arrived.
  const first = open.find((ceremony) => ceremony.parts.some(needsPerson)) ?? open[0];
  const ready = state.courier?.state === 'ready';
  const byCamera = state.courier?.by === 'camera';
  const scan = (): void => {
    go({ screen: 'scan', ceremony: null, from: { screen: 'join' } });
  };
  useKeys({ Escape: goHome, c: byCamera ? scan : undefined });
  return (
    <Screen
      name="join"
      title={open.length === 0 ? 'No plan names this laptop yet' : 'A plan names this laptop'}
      lead={
        open.length === 0
          ? byCamera
            ? 'Scan the plan from the administrator’s screen.'
            : 'Put the stick in that the administrator gave you. This screen finds the plan by itself; nothing to press.'
          : 'Open it. The first step compares the plan with the other people.'
      }
      actions={
        <>
          {first === undefined ? null : (
            <Button
              kind="main"
              onPress={() => {
                go({ screen: 'ceremony', ceremony: first.id, role: null });
              }}
            >
              Open the ceremony
            </Button>
          )}
          {byCamera ? (
            <Button kind={first === undefined ? 'main' : 'plain'} keyHint="C" off={!ready} onPress={scan}>
              Scan the plan
            </Button>
          ) : (
            <Button
              kind={first === undefined ? 'main' : 'plain'}
              off={look.busy || !ready}
              onPress={() => void look.run({})}
            >
              Look now
            </Button>
          )}
          <Button icon="back" keyHint="Escape" onPress={goHome}>
            To the first screen
          </Button>
          <p className="action-note">
            {ready && !byCamera
              ? `${plural(state.courier?.messages ?? 0, 'message')} in the courier’s folder.`
              : ''}
          </p>
        </>
      }
    >
      <CourierNeeded state={state} from={{ screen: 'join' }} />
      <Refused failure={look.failure} />
      <CeremonyList ceremonies={open} main={false} />
      {state.notices.length === 0 ? null : (
        <div className="not-projected">
          <Card title="What else was seen">
            <ul className="lines">
              {state.notices.map(({ id, at, sentence }) => (
                <li key={id} className="line">
                  <span className="mono quiet">{clock(at)}</span>
                  <span className="line-words">{sentence}</span>
                </li>
              ))}
            </ul>
          </Card>
        </div>
      )}
    </Screen>
  );
}
