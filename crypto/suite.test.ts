import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../test-support/random.ts';
import { bytesToHex, concatBytes, fromHex, utf8ToBytes } from './bytes.ts';
import { CryptoError } from './errors.ts';
import { SUITE_NAMES, suiteByName, type Suite } from './suite.ts';

const FIELD = 'Round 1, holder-3: field "commitments"';

/** What a refusal must look like: the code, and a sentence that begins with the name of the field. */
const refused = (code: string): Error =>
  expect.objectContaining({
    name: 'CryptoError',
    code,
    message: expect.stringMatching(/^Round 1, holder-3: field "commitments": .+\.$/) as string,
  }) as Error;

/** Both ways to decode a point: what is refused here must be refused by either. */
const decoders = (suite: Suite) =>
  [
    (bytes: Uint8Array) => suite.pointFromBytes(bytes, FIELD),
    (bytes: Uint8Array) => suite.pointFromBytesDeferred(bytes, FIELD),
  ] as const;

function expectPointRefused(suite: Suite, bytes: Uint8Array, code: string): void {
  for (const decode of decoders(suite)) expect(() => decode(bytes), bytesToHex(bytes)).toThrow(refused(code));
}

/** `n` as 32 bytes. Written out here, because the suite's own encoder would reduce it. */
function bytes32(n: bigint, littleEndian: boolean): Uint8Array {
  const bytes = fromHex(n.toString(16).padStart(64, '0'));
  return littleEndian ? bytes.reverse() : bytes;
}

/** The facts of each group, from SEC 2 §2.4.1, FIPS 186-5 and RFC 8032 §5.1. */
const FACTS = {
  secp256k1: {
    order: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
    base: '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
  },
  ed25519: {
    order: 2n ** 252n + 27742317777372353535851937790883648493n,
    base: '5866666666666666666666666666666666666666666666666666666666666666',
  },
  p256: {
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    base: '036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296',
  },
} as const;

/**
 * `hashToScalar('possession', 'ab', 'c')` as the first version computed it, and as Python's hashlib does: framing, label
 * and reduction must not drift unnoticed.
 */
const PINNED = {
  secp256k1: '28325b22d2a6df0e9cfa9a4a6783951727fdd1894fbc66a66ecbdc8b02ec17cc',
  ed25519: '02946c11f1ff886c77d79e8def94f4808e999d5bb2f897744d30441f48214b99',
  p256: '64e00cdfe52dac63b6f4a73e647346f1e1bfebd279925c2070edc5ffb8d809b0',
} as const;

