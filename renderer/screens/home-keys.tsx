/** The keys of this laptop, one a line. */
import type { ReactNode } from 'react';
import type { CourierState, KeyState } from '../../electron/ipc/state.ts';
import { Badge } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { Refused } from '../design/notice.tsx';
import { Table } from '../design/table.tsx';
import { showSubject } from '../optical/outgoing.ts';
import { go, say, useAction } from '../store.ts';
import { day, dueWords, grouped, useNow } from '../time.ts';
import { periodWords } from './step-plan.tsx';

export function KeyTable({
  keys,
  by,
}: {
  readonly keys: readonly KeyState[];
  readonly by: CourierState['by'];
}): ReactNode {
  const show = useAction('key:show', 'Showing the record of the key');
  const now = useNow(60_000);
  return (
    <Card>
      <Refused failure={show.failure} />
      <Table caption="Keys on this laptop" head={['Key', 'Threshold', 'Epoch', 'Since', 'Due', '']}>
        {keys.map((key) => (
          <tr key={key.fingerprint}>
            <th scope="row">
              {key.name}
              <span className="key-prints mono">
                {grouped(key.fingerprint)} · {key.suite}
              </span>
            </th>
            <td>
              {key.threshold} of {key.holders}
              {key.index === null ? null : <span className="key-sub">holder {key.index}</span>}
            </td>
            <td>
              <strong>{key.epoch}</strong>
              {key.otherEpochs.map((other) => (
                <span key={other} className="key-sub">
                  also {other}
                </span>
              ))}
            </td>
            <td className="mono nowrap">{key.since === null ? 'not known' : day(key.since)}</td>
            <td>
              <Due keyState={key} now={now} />
            </td>
            <td>
              <Button
                kind="quiet"
                name={`Show its record: ${key.name}`}
                off={show.busy}
                onPress={() => {
                  void show.run({ fingerprint: key.fingerprint }).then((result) => {
                    if (!result.ok) return;
                    if (by === 'camera')
                      showSubject(`key ${key.fingerprint} ${key.epoch}`, { screen: 'home' });
                    else say(`The record of ${key.name} lies in the courier’s folder.`);
                  });
                }}
              >
                Show its record
              </Button>
              <Button
                kind="quiet"
                name={`Show to another wallet: ${key.name}`}
                onPress={() => {
                  go({ screen: 'export', of: { key: key.fingerprint }, from: { screen: 'home' } });
                }}
              >
                To another wallet
              </Button>
            </td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

function Due({ keyState, now }: { readonly keyState: KeyState; readonly now: number }): ReactNode {
  const words = dueWords(keyState, now);
  const period = keyState.cryptoperiod === null ? '' : ` · ${periodWords(keyState.cryptoperiod)}`;
  switch (keyState.dueState) {
    case 'overdue':
      return <Badge tone="stop">overdue {words}</Badge>;
    case 'soon':
      return (
        <Badge tone="attention">
          due {words}
          {period}
        </Badge>
      );
    case 'later':
      return (
        <Badge tone="later">
          {words}
          {period}
        </Badge>
      );
    case 'none':
      return <Badge tone="later">{words}</Badge>;
  }
}
