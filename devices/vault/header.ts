/**
 * vault.json: who the laptop is, and how the passphrase becomes the vault's keys. Format "reseal-vault-1".
 *
 * The file is public and readable. Its last field is a check value, sealed under a key from the passphrase and bound
 * to all other fields, so that a changed rehearsal flag, name or parameter does not open, and a wrong passphrase is
 * recognised before anything is touched.
 */
import canonicalize from 'canonicalize';
import { argon2id } from 'hash-wasm';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { z } from 'zod';
import { openBox, sealBox } from '../../crypto/aead.ts';
import { bytesToHex, frame, fromHex, utf8ToBytes } from '../../crypto/bytes.ts';
import { decodeIdentityKey, IDENTITY_ALGORITHMS } from '../../crypto/identity.ts';
import type { IdentityPublicKey } from '../../crypto/identity.ts';
import type { Random } from '../../crypto/random.ts';
import { passphraseBytes } from '../passphrase.ts';
import { VaultError } from './errors.ts';

export const VAULT_FORMAT = 'reseal-vault-1';

/** Argon2id parameters (RFC 9106). Memory in KiB. */
export interface KdfParameters {
  readonly memoryKiB: number;
  readonly iterations: number;
  readonly parallelism: number;
}

/** 256 MiB, three passes, one lane: 1.7 s on a small laptop. The least that a vault with real keys may have. */
export const NORMAL_KDF: KdfParameters = { memoryKiB: 256 * 1024, iterations: 3, parallelism: 1 };
/** For throw-away keys, where many laptops run on one machine. */
export const REHEARSAL_KDF: KdfParameters = { memoryKiB: 8 * 1024, iterations: 1, parallelism: 1 };
const MAX_MEMORY_KIB = 4 * 1024 * 1024;
const MAX_ITERATIONS = 64;
const MAX_PARALLELISM = 16;

const hex = (bytes: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`), `${bytes} bytes as hex`);
/** Names are shown on screens and sheets: no control characters, nothing endless. */
const shownName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^\P{C}*$/u, 'no control characters');

const headerSchema = z.strictObject({
  format: z.literal(VAULT_FORMAT),
  id: hex(16),
  name: shownName,
  custodian: shownName,
  rehearsal: z.boolean(),
  created: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'RFC 3339 in UTC with whole seconds'),
  kdf: z.strictObject({
    algorithm: z.literal('argon2id'),
    memoryKiB: z.int().min(1),
    iterations: z.int().min(1),
    parallelism: z.int().min(1),
    salt: hex(16),
  }),
  identity: z.strictObject({ alg: z.enum(IDENTITY_ALGORITHMS), key: z.string().regex(/^(?:[0-9a-f]{2})+$/) }),
  check: hex(12 + 16),
});

/** The content of vault.json. */
export type VaultHeader = z.infer<typeof headerSchema>;

/** What the passphrase opens: one key to wrap data keys, one for the nonce keeper (devices/nonces). 32 bytes each. */
export interface VaultKeys {
  readonly master: Uint8Array;
  readonly nonce: Uint8Array;
}

/** Parses vault.json. Throws `damaged`, naming the field. */
export function parseHeader(bytes: Uint8Array, path: string): VaultHeader {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new VaultError('damaged', `${path} is not JSON text: restore it from a copy.`, error);
  }
  const problem = problemOf(headerSchema, value);
  if (problem !== undefined)
    throw new VaultError('damaged', `${path}, ${problem} Restore the file from a copy.`);
  const header = headerSchema.parse(value);
  headerIdentity(header);
  return header;
}

/** Throws `invalid-value`, naming the field, unless these fields can stand in a vault.json. */
export function checkFields(fields: Omit<VaultHeader, 'check'>): void {
  const problem = problemOf(headerSchema.omit({ check: true }), fields);
  if (problem !== undefined) throw new VaultError('invalid-value', `New vault, ${problem}`);
}

function problemOf(schema: z.ZodType, value: unknown): string | undefined {
  const issue = schema.safeParse(value).error?.issues[0];
  return issue === undefined ? undefined : `field "${issue.path.join('.')}": ${issue.message}.`;
}

/** The bytes of vault.json: indented, for people to read. */
export function encodeHeader(header: VaultHeader): Uint8Array {
  return utf8ToBytes(`${JSON.stringify(header, null, 2)}\n`);
}

/** The identity key in the header. Throws `damaged` when it is not a valid key. */
export function headerIdentity(header: VaultHeader): IdentityPublicKey {
  try {
    return decodeIdentityKey(header.identity.alg, fromHex(header.identity.key), 'identity.key');
  } catch (error) {
    throw new VaultError(
      'damaged',
      'vault.json, field "identity.key": not a valid key of its algorithm.',
      error,
    );
  }
}

/**
 * Throws `weak-parameters` when a vault that is no rehearsal asks for less than the normal parameters, and
 * `unusable-parameters` when it asks for more than 4 GiB, 64 passes or 16 lanes: nobody chose that, and trying
 * would freeze the laptop.
 */
export function checkKdf(kdf: KdfParameters, rehearsal: boolean): void {
  const { memoryKiB, iterations, parallelism } = kdf;
  if (memoryKiB > MAX_MEMORY_KIB || iterations > MAX_ITERATIONS || parallelism > MAX_PARALLELISM)
    throw new VaultError(
      'unusable-parameters',
      `kdf: ${memoryKiB} KiB, ${iterations} passes and ${parallelism} lanes are more than the ${MAX_MEMORY_KIB} KiB, ` +
        `${MAX_ITERATIONS} passes and ${MAX_PARALLELISM} lanes that are allowed: vault.json was changed or damaged.`,
    );
  const least = rehearsal ? { memoryKiB: 8 * parallelism, iterations: 1 } : NORMAL_KDF;
  if (memoryKiB < least.memoryKiB || iterations < least.iterations)
    throw new VaultError(
      'weak-parameters',
      `kdf: ${memoryKiB} KiB and ${iterations} passes are less than the ${least.memoryKiB} KiB and ` +
        `${least.iterations} passes that this vault must have: vault.json was changed, or it is a rehearsal's.`,
    );
}

