import { schnorr } from '@noble/curves/secp256k1.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../test-support/random.ts';
import { bytesToHex, concatBytes, fromHex, utf8ToBytes } from './bytes.ts';
import type { CryptoErrorCode } from './errors.ts';
import { aggregate, commitNonces, signShare, verifyPlain, verifySignatureShare } from './frost.ts';
import type { FrostKey, NonceCommitment, ProofScheme, SigningNonces } from './frost.ts';
import { evaluate, randomPolynomial } from './polynomial.ts';
import { suiteByName } from './suite.ts';
import type { Suite } from './suite.ts';

const refused = (code: CryptoErrorCode, culprit?: number) =>
  expect.objectContaining({ name: 'CryptoError', code, culprit }) as Error;
const MESSAGE = utf8ToBytes('reseal, ceremony 0f, epoch 1');

interface SigningVector {
  readonly inputs: {
    readonly participant_list: number[];
    readonly group_public_key?: string;
    readonly verifying_key_key?: string;
    readonly message: string;
    readonly participant_shares: { identifier: number; participant_share: string }[];
  };
  readonly round_one_outputs: {
    readonly outputs: {
      identifier: number;
      hiding_nonce_randomness: string;
      binding_nonce_randomness: string;
      hiding_nonce: string;
      binding_nonce: string;
      hiding_nonce_commitment: string;
      binding_nonce_commitment: string;
    }[];
  };
  readonly round_two_outputs: { readonly outputs: { identifier: number; sig_share: string }[] };
  readonly final_output: { readonly sig: string };
}

describe.each([
  ['secp256k1', 'frost-rfc9591/frost-secp256k1-sha256.json'],
  ['ed25519', 'frost-rfc9591/frost-ed25519-sha512.json'],
  ['p256', 'frost-rfc9591/frost-p256-sha256.json'],
  ['secp256k1', 'frost-zcash/secp256k1/vectors.json'],
  ['ed25519', 'frost-zcash/ed25519/vectors.json'],
] as const)('the signing vectors over %s in %s', (name, path) => {
  it('are reproduced: nonces, commitments, signature shares, signature', () => {
    const suite = suiteByName(name);
    const text = readFileSync(new URL(`../vectors/${path}`, import.meta.url), 'utf8');
    const vector = JSON.parse(text) as SigningVector;
    const { inputs } = vector;
    const groupKeyBytes = fromHex(inputs.group_public_key ?? inputs.verifying_key_key!);
    const message = fromHex(inputs.message);
    const shares = new Map(
      inputs.participant_shares.map((s) => [
        s.identifier,
        suite.scalarFromBytes(fromHex(s.participant_share), 'vector'),
      ]),
    );
    const key: FrostKey = {
      groupKey: suite.pointFromBytes(groupKeyBytes, 'vector'),
      publicShares: new Map([...shares].map(([j, share]) => [j, suite.base.multiply(share)])),
      threshold: 2,
    };
    const nonces = new Map<number, SigningNonces>();
    const commitments = new Map<number, NonceCommitment>();
    for (const output of vector.round_one_outputs.outputs) {
      const j = output.identifier;
      const source = [output.hiding_nonce_randomness, output.binding_nonce_randomness];
      const made = commitNonces(suite, 'rfc9591', shares.get(j)!, j, () => fromHex(source.shift()!));
      expect(bytesToHex(made.nonces.hiding)).toBe(output.hiding_nonce);
      expect(bytesToHex(made.nonces.binding)).toBe(output.binding_nonce);
      expect(bytesToHex(made.commitment.hiding)).toBe(output.hiding_nonce_commitment);
      expect(bytesToHex(made.commitment.binding)).toBe(output.binding_nonce_commitment);
      nonces.set(j, made.nonces);
      commitments.set(j, made.commitment);
    }
    const signatureShares = new Map(
      inputs.participant_list.map((j) => [
        j,
        signShare(suite, 'rfc9591', key, j, shares.get(j)!, nonces.get(j)!, commitments, message),
      ]),
    );
    for (const { identifier, sig_share } of vector.round_two_outputs.outputs)
      expect(bytesToHex(signatureShares.get(identifier)!)).toBe(sig_share);
    const signature = aggregate(suite, 'rfc9591', key, commitments, message, signatureShares);
    expect(bytesToHex(signature)).toBe(vector.final_output.sig);
    expect(verifyPlain(suite, 'rfc9591', signature, message, groupKeyBytes)).toBe(true);
  });
});

