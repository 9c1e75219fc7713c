/** The three groups, strictly encoded, and all signatures and proofs over them. Group operations are noble's. */
import { gcm } from '@noble/ciphers/aes.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hmac } from '@noble/hashes/hmac.js';
import { Bad, bigOf, frame, join, remember, same, sha256, sha512, u, utf8 } from './basics.ts';

export type SuiteName = 'secp256k1' | 'ed25519' | 'p256';

export interface P {
  add(other: P): P;
  negate(): P;
  multiplyUnsafe(scalar: bigint): P;
  is0(): boolean;
  equals(other: P): boolean;
  toBytes(): Uint8Array;
  toAffine(): { x: bigint; y: bigint };
  isTorsionFree(): boolean;
}
interface Curve {
  readonly BASE: P;
  readonly ZERO: P;
  readonly Fn: { readonly ORDER: bigint };
  fromBytes(bytes: Uint8Array): P;
}

export class Group {
  readonly name: SuiteName;
  readonly order: bigint;
  readonly length: number;
  readonly zero: P;
  readonly base: P;
  readonly #curve: Curve;
  constructor(name: SuiteName, curve: Curve, length: number) {
    this.name = name;
    this.#curve = curve;
    this.order = curve.Fn.ORDER;
    this.length = length;
    this.zero = curve.ZERO;
    this.base = curve.BASE;
  }
  mod(value: bigint): bigint {
    const rest = value % this.order;
    return rest < 0n ? rest + this.order : rest;
  }
  inverse(value: bigint): bigint {
    let [result, base, exponent] = [1n, this.mod(value), this.order - 2n];
    for (; exponent > 0n; exponent >>= 1n) {
      if (exponent & 1n) result = (result * base) % this.order;
      base = (base * base) % this.order;
    }
    return result;
  }
  times(scalar: bigint, point: P): P {
    const value = this.mod(scalar);
    return value === 0n ? this.zero : point.multiplyUnsafe(value);
  }
  inGroup(point: P): boolean {
    return this.name !== 'ed25519' || point.isTorsionFree();
  }
  smallOrder(point: P): boolean {
    return this.name === 'ed25519' && point.multiplyUnsafe(8n).is0();
  }
  /** A point in its one encoding, not the identity, in the prime-order group (later, where `deferred`). */
  point(bytes: Uint8Array, field: string, deferred = false): P {
    if (bytes.length !== this.length)
      throw new Bad(`${field}: expected ${this.length} bytes, found ${bytes.length}.`);
    let point: P;
    try {
      point = this.#curve.fromBytes(bytes);
    } catch {
      throw new Bad(`${field}: these bytes are not a point of ${this.name}.`);
    }
    if (point.is0()) throw new Bad(`${field}: the identity is not allowed here.`);
    if (this.smallOrder(point)) throw new Bad(`${field}: the point has small order.`);
    if (!deferred && !this.inGroup(point))
      throw new Bad(`${field}: the point is outside the prime-order group.`);
    return point;
  }
  scalarInt(bytes: Uint8Array): bigint {
    return bigOf(this.name === 'ed25519' ? bytes.toReversed() : bytes);
  }
  scalarBytes(value: bigint): Uint8Array {
    const bytes = u(this.mod(value), 32);
    return this.name === 'ed25519' ? bytes.toReversed() : bytes;
  }
  scalar(bytes: Uint8Array, field: string): bigint {
    if (bytes.length !== 32) throw new Bad(`${field}: expected 32 bytes, found ${bytes.length}.`);
    const value = this.scalarInt(bytes);
    if (value >= this.order) throw new Bad(`${field}: the scalar is not below the order of ${this.name}.`);
    return value;
  }
  hash(label: string, ...parts: readonly Uint8Array[]): bigint {
    return bigOf(sha512(frame(utf8(`reseal/v1/${this.name}/${label}`), ...parts))) % this.order;
  }
}

export const GROUPS: Readonly<Record<SuiteName, Group>> = {
  secp256k1: new Group('secp256k1', secp256k1.Point, 33),
  ed25519: new Group('ed25519', ed25519.Point, 32),
  p256: new Group('p256', p256.Point, 33),
};
const P256 = GROUPS.p256;
const ED = GROUPS.ed25519;

