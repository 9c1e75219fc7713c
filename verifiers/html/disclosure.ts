/** Disclosures: single lines of a transcript, proven against the checkpoint that was signed over all of them. */
import { Bad, base64, isFields, join, parseCanonical, same, sha256, unhex, utf8 } from './basics.ts';
import { hexOf, int, list, object, one, requireShape, text, type Shape } from './fields.ts';
import { GROUPS, type Identity } from './groups.ts';
import { leafOf, parseNote, signedBy } from './note.ts';
import { IDENTITY } from './shapes.ts';

const DISCLOSURE: Shape = object({
  format: one('reseal-disclosure-1'),
  checkpoint: text,
  keys: { is: 'map' },
  entries: list(object({ line: text, proof: list(hexOf(32), 53), seq: int(0) }), 10_000, 1),
});

interface Fields {
  readonly checkpoint: string;
  readonly keys: Readonly<Record<string, Identity>>;
  readonly entries: readonly { line: string; proof: readonly string[]; seq: number }[];
}

/** What a disclosure proves; whose the keys in it are is not proven. */
export interface Disclosed {
  readonly verdict: 'VALID' | 'NOT VALID';
  /** Why it is not valid. */
  readonly reason?: string;
  readonly origin?: string;
  /** Number of lines of the whole transcript. */
  readonly size?: number;
  readonly entries?: readonly { seq: number; line: string; type: string; at: string; actor: string }[];
  readonly signers?: readonly ({ role: string } & Identity)[];
}

/** True when a file begins as a disclosure does. */
export const looksDisclosed = (bytes: Uint8Array): boolean =>
  same(bytes.subarray(0, 14), utf8('{"checkpoint":'));

/** The root that an inclusion proof leads to (RFC 9162 §2.1.3.2); undefined for a proof of another length. */
function rootOf(
  seq: number,
  size: number,
  leaf: Uint8Array,
  path: readonly string[],
): Uint8Array | undefined {
  let [here, last, node] = [seq, size - 1, leaf];
  if (here > last) return undefined;
  for (const sibling of path) {
    if (last === 0) return undefined;
    const other = unhex(sibling);
    if (here % 2 === 1 || here === last) {
      node = sha256(join(Uint8Array.of(1), other, node));
      while (here % 2 === 0 && here > 0) [here, last] = [here / 2, Math.floor(last / 2)];
    } else node = sha256(join(Uint8Array.of(1), node, other));
    [here, last] = [Math.floor(here / 2), Math.floor(last / 2)];
  }
  return last === 0 ? node : undefined;
}

function signersOf({ checkpoint, keys }: Fields): ({ role: string } & Identity)[] {
  const note = parseNote(utf8(checkpoint));
  const found = note.signatures.map(({ role, blob }) => {
    const identity = Object.hasOwn(keys, role) ? keys[role] : undefined;
    if (identity === undefined) throw new Bad(`there is no key of ${role}, who signed.`);
    requireShape(IDENTITY, { ...identity }, `the key of ${role}`);
    // A key that is no point is refused here, not taken for a wrong signature.
    GROUPS[identity.alg === 'ES256' ? 'p256' : 'ed25519'].point(unhex(identity.key), `the key of ${role}`);
    if (!signedBy(role, identity, note.text, blob)) throw new Bad(`the signature of ${role} is not valid.`);
    return { role, ...identity };
  });
  const roles = new Set(found.map(({ role }) => role));
  if (found[0]?.role !== 'administrator' || roles.size !== found.length)
    throw new Bad('the administrator did not sign, or somebody signs twice.');
  if (Object.keys(keys).length !== found.length) throw new Bad('there are keys of others than the signers.');
  return found;
}

/** What a line says of itself; it must be in a transcript's own form, so that nobody reads it in another way. */
function entryOf(
  line: string,
  seq: number,
): { seq: number; line: string; type: string; at: string; actor: string } {
  const said = parseCanonical(utf8(`${line}\n`), `entry ${seq}`);
  if (!isFields(said)) throw new Bad(`entry ${seq} is no line of a transcript.`);
  const { type, at, actor } = said;
  if (said['seq'] !== seq || typeof type !== 'string' || typeof at !== 'string' || typeof actor !== 'string')
    throw new Bad(`entry ${seq} is no line of a transcript, or another one.`);
  return { seq, line, type, at, actor };
}

function check(bytes: Uint8Array): Disclosed {
  const value = parseCanonical(bytes, 'disclosure');
  requireShape(DISCLOSURE, value, 'disclosure');
  const fields = value as unknown as Fields;
  const { text: signed } = parseNote(utf8(fields.checkpoint));
  const form = /^(reseal\/(?:ceremony|rehearsal)\/[0-9a-f]{32})\n(0|[1-9][0-9]{0,15})\n([^\n]+)\n$/;
  const [, origin, length, root] = form.exec(signed) ?? [];
  if (origin === undefined) throw new Bad('the checkpoint is not that of a ceremony.');
  const [signers, size] = [signersOf(fields), Number(length)];
  let last = -1;
  const entries = fields.entries.map(({ line, proof, seq }) => {
    if (seq <= last) throw new Bad(`entry ${seq} is there twice, or out of order.`);
    last = seq;
    const found = rootOf(seq, size, leafOf(utf8(line)), proof);
    if (found === undefined || base64(found) !== root)
      throw new Bad(`entry ${seq} is not in the transcript that was signed.`);
    return entryOf(line, seq);
  });
  return { verdict: 'VALID', origin, size, entries, signers };
}

/** Checks a disclosure; what is wrong with it is a sentence in the answer. */
export function verifyDisclosure(bytes: Uint8Array): Disclosed {
  try {
    return check(bytes);
  } catch (error) {
    if (!(error instanceof Bad)) throw error;
    return { verdict: 'NOT VALID', reason: error.message };
  }
}
