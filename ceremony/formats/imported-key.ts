/** A key that another tool made, taken over: what it is, and the checks that no file format can leave out. */
import { CryptoError } from '../../crypto/errors.ts';
import type { CryptoErrorCode } from '../../crypto/errors.ts';
import { checkGroupKey } from '../../crypto/refresh.ts';
import { suiteByName } from '../../crypto/suite.ts';
import type { Point, SuiteName } from '../../crypto/suite.ts';
import { FormatError } from './errors.ts';
import type { FormatErrorCode } from './errors.ts';

/** A verified key. It becomes epoch 0. */
export interface ImportedKey {
  readonly suite: SuiteName;
  /** Signers needed, 2..holders. */
  readonly threshold: number;
  readonly groupKey: Point;
  /** Public share of every holder. */
  readonly publicShares: ReadonlyMap<number, Point>;
  /** Secret shares of those holders whose files were at hand: all, some, or none. Each belongs to its public share. */
  readonly shares: ReadonlyMap<number, bigint>;
}

const CODES: Readonly<Partial<Record<CryptoErrorCode, FormatErrorCode>>> = {
  'index-invalid': 'index-invalid',
  'index-repeated': 'index-repeated',
  'threshold-invalid': 'threshold-invalid',
  'group-key-changed': 'public-shares-inconsistent',
  'degree-too-low': 'degree-too-low',
};

/**
 * Throws FormatError unless indices and threshold are valid (2 ≤ t ≤ n, indices 1..65535) and the public shares really
 * are a t-of-n sharing of the group key: `public-shares-inconsistent` when they do not lie on one polynomial of degree
 * t-1 through it, `degree-too-low` when fewer than t holders could sign. `field` names the file in errors.
 *
 * The point of it is that the threshold is a mere label in most formats: nothing in the tool that wrote it keeps it
 * from being wrong, and a refresh with a wrong one would make shares that never sign.
 */
export function checkImportedKey(key: Omit<ImportedKey, 'shares'>, field: string): void {
  try {
    checkGroupKey(suiteByName(key.suite), key.publicShares, key.threshold, key.groupKey);
  } catch (error) {
    const code = error instanceof CryptoError ? CODES[error.code] : undefined;
    if (code === undefined || !(error instanceof CryptoError)) throw error;
    throw new FormatError(code, field, error.message);
  }
}
