/**
 * An authority's answer (TimeStampResp, RFC 3161 §2.4.2): a status and, when it is granted, a CMS SignedData (RFC 5652)
 * around a TSTInfo. Taken apart here, with every rule that needs no key; laptop/timestamp checks the signature.
 */
import { plainLine } from '../plain.ts';
import {
  badTimestamp,
  BIT_STRING,
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
  SET,
  smallInteger,
  UTF8_STRING,
  type Der,
} from './der.ts';
import { MAX_STAMP } from './files.ts';
import { readInfo, type StampInfo } from './info.ts';
import { CONTENT_TYPE, MESSAGE_DIGEST, SIGNED_DATA, TST_INFO } from './oids.ts';
import { readAlgorithm } from './request.ts';
import { readSigningCertificates, type CertificateHash } from './signing-certificate.ts';

/** A granted answer, taken apart. Nothing in it has been proven yet. */
export interface Stamp {
  readonly info: StampInfo;
  /** The TSTInfo as it was signed. */
  readonly signedContent: Uint8Array;
  /** Certificates that came along, in DER. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: Signer;
}

export interface Signer {
  /** Who signed: issuer (DER) and serial number (DER), or a key identifier. */
  readonly sid: { readonly issuer: Uint8Array; readonly serial: Uint8Array } | { readonly key: Uint8Array };
  /** Object identifiers. */
  readonly digestAlgorithm: string;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  /** What the signature is over: the attributes as a SET (RFC 5652 §5.4). */
  readonly attributes: Uint8Array;
  readonly messageDigest: Uint8Array;
  /** Hashes of the certificate that belongs to this signature, all of which must fit. */
  readonly certificate: readonly CertificateHash[];
}

const STATUS = [
  'granted',
  'granted, with changes',
  'rejected',
  'waiting',
  'revocation warning',
  'revocation notice',
];

/** Reads an answer. Throws `bad-timestamp`: too large, not DER, not granted, or without what a stamp must have. */
export function readResponse(bytes: Uint8Array, what = 'Answer'): Stamp {
  if (bytes.length > MAX_STAMP)
    throw badTimestamp(what, `it has ${bytes.length} bytes; at most ${MAX_STAMP} are read.`);
  const fields = new Fields(readDer(bytes, what), what);
  if (fields.optional(OBJECT_IDENTIFIER) !== undefined)
    throw badTimestamp(
      what,
      'this is a token alone, expected the whole answer.',
      'Save what the authority answered, without "-token_out".',
    );
  const status = readStatus(fields.take(SEQUENCE, 'status'), what);
  const token = fields.optional(SEQUENCE);
  if (status !== undefined)
    throw badTimestamp(what, status, 'Ask again with a new request, or ask another authority.');
  if (token === undefined) throw badTimestamp(what, 'it says "granted", but holds no timestamp.');
  fields.end();
  const content = new Fields(token, `${what}, token`);
  const type = oidOf(content.take(OBJECT_IDENTIFIER, 'contentType'), what);
  if (type !== SIGNED_DATA) throw badTimestamp(what, `its token is not signed data (${type}).`);
  const inner = new Fields(content.take(context(0), 'content'), `${what}, token`, context(0));
  content.end();
  const data = inner.take(SEQUENCE, 'SignedData');
  inner.end();
  return readSignedData(data, what);
}

/** Undefined for "granted"; else a sentence with the authority's own words. */
function readStatus(element: Der, what: string): string | undefined {
  const fields = new Fields(element, `${what}, status`);
  const status = smallInteger(fields.take(INTEGER, 'status'), `${what}, status`);
  const text = fields.optional(SEQUENCE);
  fields.optional(BIT_STRING);
  fields.end();
  if (status <= 1) return undefined;
  const said = (text === undefined ? [] : elements(text, what))
    .filter(({ tag }) => tag === UTF8_STRING)
    .map(({ content }) => plainLine(new TextDecoder().decode(content.subarray(0, 400))));
  const words = said.length === 0 ? '' : ` It says: "${said.join(' ')}".`;
  return `the authority did not grant a timestamp (status ${status}, ${STATUS[status] ?? 'unknown'}).${words}`;
}

