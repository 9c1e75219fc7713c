/** The signature of a timestamp: which certificate made it, whether that one may, and whether it holds (RFC 3161 §2.3). */
import { createHash, verify } from 'node:crypto';
import { equalBytes } from '../../crypto/bytes.ts';
import { badTimestamp } from '../../ceremony/timestamp/der.ts';
import { HASHES, SIGNATURES, TIME_STAMPING } from '../../ceremony/timestamp/oids.ts';
import type { Stamp } from '../../ceremony/timestamp/response.ts';
import {
  keyIdentifierOf,
  maySignData,
  purposesOf,
  readCertificate,
  weakKey,
  type Certificate,
} from './certificate.ts';

const digest = (algorithm: string, bytes: Uint8Array): Uint8Array =>
  createHash(algorithm).update(bytes).digest();

/** The certificate, among those that came along, that the signature is bound to. Throws `bad-timestamp`. */
export function signerOf({ certificates, signer }: Stamp, what: string): Certificate {
  if (certificates.length === 0)
    throw badTimestamp(
      what,
      'it holds no certificate, so nobody can check it.',
      'Ask again with the request that Reseal made: it asks for the certificate.',
    );
  const raw = certificates.find((one) =>
    signer.certificate.every(({ algorithm, hash }) => equalBytes(digest(algorithm, one), hash)),
  );
  if (raw === undefined)
    throw badTimestamp(
      what,
      'none of its certificates is the one that it was signed with (signingCertificate).',
    );
  const certificate = readCertificate(raw, `${what}, certificate`);
  const { sid } = signer;
  const named =
    'key' in sid
      ? equalBytes(keyIdentifierOf(certificate, what) ?? new Uint8Array(0), sid.key)
      : equalBytes(certificate.issuer, sid.issuer) && equalBytes(certificate.serial, sid.serial);
  if (!named) throw badTimestamp(what, 'it names another signer than the certificate that it is bound to.');
  return certificate;
}

/**
 * Checks that the certificate may make timestamps, was valid at the time that was stamped, and made this signature.
 * Says nothing about whose certificate it is. Throws `bad-timestamp`.
 */
export function checkSignature(stamp: Stamp, certificate: Certificate, what: string): void {
  const place = `${what}, certificate`;
  const usage = purposesOf(certificate, place);
  if (usage?.purposes.length !== 1 || usage.purposes[0] !== TIME_STAMPING)
    throw badTimestamp(place, 'it is not one for timestamps alone (extended key usage timeStamping).');
  if (!usage.critical) throw badTimestamp(place, 'its extended key usage is not critical (RFC 3161 §2.3).');
  if (!maySignData(certificate, place)) throw badTimestamp(place, 'its key usage does not allow signatures.');
  const weak = weakKey(certificate);
  if (weak !== undefined) throw badTimestamp(place, weak);
  const { info, signer } = stamp;
  if (info.ms < certificate.from || info.ms > certificate.to)
    throw badTimestamp(
      place,
      `it is valid from ${iso(certificate.from)} to ${iso(certificate.to)}, and not at ${info.time}.`,
    );
  const hash = HASHES[signer.digestAlgorithm];
  const scheme = SIGNATURES[signer.signatureAlgorithm];
  if (hash === undefined || scheme === undefined || (scheme.hash ?? hash) !== hash)
    throw badTimestamp(
      what,
      `it is signed in a way that Reseal does not check (${signer.digestAlgorithm}, ${signer.signatureAlgorithm}).`,
      'Ask an authority that signs with RSA (PKCS #1 v1.5) or ECDSA, and SHA-256, SHA-384 or SHA-512.',
    );
  if (!equalBytes(digest(hash, stamp.signedContent), signer.messageDigest))
    throw badTimestamp(what, 'the hash that is signed is not the one of what it states (messageDigest).');
  const { publicKey } = certificate;
  if (
    publicKey.asymmetricKeyType !== scheme.key ||
    !verify(hash, signer.attributes, publicKey, signer.signature)
  )
    throw badTimestamp(what, `its signature is not one of "${certificate.name}".`);
}

const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+/, '');
