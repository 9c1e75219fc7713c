/** A request for a timestamp (TimeStampReq, RFC 3161 §2.4.1): what may leave the room, and nothing secret is in it. */
import type { Random } from '../../crypto/random.ts';
import { sha256 } from '../hash.ts';
import {
  badTimestamp,
  BOOLEAN,
  context,
  type Der,
  Fields,
  INTEGER,
  integerBytes,
  NULL,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  oidOf,
  readDer,
  SEQUENCE,
  smallInteger,
  writeDer,
  writeOid,
} from './der.ts';
import { MAX_STAMP } from './files.ts';
import { SHA256 } from './oids.ts';

/** What a stamp is about: a hash, and the object identifier of the function that made it. */
export interface Imprint {
  readonly algorithm: string;
  readonly hash: Uint8Array;
}

export interface StampRequest {
  readonly imprint: Imprint;
  /** Content of the INTEGER; undefined where the request has none. */
  readonly nonce: Uint8Array | undefined;
}

/**
 * A request for a stamp of `data` by its SHA-256. `random` gives a nonce of 64 bits, of which 62 are drawn, as it must
 * be positive and always of one length; it ties the answer to this request. Asks for the certificate, without which
 * nobody could check the stamp later.
 */
export function makeRequest(data: Uint8Array, random: Random): Uint8Array {
  const nonce = random(8).map((byte, at) => (at === 0 ? (byte & 0x3f) | 0x40 : byte));
  return writeDer(
    SEQUENCE,
    writeDer(INTEGER, Uint8Array.of(1)),
    writeDer(
      SEQUENCE,
      writeDer(SEQUENCE, writeOid(SHA256), writeDer(NULL)),
      writeDer(OCTET_STRING, sha256(data)),
    ),
    writeDer(INTEGER, nonce),
    writeDer(BOOLEAN, Uint8Array.of(0xff)),
  );
}

/** Reads a request, also one that another tool made. Throws `bad-timestamp`. */
export function readRequest(bytes: Uint8Array, what = 'Request'): StampRequest {
  if (bytes.length > MAX_STAMP)
    throw badTimestamp(what, `it has ${bytes.length} bytes; at most ${MAX_STAMP} are read.`);
  const fields = new Fields(readDer(bytes, what), what);
  const version = smallInteger(fields.take(INTEGER, 'version'), what);
  if (version !== 1) throw badTimestamp(what, `its version is ${version}, expected 1.`);
  const imprint = readImprint(fields.take(SEQUENCE, 'messageImprint'), what);
  fields.optional(OBJECT_IDENTIFIER);
  const nonce = fields.optional(INTEGER);
  fields.optional(BOOLEAN);
  fields.optional(context(0));
  fields.end();
  return { imprint, nonce: nonce === undefined ? undefined : integerBytes(nonce, what) };
}

/** Reads a MessageImprint (RFC 3161 §2.4.1). */
export function readImprint(element: Der, what: string): Imprint {
  const fields = new Fields(element, `${what}, imprint`);
  const algorithm = readAlgorithm(fields.take(SEQUENCE, 'hashAlgorithm'), `${what}, imprint`);
  const hash = fields.take(OCTET_STRING, 'hashedMessage').content;
  fields.end();
  return { algorithm, hash };
}

/** The object identifier of an AlgorithmIdentifier (RFC 5280 §4.1.1.2) without parameters, or with NULL. */
export function readAlgorithm(element: Der, what: string): string {
  const fields = new Fields(element, what);
  const oid = oidOf(fields.take(OBJECT_IDENTIFIER, 'algorithm'), what);
  fields.optional(NULL);
  if (!fields.done)
    throw badTimestamp(what, `the algorithm ${oid} has parameters that Reseal does not know.`);
  return oid;
}
