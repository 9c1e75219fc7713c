/** The plan is made: its four words, to be read aloud. */
import type { ReactNode } from 'react';
import type { InvokeOutput } from '../../electron/ipc/contract.ts';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { BigWords } from '../design/words-field.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { viewOf } from '../optical/flow.ts';
import { outgoingOf, showSubject } from '../optical/outgoing.ts';
import { go, goHome } from '../store.ts';
import { CeremonyDocuments } from './ceremony-documents.tsx';
import { READ_ALOUD } from './steps.ts';

export function PlanMadeScreen({
  state,
  made,
}: {
  readonly state: ConsoleState;
  readonly made: InvokeOutput<'plan:make'>;
}): ReactNode {
  const open = (): void => {
    go({ screen: 'ceremony', ceremony: made.ceremony, role: null });
  };
  const byCamera = state.courier?.by === 'camera';
  const subject = `plan ${made.ceremony}`;
  const show = (): void => {
    // Who administers it shows it in the ceremony; everybody else, outside of it.
    if (outgoingOf(state, subject) === undefined && made.own) go(viewOf(made.ceremony, 'show'));
    else showSubject(subject, { screen: 'plan-made', made });
  };
  useKeys({ Escape: goHome, s: byCamera ? show : undefined });
  return (
    <Screen
      name="plan-made"
      title={READ_ALOUD.title}
      lead={`${byCamera ? 'Show the plan to everybody, and read its words.' : 'The plan lies in the courier’s folder.'} ${READ_ALOUD.lead}`}
      actions={
        <>
          {byCamera ? (
            <Button kind="main" keyHint="S" onPress={show}>
              Show the plan
            </Button>
          ) : null}
          {made.own ? (
            <Button kind={byCamera ? 'plain' : 'main'} onPress={open}>
              To the ceremony
            </Button>
          ) : null}
          <Button
            icon="back"
            keyHint="Escape"
            kind={made.own || byCamera ? 'plain' : 'main'}
            onPress={goHome}
          >
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
      <CeremonyDocuments
        ceremony={state.ceremonies.find(({ id }) => id === made.ceremony)}
        from={{ screen: 'plan-made', made }}
      />
    </Screen>
  );
}
