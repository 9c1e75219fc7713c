/** The board: people by rounds, who has sent what and who is missing what. */
import type { ReactNode } from 'react';
import type { BoardRow, CeremonyState } from '../../electron/ipc/state.ts';
import { Table } from '../design/table.tsx';
import { clock } from '../time.ts';
import { ROUNDS } from './steps.ts';

type Mark = BoardRow['cells'][number];

/** The rounds that a role of this kind takes part in. */
const TURNS: Readonly<Record<string, readonly number[]>> = {
  approver: [0],
  holder: [1, 2, 3, 4],
  witness: [5],
  administrator: [],
};
const takesPart = ({ role }: BoardRow, round: number): boolean =>
  TURNS[role.replace(/-.*/, '')]?.includes(round) ?? true;
const isEmpty = (cell: Mark | undefined): boolean => cell === undefined || cell.state === 'none';

export function Board({ ceremony }: { readonly ceremony: CeremonyState }): ReactNode {
  const { board } = ceremony;
  if (board.length === 0) return null;
  // A round that nobody of this ceremony takes part in is no column.
  const shown = ROUNDS.map((title, at) => ({ title, at })).filter(({ at }) =>
    board.some((row) => takesPart(row, at) || !isEmpty(row.cells[at])),
  );
  return (
    <div className="card board">
      <Table compact caption="Who has sent what" head={['Who', ...shown.map(({ title }) => title)]}>
        {board.map((row) => (
          <tr key={row.role}>
            <th scope="row">
              {row.title} <span className="board-name">{row.name}</span>
              {row.own ? <span className="board-own">here</span> : null}
            </th>
            {shown.map(({ at }) => (
              <td key={at}>
                <Cell cell={row.cells[at]} theirs={takesPart(row, at)} />
              </td>
            ))}
          </tr>
        ))}
      </Table>
      <p className="board-marks">
        <span aria-hidden="true">✓</span> in the record at that time · <span aria-hidden="true">◐</span>{' '}
        arrived · <span aria-hidden="true">…</span> awaited · <span aria-hidden="true">–</span> not yet
      </p>
    </div>
  );
}

function Cell({ cell, theirs }: { readonly cell: Mark | undefined; readonly theirs: boolean }): ReactNode {
  switch (cell?.state) {
    case 'done':
      return (
        <Sent shape="✓" words={cell.at === null ? 'in' : clock(cell.at)} tone="done" said="in the record" />
      );
    case 'here':
      return (
        <Sent shape="◐" words={cell.at === null ? 'here' : clock(cell.at)} tone="attention" said="arrived" />
      );
    case 'due':
      return <Sent shape="…" words="" tone="due" said="awaited" />;
    case 'none':
    case undefined:
      return theirs ? <Sent shape="–" words="" tone="later" said="not yet" /> : null;
  }
}

function Sent(props: {
  readonly shape: string;
  readonly words: string;
  readonly tone: 'done' | 'attention' | 'due' | 'later';
  /** For those who listen. */
  readonly said: string;
}): ReactNode {
  return (
    <span className={`sent sent-${props.tone}`}>
      <span aria-hidden="true">{props.shape}</span>
      <span className="hidden-words">{props.said}</span>
      {props.words === '' ? null : <> {props.words}</>}
    </span>
  );
}
