/**
 * One certificate (RFC 5280): Node reads it and checks its signature; what Node does not tell, such as which extension
 * is critical, is read here from the same bytes.
 */
import { X509Certificate, type KeyObject } from 'node:crypto';
import { equalBytes } from '../../crypto/bytes.ts';
import { plainLine } from '../../ceremony/plain.ts';
import {
  badTimestamp,
  BIT_STRING,
  BOOLEAN,
  context,
  elements,
  Fields,
  INTEGER,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  oidOf,
  primitive,
  readDer,
  SEQUENCE,
  smallInteger,
  type Der,
} from '../../ceremony/timestamp/der.ts';
import {
  BASIC_CONSTRAINTS,
  EXTENDED_KEY_USAGE,
  KEY_IDENTIFIER,
  KEY_USAGE,
  SIGNATURES,
} from '../../ceremony/timestamp/oids.ts';

export interface Certificate {
  readonly x509: X509Certificate;
  readonly publicKey: KeyObject;
  /** DER, as are issuer and serial number (with their tags). */
  readonly raw: Uint8Array;
  readonly issuer: Uint8Array;
  readonly serial: Uint8Array;
  /** Subject, for people: one line, harmless to print. */
  readonly name: string;
  /** First and last millisecond at which it is valid. */
  readonly from: number;
  readonly to: number;
  /** Object identifier of how it is signed. */
  readonly signedWith: string;
  readonly extensions: ReadonlyMap<string, { readonly critical: boolean; readonly value: Uint8Array }>;
}

/** Reads a certificate in DER. Throws `bad-timestamp` naming `what`. */
export function readCertificate(raw: Uint8Array, what: string): Certificate {
  const outer = new Fields(readDer(raw, what), what);
  const fields = new Fields(outer.take(SEQUENCE, 'tbsCertificate'), what);
  const signedWith = algorithmOf(outer.take(SEQUENCE, 'signatureAlgorithm'), what);
  outer.take(BIT_STRING, 'signature');
  outer.end();
  fields.optional(context(0));
  const serial = fields.take(INTEGER, 'serialNumber').raw;
  fields.take(SEQUENCE, 'signature');
  const issuer = fields.take(SEQUENCE, 'issuer').raw;
  for (const name of ['validity', 'subject', 'subjectPublicKeyInfo']) fields.take(SEQUENCE, name);
  fields.optional(primitive(1));
  fields.optional(primitive(2));
  const extensions = readExtensions(fields.optional(context(3)), what);
  fields.end();
  const { x509, publicKey } = parse(raw, what);
  return {
    x509,
    publicKey,
    raw,
    issuer,
    serial,
    name: plainLine(x509.subject.split('\n').join(', ')),
    from: x509.validFromDate.getTime(),
    to: x509.validToDate.getTime() + 999,
    signedWith,
    extensions,
  };
}

/** Node also takes PEM, and looks for it inside of what it is given: another certificate than these bytes, then. */
function parse(raw: Uint8Array, what: string): Pick<Certificate, 'x509' | 'publicKey'> {
  let x509: X509Certificate;
  let publicKey: KeyObject;
  try {
    x509 = new X509Certificate(raw);
    // A key of a kind that nobody knows is found out here, not later.
    publicKey = x509.publicKey;
  } catch {
    throw badTimestamp(what, 'this is not a certificate that can be read.');
  }
  if (!equalBytes(x509.raw, raw)) throw badTimestamp(what, 'it can be read as two different certificates.');
  return { x509, publicKey };
}

const algorithmOf = (element: Der, what: string): string =>
  oidOf(new Fields(element, what).take(OBJECT_IDENTIFIER, 'algorithm'), what);

function readExtensions(element: Der | undefined, what: string): Certificate['extensions'] {
  const out = new Map<string, { critical: boolean; value: Uint8Array }>();
  if (element === undefined) return out;
  const wrapped = new Fields(element, what, context(3));
  for (const extension of elements(wrapped.take(SEQUENCE, 'extensions'), what)) {
    const fields = new Fields(extension, `${what}, extension`);
    const oid = oidOf(fields.take(OBJECT_IDENTIFIER, 'extnID'), what);
    const critical = (fields.optional(BOOLEAN)?.content[0] ?? 0) !== 0;
    const value = fields.take(OCTET_STRING, 'extnValue').content;
    fields.end();
    if (out.has(oid)) throw badTimestamp(what, `its extension ${oid} is there twice.`);
    out.set(oid, { critical, value });
  }
  wrapped.end();
  return out;
}

/** Purposes that its extended key usage lists, and whether that is critical; undefined where there is none. */
export function purposesOf(
  { extensions }: Certificate,
  what: string,
): { critical: boolean; purposes: string[] } | undefined {
  const found = extensions.get(EXTENDED_KEY_USAGE);
  if (found === undefined) return undefined;
  const purposes = elements(readDer(found.value, what), what).map((one) => oidOf(one, what));
  return { critical: found.critical, purposes };
}

/** True when it has no key usage, or one that allows signing data (digitalSignature or nonRepudiation). */
export function maySignData({ extensions }: Certificate, what: string): boolean {
  const found = extensions.get(KEY_USAGE);
  // A BIT STRING: the number of unused bits, then the bits from the highest on (RFC 5280 §4.2.1.3).
  return found === undefined || ((readDer(found.value, what).content[1] ?? 0) & 0b1100_0000) !== 0;
}

/** Certificates of authorities that may follow below it; undefined for any number. Only for those that are one. */
export function pathLengthOf({ extensions }: Certificate, what: string): number | undefined {
  const found = extensions.get(BASIC_CONSTRAINTS);
  if (found === undefined) return undefined;
  const fields = new Fields(readDer(found.value, what), what);
  fields.optional(BOOLEAN);
  const length = fields.optional(INTEGER);
  return length === undefined ? undefined : smallInteger(length, what);
}

/** Its key identifier; undefined where there is none. */
export function keyIdentifierOf({ extensions }: Certificate, what: string): Uint8Array | undefined {
  const found = extensions.get(KEY_IDENTIFIER);
  return found === undefined ? undefined : readDer(found.value, what).content;
}

const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

/** Undefined when its key is one that Reseal checks signatures of; else a sentence. */
export function weakKey({ publicKey }: Certificate): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
  if (type === 'rsa')
    return (details?.modulusLength ?? 0) >= 2048
      ? undefined
      : `its RSA key has ${details?.modulusLength ?? 0} bits, expected 2048 or more.`;
  if (type === 'ec' && CURVES.includes(details?.namedCurve ?? '')) return undefined;
  return `its key is of a kind (${type ?? 'unknown'}) whose signatures Reseal does not check.`;
}

/** True when `issuer` signed `certificate`: names, key usage and signature. Not by MD5 or SHA-1. */
export function signedBy(certificate: Certificate, issuer: Certificate): boolean {
  const scheme = SIGNATURES[certificate.signedWith];
  return (
    scheme?.hash !== undefined &&
    issuer.publicKey.asymmetricKeyType === scheme.key &&
    certificate.x509.checkIssued(issuer.x509) &&
    certificate.x509.verify(issuer.publicKey)
  );
}
