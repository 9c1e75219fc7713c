/** The ways to a share in a backup: from the first screen, and what to do first on a laptop that is new. */
import type { ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { go } from '../store.ts';

export function RestoreEntry(): ReactNode {
  return (
    <Card
      title="A share in a backup"
      aside={
        <div className="row">
          <Button
            onPress={() => {
              go({ screen: 'restore', drill: false });
            }}
          >
            Restore a share from a backup
          </Button>
          <Button
            onPress={() => {
              go({ screen: 'restore', drill: true });
            }}
          >
            Try a backup (drill)
          </Button>
        </div>
      }
    >
      <p className="quiet">
        After a loss, put a share back from its sheet or its file. Or see whether a backup is good: of a drill
        nothing is kept.
      </p>
    </Card>
  );
}

/** On a laptop without a vault. */
export function RestoreHint(): ReactNode {
  return (
    <p className="quiet">
      In place of a laptop that was lost: make this laptop’s vault first, then restore the share from its
      backup. The first screen has a button for that.
    </p>
  );
}
