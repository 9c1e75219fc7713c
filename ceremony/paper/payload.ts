/**
 * What is on a share sheet, as bytes (docs/formats/sheet.md): 17 bytes that say whose share it is, then the share, or
 * what it is sealed in, then 8 bytes of a hash over all that. Every number is big-endian.
 */
import { bytesToHex, concatBytes, equalBytes, fromHex, uintBytes } from '../../crypto/bytes.ts';
import { SUITE_NAMES, type SuiteName } from '../../crypto/suite.ts';
import { CeremonyError } from '../errors.ts';
import { digest } from '../hash.ts';

export type SheetKind = 'sealed-sheet' | 'plain-sheet';

/** Whose share it is. Not secret. */
export interface SheetFacts {
  readonly rehearsal: boolean;
  readonly suite: SuiteName;
  readonly threshold: number;
  readonly index: number;
  readonly epoch: number;
  /** Of the key: 16 hex characters. */
  readonly fingerprint: string;
}

/** What it costs to try a passphrase: Argon2id (RFC 9106) with one lane. */
export interface SheetCost {
  /** Base-2 logarithm of the memory in KiB. */
  readonly memoryLog2: number;
  readonly passes: number;
}

export interface PlainContent {
  readonly kind: 'plain-sheet';
  readonly facts: SheetFacts;
  /** 32 bytes, in the suite's encoding of scalars. Secret. */
  readonly share: Uint8Array;
}

export interface SealedContent {
  readonly kind: 'sealed-sheet';
  readonly facts: SheetFacts;
  readonly cost: SheetCost;
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** The encrypted share and its tag, 48 bytes. */
  readonly box: Uint8Array;
}

export type SheetContent = PlainContent | SealedContent;

const VERSION = 1;
const SEALED = 1;
const REHEARSAL = 2;
/** Code of a suite: its place here, from 1. New ones are added at the end. */
const SUITES: readonly SuiteName[] = ['secp256k1', 'ed25519', 'p256'];
const HEADER_LENGTH = 17;
export const SALT_LENGTH = 16;
const SHARE_LENGTH = 32;
const BOX_LENGTH = SHARE_LENGTH + 16;
const CHECK_LENGTH = 8;
/** Bytes of a whole sheet of each kind. */
export const SHEET_LENGTHS: Readonly<Record<SheetKind, number>> = {
  'plain-sheet': HEADER_LENGTH + SHARE_LENGTH + CHECK_LENGTH,
  'sealed-sheet': HEADER_LENGTH + 2 + SALT_LENGTH + BOX_LENGTH + CHECK_LENGTH,
};

/** More memory (4 GiB) or passes than these nobody chose; trying would freeze the laptop. */
const MAX_COST: SheetCost = { memoryLog2: 22, passes: 64 };

const refuse = (message: string, next?: string): CeremonyError =>
  new CeremonyError('bad-sheet', message, next);

/** The hash at the end of a sheet: the first 8 bytes. */
export function checkValue(content: Uint8Array): Uint8Array {
  return digest('share-sheet', content).slice(0, CHECK_LENGTH);
}

function header(kind: SheetKind, facts: SheetFacts): Uint8Array {
  return concatBytes(
    Uint8Array.of(
      VERSION,
      (kind === 'sealed-sheet' ? SEALED : 0) | (facts.rehearsal ? REHEARSAL : 0),
      SUITES.indexOf(facts.suite) + 1,
    ),
    uintBytes(facts.threshold, 2),
    uintBytes(facts.index, 2),
    uintBytes(facts.epoch, 2),
    fromHex(facts.fingerprint),
  );
}

/** What the seal of a sealed sheet is bound to: everything before the box. */
export function boundBytes({
  facts,
  cost,
  salt,
}: Pick<SealedContent, 'facts' | 'cost' | 'salt'>): Uint8Array {
  return concatBytes(header('sealed-sheet', facts), Uint8Array.of(cost.memoryLog2, cost.passes), salt);
}

/** The bytes of a sheet, the check value included. Secret where the sheet is plain. */
export function encodeContent(content: SheetContent): Uint8Array {
  const bytes =
    content.kind === 'plain-sheet'
      ? concatBytes(header(content.kind, content.facts), content.share)
      : concatBytes(boundBytes(content), content.box);
  const whole = concatBytes(bytes, checkValue(bytes));
  if (whole.length !== SHEET_LENGTHS[content.kind])
    throw refuse(`A share has ${SHARE_LENGTH} bytes: this one makes a sheet of ${whole.length} bytes.`);
  return whole;
}

/**
 * The content of a sheet's bytes. Throws `bad-sheet`: a check value that does not fit (a line was taken for another),
 * a version, flag, suite or number that is not known. Nothing of a share is in the sentence.
 */
export function decodeContent(whole: Uint8Array): SheetContent {
  const bytes = whole.subarray(0, -CHECK_LENGTH);
  if (!equalBytes(checkValue(bytes), whole.subarray(-CHECK_LENGTH)))
    throw refuse(
      'The lines are right one by one, but the check value of the whole sheet does not fit: one of them was corrected wrongly, or belongs elsewhere.',
      'Type the lines again, from the paper.',
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [version = 0, flags = 0, suiteCode = 0] = bytes;
  if (version !== VERSION)
    throw refuse(
      `The sheet has the version ${version}; this Reseal reads version ${VERSION}.`,
      'Use a newer Reseal.',
    );
  const suite = SUITES[suiteCode - 1];
  const kind = (flags & SEALED) === 0 ? 'plain-sheet' : 'sealed-sheet';
  if (flags > (SEALED | REHEARSAL) || suite === undefined || !SUITE_NAMES.includes(suite))
    throw refuse(`The sheet has flags ${flags} and suite ${suiteCode}, which this Reseal does not know.`);
  if (whole.length !== SHEET_LENGTHS[kind])
    throw refuse(`A ${kind} has ${SHEET_LENGTHS[kind]} bytes, this one has ${whole.length}.`);
  const facts: SheetFacts = {
    rehearsal: (flags & REHEARSAL) !== 0,
    suite,
    threshold: view.getUint16(3),
    index: view.getUint16(5),
    epoch: view.getUint16(7),
    fingerprint: bytesToHex(bytes.subarray(9, HEADER_LENGTH)),
  };
  if (kind === 'plain-sheet') return { kind, facts, share: bytes.slice(HEADER_LENGTH) };
  const [memoryLog2 = 0, passes = 0] = bytes.subarray(HEADER_LENGTH);
  const cost = { memoryLog2, passes };
  if (memoryLog2 < 3 || memoryLog2 > MAX_COST.memoryLog2 || passes < 1 || passes > MAX_COST.passes)
    throw refuse(
      `The sheet asks for 2^${memoryLog2} KiB and ${passes} passes of Argon2id: expected 2^3 to 2^${MAX_COST.memoryLog2} KiB and 1 to ${MAX_COST.passes} passes.`,
    );
  const salt = bytes.slice(HEADER_LENGTH + 2, HEADER_LENGTH + 2 + SALT_LENGTH);
  return { kind, facts, cost, salt, box: bytes.slice(HEADER_LENGTH + 2 + SALT_LENGTH) };
}
