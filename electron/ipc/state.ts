/**
 * What a window may know of its laptop: one value, sent whole whenever something changed. No field is meant
 * for a secret, and tests search whatever crossed in a whole ceremony for every secret there was (docs/threat-model.md).
 */
import { z } from 'zod';
import {
  backupKind,
  ceremonyId,
  cryptoperiod,
  kind,
  outcome,
  path,
  recipients,
  role,
  sentence,
  suite,
  time,
} from './fields.ts';
import { oldBackupState } from './old-backups.ts';
import { exchangeState, opticalSettings, outgoingState } from './optical.ts';

const name = z.string().max(400);
const words = z.array(z.string().max(20)).max(8);

/** The laptop, as its vault says. Before the vault is open this is only what the vault claims. */
export const laptopState = z.strictObject({
  name,
  custodian: name,
  rehearsal: z.boolean(),
  identity: z.strictObject({
    alg: z.string().max(10),
    /** 16 hex characters. */
    id: z.string().max(64),
    /** The same as words, to compare aloud. */
    words,
  }),
  created: time,
});

/** A key of which this laptop holds a share. */
export const keyState = z.strictObject({
  fingerprint: z.string().max(16),
  name,
  suite,
  threshold: z.int(),
  holders: z.int(),
  epoch: z.int(),
  /** This laptop's index. */
  index: z.int().nullable(),
  groupKey: z.string().max(200),
  /** When the current epoch was planned; null where nobody recorded it (an import). */
  since: time.nullable(),
  cryptoperiod,
  /** When the next refresh is due; null: on demand, or not known. */
  due: time.nullable(),
  dueState: z.enum(['none', 'later', 'soon', 'overdue']),
  /** Epochs on this laptop beside the current one. */
  otherEpochs: z.array(z.string().max(80)).max(100),
});

/** One thing a person types at a step. */
export const fieldState = z.strictObject({
  name: z.string().max(40),
  question: sentence,
  /**
   * `words`: four words heard from somebody. `phrase`: `expected` must be typed. `choice`: one of `choices`. `text`: one
   * line. `long`: several lines, may be empty. `sheet`: what a printed sheet says, scanned or typed line by line.
   */
  kind: z.enum(['words', 'phrase', 'choice', 'text', 'long', 'sheet']),
  expected: z.string().max(200).nullable(),
  choices: z.array(z.strictObject({ value: z.string().max(200), label: sentence })).max(8),
  /** What was wrong with the last answer. */
  complaint: sentence.nullable(),
});

/** A fact that stands above a decision. */
export const factState = z.strictObject({
  label: sentence,
  value: sentence,
  /** `shown`: evidence that it is so. `wrong`: evidence that it is not. `said`: what the plan says, nothing is checked by it. */
  state: z.enum(['shown', 'wrong', 'said']),
});

/** The one step that is on now for a role. */
export const currentStep = z.strictObject({
  id: z.string().max(40),
  title: sentence,
  /** person: somebody types here. laptop: this laptop works. others: we wait. */
  actor: z.enum(['person', 'laptop', 'others']),
  /** What this step was shown upon. It comes back with the answer, which counts for nothing else. */
  seen: z.string().max(80),
  /** Which of several: the label of a backup. */
  about: name.nullable(),
  fields: z.array(fieldState).max(8),
  /** Cannot be undone. */
  final: z.boolean(),
  /** What this laptop waits for, as one sentence; null when it is this person's turn or the laptop works. */
  waiting: sentence.nullable(),
  /** Whom we wait for. Empty: nobody, it is your turn. */
  waitingFor: z.array(z.strictObject({ who: name, what: name })).max(600),
  /** Why the last answer came to nothing although nothing was wrong with it: a medium that fails. */
  problem: z.strictObject({ message: sentence, next: sentence.nullable() }).nullable(),
  /** Evidence to look at before deciding. */
  facts: z.array(factState).max(20),
});

export const stepState = z.strictObject({
  id: z.string().max(40),
  title: sentence,
  /** Heading under which the script shows it: "Opening", "Deal", … */
  act: z.string().max(40),
  actor: z.enum(['person', 'laptop', 'others']),
  state: z.enum(['done', 'now', 'later']),
  at: time.nullable(),
  final: z.boolean(),
});

export const refusal = z.strictObject({
  code: z.string().max(60),
  message: sentence,
  next: sentence.nullable(),
});

/** One role of this laptop in a ceremony. */
export const partState = z.strictObject({
  role,
  /** "Holder 2", "Administrator". */
  title: name,
  steps: z.array(stepState).max(40),
  /** Undefined steps are over: null when nothing is left to do. */
  current: currentStep.nullable(),
  /** Why this laptop cannot go on here. */
  refusal: refusal.nullable(),
  finished: z.boolean(),
  /** Null: this role may stop the ceremony now; otherwise why it cannot. */
  cannotStop: sentence.nullable(),
});

export const boardRow = z.strictObject({
  role,
  title: name,
  name,
  /** The identity key of the person's laptop as words, to compare aloud. */
  words,
  /** True for this laptop's own roles. */
  own: z.boolean(),
  /** By round 0 to 5: `done` in an accepted bundle, `here` arrived, `due` awaited now, `none` later or not this role's. */
  cells: z
    .array(z.strictObject({ state: z.enum(['done', 'here', 'due', 'none']), at: time.nullable() }))
    .length(6),
});

