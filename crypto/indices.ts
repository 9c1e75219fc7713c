/** Holder indices: 1..65535, unique, never 0 (PROTOCOL §1, check 5 of §6). */
import { CryptoError } from './errors.ts';

export const MAX_INDEX = 65535;

/** Throws `index-invalid` unless `index` is a whole number in 1..65535. */
export function checkIndex(index: number, field = 'holder index'): void {
  if (!Number.isInteger(index) || index < 1 || index > MAX_INDEX)
    throw new CryptoError(
      'index-invalid',
      `${field}: expected a whole number from 1 to ${MAX_INDEX}, found ${index}.`,
    );
}

/**
 * Throws unless every index is valid and none occurs twice. Indices are far below every suite's order, so equality
 * as numbers is equality modulo the order.
 */
export function checkIndices(indices: readonly number[], field = 'holder indices'): void {
  const seen = new Set<number>();
  for (const index of indices) {
    checkIndex(index, field);
    if (seen.has(index)) throw new CryptoError('index-repeated', `${field}: index ${index} occurs twice.`);
    seen.add(index);
  }
}

/** Throws `threshold-invalid` unless 2 ≤ threshold ≤ holders. One signer is no threshold: there is nothing to refresh. */
export function checkThreshold(threshold: number, holders: number): void {
  if (!Number.isInteger(threshold) || threshold < 2 || threshold > holders)
    throw new CryptoError(
      'threshold-invalid',
      `threshold: expected a whole number from 2 to ${holders} (the number of holders), found ${threshold}.`,
    );
}
