/**
 * Disclosures: single lines of a transcript, with what proves that they stand in it (RFC 6962 inclusion proofs) and that
 * its checkpoint was signed. The other lines stay hidden: every line has a salt of its own, so that the hashes in a
 * proof give nothing away about lines that could be guessed.
 */
import { z } from 'zod';
import { bytesToHex, fromHex, utf8ToBytes } from '../crypto/bytes.ts';
import { inclusionProof, leafHash, verifyInclusion } from '../crypto/merkle.ts';
import { parseCheckpoint, parseNote, verifyNoteSignature } from '../crypto/note.ts';
import { canonicalJson, canonicalJsonFile, parseCanonicalJsonFile } from './canonical-json.ts';
import { identityFromField } from './card.ts';
import { CeremonyError } from './errors.ts';
import { hexBytes, identityKey, parseFields } from './fields.ts';
import { decodePlan, roles } from './plan.ts';
import type { RecordFiles } from './record.ts';

const schema = z.strictObject({
  format: z.literal('reseal-disclosure-1'),
  /** The signed note over the whole transcript. */
  checkpoint: z.string(),
  /** The identity keys of those who signed it, by role, as the plan names them. Whose they are is not proven here. */
  keys: z.record(z.string(), identityKey),
  entries: z
    .array(
      z.strictObject({
        /** The line, without its newline. */
        line: z.string(),
        /** From the leaf to the root. */
        proof: z.array(hexBytes(32)).max(53),
        seq: z.number().int().min(0),
      }),
    )
    .min(1)
    .max(10_000),
});

/** What a disclosure proves, once it was checked. */
export interface Disclosed {
  /** First line of the checkpoint. */
  readonly origin: string;
  /** Number of lines of the whole transcript. */
  readonly size: number;
  readonly entries: readonly { seq: number; type: string; at: string; actor: string; line: string }[];
  /** Who signed the checkpoint, with the key that this file names for them. */
  readonly signers: readonly { role: string; alg: string; key: string }[];
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const refuse = (what: string, sentence: string): CeremonyError =>
  new CeremonyError('bad-field', `${what}: ${sentence}`);

/**
 * The disclosure of the entries with these numbers (`seq`). `files` is a record that was found VALID. Throws `bad-field`
 * for a number that is no entry's, or is there twice.
 */
export function disclose(files: RecordFiles, numbers: readonly number[]): Uint8Array {
  const { plan } = decodePlan(files.get('plan.json') ?? new Uint8Array(0));
  const lines = text(files.get('transcript.jsonl')).split('\n').slice(0, -1);
  const leaves = lines.map((line) => leafHash(utf8ToBytes(line)));
  if (numbers.length === 0 || new Set(numbers).size !== numbers.length)
    throw refuse('Entries', 'expected at least one number, and each once.');
  const entries = [...numbers]
    .sort((a, b) => a - b)
    .map((seq) => {
      const line = lines[seq];
      if (line === undefined)
        throw refuse(
          'Entries',
          `there is no entry ${seq}: this transcript has entries 0 to ${lines.length - 1}.`,
        );
      return { line, proof: inclusionProof(seq, leaves).map(bytesToHex), seq };
    });
  const checkpoint = text(files.get('checkpoint'));
  const signed = parseNote(checkpoint).signatures.map(({ name }) => name);
  const keys = roles(plan).flatMap(({ role, identity }) =>
    signed.includes(role) ? [[role, identity] as const] : [],
  );
  return canonicalJsonFile({
    format: 'reseal-disclosure-1',
    checkpoint,
    entries,
    keys: Object.fromEntries(keys),
  });
}

/** True when a file begins as a disclosure does. */
export function looksLikeDisclosure(bytes: Uint8Array): boolean {
  return text(bytes.subarray(0, 14)) === '{"checkpoint":';
}

/**
 * Checks a disclosure: every entry is in the tree of the checkpoint, and the checkpoint is signed by the administrator
 * and by everybody else whose signature it carries. Throws `bad-field` or `bad-encoding` naming what is wrong.
 */
export function checkDisclosure(bytes: Uint8Array, what = 'Disclosure'): Disclosed {
  const { checkpoint, entries, keys } = parseFields(
    schema,
    parseCanonicalJsonFile(bytes, what),
    what,
    'bad-field',
  );
  const note = parseNote(checkpoint);
  const { origin, size, root } = parseCheckpoint(note.text);
  if (!/^reseal\/(?:ceremony|rehearsal)\/[0-9a-f]{32}$/.test(origin))
    throw refuse(what, 'field "checkpoint": it is not that of a ceremony.');
  const signers = note.signatures.map((signature) => {
    const key = Object.hasOwn(keys, signature.name) ? keys[signature.name] : undefined;
    if (key === undefined)
      throw refuse(what, `field "keys": there is none of ${signature.name}, who signed.`);
    if (!verifyNoteSignature(note.text, signature, signature.name, identityFromField(key)))
      throw refuse(what, `field "checkpoint": the signature of ${signature.name} is not valid.`);
    return { role: signature.name, ...key };
  });
  if (signers[0]?.role !== 'administrator')
    throw refuse(what, 'field "checkpoint": the administrator did not sign it.');
  if (Object.keys(keys).length !== signers.length)
    throw refuse(what, 'field "keys": expected those of the signers, and no others.');
  let last = -1;
  const read = entries.map(({ line, proof, seq }) => {
    if (seq <= last) throw refuse(what, `entry ${seq}: it is there twice, or out of order.`);
    last = seq;
    if (!verifyInclusion(seq, size, leafHash(utf8ToBytes(line)), proof.map(fromHex), root))
      throw refuse(what, `entry ${seq}: it is not in the transcript that was signed.`);
    return { seq, line, ...headOf(line, seq, what) };
  });
  return { origin, size, entries: read, signers };
}

const lineSchema = z.object({ seq: z.number(), type: z.string(), at: z.string(), actor: z.string() });

/** What a line says of itself; it must be a transcript's own form, so that nobody reads it in another way. */
function headOf(line: string, seq: number, what: string): { type: string; at: string; actor: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw refuse(what, `entry ${seq}: this is no line of a transcript.`);
  }
  const head = lineSchema.safeParse(value);
  if (!head.success || head.data.seq !== seq || canonicalJson(value) !== line)
    throw refuse(what, `entry ${seq}: this is no line of a transcript, or another one.`);
  const { type, at, actor } = head.data;
  return { type, at, actor };
}
