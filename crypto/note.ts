/**
 * Signed notes and checkpoints (C2SP signed-note and tlog-checkpoint): a text that people can read, with signatures
 * that standard tools can check, Ed25519 and ECDSA P-256.
 *
 * Stricter than C2SP where it lets a reader choose: one encoding for every note, one signature per signer, no
 * extension lines in checkpoints.
 */
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes, utf8ToBytes } from './bytes.ts';
import { CryptoError } from './errors.ts';
import { decodeIdentityKey, SIGNATURE_LENGTH, verifyIdentity } from './identity.ts';
import type { IdentityPublicKey } from './identity.ts';
import { HASH_LENGTH } from './merkle.ts';

/** One signature line. */
export interface NoteSignature {
  /** Name of the key: no white space, no plus sign. */
  readonly name: string;
  /** Four bytes that, with the name, say which key: `noteKeyHash`. */
  readonly keyHash: Uint8Array;
  /** EdDSA: 64 bytes. ES256: ASN.1 DER. */
  readonly signature: Uint8Array;
}

/** A note taken apart. Nothing is verified yet. */
export interface Note {
  /** What is signed, with its last newline. */
  readonly text: string;
  /** At least one, in the order of the lines. */
  readonly signatures: readonly NoteSignature[];
}

/** Somebody who signs a note at once. For signatures that come later, or from an HSM: `noteSignature`, `formatNote`. */
export interface NoteSigner {
  readonly name: string;
  readonly publicKey: IdentityPublicKey;
  /** Returns the raw 64-byte signature of `message` (`signWithIdentity`). */
  sign(message: Uint8Array): Uint8Array;
}

/** The three lines of a checkpoint. */
export interface Checkpoint {
  /** Which log: one line, not empty. */
  readonly origin: string;
  /** Number of leaves. */
  readonly size: number;
  /** Root hash of the tree, 32 bytes. */
  readonly root: Uint8Array;
}

/** Most signatures that are read from one note. Above any committee; C2SP asks for a limit of at least 16. */
export const MAX_NOTE_SIGNATURES = 1024;
const ED25519_TYPE = Uint8Array.of(0x01);
/** DER of SubjectPublicKeyInfo up to the key itself: RFC 8410 §4 and RFC 5480 §2. */
const ED25519_SPKI_PREFIX = Uint8Array.of(0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0);
const P256_SPKI_PREFIX = Uint8Array.of(
  ...[0x30, 0x59, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1],
  ...[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7, 3, 0x42, 0],
);

const refuse = (message: string): CryptoError => new CryptoError('bad-encoding', message);

/** RFC 4648 §4, with padding. */
function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** Accepts the one canonical form only: no white space, full padding, unused bits zero. */
function fromBase64(text: string, field: string): Uint8Array {
  let bytes: Uint8Array | undefined;
  try {
    bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    // Told below, together with what atob is too lenient to refuse.
  }
  if (bytes === undefined || toBase64(bytes) !== text)
    throw refuse(`${field}: this is not canonical base64 (RFC 4648 §4).`);
  return bytes;
}

/** SubjectPublicKeyInfo in DER: 44 bytes for EdDSA, 91 for ES256. Throws for a key that is not a valid point. */
export function spkiDer(publicKey: IdentityPublicKey): Uint8Array {
  const { alg, key } = decodeIdentityKey(publicKey.alg, publicKey.key, 'public key');
  switch (alg) {
    case 'EdDSA':
      return concatBytes(ED25519_SPKI_PREFIX, key);
    case 'ES256':
      return concatBytes(P256_SPKI_PREFIX, p256.Point.fromBytes(key).toBytes(false));
  }
}

/** The key as PEM (RFC 7468), as `openssl` reads it. Throws for a key that is not a valid point. */
export function publicKeyPem(publicKey: IdentityPublicKey): string {
  const lines = toBase64(spkiDer(publicKey)).match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n');
}

/** A raw ECDSA signature r ‖ s (64 bytes) in DER (RFC 3279 §2.2.3). Throws `bad-length`. */
export function signatureToDer(signature: Uint8Array): Uint8Array {
  checkRawLength(signature);
  const body = concatBytes(derInteger(signature.subarray(0, 32)), derInteger(signature.subarray(32)));
  return concatBytes(Uint8Array.of(0x30, body.length), body);
}