export const exceptionState = z.strictObject({
  who: name,
  role,
  at: time,
  category: z.string().max(40),
  text: sentence,
  /** `recorded`: in a bundle that everybody sees. `sent`: on its way. `late`: the record was closed without it. */
  state: z.enum(['recorded', 'sent', 'late']),
});

export const ceremonyState = z.strictObject({
  id: ceremonyId,
  /** The four words. Null until this laptop's people have typed what somebody else read aloud. */
  code: words.nullable(),
  kind,
  keyName: name,
  fingerprint: z.string().max(16).nullable(),
  suite,
  threshold: z.int(),
  holders: z.int(),
  epochBefore: z.int().nullable(),
  epoch: z.int(),
  rehearsal: z.boolean(),
  created: time,
  cryptoperiod,
  /** Holders who come with another laptop than the key record names. */
  replaced: z.array(z.int()).max(256),
  backups: z
    .array(
      z.strictObject({
        holder: z.int(),
        kind: backupKind,
        label: name,
        /** Who can open it; only for a file to recipients. */
        recipients: recipients.optional(),
      }),
    )
    .max(2048),
  proofs: z.int(),
  approvalsNeeded: z.int(),
  outcome,
  /** Why it ended without a new epoch. */
  abort: z.strictObject({ reason: sentence, culprit: name.nullable(), rule: z.string().max(60) }).nullable(),
  /** The epoch that signs on this laptop; null: none of this key. */
  activeEpoch: z.int().nullable(),
  parts: z.array(partState).min(1).max(600),
  board: z.array(boardRow).max(600),
  exceptions: z.array(exceptionState).max(1000),
  /** What is to be shown and seen now, by screen and camera. */
  exchange: exchangeState,
  /** Group key before and after, where known. */
  groupKeyBefore: z.string().max(200).nullable(),
  groupKeyAfter: z.string().max(200).nullable(),
  /** Folder of the filed record. */
  record: path.nullable(),
  finished: z.boolean(),
});

export const noticeState = z.strictObject({ id: z.int(), at: time, sentence });

export const courierState = z.strictObject({
  /** `camera`: by screen and camera; the folder is one of this laptop's own, and keeps what was seen. */
  by: z.enum(['folder', 'camera']),
  path,
  /** `missing`: not there (no medium). `unreadable`: there, but cannot be used. */
  state: z.enum(['ready', 'missing', 'unreadable']),
  messages: z.int(),
  sentence: sentence.nullable(),
});

export const settingsState = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  projector: z.boolean(),
  backupFolder: path,
  optical: opticalSettings,
});

/** Where the window was: kept on disk, so that a restarted console opens there. */
export const placeState = z.union([
  z.strictObject({ screen: z.enum(['home', 'plan', 'join', 'preflight', 'records', 'card']) }),
  z.strictObject({ screen: z.literal('ceremony'), ceremony: ceremonyId, role: role.nullable() }),
  z.strictObject({ screen: z.literal('record'), path }),
]);

export const consoleState = z.strictObject({
  /** Grows with every change: a window drops what comes out of order. */
  revision: z.int(),
  version: z.string().max(40),
  /** SHA-256 over the program's files, as hex and the first four words of it. */
  software: z.strictObject({ digest: z.string().max(64), words }),
  host: z.enum(['electron', 'chromium']),
  /** Folder of this laptop. */
  home: path,
  phase: z.enum(['no-vault', 'locked', 'open']),
  laptop: laptopState.nullable(),
  keys: z.array(keyState).max(1000),
  /** Backups of epochs that are no longer in use and not yet destroyed, the most urgent first. */
  oldBackups: z.array(oldBackupState).max(1000),
  courier: courierState.nullable(),
  ceremonies: z.array(ceremonyState).max(1000),
  /** What can be shown by screen and camera outside of ceremonies: this laptop's card, records of keys, plans. */
  outgoing: z.array(outgoingState).max(200),
  notices: z.array(noticeState).max(200),
  /** Interfaces of this laptop that are up, other than the loopback; null where the system does not say. */
  networks: z.array(name).max(50).nullable(),
  settings: settingsState,
  place: placeState,
  /** What the laptop is working on; null when idle. */
  busy: z.strictObject({ what: sentence, since: z.number() }).nullable(),
});

export type ConsoleState = z.output<typeof consoleState>;
export type LaptopState = z.output<typeof laptopState>;
export type KeyState = z.output<typeof keyState>;
export type CeremonyState = z.output<typeof ceremonyState>;
export type PartState = z.output<typeof partState>;
export type CurrentStep = z.output<typeof currentStep>;
export type FieldState = z.output<typeof fieldState>;
export type FactState = z.output<typeof factState>;
export type ScriptStep = z.output<typeof stepState>;
export type BoardRow = z.output<typeof boardRow>;
export type ExceptionState = z.output<typeof exceptionState>;
export type CourierState = z.output<typeof courierState>;
export type Place = z.output<typeof placeState>;
