import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../test-support/random.ts';
import { fromHex } from './bytes.ts';
import type { CryptoErrorCode } from './errors.ts';
import {
  checkSubgroup,
  checkSum,
  checkTopCoefficient,
  commit,
  decodeCommitments,
  evaluateInExponent,
  findCulprits,
  sumCommitments,
} from './feldman.ts';
import { evaluate, randomPolynomial } from './polynomial.ts';
import { SUITE_NAMES, suiteByName } from './suite.ts';
import type { Point, Suite } from './suite.ts';

const refused = (code: CryptoErrorCode, culprit?: number) =>
  expect.objectContaining({ name: 'CryptoError', code, culprit }) as Error;

/** A point of order 8 of edwards25519. */
const TORSION: Point = ed25519.Point.fromBytes(
  fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
);

/** Dealers 1..n with zero-constant polynomials of degree t-1. */
function deal(suite: Suite, t: number, n: number, seed: string) {
  const random = seededRandom(seed);
  const polynomials = new Map(
    Array.from({ length: n }, (_, k) => [k + 1, randomPolynomial(suite, t - 1, 0n, random)]),
  );
  const commitments = new Map([...polynomials].map(([i, f]) => [i, commit(suite, f, 1)]));
  const dealingsFor = (j: number) =>
    new Map(
      [...polynomials].map(([i, f]) => [
        i,
        { commitments: commitments.get(i)!, share: evaluate(suite, f, j) },
      ]),
    );
  const shareSum = (j: number) => [...dealingsFor(j).values()].reduce((sum, d) => sum + d.share, 0n);
  return { commitments, dealingsFor, shareSum, summed: sumCommitments(suite, commitments) };
}

describe.each(SUITE_NAMES)('commitments over %s', (name) => {
  const suite = suiteByName(name);
  const encode = (points: readonly Point[]) => points.map((point) => suite.pointToBytes(point));

  it('evaluate in the exponent to what the polynomial evaluates to', () => {
    const random = seededRandom('in the exponent');
    const withConstant = randomPolynomial(suite, 3, 9n, random);
    const withoutConstant = randomPolynomial(suite, 3, 0n, random);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65535 }), (index) => {
        for (const [f, from] of [
          [withConstant, 0],
          [withoutConstant, 1],
        ] as const)
          expect(
            evaluateInExponent(suite, commit(suite, f, from), index, from).equals(
              suite.base.multiply(evaluate(suite, f, index)),
            ),
          ).toBe(true);
      }),
      { numRuns: 15, seed: 5, examples: [[1], [2], [65535]] },
    );
    expect(() => evaluateInExponent(suite, [suite.base], 0, 0)).toThrow(refused('index-invalid'));
  });

  it('accept the summed sub-shares of honest dealers', () => {
    const { commitments, shareSum, summed, dealingsFor } = deal(suite, 3, 5, 'honest');
    const decoded = new Map(
      [...commitments].map(([i, points]) => [
        i,
        decodeCommitments(suite, encode(points), 2, 'commitments', i),
      ]),
    );
    expect(encode(sumCommitments(suite, decoded))).toEqual(encode(summed));
    checkSubgroup(suite, decoded, summed);
    checkTopCoefficient(suite, summed);
    for (const j of [1, 4, 65535]) {
      expect(checkSum(suite, summed, j, shareSum(j), 1)).toBe(true);
      expect(findCulprits(suite, dealingsFor(j), j, 1)).toEqual([]);
    }
  });

  it('refuse a wrong sub-share and name every dealer who sent one', () => {
    const { shareSum, summed, dealingsFor } = deal(suite, 3, 5, 'wrong sub-share');
    const dealings = dealingsFor(4);
    for (const dealer of [5, 2]) {
      const honest = dealings.get(dealer)!;
      dealings.set(dealer, { ...honest, share: suite.mod(honest.share + BigInt(dealer)) });
    }
    expect(checkSum(suite, summed, 4, shareSum(4) + 7n, 1)).toBe(false);
    expect(findCulprits(suite, dealings, 4, 1)).toEqual([2, 5]);
    // A sub-share meant for another holder is wrong here.
    expect(checkSum(suite, summed, 4, shareSum(3), 1)).toBe(false);
  });

  it('refuse sub-shares of dealers who commit to a constant term that is not zero', () => {
    const f = randomPolynomial(suite, 2, 1n, seededRandom('constant'));
    const commitments = commit(suite, f, 1);
    expect(checkSum(suite, commitments, 3, evaluate(suite, f, 3), 1)).toBe(false);
  });

  it('compare a share of zero with the identity', () => {
    const minus = [suite.base.negate(), suite.base];
    expect(checkSum(suite, minus, 1, 0n, 0)).toBe(true);
    expect(checkSum(suite, minus, 2, 0n, 0)).toBe(false);
    expect(checkSum(suite, [suite.base], 1, suite.order, 0)).toBe(false);
  });

  it('unmask the last dealer who chose its commitments to cancel those of the others', () => {
    const { commitments, dealingsFor } = deal(suite, 3, 4, 'cancel');
    const chosen = randomPolynomial(suite, 2, 0n, seededRandom('chosen'));
    const target = commit(suite, chosen, 1);
    const others = sumCommitments(suite, new Map([...commitments].filter(([i]) => i !== 4)));
    commitments.set(
      4,
      target.map((point, k) => point.subtract(others[k]!)),
    );
    const summed = sumCommitments(suite, commitments);
    expect(encode(summed)).toEqual(encode(target));
    // The best it can send to holder 1 is its own polynomial: it cannot subtract sub-shares it has not seen.
    const dealings = dealingsFor(1);
    dealings.set(4, { commitments: commitments.get(4)!, share: evaluate(suite, chosen, 1) });
    const sum = [...dealings.values()].reduce((total, dealing) => total + dealing.share, 0n);
    expect(checkSum(suite, summed, 1, sum, 1)).toBe(false);
    expect(findCulprits(suite, dealings, 1, 1)).toEqual([4]);
  });

  it('must be exactly as many as expected: one more raises the threshold, one fewer lowers it', () => {
    const t = 3;
    const random = seededRandom('count');
    for (const degree of [t, t - 2]) {
      const encoded = encode(commit(suite, randomPolynomial(suite, degree, 0n, random), 1));
      expect(() => decodeCommitments(suite, encoded, t - 1, 'commitments', 6)).toThrow(
        refused('commitment-count', 6),
      );
    }
    const five = commit(suite, randomPolynomial(suite, 5, 0n, random), 1);
    expect(() =>
      sumCommitments(
        suite,
        new Map([
          [1, five],
          [2, five.slice(1)],
        ]),
      ),
    ).toThrow(refused('commitment-count'));
    expect(() => sumCommitments(suite, new Map())).toThrow(refused('commitment-count'));
  });

  it('that cancel at the top lower the degree, which is refused', () => {
    const f = randomPolynomial(suite, 2, 0n, seededRandom('top'));
    const g = randomPolynomial(suite, 2, 0n, seededRandom('other'));
    g.coefficients[2] = suite.order - f.coefficients[2]!;
    const summed = sumCommitments(
      suite,
      new Map([
        [1, commit(suite, f, 1)],
        [2, commit(suite, g, 1)],
      ]),
    );
    expect(() => {
      checkTopCoefficient(suite, summed);
    }).toThrow(refused('degree-too-low'));
    expect(() => {
      checkTopCoefficient(suite, []);
    }).toThrow(refused('degree-too-low'));
  });

  it('are refused one by one, with the dealer, when they are not canonical points of the group', () => {
    const good = suite.pointToBytes(suite.base);
    const decode = (bad: Uint8Array) => () => decodeCommitments(suite, [good, bad], 2, 'commitments', 3);
    expect(decode(good)).not.toThrow();
    expect(decode(good.subarray(1))).toThrow(refused('bad-length', 3));
    const offCurve = good.slice().fill(0xff);
    expect(decode(offCurve)).toThrow(refused('point-off-curve', 3));
    expect(decode(offCurve)).toThrow(/commitments, commitment 2 of 2/);
  });

  it('to a zero coefficient are never made', () => {
    expect(() => commit(suite, { coefficients: [0n, 1n] }, 0)).toThrow(refused('scalar-zero'));
    expect(commit(suite, { coefficients: [0n, 1n] }, 1)).toHaveLength(1);
  });
});

