/** Which certificate belongs to a signature: the hash that is signed with it (RFC 2634 §5.4, RFC 5035 §3, RFC 5816). */
import { badTimestamp, elements, Fields, OCTET_STRING, SEQUENCE, type Der } from './der.ts';
import { HASHES, SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2 } from './oids.ts';
import { readAlgorithm } from './request.ts';

export interface CertificateHash {
  /** SHA-1 names a certificate in the first version; it signs nothing. */
  readonly algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly hash: Uint8Array;
}

/** The first certificate of SigningCertificate and SigningCertificateV2, of which one must be there, or both. */
export function readSigningCertificates(
  attributes: ReadonlyMap<string, Der>,
  what: string,
): CertificateHash[] {
  const out: CertificateHash[] = [];
  for (const oid of [SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2]) {
    const attribute = attributes.get(oid);
    if (attribute === undefined) continue;
    const fields = new Fields(attribute, `${what}, signingCertificate`);
    const [first] = elements(fields.take(SEQUENCE, 'certs'), what);
    if (first === undefined) throw badTimestamp(what, 'its signingCertificate names no certificate.');
    const id = new Fields(first, `${what}, signingCertificate`);
    const algorithm = oid === SIGNING_CERTIFICATE ? 'sha1' : hashOf(id.optional(SEQUENCE), what);
    out.push({ algorithm, hash: id.take(OCTET_STRING, 'certHash').content });
  }
  if (out.length === 0)
    throw badTimestamp(
      what,
      'its signed attributes do not say which certificate it was made with (signingCertificate).',
    );
  return out;
}

function hashOf(algorithm: Der | undefined, what: string): CertificateHash['algorithm'] {
  if (algorithm === undefined) return 'sha256';
  const oid = readAlgorithm(algorithm, what);
  const hash = HASHES[oid];
  if (hash === undefined) throw badTimestamp(what, `it names its certificate by an unknown hash (${oid}).`);
  return hash;
}