function checkRawLength(signature: Uint8Array): void {
  if (signature.length !== SIGNATURE_LENGTH)
    throw new CryptoError(
      'bad-length',
      `signature: expected ${SIGNATURE_LENGTH} bytes, found ${signature.length}.`,
    );
}

function derInteger(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const digits = bytes.subarray(start);
  const sign = (digits[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0);
  return concatBytes(Uint8Array.of(2, sign.length + digits.length), sign, digits);
}

/**
 * The raw form r ‖ s (64 bytes) of a DER signature. Throws `bad-encoding` for anything but the one DER encoding of
 * two non-negative integers below 2^256. Whether they are in range is the verifier's matter.
 */
export function signatureFromDer(der: Uint8Array): Uint8Array {
  const raw = new Uint8Array(SIGNATURE_LENGTH);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    const digits = der.subarray(at + 2, at + 2 + length);
    const value = digits[0] === 0 ? digits.subarray(1) : digits;
    if (value.length > 32) throw refuse('signature: an integer has more than 256 bits.');
    raw.set(value, end - value.length);
    at += 2 + length;
  }
  // Lenient so far: encoding again and comparing refuses every other form, and everything that was skipped.
  if (!equalBytes(signatureToDer(raw), der))
    throw refuse('signature: this is not the DER encoding of two non-negative integers.');
  return raw;
}

/**
 * Four bytes that name a key in a signature line. EdDSA: SHA-256(name ‖ newline ‖ 0x01 ‖ key); ES256: SHA-256 of
 * `spkiDer`. A hint, not a commitment: whoever verifies has the key from elsewhere. Throws for an invalid name or key.
 */
export function noteKeyHash(name: string, publicKey: IdentityPublicKey): Uint8Array {
  checkName(name);
  const spki = spkiDer(publicKey);
  switch (publicKey.alg) {
    case 'EdDSA':
      return sha256(concatBytes(utf8ToBytes(`${name}\n`), ED25519_TYPE, publicKey.key)).slice(0, 4);
    case 'ES256':
      return sha256(spki).slice(0, 4);
  }
}

function checkName(name: string): void {
  if (!name.isWellFormed() || !/^[^\p{White_Space}\p{Cc}+]+$/u.test(name))
    throw refuse('key name: expected at least one character, and no white space, control or plus character.');
}

function checkText(text: string): void {
  if (!text.isWellFormed()) throw refuse('note: this is not well-formed Unicode.');
  // eslint-disable-next-line no-control-regex -- control characters are what this refuses
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text))
    throw refuse('note: control characters other than newline are not allowed.');
  if (!text.endsWith('\n')) throw refuse('note: expected a newline at the end.');
}

/** Makes a signature line's content from a raw 64-byte signature over the text's UTF-8 bytes. Verifies nothing. */
export function noteSignature(
  name: string,
  publicKey: IdentityPublicKey,
  rawSignature: Uint8Array,
): NoteSignature {
  checkRawLength(rawSignature);
  const signature = publicKey.alg === 'ES256' ? signatureToDer(rawSignature) : rawSignature;
  return { name, keyHash: noteKeyHash(name, publicKey), signature };
}

/**
 * Writes a note: text, blank line, one line per signature. Throws `bad-encoding` for a text that does not end with a
 * newline or has other control characters, for no signatures, and for two by one signer.
 */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  checkText(text);
  checkSignatures(signatures);
  const lines = signatures.map(
    ({ name, keyHash, signature }) => `\u2014 ${name} ${toBase64(concatBytes(keyHash, signature))}\n`,
  );
  return `${text}\n${lines.join('')}`;
}

