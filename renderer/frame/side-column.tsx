/** Whom we wait for, how this laptop stands, and the two ways out that are always there. */
import type { ReactNode } from 'react';
import type { CeremonyState, CourierState, PartState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Fact, Facts } from '../design/card.tsx';
import { CeremonyDocuments } from '../screens/ceremony-documents.tsx';
import { go, goHome, useAction, useConsole } from '../store.ts';
import { plural } from '../time.ts';
import type { View } from '../views.ts';
import { SideExchange } from './side-exchange.tsx';

interface SideProps {
  readonly ceremony: CeremonyState;
  readonly part: PartState;
  /** Which screen stands beside it. */
  readonly view: View['screen'];
}

export function SideColumn({ ceremony, part, view }: SideProps): ReactNode {
  const where = { ceremony: ceremony.id, role: part.role };
  const courier = useConsole((store) => store.state?.courier ?? null);
  return (
    <aside className="side" aria-label="Waiting for, and this laptop">
      <section className="side-who" aria-labelledby="side-waiting">
        <h2 id="side-waiting">Waiting for</h2>
        <Waiting part={part} />
      </section>
      {view === 'scan' || courier?.by !== 'camera' ? null : (
        <section className="side-exchange" aria-labelledby="side-exchange">
          <h2 id="side-exchange">Screen and camera</h2>
          <SideExchange ceremony={ceremony} />
        </section>
      )}
      <ThisLaptop ceremony={ceremony} courier={courier} view={view} />
      <div className="side-always">
        <CeremonyDocuments ceremony={ceremony} from={{ screen: 'ceremony', ...where }} />
        <Button icon="back" kind="quiet" onPress={goHome}>
          To the first screen
        </Button>
        <Button
          keyHint="F8"
          onPress={() => {
            go({ screen: 'exception', ...where });
          }}
        >
          Record an exception
        </Button>
        <Button
          keyHint="F9"
          kind="warn"
          onPress={() => {
            go({ screen: 'stop', ...where });
          }}
        >
          Stop the ceremony
        </Button>
      </div>
    </aside>
  );
}

function Waiting({ part }: Pick<SideProps, 'part'>): ReactNode {
  const { current } = part;
  const whom = current?.waitingFor ?? [];
  if (whom.length > 0)
    return (
      <div
        className="side-waiting"
        role="group"
        aria-labelledby="side-waiting"
        tabIndex={whom.length > 6 ? 0 : -1}
      >
        <Facts>
          {whom.map(({ who, what }) => (
            <Fact key={`${who} ${what}`} label={who}>
              {what}
            </Fact>
          ))}
        </Facts>
      </div>
    );
  const what = part.finished
    ? 'this role is done'
    : part.refusal !== null
      ? 'cannot go on'
      : current?.actor === 'person'
        ? 'your turn'
        : current?.actor === 'laptop'
          ? 'this laptop works'
          : 'the next message';
  return (
    <Facts>
      <Fact label="Nobody">{what}</Fact>
    </Facts>
  );
}

const COURIER_WORDS = { missing: 'not there', unreadable: 'cannot be used' } as const;

function ThisLaptop({
  ceremony,
  courier,
  view,
}: Pick<SideProps, 'ceremony' | 'view'> & { readonly courier: CourierState | null }): ReactNode {
  const look = useAction('courier:look', 'Looking into the courier’s folder');
  return (
    <section className="side-laptop" aria-labelledby="side-laptop">
      <h2 id="side-laptop">This laptop</h2>
      <Facts>
        <NetworkFact />
        <CourierFact courier={courier} />
        <Fact label="Active epoch">{ceremony.activeEpoch ?? 'none yet'}</Fact>
        <Fact label="Exceptions">
          {ceremony.exceptions.length === 0 ? 'none' : ceremony.exceptions.length}
        </Fact>
      </Facts>
      {courier?.state === 'ready' && courier.by === 'folder' ? (
        <Button kind="quiet" off={look.busy} onPress={() => void look.run({})}>
          Look into the folder now
        </Button>
      ) : (
        <Button
          kind="quiet"
          icon="folder"
          onPress={() => {
            go({ screen: 'courier', from: { screen: 'ceremony', ceremony: ceremony.id, role: null } });
          }}
        >
          {courier?.by === 'camera' ? 'Use a folder or stick' : 'Choose the courier’s folder'}
        </Button>
      )}
      {view === 'scan' || courier?.by === 'camera' ? null : (
        <details className="more">
          <summary>Screen and camera</summary>
          <SideExchange ceremony={ceremony} />
        </details>
      )}
    </section>
  );
}

function CourierFact({ courier }: { readonly courier: CourierState | null }): ReactNode {
  const ready = courier?.state === 'ready';
  if (courier?.by === 'camera')
    return (
      <Fact label="Messages">
        <span className={ready ? 'side-ok' : 'side-attention'}>
          {ready ? '✓ screen and camera' : '◐ cannot be kept'}
        </span>
      </Fact>
    );
  return (
    <Fact label="Courier’s folder">
      <span className={ready ? 'side-ok' : 'side-attention'}>
        {courier === null
          ? '◐ not chosen'
          : courier.state === 'ready'
            ? `✓ ${plural(courier.messages, 'message')}`
            : `◐ ${COURIER_WORDS[courier.state]}`}
      </span>
    </Fact>
  );
}

/** Interfaces that are up. There should be none on a laptop that takes part in a ceremony. */
function NetworkFact(): ReactNode {
  const networks = useConsole((store) => store.state?.networks ?? null);
  const up = networks?.length ?? 0;
  return (
    <Fact label="Network">
      {networks === null ? (
        <span className="side-attention">◐ not known</span>
      ) : (
        <span className={up > 0 ? 'side-attention' : 'side-ok'}>
          {up > 0 ? `◐ up: ${networks.join(', ')}` : '✓ none'}
        </span>
      )}
    </Fact>
  );
}
