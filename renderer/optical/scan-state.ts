/** What the scan screen knows while messages come in: one value, and what each thing that happens makes of it. */
import type { Hearing, Taken } from '../../electron/ipc/optical.ts';
import type { SeenResource } from '../../electron/ipc/resources.ts';
import type { Decoder } from '../../optical/read/picture.ts';
import type { CameraChoice } from './camera/camera.ts';
import { trouble, type Trouble } from './camera/trouble.ts';
import type { ScanReport, SeenCode } from './camera/words.ts';

/** Something a person has to know about what the camera sees. */
export interface ScanNotice {
  /** Of which message; null: of none of ours. */
  readonly id: string | null;
  readonly title: string;
  readonly sentence: string;
  readonly next: string | null;
}

export interface Received {
  readonly id: string;
  /** "Holder 3 (Chidi): round 2 of 5, confirm". */
  readonly who: string;
  /** RFC 3339. */
  readonly at: string;
}

export interface ScanState {
  readonly camera: 'off' | 'starting' | 'on';
  readonly trouble: Trouble | null;
  readonly cameras: readonly CameraChoice[];
  /** Which of them is on. */
  readonly chosen: string | null;
  readonly decoder: Decoder['name'] | null;
  /** Null: nothing was seen yet. */
  readonly report: ScanReport | null;
  /** What the program said of messages, by id. */
  readonly hearings: Readonly<Record<string, Hearing>>;
  /** A message is whole and the program judges it. */
  readonly judging: string | null;
  /** What was taken since the screen opened, newest first. */
  readonly received: readonly Received[];
  /** The newest of them, until the next message comes. */
  readonly check: string | null;
  /** What was in URs, by id, and which of them is before the camera or was last. Nothing of it is kept. */
  readonly resources: Readonly<Record<string, SeenResource>>;
  readonly resource: string | null;
  readonly notice: ScanNotice | null;
  /** Said quietly: nothing is wrong. */
  readonly aside: string | null;
}

export const NOTHING_SCANNED: ScanState = {
  camera: 'off',
  trouble: null,
  cameras: [],
  chosen: null,
  decoder: null,
  report: null,
  hearings: {},
  judging: null,
  received: [],
  check: null,
  resources: {},
  resource: null,
  notice: null,
  aside: null,
};

export type ScanEvent =
  | { readonly is: 'opening' }
  | { readonly is: 'opened'; readonly chosen: string; readonly cameras: readonly CameraChoice[] }
  | { readonly is: 'trouble'; readonly trouble: Trouble }
  | { readonly is: 'cameras'; readonly cameras: readonly CameraChoice[] }
  | { readonly is: 'ready'; readonly decoder: Decoder['name'] }
  | { readonly is: 'report'; readonly report: ScanReport }
  | { readonly is: 'hearing'; readonly id: string; readonly hearing: Hearing }
  | { readonly is: 'judging'; readonly id: string }
  | {
      readonly is: 'judged';
      readonly id: string;
      readonly who: string;
      readonly at: string;
      readonly outcomes: readonly Taken[];
    }
  /** The program has said what is in a UR. */
  | { readonly is: 'resource'; readonly id: string; readonly resource: SeenResource }
  /** The program could not take a message: a disk that is full, say. */
  | { readonly is: 'failed'; readonly id: string; readonly sentence: string; readonly next: string | null }
  | { readonly is: 'spoilt'; readonly id: string };

const NEWER = 'This code is of a newer version of Reseal than the one on this laptop.';
const NEWER_NEXT = 'Use the same version on all laptops.';

/** The state after something happened. */
export function scanned(state: ScanState, event: ScanEvent): ScanState {
  switch (event.is) {
    case 'opening':
      return { ...state, camera: 'starting', trouble: null, report: null };
    case 'opened':
      return { ...state, camera: 'on', trouble: null, chosen: event.chosen, cameras: event.cameras };
    case 'trouble':
      return {
        ...state,
        camera: event.trouble.name === 'silent' ? state.camera : 'off',
        trouble: event.trouble,
        report: null,
      };
    case 'cameras':
      return { ...state, cameras: event.cameras };
    case 'ready':
      return { ...state, decoder: event.decoder };
    case 'report':
      return reported(state, event.report);
    case 'hearing':
      return heard(state, event.id, event.hearing);
    case 'judging':
      return { ...state, judging: event.id };
    case 'judged':
      return judged({ ...state, judging: null }, event);
    case 'resource':
      return resourceRead(state, event.id, event.resource);
    case 'failed':
      return {
        ...state,
        judging: null,
        check: null,
        notice: {
          id: event.id,
          title: 'This could not be taken',
          sentence: event.sentence,
          next: event.next ?? 'Put that right, then press “Try again”.',
        },
      };
    case 'spoilt':
      return {
        ...state,
        notice: {
          id: event.id,
          title: 'This message did not come out whole',
          sentence: 'All of it was read, and it is not what it says it is. It is read again from the start.',
          next: 'If that happens again, ask for the message to be shown anew.',
        },
      };
  }
}

