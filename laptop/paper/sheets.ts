/** Share sheets of a key: made of this laptop's share, and read back against the key's record. */
import { bytesToHex } from '../../crypto/bytes.ts';
import { suiteByName } from '../../crypto/suite.ts';
import { CeremonyError } from '../../ceremony/errors.ts';
import type { KeyRecord } from '../../ceremony/key-record.ts';
import type { SheetContent, SheetFacts, SheetKind } from '../../ceremony/paper/payload.ts';
import { openContent, sealContent } from '../../ceremony/paper/seal.ts';
import { BACKUP_NAMES } from '../../ceremony/plan.ts';
import { readSheetText, sheetText, type SheetReading, type SheetText } from '../../ceremony/paper/sheet.ts';
import { sheetKdf } from '../../devices/backup/sheet-kdf.ts';
import { checkNewPassphrase } from '../../devices/passphrase.ts';
import { systemRandom } from '../../devices/random.ts';
import { sheetPdf, type SheetPageFacts } from './page.ts';

/** A share sheet: its text, and the page to print. Nothing of it is on a disk yet. */
export interface MadeSheet {
  readonly lines: readonly string[];
  /** What the code on the page holds. */
  readonly qrText: string;
  /** Four characters that all lines have. */
  readonly identifier: string;
  readonly pdf: Uint8Array;
}

/**
 * Makes the sheet of holder `index`'s share (32 bytes). The passphrase is for sealed sheets: at least 12 characters,
 * unless the key is a rehearsal's. Rejects with CeremonyError (a share that is not this holder's), PassphraseError.
 */
export async function makeSheet(
  record: KeyRecord,
  index: number,
  share: Uint8Array,
  kind: SheetKind,
  passphrase: string,
  facts: SheetPageFacts,
): Promise<MadeSheet> {
  requireShareOf(record, index, share, 'The share to be printed');
  const content = await contentOf(record, index, share, kind, passphrase);
  const text: SheetText = sheetText(content);
  const pdf = await sheetPdf(record, index, kind, text, facts);
  return { lines: text.lines, qrText: text.code, identifier: text.identifier, pdf };
}

async function contentOf(
  record: KeyRecord,
  index: number,
  share: Uint8Array,
  kind: SheetKind,
  passphrase: string,
): Promise<SheetContent> {
  const { rehearsal, suite, threshold, epoch, fingerprint } = record;
  const facts: SheetFacts = { rehearsal, suite, threshold, index, epoch, fingerprint };
  if (kind === 'plain-sheet') return { kind, facts, share: share.slice() };
  if (!rehearsal) checkNewPassphrase(passphrase);
  return sealContent(facts, share, passphrase, { kdf: sheetKdf, random: systemRandom });
}

/** Reads the sheet of a holder and returns the share (32 bytes, secret). */
export type SheetReader = (
  kind: SheetKind,
  text: string,
  record: KeyRecord,
  index: number,
) => Promise<Uint8Array>;

/**
 * A reader that opens sealed sheets with what `passphrase` gives, asked only when the lines are right. It rejects with a
 * CeremonyError in a sentence: lines that are missing, damaged (with what `inexact` says) or of another sheet, a sheet of
 * another kind, key, epoch or holder, a passphrase that does not open, a share that is not of the public share.
 */
export function sheetReader(passphrase: () => string | Promise<string>): SheetReader {
  return async (kind, text, record, index) => {
    const reading = readSheetText(text);
    if (reading.state === 'proposals')
      throw inexact(
        reading,
        'Compare each with the paper. Type what stands there, and hand the sheet in again.',
      );
    const { content } = reading;
    if (content.kind !== kind)
      throw new CeremonyError(
        'bad-sheet',
        `This is a ${BACKUP_NAMES[content.kind]}; expected is a ${BACKUP_NAMES[kind]}.`,
        'Fetch the other one.',
      );
    return shareOfSheet(content, record, index, passphrase);
  };
}

