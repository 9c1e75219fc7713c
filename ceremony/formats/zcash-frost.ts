/**
 * Keys of the Zcash Foundation's FROST crates: the JSON of `KeyPackage`, `SecretShare` and `PublicKeyPackage`, in and out.
 *
 * Layout as serde_json prints it for frost-core 1.0 to 3.0 (frost-core/src/keys.rs; its tests/serde_tests.rs pin it):
 * header {version: 0, ciphersuite}, then scalars and points in the suite's own encoding (RFC 9591 §6) as hexadecimal.
 * `min_signers` is in every KeyPackage, and in a PublicKeyPackage since 3.0 only. docs/formats/zcash-frost.md has more.
 */
import { bytesToHex } from '../../crypto/bytes.ts';
import { checkIndex } from '../../crypto/indices.ts';
import { suiteByName } from '../../crypto/suite.ts';
import type { Point, Suite, SuiteName } from '../../crypto/suite.ts';
import { FormatError } from './errors.ts';
import { checkImportedKey } from './imported-key.ts';
import type { ImportedKey } from './imported-key.ts';
import { asArray, asObject, checkFields } from './strict-json.ts';
import type { JsonObject } from './strict-json.ts';
import {
  CIPHERSUITES,
  parseDocument,
  readHeader,
  readIdentifier,
  readPoint,
  readShare,
  readThreshold,
} from './zcash-frost-fields.ts';

/** One holder's secret key package. */
export interface KeyPackage {
  readonly suite: SuiteName;
  /** 1..65535. */
  readonly index: number;
  /** The secret share, 1..order-1. */
  readonly signingShare: bigint;
  readonly verifyingShare: Point;
  readonly groupKey: Point;
  /** `min_signers`: signers needed, 2..65535. */
  readonly threshold: number;
}

/** What everybody may know of a key. */
export interface PublicKeyPackage {
  readonly suite: SuiteName;
  readonly groupKey: Point;
  /** Public share of every holder, in ascending order of index. */
  readonly publicShares: Map<number, Point>;
  /** Undefined when the file does not say: frost-core before 3.0. */
  readonly threshold: number | undefined;
}

/**
 * Reads one holder's file: a `KeyPackage`, or a `SecretShare` as a trusted dealer hands it out (the trusted-dealer tool
 * calls that file key-package-1.json as well), from whose commitments the other values follow.
 *
 * `field` names the file in errors. Throws FormatError; no message contains the share. That the share belongs to the
 * public values is checked by `joinPackages`, not here.
 */
export function parseKeyPackage(text: string, field: string): KeyPackage {
  const object = parseDocument(text, field);
  if (Object.hasOwn(object, 'verifying_shares'))
    throw new FormatError(
      'wrong-document',
      field,
      'this is a public key package, without a share. Expected the key package of one holder.',
    );
  const suite = readHeader(object, field);
  if (Object.hasOwn(object, 'commitment')) return readSecretShare(object, suite, field);

  checkFields(object, field, [
    'header',
    'identifier',
    'signing_share',
    'verifying_share',
    'verifying_key',
    'min_signers',
  ]);
  return {
    suite: suite.name,
    index: readIdentifier(object['identifier'], suite, `${field}.identifier`),
    signingShare: readShare(object['signing_share'], suite, `${field}.signing_share`),
    verifyingShare: readPoint(object['verifying_share'], suite, `${field}.verifying_share`),
    groupKey: readPoint(object['verifying_key'], suite, `${field}.verifying_key`),
    threshold: readThreshold(object['min_signers'], `${field}.min_signers`),
  };
}

