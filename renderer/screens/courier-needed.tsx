/** Stands on screens that need messages to travel, while they cannot. */
import type { ReactNode } from 'react';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Notice, Refused } from '../design/notice.tsx';
import { go, useAction } from '../store.ts';
import type { View } from '../views.ts';

export function CourierNeeded({
  state,
  from,
  words = 'Choose the courier’s folder',
}: {
  readonly state: ConsoleState;
  readonly from: View;
  /** Of the button. */
  readonly words?: string;
}): ReactNode {
  const { courier } = state;
  const camera = useAction('courier:camera', 'Taking up screen and camera');
  if (courier?.state === 'ready') return null;
  return (
    <Notice tone="attention">
      <div className="notice-row">
        <p>
          {courier === null
            ? 'How messages travel is not chosen yet: by screen and camera, or by a folder or stick. Nothing can begin without it.'
            : (courier.sentence ??
              'The courier’s folder is not there. Put the stick in, or choose another folder.')}
        </p>
        {courier === null ? (
          <Button icon="camera" off={camera.busy} onPress={() => void camera.run({})}>
            By screen and camera
          </Button>
        ) : null}
        <Button
          icon="folder"
          onPress={() => {
            go({ screen: 'courier', from });
          }}
        >
          {words}
        </Button>
      </div>
      <Refused failure={camera.failure} />
    </Notice>
  );
}