/** Derives the keys, seals the check value and returns the finished header. Throws as `checkFields`, `checkKdf` and `passphraseBytes`. */
export async function sealHeader(
  fields: Omit<VaultHeader, 'check'>,
  passphrase: string,
  random: Random,
): Promise<{ header: VaultHeader; keys: VaultKeys }> {
  checkFields(fields);
  const { check, ...keys } = await deriveKeys(fields, passphrase);
  const value = sealBox(check, new Uint8Array(0), boundFields(fields), random);
  check.fill(0);
  return { header: { ...fields, check: bytesToHex(value) }, keys };
}

/** Derives the keys and compares the check value. Throws `wrong-passphrase`, or as `checkKdf` and `passphraseBytes`. */
export async function openHeader(header: VaultHeader, passphrase: string): Promise<VaultKeys> {
  const { check: stored, ...fields } = header;
  const { check, ...keys } = await deriveKeys(fields, passphrase);
  try {
    openBox(check, fromHex(stored), boundFields(fields));
  } catch (error) {
    keys.master.fill(0);
    keys.nonce.fill(0);
    throw new VaultError(
      'wrong-passphrase',
      `The passphrase does not open the vault "${header.name}": it is wrong (try again), or vault.json was changed.`,
      error,
    );
  } finally {
    check.fill(0);
  }
  return keys;
}

/** RFC 8785 form of all fields but the check value. */
function boundFields(fields: Omit<VaultHeader, 'check'>): Uint8Array {
  return frame(utf8ToBytes(`${VAULT_FORMAT}/check`), utf8ToBytes(canonicalize(fields) ?? ''));
}

async function deriveKeys(
  fields: Omit<VaultHeader, 'check'>,
  passphrase: string,
): Promise<VaultKeys & { check: Uint8Array }> {
  checkKdf(fields.kdf, fields.rehearsal);
  const password = passphraseBytes(passphrase);
  let root: Uint8Array;
  try {
    root = await argon2id({
      password,
      salt: fromHex(fields.kdf.salt),
      memorySize: fields.kdf.memoryKiB,
      iterations: fields.kdf.iterations,
      parallelism: fields.kdf.parallelism,
      hashLength: 32,
      outputType: 'binary',
    });
  } catch (error) {
    throw new VaultError(
      'unusable-parameters',
      `The passphrase could not be turned into a key: ${fields.kdf.memoryKiB} KiB of free memory are needed.`,
      error,
    );
  } finally {
    password.fill(0);
  }
  const derive = (label: string): Uint8Array =>
    hkdf(sha256, root, fromHex(fields.id), utf8ToBytes(`${VAULT_FORMAT}/${label}`), 32);
  const keys = { master: derive('master'), nonce: derive('nonces'), check: derive('check') };
  root.fill(0);
  return keys;
}
