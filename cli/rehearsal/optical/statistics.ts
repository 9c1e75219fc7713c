/** What the cameras of a rehearsal saw, in numbers: one entry for every reception, and their sum. */

/** One laptop's camera in front of one other laptop's screen, until everything on it has come across. */
export interface Reception {
  readonly from: string;
  readonly to: string;
  /** SHA-256 of each message (hex), as it was put together from what was read. */
  readonly messages: readonly string[];
  /** What came across, in bytes: the body of all messages together. */
  readonly bytes: number;
  /** Frames that it takes at the least. */
  readonly needed: number;
  /** Codes that the screen showed while the camera looked at it. */
  readonly shown: number;
  /** Pictures that the camera took. */
  readonly photographed: number;
  /** Pictures of those that were lost before anybody looked at them. */
  readonly lost: number;
  /** Pictures in which a frame was read. */
  readonly read: number;
  /** Frames of those that belonged to something else: the message before, or another laptop. */
  readonly strays: number;
  /** Frames of those that said something new about what is on the screen. */
  readonly fresh: number;
  /** How long it would have taken, in seconds. */
  readonly seconds: number;
  /** Times that it began anew, because one of the two laptops went off. */
  readonly interrupted: number;
}

/** The optical section of a rehearsal's report. */
export interface OpticalReport {
  readonly camera: string;
  /** Percent of the pictures that were lost on purpose. */
  readonly loss: number;
  readonly seed: string;
  /** Version of the codes at the most, and how many a second. */
  readonly version: number;
  readonly rate: number;
  /** Messages that laptops showed, each counted once. */
  readonly messages: number;
  readonly receptions: number;
  readonly interrupted: number;
  readonly bytes: number;
  readonly needed: number;
  readonly shown: number;
  readonly photographed: number;
  readonly lost: number;
  readonly read: number;
  readonly strays: number;
  readonly fresh: number;
  /** Codes that were shown for each one that was needed, less one. */
  readonly overhead: number;
  /** What all receptions together would have taken, one after another, and the longest of them. */
  readonly seconds: number;
  readonly longest: number;
}

const SUMS = [
  'interrupted',
  'bytes',
  'needed',
  'shown',
  'photographed',
  'lost',
  'read',
  'strays',
  'fresh',
  'seconds',
] as const;

/** Adds receptions up. */
export function sumUp(
  receptions: readonly Reception[],
  settings: Pick<OpticalReport, 'camera' | 'loss' | 'seed' | 'version' | 'rate' | 'messages'>,
): OpticalReport {
  const sums = {
    interrupted: 0,
    bytes: 0,
    needed: 0,
    shown: 0,
    photographed: 0,
    lost: 0,
    read: 0,
    strays: 0,
    fresh: 0,
    seconds: 0,
  };
  for (const reception of receptions) for (const name of SUMS) sums[name] += reception[name];
  return {
    ...settings,
    receptions: receptions.length,
    ...sums,
    overhead: rounded(sums.needed === 0 ? 0 : sums.shown / sums.needed - 1),
    seconds: rounded(sums.seconds),
    longest: rounded(Math.max(0, ...receptions.map(({ seconds }) => seconds))),
  };
}

/** To thousandths. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