/** ECDSA over SHA-256, r ‖ s with low s. */
function ecdsa(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const [r, s] = [bigOf(signature.subarray(0, 32)), bigOf(signature.subarray(32))];
  if (signature.length !== 64 || r === 0n || r >= P256.order || s === 0n || s > P256.order / 2n) return false;
  const w = P256.inverse(s);
  const point = P256.times(bigOf(sha256(message)) * w, P256.base).add(
    P256.times(r * w, P256.point(key, 'key')),
  );
  return !point.is0() && point.toAffine().x % P256.order === r;
}

/** RFC 8032 §5.1.7: canonical encodings, the equation with the cofactor. */
function eddsa(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  let a: P;
  let r: P;
  try {
    a = ed25519.Point.fromBytes(key);
    r = ed25519.Point.fromBytes(signature.subarray(0, 32));
  } catch {
    return false;
  }
  const s = ED.scalarInt(signature.subarray(32));
  if (s >= ED.order || ED.smallOrder(a)) return false;
  const k = bigOf(sha512(join(signature.subarray(0, 32), key, message)).toReversed());
  const rest = r.add(a.multiplyUnsafe(k % ED.order)).add(ED.times(s, ED.base).negate());
  return rest.is0() || ED.smallOrder(rest);
}

export interface Identity {
  readonly alg: 'ES256' | 'EdDSA';
  readonly key: string;
}