function readSignedData(element: Der, what: string): Stamp {
  const place = `${what}, SignedData`;
  const fields = new Fields(element, place);
  const version = smallInteger(fields.take(INTEGER, 'version'), place);
  if (version !== 3) throw badTimestamp(place, `its version is ${version}, expected 3.`);
  const digests = elements(fields.take(SET, 'digestAlgorithms'), place).map((one) =>
    readAlgorithm(one, place),
  );
  const encapsulated = new Fields(fields.take(SEQUENCE, 'encapContentInfo'), place);
  const type = oidOf(encapsulated.take(OBJECT_IDENTIFIER, 'eContentType'), place);
  if (type !== TST_INFO)
    throw badTimestamp(place, `what is signed is of type ${type}, expected TSTInfo (${TST_INFO}).`);
  const wrapped = new Fields(encapsulated.take(context(0), 'eContent'), place, context(0));
  const signedContent = wrapped.take(OCTET_STRING, 'eContent').content;
  wrapped.end();
  encapsulated.end();
  const certificates = fields.optional(context(0));
  fields.optional(context(1));
  const signers = elements(fields.take(SET, 'signerInfos'), place);
  fields.end();
  const [signer] = signers;
  if (signer === undefined || signers.length !== 1)
    throw badTimestamp(place, `it has ${signers.length} signatures, expected one (RFC 3161 §2.4.2).`);
  const read = readSigner(signer, what);
  if (!digests.includes(read.digestAlgorithm))
    throw badTimestamp(place, `it does not list the hash that it is signed with (${read.digestAlgorithm}).`);
  return {
    info: readInfo(signedContent, what),
    signedContent,
    certificates: (certificates === undefined ? [] : elements(certificates, place))
      .filter(({ tag }) => tag === SEQUENCE)
      .map(({ raw }) => raw),
    signer: read,
  };
}

function readSigner(element: Der, what: string): Signer {
  const place = `${what}, SignerInfo`;
  const fields = new Fields(element, place);
  const version = smallInteger(fields.take(INTEGER, 'version'), place);
  const named = fields.optional(SEQUENCE);
  const sid =
    named === undefined ? { key: fields.take(primitive(0), 'sid').content } : issuerAndSerial(named, place);
  if (version !== (named === undefined ? 3 : 1))
    throw badTimestamp(place, `its version is ${version}, which does not fit how it names its signer.`);
  const digestAlgorithm = readAlgorithm(fields.take(SEQUENCE, 'digestAlgorithm'), place);
  const signed = fields.take(context(0), 'signedAttrs');
  const signatureAlgorithm = readAlgorithm(fields.take(SEQUENCE, 'signatureAlgorithm'), place);
  const signature = fields.take(OCTET_STRING, 'signature').content;
  fields.optional(context(1));
  fields.end();
  const attributes = readAttributes(signed, place);
  const type = attributes.get(CONTENT_TYPE);
  const digest = attributes.get(MESSAGE_DIGEST);
  if (type === undefined || oidOf(type, place) !== TST_INFO)
    throw badTimestamp(place, 'its signed attribute contentType does not say TSTInfo.');
  if (digest?.tag !== OCTET_STRING)
    throw badTimestamp(place, 'its signed attribute messageDigest is missing.');
  return {
    sid,
    digestAlgorithm,
    signatureAlgorithm,
    signature,
    // They are signed as the SET that they are, not under the tag that stands in their place.
    attributes: signed.raw.map((byte, at) => (at === 0 ? SET : byte)),
    messageDigest: digest.content,
    certificate: readSigningCertificates(attributes, place),
  };
}

function issuerAndSerial(
  element: Der,
  what: string,
): { readonly issuer: Uint8Array; readonly serial: Uint8Array } {
  const fields = new Fields(element, what);
  const issuer = fields.take(SEQUENCE, 'issuer').raw;
  const serial = fields.take(INTEGER, 'serialNumber').raw;
  fields.end();
  return { issuer, serial };
}

/** Signed attributes by object identifier, each with its one value. */
function readAttributes(signed: Der, what: string): Map<string, Der> {
  const out = new Map<string, Der>();
  for (const attribute of elements(signed, what)) {
    const fields = new Fields(attribute, `${what}, signed attribute`);
    const oid = oidOf(fields.take(OBJECT_IDENTIFIER, 'attrType'), what);
    const [value, ...more] = elements(fields.take(SET, 'attrValues'), what);
    fields.end();
    if (value === undefined || more.length > 0 || out.has(oid))
      throw badTimestamp(what, `its signed attribute ${oid} does not have one value.`);
    out.set(oid, value);
  }
  return out;
}
