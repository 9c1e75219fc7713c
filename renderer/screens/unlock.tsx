/** Locked: the passphrase opens the vault. */
import { useState, type ReactNode } from 'react';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { PassphraseField } from '../design/field.tsx';
import { Refused } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { go, useAction } from '../store.ts';

export function UnlockScreen({ state }: { readonly state: ConsoleState }): ReactNode {
  const [passphrase, setPassphrase] = useState('');
  // The field keeps what was typed to itself: a new one is empty.
  const [tries, setTries] = useState(0);
  const open = useAction('vault:open', 'Opening the vault');
  const { laptop } = state;
  return (
    <Screen
      name="unlock"
      title={laptop === null ? 'This laptop is locked' : `“${laptop.name}” is locked`}
      lead={`${laptop?.custodian ?? 'Its custodian'} has the passphrase. Opening takes a second or two, on purpose.`}
      actions={
        <>
          <Button kind="main" form="unlock" keyHint="Enter" off={open.busy}>
            Unlock
          </Button>
          <Button
            onPress={() => {
              go({ screen: 'records' });
            }}
          >
            Verify a record
          </Button>
        </>
      }
    >
      <form
        id="unlock"
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (open.busy || passphrase === '') return;
          void open.run({ passphrase }).then((result) => {
            setPassphrase('');
            setTries((before) => before + 1);
            if (!result.ok) setTimeout(() => document.querySelector<HTMLElement>('#unlock input')?.focus());
          });
        }}
      >
        <Refused failure={open.failure} />
        <PassphraseField
          key={tries}
          fresh={false}
          first
          label="Passphrase"
          value={passphrase}
          onChange={setPassphrase}
        />
      </form>
    </Screen>
  );
}
