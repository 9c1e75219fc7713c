/** Two laptops face each other, show test codes and read the other's: what each direction can carry, measured. */
import { useEffect, useEffectEvent, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { OpticalSettings } from '../../electron/ipc/optical.ts';
import type { ConsoleState } from '../../electron/ipc/state.ts';
import { Watcher } from '../../optical/read/watcher.ts';
import { PRESETS, settingFor, type Preset } from '../../optical/symbol/presets.ts';
import { recommend, type Recommendation } from '../../optical/symbol/recommend.ts';
import type { LinkFrame, LinkReport } from '../../optical/wire/link.ts';
import { Button } from '../design/button.tsx';
import { Select } from '../design/field.tsx';
import { Refused } from '../design/notice.tsx';
import { useKeys } from '../keys.ts';
import { LinkSide, type Direction } from '../optical/link/side.tsx';
import { testFilm, type TestFilm } from '../optical/link/test-film.ts';
import { useCamera } from '../optical/camera/use-camera.ts';
import { settingWords, steady } from '../optical/link/words.ts';
import { PRESET_NAMES } from '../optical/preset-names.ts';
import { Codes } from '../optical/show/codes.tsx';
import { Player } from '../optical/show/player.ts';
import { ShowTop } from '../optical/show/top.tsx';
import { go, say, useAction } from '../store.ts';
import type { View } from '../views.ts';

interface LinkProps {
  readonly state: ConsoleState;
  readonly view: Extract<View, { readonly screen: 'link' }>;
}

/** Milliseconds between two looks at what was found. */
const PAUSE = 500;

/** What the watcher knows at a moment. */
interface Seen {
  readonly other: LinkFrame | null;
  readonly about: LinkReport | null;
  readonly report: LinkReport | null;
}
const NOTHING_SEEN: Seen = { other: null, about: null, report: null };

export function LinkScreen({ state, view }: LinkProps): ReactNode {
  const { optical } = state.settings;
  const [watcher] = useState(() => new Watcher());
  const [player] = useState(() => new Player());
  const [random] = useState(() => crypto.getRandomValues(new Uint8Array(8)));
  const [byHand, setByHand] = useState<Preset | null>(null);
  const { video, isOn, trouble, decoder, again } = useCamera((word) => {
    if (word.say === 'look') watcher.note(word.look);
  }, true);
  const film = useTestFilm(player, random, watcher, decoder);
  const { other, about, report } = useSeen(watcher, film, decoder);
  const ours = useSteady(
    useMemo(() => (film === null || about === null ? null : recommend(film.screen, about)), [film, about]),
  );
  const theirs = useSteady(
    useMemo(
      () => (other === null || report === null ? null : recommend(other.screen, report)),
      [other, report],
    ),
  );
  const keep = useAction('settings:set', 'Changing the settings');
  const back = (): void => {
    go(view.from);
  };
  const chosen = chosenOf(optical, byHand, ours, about);
  const use = (): void => {
    if (chosen === null || keep.busy) return;
    void keep.run({ optical: chosen }).then((result) => {
      if (result.ok) back();
    });
  };
  useKeys({ Escape: back, Enter: use, t: trouble === null ? undefined : again });
  useSaid(ours, 'They read this screen. Best here');
  useSaid(theirs, 'This laptop reads theirs. Best there');
  const here: Direction = { report: about, found: ours };
  const there: Direction = { report, found: theirs };
  return (
    <main className="show" data-screen="link">
      <ShowTop
        title="Do the two laptops see each other?"
        about="Both on this screen, facing each other, 20 to 40 centimetres apart, each camera before the other’s screen."
        rehearsal={state.laptop?.rehearsal ?? false}
      />
      <div className="link-middle">
        <Codes player={player} film={film} label="Test codes" />
        <LinkSide
          video={video}
          isOn={isOn}
          trouble={trouble}
          onAgain={again}
          here={here}
          there={there}
          seesOther={other !== null}
        />
      </div>
      <div className="show-bar">
        <Refused failure={keep.failure} />
        <div className="show-line show-small">
          <p>
            {film === null
              ? 'Looking how fast this display is.'
              : `${film.sweep.length} sizes of codes take turns, six codes a second. A turn takes about ${Math.round(secondsOf(film))} seconds.`}
          </p>
          <p className="show-hint not-projected">
            Turn both screens’ brightness up: a camera reads a bright screen better.
          </p>
        </div>
        <div className="show-line show-acts">
          <Select
            label="This screen will show"
            value={byHand ?? ours?.preset ?? optical.preset}
            options={[...PRESETS, 'own' as const]
              .filter((one) => one !== 'own' || (ours?.preset ?? optical.preset) === 'own')
              .map((value) => ({ value, label: PRESET_NAMES[value] }))}
            onChange={(value) => {
              setByHand(value === 'own' ? null : value);
            }}
          />
          <div className="show-end">
            <p className="show-until">
              {ours === null
                ? 'Leave both screens as they are until both directions are measured.'
                : 'Leave this screen on until the other laptop has its result, too.'}
            </p>
            <Button keyHint="Escape" kind="quiet" icon="back" onPress={back}>
              Back
            </Button>
            <Button kind="main" keyHint="Enter" off={chosen === null || keep.busy} onPress={use}>
              Use this
            </Button>
          </div>
        </div>
      </div>
    </main>
  );
}

/** What is kept when the person says so: what they chose, or else what was measured; null: neither. */
function chosenOf(
  optical: OpticalSettings,
  byHand: Preset | null,
  found: Recommendation | null,
  about: LinkReport | null,
): OpticalSettings | null {
  const measured =
    found === null || about === null
      ? optical.measured
      : {
          lines: about.camera.lines,
          rate: about.camera.rate,
          pixelsPerModule: found.pixelsPerModule,
          hits: found.hits,
        };
  if (byHand !== null)
    return { ...optical, ...settingFor(byHand, measured?.lines ?? 0), preset: byHand, measured };
  return found === null ? null : { ...optical, ...found.setting, preset: found.preset, measured };
}

function useTestFilm(
  player: Player,
  random: Uint8Array,
  watcher: Watcher,
  decoder: LinkReport['decoder'],
): TestFilm | null {
  const { room, refreshRate } = useSyncExternalStore(player.subscribe, player.get, player.get);
  const film = useMemo(
    () =>
      testFilm(
        random,
        { room, refreshRate },
        () => window.innerWidth,
        () => watcher.report(decoder),
      ),
    [random, room, refreshRate, watcher, decoder],
  );
  const nonce = film?.nonce;
  useEffect(() => {
    if (nonce !== undefined) watcher.setOwn(nonce);
  }, [watcher, nonce]);
  return film;
}

/** Looks at what the watcher knows now and then: pictures come thirty times a second. */
function useSeen(watcher: Watcher, film: TestFilm | null, decoder: LinkReport['decoder']): Seen {
  const [seen, setSeen] = useState(NOTHING_SEEN);
  const look = useEffectEvent(() => {
    const report = film === null ? null : watcher.report(decoder);
    setSeen({ other: watcher.other, about: watcher.about, report });
  });
  useEffect(() => {
    const timer = setInterval(() => {
      look();
    }, PAUSE);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return seen;
}

/** The last recommendation, until one comes that is clearly another: every turn measures a little more or less. */
function useSteady(found: Recommendation | null): Recommendation | null {
  const [last, setLast] = useState(found);
  const next = steady(last, found);
  if (next !== last) setLast(next);
  return next;
}

function useSaid(found: Recommendation | null, what: string): void {
  const words = found === null ? null : `${what}: ${settingWords(found)}.`;
  useEffect(() => {
    if (words !== null) say(words);
  }, [words]);
}

const secondsOf = ({ sweep, layoutOf }: TestFilm): number => (sweep.length * 6) / layoutOf(0).rate;
