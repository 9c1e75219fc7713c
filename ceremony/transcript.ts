/**
 * The transcript: what happened, line by line, derived from plan and envelopes alone. Everybody who has the bundles
 * computes the same bytes, so nobody needs to be trusted to write it. RFC 8785 lines, one RFC 6962 leaf per line.
 *
 * Every line has a salt, so that a single line can be disclosed later without the others being guessed from their
 * hashes. Salts are derived from all signatures of the record: whoever has the record can recompute them, whoever was
 * given one line cannot.
 */
import { bytesToHex, uintBytes, utf8ToBytes } from '../crypto/bytes.ts';
import { leafHash, treeRoot } from '../crypto/merkle.ts';
import { checkpointText } from '../crypto/note.ts';
import { ATTEST, bundleHash, ROUND_NAMES } from './bundle.ts';
import { canonicalJson } from './canonical-json.ts';
import { envelopeHash, type Envelope } from './envelope.ts';
import { digest } from './hash.ts';
import { planCode, roles } from './plan.ts';
import { outcome, recordAfter, type View } from './view.ts';

interface Entry {
  readonly type: string;
  readonly at: string;
  readonly actor: string;
  readonly body: Record<string, unknown>;
}

/**
 * Bytes become lower-case hex; everything else stays as it is. A body that fits no schema is in the transcript too (it
 * ended the ceremony); how deep it can nest is bounded where envelopes are decoded.
 */
function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return bytesToHex(value);
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(inner)]));
}

function envelopeEntry(envelope: Envelope): Entry {
  const { payload } = envelope;
  return {
    type: ROUND_NAMES[payload.round] ?? 'envelope',
    at: payload.at,
    actor: payload.sender,
    body: {
      attempt: payload.attempt,
      content: readable(payload.body),
      envelope: bytesToHex(envelopeHash(envelope)),
      prev: bytesToHex(payload.prev),
    },
  };
}

function entries(view: View): Entry[] {
  const { context } = view;
  const { plan } = context;
  const list: Entry[] = [
    {
      type: 'plan',
      at: plan.created,
      actor: 'plan',
      body: {
        ceremony: bytesToHex(context.id),
        code: planCode(context),
        epoch: plan.epoch,
        hash: bytesToHex(context.hash),
        keyName: plan.keyName,
        kind: plan.kind,
        rehearsal: plan.rehearsal,
        suite: plan.suite,
        threshold: plan.threshold,
      },
    },
  ];
  let at = plan.created;
  for (const bundle of view.bundles) {
    for (const envelope of [...bundle.envelopes, ...bundle.exceptions, ...bundle.evidence]) {
      list.push(envelopeEntry(envelope));
      if (envelope.payload.at > at) at = envelope.payload.at;
    }
    list.push({
      type: 'bundle',
      at,
      actor: 'administrator',
      body: { attempt: bundle.attempt, hash: bytesToHex(bundleHash(context, bundle)), round: bundle.round },
    });
  }
  const after = view.secure === undefined ? undefined : recordAfter(view);
  list.push({
    type: 'outcome',
    at,
    actor: 'everybody',
    body: {
      outcome: outcome(view),
      abort: view.abort === undefined ? null : { ...view.abort, culprit: view.abort.culprit ?? null },
      faults: view.faults.map((fault) => ({ ...fault, culprit: fault.culprit ?? null })),
      epoch: after?.epoch ?? plan.before?.epoch ?? null,
      groupKey: after?.groupKey ?? plan.before?.groupKey ?? null,
    },
  });
  return list;
}

/** The transcript of a ceremony that has ended: lines of canonical JSON, each closed by a newline. */
export function transcript(view: View): string[] {
  const envelopes = view.bundles.flatMap((bundle) => [
    ...bundle.envelopes,
    ...bundle.exceptions,
    ...bundle.evidence,
  ]);
  const seed = digest('transcript-salts', view.context.hash, ...envelopes.map((envelope) => envelope.bytes));
  return entries(view).map((entry, seq) => {
    const salt = bytesToHex(digest('transcript-salt', seed, uintBytes(seq, 4)).slice(0, 16));
    return canonicalJson({ v: 1, seq, ...entry, salt });
  });
}

/** Name of the log that a ceremony's transcript is: first line of its checkpoint. */
export function checkpointOrigin(view: View): string {
  const mark = view.context.plan.rehearsal ? 'reseal/rehearsal' : 'reseal/ceremony';
  return `${mark}/${bytesToHex(view.context.id)}`;
}

/** The checkpoint text over a transcript: origin, number of lines, RFC 6962 root. */
export function checkpointOf(view: View, lines: readonly string[]): string {
  const leaves = lines.map((line) => leafHash(utf8ToBytes(line)));
  return checkpointText(checkpointOrigin(view), lines.length, treeRoot(leaves));
}

/**
 * Who must sign the checkpoint, in order. A laptop with several roles signs once, in the first. A holder is not asked
 * to sign for a ceremony that it may have broken.
 */
export function checkpointSigners(view: View): string[] {
  const seen = new Set<string>();
  const people = roles(view.context.plan).filter(
    ({ role }) =>
      role === 'administrator' ||
      role.startsWith('witness-') ||
      (role.startsWith('holder-') && outcome(view) === 'closed'),
  );
  const rank = (role: string): number => (role === 'administrator' ? 0 : role.startsWith('witness-') ? 1 : 2);
  return people
    .sort((a, b) => rank(a.role) - rank(b.role))
    .filter(({ identity }) => {
      if (seen.has(identity.key)) return false;
      seen.add(identity.key);
      return true;
    })
    .map(({ role }) => role);
}

/** True once nothing can be added: all rounds are there, or the ceremony was aborted and attested. */
export function isComplete(view: View): boolean {
  return view.next === undefined && view.bundles.some((bundle) => bundle.round === ATTEST);
}