/** A key with known secret, shared among the indices. */
function makeKey(suite: Suite, t: number, indices: number[], secret: bigint, seed: string) {
  const polynomial = randomPolynomial(suite, t - 1, secret, seededRandom(seed));
  const shares = new Map(indices.map((j) => [j, evaluate(suite, polynomial, j)]));
  const key: FrostKey = {
    groupKey: suite.base.multiply(secret),
    publicShares: new Map([...shares].map(([j, share]) => [j, suite.base.multiply(share)])),
    threshold: t,
  };
  return { key, shares };
}

/** Round one of a session among `signers`. */
function open(suite: Suite, scheme: ProofScheme, shares: Map<number, bigint>, signers: number[], seed = 's') {
  const random = seededRandom(seed);
  const made = signers.map((j) => [j, commitNonces(suite, scheme, shares.get(j)!, j, random)] as const);
  return {
    nonces: new Map(made.map(([j, { nonces }]) => [j, nonces])),
    commitments: new Map(made.map(([j, { commitment }]) => [j, commitment])),
  };
}

const SCHEMES = [
  ['secp256k1', 'rfc9591'],
  ['secp256k1', 'bip340'],
  ['ed25519', 'rfc9591'],
  ['p256', 'rfc9591'],
] as const;

describe.each(SCHEMES)('a signing session over %s with %s', (name, scheme) => {
  const suite = suiteByName(name);
  const { key, shares } = makeKey(suite, 2, [3, 1, 40], 2718281828n, 'key');
  const keyBytes = suite.pointToBytes(key.groupKey);
  const sign = (signers: number[], seed?: string) => {
    const { nonces, commitments } = open(suite, scheme, shares, signers, seed);
    const signatureShares = new Map(
      signers.map((j) => [
        j,
        signShare(suite, scheme, key, j, shares.get(j)!, nonces.get(j)!, commitments, MESSAGE),
      ]),
    );
    return { nonces, commitments, signatureShares };
  };

  it('gives a signature that an ordinary verifier accepts, from t and from all holders', () => {
    for (const signers of [
      [1, 3],
      [40, 3],
      [1, 3, 40],
    ]) {
      const { commitments, signatureShares } = sign(signers, `signers ${signers.join()}`);
      for (const [j, share] of signatureShares)
        expect(verifySignatureShare(suite, scheme, key, j, commitments, MESSAGE, share)).toBe(true);
      const signature = aggregate(suite, scheme, key, commitments, MESSAGE, signatureShares);
      expect(verifyPlain(suite, scheme, signature, MESSAGE, keyBytes)).toBe(true);
    }
  });

  it('gives a signature of that message under that key only', () => {
    const { commitments, signatureShares } = sign([1, 3]);
    const signature = aggregate(suite, scheme, key, commitments, MESSAGE, signatureShares);
    const plain = (bytes: Uint8Array, message = MESSAGE, groupKey = keyBytes) =>
      verifyPlain(suite, scheme, bytes, message, groupKey);
    for (let i = 0; i < signature.length; i++) {
      const changed = signature.slice();
      changed[i]! ^= 1;
      expect(plain(changed)).toBe(false);
    }
    const other = suite.pointToBytes(key.groupKey.add(suite.base));
    expect(plain(signature, concatBytes(MESSAGE, new Uint8Array(1)))).toBe(false);
    expect(plain(signature, MESSAGE, other)).toBe(false);
    expect(plain(signature, MESSAGE, keyBytes.subarray(1))).toBe(false);
    expect(plain(signature.subarray(1))).toBe(false);
    expect(plain(concatBytes(signature, new Uint8Array(1)))).toBe(false);
    expect(plain(new Uint8Array())).toBe(false);
  });

  it('uses nonces once: they are zero afterwards and refused', () => {
    const { nonces, commitments } = sign([1, 3]);
    expect([...nonces.get(1)!.hiding, ...nonces.get(1)!.binding].every((byte) => byte === 0)).toBe(true);
    for (const message of [MESSAGE, utf8ToBytes('another')])
      expect(() =>
        signShare(suite, scheme, key, 1, shares.get(1)!, nonces.get(1)!, commitments, message),
      ).toThrow(refused('nonce-reused'));
    // One half alone is enough to refuse.
    const fresh = open(suite, scheme, shares, [1, 3]);
    fresh.nonces.get(1)!.binding.fill(0);
    expect(() =>
      signShare(suite, scheme, key, 1, shares.get(1)!, fresh.nonces.get(1)!, fresh.commitments, MESSAGE),
    ).toThrow(refused('nonce-reused'));
  });

  it('draws new nonces for every session', () => {
    const one = open(suite, scheme, shares, [1], 'one').commitments.get(1);
    const two = open(suite, scheme, shares, [1], 'two').commitments.get(1);
    expect(one).not.toEqual(two);
    expect(one!.hiding).not.toEqual(one!.binding);
  });

  it('refuses, and uses up the nonces, when the session does not hold what this holder published', () => {
    const { nonces, commitments } = open(suite, scheme, shares, [1, 3], 'first');
    const forged = new Map(commitments).set(
      1,
      open(suite, scheme, shares, [1], 'second').commitments.get(1)!,
    );
    const attempt = () => signShare(suite, scheme, key, 1, shares.get(1)!, nonces.get(1)!, forged, MESSAGE);
    expect(attempt).toThrow(refused('signature-invalid'));
    expect(attempt).toThrow(refused('nonce-reused'));
  });

  it('refuses a share of another epoch or holder', () => {
    const other = makeKey(suite, 2, [3, 1, 40], 2718281828n, 'next epoch');
    for (const share of [other.shares.get(1)!, shares.get(3)!, 0n]) {
      const { nonces, commitments } = open(suite, scheme, shares, [1, 3]);
      expect(() => signShare(suite, scheme, key, 1, share, nonces.get(1)!, commitments, MESSAGE)).toThrow(
        refused('sub-share-mismatch'),
      );
    }
  });

  it('refuses too few signers, a stranger, and a holder who is not among the signers', () => {
    const session = (signers: number[], index: number) => {
      const { nonces, commitments } = open(
        suite,
        scheme,
        new Map([...shares, [41, 5n]]),
        [...signers, index],
        'session',
      );
      if (!signers.includes(index)) commitments.delete(index);
      return () =>
        signShare(suite, scheme, key, index, shares.get(1)!, nonces.get(index)!, commitments, MESSAGE);
    };
    expect(session([1], 1)).toThrow(refused('threshold-invalid'));
    expect(session([1, 41], 1)).toThrow(refused('index-invalid', 41));
    expect(session([3, 40], 1)).toThrow(/this holder is not a signer of the session/);
  });

  it('refuses index zero, and a key whose threshold or indices are impossible', () => {
    expect(() => commitNonces(suite, scheme, 5n, 0, seededRandom('zero'))).toThrow(refused('index-invalid'));
    const session = (changed: Partial<FrostKey>) => {
      const { nonces, commitments } = open(suite, scheme, shares, [1, 3]);
      const broken = { ...key, ...changed };
      return () => signShare(suite, scheme, broken, 1, shares.get(1)!, nonces.get(1)!, commitments, MESSAGE);
    };
    expect(session({})).not.toThrow();
    expect(session({ threshold: 1 })).toThrow(refused('threshold-invalid'));
    expect(session({ threshold: 4 })).toThrow(refused('threshold-invalid'));
    const publicShares = new Map([...key.publicShares, [0, suite.base] as const]);
    expect(session({ publicShares })).toThrow(refused('index-invalid'));
  });

  it('names the holder of a wrong signature share', () => {
    const { commitments, signatureShares } = sign([1, 3, 40]);
    const wrong = signatureShares.get(3)!.slice();
    wrong[16]! ^= 1;
    const bad = [wrong, signatureShares.get(1)!, new Uint8Array(32).fill(0xff), wrong.subarray(1)];
    for (const share of bad) {
      expect(verifySignatureShare(suite, scheme, key, 3, commitments, MESSAGE, share)).toBe(false);
      expect(() =>
        aggregate(suite, scheme, key, commitments, MESSAGE, new Map(signatureShares).set(3, share)),
      ).toThrow(refused('signature-invalid', 3));
    }
    const both = new Map(signatureShares).set(40, wrong).set(3, wrong);
    expect(() => aggregate(suite, scheme, key, commitments, MESSAGE, both)).toThrow(
      /holders 3, 40 are wrong/,
    );
    expect(verifySignatureShare(suite, scheme, key, 9, commitments, MESSAGE, wrong)).toBe(false);
  });

  it('names a holder whose share is missing or was not committed to', () => {
    const { commitments, signatureShares } = sign([1, 3]);
    const missing = new Map(signatureShares);
    missing.delete(3);
    const extra = new Map(signatureShares).set(40, signatureShares.get(1)!);
    for (const [given, culprit, reason] of [
      [missing, 3, 'the share of holder 3 is missing'],
      [extra, 40, 'holder 40 sent a share but did not commit'],
    ] as const) {
      const attempt = () => aggregate(suite, scheme, key, commitments, MESSAGE, given);
      expect(attempt).toThrow(refused('signature-invalid', culprit));
      expect(attempt).toThrow(reason);
    }
  });

  it('names the holder of a malformed nonce commitment', () => {
    const malformed = new Uint8Array(suite.pointLength).fill(0xff);
    for (const part of ['hiding', 'binding'] as const) {
      const { nonces, commitments } = open(suite, scheme, shares, [1, 3]);
      commitments.set(3, { ...commitments.get(3)!, [part]: malformed });
      const refusal = refused('point-off-curve', 3);
      const share = new Uint8Array(32);
      expect(() =>
        signShare(suite, scheme, key, 1, shares.get(1)!, nonces.get(1)!, commitments, MESSAGE),
      ).toThrow(refusal);
      expect(() => verifySignatureShare(suite, scheme, key, 1, commitments, MESSAGE, share)).toThrow(refusal);
      const both = new Map([1, 3].map((j) => [j, share]));
      expect(() => aggregate(suite, scheme, key, commitments, MESSAGE, both)).toThrow(refusal);
    }
  });

  it('says so when every share is right but the key is another', () => {
    const { commitments, nonces } = open(suite, scheme, shares, [1, 3]);
    const foreign = { ...key, groupKey: key.groupKey.add(suite.base) };
    const made = new Map(
      [1, 3].map((j) => [
        j,
        signShare(suite, scheme, foreign, j, shares.get(j)!, nonces.get(j)!, commitments, MESSAGE),
      ]),
    );
    expect(() => aggregate(suite, scheme, foreign, commitments, MESSAGE, made)).toThrow(
      /do not belong to the group key/,
    );
  });
});

