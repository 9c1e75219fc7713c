import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../test-support/random.ts';
import type { CryptoErrorCode } from './errors.ts';
import { checkSum, checkTopCoefficient, commit, sumCommitments } from './feldman.ts';
import { interpolateSecret } from './lagrange.ts';
import { evaluate, randomPolynomial } from './polynomial.ts';
import { checkGroupKey, newPublicShares, newShare } from './refresh.ts';
import { SUITE_NAMES, suiteByName } from './suite.ts';
import type { Point, Suite } from './suite.ts';

const refused = (code: CryptoErrorCode) => expect.objectContaining({ name: 'CryptoError', code }) as Error;

interface Epoch {
  readonly shares: Map<number, bigint>;
  readonly publicShares: Map<number, Point>;
}

function firstEpoch(suite: Suite, t: number, indices: number[], secret: bigint, seed: string): Epoch {
  const polynomial = randomPolynomial(suite, t - 1, secret, seededRandom(seed));
  const shares = new Map(indices.map((j) => [j, evaluate(suite, polynomial, j)]));
  return { shares, publicShares: publish(suite, shares) };
}

function publish(suite: Suite, shares: Map<number, bigint>): Map<number, Point> {
  return new Map([...shares].map(([j, share]) => [j, suite.base.multiply(share)]));
}

/** One whole refresh: everybody deals, everybody checks its sum. */
function refresh(suite: Suite, t: number, old: Epoch, seed: string): Epoch {
  const random = seededRandom(seed);
  const indices = [...old.shares.keys()];
  const polynomials = new Map(indices.map((i) => [i, randomPolynomial(suite, t - 1, 0n, random)]));
  const summed = sumCommitments(suite, new Map([...polynomials].map(([i, f]) => [i, commit(suite, f, 1)])));
  checkTopCoefficient(suite, summed);
  const shares = new Map<number, bigint>();
  for (const [j, oldShare] of old.shares) {
    const subShares = new Map([...polynomials].map(([i, f]) => [i, evaluate(suite, f, j)]));
    const sum = [...subShares.values()].reduce((a, b) => a + b, 0n);
    expect(checkSum(suite, summed, j, sum, 1)).toBe(true);
    shares.set(j, newShare(suite, oldShare, subShares));
  }
  return { shares, publicShares: newPublicShares(suite, old.publicShares, summed) };
}

const committees = fc
  .uniqueArray(fc.integer({ min: 1, max: 65535 }), { minLength: 2, maxLength: 6 })
  .chain((indices) =>
    fc.record({
      indices: fc.constant(indices),
      t: fc.integer({ min: 2, max: indices.length }),
      times: fc.integer({ min: 1, max: 3 }),
      seed: fc.nat(),
    }),
  );

