/** What a plan says, for those who decide about it. */
import type { ReactNode } from 'react';
import type { BoardRow, CeremonyState } from '../../electron/ipc/state.ts';
import { BACKUP_WORDS, epochs } from './steps.ts';

export const periodWords = (days: number | null): string =>
  days === null ? 'on demand' : `every ${days} days`;

const isHolder = ({ role }: BoardRow): boolean => role.startsWith('holder-');

export function PlanFacts({ ceremony }: { readonly ceremony: CeremonyState }): ReactNode {
  const labels = [...new Set(ceremony.backups.map(({ kind, label }) => `${label} (${BACKUP_WORDS[kind]})`))];
  return (
    <ul className="evidence card" aria-label="What the plan says">
      <Said label="Key">
        {ceremony.keyName} ({ceremony.suite})
      </Said>
      <Said label="What happens">
        {ceremony.kind === 'refresh' ? 'Refresh' : 'Key generation'}, {epochs(ceremony)}
      </Said>
      <Said label="Holders">
        {ceremony.threshold} of {ceremony.holders} sign together
      </Said>
      {ceremony.replaced.map((index) => (
        <Said key={index} label="Another laptop">
          Holder {index} comes with another laptop than the key record names. Hear from that person that the
          old one was lost.
        </Said>
      ))}
      {peopleOf(ceremony).map(({ titles, name, words }) => (
        <Said key={words} label={titles}>
          {name} · <span className="mono">{words}</span>
        </Said>
      ))}
      <Said label="Approvals needed">{ceremony.approvalsNeeded}</Said>
      <Said label="Backups">
        {ceremony.backups.length === 0 ? 'none' : `${ceremony.backups.length}: ${labels.join(', ')}`}
      </Said>
      <Said label="Refreshed again">{periodWords(ceremony.cryptoperiod)}</Said>
    </ul>
  );
}

/** Everybody in the plan, holders first; somebody with several roles once. */
function peopleOf({ board }: CeremonyState): { titles: string; name: string; words: string }[] {
  const people = new Map<string, { titles: string; name: string; words: string }>();
  for (const { title, name, words } of [...board].sort((a, b) => Number(isHolder(b)) - Number(isHolder(a)))) {
    const key = words.join(' ');
    const known = people.get(key);
    people.set(key, { titles: known === undefined ? title : `${known.titles}, ${title}`, name, words: key });
  }
  return [...people.values()];
}

function Said({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    <li>
      <span className="evidence-label">{label}</span>
      <span className="evidence-said">{children}</span>
    </li>
  );
}
