/** How long a passphrase holds against somebody who has the vault file. The dictionary is loaded only when asked. */
import { useEffect, useState } from 'react';

/** Argon2id with the vault's parameters, per second and machine: an assumption, said on the screen. */
const GUESSES_PER_MACHINE = 10;
const MACHINES = 1000;
export const ASSUMPTION = `Assumes ${MACHINES} machines that make ${GUESSES_PER_MACHINE} guesses a second each, and that the vault file was stolen.`;

export interface Strength {
  /** How long, in words. */
  readonly time: string;
  readonly tone: 'done' | 'attention' | 'stop';
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

const about = (seconds: number, unit: number, name: string): string => {
  const number = Math.max(1, Math.round(seconds / unit));
  return `about ${number} ${name}${number === 1 ? '' : 's'}`;
};

/** Seconds until half of the guesses are made, as words. */
export function strengthOf(guesses: number): Strength {
  const seconds = guesses / 2 / (GUESSES_PER_MACHINE * MACHINES);
  if (seconds < MINUTE) return { time: 'less than a minute', tone: 'stop' };
  if (seconds < HOUR) return { time: about(seconds, MINUTE, 'minute'), tone: 'stop' };
  if (seconds < DAY) return { time: about(seconds, HOUR, 'hour'), tone: 'stop' };
  if (seconds < YEAR) return { time: about(seconds, DAY, 'day'), tone: 'attention' };
  if (seconds < 100 * YEAR) return { time: about(seconds, YEAR, 'year'), tone: 'attention' };
  if (seconds < 1e6 * YEAR) return { time: 'centuries', tone: 'done' };
  return { time: 'more time than anybody has', tone: 'done' };
}

type Estimate = (passphrase: string, known: readonly string[]) => number;
let loading: Promise<Estimate> | undefined;

async function load(): Promise<Estimate> {
  const [core, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  const judge = new core.ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
  });
  // Beyond this length more characters only cost time.
  return (passphrase, known) => judge.check(passphrase.slice(0, 64), [...known]).guesses;
}

/** Undefined while there is nothing to say. */
export function useStrength(passphrase: string, known: readonly string[]): Strength | undefined {
  const [judged, setJudged] = useState<{ readonly of: string; readonly strength: Strength }>();
  const names = known.join('\n');
  useEffect(() => {
    if (passphrase === '') return undefined;
    const timer = setTimeout(() => {
      loading ??= load();
      void loading.then((estimate) => {
        setJudged({ of: passphrase, strength: strengthOf(estimate(passphrase, names.split('\n'))) });
      });
    }, 200);
    return () => {
      clearTimeout(timer);
    };
  }, [passphrase, names]);
  return passphrase === '' ? undefined : judged?.strength;
}
