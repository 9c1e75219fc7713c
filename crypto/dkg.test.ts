import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../test-support/random.ts';
import { bytesToHex, fromHex } from './bytes.ts';
import type { CryptoErrorCode } from './errors.ts';
import { dkgDeal, dkgGroupKey, dkgPublicShares, dkgShare, verifyDkgProof } from './dkg.ts';
import { checkSubgroup, checkSum, checkTopCoefficient, commit, decodeCommitments } from './feldman.ts';
import { findCulprits, sumCommitments } from './feldman.ts';
import { interpolateSecret } from './lagrange.ts';
import { evaluate } from './polynomial.ts';
import { checkGroupKey } from './refresh.ts';
import { provePossession } from './schnorr.ts';
import { SUITE_NAMES, suiteByName } from './suite.ts';

const refused = (code: CryptoErrorCode, culprit?: number) =>
  expect.objectContaining({ name: 'CryptoError', code, culprit }) as Error;

interface ZcashHolder {
  readonly identifier: number;
  readonly signing_key: string;
  readonly coefficient: string;
  readonly vss_commitments: string[];
  /** Sub-shares received, by dealer. */
  readonly signing_shares: Record<string, string>;
  readonly verifying_share: string;
  readonly signing_share: string;
}

describe.each(['secp256k1', 'ed25519'] as const)('the DKG vectors of ZF FROST over %s', (name) => {
  const suite = suiteByName(name);
  const url = new URL(`../vectors/frost-zcash/${name}/vectors_dkg.json`, import.meta.url);
  const { inputs } = JSON.parse(readFileSync(url, 'utf8')) as {
    inputs: Record<'1' | '2' | '3', ZcashHolder> & { verifying_key: string };
  };
  const scalar = (hex: string) => suite.scalarFromBytes(fromHex(hex), 'vector');
  const holders = [inputs[1], inputs[2], inputs[3]];
  const dealers = new Map(
    holders.map((holder) => [
      holder.identifier,
      decodeCommitments(
        suite,
        holder.vss_commitments.map((hex) => fromHex(hex)),
        2,
        'vector',
        holder.identifier,
      ),
    ]),
  );
  const polynomials = new Map(
    holders.map((h) => [h.identifier, { coefficients: [scalar(h.signing_key), scalar(h.coefficient)] }]),
  );
  const summed = sumCommitments(suite, dealers);

  it('have our commitments and sub-shares', () => {
    for (const holder of holders) {
      const ours = commit(suite, polynomials.get(holder.identifier)!, 0);
      expect(ours.map((point) => bytesToHex(point.toBytes()))).toEqual(holder.vss_commitments);
      for (const [dealer, subShare] of Object.entries(holder.signing_shares))
        expect(evaluate(suite, polynomials.get(Number(dealer))!, holder.identifier)).toBe(scalar(subShare));
    }
  });

  it('have our shares, public shares and group key', () => {
    checkSubgroup(suite, dealers, summed);
    checkTopCoefficient(suite, summed);
    const groupKey = dkgGroupKey(suite, summed);
    expect(bytesToHex(groupKey.toBytes())).toBe(inputs.verifying_key);
    const publicShares = dkgPublicShares(suite, summed, [1, 2, 3]);
    const shares = new Map<number, bigint>();
    for (const holder of holders) {
      const own = evaluate(suite, polynomials.get(holder.identifier)!, holder.identifier);
      const subShares = new Map(
        Object.entries(holder.signing_shares).map(([dealer, hex]) => [Number(dealer), scalar(hex)]),
      ).set(holder.identifier, own);
      const share = dkgShare(suite, subShares);
      expect(share).toBe(scalar(holder.signing_share));
      expect(checkSum(suite, summed, holder.identifier, share, 0)).toBe(true);
      expect(bytesToHex(publicShares.get(holder.identifier)!.toBytes())).toBe(holder.verifying_share);
      shares.set(holder.identifier, share);
    }
    checkGroupKey(suite, publicShares, 2, groupKey);
    expect(suite.base.multiply(interpolateSecret(suite, shares)).equals(groupKey)).toBe(true);
  });
});

