/**
 * The record: a folder of files that proves what happened to whoever opens it years later. Every byte follows from
 * the plan, the envelopes and the signed checkpoint, so verification rebuilds the folder and compares.
 */
import { bytesToHex, utf8ToBytes } from '../crypto/bytes.ts';
import type { Bundle } from './bundle.ts';
import { canonicalJsonFile } from './canonical-json.ts';
import { slotName, type EnvelopePayload } from './envelope.ts';
import { sha256 } from './hash.ts';
import { encodeKeyRecord } from './key-record.ts';
import { plainLine } from './plain.ts';
import { planCode } from './plan.ts';
import { transcript } from './transcript.ts';
import { outcome, recordAfter, type View } from './view.ts';

/** Files of a record by path, `/` between folders. */
export type RecordFiles = ReadonlyMap<string, Uint8Array>;

/** Builds all files of the record of an ended ceremony. `checkpoint` is the signed note. */
export function buildRecord(view: View, checkpoint: Uint8Array): RecordFiles {
  const { context } = view;
  const files = new Map<string, Uint8Array>();
  files.set('README.txt', utf8ToBytes(readme(view)));
  files.set('plan.json', context.bytes);
  for (const bundle of view.bundles) {
    for (const envelope of bundle.envelopes)
      files.set(`envelopes/${slotName(envelope.payload)}.cose`, envelope.bytes);
    for (const { bytes, payload } of bundle.exceptions)
      files.set(`envelopes/${exceptionName(bundle, payload)}.cose`, bytes);
    for (const [at, envelope] of bundle.evidence.entries())
      files.set(
        `envelopes/evidence-r${bundle.round}-a${bundle.attempt}-${at + 1}-${slotName(envelope.payload)}.cose`,
        envelope.bytes,
      );
  }
  files.set(
    'transcript.jsonl',
    utf8ToBytes(
      transcript(view)
        .map((line) => `${line}\n`)
        .join(''),
    ),
  );
  files.set('checkpoint', checkpoint);
  if (context.plan.before !== null) files.set('keys/before.json', encodeKeyRecord(context.plan.before));
  const after = recordAfter(view);
  if (after !== undefined && view.secure !== undefined) {
    files.set('keys/after.json', encodeKeyRecord(after));
    for (const [at, proof] of view.secure.proofs.entries())
      files.set(
        `proofs/${at + 1}.json`,
        canonicalJsonFile({
          groupKey: after.groupKey,
          message: new TextDecoder().decode(proof.message),
          scheme: context.plan.proofs[at]?.scheme ?? '',
          signature: bytesToHex(proof.signature),
          signers: context.plan.proofs[at]?.signers ?? [],
          suite: context.plan.suite,
        }),
      );
  }
  files.set('SHA256SUMS', checksums(files));
  return files;
}

/** `r2-a1-exception-3-holder-1`: the bundle that carries it first, so that it lies beside the round's envelopes. */
export function exceptionName(
  bundle: Pick<Bundle, 'round' | 'attempt'>,
  { attempt, sender }: Pick<EnvelopePayload, 'attempt' | 'sender'>,
): string {
  return `r${bundle.round}-a${bundle.attempt}-exception-${attempt}-${sender}`;
}

/** `sha256sum -c SHA256SUMS` checks it on any machine. */
export function checksums(files: RecordFiles): Uint8Array {
  const lines = [...files]
    .filter(([path]) => path !== 'SHA256SUMS')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, bytes]) => `${bytesToHex(sha256(bytes))}  ${path}\n`);
  return utf8ToBytes(lines.join(''));
}

function readme(view: View): string {
  const { plan, id } = view.context;
  const ended = { closed: 'completed', certified: 'certified', aborted: 'aborted', open: 'open' }[
    outcome(view)
  ];
  return [
    ...(plan.rehearsal
      ? ['REHEARSAL: throw-away keys. This record proves nothing about a real key.', '']
      : []),
    `Record of a ceremony of Reseal: ${plan.kind} of the key "${plan.keyName}", ${ended}.`,
    '',
    `Ceremony  ${bytesToHex(id)}`,
    `Plan code ${planCode(view.context)}`,
    `Key       ${plan.suite}, ${plan.threshold} of ${plan.holders.length}, epoch ${plan.epoch}`,
    ...(view.abort === undefined ? [] : [`Aborted   ${plainLine(view.abort.reason)}`]),
    '',
    'plan.json         the plan, exactly the bytes whose hash everybody signed',
    'envelopes/        every signed message, by round (r), attempt (a) and sender: COSE_Sign1, RFC 9052; exceptions too',
    'keys/             the public key records before and after',
    'proofs/           signatures by the new shares, to be checked with ordinary tools under the original group key',
    'transcript.jsonl  what happened, line by line: RFC 8785 lines, leaves of an RFC 6962 tree',
    'checkpoint        C2SP signed note over the transcript',
    'SHA256SUMS        for sha256sum -c',
    '',
    'Check it with: reseal verify <this folder>',
    '',
  ].join('\n');
}
