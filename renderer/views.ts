/** Where the window is: the screens, what each of them needs to know, and which of them a restart comes back to. */
import type { DocumentsOf } from '../electron/ipc/filing.ts';
import type { ExportSubject } from '../electron/ipc/resources.ts';
import type { InvokeOutput } from '../electron/ipc/contract.ts';
import type { CeremonyState, PartState, Place } from '../electron/ipc/state.ts';

export type View =
  | { readonly screen: 'home' | 'card' | 'plan' | 'join' | 'preflight' | 'records' }
  /** `from`: where to go back to. */
  | { readonly screen: 'courier'; readonly from: View }
  /** A message as codes. `outgoing`: its id; null: whatever is due in the ceremony. */
  | {
      readonly screen: 'show';
      readonly ceremony: string | null;
      readonly outgoing: string | null;
      readonly from: View;
    }
  /** The camera. `ceremony`: whose messages are awaited; null: cards, records of keys and plans. */
  | { readonly screen: 'scan'; readonly ceremony: string | null; readonly from: View }
  /** Two laptops measure what they see of each other. */
  | { readonly screen: 'link'; readonly from: View }
  /** A share from a backup. `drill`: what is chosen at first. */
  | { readonly screen: 'restore'; readonly drill: boolean }
  /** What others may have of a key, as URs. */
  | { readonly screen: 'export'; readonly of: ExportSubject; readonly from: View }
  /** The documents of a record, or of the plan of a ceremony. */
  | { readonly screen: 'documents'; readonly of: DocumentsOf; readonly from: View }
  /** How an old backup was destroyed. `backup`: which one (`oldBackupId`). */
  | { readonly screen: 'old-backup'; readonly backup: string }
  | { readonly screen: 'plan-made'; readonly made: InvokeOutput<'plan:make'> }
  | {
      readonly screen: 'ceremony' | 'exception' | 'stop';
      readonly ceremony: string;
      /** Null: the part that needs a person. */
      readonly role: string | null;
    }
  | { readonly screen: 'record'; readonly path: string };

/** What a restarted console should open; null: not worth remembering. */
export function placeOf(view: View): Place | null {
  switch (view.screen) {
    case 'home':
    case 'card':
    case 'plan':
    case 'join':
    case 'preflight':
    case 'records':
      return { screen: view.screen };
    case 'ceremony':
      return { screen: 'ceremony', ceremony: view.ceremony, role: view.role };
    case 'record':
      return { screen: 'record', path: view.path };
    case 'courier':
    case 'show':
    case 'scan':
    case 'link':
    case 'export':
    case 'documents':
    case 'old-backup':
    case 'restore':
    case 'plan-made':
    case 'exception':
    case 'stop':
      return null;
  }
}

/** True for a part whose person has something to do. */
export const needsPerson = (part: PartState): boolean =>
  part.refusal === null && (part.current?.fields.length ?? 0) > 0;

/** The part to show: the one asked for, or else the one that needs a person. */
export function partOf(ceremony: CeremonyState, role: string | null): PartState | undefined {
  const { parts } = ceremony;
  return (
    parts.find((part) => part.role === role) ??
    parts.find(needsPerson) ??
    parts.find((part) => part.refusal !== null) ??
    // Nobody has to do anything: the board of who is missing what says most.
    parts.find((part) => part.role === 'administrator' && !part.finished) ??
    parts.find((part) => !part.finished) ??
    parts[0]
  );
}
