/** How a ceremony ended: which epoch is live here, that the key is the same, and what is left to do. */
import type { ReactNode } from 'react';
import type { CeremonyState, ConsoleState } from '../../electron/ipc/state.ts';
import { Badge } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Card, Fact, Facts } from '../design/card.tsx';
import { HexWords } from '../design/hex-words.tsx';
import { Notice } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { toShow } from '../optical/flow.ts';
import { go, goHome } from '../store.ts';
import { day } from '../time.ts';
import { ExceptionList } from './exception.tsx';

export function ResultScreen({
  ceremony,
  state,
}: {
  readonly ceremony: CeremonyState;
  readonly state: ConsoleState;
}): ReactNode {
  const { record, abort, activeEpoch } = ceremony;
  const aborted = ceremony.outcome === 'aborted';
  // Somebody may have missed the last of it.
  const byCamera = state.courier?.by === 'camera' && ceremony.exchange.show.length > 0;
  const onShow = byCamera ? toShow(ceremony) : undefined;
  useKeys({ s: onShow });
  return (
    <Screen
      name="result"
      width="wide"
      title={resultTitle(ceremony)}
      lead={
        aborted
          ? ceremony.epochBefore === null
            ? 'No key was made. What was prepared is gone.'
            : `Nothing changed: epoch ${ceremony.epochBefore} stays in use. What was prepared is gone.`
          : activeEpoch === null
            ? 'This laptop holds no share of the key. Its part is done.'
            : `Epoch ${activeEpoch} is live on this laptop. Its part is done.`
      }
      actions={
        <>
          {record === null ? null : (
            <>
              <Button
                kind="main"
                icon="file"
                onPress={() => {
                  go({
                    screen: 'documents',
                    of: { record },
                    from: { screen: 'ceremony', ceremony: ceremony.id, role: null },
                  });
                }}
              >
                Make the documents
              </Button>
              <Button
                onPress={() => {
                  go({ screen: 'record', path: record });
                }}
              >
                Open the record
              </Button>
            </>
          )}
          {onShow === undefined ? null : (
            <Button keyHint="S" onPress={onShow}>
              Show it to everybody again
            </Button>
          )}
          <Button keyHint="Escape" icon="back" kind={record === null ? 'main' : 'plain'} onPress={goHome}>
            To the first screen
          </Button>
        </>
      }
    >
      {abort === null ? null : (
        <Notice tone="attention">
          <p>
            <strong>Why:</strong> {abort.reason}
          </p>
          {abort.culprit === null ? null : (
            <p>
              <strong>Who:</strong> {abort.culprit}
            </p>
          )}
          <p className="quiet small">Rule {abort.rule}</p>
        </Notice>
      )}
      <div className="two">
        <ToDo ceremony={ceremony} state={state} />
        <Card title="How the key stands">
          <Facts>
            <Fact label="Key">{ceremony.keyName}</Fact>
            <Fact label="Live on this laptop">
              {activeEpoch === null ? 'no share of it' : <Badge tone="done">epoch {activeEpoch}</Badge>}
            </Fact>
            <GroupKey ceremony={ceremony} />
            <Fact label="Exceptions">
              {ceremony.exceptions.length === 0 ? 'none' : ceremony.exceptions.length}
            </Fact>
            {record === null ? null : (
              <Fact label="Record" secret>
                <span className="mono path">{record}</span>
              </Fact>
            )}
          </Facts>
        </Card>
      </div>
      <ExceptionList exceptions={ceremony.exceptions} />
    </Screen>
  );
}

export function resultTitle({ outcome, kind, epoch }: CeremonyState): string {
  if (outcome === 'aborted') return 'Ended without a new epoch';
  return kind === 'refresh' ? `The key is refreshed: epoch ${epoch}` : `The key is made: epoch ${epoch}`;
}

function GroupKey({ ceremony }: { readonly ceremony: CeremonyState }): ReactNode {
  const { groupKeyBefore: before, groupKeyAfter: after } = ceremony;
  const same = before !== null && before === after;
  return (
    <>
      {before === null || same ? null : (
        <Fact label={after === null ? 'Group key' : 'Group key before'}>
          <HexWords hex={before} />
        </Fact>
      )}
      {after === null ? null : (
        <Fact label="Group key">
          {before === null ? null : (
            <Badge tone={same ? 'done' : 'stop'}>
              {same ? 'the same before and after' : 'not the same as before'}
            </Badge>
          )}
          <HexWords hex={after} />
        </Fact>
      )}
    </>
  );
}

/** What the laptop cannot do for people. */
function ToDo({
  ceremony,
  state,
}: {
  readonly ceremony: CeremonyState;
  readonly state: ConsoleState;
}): ReactNode {
  const isHolder = ceremony.parts.some((part) => part.role.startsWith('holder-'));
  const old = state.oldBackups.filter(
    ({ fingerprint, epoch }) => fingerprint === ceremony.fingerprint && epoch < ceremony.epoch,
  );
  const key = state.keys.find(({ fingerprint }) => fingerprint === ceremony.fingerprint);
  const steps =
    ceremony.outcome === 'aborted'
      ? [
          'Compare the records of all laptops, and agree on what happened.',
          'Make a new plan when you know. Until then the key works as before.',
        ]
      : [
          ...(old.length > 0
            ? [
                `Destroy the old backups: ${old.map(({ label }) => `“${label}”`).join(', ')}. Two people together, by ${day(old[0]?.deadline ?? '')}. Each stays on the first screen until they have said how.`,
              ]
            : []),
          ...(isHolder && ceremony.kind === 'refresh'
            ? [
                `Destroy what this laptop does not know of, by your own procedure: other copies of epoch ${ceremony.epochBefore ?? 0}, old bags, printouts, files the key was imported from.`,
              ]
            : []),
          ...(isHolder && ceremony.backups.length > 0
            ? ['Bring the new backups to their places, each in its bag.']
            : []),
          'Make the documents: the record is verified while they are made. File both.',
          ...(typeof key?.due === 'string' ? [`The next refresh is due on ${key.due.slice(0, 10)}.`] : []),
        ];
  return (
    <Card title="What to do next">
      <ol className="bullets numbered">
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </Card>
  );
}
