/** The plan is made: its four words, to be read aloud. */
import type { ReactNode } from 'react';
import type { InvokeOutput } from '../../electron/ipc/contract.ts';
import { Button } from '../design/button.tsx';
import { BigWords } from '../design/words-field.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { go, goHome } from '../store.ts';
import { READ_ALOUD } from './steps.ts';

export function PlanMadeScreen({ made }: { readonly made: InvokeOutput<'plan:make'> }): ReactNode {
  const open = (): void => {
    go({ screen: 'ceremony', ceremony: made.ceremony, role: null });
  };
  useKeys({ Escape: goHome });
  return (
    <Screen
      name="plan-made"
      title={READ_ALOUD.title}
      lead={`The plan lies in the courier’s folder. ${READ_ALOUD.lead}`}
      actions={
        <>
          {made.own ? (
            <Button kind="main" onPress={open}>
              To the ceremony
            </Button>
          ) : null}
          <Button icon="back" keyHint="Escape" kind={made.own ? 'plain' : 'main'} onPress={goHome}>
            To the first screen
          </Button>
          <p className="action-note">
            {made.own
              ? 'The words stay on the screen of the ceremony.'
              : 'This laptop has no part in it. Write the words down before you leave this screen.'}
          </p>
        </>
      }
    >
      <BigWords words={made.code} label="Words of the plan" />
    </Screen>
  );
}