describe('small order on ed25519', () => {
  const suite = suiteByName('ed25519');

  it('is refused at once for the identity and for points of small order', () => {
    const decode = (bytes: Uint8Array) => () => decodeCommitments(suite, [bytes], 1, 'commitments', 2);
    expect(decode(suite.zero.toBytes())).toThrow(refused('point-identity', 2));
    expect(decode(TORSION.toBytes())).toThrow(refused('point-small-order', 2));
  });

  it('as a component is found in the sum, and the dealer is named', () => {
    const { commitments, summed } = deal(suite, 3, 4, 'component');
    checkSubgroup(suite, commitments, summed);
    const [first, second] = commitments.get(3)!;
    commitments.set(3, [first!, second!.add(TORSION)]);
    const tainted = sumCommitments(suite, commitments);
    expect(() => {
      checkSubgroup(suite, commitments, tainted);
    }).toThrow(refused('point-small-order', 3));
    // Sums that none of the dealers account for are refused too.
    expect(() => {
      checkSubgroup(suite, new Map(), tainted);
    }).toThrow(refused('point-small-order'));
  });

  it('that cancels between dealers changes nothing, and is still named dealer by dealer', () => {
    const { commitments, dealingsFor, shareSum } = deal(suite, 3, 4, 'cancelling');
    commitments.set(
      1,
      commitments.get(1)!.map((point) => point.add(TORSION)),
    );
    commitments.set(
      2,
      commitments.get(2)!.map((point) => point.subtract(TORSION)),
    );
    const summed = sumCommitments(suite, commitments);
    checkSubgroup(suite, commitments, summed);
    expect(checkSum(suite, summed, 3, shareSum(3), 1)).toBe(true);
    const dealings = new Map(
      [...dealingsFor(1)].map(([i, { share }]) => [i, { share, commitments: commitments.get(i)! }]),
    );
    expect(findCulprits(suite, dealings, 1, 1)).toEqual([1, 2]);
  });
});
