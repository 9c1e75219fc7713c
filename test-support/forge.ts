/**
 * Records of committees that collude: somebody lies, everybody signs on, and the record is built from the lie with
 * every signature, hash and checkpoint right. What is left to notice is whether the content is true.
 */
import { equalBytes } from '../crypto/bytes.ts';
import { ATTEST, bundleHash, RETIRE, type Bundle } from '../ceremony/bundle.ts';
import { joinCheckpoint, signCheckpoint } from '../ceremony/closing.ts';
import { signEnvelope, type Envelope } from '../ceremony/envelope.ts';
import { buildRecord, type RecordFiles } from '../ceremony/record.ts';
import { checkpointSigners } from '../ceremony/transcript.ts';
import { advance, openView, type View } from '../ceremony/view.ts';
import type { Ended } from './records.ts';

export type Body = Record<string, unknown>;

export interface Lie {
  /** Another body for an envelope, by round and sender; undefined leaves it. */
  readonly body?: (round: number, sender: string, body: Body) => Body | undefined;
  /** Another `prev` for an envelope. */
  readonly prev?: (round: number, sender: string) => Uint8Array | undefined;
  /** Second bodies that somebody signed for the slot of one of its envelopes, filed as evidence of that round. */
  readonly second?: (round: number, sender: string, body: Body) => Body | undefined;
  /** Other exceptions in the bundle of a round; undefined leaves them. */
  readonly exceptions?: (round: number) => readonly Envelope[] | undefined;
  /** Rounds that are left out of the record. */
  readonly without?: readonly number[];
  /** What the forged record claims at the end; `truth` is what follows from its envelopes. */
  readonly end?: 'truth' | ((honest: View) => Partial<View>);
  /** Who does not sign the checkpoint. */
  readonly unsigned?: readonly string[];
}

/** Builds the record of a ceremony as it would be had everybody gone along with a lie. */
export async function forge({ run, context }: Ended, lie: Lie): Promise<RecordFiles> {
  const honest = run.administrator.view;
  const bundles: Bundle[] = [];
  let head = context.hash;
  for (const bundle of honest.bundles) {
    if (lie.without?.includes(bundle.round)) continue;
    const resign = (envelope: Envelope, body: Body, prev: Uint8Array): Promise<Envelope> =>
      signEnvelope({ ...envelope.payload, body, prev }, run.laptop(envelope.payload.sender).signer);
    const envelopes: Envelope[] = [];
    const evidence = [...bundle.evidence];
    for (const envelope of bundle.envelopes) {
      const { round, sender } = envelope.payload;
      // Receipts name the head, so an honest one follows the forged rounds before it.
      const body = round === RETIRE ? { ...envelope.payload.body, head } : envelope.payload.body;
      const prev = lie.prev?.(round, sender) ?? head;
      envelopes.push(await resign(envelope, lie.body?.(round, sender, body) ?? body, prev));
      const second = lie.second?.(round, sender, body);
      if (second !== undefined) evidence.push(await resign(envelope, second, prev));
    }
    const exceptions = lie.exceptions?.(bundle.round) ?? bundle.exceptions;
    const forged = { ...bundle, envelopes, exceptions, evidence };
    bundles.push(forged);
    head = bundleHash(context, forged);
  }
  const view: View =
    lie.end === 'truth'
      ? bundles.reduce((at, bundle) => advance(at, bundle), openView(context))
      : { ...honest, bundles, head, ...lie.end?.(honest) };
  const notes: Uint8Array[] = [];
  for (const role of checkpointSigners(view))
    if (!lie.unsigned?.includes(role)) notes.push(await signCheckpoint(view, role, run.laptop(role).signer));
  return buildRecord(view, joinCheckpoint(view, notes));
}

/** True when both records are the same bytes. */
export function sameRecord(a: RecordFiles, b: RecordFiles): boolean {
  return (
    a.size === b.size && [...a].every(([path, bytes]) => equalBytes(bytes, b.get(path) ?? new Uint8Array(0)))
  );
}

/** Rounds after `round` that an abort leaves out: all but the witnesses' statements. */
export const roundsAfter = (round: number): number[] =>
  Array.from({ length: ATTEST }, (_, later) => later).filter((later) => later > round);
