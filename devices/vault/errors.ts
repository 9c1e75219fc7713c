/** The one error type of the vault: a stable code, and a sentence with the next step. */

/**
 * `exists`: there is something where a vault should be made, or other content under a name that is taken.
 * `missing`: no vault, key, epoch or card of this name. `wrong-passphrase`: or vault.json was changed.
 * `damaged`: a file does not open or parse. `weak-parameters`: key derivation below what the vault may have.
 * `unusable-parameters`: key derivation beyond what a laptop can do. `in-use`: another process has the vault.
 * `closed`: used after close. `invalid-name`, `invalid-value`: an argument. `current-epoch`: may not be destroyed.
 */
export type VaultErrorCode =
  | 'exists'
  | 'missing'
  | 'wrong-passphrase'
  | 'damaged'
  | 'weak-parameters'
  | 'unusable-parameters'
  | 'in-use'
  | 'closed'
  | 'invalid-name'
  | 'invalid-value'
  | 'current-epoch';

/** The message names files and never contains a secret. */
export class VaultError extends Error {
  readonly code: VaultErrorCode;

  constructor(code: VaultErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'VaultError';
    this.code = code;
  }
}

/** Throws `invalid-name` unless `name` is 1..`maximum` characters of `[a-z0-9-]`: safe on every file system. */
export function checkName(name: string, what: string, maximum = 100): void {
  if (!/^[a-z0-9-]+$/.test(name) || name.length > maximum)
    throw new VaultError(
      'invalid-name',
      `${what}: expected 1 to ${maximum} characters of a-z, 0-9 and "-", found ${JSON.stringify(name.slice(0, 120))}.`,
    );
}
