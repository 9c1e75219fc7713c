/** The one error type of files that other tools wrote: a stable code, the field, and a sentence. */

/** What is wrong with the file. Stable: callers and tests match on it, people read the message. */
export type FormatErrorCode =
  | 'not-json'
  | 'field-repeated'
  | 'field-unknown'
  | 'field-missing'
  | 'wrong-type'
  | 'wrong-document'
  | 'version-unsupported'
  | 'suite-unsupported'
  | 'suite-taproot'
  | 'bad-length'
  | 'bad-hex'
  | 'scalar-invalid'
  | 'point-invalid'
  | 'index-invalid'
  | 'index-repeated'
  | 'identifier-not-numeric'
  | 'holder-unknown'
  | 'threshold-invalid'
  | 'threshold-missing'
  | 'threshold-mismatch'
  | 'suite-mismatch'
  | 'group-key-mismatch'
  | 'share-mismatch'
  | 'public-shares-inconsistent'
  | 'degree-too-low';

/**
 * Thrown by everything under ceremony/formats/. The message is one or more full sentences that begin with the field,
 * and never contains a share: not a value that was read, and not a name of a field that could be a value gone astray.
 */
export class FormatError extends Error {
  readonly code: FormatErrorCode;
  /** Where it is: the name the caller gave the file, then the path inside it, such as `key.json.header.version`. */
  readonly field: string;

  constructor(code: FormatErrorCode, field: string, sentence: string) {
    super(`${field}: ${sentence}`);
    this.name = 'FormatError';
    this.code = code;
    this.field = field;
  }
}

/**
 * A name or label found in a file, as it may be shown: in quotes when it is short and plain, else by its length only,
 * because a share pasted into the wrong place must not travel into an error text (a share is 64 hexadecimal digits).
 */
export function showName(name: string): string {
  return /^[\w .,()-]{1,40}$/.test(name) ? `"${name}"` : `a text of ${name.length} characters (not shown)`;
}

/** A number found in a file, as it may be shown: as it is when it is small, else not, for the reason above. */
export function showNumber(value: number): string {
  return Math.abs(value) < 1e6 ? `${value}` : 'a number too large to show';
}
