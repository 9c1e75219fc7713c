/** What stands on a share sheet about how to use it: enough to get at the share with Reseal, and without it. */
import type { SheetKind } from '../../ceremony/paper/payload.ts';

/** With Reseal, one sentence a step. */
export function withReseal(kind: SheetKind): readonly string[] {
  return [
    'Take a laptop with Reseal and an empty vault, and the key record of this epoch (public, every holder has it).',
    `Scan the code, or type the lines into a text file, with ? for what cannot be read. Then: reseal sheet read FILE --record RECORD. Up to 4 wrong or 8 unreadable characters in a line are found; compare each with this paper before you accept it.`,
    `reseal key restore --record RECORD --sheet FILE${kind === 'sealed-sheet' ? '. It asks for the passphrase of this sheet' : ''}. With --drill it only checks.`,
  ];
}

/** Without Reseal, for whoever can program. */
export function withoutReseal(kind: SheetKind): readonly string[] {
  const sealed = kind === 'sealed-sheet';
  return [
    'Lines: drop RS1. Every character is 5 bits, its place (from 0) in qpzry9x8gf2tvdw0s3jn54khce6mua7l. First the number of the line, then how many there are, then 4 that all lines share, then 37 of content; the last 13 are the checksum of BIP-93 (codex32) with the prefix rs.',
    `Content: the bits of all lines, in order; the first ${sealed ? 91 : 57} bytes are the sheet, the rest is zero. Bytes: version 1 · flags (1 sealed, 2 rehearsal) · suite (1 secp256k1, 2 Ed25519, 3 P-256) · threshold, holder, epoch (2 each, big-endian) · fingerprint (8) · ${sealed ? 'm · p · salt (16) · box (48)' : 'share (32)'} · check (8).`,
    'Check: the first 8 bytes of SHA-256 over 00000015 (hex), the text reseal/v1/share-sheet, the length of what is before the check in 4 bytes, and that itself.',
    ...(sealed
      ? [
          'Box: Argon2id (version 0x13, 1 lane, 2^m KiB, p passes) of the passphrase (UTF-8, form NFC) and the salt gives 44 bytes: a key for AES-256-GCM (32) and its nonce (12). Associated data are the 35 bytes before the box. The box is the encrypted share (32) and the tag (16).',
        ]
      : []),
    'Share: a number, big-endian (Ed25519: little-endian). Times the base point it is the public share in the key record. It is not to be combined with others: threshold signing and the next refresh need shares, never the key.',
  ];
}
