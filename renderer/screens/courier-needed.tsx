/** Stands on screens that need the courier's folder, while it cannot be used. */
import type { ReactNode } from 'react';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';
import { go } from '../store.ts';
import type { View } from '../views.ts';

export function CourierNeeded({
  state,
  from,
}: {
  readonly state: ConsoleState;
  readonly from: View;
}): ReactNode {
  const { courier } = state;
  if (courier?.state === 'ready') return null;
  return (
    <Notice tone="attention">
      <p>
        {courier === null
          ? 'No courier’s folder is chosen yet. That is where messages travel.'
          : (courier.sentence ??
            'The courier’s folder is not there. Put the stick in, or choose another folder.')}
      </p>
      <Button
        icon="folder"
        onPress={() => {
          go({ screen: 'courier', from });
        }}
      >
        Choose the courier’s folder
      </Button>
    </Notice>
  );
}
