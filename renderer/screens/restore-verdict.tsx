/** What a backup holds. After a drill that is all; of a restore it is what a person looks at before the share is stored. */
import type { ReactNode } from 'react';
import type { RestoreVerdict } from '../../electron/ipc/restore.ts';
import { Badge, RehearsalMark } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Card, Fact, Facts } from '../design/card.tsx';
import { Next, Notice, Refused } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { goHome, useAction } from '../store.ts';
import { grouped, moment } from '../time.ts';

const NAMES: Readonly<Record<RestoreVerdict['kind'], string>> = {
  file: 'a file (age)',
  'sealed-sheet': 'a sealed sheet',
  'plain-sheet': 'a plain sheet',
};

export function RestoreVerdictStep({
  verdict,
  laptop,
  onStored,
  onAgain,
}: {
  readonly verdict: RestoreVerdict;
  /** Its name. */
  readonly laptop: string;
  readonly onStored: () => void;
  /** To the backup again; what was opened is erased. */
  readonly onAgain: () => void;
}): ReactNode {
  const { id, index, keyName, epoch } = verdict;
  const store = useAction('restore:store', 'Storing the share');
  useKeys({ Escape: id === null ? goHome : onAgain });
  return (
    <Screen
      name="restore"
      focus="restore verdict"
      width={id === null ? 'middle' : 'wide'}
      title={id === null ? 'The backup is good' : `Store this share on “${laptop}”?`}
      lead={
        id === null
          ? `It holds holder ${index}’s share of “${keyName}”, epoch ${epoch}, and would restore. Nothing was stored.`
          : 'The backup is good, and nothing is stored yet. Compare the words first.'
      }
      actions={
        id === null ? (
          <>
            <Button kind="main" keyHint="Escape" onPress={goHome}>
              To the first screen
            </Button>
            <Button onPress={onAgain}>Try another backup</Button>
          </>
        ) : (
          <>
            <Button
              kind="main"
              off={store.busy}
              onPress={() =>
                void store.run({ id }).then((result) => {
                  if (result.ok) onStored();
                })
              }
            >
              Store the share on this laptop
            </Button>
            <Button icon="back" keyHint="Escape" onPress={onAgain}>
              Do not store it
            </Button>
          </>
        )
      }
    >
      <Refused failure={store.failure} />
      {id === null ? (
        <>
          <Card>
            <Found verdict={verdict} />
          </Card>
          <Notice tone="plain">
            <Next>put the backup back where it is kept, and note the drill in its custody log.</Next>
          </Notice>
        </>
      ) : (
        <div className="two">
          <Card title="What the backup holds">
            <Found verdict={verdict} />
          </Card>
          <Meaning verdict={verdict} />
        </div>
      )}
    </Screen>
  );
}

/** What is to be known before the share is stored. */
function Meaning({ verdict }: { readonly verdict: RestoreVerdict }): ReactNode {
  return (
    <Card title="What it means">
      <ul className="bullets">
        <li>The words stand on the sheet, and every holder of the key can read them to you.</li>
        {verdict.already ? (
          <li>This very share lies on this laptop already. Storing it again changes nothing.</li>
        ) : null}
        <li>{verdict.sealingKeyLost ?? 'The share signs, and this laptop can take part in a refresh.'}</li>
        <li>
          The lost laptop has the same share. Where it turns up, it is locked away until the others have
          decided.
        </li>
      </ul>
    </Card>
  );
}

function Found({ verdict }: { readonly verdict: RestoreVerdict }): ReactNode {
  const { keyName, fingerprint, words, index, holder, holders, threshold, epoch, suite } = verdict;
  return (
    <Facts>
      <Fact label="Key">
        {keyName} {verdict.rehearsal ? <RehearsalMark /> : null}
      </Fact>
      <Fact label="Words of the key">
        <span className="mono">{words.join(' ')}</span>
      </Fact>
      <Fact label="Holder">
        {index}
        {holder === null ? null : ` · ${holder}`}
      </Fact>
      <Fact label="Its share">
        <Badge tone="done">belongs to the public share of holder {index}</Badge>
      </Fact>
      <Fact label="Epoch">
        {epoch} · {threshold} of {holders} · {suite}
      </Fact>
      <Fact label="Opened">
        {NAMES[verdict.kind]}, {moment(verdict.at)}
      </Fact>
      <Fact label="Fingerprint">
        <span className="mono">{grouped(fingerprint)}</span>
      </Fact>
    </Facts>
  );
}
