/** Making a sheet's content of a share, and the share again of the content. */
import { openBox, sealBox } from '../../crypto/aead.ts';
import { concatBytes } from '../../crypto/bytes.ts';
import { CryptoError } from '../../crypto/errors.ts';
import type { Random } from '../../crypto/random.ts';
import { CeremonyError } from '../errors.ts';
import { boundBytes, SALT_LENGTH, type SealedContent, type SheetCost, type SheetFacts } from './payload.ts';

/** 256 MiB and three passes, as for vaults. */
export const NORMAL_SHEET_COST: SheetCost = { memoryLog2: 18, passes: 3 };
/** For throw-away keys. */
export const REHEARSAL_SHEET_COST: SheetCost = { memoryLog2: 13, passes: 1 };

/** Argon2id (RFC 9106, version 0x13, one lane, no secret, no associated data) over a passphrase in Unicode form C. */
export type SheetKdf = (
  passphrase: string,
  salt: Uint8Array,
  cost: SheetCost,
  length: number,
) => Promise<Uint8Array>;

const KEY_LENGTH = 32;
const NONCE_LENGTH = 12;

/**
 * Seals a share (32 bytes) with a passphrase: AES-256-GCM, with key and nonce both from Argon2id. The salt is new for
 * every sheet, so no key is used twice, and the nonce need not stand on the paper.
 */
export async function sealContent(
  facts: SheetFacts,
  share: Uint8Array,
  passphrase: string,
  effects: { readonly kdf: SheetKdf; readonly random: Random },
): Promise<SealedContent> {
  const salt = effects.random(SALT_LENGTH);
  const cost = facts.rehearsal ? REHEARSAL_SHEET_COST : NORMAL_SHEET_COST;
  const derived = await effects.kdf(passphrase, salt, cost, KEY_LENGTH + NONCE_LENGTH);
  const bound = boundBytes({ facts, cost, salt });
  const box = sealBox(derived.subarray(0, KEY_LENGTH), share, bound, () => derived.slice(KEY_LENGTH));
  derived.fill(0);
  return { kind: 'sealed-sheet', facts, cost, salt, box: box.slice(NONCE_LENGTH) };
}

/** The share (32 bytes, secret) of a sealed sheet. Throws `bad-sheet` for another passphrase. */
export async function openContent(
  content: SealedContent,
  passphrase: string,
  kdf: SheetKdf,
): Promise<Uint8Array> {
  const { salt, cost, box } = content;
  const derived = await kdf(passphrase, salt, cost, KEY_LENGTH + NONCE_LENGTH);
  try {
    return openBox(
      derived.subarray(0, KEY_LENGTH),
      concatBytes(derived.subarray(KEY_LENGTH), box),
      boundBytes(content),
    );
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new CeremonyError(
      'bad-sheet',
      'The sheet does not open with this passphrase. Its lines are right, so it is the passphrase that is not.',
      'Try again; a passphrase belongs to one sheet, so look which one was noted for this one.',
    );
  } finally {
    derived.fill(0);
  }
}
