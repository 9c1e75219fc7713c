/** A message of this laptop as codes, over the whole window, until a person has seen that it has arrived. */
import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { Outgoing } from '../../electron/ipc/optical.ts';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Refused } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { goOn } from '../optical/flow.ts';
import { Codes } from '../optical/show/codes.tsx';
import { ceremonyOf, outgoingOf, useContent, type ShowView } from '../optical/show/content.ts';
import { Controls, Density } from '../optical/show/controls.tsx';
import { useFilm, type MessageFilm } from '../optical/show/film.ts';
import { clampDensity } from '../../optical/symbol/layout.ts';
import { Player, type PlayerState } from '../optical/show/player.ts';
import { settingOf, useChosen } from '../optical/show/setting.ts';
import { ShowTop } from '../optical/show/top.tsx';
import { elapsed, rateWords } from '../optical/show/words.ts';
import { go, markShown, say } from '../store.ts';
import { useNow } from '../time.ts';

interface ShowProps {
  readonly state: ConsoleState;
  readonly view: ShowView;
}

export function ShowScreen({ state, view }: ShowProps): ReactNode {
  const outgoing = outgoingOf(state, view);
  return outgoing === undefined ? (
    <NothingToShow view={view} />
  ) : (
    <Message state={state} view={view} outgoing={outgoing} />
  );
}

function Message({ state, view, outgoing }: ShowProps & { readonly outgoing: Outgoing }): ReactNode {
  const ceremony = ceremonyOf(state, view);
  const { optical, change, failure } = useChosen(state.settings.optical);
  const { content, failure: unread } = useContent(outgoing.id);
  const [player] = useState(() => new Player());
  const playing = useSyncExternalStore(player.subscribe, player.get, player.get);
  const film = useFilm(content, settingOf(optical), playing);
  const [isOpen, setOpen] = useState(false);
  const isStill = film?.once === 1;
  const { title } = outgoing;
  // What is due can change while it is on.
  useEffect(() => {
    say(`Now shown as codes: ${title}.`);
  }, [title]);
  const back = (): void => {
    go(view.from);
  };
  const done = (): void => {
    markShown(outgoing.id);
    if (ceremony === undefined || state.courier?.by !== 'camera') back();
    else goOn(ceremony.id);
  };
  const pause = (): void => {
    player.setPaused(!playing.paused);
  };
  const denser = (by: 1 | -1) => (): void => {
    const { density } = settingOf(optical);
    if (clampDensity(density + by) !== density) change({ density: density + by });
  };
  useKeys({
    Escape: back,
    Enter: done,
    ' ': isStill ? undefined : pause,
    '+': denser(1),
    // Where + needs Shift.
    '=': denser(1),
    '-': denser(-1),
    ArrowRight: playing.paused ? () => player.step(1) : undefined,
    ArrowLeft: playing.paused ? () => player.step(-1) : undefined,
  });
  return (
    <main className="show" data-screen="show">
      <ShowTop
        title={title}
        about={outgoing.about}
        rehearsal={ceremony?.rehearsal ?? state.laptop?.rehearsal ?? false}
        code={ceremony?.code ?? null}
      />
      <Codes player={player} film={film} label={`Codes: ${title}`}>
        <div className="show-words">
          {unread === null ? <p>Getting the message ready.</p> : <Refused failure={unread} />}
        </div>
      </Codes>
      <div className="show-bar">
        <Refused failure={failure} />
        <div className="show-line show-small">
          <Standing film={film} playing={playing} />
          <p className="show-hint not-projected">
            Turn this screen’s brightness up: a camera reads a bright screen better.
          </p>
        </div>
        {isOpen ? (
          <div className="show-line">
            <Controls optical={optical} change={change} />
          </div>
        ) : null}
        <div className="show-line show-acts">
          {isOpen ? null : <Density optical={optical} change={change} />}
          <Button
            expanded={isOpen}
            onPress={() => {
              setOpen(!isOpen);
            }}
          >
            Settings
          </Button>
          {isStill ? null : (
            <Button keyHint="Space" pressed={playing.paused} onPress={pause}>
              Pause
            </Button>
          )}
          <div className="show-end">
            <p className="show-until">{outgoing.until}</p>
            <Button keyHint="Escape" kind="quiet" icon="back" onPress={back}>
              Back
            </Button>
            <Button kind="main" keyHint="Enter" onPress={done}>
              Done
            </Button>
          </div>
        </div>
      </div>
    </main>
  );
}

/** What it came to, and for how long. How much the others have seen, this laptop cannot know. */
function Standing({
  film,
  playing,
}: {
  readonly film: MessageFilm | null;
  readonly playing: PlayerState;
}): ReactNode {
  const { paused, position, since, sentOnce, refreshRate } = playing;
  const isMoving = film !== null && film.once > 1;
  return (
    <>
      <p className="show-rate" role="status">
        {film === null
          ? ''
          : paused && isMoving
            ? `Paused at code ${(position ?? 0) + 1}. ← and → step through them.`
            : refreshRate === null && isMoving
              ? 'Looking how fast this display is.'
              : rateWords(film.layout)}
      </p>
      {isMoving ? (
        <span className="show-motion">The codes change all the time. Space stops them.</span>
      ) : null}
      {isMoving && since !== null ? <SoFar since={since} once={film.once} sentOnce={sentOnce} /> : null}
    </>
  );
}

/** Alone, so that a second that passes renders nothing else. */
function SoFar(props: {
  readonly since: number;
  readonly once: number;
  readonly sentOnce: boolean;
}): ReactNode {
  const time = elapsed(useNow() - props.since);
  return (
    <p>
      {props.sentOnce ? 'Sent once through' : 'First time through'} · {props.once} codes ·{' '}
      <span className="mono">{time}</span>
    </p>
  );
}

function NothingToShow({ view }: { readonly view: ShowView }): ReactNode {
  const back = (): void => {
    go(view.from);
  };
  useKeys({ Escape: back, Enter: back });
  return (
    <div className="columns">
      <Screen
        name="show"
        title="There is nothing to show now"
        lead="What was to be shown has changed, or nothing is due. The ceremony says what comes next."
        actions={
          <Button kind="main" icon="back" keyHint="Escape" onPress={back}>
            Back
          </Button>
        }
      />
    </div>
  );
}
