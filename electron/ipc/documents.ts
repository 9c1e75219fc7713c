/** What a window may ask to see beside the state: folders, cards, plans in the making, preflight, records. */
import { z } from 'zod';
import { backupKind, cryptoperiod, kind, path, sentence, suite, time } from './fields.ts';

const name = z.string().max(400);

/** A folder's content, for choosing one or a file in it. Nothing is opened but folders. */
export const folderListing = z.strictObject({
  path,
  parent: path.nullable(),
  /** Shortcuts: mounted drives first, then the home folder. */
  places: z.array(z.strictObject({ path, label: name, kind: z.enum(['drive', 'folder']) })).max(60),
  entries: z
    .array(z.strictObject({ name, path, kind: z.enum(['folder', 'file']), size: z.int().nullable() }))
    .max(2000),
  /** True when there was more. */
  cut: z.boolean(),
  writable: z.boolean(),
});

/** An enrolment card that was found in the courier's folder, or read from a file. */
export const cardSummary = z.strictObject({
  /** 16 hex characters: what a plan draft names it by. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  name,
  laptop: name,
  rehearsal: z.boolean(),
  created: time,
  /** Id of the identity key, hex and words, to compare aloud. */
  identity: z.string().max(64),
  words: z.array(z.string().max(20)).max(8),
  /** File it was read from. */
  source: z.string().max(4096),
  /** True for cards of this laptop. */
  own: z.boolean(),
});

/** A key record that a refresh can start from. */
export const recordSummary = z.strictObject({
  /** `<fingerprint>:<epoch>`. */
  id: z.string().max(40),
  name,
  fingerprint: z.string().max(16),
  suite,
  threshold: z.int(),
  epoch: z.int(),
  rehearsal: z.boolean(),
  holders: z.array(z.strictObject({ index: z.int(), name: name.nullable(), enrolled: z.boolean() })).max(256),
  source: z.enum(['vault', 'record', 'courier', 'file']),
  groupKey: z.string().max(200),
});

/** A plan in the making, exactly as the editor shows it. Cards are named by id, the key by record id. */
export const planDraft = z.strictObject({
  kind,
  keyName: z.string().max(400),
  suite,
  threshold: z.int().min(0).max(1000),
  /** Refresh: record id; null while none is chosen. */
  record: z.string().max(40).nullable(),
  holders: z
    .array(z.strictObject({ index: z.int().min(0).max(65536), card: z.string().max(16).nullable() }))
    .max(256),
  administrator: z.string().max(16).nullable(),
  approvers: z.array(z.string().max(16)).max(32),
  approvalsNeeded: z.int().min(0).max(32),
  witnesses: z.array(z.string().max(16)).max(32),
  /** What every holder makes. */
  backups: z
    .array(
      z.strictObject({
        kind: backupKind,
        label: z.string().max(400),
        /** As typed, separated by spaces or new lines; only for a file to recipients. */
        recipients: z.string().max(4096).optional(),
      }),
    )
    .max(8),
  cryptoperiod,
  scheme: z.enum(['rfc9591', 'bip340']),
});

/** What is wrong with a draft, by field of the draft, and what the plan would say. */
export const planCheck = z.strictObject({
  problems: z
    .array(z.strictObject({ field: z.string().max(60), message: sentence, next: sentence.nullable() }))
    .max(60),
  warnings: z.array(sentence).max(20),
  summary: z
    .strictObject({
      epoch: z.int(),
      holders: z.int(),
      threshold: z.int(),
      proofs: z.int(),
      backups: z.int(),
      rehearsal: z.boolean(),
      due: time.nullable(),
    })
    .nullable(),
});

/** One check of the laptop before a ceremony. */
export const preflightCheck = z.strictObject({
  id: z.enum(['clock', 'network', 'courier', 'space', 'memory', 'swap', 'backups', 'entropy', 'software']),
  title: sentence,
  /** `ask`: only a person can tell (the clock against a wall clock). */
  state: z.enum(['ok', 'attention', 'failed', 'ask']),
  found: sentence,
  next: sentence.nullable(),
});
export const preflightReport = z.strictObject({ at: time, checks: z.array(preflightCheck).max(20) });

/** A record on this laptop. */
export const filedRecord = z.strictObject({
  path,
  folder: name,
  kind: z.string().max(20).nullable(),
  keyName: name.nullable(),
  epoch: z.int().nullable(),
  rehearsal: z.boolean().nullable(),
  created: time.nullable(),
  code: z.string().max(120).nullable(),
  ended: z.enum(['completed', 'aborted']).nullable(),
});

const failure = z.strictObject({ file: z.string().max(400), message: sentence });
export const ruleResult = z.strictObject({
  rule: z.string().max(60),
  sentence,
  state: z.enum(['ok', 'failed', 'broken', 'not checked', 'not applicable']),
  evidence: z.array(z.string()).max(5000),
  failures: z.array(failure).max(500),
});
export const recordReport = z.strictObject({
  path,
  verdict: z.enum(['VALID', 'NOT VALID']),
  outcome: z.enum(['closed', 'aborted', 'unknown']),
  rehearsal: z.boolean().nullable(),
  ceremony: z
    .strictObject({
      id: z.string().max(64),
      code: z.string().max(120),
      kind: z.string().max(20),
      keyName: name,
      suite: z.string().max(20),
      threshold: z.int(),
      holders: z.int(),
      epochBefore: z.int().nullable(),
      epochAfter: z.int().nullable(),
      groupKeyBefore: z.string().max(200).nullable(),
      groupKeyAfter: z.string().max(200).nullable(),
      abort: sentence.nullable(),
    })
    .nullable(),
  rules: z.array(ruleResult).max(60),
  /** Timestamps beside the record. Nobody is trusted here: what stands in them is what whoever made them says. */
  stamps: z
    .array(
      z.strictObject({
        file: z.string().max(400),
        /** About this record's checkpoint, and its signature holds. */
        sound: z.boolean(),
        time: time.nullable(),
        authority: z.string().max(2000).nullable(),
        problems: z.array(sentence).max(20),
      }),
    )
    .max(5000),
  /** The transcript in plain words, line by line. */
  transcript: z
    .array(z.strictObject({ seq: z.int(), at: time, actor: name, type: z.string().max(40), text: sentence }))
    .max(5000),
  files: z.array(z.strictObject({ path: z.string().max(400), size: z.int() })).max(5000),
});

export type FolderListing = z.output<typeof folderListing>;
export type CardSummary = z.output<typeof cardSummary>;
export type RecordSummary = z.output<typeof recordSummary>;
export type PlanDraft = z.output<typeof planDraft>;
export type PlanCheck = z.output<typeof planCheck>;
export type PreflightCheck = z.output<typeof preflightCheck>;
export type PreflightReport = z.output<typeof preflightReport>;
export type FiledRecord = z.output<typeof filedRecord>;
export type RecordReport = z.output<typeof recordReport>;
