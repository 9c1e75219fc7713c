/**
 * What dealing and receiving cost: `node bench/crypto.ts`.
 *
 * deal     one dealer: draw the polynomial, commit, compute every sub-share (without sealing).
 * receive  one holder: decode all dealers' commitments from bytes, sum them, check the sums' subgroup and top
 *          coefficient, check the summed sub-share, compute all new public shares and the own new share.
 * naive    the same without the two ideas of crypto/feldman.ts: every point is decoded with the full check, every
 *          dealer is checked by itself with one full multiplication per coefficient, and the new public shares are
 *          computed by powers as well.
 * Milliseconds, median of three, one process.
 */
import { randomBytes } from 'node:crypto';
import {
  checkSubgroup,
  checkSum,
  checkTopCoefficient,
  commit,
  decodeCommitments,
  sumCommitments,
} from '../crypto/feldman.ts';
import { evaluate, randomPolynomial } from '../crypto/polynomial.ts';
import { newPublicShares, newShare } from '../crypto/refresh.ts';
import { SUITE_NAMES, suiteByName } from '../crypto/suite.ts';
import type { Point, Suite } from '../crypto/suite.ts';

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const COMMITTEES = [
  [3, 5],
  [10, 15],
  [34, 67],
] as const;

/** Median time of three runs in milliseconds. */
function median(run: () => unknown): number {
  const times = [0, 1, 2].map(() => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[1] ?? Number.NaN;
}

interface Received {
  readonly commitments: Uint8Array[];
  readonly subShare: bigint;
}

function receive(
  suite: Suite,
  t: number,
  me: number,
  oldShare: bigint,
  oldPublic: Map<number, Point>,
  inbox: Map<number, Received>,
): Map<number, Point> {
  const dealers = new Map<number, Point[]>();
  const subShares = new Map<number, bigint>();
  for (const [dealer, { commitments, subShare }] of inbox) {
    dealers.set(dealer, decodeCommitments(suite, commitments, t - 1, 'commitments', dealer));
    subShares.set(dealer, subShare);
  }
  const summed = sumCommitments(suite, dealers);
  checkSubgroup(suite, dealers, summed);
  checkTopCoefficient(suite, summed);
  const sum = suite.mod([...subShares.values()].reduce((a, b) => a + b, 0n));
  if (!checkSum(suite, summed, me, sum, 1)) throw new Error('the bench dealt a wrong sub-share');
  newShare(suite, oldShare, subShares);
  return newPublicShares(suite, oldPublic, summed);
}

function receiveNaively(
  suite: Suite,
  me: number,
  oldPublic: Map<number, Point>,
  inbox: Map<number, Received>,
): Map<number, Point> {
  const atPower = (commitments: readonly Point[], index: number): Point => {
    let power = 1n;
    let sum = suite.zero;
    for (const point of commitments) {
      power = suite.mod(power * BigInt(index));
      sum = sum.add(point.multiplyUnsafe(power));
    }
    return sum;
  };
  const dealers = new Map<number, Point[]>();
  for (const [dealer, { commitments, subShare }] of inbox) {
    const points = commitments.map((bytes) => suite.pointFromBytes(bytes, 'commitment'));
    if (!suite.base.multiply(subShare).equals(atPower(points, me)))
      throw new Error('the bench dealt a wrong sub-share');
    dealers.set(dealer, points);
  }
  const summed = sumCommitments(suite, dealers);
  return new Map([...oldPublic].map(([index, point]) => [index, point.add(atPower(summed, index))]));
}

console.log('suite      committee   deal ms  receive ms   naive ms  ratio');
for (const name of SUITE_NAMES) {
  const suite = suiteByName(name);
  for (const [t, n] of COMMITTEES) {
    const indices = Array.from({ length: n }, (_, k) => k + 1);
    const me = n;
    const key = randomPolynomial(suite, t - 1, suite.randomScalar(random), random);
    const oldPublic = new Map(indices.map((j) => [j, suite.base.multiply(evaluate(suite, key, j))]));
    const inbox = new Map<number, Received>();
    for (const dealer of indices) {
      const polynomial = randomPolynomial(suite, t - 1, 0n, random);
      const commitments = commit(suite, polynomial, 1).map((point) => suite.pointToBytes(point));
      inbox.set(dealer, { commitments, subShare: evaluate(suite, polynomial, me) });
    }
    const deal = median(() => {
      const polynomial = randomPolynomial(suite, t - 1, 0n, random);
      for (const point of commit(suite, polynomial, 1)) suite.pointToBytes(point);
      for (const j of indices) evaluate(suite, polynomial, j);
    });
    const fast = median(() => receive(suite, t, me, evaluate(suite, key, me), oldPublic, inbox));
    const naive = median(() => receiveNaively(suite, me, oldPublic, inbox));
    console.log(
      name.padEnd(11) +
        `${t}-of-${n}`.padEnd(9) +
        deal.toFixed(1).padStart(10) +
        fast.toFixed(1).padStart(12) +
        naive.toFixed(1).padStart(11) +
        `${(naive / fast).toFixed(1)}×`.padStart(7),
    );
  }
}
