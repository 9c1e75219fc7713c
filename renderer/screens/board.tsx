/** The board: people by rounds, who has sent what and who is missing what. */
import type { ReactNode } from 'react';
import type { BoardRow, CeremonyState } from '../../electron/ipc/state.ts';
import { Badge } from '../design/badge.tsx';
import { Card } from '../design/card.tsx';
import { Table } from '../design/table.tsx';
import { clock } from '../time.ts';
import { ROUNDS } from './steps.ts';

export function Board({ ceremony }: { readonly ceremony: CeremonyState }): ReactNode {
  const { board } = ceremony;
  if (board.length === 0) return null;
  // A round that nobody of this ceremony takes part in is no column.
  const rounds = ROUNDS.map((title, at) => ({ title, at })).filter(({ at }) =>
    board.some((row) => row.cells[at] !== undefined && row.cells[at].state !== 'none'),
  );
  const shown = rounds.length === 0 ? ROUNDS.map((title, at) => ({ title, at })) : rounds;
  return (
    <Card>
      <Table caption="Who has sent what" head={['Who', ...shown.map(({ title, at }) => `${at} ${title}`)]}>
        {board.map((row) => (
          <tr key={row.role}>
            <th scope="row">
              {row.title}
              <span className="board-name">
                {row.name}
                {row.own ? ' · this laptop' : ''}
              </span>
            </th>
            {shown.map(({ at }) => (
              <td key={at}>
                <Cell cell={row.cells[at]} />
              </td>
            ))}
          </tr>
        ))}
      </Table>
    </Card>
  );
}

function Cell({ cell }: { readonly cell: BoardRow['cells'][number] | undefined }): ReactNode {
  switch (cell?.state) {
    case 'done':
      return <Badge tone="done">{cell.at === null ? 'in' : clock(cell.at)}</Badge>;
    case 'here':
      return <Badge tone="attention">arrived</Badge>;
    case 'due':
      return <Badge tone="later">awaited</Badge>;
    case 'none':
    case undefined:
      return (
        <span className="quiet">
          <span aria-hidden="true">–</span>
          <span className="hidden-words">not yet</span>
        </span>
      );
  }
}
