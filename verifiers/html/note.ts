/** Signed notes (C2SP signed-note), as checkpoints are written, and the tree below them. */
import { Bad, bigOf, join, same, sha256, strictText, u, unbase64, unhex, utf8 } from './basics.ts';
import { GROUPS, verifySignature, type Identity } from './groups.ts';

/** r ‖ s of the one DER encoding of two non-negative integers below 2^256. */
function fromDer(der: Uint8Array): Uint8Array | undefined {
  const size = der[3] ?? 0;
  const [r, s] = [
    bigOf(der.subarray(4, 4 + size)),
    bigOf(der.subarray(6 + size, 6 + size + (der[5 + size] ?? 0))),
  ];
  if (r >> 256n || s >> 256n) return undefined;
  const integer = (value: bigint): Uint8Array => {
    const digits = u(value, Math.floor(value.toString(2).length / 8) + 1);
    return join(Uint8Array.of(2, value === 0n ? 1 : digits.length), value === 0n ? Uint8Array.of(0) : digits);
  };
  const body = join(integer(r), integer(s));
  return same(der, join(Uint8Array.of(0x30, body.length), body)) ? join(u(r, 32), u(s, 32)) : undefined;
}

const SPKI = unhex('3059301306072a8648ce3d020106082a8648ce3d03010703420004');

function keyHash(role: string, { alg, key }: Identity): Uint8Array {
  if (alg === 'EdDSA') return sha256(join(utf8(`${role}\n`), Uint8Array.of(1), unhex(key))).slice(0, 4);
  const { x, y } = GROUPS.p256.point(unhex(key), 'key').toAffine();
  return sha256(join(SPKI, u(x, 32), u(y, 32))).slice(0, 4);
}

/** The text of a note with its last newline, and its signatures in order. Throws Bad for anything else. */
export function parseNote(note: Uint8Array): {
  text: string;
  signatures: { role: string; blob: Uint8Array }[];
} {
  let whole: string;
  try {
    whole = strictText(note);
  } catch {
    throw new Bad('this is not UTF-8.');
  }
  const blank = whole.lastIndexOf('\n\n');
  if (blank < 0 || !whole.endsWith('\n')) throw new Bad('this is not a signed note.');
  const signatures = whole
    .slice(blank + 2, -1)
    .split('\n')
    .map((line) => {
      const [, role = '', text = ''] = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
      const blob = unbase64(text);
      if (role === '' || blob === undefined)
        throw new Bad(`the signature of "${role}" does not belong here.`);
      return { role, blob };
    });
  return { text: whole.slice(0, blank + 1), signatures };
}

/** True when `blob` is this role's signature over a note: four bytes that name the key, then the signature. */
export function signedBy(role: string, identity: Identity, text: string, blob: Uint8Array): boolean {
  const raw = identity.alg === 'ES256' ? fromDer(blob.subarray(4)) : blob.subarray(4);
  return (
    raw !== undefined &&
    same(blob.subarray(0, 4), keyHash(role, identity)) &&
    verifySignature(identity.alg, unhex(identity.key), utf8(text), raw)
  );
}

/** Hash of a line of a transcript as a leaf (RFC 9162 §2.1.1). */
export const leafOf = (line: Uint8Array): Uint8Array => sha256(join(Uint8Array.of(0), line));
