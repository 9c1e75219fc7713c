import { readFileSync } from 'node:fs';
import { ed25519, ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js';
import { bytesToNumberBE, bytesToNumberLE } from '@noble/curves/utils.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../test-support/refusals.ts';
import { seededRandom } from '../test-support/random.ts';
import { bytesToHex, concatBytes, equalBytes, fromHex, utf8ToBytes } from './bytes.ts';
import {
  decodeIdentityKey,
  generateIdentity,
  IDENTITY_ALGORITHMS,
  keyId,
  signWithIdentity,
  verifyIdentity,
  withLowS,
} from './identity.ts';
import type { IdentityAlgorithm, IdentityPublicKey } from './identity.ts';
import { signatureFromDer } from './note.ts';
import { suiteByName } from './suite.ts';

interface EcdsaVectors {
  numberOfTests: number;
  testGroups: {
    publicKey: { uncompressed: string };
    tests: { tcId: number; comment: string; msg: string; sig: string; result: string }[];
  }[];
}

const random = seededRandom('identity');
const P256 = suiteByName('p256');
const message = utf8ToBytes('an envelope');

/** The same ECDSA signature with n - s. */
function otherS(signature: Uint8Array): Uint8Array {
  const s = bytesToNumberBE(signature.subarray(32));
  return concatBytes(signature.subarray(0, 32), P256.scalarToBytes(P256.order - s));
}
const isHighS = (signature: Uint8Array): boolean => bytesToNumberBE(signature.subarray(32)) > P256.order / 2n;

describe.each(IDENTITY_ALGORITHMS)('%s', (alg) => {
  const identity = generateIdentity(alg, random);
  const signature = signWithIdentity(identity, message);

  it('verifies what it signed, and signs the same way twice', () => {
    expect(signature).toHaveLength(64);
    expect(verifyIdentity(identity.publicKey, message, signature)).toBe(true);
    expect(signWithIdentity(identity, message)).toEqual(signature);
  });

  it('signs any message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const made = signWithIdentity(identity, bytes);
        expect(verifyIdentity(identity.publicKey, bytes, made)).toBe(true);
        expect(verifyIdentity(identity.publicKey, concatBytes(bytes, Uint8Array.of(0)), made)).toBe(false);
        if (alg === 'ES256') expect(isHighS(made)).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  it('refuses every flipped byte of the signature, other lengths, another key', () => {
    for (let at = 0; at < 64; at++) {
      const changed = signature.slice();
      changed[at]! ^= 1;
      expect(verifyIdentity(identity.publicKey, message, changed)).toBe(false);
    }
    for (const length of [0, 63, 65]) {
      const other = new Uint8Array(length);
      other.set(signature.subarray(0, length));
      expect(verifyIdentity(identity.publicKey, message, other)).toBe(false);
    }
    const stranger = generateIdentity(alg, random).publicKey;
    expect(verifyIdentity(stranger, message, signature)).toBe(false);
    expect(verifyIdentity(identity.publicKey, message, new Uint8Array(64))).toBe(false);
  });

  it('refuses a key under the name of the other algorithm', () => {
    const other: IdentityAlgorithm = alg === 'ES256' ? 'EdDSA' : 'ES256';
    const mislabelled: IdentityPublicKey = { alg: other, key: identity.publicKey.key };
    expect(verifyIdentity(mislabelled, message, signature)).toBe(false);
    expect(codeOf(() => decodeIdentityKey(other, mislabelled.key, 'key'))).toBe('bad-length');
  });

  it('decodes its own keys', () => {
    expect(decodeIdentityKey(alg, identity.publicKey.key, 'key')).toEqual(identity.publicKey);
  });

  it('refuses secret keys of another length', () => {
    expect(codeOf(() => signWithIdentity({ alg, secretKey: new Uint8Array(31) }, message))).toBe(
      'bad-length',
    );
  });
});

describe('ES256', () => {
  const identity = generateIdentity('ES256', random);
  const signature = signWithIdentity(identity, message);

  it('refuses the second form of a good signature', () => {
    const twin = otherS(signature);
    expect(isHighS(twin)).toBe(true);
    expect(verifyIdentity(identity.publicKey, message, twin)).toBe(false);
  });

  it('withLowS brings either form to the one that verifies', () => {
    expect(withLowS(otherS(signature))).toEqual(signature);
    expect(withLowS(signature)).toEqual(signature);
  });

  it('withLowS refuses integers out of range and other lengths', () => {
    const order = P256.scalarToBytes(-1n);
    order[31]! += 1;
    const [r, s, zero] = [signature.slice(0, 32), signature.slice(32), new Uint8Array(32)];
    expect(codeOf(() => withLowS(concatBytes(zero, s)))).toBe('scalar-zero');
    expect(codeOf(() => withLowS(concatBytes(r, zero)))).toBe('scalar-zero');
    expect(codeOf(() => withLowS(concatBytes(order, s)))).toBe('scalar-not-canonical');
    expect(codeOf(() => withLowS(concatBytes(r, order)))).toBe('scalar-not-canonical');
    expect(codeOf(() => withLowS(r))).toBe('bad-length');
  });

  it('is RFC 6979 (A.2.5), with the s of the first brought low', () => {
    const secretKey = fromHex('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721');
    const sample = fromHex(
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    );
    expect(signWithIdentity({ alg: 'ES256', secretKey }, utf8ToBytes('sample'))).toEqual(otherS(sample));
    expect(bytesToHex(signWithIdentity({ alg: 'ES256', secretKey }, utf8ToBytes('test')))).toBe(
      'f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083',
    );
  });

  it('refuses the secret key zero and one that is not reduced', () => {
    const sign = (secretKey: Uint8Array): unknown => signWithIdentity({ alg: 'ES256', secretKey }, message);
    expect(codeOf(() => sign(new Uint8Array(32)))).toBe('scalar-zero');
    expect(codeOf(() => sign(new Uint8Array(32).fill(255)))).toBe('scalar-not-canonical');
  });

  it('passes Wycheproof, with exactly the valid signatures of high s refused', () => {
    const vectors = JSON.parse(
      readFileSync(
        new URL('../vectors/wycheproof/ecdsa_secp256r1_sha256_test.json', import.meta.url),
        'utf8',
      ),
    ) as EcdsaVectors;
    const counts = { accepted: 0, validButHighS: 0, invalid: 0 };
    for (const group of vectors.testGroups) {
      const point = fromHex(group.publicKey.uncompressed);
      const key = concatBytes(Uint8Array.of(2 + (point[64]! & 1)), point.subarray(1, 33));
      for (const { tcId, comment, msg, sig, result } of group.tests) {
        const label = `${tcId} ${comment}`;
        let raw = new Uint8Array(0);
        try {
          raw = new Uint8Array(signatureFromDer(fromHex(sig)));
        } catch {
          expect(result, label).toBe('invalid');
        }
        const accepted = verifyIdentity({ alg: 'ES256', key }, fromHex(msg), raw);
        if (result === 'invalid') {
          expect(accepted, label).toBe(false);
          counts.invalid++;
        } else if (isHighS(raw)) {
          expect(result, label).toBe('valid');
          expect(accepted, label).toBe(false);
          expect(verifyIdentity({ alg: 'ES256', key }, fromHex(msg), withLowS(raw)), label).toBe(true);
          counts.validButHighS++;
        } else {
          expect(result, label).toBe('valid');
          expect(accepted, label).toBe(true);
          counts.accepted++;
        }
      }
    }
    expect(counts.accepted + counts.validButHighS + counts.invalid).toBe(vectors.numberOfTests);
    expect(counts).toEqual({ accepted: 103, validButHighS: 71, invalid: 310 });
  });
});

describe('EdDSA', () => {
  // RFC 8032 §7.1, tests 1 and 2.
  const vectors: [string, string, string, string][] = [
    [
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
  ];

  it.each(vectors)('is RFC 8032: %s', (seed, key, msg, signature) => {
    const secretKey = fromHex(seed);
    const identity = generateIdentity('EdDSA', () => secretKey.slice());
    expect(bytesToHex(identity.publicKey.key)).toBe(key);
    expect(bytesToHex(signWithIdentity(identity, fromHex(msg)))).toBe(signature);
    expect(verifyIdentity(identity.publicKey, fromHex(msg), fromHex(signature))).toBe(true);
  });

  it('refuses S + L, the second form that lenient verifiers accept', () => {
    const identity = generateIdentity('EdDSA', random);
    const signature = signWithIdentity(identity, message);
    const order = suiteByName('ed25519').order;
    const s = bytesToNumberBE(signature.slice(32).reverse()) + order;
    const twin = signature.slice();
    for (let at = 0; at < 32; at++) twin[32 + at] = Number((s >> BigInt(8 * at)) & 255n);
    expect(verifyIdentity(identity.publicKey, message, twin)).toBe(false);
  });

  describe('forgeries by the holder of the key', () => {
    const Ed25519 = suiteByName('ed25519');
    const seed = random(32);
    const secret = ed25519.utils.getExtendedPublicKey(seed).scalar;
    const honest = generateIdentity('EdDSA', () => seed.slice()).publicKey.key;

    /** RFC 8032 §5.1.6 with a commitment point and a key encoding of our choice. */
    function sign(nonce: bigint, encodedR: Uint8Array, key: Uint8Array): Uint8Array {
      const k = Ed25519.mod(bytesToNumberLE(sha512(concatBytes(encodedR, key, message))));
      return concatBytes(encodedR, Ed25519.scalarToBytes(nonce + k * secret));
    }

    it('the construction itself gives a good signature', () => {
      const encodedR = Ed25519.pointToBytes(Ed25519.base.multiply(5n));
      expect(verifyIdentity({ alg: 'EdDSA', key: honest }, message, sign(5n, encodedR, honest))).toBe(true);
    });

    it('a second encoding of R is refused (ZIP-215 accepts it)', () => {
      const encodedZero = new Uint8Array(32).fill(255);
      encodedZero[0] = 0xee;
      encodedZero[31] = 0x7f;
      const forged = sign(0n, encodedZero, honest);
      expect(ed25519.verify(forged, message, honest, { zip215: true })).toBe(true);
      expect(verifyIdentity({ alg: 'EdDSA', key: honest }, message, forged)).toBe(false);
    });

    it('a key with a small-order component is refused, though signatures verify under it', () => {
      const torsion = ed25519.Point.fromHex(ED25519_TORSION_SUBGROUP[1]!);
      const key = ed25519.Point.fromBytes(honest).add(torsion).toBytes();
      const forged = sign(5n, Ed25519.pointToBytes(Ed25519.base.multiply(5n)), key);
      expect(ed25519.verify(forged, message, key, { zip215: false })).toBe(true);
      expect(verifyIdentity({ alg: 'EdDSA', key }, message, forged)).toBe(false);
      expect(codeOf(() => decodeIdentityKey('EdDSA', key, 'key'))).toBe('point-small-order');
    });
  });

  it('refuses keys of small order, under which R = 0, S = 0 would verify for every message', () => {
    const identityPoint = new Uint8Array(32);
    identityPoint[0] = 1;
    const forged = concatBytes(identityPoint, new Uint8Array(32));
    const orderTwo = new Uint8Array(32).fill(255);
    orderTwo[0] = 0xec;
    orderTwo[31] = 0x7f;
    for (const key of [identityPoint, orderTwo])
      expect(verifyIdentity({ alg: 'EdDSA', key }, message, forged)).toBe(false);
    expect(codeOf(() => decodeIdentityKey('EdDSA', identityPoint, 'key'))).toBe('point-identity');
    expect(codeOf(() => decodeIdentityKey('EdDSA', orderTwo, 'key'))).toBe('point-small-order');
  });

  it('refuses a broken random source', () => {
    expect(codeOf(() => generateIdentity('EdDSA', () => new Uint8Array(16)))).toBe('bad-length');
  });
});

describe('decodeIdentityKey', () => {
  it('refuses unknown algorithms and names the field', () => {
    const { key } = generateIdentity('ES256', random).publicKey;
    for (const alg of ['ES384', 'es256', '', 'toString'])
      expect(codeOf(() => decodeIdentityKey(alg, key, 'card'))).toBe('unknown-suite');
    expect(() => decodeIdentityKey('ES512', key, 'card of holder 3')).toThrow(/^card of holder 3: .*"ES512"/);
  });

  it('refuses keys that are not canonical compressed points', () => {
    const { key } = generateIdentity('ES256', random).publicKey;
    expect(codeOf(() => decodeIdentityKey('ES256', key.slice(1), 'key'))).toBe('bad-length');
    expect(codeOf(() => decodeIdentityKey('ES256', new Uint8Array(33), 'key'))).toBe('point-off-curve');
    const uncompressed = concatBytes(Uint8Array.of(4), key.slice(1), key.slice(1));
    expect(codeOf(() => decodeIdentityKey('ES256', uncompressed, 'key'))).toBe('bad-length');
  });
});

describe('keyId', () => {
  it('is the start of SHA-256 over framed algorithm and key', () => {
    const { publicKey } = generateIdentity('EdDSA', random);
    const framed = concatBytes(
      Uint8Array.of(0, 0, 0, 5),
      utf8ToBytes('EdDSA'),
      Uint8Array.of(0, 0, 0, 32),
      publicKey.key,
    );
    expect(keyId(publicKey)).toEqual(sha256(framed).slice(0, 8));
  });

  it('differs between keys and between algorithms', () => {
    const [a, b] = [generateIdentity('ES256', random), generateIdentity('ES256', random)];
    expect(equalBytes(keyId(a.publicKey), keyId(b.publicKey))).toBe(false);
    const relabelled: IdentityPublicKey = { alg: 'EdDSA', key: a.publicKey.key };
    expect(equalBytes(keyId(a.publicKey), keyId(relabelled))).toBe(false);
  });
});
