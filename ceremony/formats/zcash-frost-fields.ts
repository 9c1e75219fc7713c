/** The single values of a Zcash FROST package, each read strictly: document, header, identifier, share, point, threshold. */
import { CryptoError } from '../../crypto/errors.ts';
import { MAX_INDEX } from '../../crypto/indices.ts';
import { suiteByName } from '../../crypto/suite.ts';
import type { Point, Suite, SuiteName } from '../../crypto/suite.ts';
import { FormatError, showName, showNumber } from './errors.ts';
import { asBytes, asNumber, asObject, asString, checkFields, parseObject } from './strict-json.ts';
import type { JsonObject } from './strict-json.ts';

/** `header.ciphersuite` of each suite: the context string of RFC 9591 §6. */
export const CIPHERSUITES: Readonly<Record<SuiteName, string>> = {
  secp256k1: 'FROST-secp256k1-SHA256-v1',
  ed25519: 'FROST-ED25519-SHA512-v1',
  p256: 'FROST-P256-SHA256-v1',
};
const TAPROOT_CIPHERSUITE = 'FROST-secp256k1-SHA256-TR-v1';

/** The outermost object of a file. Forms that users have and that are not this JSON are refused by name. */
export function parseDocument(text: string, field: string): JsonObject {
  if (/^\s*[0-9a-fA-F]+\s*$/.test(text) || /^[ \t]*(?:public_)?key_package[ \t]*=/m.test(text))
    throw new FormatError(
      'not-json',
      field,
      'this is the binary form (postcard, as frost-client keeps it in its configuration). Expected the JSON form of the package.',
    );
  const object = parseObject(text, field);
  if (!Object.hasOwn(object, 'header') && Object.hasOwn(object, 'ciphersuite'))
    throw new FormatError(
      'version-unsupported',
      field,
      'this is the layout of frost-core 0.7 or older. Expected a package written by frost-core 1.0 or newer.',
    );
  return object;
}

/** The suite that the header names. Throws FormatError for any other version or ciphersuite, Taproot's by name. */
export function readHeader(object: JsonObject, field: string): Suite {
  if (!Object.hasOwn(object, 'header'))
    throw new FormatError('field-missing', `${field}.header`, 'this field is missing.');
  const head = asObject(object['header'], `${field}.header`);
  checkFields(head, `${field}.header`, ['version', 'ciphersuite']);
  const version = asNumber(head['version'], `${field}.header.version`);
  if (version !== 0)
    throw new FormatError(
      'version-unsupported',
      `${field}.header.version`,
      `expected 0, found ${showNumber(version)}.`,
    );

  const found = asString(head['ciphersuite'], `${field}.header.ciphersuite`);
  if (found === TAPROOT_CIPHERSUITE)
    throw new FormatError(
      'suite-taproot',
      `${field}.header.ciphersuite`,
      `"${TAPROOT_CIPHERSUITE}" is for Taproot keys, to which a tweak and a choice of sign belong: taken over as plain secp256k1 shares, the address could change. Such keys cannot be taken over.`,
    );
  for (const [name, ciphersuite] of Object.entries(CIPHERSUITES))
    if (ciphersuite === found) return suiteByName(name);
  throw new FormatError(
    'suite-unsupported',
    `${field}.header.ciphersuite`,
    `expected ${Object.values(CIPHERSUITES).join(', ')}, found ${showName(found)}.`,
  );
}

/** A holder's index, 1..65535, from a scalar in hexadecimal. Throws `index-invalid` for 0, `identifier-not-numeric` above. */
export function readIdentifier(value: unknown, suite: Suite, field: string): number {
  const scalar = readScalar(value, suite, field);
  if (scalar === 0n)
    throw new FormatError('index-invalid', field, 'expected a number from 1 to 65535, found 0.');
  if (scalar > BigInt(MAX_INDEX))
    throw new FormatError(
      'identifier-not-numeric',
      field,
      'this identifier is not a number from 1 to 65535 (identifiers made from a text, such as a name, never are). Only numeric identifiers can be taken over.',
    );
  return Number(scalar);
}

/** A secret share, 1..order-1. */
export function readShare(value: unknown, suite: Suite, field: string): bigint {
  const share = readScalar(value, suite, field);
  if (share === 0n) throw new FormatError('scalar-invalid', field, 'a share of zero is not allowed.');
  return share;
}

function readScalar(value: unknown, suite: Suite, field: string): bigint {
  const bytes = asBytes(value, suite.scalarLength, field);
  return translated('scalar-invalid', field, () => suite.scalarFromBytes(bytes, field));
}

/** A point of the prime-order group other than the identity. Throws `point-invalid`. */
export function readPoint(value: unknown, suite: Suite, field: string): Point {
  const bytes = asBytes(value, suite.pointLength, field);
  return translated('point-invalid', field, () => suite.pointFromBytes(bytes, field));
}

/** What `decode` returns, its CryptoError told as a FormatError. CryptoErrors name the field already, never a value. */
function translated<T>(code: 'scalar-invalid' | 'point-invalid', field: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new FormatError(code, field, error.message.replace(`${field}: `, ''));
  }
}

/** A number of signers, 2..65535. Throws `threshold-invalid`. */
export function readThreshold(value: unknown, field: string): number {
  const threshold = asNumber(value, field);
  if (!Number.isInteger(threshold) || threshold < 2 || threshold > MAX_INDEX)
    throw new FormatError(
      'threshold-invalid',
      field,
      `expected a whole number from 2 to ${MAX_INDEX}, found ${showNumber(threshold)}.`,
    );
  return threshold;
}