describe.each(SUITE_NAMES)('key generation over %s', (name) => {
  const suite = suiteByName(name);
  const random = seededRandom('dkg');
  const ceremony = new Uint8Array(16).fill(1);
  const indices = [2, 5, 7, 300];
  const t = 3;
  const contextOf = (index: number) => ({ ceremony, index, epoch: 0 });
  const deals = new Map(indices.map((i) => [i, dkgDeal(suite, t, contextOf(i), random)]));
  const commitments = new Map([...deals].map(([i, deal]) => [i, deal.commitments]));
  const summed = sumCommitments(suite, commitments);

  it('gives everyone a share of one key, with the threshold asked for', () => {
    for (const [i, deal] of deals) {
      expect(deal.commitments).toHaveLength(t);
      verifyDkgProof(suite, deal.commitments, contextOf(i), deal.proof, `deal of ${i}`);
    }
    const groupKey = dkgGroupKey(suite, summed);
    const publicShares = dkgPublicShares(suite, summed, indices);
    checkGroupKey(suite, publicShares, t, groupKey);
    for (const j of indices) {
      const subShares = new Map([...deals].map(([i, { polynomial }]) => [i, evaluate(suite, polynomial, j)]));
      const share = dkgShare(suite, subShares);
      expect(checkSum(suite, summed, j, share, 0)).toBe(true);
      expect(suite.base.multiply(share).equals(publicShares.get(j)!)).toBe(true);
    }
  });

  it('names the dealer of a wrong sub-share', () => {
    const dealings = new Map(
      [...deals].map(([i, deal]) => [
        i,
        { commitments: deal.commitments, share: evaluate(suite, deal.polynomial, i === 7 ? 6 : 5) },
      ]),
    );
    const sum = [...dealings.values()].reduce((total, { share }) => total + share, 0n);
    expect(checkSum(suite, summed, 5, sum, 0)).toBe(false);
    expect(findCulprits(suite, dealings, 5, 0)).toEqual([7]);
  });

  it('refuses a rogue dealer whose constant cancels the others, whatever proof it sends', () => {
    // With this constant the key would be wanted·G, and the rogue alone could sign.
    const wanted = 42n;
    const others = sumCommitments(suite, new Map([...commitments].filter(([i]) => i !== 300)));
    const rogue = [suite.base.multiply(wanted).subtract(others[0]!), ...deals.get(300)!.commitments.slice(1)];
    const taken = sumCommitments(suite, new Map(commitments).set(300, rogue));
    expect(dkgGroupKey(suite, taken).equals(suite.base.multiply(wanted))).toBe(true);
    const bound = { ...contextOf(300), purpose: 'dkg-constant' } as const;
    const proofs = [
      deals.get(300)!.proof,
      deals.get(2)!.proof,
      provePossession(suite, wanted, rogue[0]!, bound, random),
    ];
    for (const proof of proofs)
      expect(() => {
        verifyDkgProof(suite, rogue, contextOf(300), proof, 'deal of 300');
      }).toThrow(refused('proof-invalid', 300));
  });

  it('refuses a dealer who copies another dealer, another ceremony or another kind of proof', () => {
    const { commitments: points, proof, polynomial } = deals.get(2)!;
    const verify = (context: ReturnType<typeof contextOf>, bytes: Uint8Array) => () => {
      verifyDkgProof(suite, points, context, bytes, 'deal');
    };
    expect(verify(contextOf(2), proof)).not.toThrow();
    expect(verify(contextOf(5), proof)).toThrow(refused('proof-invalid', 5));
    expect(verify({ ...contextOf(2), ceremony: new Uint8Array(16) }, proof)).toThrow(
      refused('proof-invalid', 2),
    );
    const other = { ...contextOf(2), purpose: 'current-share' } as const;
    const share = provePossession(suite, polynomial.coefficients[0]!, points[0]!, other, random);
    expect(verify(contextOf(2), share)).toThrow(refused('proof-invalid', 2));
    expect(() => {
      verifyDkgProof(suite, [], contextOf(2), proof, 'deal');
    }).toThrow(refused('proof-invalid', 2));
  });

  it('refuses a key, a public share and a share that are zero', () => {
    const G = suite.base;
    expect(() => dkgGroupKey(suite, [suite.zero, G])).toThrow(refused('point-identity'));
    expect(() => dkgGroupKey(suite, [])).toThrow(refused('point-identity'));
    expect(() => dkgPublicShares(suite, [G.negate(), G], [1])).toThrow(refused('point-identity'));
    expect(() =>
      dkgShare(
        suite,
        new Map([
          [1, 1n],
          [2, suite.order - 1n],
        ]),
      ),
    ).toThrow(refused('scalar-zero'));
  });

  it('refuses invalid and repeated indices, and a threshold of one', () => {
    expect(() => dkgPublicShares(suite, summed, [0])).toThrow(refused('index-invalid'));
    expect(() => dkgPublicShares(suite, summed, [2, 2])).toThrow(refused('index-repeated'));
    expect(() => dkgDeal(suite, 1, contextOf(2), random)).toThrow(refused('threshold-invalid'));
  });
});
