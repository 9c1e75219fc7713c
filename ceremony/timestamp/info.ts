/** What an authority signed: TSTInfo (RFC 3161 §2.4.2). */
import { bytesToHex } from '../../crypto/bytes.ts';
import {
  badTimestamp,
  BOOLEAN,
  context,
  elements,
  Fields,
  GENERALIZED_TIME,
  generalizedTime,
  INTEGER,
  integerBytes,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  oidOf,
  primitive,
  readDer,
  SEQUENCE,
  smallInteger,
  type Der,
} from './der.ts';
import { readImprint, type Imprint } from './request.ts';

export interface StampInfo {
  /** Object identifier of the policy under which the authority works. */
  readonly policy: string;
  readonly imprint: Imprint;
  /** Upper-case hex, as `openssl` prints it without its `0x`. */
  readonly serial: string;
  /** RFC 3339 in UTC, with the fraction that the authority gave. */
  readonly time: string;
  /** The same in milliseconds since 1970, rounded down. */
  readonly ms: number;
  /** In microseconds, to both sides; undefined where the authority does not say. */
  readonly accuracy: number | undefined;
  /** Content of the INTEGER; undefined where there is none. */
  readonly nonce: Uint8Array | undefined;
}

/** Reads a TSTInfo. Throws `bad-timestamp`. */
export function readInfo(bytes: Uint8Array, what: string): StampInfo {
  const place = `${what}, TSTInfo`;
  const fields = new Fields(readDer(bytes, place), place);
  const version = smallInteger(fields.take(INTEGER, 'version'), place);
  if (version !== 1) throw badTimestamp(place, `its version is ${version}, expected 1.`);
  const policy = oidOf(fields.take(OBJECT_IDENTIFIER, 'policy'), place);
  const imprint = readImprint(fields.take(SEQUENCE, 'messageImprint'), what);
  const serial = integerBytes(fields.take(INTEGER, 'serialNumber'), place);
  const { text: time, ms } = generalizedTime(fields.take(GENERALIZED_TIME, 'genTime'), place);
  const accuracy = readAccuracy(fields.optional(SEQUENCE), place);
  fields.optional(BOOLEAN);
  const nonce = fields.optional(INTEGER);
  fields.optional(context(0));
  refuseCritical(fields.optional(context(1)), place);
  fields.end();
  return {
    policy,
    imprint,
    serial: serialOf(serial),
    time,
    ms,
    accuracy,
    nonce: nonce === undefined ? undefined : integerBytes(nonce, place),
  };
}

/** A serial number as hex, without the zero in front that keeps it positive. */
export function serialOf(content: Uint8Array): string {
  return bytesToHex(content[0] === 0 && content.length > 1 ? content.subarray(1) : content).toUpperCase();
}

/** Accuracy in microseconds: seconds, and below them `[0]` milliseconds and `[1]` microseconds, each up to 999. */
function readAccuracy(element: Der | undefined, what: string): number | undefined {
  if (element === undefined) return undefined;
  const fields = new Fields(element, `${what}, accuracy`);
  const [seconds, millis, micros] = [INTEGER, primitive(0), primitive(1)].map((tag) => {
    const found = fields.optional(tag);
    return found === undefined ? 0 : smallInteger(found, `${what}, accuracy`);
  });
  fields.end();
  return (seconds ?? 0) * 1_000_000 + (millis ?? 0) * 1000 + (micros ?? 0);
}

/** An extension that its author calls critical means something that nobody here knows (RFC 3161 §2.4.2). */
function refuseCritical(extensions: Der | undefined, what: string): void {
  for (const extension of extensions === undefined ? [] : elements(extensions, what)) {
    const fields = new Fields(extension, `${what}, extension`);
    const oid = oidOf(fields.take(OBJECT_IDENTIFIER, 'extnID'), what);
    if (fields.optional(BOOLEAN)?.content[0] === 0xff)
      throw badTimestamp(what, `it has a critical extension (${oid}) that Reseal does not know.`);
    fields.take(OCTET_STRING, 'extnValue');
    fields.end();
  }
}
