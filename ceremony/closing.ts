/** The end of a ceremony: one checkpoint over the transcript, signed by everybody who must sign, in a fixed order. */
import { equalBytes, utf8ToBytes } from '../crypto/bytes.ts';
import {
  formatNote,
  noteSignature,
  parseNote,
  verifyNoteSignature,
  type NoteSignature,
} from '../crypto/note.ts';
import { CeremonyError } from './errors.ts';
import type { Signer } from './ports.ts';
import { checkpointOf, checkpointSigners, transcript } from './transcript.ts';
import type { View } from './view.ts';

/** Signs this laptop's own checkpoint in the name of `role`. Returns a note with this one signature. */
export async function signCheckpoint(view: View, role: string, signer: Signer): Promise<Uint8Array> {
  const note = checkpointOf(view, transcript(view));
  const raw = await signer.sign(utf8ToBytes(note));
  return utf8ToBytes(formatNote(note, [noteSignature(role, signer.publicKey, raw)]));
}

/**
 * Parses a note and checks that it is the checkpoint of this ceremony as this laptop knows it, that every signature
 * is by somebody who has to sign, valid, in order and there once. Returns the signatures.
 */
export function readCheckpoint(view: View, note: Uint8Array): readonly NoteSignature[] {
  const parsed = parseNote(note);
  if (parsed.text !== checkpointOf(view, transcript(view)))
    throw new CeremonyError(
      'split-view',
      'The checkpoint is over another transcript than the one this laptop computed.',
      'Do not sign. Compare the bundles on all laptops.',
    );
  const order = checkpointSigners(view);
  let last = -1;
  for (const signature of parsed.signatures) {
    const at = order.indexOf(signature.name);
    const identity = view.context.identities.get(signature.name);
    if (identity === undefined || at <= last)
      throw new CeremonyError(
        'bad-signature',
        `Checkpoint: the signature of "${signature.name}" does not belong here.`,
      );
    if (!verifyNoteSignature(parsed.text, signature, signature.name, identity))
      throw new CeremonyError(
        'bad-signature',
        `Checkpoint: the signature of "${signature.name}" is not valid.`,
      );
    last = at;
  }
  return parsed.signatures;
}

/** Joins signatures over the same checkpoint into one note, in the order in which they belong. */
export function joinCheckpoint(view: View, notes: readonly Uint8Array[]): Uint8Array {
  const signatures = notes.flatMap((note) => readCheckpoint(view, note));
  const ordered = checkpointSigners(view).flatMap(
    (role) => signatures.find((signature) => signature.name === role) ?? [],
  );
  return utf8ToBytes(formatNote(checkpointOf(view, transcript(view)), ordered));
}

/** The roles whose signature a checkpoint still lacks. */
export function missingSigners(view: View, note: Uint8Array): string[] {
  return missingFrom(view, readCheckpoint(view, note));
}

/** The same, for signatures that `readCheckpoint` has returned. */
export function missingFrom(view: View, signatures: readonly NoteSignature[]): string[] {
  const there = signatures.map((signature) => signature.name);
  return checkpointSigners(view).filter((role) => !there.includes(role));
}

/** True when both notes are the same bytes. */
export function sameNote(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && equalBytes(a, b);
}