/** True when `signature` (64 bytes) is this key's over `message`. */
export const verifySignature = remember(
  (alg: string, key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
    (alg === 'ES256' ? ecdsa : eddsa)(key, message, signature),
);

function bip340Challenge(r: Uint8Array, key: Uint8Array, message: Uint8Array): bigint {
  const tag = sha256(utf8('BIP0340/challenge'));
  return bigOf(sha256(join(tag, tag, r, key, message))) % GROUPS.secp256k1.order;
}

/** BIP-340 under the x-only form of a compressed key. */
function bip340(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const group = GROUPS.secp256k1;
  if (signature.length !== 64) return false;
  const s = bigOf(signature.subarray(32));
  if (s >= group.order) return false;
  const point = group.point(join(Uint8Array.of(2), key.subarray(1)), 'key');
  const e = bip340Challenge(signature.subarray(0, 32), key.subarray(1), message);
  const found = group.times(s, group.base).add(group.times(e, point).negate());
  if (found.is0()) return false;
  const { x, y } = found.toAffine();
  return y % 2n === 0n && x === bigOf(signature.subarray(0, 32));
}

/** RFC 9380 §5.3.1 with SHA-256, 48 bytes. */
function expand48(message: Uint8Array, domain: string): Uint8Array {
  const tag = join(utf8(domain), Uint8Array.of(domain.length));
  const first = sha256(join(new Uint8Array(64), message, u(48, 2), Uint8Array.of(0), tag));
  const one = sha256(join(first, Uint8Array.of(1), tag));
  const two = sha256(
    join(
      first.map((byte, at) => byte ^ (one[at] ?? 0)),
      Uint8Array.of(2),
      tag,
    ),
  );
  return join(one, two).subarray(0, 48);
}

const frostName = (suite: SuiteName, scheme: string): string =>
  scheme === 'bip340'
    ? 'FROST-secp256k1-SHA256-TR-v1'
    : {
        ed25519: 'FROST-ED25519-SHA512-v1',
        p256: 'FROST-P256-SHA256-v1',
        secp256k1: 'FROST-secp256k1-SHA256-v1',
      }[suite];

function frostScalar(suite: SuiteName, scheme: string, label: string, data: Uint8Array): bigint {
  const name = frostName(suite, scheme) + label;
  if (suite !== 'ed25519') return bigOf(expand48(data, name)) % GROUPS[suite].order;
  return bigOf(sha512(join(utf8(label === 'chal' ? '' : name), data)).toReversed()) % ED.order;
}

function frostHash(suite: SuiteName, scheme: string, label: string, data: Uint8Array): Uint8Array {
  return (suite === 'ed25519' ? sha512 : sha256)(join(utf8(frostName(suite, scheme) + label), data));
}

const challenge = (
  suite: SuiteName,
  scheme: string,
  r: Uint8Array,
  key: Uint8Array,
  message: Uint8Array,
): bigint =>
  scheme === 'bip340'
    ? bip340Challenge(r.subarray(1), key.subarray(1), message)
    : frostScalar(suite, scheme, 'chal', join(r, key, message));

/** What anybody with an ordinary library would check under the group key. */
export function verifyPlain(
  suite: SuiteName,
  scheme: string,
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const group = GROUPS[suite];
  try {
    if (scheme === 'bip340') return bip340(key, message, signature);
    if (suite === 'ed25519') return eddsa(key, message, signature);
    const r = group.point(signature.subarray(0, group.length), 'R');
    const z = group.scalar(signature.subarray(group.length), 'z');
    const c = challenge(suite, scheme, signature.subarray(0, group.length), key, message);
    return group.times(z, group.base).equals(r.add(group.times(c, group.point(key, 'key'))));
  } catch (error) {
    if (error instanceof Bad) return false;
    throw error;
  }
}

/** λ_i with f(0) = Σ λ_i·f(i) for every f of degree below the number of indices. */
export function lagrange(group: Group, indices: readonly number[]): Map<number, bigint> {
  return new Map(
    indices.map((i) => {
      let [top, bottom] = [1n, 1n];
      for (const j of indices)
        if (j !== i) [top, bottom] = [group.mod(top * BigInt(-j)), group.mod(bottom * BigInt(i - j))];
      return [i, group.mod(top * group.inverse(bottom))];
    }),
  );
}

/** The signature that the shares add up to (RFC 9591 §5.3). Bad with the first holder whose share is wrong. */
export function aggregate(
  suite: SuiteName,
  scheme: string,
  key: Uint8Array,
  publicShares: ReadonlyMap<number, P>,
  commitments: ReadonlyMap<number, readonly [Uint8Array, Uint8Array]>,
  message: Uint8Array,
  given: ReadonlyMap<number, Uint8Array>,
): Uint8Array {
  const group = GROUPS[suite];
  const even = scheme === 'bip340' ? join(Uint8Array.of(2), key.subarray(1)) : key;
  const order = [...commitments].sort(([a], [b]) => a - b);
  const listed = join(...order.flatMap(([i, pair]) => [group.scalarBytes(BigInt(i)), ...pair]));
  const prefix = join(
    even,
    frostHash(suite, scheme, 'msg', message),
    frostHash(suite, scheme, 'com', listed),
  );
  const parts = new Map(
    order.map(([i, [hiding, binding]]) => {
      const rho = frostScalar(suite, scheme, 'rho', join(prefix, group.scalarBytes(BigInt(i))));
      return [
        i,
        group.point(hiding, 'nonces').add(group.times(rho, group.point(binding, 'nonces'))),
      ] as const;
    }),
  );
  const total = [...parts.values()].reduce((sum, one) => sum.add(one), group.zero);
  if (total.is0()) throw new Bad('signature: the group commitment is the identity.');
  const r = total.toBytes();
  const numbers = new Map([...given].map(([i, bytes]) => [i, group.scalarInt(bytes)] as const));
  const sum = [...numbers.values()].reduce((all, one) => all + one, 0n);
  const whole = join(scheme === 'bip340' ? r.subarray(1) : r, group.scalarBytes(sum));
  if (
    [...numbers.values()].every((one) => one < group.order) &&
    verifyPlain(suite, scheme, key, message, whole)
  )
    return whole;
  const c = challenge(suite, scheme, r, even, message);
  const weights = lagrange(
    group,
    order.map(([i]) => i),
  );
  const turn = (point: P, when: boolean): P => (scheme === 'bip340' && when ? point.negate() : point);
  const wrong = order
    .map(([i]) => i)
    .filter((i) => {
      const [z, share, part] = [
        numbers.get(i) ?? 0n,
        publicShares.get(i) ?? group.zero,
        parts.get(i) ?? group.zero,
      ];
      const expected = turn(part, r[0] === 3).add(
        group.times(c * (weights.get(i) ?? 0n), turn(share, key[0] === 3)),
      );
      return z >= group.order || !group.times(z, group.base).equals(expected);
    });
  if (wrong.length > 0)
    throw new Bad(`signature: the signature shares of holders ${wrong.join(', ')} are wrong.`, '', wrong[0]);
  throw new Bad(
    'signature: the signature shares do not add up, though each is right: the public shares do not belong to the group key.',
  );
}

/** Bad unless `proof` shows that its author knows the logarithm of `point`, here and for this. */
export function possession(
  group: Group,
  point: P,
  purpose: string,
  ceremony: Uint8Array,
  index: number,
  epoch: number,
  proof: Uint8Array,
  field: string,
): void {
  if (!group.inGroup(point)) throw new Bad(`${field}: the public point is outside the prime-order group.`);
  const first = proof.subarray(0, group.length);
  const r = group.point(first, `${field}, R`, true);
  const z = group.scalar(proof.subarray(group.length), `${field}, z`);
  const c = group.hash(
    'possession',
    utf8(purpose),
    ceremony,
    u(index, 2),
    u(epoch, 8),
    point.toBytes(),
    first,
  );
  if (!group.times(z, group.base).equals(r.add(group.times(c, point))))
    throw new Bad(
      `${field}: the proof of possession (${purpose}) of holder ${index} does not hold for this ceremony, epoch and point.`,
    );
}

/** True when log_G(A) = log_B(C) is shown on P-256. */
export function sameLogarithm(
  a: Uint8Array,
  b: Uint8Array,
  c: Uint8Array,
  context: Uint8Array,
  proof: Uint8Array,
): boolean {
  try {
    const [A, B, C] = [P256.point(a, 'A'), P256.point(b, 'B'), P256.point(c, 'C')];
    const [e, z] = [P256.scalar(proof.subarray(0, 32), 'c'), P256.scalar(proof.subarray(32), 'z')];
    const r1 = P256.times(z, P256.base).add(P256.times(-e, A));
    const r2 = P256.times(z, B).add(P256.times(-e, C));
    return !r1.is0() && !r2.is0() && P256.hash('dleq', context, a, b, c, r1.toBytes(), r2.toBytes()) === e;
  } catch (error) {
    if (error instanceof Bad) return false;
    throw error;
  }
}

/** HPKE (RFC 9180) base mode with the shared point that a complaint reveals. Undefined where it does not open. */
export function hpkeOpen(
  shared: Uint8Array,
  ephemeral: Uint8Array,
  recipient: Uint8Array,
  info: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const mac = (key: Uint8Array, data: Uint8Array): Uint8Array => hmac(sha256, key, data);
  const none = new Uint8Array(0);
  const [kem, suite] = [join(utf8('KEM'), u(16, 2)), join(utf8('HPKE'), u(16, 2), u(1, 2), u(2, 2))];
  const extract = (id: Uint8Array, salt: Uint8Array, label: string, data: Uint8Array): Uint8Array =>
    mac(salt, join(utf8('HPKE-v1'), id, utf8(label), data));
  // One block is enough: nothing here is longer than a hash.
  const expand = (
    id: Uint8Array,
    key: Uint8Array,
    label: string,
    data: Uint8Array,
    length: number,
  ): Uint8Array =>
    mac(key, join(u(length, 2), utf8('HPKE-v1'), id, utf8(label), data, Uint8Array.of(1))).slice(0, length);
  const long = (key: Uint8Array): Uint8Array => {
    const { x, y } = P256.point(key, 'key').toAffine();
    return join(Uint8Array.of(4), u(x, 32), u(y, 32));
  };
  const prk = extract(kem, none, 'eae_prk', shared.subarray(1));
  const secret = expand(kem, prk, 'shared_secret', join(long(ephemeral), long(recipient)), 32);
  const context = join(
    Uint8Array.of(0),
    extract(suite, none, 'psk_id_hash', none),
    extract(suite, none, 'info_hash', info),
  );
  const main = extract(suite, secret, 'secret', none);
  try {
    return gcm(
      expand(suite, main, 'key', context, 32),
      expand(suite, main, 'base_nonce', context, 12),
    ).decrypt(sealed);
  } catch {
    return undefined;
  }
}

/** True when both points are the same. */
export const samePoint = (a: P, b: P): boolean => same(a.toBytes(), b.toBytes());
