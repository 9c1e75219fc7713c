/**
 * Age identity files, as `age-keygen` writes them: a secret key on a line, comments after "#". What is in one opens every
 * backup to its recipient, so nothing of it is repeated in a sentence.
 */
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { BackupError } from './age.ts';

/** The secret keys of an identity file. */
export interface Identities {
  /** X25519: `AGE-SECRET-KEY-1…`. */
  readonly secrets: readonly string[];
  /** How many lines have keys of a type that is not supported. */
  readonly unsupported: number;
}

/** More than anybody keeps in one file. */
const MOST_IDENTITIES = 64;

/**
 * Reads an identity file. `what` names it in sentences. Rejects with BackupError (`bad-identity`) for anything else, and
 * where no key is of a type that can be used.
 */
export async function parseIdentities(text: string, what: string): Promise<Identities> {
  const refuse = (sentence: string): never => {
    throw new BackupError('bad-identity', `${what} ${sentence}`);
  };
  if (/^\s*(?:-----BEGIN AGE ENCRYPTED FILE-----|age-encryption\.org\/)/.test(text))
    refuse('is an encrypted identity file: decrypt it with "age -d", and hand it in on standard input.');
  if (text.includes('PRIVATE KEY-----'))
    refuse('is an SSH key or another private key: expected an age identity file.');
  const secrets: string[] = [];
  const unsupported: string[] = [];
  for (const [at, raw] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('AGE-SECRET-KEY-PQ-1')) unsupported.push('post-quantum');
    else if (line.startsWith('AGE-PLUGIN-')) unsupported.push('plugin');
    else if (line.startsWith('age1'))
      refuse(`has a recipient in line ${at + 1}: the secret key to it is needed.`);
    else if (await isSecret(line)) secrets.push(line);
    else
      refuse(
        `has no identity in line ${at + 1}: expected "AGE-SECRET-KEY-1…" with a checksum that is right.`,
      );
    if (secrets.length > MOST_IDENTITIES) refuse(`has more than ${MOST_IDENTITIES} identities.`);
  }
  if (secrets.length === 0)
    refuse(
      unsupported.length === 0
        ? 'has no identity in it: expected a line "AGE-SECRET-KEY-1…".'
        : `has only ${[...new Set(unsupported)].join(' and ')} keys, which are not supported: expected X25519 ("AGE-SECRET-KEY-1…").`,
    );
  return { secrets, unsupported: unsupported.length };
}

async function isSecret(line: string): Promise<boolean> {
  try {
    await identityToRecipient(line);
    return true;
  } catch {
    return false;
  }
}

/** A new X25519 identity, for rehearsals: a real recovery key is made where it is kept, with `age-keygen`. */
export async function newIdentity(): Promise<{ readonly secret: string; readonly recipient: string }> {
  const secret = await generateX25519Identity();
  return { secret, recipient: await identityToRecipient(secret) };
}