/** Reads the public file of a key, with or without `min_signers`. Throws FormatError; `field` names the file. */
export function parsePublicKeyPackage(text: string, field: string): PublicKeyPackage {
  const object = parseDocument(text, field);
  if (Object.hasOwn(object, 'signing_share'))
    throw new FormatError(
      'wrong-document',
      field,
      'this file contains the secret share of one holder. Expected the public key package; keep this file where it was.',
    );
  const suite = readHeader(object, field);
  checkFields(object, field, ['header', 'verifying_shares', 'verifying_key'], ['min_signers']);

  const sharesField = `${field}.verifying_shares`;
  const shares: [number, Point][] = [];
  const seen = new Set<number>();
  for (const [identifier, value] of Object.entries(asObject(object['verifying_shares'], sharesField))) {
    const index = readIdentifier(identifier, suite, `${sharesField}, identifier ${shares.length + 1}`);
    // Two spellings of one identifier (upper and lower case) are two JSON keys.
    if (seen.has(index))
      throw new FormatError(
        'index-repeated',
        sharesField,
        `holder ${index} occurs twice. Expected every holder once.`,
      );
    seen.add(index);
    shares.push([index, readPoint(value, suite, `${sharesField}, holder ${index}`)]);
  }
  const minSigners = object['min_signers'];
  return {
    suite: suite.name,
    groupKey: readPoint(object['verifying_key'], suite, `${field}.verifying_key`),
    publicShares: new Map(shares.sort(([a], [b]) => a - b)),
    threshold:
      minSigners === undefined || minSigners === null
        ? undefined
        : readThreshold(minSigners, `${field}.min_signers`),
  };
}

/**
 * The key that these files describe together. Any number of key packages, also none, belongs to one public package.
 *
 * Checked: one suite, one group key and one threshold (told by at least one file) everywhere; every share times the
 * generator is its public share, and the one in the public package; and what `checkImportedKey` checks.
 * Throws FormatError; no message contains a share.
 */
export function joinPackages(
  publicPackage: PublicKeyPackage,
  keyPackages: readonly KeyPackage[],
): ImportedKey {
  const shares = new Map<number, bigint>();
  let threshold = publicPackage.threshold;
  for (const key of keyPackages) {
    const field = `key package of holder ${key.index}`;
    if (key.suite !== publicPackage.suite)
      throw new FormatError(
        'suite-mismatch',
        `${field}.header.ciphersuite`,
        `expected ${publicPackage.suite} as in the public key package, found ${key.suite}.`,
      );
    if (!key.groupKey.equals(publicPackage.groupKey))
      throw new FormatError(
        'group-key-mismatch',
        `${field}.verifying_key`,
        'this package belongs to another key than the public key package.',
      );
    if (shares.has(key.index))
      throw new FormatError('index-repeated', field, 'this holder occurs twice. Expected every holder once.');
    threshold ??= key.threshold;
    if (key.threshold !== threshold)
      throw new FormatError(
        'threshold-mismatch',
        `${field}.min_signers`,
        `expected ${threshold} as in the other packages, found ${key.threshold}.`,
      );
    const publicShare = publicPackage.publicShares.get(key.index);
    if (publicShare === undefined)
      throw new FormatError(
        'holder-unknown',
        `${field}.identifier`,
        'the public key package has no holder of this number.',
      );
    checkShare(key, field);
    if (!key.verifyingShare.equals(publicShare))
      throw new FormatError(
        'share-mismatch',
        `${field}.verifying_share`,
        'the public key package has another public share for this holder. The files are of different generations of the key.',
      );
    shares.set(key.index, key.signingShare);
  }
  if (threshold === undefined)
    throw new FormatError(
      'threshold-missing',
      'public key package.min_signers',
      'the threshold is not given, and there is no key package to take it from.',
    );
  const { suite, groupKey, publicShares } = publicPackage;
  const key = { suite, threshold, groupKey, publicShares, shares };
  checkImportedKey(key, 'public key package');
  return key;
}

/**
 * The KeyPackage exactly as serde_json prints it, and a newline. The text contains the share.
 * Throws FormatError `share-mismatch` when the share does not belong to the public share: such a file is of no use to
 * anybody; `threshold-invalid`; CryptoError `index-invalid` for an index out of range.
 */