function checkSignatures(signatures: readonly NoteSignature[]): void {
  if (signatures.length === 0) throw refuse('note: expected at least one signature.');
  if (signatures.length > MAX_NOTE_SIGNATURES)
    throw refuse(`note: ${signatures.length} signatures are more than ${MAX_NOTE_SIGNATURES}.`);
  const seen = new Set<string>();
  for (const { name, keyHash, signature } of signatures) {
    checkName(name);
    if (keyHash.length !== 4 || signature.length === 0)
      throw refuse(`signature of "${name}": expected a key hash of four bytes and a signature.`);
    // A second line of one signer would be counted as a second signer by whoever counts lines.
    const signer = `${name} ${keyHash.join()}`;
    if (seen.has(signer)) throw refuse(`signature of "${name}": the same key signs twice.`);
    seen.add(signer);
  }
}

/** Signs `text` with each signer and writes the note. Throws as `noteSignature` and `formatNote` do. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  checkText(text);
  const message = utf8ToBytes(text);
  return formatNote(
    text,
    signers.map((signer) => noteSignature(signer.name, signer.publicKey, signer.sign(message))),
  );
}

/**
 * Takes a note apart. Throws `bad-encoding` for anything but what `formatNote` writes: formatting the result gives the
 * same bytes again. Verifies no signature.
 */
export function parseNote(note: Uint8Array | string): Note {
  const whole = typeof note === 'string' ? note : decodeUtf8(note);
  checkText(whole);
  // The text may have blank lines of its own: the last one separates.
  const blank = whole.lastIndexOf('\n\n');
  if (blank === -1) throw refuse('note: expected a blank line between text and signatures.');
  const lines = whole.slice(blank + 2, -1).split('\n');
  const signatures = lines.map((line, number): NoteSignature => {
    const [, name, base64] = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
    if (name === undefined || base64 === undefined)
      throw refuse(`signature line ${number + 1}: expected a dash, a key name and a signature.`);
    const bytes = fromBase64(base64, `signature line ${number + 1}`);
    return { name, keyHash: bytes.slice(0, 4), signature: bytes.slice(4) };
  });
  checkSignatures(signatures);
  return { text: whole.slice(0, blank + 1), signatures };
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse('note: this is not UTF-8.');
  }
}

/**
 * True when `signature` is by this name and key, and over `text`. False for any other line: an unknown signer is
 * not an error (C2SP), a note needs the signatures that its reader requires. Never throws.
 */
export function verifyNoteSignature(
  text: string,
  signature: NoteSignature,
  name: string,
  publicKey: IdentityPublicKey,
): boolean {
  try {
    if (signature.name !== name || !equalBytes(signature.keyHash, noteKeyHash(name, publicKey))) return false;
    checkText(text);
    const raw = publicKey.alg === 'ES256' ? signatureFromDer(signature.signature) : signature.signature;
    return verifyIdentity(publicKey, utf8ToBytes(text), raw);
  } catch {
    return false;
  }
}

/**
 * The text of a checkpoint: origin, number of leaves, root in base64, a line each. Throws `bad-encoding` for an origin
 * that is not one line, `index-invalid` for a size that is not a whole number ≥ 0, `bad-length` for another root.
 */
export function checkpointText(origin: string, size: number, root: Uint8Array): string {
  if (!/^\P{Cc}+$/u.test(origin)) throw refuse('checkpoint origin: expected one line that is not empty.');
  if (!Number.isSafeInteger(size) || size < 0)
    throw new CryptoError('index-invalid', `checkpoint size: expected a whole number ≥ 0, found ${size}.`);
  if (root.length !== HASH_LENGTH)
    throw new CryptoError(
      'bad-length',
      `checkpoint root: expected ${HASH_LENGTH} bytes, found ${root.length}.`,
    );
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** Reads a checkpoint's text back. Throws as `checkpointText` does for anything but what that writes. */
export function parseCheckpoint(text: string): Checkpoint {
  checkText(text);
  const [origin = '', size = '', root = '', ...rest] = text.split('\n');
  if (rest.length !== 1 || rest[0] !== '')
    throw refuse('checkpoint: expected three lines, without extension lines.');
  if (!/^(?:0|[1-9][0-9]*)$/.test(size))
    throw refuse('checkpoint size: expected a decimal number without leading zeros.');
  const checkpoint = { origin, size: Number(size), root: fromBase64(root, 'checkpoint root') };
  checkpointText(checkpoint.origin, checkpoint.size, checkpoint.root);
  return checkpoint;
}