describe.each(SUITE_NAMES)('%s', (name) => {
  const suite = suiteByName(name);
  const { order } = suite;
  const littleEndian = name === 'ed25519';
  const scalar = fc.bigInt({ min: 0n, max: order - 1n });

  it('is the group that its name promises', () => {
    expect(suite.name).toBe(name);
    expect(order).toBe(FACTS[name].order);
    expect(bytesToHex(suite.pointToBytes(suite.base))).toBe(FACTS[name].base);
    expect([suite.scalarLength, suite.pointLength]).toEqual([32, littleEndian ? 32 : 33]);
    expect(suite.zero.is0()).toBe(true);
    expect(
      suite.base
        .multiply(order - 1n)
        .add(suite.base)
        .is0(),
    ).toBe(true);
  });

  describe('scalars', () => {
    it('come back from their one encoding, in the byte order of the suite', () => {
      fc.assert(
        fc.property(scalar, (n) => {
          const bytes = suite.scalarToBytes(n);
          expect(bytes).toEqual(bytes32(n, littleEndian));
          expect(suite.scalarFromBytes(bytes, FIELD)).toBe(n);
        }),
      );
    });

    it('are accepted at both ends of the range', () => {
      for (const n of [0n, 1n, order - 1n])
        expect(suite.scalarFromBytes(bytes32(n, littleEndian), FIELD)).toBe(n);
    });

    it('are refused from the order on', () => {
      for (const n of [order, order + 1n, 2n ** 256n - 1n])
        expect(() => suite.scalarFromBytes(bytes32(n, littleEndian), FIELD), n.toString(16)).toThrow(
          refused('scalar-not-canonical'),
        );
    });

    it('are refused in another length', () => {
      for (const length of [0, 31, 33, 64])
        expect(() => suite.scalarFromBytes(new Uint8Array(length), FIELD)).toThrow(refused('bad-length'));
    });

    it('are reduced before they are encoded', () => {
      expect(suite.scalarToBytes(order + 5n)).toEqual(suite.scalarToBytes(5n));
      expect(suite.scalarToBytes(-1n)).toEqual(suite.scalarToBytes(order - 1n));
    });
  });

  describe('points', () => {
    it('come back from their one encoding', () => {
      fc.assert(
        fc.property(fc.bigInt({ min: 1n, max: order - 1n }), (n) => {
          const point = suite.base.multiplyUnsafe(n);
          const bytes = suite.pointToBytes(point);
          expect(bytes).toHaveLength(suite.pointLength);
          for (const decode of decoders(suite)) {
            expect(decode(bytes).equals(point)).toBe(true);
            expect(suite.pointToBytes(decode(bytes))).toEqual(bytes);
          }
          expect(suite.inSubgroup(point)).toBe(true);
        }),
        { numRuns: 25 },
      );
    });

    it('are refused in another length', () => {
      const bytes = suite.pointToBytes(suite.base);
      for (const wrong of [new Uint8Array(0), bytes.slice(1), bytes.slice(0, -1), concatBytes(bytes, bytes)])
        expectPointRefused(suite, wrong, 'bad-length');
    });

    it('are either decoded to what encodes to the same bytes, or refused with a code', () => {
      fc.assert(
        fc.property(
          fc.uint8Array({ minLength: suite.pointLength, maxLength: suite.pointLength }),
          fc.constantFrom(2, 3),
          (bytes, sign) => {
            if (!littleEndian) bytes[0] = sign;
            for (const decode of decoders(suite)) {
              try {
                expect(suite.pointToBytes(decode(bytes))).toEqual(bytes);
              } catch (error) {
                expect(error).toBeInstanceOf(CryptoError);
                expect((error as CryptoError).message).toContain(FIELD);
              }
            }
          },
        ),
        { numRuns: 40 },
      );
    });
  });

  describe('arithmetic modulo the order', () => {
    it('brings every integer, negative ones too, into the range', () => {
      expect(suite.mod(-1n)).toBe(order - 1n);
      expect(suite.mod(-order)).toBe(0n);
      expect(suite.mod(order)).toBe(0n);
      expect(suite.mod(-order - 3n)).toBe(order - 3n);
      fc.assert(
        fc.property(fc.bigInt({ min: -(2n ** 520n), max: 2n ** 520n }), (n) => {
          const rest = suite.mod(n);
          expect(rest >= 0n && rest < order).toBe(true);
          expect((n - rest) % order).toBe(0n);
        }),
      );
    });

    it('inverts everything but zero', () => {
      fc.assert(
        fc.property(fc.bigInt({ min: 1n, max: order - 1n }), (n) => {
          expect(suite.mod(n * suite.invert(n))).toBe(1n);
          expect(suite.invert(n - order)).toBe(suite.invert(n));
        }),
        { numRuns: 25 },
      );
      for (const zero of [0n, order, -order])
        expect(() => suite.invert(zero)).toThrow(
          expect.objectContaining({ code: 'scalar-zero', message: 'Zero has no inverse.' }) as Error,
        );
    });
  });

  describe('randomScalar', () => {
    it('takes 64 bytes, reduces them, and erases them', () => {
      const given = seededRandom('wide')(64);
      const lent = Uint8Array.from(given);
      const drawn = suite.randomScalar((length) => {
        expect(length).toBe(64);
        return lent;
      });
      expect(drawn).toBe(BigInt(`0x${bytesToHex(given)}`) % order);
      expect(lent).toEqual(new Uint8Array(64));
    });

    it('never returns zero: it draws again', () => {
      const multiple = fromHex(order.toString(16).padStart(128, '0'));
      const draws = [new Uint8Array(64), multiple, new Uint8Array(64).fill(1)];
      expect(suite.randomScalar(() => draws.shift()!)).not.toBe(0n);
      expect(draws).toEqual([]);
    });

    it('gives up on a source that returns zeros only', () => {
      let asked = 0;
      const broken = (length: number): Uint8Array => {
        asked += 1;
        return new Uint8Array(length);
      };
      expect(() => suite.randomScalar(broken)).toThrow(
        expect.objectContaining({ name: 'CryptoError', code: 'random-exhausted' }) as Error,
      );
      expect(asked).toBe(8);
    });

    it('refuses a source that returns too little', () => {
      expect(() => suite.randomScalar(() => new Uint8Array(32).fill(1))).toThrow(
        expect.objectContaining({
          code: 'bad-length',
          message: 'random bytes: expected 64 bytes, found 32.',
        }) as Error,
      );
    });
  });

  describe('hashToScalar', () => {
    const [ab, c, a, bc, empty] = ['ab', 'c', 'a', 'bc', ''].map(utf8ToBytes) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];

    it('gives what it has always given', () => {
      expect(suite.hashToScalar('possession', ab, c).toString(16).padStart(64, '0')).toBe(PINNED[name]);
    });

    it('tells lists of parts, labels and suites apart', () => {
      const results = [
        suite.hashToScalar('one', ab, c),
        suite.hashToScalar('one', a, bc),
        suite.hashToScalar('one', c, ab),
        suite.hashToScalar('one', utf8ToBytes('abc')),
        suite.hashToScalar('one', ab, c, empty),
        suite.hashToScalar('one', empty, ab, c),
        suite.hashToScalar('one'),
        suite.hashToScalar('one', empty),
        suite.hashToScalar('two', ab, c),
        suite.hashToScalar('onea', utf8ToBytes('b'), c),
        ...SUITE_NAMES.filter((other) => other !== name).map((other) =>
          suite.mod(suiteByName(other).hashToScalar('one', ab, c)),
        ),
      ];
      expect(new Set(results).size).toBe(results.length);
      for (const result of results) expect(result >= 0n && result < order).toBe(true);
    });

    it('depends on how the parts are cut, wherever that is', () => {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(), (bytes, x, y) => {
          const [left, right] = [x % (bytes.length + 1), y % (bytes.length + 1)];
          const cut = (at: number): bigint => suite.hashToScalar('cut', bytes.slice(0, at), bytes.slice(at));
          expect(cut(left) === cut(right)).toBe(left === right);
        }),
      );
    });
  });
});

