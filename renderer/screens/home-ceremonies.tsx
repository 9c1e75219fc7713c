/** Ceremonies of this laptop: those that go on, with what they wait for, and those that are over. */
import type { ReactNode } from 'react';
import type { CeremonyState } from '../../electron/ipc/state.ts';
import { Badge, RehearsalMark } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { go } from '../store.ts';
import { day } from '../time.ts';
import { needsPerson, partOf } from '../views.ts';
import { ceremonyTitle, epochs } from './steps.ts';

export function CeremonyList({
  ceremonies,
  over = false,
  main = true,
}: {
  readonly ceremonies: readonly CeremonyState[];
  readonly over?: boolean;
  /** False where the screen has its main button elsewhere. */
  readonly main?: boolean;
}): ReactNode {
  if (ceremonies.length === 0) return null;
  // What this laptop's person is asked for comes first.
  const urgent = over ? undefined : ceremonies.find((ceremony) => ceremony.parts.some(needsPerson));
  return (
    <Card title={over ? 'Ceremonies that are over' : 'Ceremonies in progress'}>
      <ul className="lines">
        {ceremonies.map((ceremony) => (
          <li key={ceremony.id} className="line">
            <div className="line-words">
              <p className="line-title">
                {ceremonyTitle(ceremony)} {ceremony.rehearsal ? <RehearsalMark /> : null}
              </p>
              <p className="quiet">
                {epochs(ceremony)} · planned {day(ceremony.created)}
                {ceremony.parts.length === 1 ? ` · ${ceremony.parts[0]?.title ?? ''}` : ''}
              </p>
            </div>
            <Standing ceremony={ceremony} />
            <Button
              kind={over ? 'quiet' : ceremony === urgent && main ? 'main' : 'plain'}
              name={`${over ? 'Open the result' : 'Continue'}: ${ceremonyTitle(ceremony)}, ${epochs(ceremony)}`}
              onPress={() => {
                go({ screen: 'ceremony', ceremony: ceremony.id, role: null });
              }}
            >
              {over ? 'Open the result' : 'Continue'}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Standing({ ceremony }: { readonly ceremony: CeremonyState }): ReactNode {
  if (ceremony.finished)
    return ceremony.outcome === 'aborted' ? (
      <Badge tone="attention">ended, nothing changed</Badge>
    ) : (
      <Badge tone="done">complete</Badge>
    );
  if (ceremony.parts.some((part) => part.refusal !== null)) return <Badge tone="stop">cannot go on</Badge>;
  if (ceremony.parts.some(needsPerson)) return <Badge tone="attention">your turn</Badge>;
  const whom = partOf(ceremony, null)?.current?.waitingFor ?? [];
  const [first] = whom;
  if (first === undefined) return <Badge tone="later">this laptop works</Badge>;
  return (
    <Badge tone="later">
      waits for {first.who}
      {whom.length > 1 ? ` and ${whom.length - 1} more` : ''}
    </Badge>
  );
}
