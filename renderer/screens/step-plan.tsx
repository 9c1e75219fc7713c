/** What a plan says, for those who decide about it. */
import type { ReactNode } from 'react';
import type { BoardRow, CeremonyState } from '../../electron/ipc/state.ts';
import { BACKUP_WORDS, epochs, WHO_OPENS, type StepScene } from './steps.ts';

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
      {recipientSets(ceremony.backups).map(({ label, recipients }) => (
        <Said key={`${label} ${recipients.join(' ')}`} label={`Recipients of “${label}”`}>
          <RecipientList recipients={recipients} />
        </Said>
      ))}
      <Said label="Refreshed again">{periodWords(ceremony.cryptoperiod)}</Said>
    </ul>
  );
}

interface RecipientSet {
  readonly label: string;
  readonly recipients: readonly string[];
}

/** Who can open which backup; one entry where all holders have the same. */
export function recipientSets(backups: CeremonyState['backups']): readonly RecipientSet[] {
  const sets = new Map<string, RecipientSet>();
  for (const { label, recipients = [] } of backups)
    if (recipients.length > 0) sets.set(`${label} ${recipients.join(' ')}`, { label, recipients });
  return [...sets.values()];
}

/** Recipients in full, each on a line of its own, for comparing with the paper beside the recovery key. */
export function RecipientList({ recipients }: { readonly recipients: readonly string[] }): ReactNode {
  return (
    <span className="recipients">
      {recipients.map((one) => (
        <span key={one} className="mono recipient">
          {one}
        </span>
      ))}
      <span className="quiet">{WHO_OPENS}</span>
    </span>
  );
}

/** At the step that writes a backup to recipients: who they are. */
export function RecipientsOf({
  scene: { ceremony, part, current },
}: {
  readonly scene: StepScene;
}): ReactNode {
  const holder = Number(part.role.replace('holder-', ''));
  const backup = ceremony.backups.find((one) => one.holder === holder && one.label === current.about);
  return (
    <div>
      <p className="field-label">It opens with the key of</p>
      <RecipientList recipients={backup?.recipients ?? []} />
    </div>
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
