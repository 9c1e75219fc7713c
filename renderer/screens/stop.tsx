/** Stops the ceremony for everybody, or says why that is not possible any more. */
import { useState, type ReactNode } from 'react';
import type { CeremonyState, PartState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { Chips } from '../design/chips.tsx';
import { Field } from '../design/field.tsx';
import { Refused } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { go, useAction } from '../store.ts';

interface StopProps {
  readonly ceremony: CeremonyState;
  readonly part: PartState;
}

export function StopScreen({ ceremony, part }: StopProps): ReactNode {
  // Whoever may stop on this laptop speaks for it.
  const able = part.cannotStop === null ? part : ceremony.parts.find((other) => other.cannotStop === null);
  return able === undefined ? (
    <CannotStop ceremony={ceremony} part={part} />
  ) : (
    <CanStop ceremony={ceremony} part={able} />
  );
}

function useBack({ ceremony, part }: StopProps): () => void {
  return () => {
    go({ screen: 'ceremony', ceremony: ceremony.id, role: part.role });
  };
}

function CannotStop({ ceremony, part }: StopProps): ReactNode {
  const back = useBack({ ceremony, part });
  return (
    <Screen
      name="stop"
      width="column"
      role={part.role}
      above={<Chips chips={[{ words: part.title, acts: false }]} />}
      title="This role cannot stop the ceremony now"
      lead={part.cannotStop ?? ''}
      actions={
        <>
          <Button
            kind="main"
            keyHint="F8"
            onPress={() => {
              go({ screen: 'exception', ceremony: ceremony.id, role: part.role });
            }}
          >
            Record an exception instead
          </Button>
          <Button icon="back" keyHint="Escape" onPress={back}>
            Back to the ceremony
          </Button>
        </>
      }
    >
      <p>
        You can leave it where it is: close the window, lock the laptop, come back another day. An exception
        says what happened, and is in the record for everybody.
      </p>
    </Screen>
  );
}

function CanStop({ ceremony, part }: StopProps): ReactNode {
  const [reason, setReason] = useState('');
  const stop = useAction('ceremony:stop', 'Stopping the ceremony');
  const back = useBack({ ceremony, part });
  const off = stop.busy || reason.trim() === '';
  const before = ceremony.epochBefore;
  return (
    <Screen
      name="stop"
      width="column"
      role={part.role}
      above={<Chips chips={[{ words: `${part.title} signs`, acts: true }]} />}
      title="Stop the ceremony"
      lead="For everybody, and for good. The reason is signed and goes into the record."
      actions={
        <>
          <Button kind="danger" form="stop" off={off}>
            Stop it for everybody
          </Button>
          <Button icon="back" keyHint="Escape" onPress={back}>
            Back to the ceremony
          </Button>
        </>
      }
    >
      <Card>
        <ul className="bullets">
          <li>
            {before === null
              ? 'No key is made. Nothing was in use before.'
              : `Epoch ${before} stays in use on every laptop. It signs as before.`}
          </li>
          <li>
            What was prepared for epoch {ceremony.epoch} is discarded. To try again, somebody makes a new
            plan.
          </li>
          <li>
            If you are only in doubt, wait: nothing expires.{' '}
            <strong>An exception puts it on record and ends nothing</strong> (F8).
          </li>
        </ul>
      </Card>
      <Refused failure={stop.failure} />
      <form
        id="stop"
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (off) return;
          void stop.run({ ceremony: ceremony.id, role: part.role, reason: reason.trim() }).then((result) => {
            if (result.ok) back();
          });
        }}
      >
        <Field
          first
          label="Why it is stopped"
          hint="One sentence that everybody will read. The button works when it is there."
          value={reason}
          onChange={setReason}
        />
      </form>
    </Screen>
  );
}
