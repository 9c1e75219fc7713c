/** Looks this laptop over before a ceremony. What only a person can tell, a person confirms. */
import { useState, type ReactNode } from 'react';
import type { PreflightCheck } from '../../electron/ipc/documents.ts';
import { Badge, type Tone } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Next, Refused } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { useLoad } from '../load.ts';
import { go, goHome } from '../store.ts';
import { clock, count, useNow } from '../time.ts';

type Answer = 'right' | 'wrong';
const STATES: Readonly<Record<PreflightCheck['state'], { readonly tone: Tone; readonly words: string }>> = {
  ok: { tone: 'done', words: 'in order' },
  attention: { tone: 'attention', words: 'look at it' },
  failed: { tone: 'stop', words: 'not in order' },
  ask: { tone: 'attention', words: 'you decide' },
};

/** What a check counts as after the person answered. */
function stateOf(check: PreflightCheck, answer: Answer | undefined): PreflightCheck['state'] {
  if (check.state !== 'ask' || answer === undefined) return check.state;
  return answer === 'right' ? 'ok' : 'failed';
}

/** A clock that nobody has compared yet is no reason to set it. */
const hasNext = (check: PreflightCheck, answer: Answer | undefined): boolean =>
  check.next !== null && (check.state === 'ask' ? answer === 'wrong' : check.state !== 'ok');

export function PreflightScreen(): ReactNode {
  const report = useLoad('preflight:run', {}, 'Looking the laptop over');
  const [answers, setAnswers] = useState<Partial<Record<PreflightCheck['id'], Answer>>>({});
  useKeys({ Escape: goHome });
  const checks = report.value?.checks ?? [];
  const open = checks.filter((check) => stateOf(check, answers[check.id]) !== 'ok').length;
  const title =
    report.value === undefined
      ? 'Looking this laptop over'
      : open === 0
        ? 'This laptop is ready'
        : `${count(open, 'thing')} to look at`;
  return (
    <Screen
      name="preflight"
      title={title}
      lead="Before every ceremony. Nothing here is changed; it is only looked at."
      actions={
        <>
          <Button
            kind="main"
            onPress={() => {
              setAnswers({});
              report.again();
            }}
          >
            Look again
          </Button>
          <Button
            icon="camera"
            onPress={() => {
              go({ screen: 'link', from: { screen: 'preflight' } });
            }}
          >
            Try screen and camera
          </Button>
          <Button icon="back" keyHint="Escape" onPress={goHome}>
            To the first screen
          </Button>
          <p className="action-note">
            {report.value === undefined ? '' : `Looked at ${clock(report.value.at)} UTC.`}
          </p>
        </>
      }
    >
      <Refused failure={report.failure} />
      <ul className="card lines">
        {checks.map((check) => (
          <CheckLine
            key={check.id}
            check={check}
            answer={answers[check.id]}
            onAnswer={(answer) => {
              setAnswers({ ...answers, [check.id]: answer });
            }}
          />
        ))}
      </ul>
    </Screen>
  );
}

/** What a person can answer to a check that only people can make. */
const ASKED: Partial<Record<PreflightCheck['id'], { readonly right: string; readonly wrong: string }>> = {
  clock: { right: 'The clock is right', wrong: 'The clock is wrong' },
  software: { right: 'The words are the same', wrong: 'The words differ' },
};

interface LineProps {
  readonly check: PreflightCheck;
  readonly answer: Answer | undefined;
  readonly onAnswer: (answer: Answer) => void;
}

function CheckLine({ check, answer, onAnswer }: LineProps): ReactNode {
  const { tone, words } = STATES[stateOf(check, answer)];
  const asked = ASKED[check.id];
  return (
    <li className="line check-line" data-check={check.id}>
      <div className="line-words">
        <h2 className="check-title">{check.title}</h2>
        <p className="quiet">{check.found}</p>
        {check.id === 'clock' ? <WallClock /> : null}
        {asked === undefined || check.state !== 'ask' ? null : (
          <div className="row">
            {(['right', 'wrong'] as const).map((one) => (
              <Button
                key={one}
                pressed={answer === one}
                onPress={() => {
                  onAnswer(one);
                }}
              >
                {asked[one]}
              </Button>
            ))}
          </div>
        )}
        {hasNext(check, answer) ? <Next>{check.next}</Next> : null}
      </div>
      <Badge tone={tone}>{words}</Badge>
    </li>
  );
}

function WallClock(): ReactNode {
  const now = new Date(useNow());
  const local = now.toLocaleTimeString('en-GB');
  return (
    <p className="wall-clock">
      <span className="wall-time mono">{now.toISOString().slice(11, 19)}</span> UTC, which is{' '}
      <span className="mono">{local}</span> here, on {now.toISOString().slice(0, 10)}. Compare it with a clock
      on the wall.
    </p>
  );
}
