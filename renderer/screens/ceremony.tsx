/** A ceremony: the frame around its steps, its exceptions, its stop, and its result. */
import { useEffect, useEffectEvent, type ReactNode } from 'react';
import type { CeremonyState, ConsoleState, PartState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Footer } from '../frame/footer.tsx';
import { Header } from '../frame/header.tsx';
import { Screen } from '../frame/screen.tsx';
import { ScriptColumn } from '../frame/script-column.tsx';
import { SideColumn } from '../frame/side-column.tsx';
import { useKeys } from '../keys.ts';
import { go, goHome, say, useConsole } from '../store.ts';
import { lead } from '../optical/flow.ts';
import { nextIn, nextKey } from '../optical/next.ts';
import { grouped, plural } from '../time.ts';
import { needsPerson, partOf, type View } from '../views.ts';
import { ExceptionScreen } from './exception.tsx';
import { ResultScreen } from './result.tsx';
import { ScanScreen } from './scan.tsx';
import { StepScreen } from './step.tsx';
import { ceremonyTitle, epochs, stepWords } from './steps.ts';
import { StopScreen } from './stop.tsx';

type CeremonyView = { readonly ceremony: string; readonly role: string | null } & (
  { readonly screen: 'ceremony' | 'exception' | 'stop' } | { readonly screen: 'scan'; readonly from: View }
);

export function CeremonyScreen({
  state,
  view,
}: {
  readonly state: ConsoleState;
  readonly view: CeremonyView;
}): ReactNode {
  const ceremony = state.ceremonies.find(({ id }) => id === view.ceremony);
  const part = ceremony === undefined ? undefined : partOf(ceremony, view.role);
  return ceremony === undefined || part === undefined ? (
    <Missing />
  ) : (
    <Ceremony state={state} view={view} ceremony={ceremony} part={part} />
  );
}

function Ceremony(props: {
  readonly state: ConsoleState;
  readonly view: CeremonyView;
  readonly ceremony: CeremonyState;
  readonly part: PartState;
}): ReactNode {
  const { state, view, ceremony, part } = props;
  const where = { ceremony: ceremony.id, role: part.role };
  const now = part.steps.findIndex((step) => step.state === 'now');
  const at = now < 0 ? part.steps.length : now + 1;
  const over = ceremony.finished && view.screen === 'ceremony';
  useKeys({
    F8: () => {
      go({ screen: 'exception', ...where });
    },
    F9: ceremony.finished
      ? undefined
      : () => {
          go({ screen: 'stop', ...where });
        },
    // The camera has its own way back.
    Escape:
      view.screen === 'scan'
        ? undefined
        : () => {
            if (view.screen === 'ceremony') goHome();
            else go({ screen: 'ceremony', ceremony: ceremony.id, role: view.role });
          },
  });
  useAnnouncement(ceremony, part, at);
  useLead(ceremony, part, state.courier?.by === 'camera' && view.screen === 'ceremony');
  return (
    <>
      <Header
        what={ceremonyTitle(ceremony)}
        sub={`${epochs(ceremony)} · ${part.title}`}
        rehearsal={ceremony.rehearsal}
        words={ceremony.code === null ? null : { label: 'plan code', words: ceremony.code }}
        underClock={over ? 'UTC · over' : `UTC · step ${at} of ${part.steps.length}`}
      />
      {over ? (
        <div className="columns">
          <ResultScreen ceremony={ceremony} state={state} />
        </div>
      ) : (
        <div className="columns columns-three">
          <Middle {...props} />
          <SideColumn ceremony={ceremony} part={part} view={view.screen} />
          <ScriptColumn part={part} />
        </div>
      )}
      <Footer
        facts={[
          `Key ${ceremony.fingerprint === null ? '' : `${grouped(ceremony.fingerprint.slice(0, 8))} `}“${ceremony.keyName}”`,
          `Threshold ${ceremony.threshold} of ${ceremony.holders}`,
          state.laptop?.custodian ?? part.title,
        ]}
      />
    </>
  );
}

function Middle({
  state,
  view,
  ceremony,
  part,
}: {
  readonly state: ConsoleState;
  readonly view: CeremonyView;
  readonly ceremony: CeremonyState;
  readonly part: PartState;
}): ReactNode {
  switch (view.screen) {
    case 'ceremony':
      return <StepScreen ceremony={ceremony} part={part} by={state.courier?.by ?? 'folder'} />;
    case 'exception':
      return <ExceptionScreen key={part.role} ceremony={ceremony} part={part} />;
    case 'stop':
      return <StopScreen key={part.role} ceremony={ceremony} part={part} />;
    case 'scan':
      return <ScanScreen key={ceremony.id} state={state} view={view} />;
  }
}

/**
 * Leads to what is to be shown or scanned next, once: whoever comes back to the step finds a button there. While a person
 * is asked for something, the window stays.
 */
function useLead(ceremony: CeremonyState, part: PartState, byCamera: boolean): void {
  const shown = useConsole((store) => store.shown);
  const led = useConsole((store) => store.led);
  const next = nextIn(ceremony, part, shown);
  const key = nextKey(ceremony, next);
  const isAsked = ceremony.parts.some(needsPerson);
  // An old ceremony that somebody looks at is not taken up again.
  const isOld = ceremony.finished && led?.startsWith(ceremony.id) !== true;
  const leads = byCamera && next !== 'step' && !isAsked && !isOld && key !== led;
  const act = useEffectEvent(() => {
    lead(ceremony, next);
  });
  useEffect(() => {
    if (leads) act();
  }, [leads, key]);
}

/** Says what changed, for those who do not see the heading change. */
function useAnnouncement(ceremony: CeremonyState, part: PartState, at: number): void {
  const { current } = part;
  const words = ceremony.finished
    ? ceremony.outcome === 'aborted'
      ? `The ceremony was ended without a new epoch.`
      : `The ceremony is complete. Epoch ${ceremony.epoch} is made.`
    : current === null
      ? `${part.title}: nothing is left to do.`
      : `${part.title}, step ${at} of ${part.steps.length}: ${stepWords(current.id)?.title ?? current.title}. ${
          current.actor === 'person'
            ? 'Your turn.'
            : current.waitingFor.length > 0
              ? `Waiting for ${plural(current.waitingFor.length, 'message')}.`
              : ''
        }`;
  useEffect(() => {
    say(words);
  }, [words]);
}

function Missing(): ReactNode {
  useKeys({ Escape: goHome });
  return (
    <div className="columns">
      <Screen
        name="ceremony"
        title="This ceremony is not open on this laptop"
        lead="It may still be read from the disk. If it does not appear, scan its plan, or look for it in the courier’s folder."
        actions={
          <Button kind="main" keyHint="Escape" onPress={goHome}>
            To the first screen
          </Button>
        }
      />
    </div>
  );
}
