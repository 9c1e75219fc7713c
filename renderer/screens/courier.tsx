/** How messages travel: by screen and camera, or in a folder or on a stick, and which one. */
import { useState, type ReactNode } from 'react';
import type { ConsoleState, CourierState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Choice } from '../design/choice.tsx';
import { FolderPicker } from '../design/folder-picker.tsx';
import { Refused } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { go, useAction } from '../store.ts';
import type { View } from '../views.ts';

/** The two ways, in the words of every screen. */
export const WAYS: Readonly<Record<CourierState['by'], string>> = {
  camera: 'By screen and camera',
  folder: 'By folder or stick',
};

export function CourierScreen({
  state,
  from,
}: {
  readonly state: ConsoleState;
  readonly from: View;
}): ReactNode {
  const [by, setBy] = useState<CourierState['by']>(state.courier?.by ?? 'folder');
  const back = (): void => {
    go(from);
  };
  useKeys({ Escape: back });
  return (
    <Screen name="courier" width="wide" title="How do messages travel?" lead={LEADS[by]}>
      <Choice
        compact
        label="Messages travel"
        value={by}
        options={[
          { value: 'camera', label: WAYS.camera },
          { value: 'folder', label: WAYS.folder },
        ]}
        onChange={setBy}
      />
      {by === 'camera' ? <ByCamera onBack={back} /> : <ByFolder state={state} onBack={back} />}
    </Screen>
  );
}

const LEADS: Readonly<Record<CourierState['by'], string>> = {
  camera:
    'One laptop shows moving codes, the other looks at them with its camera. No cable, no stick. Whoever films the screen learns nothing secret.',
  folder:
    'A stick that goes from laptop to laptop, or a folder that all of them see. Whoever finds it learns nothing secret.',
};

function ByCamera({ onBack }: { readonly onBack: () => void }): ReactNode {
  const use = useAction('courier:camera', 'Taking up screen and camera');
  return (
    <>
      <Refused failure={use.failure} />
      <ul className="bullets">
        <li>Every laptop needs a camera. The administrator’s and another one stand screen to screen.</li>
        <li>What was shown and seen is kept in a folder of this laptop. Nobody has to carry anything.</li>
        <li>A folder or stick can be taken up at any time, in the middle of a ceremony too.</li>
      </ul>
      <div className="row">
        <Button
          kind="main"
          off={use.busy}
          onPress={() =>
            void use.run({}).then((result) => {
              if (result.ok) onBack();
            })
          }
        >
          Use screen and camera
        </Button>
        <Button onPress={onBack} keyHint="Escape">
          Cancel
        </Button>
      </div>
    </>
  );
}

function ByFolder({
  state,
  onBack,
}: {
  readonly state: ConsoleState;
  readonly onBack: () => void;
}): ReactNode {
  const choose = useAction('courier:choose', 'Looking into the folder');
  const { courier } = state;
  return (
    <>
      <Refused failure={choose.failure} />
      <FolderPicker
        start={courier?.by === 'folder' && courier.state === 'ready' ? courier.path : null}
        wants="folder"
        toWrite
        take="Use this folder"
        busy={choose.busy}
        onTake={(path) =>
          void choose.run({ path }).then((result) => {
            if (result.ok) onBack();
          })
        }
        onCancel={onBack}
      />
    </>
  );
}
