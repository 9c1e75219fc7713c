/** Names the folder or stick on which messages travel. */
import type { ReactNode } from 'react';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { FolderPicker } from '../design/folder-picker.tsx';
import { Refused } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { go, useAction } from '../store.ts';
import type { View } from '../views.ts';

export function CourierScreen({
  state,
  from,
}: {
  readonly state: ConsoleState;
  readonly from: View;
}): ReactNode {
  const choose = useAction('courier:choose', 'Looking into the folder');
  const back = (): void => {
    go(from);
  };
  useKeys({ Escape: back });
  return (
    <Screen
      name="courier"
      width="wide"
      title="Which folder do messages travel in?"
      lead="A stick that goes from laptop to laptop, or a folder that all of them see. Whoever finds it learns nothing secret."
    >
      <Refused failure={choose.failure} />
      <FolderPicker
        start={state.courier?.state === 'ready' ? state.courier.path : null}
        wants="folder"
        toWrite
        take="Use this folder"
        busy={choose.busy}
        onTake={(path) =>
          void choose.run({ path }).then((result) => {
            if (result.ok) back();
          })
        }
        onCancel={back}
      />
    </Screen>
  );
}
