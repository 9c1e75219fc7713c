/** Whether a chain leads from the certificate of a timestamp to one that a person trusts (RFC 5280 §6, what of it is needed). */
import { equalBytes } from '../../crypto/bytes.ts';
import { CeremonyError } from '../../ceremony/errors.ts';
import { badTimestamp } from '../../ceremony/timestamp/der.ts';
import {
  BASIC_CONSTRAINTS,
  CERTIFICATE_POLICIES,
  EXTENDED_KEY_USAGE,
  KEY_USAGE,
} from '../../ceremony/timestamp/oids.ts';
import { pathLengthOf, readCertificate, signedBy, weakKey, type Certificate } from './certificate.ts';

/** Certificates between a signer and one that is trusted: more than any authority has. */
const MAX_DEPTH = 8;
/** Critical extensions whose meaning is kept. One that is not here ends the chain. */
const KNOWN: readonly string[] = [BASIC_CONSTRAINTS, CERTIFICATE_POLICIES, EXTENDED_KEY_USAGE, KEY_USAGE];

/** The certificates of a PEM file (RFC 7468). Throws `bad-timestamp` when there is none, or one cannot be read. */
export function readTrusted(pem: string, what: string): Certificate[] {
  const blocks = [
    ...pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g),
  ];
  if (blocks.length === 0)
    throw badTimestamp(what, 'it has no certificate in it (PEM, "-----BEGIN CERTIFICATE-----").');
  return blocks.map(([, base64], at) =>
    readCertificate(new Uint8Array(Buffer.from(base64 ?? '', 'base64')), `${what}, certificate ${at + 1}`),
  );
}

/**
 * The trusted certificate at which a chain from `signer` ends, all of it valid at `ms`. `others` came with the
 * timestamp: nobody trusts them, they only fill the gap. Every certificate in `trusted` is an end, be it signed by
 * itself or not. Throws `bad-timestamp` saying where the chain ends instead. Nobody asks whether a certificate was
 * revoked: that needs a network, or lists that are not there.
 */
export function trustedEnd(
  signer: Certificate,
  others: readonly Uint8Array[],
  trusted: readonly Certificate[],
  ms: number,
  what: string,
): Certificate {
  const isTrusted = (one: Certificate): boolean => trusted.some(({ raw }) => equalBytes(raw, one.raw));
  const given = others.flatMap((raw) => readable(raw, what));
  let last = signer;
  let why = '';
  let reached: Certificate[] = [signer];
  const seen = new Set<string>();
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const next: Certificate[] = [];
    for (const one of reached) {
      last = one;
      const flaw = unusable(one, ms, depth, what);
      why = flaw ?? 'nobody among those that you trust has issued it';
      if (flaw !== undefined) continue;
      if (isTrusted(one)) return one;
      for (const issuer of [...trusted, ...given]) {
        const key = Buffer.from(issuer.raw).toString('base64');
        if (seen.has(key) || !signedBy(one, issuer)) continue;
        seen.add(key);
        next.push(issuer);
      }
    }
    if (next.length === 0) break;
    reached = next;
  }
  throw badTimestamp(what, `the chain of certificates ends at "${last.name}": ${why}.`);
}

/** What keeps a certificate out of a chain, `depth` steps above the signer; undefined when nothing does. */
function unusable(one: Certificate, ms: number, depth: number, what: string): string | undefined {
  if (ms < one.from || ms > one.to) return 'it was not valid at the time that was stamped';
  const weak = weakKey(one);
  if (weak !== undefined) return weak.replace(/\.$/, '');
  for (const [oid, { critical }] of one.extensions)
    if (critical && !KNOWN.includes(oid))
      return `it has a critical extension (${oid}) that Reseal does not know`;
  if (depth === 0) return undefined;
  if (!one.x509.ca) return 'it is not the certificate of an authority that may issue others';
  const length = pathLengthOf(one, what);
  return length !== undefined && depth - 1 > length ? 'it allows no chain as long as this' : undefined;
}

/** A certificate that came along and cannot be read is of no use for a chain, and no harm. */
function readable(raw: Uint8Array, what: string): Certificate[] {
  try {
    return [readCertificate(raw, what)];
  } catch (error) {
    if (error instanceof CeremonyError) return [];
    throw error;
  }
}