describe('bip340', () => {
  const suite = suiteByName('secp256k1');

  // 2·G has an even and 6·G an odd y-coordinate.
  it.each([
    ['even', 2n, 0x02],
    ['odd', 6n, 0x03],
  ] as const)('signs for the untweaked x-only key, y %s', (_parity, secret, prefix) => {
    const { key, shares } = makeKey(suite, 2, [1, 2, 3], secret, 'parity');
    const bytes = suite.pointToBytes(key.groupKey);
    expect(bytes[0]).toBe(prefix);
    // Several sessions, so that R falls on both sides as well.
    for (let k = 0; k < 4; k++) {
      const { nonces, commitments } = open(suite, 'bip340', shares, [1, 3], `session ${k}`);
      const made = new Map(
        [1, 3].map((j) => [
          j,
          signShare(suite, 'bip340', key, j, shares.get(j)!, nonces.get(j)!, commitments, MESSAGE),
        ]),
      );
      const signature = aggregate(suite, 'bip340', key, commitments, MESSAGE, made);
      expect(signature).toHaveLength(64);
      expect(schnorr.verify(signature, MESSAGE, bytes.subarray(1))).toBe(true);
      expect(verifyPlain(suite, 'bip340', signature, MESSAGE, bytes)).toBe(true);
      expect(verifyPlain(suite, 'rfc9591', signature, MESSAGE, bytes)).toBe(false);
    }
  });

  it('is refused on other curves', () => {
    for (const name of ['ed25519', 'p256'] as const) {
      const other = suiteByName(name);
      expect(() => commitNonces(other, 'bip340', 5n, 1, seededRandom('no'))).toThrow(
        refused('unknown-suite'),
      );
      expect(() => verifyPlain(other, 'bip340', new Uint8Array(64), MESSAGE, new Uint8Array(32))).toThrow(
        refused('unknown-suite'),
      );
    }
  });
});

describe('the plain verifier on ed25519', () => {
  it('is strict: a small-order key, for which ZIP 215 accepts anything, is refused', () => {
    const suite = suiteByName('ed25519');
    const smallOrder = fromHex('0100000000000000000000000000000000000000000000000000000000000000');
    const signature = concatBytes(smallOrder, new Uint8Array(32));
    expect(ed25519.verify(signature, MESSAGE, smallOrder, { zip215: true })).toBe(true);
    expect(verifyPlain(suite, 'rfc9591', signature, MESSAGE, smallOrder)).toBe(false);
  });
});
