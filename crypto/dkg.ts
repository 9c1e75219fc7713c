/**
 * Distributed key generation: Pedersen's, as in FROST (Komlo–Goldberg, SAC 2020, figure 1). Every holder deals a
 * polynomial with a random constant term; the key is the sum of the constants, which nobody ever knows.
 *
 * Without more, the last dealer could choose its constant commitment as X - Σ C_{i,0} and so make X the key. The
 * proof of knowledge of the constant, bound to the dealer's index and to the ceremony, prevents that: the dealer
 * does not know the logarithm of that difference, and cannot borrow anybody's proof (PROTOCOL §6.6).
 */
import { CryptoError } from './errors.ts';
import { commit, evaluateInExponent } from './feldman.ts';
import { checkIndices } from './indices.ts';
import { randomPolynomial } from './polynomial.ts';
import type { SecretPolynomial } from './polynomial.ts';
import type { Random } from './random.ts';
import { provePossession, verifyPossession } from './schnorr.ts';
import type { PossessionContext } from './schnorr.ts';
import type { Point, Suite } from './suite.ts';

/** Ceremony, dealer index and epoch (0 for a new key); the purpose is always `dkg-constant`. */
export type DkgContext = Omit<PossessionContext, 'purpose'>;

/** What a dealer makes: the secret polynomial, and what everybody sees of it. */
export interface DkgDeal {
  readonly polynomial: SecretPolynomial;
  /** t points, that of the constant term first. */
  readonly commitments: Point[];
  /** Proof of knowledge of the constant term. */
  readonly proof: Uint8Array;
}

/** A fresh deal for a key of that threshold. Sub-shares come from `evaluate` of polynomial.ts. */
export function dkgDeal(suite: Suite, threshold: number, context: DkgContext, random: Random): DkgDeal {
  const constant = suite.randomScalar(random);
  const polynomial = randomPolynomial(suite, threshold - 1, constant, random);
  const commitments = commit(suite, polynomial, 0);
  const bound = { ...context, purpose: 'dkg-constant' } as const;
  const proof = provePossession(suite, constant, constantOf(suite, commitments), bound, random);
  return { polynomial, commitments, proof };
}

/**
 * Throws `proof-invalid` with the dealer as culprit unless it has proven to know the constant term behind its
 * commitments. To be called for every dealer before the sums are used.
 */
export function verifyDkgProof(
  suite: Suite,
  commitments: readonly Point[],
  context: DkgContext,
  proof: Uint8Array,
  field: string,
): void {
  const bound = { ...context, purpose: 'dkg-constant' } as const;
  verifyPossession(suite, constantOf(suite, commitments), bound, proof, field);
}

/** Y = Σ_i C_{i,0}. Throws `point-identity` when the constants cancel. */
export function dkgGroupKey(suite: Suite, summed: readonly Point[]): Point {
  const groupKey = constantOf(suite, summed);
  if (groupKey.is0()) throw new CryptoError('point-identity', 'group key: it is the identity.');
  return groupKey;
}

/** Y_j = Σ_k j^k·A_k from the summed commitments. Throws for invalid indices, or a public share that is the identity. */
export function dkgPublicShares(
  suite: Suite,
  summed: readonly Point[],
  indices: readonly number[],
): Map<number, Point> {
  checkIndices(indices);
  return new Map(
    indices.map((index) => {
      const share = evaluateInExponent(suite, summed, index, 0);
      if (share.is0())
        throw new CryptoError('point-identity', `public share of holder ${index}: it is the identity.`);
      return [index, share];
    }),
  );
}

/** s_j = Σ_i f_i(j) in 1..order-1. Throws `scalar-zero` (chance 1 in the order). */
export function dkgShare(suite: Suite, subShares: ReadonlyMap<number, bigint>): bigint {
  let sum = 0n;
  for (const subShare of subShares.values()) sum += subShare;
  const share = suite.mod(sum);
  if (share === 0n) throw new CryptoError('scalar-zero', 'share: the sum of the sub-shares is zero.');
  return share;
}

function constantOf(suite: Suite, commitments: readonly Point[]): Point {
  return commitments[0] ?? suite.zero;
}
