import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../test-support/random.ts';
import { concatBytes, fromHex, uintBytes, utf8ToBytes } from './bytes.ts';
import { provePossession, verifyPossession } from './schnorr.ts';
import type { PossessionContext } from './schnorr.ts';
import { SUITE_NAMES, suiteByName } from './suite.ts';
import type { Point } from './suite.ts';

const CONTEXT: PossessionContext = {
  purpose: 'current-share',
  ceremony: new Uint8Array(16).fill(7),
  index: 3,
  epoch: 4,
};

/** What any refusal of a proof looks like: the code, the holder, and the field at the front of the sentence. */
const REFUSED = expect.objectContaining({
  code: 'proof-invalid',
  culprit: 3,
  message: expect.stringMatching(/^possession\b/) as string,
}) as Error;

/** Proofs as the first version made them: the encoding and the challenge must not change unnoticed. */
const PINNED = {
  secp256k1:
    '02707151fe256760b0aa0a4eb9845dd1fe7a60a29c00f7ea37cb4a41b010d349f' +
    '2be9e9d49ff6f5288d8fa2859580c46ce5ac04bba87d077e8c5f40b3b13192486',
  ed25519:
    'c1a83c9752857a9de109442c9d1774a204dd3b55b67a4e268f838b3ca3c4dff1' +
    'ada03e72aa2feaaf20a7c869d432fddebb8a57729d4cfa210db7dabdb746ef02',
  p256:
    '02f65324304cf573ebb2470d7265c41a78ee9b0a8b435cab2aa7d0c7398d73916' +
    '9b8248d2e9894ff6977d1bd8f80dca7aa8e88b1b14701df00548d8b8cb55332ab',
};

describe.each(SUITE_NAMES)('proof of possession over %s', (name) => {
  const suite = suiteByName(name);
  const secret = 123456789n;
  const publicPoint = suite.base.multiply(secret);
  const proof = provePossession(suite, secret, publicPoint, CONTEXT, seededRandom('proof'));
  const verify = (bytes: Uint8Array, context = CONTEXT, point: Point = publicPoint) => {
    return () => {
      verifyPossession(suite, point, context, bytes, 'possession');
    };
  };

  it('holds for every purpose, index, epoch and ceremony it was made for', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('current-share', 'new-share', 'dkg-constant', 'ephemeral-key', 'sealing-key'),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.integer({ min: 1, max: 65535 }),
        fc.nat(),
        (purpose, ceremony, index, epoch) => {
          const context = { purpose, ceremony, index, epoch } as const;
          const made = provePossession(suite, secret, publicPoint, context, seededRandom('any'));
          expect(made).toHaveLength(suite.pointLength + suite.scalarLength);
          expect(verify(made, context)).not.toThrow();
        },
      ),
      { numRuns: 10, seed: 7 },
    );
  });

  it('is encoded as in version 1', () => {
    expect(bytesToHex(proof)).toBe(PINNED[name]);
  });

  it.each([
    ['another purpose', { purpose: 'new-share' }],
    ['another ceremony', { ceremony: new Uint8Array(16).fill(8) }],
    ['another index', { index: 4 }],
    ['another epoch', { epoch: 5 }],
  ] as const)('is refused in %s', (_what, change) => {
    const context = { ...CONTEXT, ...change };
    const refusal = expect.objectContaining({ code: 'proof-invalid', culprit: context.index }) as Error;
    expect(verify(proof, context)).toThrow(refusal);
  });

  it('is refused for another public point, the identity included', () => {
    expect(verify(proof, CONTEXT, publicPoint.add(suite.base))).toThrow(REFUSED);
    expect(verify(proof, CONTEXT, suite.zero)).toThrow(/the public point is the identity/);
  });

  it('is refused with any byte changed', () => {
    for (let i = 0; i < proof.length; i++) {
      const changed = proof.slice();
      changed[i]! ^= 1;
      expect(verify(changed)).toThrow(REFUSED);
    }
  });

  it('is refused at any other length', () => {
    for (const bytes of [new Uint8Array(), proof.subarray(1), concatBytes(proof, new Uint8Array(1))])
      expect(verify(bytes)).toThrow(REFUSED);
  });

  it('is refused when z is right but not reduced', () => {
    const z = suite.scalarFromBytes(proof.subarray(suite.pointLength), 'z');
    const hex = (z + suite.order).toString(16).padStart(64, '0');
    // z + order fits in 32 bytes on ed25519 only; elsewhere the order itself stands for a scalar that is not reduced.
    const wide = hex.length === 64 ? hex : suite.order.toString(16);
    const bytes = fromHex(wide);
    if (name === 'ed25519') bytes.reverse();
    expect(verify(concatBytes(proof.subarray(0, suite.pointLength), bytes))).toThrow(/not below the order/);
    expect(verify(concatBytes(proof.subarray(0, suite.pointLength), bytes))).toThrow(REFUSED);
  });

  it('is refused when R is the identity, though the equation holds', () => {
    const R = name === 'ed25519' ? suite.zero.toBytes() : new Uint8Array(33);
    const challenge = suite.hashToScalar('possession', ...bound(), suite.pointToBytes(publicPoint), R);
    const z = suite.scalarToBytes(suite.mod(challenge * secret));
    expect(verify(concatBytes(R, z))).toThrow(REFUSED);
  });

  it('never takes the same nonce for two contexts, even from a source stuck at one value', () => {
    const stuck = (length: number) => new Uint8Array(length).fill(9);
    const R = (context: PossessionContext, s = secret) =>
      bytesToHex(
        provePossession(suite, s, suite.base.multiply(s), context, stuck).subarray(0, suite.pointLength),
      );
    const commitments = [
      R(CONTEXT),
      R({ ...CONTEXT, purpose: 'new-share' }),
      R({ ...CONTEXT, epoch: 5 }),
      R({ ...CONTEXT, index: 4 }),
      R({ ...CONTEXT, ceremony: new Uint8Array(16) }),
      R(CONTEXT, secret + 1n),
    ];
    expect(new Set(commitments).size).toBe(commitments.length);
    const fresh = provePossession(suite, secret, publicPoint, CONTEXT, seededRandom('fresh'));
    expect(fresh).not.toEqual(proof);
  });

  it('is not made for a zero secret or a malformed context', () => {
    const prove = (s: bigint, context: PossessionContext) => () =>
      provePossession(suite, s, publicPoint, context, seededRandom('malformed'));
    expect(prove(0n, CONTEXT)).toThrow(expect.objectContaining({ code: 'scalar-zero' }));
    expect(prove(secret, { ...CONTEXT, index: 0 })).toThrow(
      expect.objectContaining({ code: 'index-invalid' }),
    );
    expect(prove(secret, { ...CONTEXT, ceremony: new Uint8Array(15) })).toThrow(
      expect.objectContaining({ code: 'bad-length' }),
    );
    expect(prove(secret, { ...CONTEXT, epoch: -1 })).toThrow(RangeError);
  });

  /** The context as it goes into the challenge. */
  function bound(): Uint8Array[] {
    return [utf8ToBytes(CONTEXT.purpose), CONTEXT.ceremony, uintBytes(3, 2), uintBytes(4, 8)];
  }
});

