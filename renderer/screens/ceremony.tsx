/** A ceremony: the frame around its steps, its exceptions, its stop, and its result. */
import { useEffect, type ReactNode } from 'react';
import type { CeremonyState, ConsoleState, PartState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Footer } from '../frame/footer.tsx';
import { Header } from '../frame/header.tsx';
import { Screen } from '../frame/screen.tsx';
import { ScriptColumn } from '../frame/script-column.tsx';
import { SideColumn } from '../frame/side-column.tsx';
import { useKeys } from '../keys.ts';
import { go, goHome, say } from '../store.ts';
import { grouped, plural } from '../time.ts';
import { partOf } from '../views.ts';
import { ExceptionScreen } from './exception.tsx';
import { ResultScreen } from './result.tsx';
import { StepScreen } from './step.tsx';
import { ceremonyTitle, epochs, stepWords } from './steps.ts';
import { StopScreen } from './stop.tsx';

interface CeremonyView {
  readonly screen: 'ceremony' | 'exception' | 'stop';
  readonly ceremony: string;
  readonly role: string | null;
}

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
    Escape: () => {
      if (view.screen === 'ceremony') goHome();
      else go({ screen: 'ceremony', ceremony: ceremony.id, role: view.role });
    },
  });
  useAnnouncement(ceremony, part, at);
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
          <SideColumn ceremony={ceremony} part={part} />
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
  view,
  ceremony,
  part,
}: {
  readonly view: CeremonyView;
  readonly ceremony: CeremonyState;
  readonly part: PartState;
}): ReactNode {
  switch (view.screen) {
    case 'ceremony':
      return <StepScreen ceremony={ceremony} part={part} />;
    case 'exception':
      return <ExceptionScreen key={part.role} ceremony={ceremony} part={part} />;
    case 'stop':
      return <StopScreen key={part.role} ceremony={ceremony} part={part} />;
  }
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
        lead="It may still be read from the disk. If it does not appear, look for its plan in the courier’s folder."
        actions={
          <Button kind="main" keyHint="Escape" onPress={goHome}>
            To the first screen
          </Button>
        }
      />
    </div>
  );
}
