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
  words = 'Choose the courier’s folder',
}: {
  readonly state: ConsoleState;
  readonly from: View;
  /** Of the button. */
  readonly words?: string;
}): ReactNode {
  const { courier } = state;
  if (courier?.state === 'ready') return null;
  return (
    <Notice tone="attention">
      <div className="notice-row">
        <p>
          {courier === null
            ? 'No courier’s folder is chosen yet. Messages travel on it; nothing can begin without it.'
            : (courier.sentence ??
              'The courier’s folder is not there. Put the stick in, or choose another folder.')}
        </p>
        <Button
          icon="folder"
          onPress={() => {
            go({ screen: 'courier', from });
          }}
        >
          {words}
        </Button>
      </div>
    </Notice>
  );
}
