import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../test-support/random.ts';
import { concatBytes, frame, fromHex, uintBytes, utf8ToBytes } from './bytes.ts';
import { proveDleq, verifyDleq } from './dleq.ts';
import { SUITE_NAMES, suiteByName } from './suite.ts';
import type { Point } from './suite.ts';

const REFUSED = expect.objectContaining({
  code: 'proof-invalid',
  message: expect.stringMatching(/^complaint/) as string,
}) as Error;

/** Proofs as the first version made them: the encoding and the challenge must not change unnoticed. */
const PINNED = {
  secp256k1:
    'cdfbbfc99679ea0e859c62083a10a5e31991948a355b4fe1f8024c245a4d1168' +
    '71d498be22f54f3740ceaec288f468a44e2afdd656e6e2e21cd2ae7a64e6960f',
  ed25519:
    '491b23a1c96247b38bc9a25321644692249f0c762e7b0cfba80f55410eba720f' +
    '56890f4908cdd4865e8c894dbea30c9de5842c296a3413de5ec517d768fca80d',
  p256:
    'ee504cc67747cae66e77fd191bfcdca6bb7d7e10ac26574143f8829a86dd0c26' +
    '07b48b91bb650839bd97a541445f472d6c3c8cbdfc6a0946b585fe4ba708ff75',
};

describe.each(SUITE_NAMES)('equality of discrete logarithms over %s', (name) => {
  const suite = suiteByName(name);
  const secret = 987654321n;
  const A = suite.base.multiply(secret);
  const B = suite.base.multiply(31415926n);
  const C = B.multiply(secret);
  const context = frame(utf8ToBytes('ceremony'), uintBytes(3, 2));
  const proof = proveDleq(suite, secret, A, B, C, context, seededRandom('dleq'));
  const verify = (bytes: Uint8Array, points: [Point, Point, Point] = [A, B, C], bound = context) => {
    return () => {
      verifyDleq(suite, ...points, bound, bytes, 'complaint');
    };
  };

  it('is shown by c ‖ z, encoded as in version 1', () => {
    expect(verify(proof)).not.toThrow();
    expect(bytesToHex(proof)).toBe(PINNED[name]);
  });

  it('is refused for other points and another context', () => {
    const G = suite.base;
    expect(verify(proof, [A.add(G), B, C])).toThrow(REFUSED);
    expect(verify(proof, [A, B.add(G), C])).toThrow(REFUSED);
    expect(verify(proof, [A, B, C.add(G)])).toThrow(REFUSED);
    expect(verify(proof, [C, B, A])).toThrow(REFUSED);
    expect(verify(proof, [A, B, C], frame(utf8ToBytes('ceremony'), uintBytes(4, 2)))).toThrow(REFUSED);
  });

  it('cannot be made for a wrong Diffie–Hellman point', () => {
    const wrong = C.add(suite.base);
    const lie = proveDleq(suite, secret, A, B, wrong, context, seededRandom('lie'));
    expect(verify(lie, [A, B, wrong])).toThrow(REFUSED);
  });

  it('is refused with any byte changed, and at any other length', () => {
    for (let i = 0; i < proof.length; i++) {
      const changed = proof.slice();
      changed[i]! ^= 1;
      expect(verify(changed)).toThrow(REFUSED);
    }
    expect(verify(proof.subarray(1))).toThrow(REFUSED);
    expect(verify(concatBytes(proof, new Uint8Array(1)))).toThrow(REFUSED);
  });

  it('is refused when c or z is not reduced', () => {
    const order = fromHex(suite.order.toString(16).padStart(64, '0'));
    if (name === 'ed25519') order.reverse();
    expect(verify(concatBytes(proof.subarray(0, 32), order))).toThrow(/complaint, z.*order/);
    expect(verify(concatBytes(order, proof.subarray(32)))).toThrow(REFUSED);
  });

  it('is an empty statement with the identity, and refused', () => {
    const O = suite.zero;
    expect(verify(proof, [A, O, O])).toThrow(/B is the identity/);
    expect(verify(proof, [O, B, C])).toThrow(/A is the identity/);
    expect(verify(proof, [A, B, O])).toThrow(/C is the identity/);
    expect(() => proveDleq(suite, 0n, A, B, C, context, seededRandom('zero'))).toThrow(
      expect.objectContaining({ code: 'scalar-zero' }),
    );
  });

  it('is refused when it opens to the identity', () => {
    const c = suite.scalarToBytes(1n);
    expect(verify(concatBytes(c, suite.scalarToBytes(secret)))).toThrow(/opens to the identity/);
  });

  it('never takes the same nonce for two statements, even from a stuck source', () => {
    const stuck = (length: number) => new Uint8Array(length).fill(9);
    // Two proofs with one nonce and different challenges would give the secret away: (z - z') / (c - c').
    const scalars = (bound: Uint8Array) => {
      const made = proveDleq(suite, secret, A, B, C, bound, stuck);
      return [0, 32].map((at) => suite.scalarFromBytes(made.subarray(at, at + 32), 'scalar'));
    };
    const [c1, z1] = scalars(utf8ToBytes('one'));
    const [c2, z2] = scalars(utf8ToBytes('two'));
    expect(suite.mod((z1! - z2!) * suite.invert(c1! - c2!))).not.toBe(secret);
  });
});

describe('small order on ed25519', () => {
  it('is refused in every point', () => {
    const suite = suiteByName('ed25519');
    const torsion: Point = ed25519.Point.fromBytes(
      fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
    );
    const B = suite.base.multiply(7n);
    const good: Point[] = [suite.base.multiply(5n), B, B.multiply(5n)];
    for (let k = 0; k < 3; k++) {
      const [A, B2, C] = good.map((point, position) => (position === k ? point.add(torsion) : point));
      const context = new Uint8Array();
      const proof = proveDleq(suite, 5n, A!, B2!, C!, context, seededRandom('small order'));
      expect(() => {
        verifyDleq(suite, A!, B2!, C!, context, proof, 'complaint');
      }).toThrow(/outside the prime-order group/);
    }
  });
});
