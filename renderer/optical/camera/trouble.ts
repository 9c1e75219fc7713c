/** What can go wrong with a camera, and what to do about it. */

export type TroubleName = 'none' | 'refused' | 'busy' | 'gone' | 'silent' | 'reader' | 'unknown';

export interface Trouble {
  readonly name: TroubleName;
  readonly sentence: string;
  readonly next: string;
}

const OTHERWISE = 'or use a folder or stick instead.';
const TROUBLES: Readonly<Record<TroubleName, Omit<Trouble, 'name'>>> = {
  none: {
    sentence: 'This laptop has no camera.',
    next: `Plug one in: this screen notices it. Or use a folder or stick instead.`,
  },
  refused: {
    sentence: 'This laptop does not let Reseal use the camera.',
    next: `Allow it in the settings of the system, then try again; ${OTHERWISE}`,
  },
  busy: {
    sentence: 'The camera does not start: another program uses it, most likely.',
    next: `Close that program, then try again; ${OTHERWISE}`,
  },
  gone: {
    sentence: 'The camera was taken away.',
    next: 'Plug it in again: this screen notices it. What was read so far is kept.',
  },
  silent: {
    sentence: 'The camera is on and gives no pictures.',
    next: `Open its shutter or its switch, then try again; ${OTHERWISE}`,
  },
  reader: {
    sentence: 'The part of this window that reads codes does not work.',
    next: `Try again. If that does not help, close the window and start Reseal again, ${OTHERWISE}`,
  },
  unknown: {
    sentence: 'The camera could not be opened.',
    next: `Try again, choose another camera, ${OTHERWISE}`,
  },
};

export const trouble = (name: TroubleName): Trouble => ({ name, ...TROUBLES[name] });

/** By the name of what getUserMedia throws (Media Capture and Streams, 10.2.1). */
const BY_ERROR: Readonly<Record<string, TroubleName>> = {
  NotFoundError: 'none',
  OverconstrainedError: 'none',
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

/** What an error of the camera means for a person. */
export function troubleOf(error: unknown): Trouble {
  const name = error instanceof Error ? BY_ERROR[error.name] : undefined;
  return trouble(name ?? 'unknown');
}
