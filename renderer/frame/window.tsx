/** The whole window: which screen is on, and what every screen has around it. */
import { useLayoutEffect, type ReactNode } from 'react';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';
import { useKeys } from '../keys.ts';
import { CardScreen } from '../screens/card.tsx';
import { CeremonyScreen } from '../screens/ceremony.tsx';
import { CourierScreen } from '../screens/courier.tsx';
import { FirstStartScreen } from '../screens/first-start.tsx';
import { DocumentsScreen } from '../screens/documents.tsx';
import { ExportScreen } from '../screens/export.tsx';
import { HomeScreen } from '../screens/home.tsx';
import { JoinScreen } from '../screens/join.tsx';
import { LinkScreen } from '../screens/link.tsx';
import { OldBackupScreen } from '../screens/old-backup.tsx';
import { PlanMadeScreen } from '../screens/plan-made.tsx';
import { PlanScreen } from '../screens/plan.tsx';
import { PreflightScreen } from '../screens/preflight.tsx';
import { RecordScreen } from '../screens/record.tsx';
import { RecordsScreen } from '../screens/records.tsx';
import { RestoreScreen } from '../screens/restore.tsx';
import { ScanScreen } from '../screens/scan.tsx';
import { ShowScreen } from '../screens/show.tsx';
import { UnlockScreen } from '../screens/unlock.tsx';
import { call, forgetFault, setHelp, useConsole } from '../store.ts';
import type { View } from '../views.ts';
import { Busy } from './busy.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { Help } from './help.tsx';
import { Screen } from './screen.tsx';

export function Window(): ReactNode {
  const { state, view, help, said, fault } = useConsole();
  const projector = state?.settings.projector ?? false;
  const theme = state?.settings.theme ?? 'system';
  // Before a screen looks for room to put its focus.
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  useLayoutEffect(() => {
    document.documentElement.toggleAttribute('data-projector', projector);
    // Everything has moved; whoever types goes on typing.
    document.activeElement?.scrollIntoView({ block: 'nearest' });
  }, [projector]);
  useKeys({
    F1: () => {
      setHelp(true);
    },
    F7: () => {
      if (state !== null) void call('settings:set', { projector: !projector }, 'Changing the view');
    },
  });
  return (
    <div className="frame">
      {fault === null ? null : (
        <div className="fault">
          <Notice tone="attention" alert>
            <p>{fault.message}</p>
            {fault.next === null ? null : <p className="quiet">{fault.next}</p>}
            <Button kind="quiet" onPress={forgetFault}>
              Close this message
            </Button>
          </Notice>
        </div>
      )}
      {state === null ? <Starting /> : <Shown state={state} view={view} />}
      <Busy />
      {help ? <Help /> : null}
      <p className="hidden-words" aria-live="polite">
        {said}
      </p>
    </div>
  );
}

function Starting(): ReactNode {
  return (
    <div className="columns">
      <Screen name="unlock" title="Reseal" lead="Asking this laptop how it stands." />
    </div>
  );
}

/** The screen that a state and a place in the window give. */
export function Shown({ state, view }: { readonly state: ConsoleState; readonly view: View }): ReactNode {
  if (
    state.phase === 'open' &&
    (view.screen === 'ceremony' || view.screen === 'exception' || view.screen === 'stop')
  )
    return <CeremonyScreen state={state} view={view} />;
  // Codes take the whole window.
  if (state.phase === 'open' && view.screen === 'show') return <ShowScreen state={state} view={view} />;
  // A record needs no vault.
  if (view.screen === 'export' && (state.phase === 'open' || 'record' in view.of))
    return <ExportScreen state={state} view={view} />;
  if (state.phase === 'open' && view.screen === 'link') return <LinkScreen state={state} view={view} />;
  if (state.phase === 'open' && view.screen === 'scan' && view.ceremony !== null)
    return <CeremonyScreen state={state} view={{ ...view, ceremony: view.ceremony, role: null }} />;
  return (
    <>
      <PlainHeader state={state} />
      <div className="columns">
        <PlainScreen state={state} view={view} />
      </div>
      <Footer facts={[]} />
    </>
  );
}

function PlainHeader({ state }: { readonly state: ConsoleState }): ReactNode {
  const { laptop, software } = state;
  return (
    <Header
      what="Reseal"
      sub={laptop === null ? 'A laptop without a vault' : `Laptop “${laptop.name}” · ${laptop.custodian}`}
      rehearsal={laptop?.rehearsal ?? false}
      words={{ label: 'software digest', words: software.words }}
      underClock="UTC"
    />
  );
}

function PlainScreen({ state, view }: { readonly state: ConsoleState; readonly view: View }): ReactNode {
  // Records can be verified without a vault, and so by an auditor.
  if (view.screen === 'records') return <RecordsScreen />;
  if (view.screen === 'record') return <RecordScreen key={view.path} path={view.path} />;
  if (view.screen === 'documents' && (state.phase === 'open' || 'record' in view.of))
    return <DocumentsScreen of={view.of} from={view.from} />;
  if (state.phase === 'no-vault') return <FirstStartScreen />;
  if (state.phase === 'locked') return <UnlockScreen state={state} />;
  switch (view.screen) {
    case 'home':
    case 'ceremony':
    case 'exception':
    case 'stop':
    case 'show':
    case 'link':
    case 'export':
    case 'documents':
      return <HomeScreen state={state} />;
    case 'card':
      return <CardScreen state={state} />;
    case 'plan':
      return <PlanScreen state={state} />;
    case 'plan-made':
      return <PlanMadeScreen state={state} made={view.made} />;
    case 'join':
      return <JoinScreen state={state} />;
    case 'preflight':
      return <PreflightScreen />;
    case 'scan':
      return <ScanScreen state={state} view={view} />;
    case 'old-backup':
      return <OldBackupScreen key={view.backup} state={state} backup={view.backup} />;
    case 'restore':
      return <RestoreScreen state={state} view={view} />;
    case 'courier':
      return <CourierScreen state={state} from={view.from} />;
  }
}
