/**
 * The three groups a key can live in, behind one interface.
 *
 * Encodings follow RFC 9591 §6: SEC1 compressed points and big-endian scalars for secp256k1 and P-256, RFC 8032
 * points and little-endian scalars for edwards25519. Decoding is strict: one value has one encoding, and whatever
 * is not a canonical element of the prime-order group is refused with the name of the field it came from.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bytesToNumberBE, bytesToNumberLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { equalBytes, frame, utf8ToBytes } from './bytes.ts';
import { CryptoError } from './errors.ts';
import type { Random } from './random.ts';

export const SUITE_NAMES = ['secp256k1', 'ed25519', 'p256'] as const;
export type SuiteName = (typeof SUITE_NAMES)[number];

/** A group element. Values are immutable. `multiply` is constant-time, `multiplyUnsafe` is for public scalars only. */
export interface Point {
  add(other: Point): Point;
  subtract(other: Point): Point;
  negate(): Point;
  equals(other: Point): boolean;
  is0(): boolean;
  /** Scalar in 1..order-1. */
  multiply(scalar: bigint): Point;
  /** Scalar in 0..order-1. Variable time. */
  multiplyUnsafe(scalar: bigint): Point;
  /** The suite's one encoding (33 bytes, or 32 for ed25519). */
  toBytes(): Uint8Array;
}

/** One prime-order group with its encodings. */
export interface Suite {
  readonly name: SuiteName;
  /** Prime order of the group. */
  readonly order: bigint;
  /** Bytes in an encoded scalar: 32 for all three suites. */
  readonly scalarLength: number;
  /** Bytes in an encoded point: 33 for secp256k1 and p256, 32 for ed25519. */
  readonly pointLength: number;
  /** The generator G. */
  readonly base: Point;
  /** The identity. Never a valid value on the wire. */
  readonly zero: Point;
  /** Reduces any integer to 0..order-1. */
  mod(n: bigint): bigint;
  /** Inverse modulo the order. Throws `scalar-zero` for 0. */
  invert(n: bigint): bigint;
  /** Uniform in 1..order-1. */
  randomScalar(random: Random): bigint;
  scalarToBytes(n: bigint): Uint8Array;
  /** Decodes a scalar in 0..order-1. Throws `bad-length` or `scalar-not-canonical`, naming `field`. */
  scalarFromBytes(bytes: Uint8Array, field: string): bigint;
  pointToBytes(p: Point): Uint8Array;
  /**
   * Decodes a point of the prime-order group other than the identity. Throws `bad-length`, `point-off-curve`,
   * `point-not-canonical`, `point-small-order` or `point-identity`, naming `field`.
   */
  pointFromBytes(bytes: Uint8Array, field: string): Point;
  /**
   * As `pointFromBytes`, but leaves out the one costly check, that a point of edwards25519 has no small-order
   * component (0.9 ms a point; points of small order themselves are still refused). For long lists of commitments,
   * whose sums are then checked with `inSubgroup`: crypto/feldman.ts.
   */
  pointFromBytesDeferred(bytes: Uint8Array, field: string): Point;
  /** True when the point lies in the prime-order group. Always true for the suites without a cofactor. */
  inSubgroup(p: Point): boolean;
  /**
   * Hashes framed parts to a scalar: SHA-512 over the framed label and parts, reduced modulo the order (bias below
   * 2^-250). `label` separates domains; two different lists of parts never give the same input.
   */
  hashToScalar(label: string, ...parts: readonly Uint8Array[]): bigint;
}

/** What this file needs of a noble-curves point class. */
interface NoblePoint extends Point {
  assertValidity(): void;
  isTorsionFree(): boolean;
  isSmallOrder(): boolean;
}

interface NobleCurve {
  readonly BASE: NoblePoint;
  readonly ZERO: NoblePoint;
  readonly Fn: { readonly ORDER: bigint; toBytes(n: bigint): Uint8Array; inv(n: bigint): bigint };
  fromBytes(bytes: Uint8Array): NoblePoint;
}

interface Encoding {
  readonly pointLength: number;
  readonly littleEndian: boolean;
  /** True where the curve has a cofactor, so that points outside the prime-order group exist. */
  readonly cofactor: boolean;
}

