/** The keys of the window, on one sheet. */
import type { ReactNode } from 'react';
import { Button, Key } from '../design/button.tsx';
import { Fact, Facts } from '../design/card.tsx';
import { Check } from '../design/choice.tsx';
import { Dialog } from '../design/dialog.tsx';
import { setHelp, setLetters, useConsole } from '../store.ts';

const KEYS: readonly (readonly [string, string])[] = [
  ['Tab', 'Next field or button'],
  ['Enter', 'Do what the big button says'],
  ['Esc', 'Back, or close what is open'],
  ['F1', 'This sheet'],
  ['F7', 'Projector view'],
  ['F8', 'Record an exception'],
  ['F9', 'Stop the ceremony'],
];
const LETTERS: readonly (readonly [string, string])[] = [
  ['S', 'Start a ceremony'],
  ['J', 'Join a ceremony'],
  ['E', 'Introduce this laptop'],
  ['V', 'Verify a record'],
  ['P', 'Preflight'],
  ['L', 'Lock'],
];

const CODES: readonly (readonly [string, string])[] = [
  ['S', 'Show codes'],
  ['C', 'Scan codes'],
  ['T', 'Try the camera again'],
  ['B', 'Beep on and off, while scanning'],
  ['Space', 'Pause, while showing'],
  ['← →', 'One code back or on, while paused'],
  ['− +', 'Less dense, denser'],
];

export function Help(): ReactNode {
  const letters = useConsole((store) => store.letters);
  const close = (): void => {
    setHelp(false);
  };
  return (
    <Dialog title="Keys" onClose={close}>
      <div className="stack">
        <div className="key-lists">
          <div>
            <h3>Everywhere</h3>
            <List keys={KEYS} />
          </div>
          <div>
            <h3>On the first screen, outside of fields</h3>
            <List keys={LETTERS} />
          </div>
          <div>
            <h3>By screen and camera, outside of fields</h3>
            <List keys={CODES} />
          </div>
        </div>
        <Check
          label="Letters work as keys"
          detail="Switch this off if a voice or a stray finger presses letters for you. Until the window closes."
          checked={letters}
          onChange={setLetters}
        />
        <Button kind="main" onPress={close}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}

function List({ keys }: { readonly keys: readonly (readonly [string, string])[] }): ReactNode {
  return (
    <Facts>
      {keys.map(([key, what]) => (
        <Fact key={key} label={what}>
          <Key>{key}</Key>
          <span className="hidden-words">{key}</span>
        </Fact>
      ))}
    </Facts>
  );
}