describe('challenges', () => {
  it('differ by suite, label, and where one part ends and the next begins', () => {
    const [a, b, ab] = ['a', 'b', 'ab'].map((text) => utf8ToBytes(text));
    const empty = new Uint8Array();
    const scalars = SUITE_NAMES.flatMap((name) => {
      const suite = suiteByName(name);
      return [
        suite.hashToScalar('possession', a!, b!),
        suite.hashToScalar('possession', ab!),
        suite.hashToScalar('possession', ab!, empty),
        suite.hashToScalar('possession', empty, ab!),
        suite.hashToScalar('possession-nonce', a!, b!),
        suite.hashToScalar('dleq', a!, b!),
      ].map((scalar) => scalar % 2n ** 128n);
    });
    expect(new Set(scalars).size).toBe(scalars.length);
  });
});

describe('small order on ed25519', () => {
  const suite = suiteByName('ed25519');
  const torsion: Point = ed25519.Point.fromBytes(
    fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
  );

  it('in the public point is refused, though a proof can be ground out for it', () => {
    const secret = 123456789n;
    const tainted = suite.base.multiply(secret).add(torsion);
    for (let nonce = 1n; ; nonce++) {
      const commitment = suite.base.multiply(nonce);
      const parts = [utf8ToBytes(CONTEXT.purpose), CONTEXT.ceremony, uintBytes(3, 2), uintBytes(4, 8)];
      const R = suite.pointToBytes(commitment);
      const c = suite.hashToScalar('possession', ...parts, suite.pointToBytes(tainted), R);
      if (c % 8n !== 0n) continue;
      const z = suite.mod(nonce + c * secret);
      expect(suite.base.multiply(z).equals(commitment.add(tainted.multiplyUnsafe(c)))).toBe(true);
      const forged = concatBytes(R, suite.scalarToBytes(z));
      expect(() => {
        verifyPossession(suite, tainted, CONTEXT, forged, 'possession');
      }).toThrow(/outside the prime-order group/);
      break;
    }
  });

  it('in R is refused, though the equation holds up to the cofactor', () => {
    const secret = 5n;
    const publicPoint = suite.base.multiply(secret);
    const proof = provePossession(suite, secret, publicPoint, CONTEXT, seededRandom('R'));
    const tainted = suite.pointFromBytes(proof.subarray(0, 32), 'R').add(torsion);
    expect(() => {
      verifyPossession(
        suite,
        publicPoint,
        CONTEXT,
        concatBytes(tainted.toBytes(), proof.subarray(32)),
        'possession',
      );
    }).toThrow(REFUSED);
  });
});
