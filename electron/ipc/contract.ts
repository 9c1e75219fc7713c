/**
 * The only channels between the window and the program behind it. Both sides hold every message against this table, in
 * both directions; whatever is not in it does not exist. Errors are values: Electron would flatten a thrown one.
 *
 * Secrets: passphrases go in (`vault:create`, `vault:open`, `restore:open`), and what somebody read from a sheet (`step:answer`,
 * `sheet:check`, `restore:open`); no push has a field for any, and no output but that of `sheet:check`, which gives back what came in, corrected.
 */
import { z } from 'zod';
import {
  cardSummary,
  filedRecord,
  folderListing,
  planCheck,
  planDraft,
  preflightReport,
  recordReport,
  recordSummary,
} from './documents.ts';
import { ceremonyId, path, recipients, role, typed } from './fields.ts';
import { filingContract } from './filing.ts';
import { oldBackupContract } from './old-backups.ts';
import { opticalContract } from './optical.ts';
import { restoreContract } from './restore.ts';
import { sheetContract } from './sheets.ts';
import { consoleState, placeState, settingsState } from './state.ts';

const nothing = z.strictObject({});
const done = z.strictObject({});

export const invokeContract = {
  /** The state as it is now. The first thing a window asks. */
  'state:get': { input: nothing, output: consoleState },

  /** Makes the vault and identity of this laptop, and opens it. */
  'vault:create': {
    input: z.strictObject({
      laptop: typed,
      custodian: typed,
      passphrase: typed,
      alg: z.enum(['ES256', 'EdDSA']),
      rehearsal: z.boolean(),
    }),
    output: done,
  },
  'vault:open': { input: z.strictObject({ passphrase: typed }), output: done },
  /** Zeroes what was opened. Ceremonies go on where they were after the next opening. */
  'vault:lock': { input: nothing, output: done },

  /** Sets what the person chose: theme, projector view, folder for backups. */
  'settings:set': { input: settingsState.partial(), output: done },
  /** Remembers where the window is, for the next start. */
  'place:set': { input: placeState, output: done },
  'notice:dismiss': { input: z.strictObject({ id: z.int() }), output: done },

  /** Lists a folder; null: the best place to start. */
  'folder:list': {
    input: z.strictObject({ path: path.nullable(), files: z.boolean() }),
    output: folderListing,
  },
  'folder:make': { input: z.strictObject({ parent: path, name: typed }), output: z.strictObject({ path }) },
  /** Names the folder or drive where messages are exchanged. */
  'courier:choose': { input: z.strictObject({ path }), output: done },
  /** Looks into the courier's folder now. */
  'courier:look': { input: nothing, output: done },

  ...opticalContract,
  ...sheetContract,
  ...filingContract,
  ...oldBackupContract,
  ...restoreContract,

  /** Makes an enrolment card and shows it in the courier's folder. */
  'card:make': { input: nothing, output: cardSummary },
  /** The cards in the courier's folder, and those read from files. */
  'card:list': { input: nothing, output: z.strictObject({ cards: z.array(cardSummary).max(1000) }) },
  'card:read': { input: z.strictObject({ path }), output: cardSummary },
  /** The key records that a refresh can start from. */
  'key:records': { input: nothing, output: z.strictObject({ records: z.array(recordSummary).max(1000) }) },
  'key:read': { input: z.strictObject({ path }), output: recordSummary },
  /** Shows a key's public record in the courier's folder, for whoever makes the plan. */
  'key:show': { input: z.strictObject({ fingerprint: z.string().regex(/^[0-9a-f]{16}$/) }), output: done },

  /** The recipients in a file, for a plan. A file with a secret key is refused. */
  'recipients:read': { input: z.strictObject({ path }), output: z.strictObject({ recipients }) },
  'plan:check': { input: planDraft, output: planCheck },
  /** Makes the plan, shows it to everybody, and takes up this laptop's own roles in it. */
  'plan:make': {
    input: planDraft,
    output: z.strictObject({
      ceremony: ceremonyId,
      code: z.array(z.string().max(20)).length(4),
      own: z.boolean(),
    }),
  },

  /**
   * Answers a step: all its fields at once. Whatever is wrong comes back as `complaints` by field and in the state, and
   * nothing has advanced.
   */
  'step:answer': {
    input: z.strictObject({
      ceremony: ceremonyId,
      role,
      step: z.string().max(40),
      about: z.string().max(400).nullable(),
      /** `seen` of the step as it was shown. */
      seen: z.string().max(80),
      answers: z.record(z.string().max(40), typed),
    }),
    output: z.strictObject({ complaints: z.record(z.string().max(40), z.string().max(8000)) }),
  },
  /** Puts an exception on record, signed by this role. */
  'exception:record': {
    input: z.strictObject({
      ceremony: ceremonyId,
      role,
      category: z.enum(['delay', 'equipment', 'medium', 'person', 'procedure', 'security', 'other']),
      text: typed,
    }),
    output: done,
  },
  /** A holder ends the ceremony for everybody. */
  'ceremony:stop': { input: z.strictObject({ ceremony: ceremonyId, role, reason: typed }), output: done },

  'preflight:run': { input: nothing, output: preflightReport },

  'record:list': { input: nothing, output: z.strictObject({ records: z.array(filedRecord).max(1000) }) },
  /** Verifies a record: every rule with its evidence. Needs no vault. */
  'record:verify': { input: z.strictObject({ path }), output: recordReport },
} as const;

export const pushContract = {
  state: consoleState,
} as const;

export type InvokeChannel = keyof typeof invokeContract;
export type PushChannel = keyof typeof pushContract;
export type InvokeInput<C extends InvokeChannel> = z.input<(typeof invokeContract)[C]['input']>;
export type InvokeOutput<C extends InvokeChannel> = z.output<(typeof invokeContract)[C]['output']>;
export type PushPayload<C extends PushChannel> = z.output<(typeof pushContract)[C]>;

export type ErrorCode =
  'unknown-channel' | 'untrusted-sender' | 'bad-input' | 'bad-output' | 'refused' | 'internal';
/** What crosses: a value, or a sentence for the person, what to do next, and the code of the refusal. */
export type Reply =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      /** The refusal's own code (`wrong-passphrase`), where it is one. */
      readonly reason: string | null;
      readonly message: string;
      readonly next: string | null;
    };

/** What the preload puts on `window.reseal`. Untyped on purpose: the typed client is in the renderer. */
export interface Bridge {
  invoke(channel: string, input: unknown): Promise<Reply>;
  onPush(listener: (channel: string, payload: unknown) => void): () => void;
}
