/** The one error type of the mathematics: a rule, a sentence, and the holder at fault where there is one. */

/** What went wrong, in the field's terms. Stable: callers and tests match on it, people never see it alone. */
export type CryptoErrorCode =
  | 'bad-length'
  | 'bad-encoding'
  | 'scalar-not-canonical'
  | 'scalar-zero'
  | 'point-not-canonical'
  | 'point-off-curve'
  | 'point-identity'
  | 'point-small-order'
  | 'index-invalid'
  | 'index-repeated'
  | 'threshold-invalid'
  | 'commitment-count'
  | 'degree-too-low'
  | 'sub-share-mismatch'
  | 'proof-invalid'
  | 'group-key-changed'
  | 'decryption-failed'
  | 'signature-invalid'
  | 'nonce-reused'
  | 'random-exhausted'
  | 'unknown-suite';

/** Thrown by everything under crypto/. The message is a full sentence and never contains a secret. */
export class CryptoError extends Error {
  readonly code: CryptoErrorCode;
  /** Index of the holder whose contribution is at fault, when the mathematics proves it. */
  readonly culprit: number | undefined;

  constructor(code: CryptoErrorCode, message: string, culprit?: number) {
    super(message);
    this.name = 'CryptoError';
    this.code = code;
    this.culprit = culprit;
  }
}