export function formatKeyPackage(key: KeyPackage): string {
  const suite = suiteByName(key.suite);
  checkShare(key, `key package of holder ${key.index}`);
  return line({
    header: header(suite),
    identifier: identifierHex(key.index, suite),
    signing_share: bytesToHex(suite.scalarToBytes(key.signingShare)),
    verifying_share: pointHex(key.verifyingShare, suite),
    verifying_key: pointHex(key.groupKey, suite),
    min_signers: readThreshold(key.threshold, 'min_signers'),
  });
}

/**
 * The PublicKeyPackage exactly as serde_json prints it, and a newline. `minSigners: false` leaves `min_signers` out, as
 * frost-core before 3.0 must have it (it refuses the field); 3.0 reads both, but its trusted-dealer refresh wants it.
 * Throws FormatError `threshold-missing` when the field is wanted and the threshold is not known.
 */
export function formatPublicKeyPackage(key: PublicKeyPackage, options: { minSigners: boolean }): string {
  const suite = suiteByName(key.suite);
  if (options.minSigners && key.threshold === undefined)
    throw new FormatError(
      'threshold-missing',
      'min_signers',
      'the threshold is not known. Give it, or leave min_signers out.',
    );
  // frost-core orders identifiers as numbers, also where their hexadecimal is little-endian.
  const shares = [...key.publicShares].sort(([a], [b]) => a - b);
  return line({
    header: header(suite),
    verifying_shares: Object.fromEntries(
      shares.map(([index, share]) => [identifierHex(index, suite), pointHex(share, suite)]),
    ),
    verifying_key: pointHex(key.groupKey, suite),
    ...(options.minSigners ? { min_signers: readThreshold(key.threshold, 'min_signers') } : {}),
  });
}

/** Throws FormatError `share-mismatch` unless the share times the generator is the package's own public share. */
export function checkShare(key: KeyPackage, field: string): void {
  const suite = suiteByName(key.suite);
  const usable = key.signingShare > 0n && key.signingShare < suite.order;
  if (!usable || !suite.base.multiply(key.signingShare).equals(key.verifyingShare))
    throw new FormatError(
      'share-mismatch',
      `${field}.signing_share`,
      'the share does not belong to the public share of its own package. The file is damaged, or was put together from two.',
    );
}

/** SecretShare: commitments C_0..C_{t-1} of the dealer's polynomial stand for group key, threshold and public share. */
function readSecretShare(object: JsonObject, suite: Suite, field: string): KeyPackage {
  checkFields(object, field, ['header', 'identifier', 'signing_share', 'commitment']);
  const index = readIdentifier(object['identifier'], suite, `${field}.identifier`);
  const commitments = asArray(object['commitment'], `${field}.commitment`).map((value, k) =>
    readPoint(value, suite, `${field}.commitment[${k}]`),
  );
  const [groupKey] = commitments;
  const threshold = readThreshold(commitments.length, `${field}.commitment, number of entries`);
  // Σ index^k·C_k by Horner; all of it is public.
  const verifyingShare = commitments.reduceRight(
    (sum, commitment) => sum.multiplyUnsafe(BigInt(index)).add(commitment),
    suite.zero,
  );
  if (groupKey === undefined || verifyingShare.is0())
    throw new FormatError(
      'point-invalid',
      `${field}.commitment`,
      'the public share that follows is the identity.',
    );
  const signingShare = readShare(object['signing_share'], suite, `${field}.signing_share`);
  return { suite: suite.name, index, signingShare, verifyingShare, groupKey, threshold };
}

function header(suite: Suite): JsonObject {
  return { version: 0, ciphersuite: CIPHERSUITES[suite.name] };
}

function identifierHex(index: number, suite: Suite): string {
  checkIndex(index);
  return bytesToHex(suite.scalarToBytes(BigInt(index)));
}

function pointHex(point: Point, suite: Suite): string {
  return bytesToHex(suite.pointToBytes(point));
}

/** One line. Keys stay in the order given: none is short enough for JavaScript to take it for an array index. */
function line(object: JsonObject): string {
  return `${JSON.stringify(object)}\n`;
}