function createSuite(name: SuiteName, curve: NobleCurve, encoding: Encoding): Suite {
  const order = curve.Fn.ORDER;
  const scalarLength = 32;
  const mod = (n: bigint): bigint => {
    const rest = n % order;
    return rest < 0n ? rest + order : rest;
  };
  const wide = (bytes: Uint8Array): bigint => mod(bytesToNumberBE(bytes));

  function checkLength(bytes: Uint8Array, length: number, field: string): void {
    if (bytes.length !== length)
      throw new CryptoError('bad-length', `${field}: expected ${length} bytes, found ${bytes.length}.`);
  }

  /** Everything but the check for a small-order component. */
  function decodePoint(bytes: Uint8Array, field: string): NoblePoint {
    checkLength(bytes, encoding.pointLength, field);
    let point: NoblePoint;
    try {
      point = curve.fromBytes(bytes);
    } catch {
      throw new CryptoError('point-off-curve', `${field}: these bytes are not a point of ${name}.`);
    }
    if (point.is0()) throw new CryptoError('point-identity', `${field}: the identity is not allowed here.`);
    if (encoding.cofactor && point.isSmallOrder())
      throw new CryptoError('point-small-order', `${field}: the point has small order.`);
    if (!equalBytes(point.toBytes(), bytes))
      throw new CryptoError(
        'point-not-canonical',
        `${field}: this is not the canonical encoding of the point.`,
      );
    return point;
  }

  return {
    name,
    order,
    scalarLength,
    pointLength: encoding.pointLength,
    base: curve.BASE,
    zero: curve.ZERO,
    mod,
    invert(n) {
      if (mod(n) === 0n) throw new CryptoError('scalar-zero', 'Zero has no inverse.');
      return curve.Fn.inv(mod(n));
    },
    randomScalar(random) {
      // 64 bytes reduced modulo a 252..256-bit order: bias below 2^-250. Zero comes up with that chance, or when
      // the source is broken; a few further tries tell the two apart.
      for (let attempt = 0; attempt < 8; attempt++) {
        const bytes = random(64);
        checkLength(bytes, 64, 'random bytes');
        const scalar = wide(bytes);
        bytes.fill(0);
        if (scalar !== 0n) return scalar;
      }
      throw new CryptoError('random-exhausted', 'The random source returned zero eight times in a row.');
    },
    scalarToBytes: (n) => curve.Fn.toBytes(mod(n)),
    scalarFromBytes(bytes, field) {
      checkLength(bytes, scalarLength, field);
      const n = encoding.littleEndian ? bytesToNumberLE(bytes) : bytesToNumberBE(bytes);
      if (n >= order)
        throw new CryptoError(
          'scalar-not-canonical',
          `${field}: the scalar is not below the order of ${name}.`,
        );
      return n;
    },
    pointToBytes: (p) => p.toBytes(),
    pointFromBytes(bytes, field) {
      const point = decodePoint(bytes, field);
      if (encoding.cofactor && !point.isTorsionFree())
        throw new CryptoError('point-small-order', `${field}: the point is outside the prime-order group.`);
      return point;
    },
    pointFromBytesDeferred: decodePoint,
    inSubgroup: (p) => !encoding.cofactor || (p as NoblePoint).isTorsionFree(),
    hashToScalar(label, ...parts) {
      return wide(sha512(frame(utf8ToBytes(`reseal/v1/${name}/${label}`), ...parts)));
    },
  };
}

const SUITES: Readonly<Record<SuiteName, Suite>> = {
  secp256k1: createSuite('secp256k1', secp256k1.Point, {
    pointLength: 33,
    littleEndian: false,
    cofactor: false,
  }),
  ed25519: createSuite('ed25519', ed25519.Point, {
    pointLength: 32,
    littleEndian: true,
    cofactor: true,
  }),
  p256: createSuite('p256', p256.Point, {
    pointLength: 33,
    littleEndian: false,
    cofactor: false,
  }),
};

/** The suite of that name. Throws `unknown-suite` for any other text. */
export function suiteByName(name: string): Suite {
  for (const known of SUITE_NAMES) if (known === name) return SUITES[known];
  throw new CryptoError('unknown-suite', `Unknown suite "${name}": expected ${SUITE_NAMES.join(', ')}.`);
}