describe.each([
  ['secp256k1', 2n ** 256n - 2n ** 32n - 977n, 7n, 0n],
  ['p256', 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n, undefined, -3n],
] as const)('points of %s (SEC 1 §2.3.4)', (name, prime, known, a) => {
  const suite = suiteByName(name);
  const b = known ?? 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
  const encoded = (sign: number, x: bigint): Uint8Array =>
    concatBytes(Uint8Array.of(sign), bytes32(x, false));
  const power = (base: bigint, exponent: bigint): bigint => {
    let result = 1n;
    for (let square = base % prime, e = exponent; e > 0n; e >>= 1n, square = (square * square) % prime)
      if (e & 1n) result = (result * square) % prime;
    return result;
  };
  const onCurve = (x: bigint): boolean => {
    const rest = (x ** 3n + a * x + b) % prime;
    return power((rest + prime) % prime, (prime - 1n) / 2n) === 1n;
  };
  /** The smallest x that is, or is not, that of a point. */
  const smallest = (wanted: boolean): bigint => {
    let x = 1n;
    while (onCurve(x) !== wanted) x += 1n;
    return x;
  };

  it('are refused when no point has this x', () => {
    for (const sign of [2, 3]) expectPointRefused(suite, encoded(sign, smallest(false)), 'point-off-curve');
  });

  it('are refused with an x that is not below the prime, though x modulo the prime is that of a point', () => {
    const x = smallest(true);
    for (const sign of [2, 3]) {
      for (const decode of decoders(suite)) expect(decode(encoded(sign, x)).is0()).toBe(false);
      expectPointRefused(suite, encoded(sign, x + prime), 'point-off-curve');
    }
    expectPointRefused(suite, encoded(2, prime), 'point-off-curve');
    expectPointRefused(suite, encoded(2, 2n ** 256n - 1n), 'point-off-curve');
  });

  it('are refused as the identity, in each form it could have', () => {
    expectPointRefused(suite, new Uint8Array(33), 'point-off-curve');
    expectPointRefused(suite, Uint8Array.of(0), 'bad-length');
    expect(() => suite.pointToBytes(suite.zero)).toThrow();
  });

  it('are refused with any other first byte than 2 and 3', () => {
    const x = BigInt(`0x${FACTS[name].base.slice(2)}`);
    for (let first = 0; first < 256; first++)
      if (first !== 2 && first !== 3) expectPointRefused(suite, encoded(first, x), 'point-off-curve');
  });

  it('are refused in the uncompressed and hybrid forms of SEC 1', () => {
    const compressed = suite.pointToBytes(suite.base);
    const { y } = (suite.base as unknown as { toAffine(): { y: bigint } }).toAffine();
    for (const first of [4, 6, 7]) {
      const long = concatBytes(Uint8Array.of(first), compressed.slice(1), bytes32(y, false));
      expect(long).toHaveLength(65);
      expectPointRefused(suite, long, 'bad-length');
    }
  });

  it('have no cofactor: everything on the curve is in the group', () => {
    expect(suite.inSubgroup(suite.base)).toBe(true);
    expect(suite.inSubgroup(suite.zero)).toBe(true);
  });
});

