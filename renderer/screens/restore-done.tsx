/** The share is stored: what this laptop can do with it, and what is left to do for people. */
import type { ReactNode } from 'react';
import type { RestoreVerdict } from '../../electron/ipc/restore.ts';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { goHome } from '../store.ts';

export function RestoreDone({ verdict }: { readonly verdict: RestoreVerdict }): ReactNode {
  const { keyName, epoch, index, threshold, sealingKeyLost } = verdict;
  useKeys({ Escape: goHome });
  return (
    <Screen
      name="restore"
      focus="restore done"
      title="The share is back"
      lead={`This laptop holds holder ${index}’s share of “${keyName}”, epoch ${epoch}. The key is on the first screen.`}
      actions={
        <Button kind="main" keyHint="Escape" onPress={goHome}>
          To the first screen
        </Button>
      }
    >
      <Card title="What comes next">
        <ul className="bullets">
          <li>
            It signs: of the {threshold} who sign together, holder {index} can be one again.
          </li>
          {sealingKeyLost === null ? (
            <li>
              This laptop has an identity of its own. Introduce it: the others need its card for the next
              refresh.
            </li>
          ) : (
            <li>
              {sealingKeyLost} <strong>Tell whoever plans it.</strong>
            </li>
          )}
          <li>Put the backup back where it is kept. It is still the backup of this epoch.</li>
          <li>
            Say who restored it, when, and from what: in the custody log, and to the others. Where the lost
            laptop turns up, it is locked away until they have decided.
          </li>
        </ul>
      </Card>
    </Screen>
  );
}
