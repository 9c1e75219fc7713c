/** What others may have of a key, as a UR that their wallets read: over the whole window, with the text to compare. */
import { useId, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Refused } from '../design/notice.tsx';
import { useKeys } from '../keys.ts';
import { useLoad } from '../load.ts';
import { Codes } from '../optical/show/codes.tsx';
import { Density } from '../optical/show/controls.tsx';
import { clampDensity } from '../../optical/symbol/layout.ts';
import { Player } from '../optical/show/player.ts';
import { settingOf, useChosen } from '../optical/show/setting.ts';
import { ShowTop } from '../optical/show/top.tsx';
import { urFilm } from '../optical/show/ur-film.ts';
import { rateWords } from '../optical/show/words.ts';
import { go } from '../store.ts';
import type { View } from '../views.ts';

export function ExportScreen({
  state,
  view,
}: {
  readonly state: ConsoleState;
  readonly view: Extract<View, { readonly screen: 'export' }>;
}): ReactNode {
  const loaded = useLoad('ur:export', { of: view.of }, 'Reading what others may have');
  const id = useId();
  const [at, setAt] = useState(0);
  const [older, setOlder] = useState(false);
  const { optical, change } = useChosen(state.settings.optical);
  const [player] = useState(() => new Player());
  const playing = useSyncExternalStore(player.subscribe, player.get, player.get);
  const resource = loaded.value?.resources[at];
  const shown = older && resource?.older != null ? resource.older : resource;
  const { density, rate, codes } = settingOf(optical);
  const { room, refreshRate } = playing;
  const film = useMemo(
    () =>
      shown === undefined
        ? null
        : urFilm(shown.type, shown.cbor, { density, rate, codes }, { room, refreshRate }),
    [shown, density, rate, codes, room, refreshRate],
  );
  const isStill = film?.once === 1;
  const back = (): void => {
    go(view.from);
  };
  const pause = (): void => {
    player.setPaused(!playing.paused);
  };
  const denser = (by: 1 | -1) => (): void => {
    if (clampDensity(density + by) !== density) change({ density: density + by });
  };
  useKeys({
    Escape: back,
    Enter: back,
    ' ': isStill ? undefined : pause,
    '+': denser(1),
    '=': denser(1),
    '-': denser(-1),
    ArrowRight: playing.paused ? () => player.step(1) : undefined,
    ArrowLeft: playing.paused ? () => player.step(-1) : undefined,
  });
  const title =
    loaded.value === undefined ? 'For another wallet' : `“${loaded.value.keyName}” for another wallet`;
  return (
    <main className="show" data-screen="export">
      <ShowTop
        title={title}
        about={loaded.value?.about ?? ''}
        rehearsal={loaded.value?.rehearsal ?? state.laptop?.rehearsal ?? false}
      />
      <Codes player={player} film={film} label={`Code: ${resource?.title ?? ''}`}>
        <div className="show-words">
          {loaded.failure === undefined ? <p>Reading the key.</p> : <Refused failure={loaded.failure} />}
        </div>
      </Codes>
      <div className="show-bar">
        {resource === undefined ? null : (
          <>
            <div className="show-line">
              <p className="export-text mono">{resource.text ?? ''}</p>
              <p className="show-rate" role="status">
                {film === null ? '' : rateWords(film.layout)}
              </p>
            </div>
            {resource.condition === null ? null : <p className="show-small">{resource.condition}</p>}
          </>
        )}
        <div className="show-line show-acts">
          <div className="stepper">
            <label className="stepper-label" htmlFor={id}>
              What is shown
            </label>
            <select
              id={id}
              className="input export-what"
              value={at}
              onChange={(event) => {
                setAt(Number(event.target.value));
              }}
            >
              {(loaded.value?.resources ?? []).map((one, place) => (
                <option key={`${one.name} ${one.title}`} value={place}>
                  {one.title}
                </option>
              ))}
            </select>
          </div>
          {resource?.older == null ? null : (
            <Button
              pressed={older}
              onPress={() => {
                setOlder(!older);
              }}
            >
              For older wallets
            </Button>
          )}
          <Density optical={optical} change={change} />
          {isStill || film === null ? null : (
            <Button keyHint="Space" pressed={playing.paused} onPress={pause}>
              Pause
            </Button>
          )}
          <div className="show-end">
            <p className="show-until">{shown === undefined ? '' : `ur:${shown.type}`}</p>
            <Button kind="main" keyHint="Escape" icon="back" onPress={back}>
              Back
            </Button>
          </div>
        </div>
      </div>
    </main>
  );
}