/**
 * The refusal of a sheet that was not read exactly, where nobody is there to accept what is proposed. Of a sealed sheet it
 * says what that is. Characters of a plain one are characters of a share: only their places are named.
 */
export function inexact(
  { kind, proposals }: Extract<SheetReading, { state: 'proposals' }>,
  next: string,
): CeremonyError {
  const notes = proposals.map(({ sentence, place }) => (kind === 'sealed-sheet' ? sentence : place));
  return new CeremonyError('bad-sheet', `The sheet is not read exactly. ${notes.join(' ')}`, next);
}

/** The share of a sheet that was read exactly, checked against a record. For the caller to erase. */
export async function shareOfSheet(
  content: SheetContent,
  record: KeyRecord,
  index: number,
  passphrase: () => string | Promise<string>,
): Promise<Uint8Array> {
  requireSheetOf(content.facts, record, index);
  const share =
    content.kind === 'plain-sheet' ? content.share : await openContent(content, await passphrase(), sheetKdf);
  requireShareOf(record, index, share, 'The share on the sheet');
  return share;
}

/** Erases the share of a plain sheet, which is the content itself. Of a sealed one there is nothing to erase. */
export function forgetContent(content: SheetContent): void {
  if (content.kind === 'plain-sheet') content.share.fill(0);
}

/** Throws `wrong-epoch` for a sheet, or another backup, of an epoch that is not the record's. */
export function requireEpoch(what: 'sheet' | 'backup', epoch: number, record: KeyRecord): void {
  if (epoch === record.epoch) return;
  throw new CeremonyError(
    'wrong-epoch',
    `The ${what} is of epoch ${epoch}; expected is epoch ${record.epoch} of "${record.name}".`,
    epoch < record.epoch
      ? `This ${what} should have been destroyed: hand it to the compliance officer.`
      : 'Fetch the key record of that epoch.',
  );
}

/** Throws `wrong-key`, `wrong-epoch` or `bad-sheet` unless what the sheet says about itself is what the record says. */
export function requireSheetOf(facts: SheetFacts, record: KeyRecord, index: number): void {
  if (facts.fingerprint !== record.fingerprint || facts.suite !== record.suite)
    throw new CeremonyError(
      'wrong-key',
      `The sheet is of the key ${facts.fingerprint} (${facts.suite}); expected is "${record.name}", ${record.fingerprint} (${record.suite}).`,
      'Fetch the sheet of this key.',
    );
  requireEpoch('sheet', facts.epoch, record);
  if (facts.index !== index)
    throw new CeremonyError(
      'bad-sheet',
      `The sheet is holder ${facts.index}'s; expected is holder ${index}'s.`,
      'Fetch the sheet of this holder.',
    );
  if (facts.rehearsal !== record.rehearsal || facts.threshold !== record.threshold)
    throw new CeremonyError(
      'bad-sheet',
      `The sheet says threshold ${facts.threshold}${facts.rehearsal ? ', a rehearsal' : ''}; the record says ${record.threshold}${record.rehearsal ? ', a rehearsal' : ''}.`,
      'Fetch the sheet of this key.',
    );
}

/** Throws `bad-field` unless share·G is the holder's public share. The share is not in the sentence. */
export function requireShareOf(record: KeyRecord, index: number, share: Uint8Array, what: string): void {
  const holder = record.holders.find((candidate) => candidate.index === index);
  if (holder === undefined)
    throw new CeremonyError('bad-key-record', `The key "${record.name}" has no holder ${index}.`);
  const suite = suiteByName(record.suite);
  const scalar = suite.scalarFromBytes(share, what);
  if (scalar === 0n || bytesToHex(suite.base.multiply(scalar).toBytes()) !== holder.publicShare)
    throw new CeremonyError(
      'bad-field',
      `${what} does not belong to the public share of holder ${index}, epoch ${record.epoch} of "${record.name}".`,
      'Use another backup of this share.',
    );
}
