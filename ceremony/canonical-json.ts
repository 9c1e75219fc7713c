/** Canonical JSON (RFC 8785): what is hashed or signed as JSON has exactly one encoding, and people can read it. */
import canonicalize from 'canonicalize';
import { equalBytes, utf8ToBytes } from '../crypto/bytes.ts';
import { CeremonyError } from './errors.ts';

/** The RFC 8785 text of a plain JSON value. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new CeremonyError('bad-encoding', 'This value has no JSON form.');
  return text;
}

/** The RFC 8785 text and a newline, as bytes: the form in which JSON files are stored and hashed. */
export function canonicalJsonFile(value: unknown): Uint8Array {
  return utf8ToBytes(`${canonicalJson(value)}\n`);
}

/** Parses a canonical JSON file. Throws `bad-encoding` naming `what` unless the bytes are exactly the canonical form. */
export function parseCanonicalJsonFile(bytes: Uint8Array, what: string): unknown {
  let value: unknown;
  let canonical: Uint8Array;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    // Throws for what JSON can say and RFC 8785 cannot: half characters, numbers beyond a double, endless nesting.
    canonical = canonicalJsonFile(value);
  } catch {
    throw new CeremonyError(
      'bad-encoding',
      `${what}: this is not JSON.`,
      'Fetch the file again from where it was made.',
    );
  }
  if (!equalBytes(canonical, bytes))
    throw new CeremonyError(
      'bad-encoding',
      `${what}: the JSON is not in canonical form (RFC 8785), so its hash would not be reproducible.`,
      'Use the file as it was written; do not edit or reformat it.',
    );
  return value;
}
