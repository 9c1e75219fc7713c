/** What a test can tell a console's process to do at its window, and what comes back. The words of a person at a screen. */
import type { ConsoleState } from '../electron/ipc/state.ts';

export type Role =
  | 'button'
  | 'link'
  | 'tab'
  | 'radio'
  | 'checkbox'
  | 'textbox'
  | 'combobox'
  | 'row'
  | 'heading'
  | 'dialog'
  | 'region'
  | 'group'
  | 'listitem'
  | 'option';

/** Something on the screen: by role and accessible name, by the label of a field, or by its text. */
export type Target =
  | { readonly role: Role; readonly name: string; readonly exact?: boolean }
  | { readonly label: string; readonly exact?: boolean }
  | { readonly text: string; readonly exact?: boolean }
  | { readonly css: string };

/** A camera that looks at a screen. */
export interface Looker {
  /** Its file, see air/eye.ts. */
  readonly eye: string;
  /** Share of pictures that get lost: the camera goes on seeing the one before. */
  readonly loss: number;
}

/** What was held before cameras. */
export interface Gaze {
  /** Pictures that were taken of the screen. */
  readonly pictures: number;
  /** Of those that look each one by itself. */
  readonly lost: number;
  readonly milliseconds: number;
}

export type Command =
  | { readonly do: 'click'; readonly target: Target }
  | { readonly do: 'fill'; readonly target: Target; readonly text: string }
  | { readonly do: 'select'; readonly target: Target; readonly label: string }
  | { readonly do: 'press'; readonly key: string }
  | { readonly do: 'type'; readonly text: string }
  | { readonly do: 'see'; readonly target: Target; readonly within: number }
  | { readonly do: 'gone'; readonly target: Target; readonly within: number }
  | { readonly do: 'text'; readonly target: Target }
  | { readonly do: 'screen' }
  | { readonly do: 'focus' }
  | {
      readonly do: 'shoot';
      readonly path: string;
      readonly size?: readonly [number, number];
      readonly theme?: 'light' | 'dark';
    }
  | { readonly do: 'axe'; readonly size?: readonly [number, number]; readonly theme?: 'light' | 'dark' }
  | { readonly do: 'state' }
  | { readonly do: 'ipc' }
  | { readonly do: 'memory' }
  /** Holds this window before these cameras from now on; before none: puts it away. */
  | { readonly do: 'face'; readonly lookers: readonly Looker[]; readonly seed: number }
  | { readonly do: 'watch' }
  | { readonly do: 'stalls' }
  | { readonly do: 'close' };

/** Where a window is. */
export interface Screen {
  readonly screen: string;
  readonly step: string | null;
  readonly role: string | null;
  readonly heading: string;
}

export interface Results {
  readonly screen: Screen;
  readonly state: ConsoleState;
  readonly axe: readonly { readonly id: string; readonly nodes: readonly string[] }[];
  readonly text: string;
  readonly focus: string;
  /** Everything that crossed between window and program so far, as JSON lines. */
  readonly ipc: readonly string[];
  /** Memory of the program and of the window's processes in bytes, shared pages counted once. */
  /** Longest time, in milliseconds, that the window drew nothing and that the program's main thread did not answer. */
  readonly stalls: { readonly window: number; readonly program: number };
  readonly face: Gaze;
  readonly memory: { readonly program: number; readonly window: number };
}

export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: string };
