/** Secret polynomials over the scalar field: what a dealer draws, and what it sends each holder of it. */
import { CryptoError } from './errors.ts';
import { checkIndex } from './indices.ts';
import type { Random } from './random.ts';
import type { Suite } from './suite.ts';

/** A secret. `coefficients[k]` belongs to x^k, each in 0..order-1; the constant term comes first. */
export interface SecretPolynomial {
  readonly coefficients: bigint[];
}

/**
 * A random polynomial of exactly `degree` with the given constant term (0n in a refresh).
 *
 * Every other coefficient is uniform in 1..order-1. A zero at the top would lower the threshold, and a zero anywhere
 * has no encoding as a commitment; leaving zero out changes the distribution by less than degree/order.
 * Throws `threshold-invalid` for a degree below 1, `scalar-not-canonical` for a constant outside 0..order-1.
 */
export function randomPolynomial(
  suite: Suite,
  degree: number,
  constant: bigint,
  random: Random,
): SecretPolynomial {
  if (!Number.isInteger(degree) || degree < 1)
    throw new CryptoError(
      'threshold-invalid',
      `polynomial degree: expected a whole number of at least 1, found ${degree}.`,
    );
  if (suite.mod(constant) !== constant)
    throw new CryptoError(
      'scalar-not-canonical',
      `polynomial constant: the scalar is not below the order of ${suite.name}.`,
    );
  const coefficients = [constant];
  for (let k = 1; k <= degree; k++) coefficients.push(suite.randomScalar(random));
  return { coefficients };
}

/**
 * f(index) by Horner's rule, in 0..order-1: the sub-share of the holder with that index. Throws `index-invalid` for
 * index 0, which is the secret itself, and for anything else outside 1..65535.
 */
export function evaluate(suite: Suite, polynomial: SecretPolynomial, index: number): bigint {
  checkIndex(index);
  const x = BigInt(index);
  return polynomial.coefficients.reduceRight((sum, coefficient) => suite.mod(sum * x + coefficient), 0n);
}
