/** What a plan says, for those who decide about it. */
import type { ReactNode } from 'react';
import type { CeremonyState } from '../../electron/ipc/state.ts';
import { Card, Fact, Facts } from '../design/card.tsx';
import { epochs } from './steps.ts';

export const periodWords = (days: number | null): string =>
  days === null ? 'on demand' : `every ${days} days`;

export function PlanFacts({ ceremony }: { readonly ceremony: CeremonyState }): ReactNode {
  const labels = [...new Set(ceremony.backups.map(({ label }) => label))];
  return (
    <Card title="What the plan says">
      <Facts>
        <Fact label="Key">
          {ceremony.keyName} ({ceremony.suite})
        </Fact>
        <Fact label="What happens">
          {ceremony.kind === 'refresh' ? 'Refresh' : 'Key generation'}, {epochs(ceremony)}
        </Fact>
        <Fact label="Threshold">
          {ceremony.threshold} of {ceremony.holders}
        </Fact>
        {ceremony.board.map((row) => (
          <Fact key={row.role} label={row.title}>
            {row.name}
            {row.own ? ' (this laptop)' : ''}
          </Fact>
        ))}
        <Fact label="Backups">
          {ceremony.backups.length === 0 ? 'none' : `${ceremony.backups.length}: ${labels.join(', ')}`}
        </Fact>
        <Fact label="Approvals needed">{ceremony.approvalsNeeded}</Fact>
        <Fact label="Refreshed again">{periodWords(ceremony.cryptoperiod)}</Fact>
      </Facts>
    </Card>
  );
}