function reported(state: ScanState, report: ScanReport): ScanState {
  // A camera that gives pictures again is no trouble any more.
  const trouble = state.trouble?.name === 'silent' ? null : state.trouble;
  const seen = { ...state, trouble, report };
  if (report.codes.some((code) => code.state === 'newer'))
    return {
      ...seen,
      check: null,
      notice: { id: null, title: 'Another version', sentence: NEWER, next: NEWER_NEXT },
    };
  const [first] = report.codes;
  const isAgain = report.codes.every(({ id, state: code }) => code === 'done' && isRead(state, id));
  // A UR that was read, and nothing else is in the picture.
  const again = isAgain ? first?.id : undefined;
  if (typeof again === 'string')
    return { ...seen, check: null, aside: null, resource: again, notice: freshOf(state) };
  const { incoming } = report;
  if (state.check === null && incoming === null && report.codes.some((code) => code.state === 'done'))
    return { ...seen, aside: state.aside ?? 'That message is here already. Show the camera the next one.' };
  if (!report.codes.some((code) => isComing(state, code))) return seen;
  // The right message is coming: what was said of a wrong one, or of the last one, has been heard.
  return {
    ...seen,
    check: null,
    resource: null,
    aside: null,
    notice: freshOf(state),
  };
}

/** The notice, unless it has been heard. */
const freshOf = (state: ScanState): ScanNotice | null =>
  state.notice !== null && isStale(state, state.notice) ? null : state.notice;

const isRead = ({ resources }: ScanState, id: string | null): boolean =>
  id !== null && Object.hasOwn(resources, id);

/** More than anybody compares at a time. */
const MOST_RESOURCES = 100;

function resourceRead(state: ScanState, id: string, resource: SeenResource): ScanState {
  const hearing: Hearing = { verdict: 'have', who: resource.title, sentence: null };
  const others = Object.entries(state.resources).filter(([other]) => other !== id);
  return {
    ...state,
    judging: null,
    check: null,
    aside: null,
    notice: null,
    hearings: { ...state.hearings, [id]: hearing },
    resources: Object.fromEntries([...others, [id, resource] as const].slice(-MOST_RESOURCES)),
    resource: id,
  };
}

/**
 * True for a code of a message that is wanted and not here yet. What the program has said counts, and not what the worker
 * thought when it made its report: the two may cross.
 */
const isComing = ({ hearings, received, judging }: ScanState, { id }: SeenCode): boolean =>
  id !== null &&
  id !== judging &&
  hearings[id]?.verdict === 'wanted' &&
  !received.some((other) => other.id === id);

/** A word on a message that was not wanted. What was refused stays until something is taken. */
const isStale = ({ hearings }: ScanState, { id }: ScanNotice): boolean =>
  id === null || hearings[id]?.verdict === 'other';

function heard(state: ScanState, id: string, hearing: Hearing): ScanState {
  const next = { ...state, hearings: { ...state.hearings, [id]: hearing } };
  switch (hearing.verdict) {
    case 'wanted':
      return next;
    case 'have':
      return { ...next, aside: hearing.sentence ?? `${hearing.who}: here already.` };
    case 'other':
      return {
        ...next,
        check: null,
        notice: {
          id,
          title: 'Not this one',
          sentence: hearing.sentence ?? hearing.who,
          next: 'Point the camera at another screen: it goes on looking.',
        },
      };
  }
}

function judged(state: ScanState, event: Extract<ScanEvent, { is: 'judged' }>): ScanState {
  const { id, who, at, outcomes } = event;
  const refused = outcomes.find(({ verdict }) => verdict === 'refused');
  const taken = outcomes.filter(({ verdict }) => verdict === 'taken');
  const received = taken.length === 0 ? state.received : [{ id, who, at }, ...state.received];
  if (refused !== undefined)
    return {
      ...state,
      received,
      check: null,
      aside: null,
      notice: {
        id,
        title: `Refused: ${refused.who}`,
        sentence: refused.sentence ?? 'It was not taken.',
        next: refused.next,
      },
    };
  if (taken.length === 0) return { ...state, aside: outcomes[0]?.sentence ?? `${who}: here already.` };
  return { ...state, received, check: who, resource: null, aside: null, notice: null };
}

/** Whether a message that was judged is wanted again: never, or once something else is awaited. */
export const verdictOf = (outcomes: readonly Taken[]): 'done' | 'unwanted' =>
  outcomes.some(({ verdict }) => verdict === 'refused') ? 'unwanted' : 'done';

/** A camera that was opened and gives nothing. */
export const SILENT: ScanEvent = { is: 'trouble', trouble: trouble('silent') };