describe.each(SUITE_NAMES)('refresh over %s', (name) => {
  const suite = suiteByName(name);

  it('keeps the key and changes every share, however often; epochs do not mix', () => {
    fc.assert(
      fc.property(committees, ({ indices, t, times, seed }) => {
        const secret = suite.randomScalar(seededRandom(`secret ${seed}`));
        const groupKey = suite.base.multiply(secret);
        let epoch = firstEpoch(suite, t, indices, secret, `deal ${seed}`);
        checkGroupKey(suite, epoch.publicShares, t, groupKey);
        for (let k = 0; k < times; k++) {
          const old = epoch;
          epoch = refresh(suite, t, old, `refresh ${seed} ${k}`);
          checkGroupKey(suite, epoch.publicShares, t, groupKey);
          for (const [j, share] of epoch.shares) {
            expect(share).not.toBe(old.shares.get(j));
            expect(epoch.publicShares.get(j)!.equals(suite.base.multiply(share))).toBe(true);
          }
          const signers = fc.sample(fc.shuffledSubarray(indices, { minLength: t, maxLength: t }), {
            numRuns: 3,
            seed: seed + k,
          });
          for (const subset of signers) {
            const pick = (from: Epoch) => subset.map((j): [number, bigint] => [j, from.shares.get(j)!]);
            expect(interpolateSecret(suite, new Map(pick(epoch)))).toBe(secret);
            const mixture = new Map([...pick(epoch).slice(0, 1), ...pick(old).slice(1)]);
            expect(interpolateSecret(suite, mixture)).not.toBe(secret);
          }
        }
      }),
      { numRuns: 8, seed: 6 },
    );
  });

  const t = 3;
  const indices = [1, 2, 3, 4, 5];
  const secret = 123456789n;
  const groupKey = suite.base.multiply(secret);
  const { publicShares, shares } = firstEpoch(suite, t, indices, secret, 'audit');
  const audit = (audited: Map<number, Point>, threshold = t, key = groupKey) => {
    return () => {
      checkGroupKey(suite, audited, threshold, key);
    };
  };

  it('is audited: another key, one changed share, and shares of two epochs are refused', () => {
    expect(audit(publicShares)).not.toThrow();
    expect(audit(publicShares, t, groupKey.add(suite.base))).toThrow(refused('group-key-changed'));
    for (const j of indices) {
      const changed = new Map(publicShares).set(j, publicShares.get(j)!.add(suite.base));
      expect(audit(changed)).toThrow(refused('group-key-changed'));
    }
    const next = refresh(suite, t, { publicShares, shares }, 'next');
    const mixed = new Map(
      [...publicShares].map(([j, point]) => [j, j < 3 ? next.publicShares.get(j)! : point]),
    );
    expect(audit(mixed)).toThrow(refused('group-key-changed'));
  });

  it('is audited: holders split over two polynomials through the same key are refused', () => {
    // With t = 2 the checked subsets are {1,2}, {2,3} and {4,5}: each gives the key, yet 3 and 4 do not.
    const one = firstEpoch(suite, 2, indices, secret, 'one').publicShares;
    const two = firstEpoch(suite, 2, indices, secret, 'two').publicShares;
    const split = new Map(indices.map((j) => [j, (j < 4 ? one : two).get(j)!]));
    expect(audit(split, 2)).toThrow(/do not all lie on one polynomial of degree 1/);
    expect(audit(split, 2)).toThrow(refused('group-key-changed'));
  });

  it('is audited: a lower and a higher threshold than recorded are refused', () => {
    const lower = firstEpoch(suite, 2, indices, secret, 'lower').publicShares;
    expect(audit(lower, 3)).toThrow(refused('degree-too-low'));
    expect(audit(lower, 5)).toThrow(refused('degree-too-low'));
    const higher = firstEpoch(suite, 4, indices, secret, 'higher').publicShares;
    expect(audit(higher, 3)).toThrow(refused('group-key-changed'));
    expect(audit(publicShares, 1)).toThrow(refused('threshold-invalid'));
    expect(audit(publicShares, 6)).toThrow(refused('threshold-invalid'));
  });

  it('is audited: a share of zero is refused, though it lies on the polynomial', () => {
    // f(x) = 4 - 2x is zero for holder 2.
    const points = [1n, 3n, 4n].map((x): [number, Point] => [
      Number(x),
      suite.base.multiply(suite.mod(4n - 2n * x)),
    ]);
    expect(audit(new Map([...points, [2, suite.zero]]), 2, suite.base.multiply(4n))).toThrow(
      refused('point-identity'),
    );
  });

  it('refuses a malformed committee', () => {
    expect(audit(new Map([...publicShares, [0, suite.base]]))).toThrow(refused('index-invalid'));
  });

  it('never yields a zero share or an identity as public share', () => {
    expect(() => newShare(suite, 5n, new Map([[1, suite.order - 5n]]))).toThrow(refused('scalar-zero'));
    const old = new Map([[1, suite.base]]);
    expect(() => newPublicShares(suite, old, [suite.base.negate()])).toThrow(refused('point-identity'));
  });
});
