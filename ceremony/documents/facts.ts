/**
 * What a record states, read out of its view once and in the shape that documents need: who said what and when, media,
 * destruction, exceptions, statements. A body that does not fit its schema ended the ceremony; it states nothing here.
 */
import type { z } from 'zod';
import { bytesToHex } from '../../crypto/bytes.ts';
import { parseCheckpoint, parseNote } from '../../crypto/note.ts';
import { APPROVE, ATTEST, RETIRE, ROUND_NAMES, SECURE } from '../bundle.ts';
import type { Envelope } from '../envelope.ts';
import { exceptionsOf, type RecordedException } from '../exceptions.ts';
import type { KeyRecord } from '../key-record.ts';
import { holderOf, planCode, roles, type PlanContext } from '../plan.ts';
import { approveSchema } from '../rounds/approve.ts';
import { attestSchema } from '../rounds/attest.ts';
import { retireSchema, type DestructionReceipt } from '../rounds/retire.ts';
import { secureSchema, type BackupReceipt } from '../rounds/secure.ts';
import type { Verdict } from '../verify/verdict.ts';
import { outcome, recordAfter, type Abort, type View } from '../view.ts';
import type { StampFacts } from './report-stamps.ts';

/** What somebody signed, and when by the clock of their laptop. */
export interface Said<T> {
  readonly role: string;
  readonly at: string;
  readonly body: T;
}

export interface RoundTimes {
  readonly round: number;
  readonly name: string;
  readonly attempt: number;
  readonly messages: number;
  /** Of the first and the last message; undefined where nobody contributed. */
  readonly first: string | undefined;
  readonly last: string | undefined;
}

/** Everybody in the plan, with what their laptop signed in this ceremony. */
export interface Presence {
  readonly role: string;
  readonly name: string;
  readonly messages: number;
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly signedCheckpoint: boolean;
}

export interface Backup extends BackupReceipt {
  readonly holder: number;
}

export interface CeremonyFacts {
  readonly context: PlanContext;
  readonly view: View;
  readonly verdict: Verdict;
  readonly outcome: 'closed' | 'aborted' | 'open' | 'certified';
  readonly abort: Abort | undefined;
  readonly before: KeyRecord | null;
  /** The key as it is after this ceremony; undefined after an abort. */
  readonly after: KeyRecord | undefined;
  readonly presence: readonly Presence[];
  readonly approvals: readonly Said<z.infer<typeof approveSchema>>[];
  readonly backups: readonly Backup[];
  readonly destroyed: readonly (DestructionReceipt & { readonly holder: number })[];
  readonly statements: readonly Said<z.infer<typeof attestSchema>>[];
  readonly exceptions: readonly RecordedException[];
  readonly rounds: readonly RoundTimes[];
  /** The transcript: number of lines, and the root of its tree that the checkpoint states. */
  readonly transcript: { readonly lines: number; readonly root: Uint8Array };
  readonly checkpointSigners: readonly string[];
  /** Timestamps beside the record, where somebody looked for them. */
  readonly stamps?: readonly StampFacts[];
  /** The latest time that anybody signed. */
  readonly at: string;
}

function said<T>(view: View, round: number, schema: z.ZodType<T>): Said<T>[] {
  return view.bundles
    .filter((bundle) => bundle.round === round)
    .flatMap(({ envelopes }) =>
      envelopes.flatMap(({ payload }) => {
        const body = schema.safeParse(payload.body);
        return body.success ? [{ role: payload.sender, at: payload.at, body: body.data }] : [];
      }),
    );
}

/** Reads the facts. `checkpoint` is the signed note of the record; the view is that of an ended ceremony. */
export function factsOf(view: View, verdict: Verdict, checkpoint: Uint8Array): CeremonyFacts {
  const { context } = view;
  const note = parseNote(checkpoint);
  const { size, root } = parseCheckpoint(note.text);
  const signers = note.signatures.map(({ name }) => name.split('/').at(-1) ?? name);
  const envelopes = allEnvelopes(view);
  return {
    context,
    view,
    verdict,
    outcome: outcome(view),
    abort: view.abort,
    before: context.plan.before,
    after: view.secure === undefined ? undefined : recordAfter(view),
    presence: presence(context, envelopes, signers),
    approvals: said(view, APPROVE, approveSchema),
    backups: said(view, SECURE, secureSchema).flatMap(({ role, body }) =>
      body.backups.map((receipt) => ({ ...receipt, holder: holderOf(role) ?? 0 })),
    ),
    destroyed: said(view, RETIRE, retireSchema).flatMap(({ role, body }) =>
      body.destroyed.map((receipt) => ({ ...receipt, holder: holderOf(role) ?? 0 })),
    ),
    statements: said(view, ATTEST, attestSchema),
    exceptions: exceptionsOf(view),
    rounds: view.bundles.map(({ round, attempt, envelopes: own, evidence }) => ({
      round,
      name: ROUND_NAMES[round] ?? '',
      attempt,
      messages: own.length + evidence.length,
      ...span([...own, ...evidence]),
    })),
    transcript: { lines: size, root },
    checkpointSigners: signers,
    at: span(envelopes).last ?? context.plan.created,
  };
}

function allEnvelopes(view: View): Envelope[] {
  return view.bundles.flatMap((bundle) => [...bundle.envelopes, ...bundle.exceptions, ...bundle.evidence]);
}

/** First and last time; RFC 3339 in UTC sorts as text. */
function span(envelopes: readonly Envelope[]): { first: string | undefined; last: string | undefined } {
  const times = envelopes.map(({ payload }) => payload.at).sort();
  return { first: times[0], last: times.at(-1) };
}

function presence(
  { plan }: PlanContext,
  envelopes: readonly Envelope[],
  signers: readonly string[],
): Presence[] {
  return roles(plan).map(({ role, name, identity }) => {
    const own = envelopes.filter(({ payload }) => payload.sender === role);
    // A laptop with several roles signs the checkpoint once, in one of them.
    const laptop = roles(plan).filter((other) => other.identity.key === identity.key);
    return {
      role,
      name,
      messages: own.length,
      ...span(own),
      signedCheckpoint: laptop.some((other) => signers.includes(other.role)),
    };
  });
}

/** What the code on the report says: enough to find the transcript and to compare it. */
export function transcriptCode({ context, transcript }: CeremonyFacts): string {
  return `reseal transcript ${bytesToHex(context.id)} ${transcript.lines} ${bytesToHex(transcript.root)}`;
}

/** What stands on every document of a ceremony. */
export function common(context: PlanContext): {
  keyName: string;
  code: string;
  ceremony: string;
  rehearsal: boolean;
} {
  return {
    keyName: context.plan.keyName,
    code: planCode(context),
    ceremony: bytesToHex(context.id),
    rehearsal: context.plan.rehearsal,
  };
}
