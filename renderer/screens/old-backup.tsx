/** One old backup: two people say how they destroyed it, and this laptop signs what they said. */
import { useState, type ReactNode } from 'react';
import type { OldBackupState } from '../../electron/ipc/old-backups.ts';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { Notice } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { go, goHome, say } from '../store.ts';
import { count, useNow } from '../time.ts';
import { oldBackupId, OldBackupWords } from './home-old-backups.tsx';
import { OldBackupForm, useDestroyed } from './old-backup-form.tsx';

export function OldBackupScreen({
  state,
  backup,
}: {
  readonly state: ConsoleState;
  readonly backup: string;
}): ReactNode {
  // It is off the list once that is signed; the screen goes on to say so.
  const [shown] = useState(() => state.oldBackups.find((one) => oldBackupId(one) === backup));
  const [signed, setSigned] = useState<string | null>(null);
  useKeys({ Escape: goHome });
  if (shown === undefined) return <NotListed />;
  return signed === null ? (
    <Destroy
      backup={shown}
      custodian={state.laptop?.custodian ?? ''}
      onSigned={(path) => {
        setSigned(path);
        say('The statement is signed. This backup is off the list.');
      }}
    />
  ) : (
    <Signed
      backup={shown}
      path={signed}
      left={state.oldBackups.filter((one) => oldBackupId(one) !== backup)}
    />
  );
}

function Destroy({
  backup,
  custodian,
  onSigned,
}: {
  readonly backup: OldBackupState;
  readonly custodian: string;
  readonly onSigned: (path: string) => void;
}): ReactNode {
  const now = useNow(60_000);
  const destroyed = useDestroyed(backup, custodian, onSigned);
  return (
    <Screen
      name="old-backup"
      title="How was it destroyed?"
      lead="Two people destroy it together, then say so here. What is signed is what was done and who saw it; not that no other copy exists."
      actions={
        <>
          <Button kind="main" form={destroyed.form} keyHint="Enter" off={destroyed.busy}>
            Sign the statement
          </Button>
          <Button icon="back" keyHint="Escape" onPress={goHome}>
            Not yet: to the first screen
          </Button>
          <p className="action-note">Sign when it is gone, not before: a statement cannot be taken back.</p>
        </>
      }
    >
      <Card>
        <ul className="lines">
          <li className="line">
            <OldBackupWords backup={backup} now={now} />
          </li>
        </ul>
      </Card>
      <OldBackupForm backup={backup} destroyed={destroyed} />
    </Screen>
  );
}

function Signed({
  backup,
  path,
  left,
}: {
  readonly backup: OldBackupState;
  readonly path: string;
  readonly left: ConsoleState['oldBackups'];
}): ReactNode {
  const [next] = left;
  return (
    <Screen
      name="old-backup"
      focus="old-backup signed"
      title="Signed: it is off the list"
      lead={
        left.length === 0
          ? 'No old backup is left that this laptop knows of. What it does not know of is yours to find: copies, printouts, files that the key was imported from.'
          : `${count(left.length, 'old backup')} ${left.length === 1 ? 'is' : 'are'} left on the list.`
      }
      actions={
        <>
          {next === undefined ? null : (
            <Button
              kind="main"
              onPress={() => {
                go({ screen: 'old-backup', backup: oldBackupId(next) });
              }}
            >
              The next one
            </Button>
          )}
          <Button icon="back" kind={next === undefined ? 'main' : 'plain'} keyHint="Escape" onPress={goHome}>
            To the first screen
          </Button>
        </>
      }
    >
      <Notice tone="done">
        <p>
          “{backup.label}” of epoch {backup.epoch} of {backup.keyName} is destroyed, as two people have said.
        </p>
      </Notice>
      <Card title="The statement">
        <p className="mono path not-projected">{path}</p>
        <p className="quiet">Signed by this laptop. File it with the record of the ceremony.</p>
      </Card>
    </Screen>
  );
}

/** The list was changed meanwhile. */
function NotListed(): ReactNode {
  return (
    <Screen
      name="old-backup"
      title="This backup is not on the list"
      lead="Somebody has said already how it was destroyed, or its epoch is in use."
      actions={
        <Button kind="main" icon="back" keyHint="Escape" onPress={goHome}>
          To the first screen
        </Button>
      }
    />
  );
}