describe('points of ed25519 (RFC 8032 §5.1.3)', () => {
  const suite = suiteByName('ed25519');
  const prime = 2n ** 255n - 19n;
  const encoded = (y: bigint, sign: 0n | 1n = 0n): Uint8Array => bytes32(y + (sign << 255n), true);
  const torsion = ED25519_TORSION_SUBGROUP.map((hex) => ed25519.Point.fromHex(hex));

  it('are refused when no point has this y', () => {
    for (const sign of [0n, 1n] as const) expectPointRefused(suite, encoded(2n, sign), 'point-off-curve');
  });

  it('are refused as the identity', () => {
    expectPointRefused(suite, suite.pointToBytes(suite.zero), 'point-identity');
    expectPointRefused(suite, encoded(1n), 'point-identity');
  });

  it('are refused when they have small order: all eight', () => {
    expect(new Set(ED25519_TORSION_SUBGROUP).size).toBe(8);
    for (const point of torsion) {
      expect(point.multiplyUnsafe(8n).is0()).toBe(true);
      expectPointRefused(suite, point.toBytes(), point.is0() ? 'point-identity' : 'point-small-order');
    }
  });

  it('are refused with a y that is not below the prime, also where y modulo the prime is that of a point', () => {
    const accepted: bigint[] = [];
    for (let y = 0n; y < 19n; y++) {
      try {
        suite.pointFromBytesDeferred(encoded(y), FIELD);
        accepted.push(y);
      } catch {
        // No point, or one of small order.
      }
      for (const sign of [0n, 1n] as const)
        expectPointRefused(suite, encoded(prime + y, sign), 'point-off-curve');
    }
    expect(accepted.length).toBeGreaterThan(5);
  });

  it('are refused with the sign of an x that is zero', () => {
    expectPointRefused(suite, encoded(1n, 1n), 'point-off-curve');
    expectPointRefused(suite, encoded(prime - 1n, 1n), 'point-off-curve');
  });

  it('with a small-order component are refused, or, when decoding is deferred, told by inSubgroup', () => {
    for (const component of torsion.filter((point) => !point.is0())) {
      const mixed = ed25519.Point.BASE.multiply(5n).add(component);
      expect(() => suite.pointFromBytes(mixed.toBytes(), FIELD)).toThrow(refused('point-small-order'));
      const deferred = suite.pointFromBytesDeferred(mixed.toBytes(), FIELD);
      expect(deferred.equals(mixed)).toBe(true);
      expect(suite.inSubgroup(deferred)).toBe(false);
      expect(suite.inSubgroup(deferred.subtract(component))).toBe(true);
    }
  });
});

describe('suiteByName', () => {
  it('returns the same suite each time', () => {
    for (const name of SUITE_NAMES) expect(suiteByName(name)).toBe(suiteByName(name));
  });

  it.each(['', 'rsa', 'Ed25519', 'secp256k1 ', 'toString', '__proto__', 'constructor'])(
    'refuses "%s"',
    (name) => {
      expect(() => suiteByName(name)).toThrow(
        expect.objectContaining({
          name: 'CryptoError',
          code: 'unknown-suite',
          message: `Unknown suite "${name}": expected secp256k1, ed25519, p256.`,
        }) as Error,
      );
    },
  );
});
