/**
 * What a holder states about a backup of an epoch that is no longer in use: how it was destroyed, by which two people. It is
 * made when the ceremony has long ended, so it stands beside the record, signed with the same identity key. It says what
 * was done and who saw it; it never claims that no other copy exists.
 */
import { z } from 'zod';
import { bytesToHex, fromHex, utf8ToBytes } from '../crypto/bytes.ts';
import { verifyIdentity } from '../crypto/identity.ts';
import { canonicalJson, canonicalJsonFile, parseCanonicalJsonFile } from './canonical-json.ts';
import { identityFromField, identityToField } from './card.ts';
import { CeremonyError } from './errors.ts';
import { hexBytes, holderIndex, identityKey, parseFields, text, timestamp } from './fields.ts';
import { BACKUP_KINDS, type BackupKind } from './plan.ts';
import { plainLine } from './plain.ts';
import type { Signer } from './ports.ts';

/** Fields after NIST SP 800-88r2, appendix "Certificate of sanitization". */
const statementSchema = z.strictObject({
  format: z.literal('reseal-destruction-1'),
  rehearsal: z.boolean(),
  keyName: text,
  fingerprint: hexBytes(8),
  /** The epoch whose share the backup held. */
  epoch: z.number().int().min(0).max(65535),
  holder: holderIndex,
  kind: z.enum(BACKUP_KINDS),
  label: text,
  /** Serial number of the medium or number of the bag, as the receipt of the backup has it. */
  serial: text,
  method: text,
  tool: text,
  who: text,
  witness: text,
  at: timestamp,
  identity: identityKey,
  signature: hexBytes(64),
});
export type DestructionStatement = z.infer<typeof statementSchema>;

/** What is recommended for each kind of backup; a person may have done something else. */
export const DESTRUCTION_METHODS: Readonly<Record<BackupKind, readonly string[]>> = {
  file: [
    'Destroy: medium shredded or disintegrated',
    'Purge: by the command of the medium’s maker, verified',
    'Clear: file erased and overwritten (not purge on flash)',
  ],
  'recipients-file': [
    'Destroy: medium shredded or disintegrated',
    'Purge: by the command of the medium’s maker, verified',
    'Clear: file erased and overwritten (not purge on flash)',
    'Deleted where it was couriered to, old versions too, as its keepers say (not purge)',
  ],
  'sealed-sheet': ['Destroy: cross-cut shredded, P-5 or finer', 'Destroy: burnt', 'Destroy: pulped'],
  'plain-sheet': ['Destroy: cross-cut shredded, P-5 or finer', 'Destroy: burnt', 'Destroy: pulped'],
};

/** What people say about a destruction; everything else is known. */
const SAID_FIELDS = ['method', 'tool', 'who', 'witness'] as const;
export type DestructionField = (typeof SAID_FIELDS)[number];

/** What `makeDestructionStatement` would refuse of what was said, all of it at once: a sentence by field. */
export function destructionComplaints(
  said: Readonly<Record<DestructionField, string>>,
): Partial<Record<DestructionField, string>> {
  const complaints: Partial<Record<DestructionField, string>> = {};
  for (const field of SAID_FIELDS) {
    const issue = statementSchema.shape[field].safeParse(said[field]).error?.issues[0];
    if (issue === undefined) continue;
    const found = said[field] === '' ? 'nothing' : `"${plainLine(said[field]).slice(0, 60)}"`;
    complaints[field] = `${issue.message.replace(/^e/, 'E')}, found ${found}.`;
  }
  if (complaints.who === undefined && complaints.witness === undefined && sameName(said.who, said.witness))
    complaints.witness = `"${said.witness}" cannot watch themselves. ${SECOND_PERSON}`;
  return complaints;
}

/** What the signature covers. The prefix keeps it apart from cards, envelopes, bundles and checkpoints. */
function signedBytes(statement: Omit<DestructionStatement, 'signature'>): Uint8Array {
  return utf8ToBytes(`reseal destruction statement v1\n${canonicalJson(statement)}`);
}

/**
 * Makes and signs a statement. Throws `bad-field` for a text that cannot be, or when one person is named as both: a
 * destruction is done by two.
 */
export async function makeDestructionStatement(
  content: Omit<DestructionStatement, 'format' | 'identity' | 'signature'>,
  signer: Signer,
): Promise<DestructionStatement> {
  const what = 'Destruction';
  const unsigned = {
    ...content,
    format: 'reseal-destruction-1' as const,
    identity: identityToField(signer.publicKey),
  };
  parseFields(statementSchema.omit({ signature: true }), unsigned, what, 'bad-field');
  if (sameName(content.who, content.witness))
    throw new CeremonyError(
      'bad-field',
      `${what}: field "witness": "${content.witness}" cannot watch themselves.`,
      SECOND_PERSON,
    );
  return { ...unsigned, signature: bytesToHex(await signer.sign(signedBytes(unsigned))) };
}

export function encodeDestructionStatement(statement: DestructionStatement): Uint8Array {
  return canonicalJsonFile(statement);
}

/** Parses a statement and checks its signature. Throws `bad-field`, `bad-encoding` or `bad-signature`. */
export function decodeDestructionStatement(
  bytes: Uint8Array,
  what = 'Destruction statement',
): DestructionStatement {
  const statement = parseFields(statementSchema, parseCanonicalJsonFile(bytes, what), what, 'bad-field');
  const { signature, ...unsigned } = statement;
  if (!verifyIdentity(identityFromField(statement.identity), signedBytes(unsigned), fromHex(signature)))
    throw new CeremonyError(
      'bad-signature',
      `${what}: its signature is not valid.`,
      'Take the file from the laptop that made it.',
    );
  return statement;
}

const SECOND_PERSON = 'Name the second person who was there.';
const sameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
