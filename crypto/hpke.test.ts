import type { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Aes128Gcm, Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../test-support/refusals.ts';
import { seededRandom } from '../test-support/random.ts';
import { bytesToHex, concatBytes, equalBytes, fromHex, utf8ToBytes } from './bytes.ts';
import { CryptoError } from './errors.ts';
import {
  generateSealingKey,
  kemSharedSecret,
  keySchedule,
  open,
  openWithSharedPoint,
  sealingPublicKey,
  sealWithEphemeral,
  sharedPoint,
  uncompressedKey,
} from './hpke.ts';
import type { SealingAead } from './hpke.ts';
import { suiteByName } from './suite.ts';

interface HpkeVector {
  aead_id: number;
  info: string;
  skRm: string;
  skEm: string;
  pkRm: string;
  pkEm: string;
  enc: string;
  shared_secret: string;
  key: string;
  base_nonce: string;
  encryption: { aad: string; ct: string; nonce: string; pt: string };
}
interface HkdfVectors {
  testGroups: {
    tests: { ikm: string; salt: string; info: string; size: number; okm: string; result: string }[];
  }[];
}
const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8'));
const { vectors } = read('hpke/p256-base.json') as { vectors: HpkeVector[] };
const AEADS: Record<number, SealingAead> = { 1: 'AES-128-GCM', 2: 'AES-256-GCM' };

const random = seededRandom('hpke');
const recipient = generateSealingKey(random);
const ephemeral = generateSealingKey(random);
const info = utf8ToBytes('ceremony, round 1, from 1 to 2, epoch 3');
const aad = utf8ToBytes('bound');
const plaintext = random(32);
const sealed = sealWithEphemeral({
  ephemeralSecret: ephemeral.secretKey,
  recipientPublicKey: recipient.publicKey,
  info,
  aad,
  plaintext,
});
const request = {
  recipientSecret: recipient.secretKey,
  ephemeralPublicKey: ephemeral.publicKey,
  info,
  aad,
  ciphertext: sealed,
};
const complaint = {
  sharedPoint: sharedPoint(recipient.secretKey, ephemeral.publicKey),
  ephemeralPublicKey: ephemeral.publicKey,
  recipientPublicKey: recipient.publicKey,
  info,
  aad,
  ciphertext: sealed,
};

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const out = bytes.slice();
  out[at]! ^= 1;
  return out;
}
/** The other form of a public key, from 65 bytes to 33. */
function compress(key: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(2 + (key[64]! & 1)), key.subarray(1, 33));
}

describe('RFC 9180 vectors: base mode, P-256, first message', () => {
  it('are there for both AEADs', () => {
    expect(vectors.map((vector) => vector.aead_id)).toEqual([1, 2]);
  });

  it.each(vectors)('AEAD $aead_id', (vector) => {
    const aead = AEADS[vector.aead_id]!;
    const ephemeralSecret = fromHex(vector.skEm);
    const recipientSecret = fromHex(vector.skRm);
    const ephemeralPublicKey = sealingPublicKey(ephemeralSecret);
    const recipientPublicKey = sealingPublicKey(recipientSecret);
    expect(bytesToHex(uncompressedKey(ephemeralPublicKey, 'enc'))).toBe(vector.enc);
    expect(bytesToHex(uncompressedKey(recipientPublicKey, 'pkR'))).toBe(vector.pkRm);

    const point = sharedPoint(ephemeralSecret, recipientPublicKey);
    expect(point).toEqual(sharedPoint(recipientSecret, ephemeralPublicKey));
    const shared = kemSharedSecret(point, ephemeralPublicKey, recipientPublicKey);
    expect(bytesToHex(shared)).toBe(vector.shared_secret);
    const { key, baseNonce } = keySchedule(shared, fromHex(vector.info), aead);
    expect(bytesToHex(key)).toBe(vector.key);
    expect(bytesToHex(baseNonce)).toBe(vector.base_nonce);
    expect(vector.encryption.nonce).toBe(vector.base_nonce);

    const context = { info: fromHex(vector.info), aad: fromHex(vector.encryption.aad), aead };
    const ciphertext = sealWithEphemeral({
      ...context,
      ephemeralSecret,
      recipientPublicKey,
      plaintext: fromHex(vector.encryption.pt),
    });
    expect(bytesToHex(ciphertext)).toBe(vector.encryption.ct);
    const opened = open({ ...context, recipientSecret, ephemeralPublicKey, ciphertext });
    expect(bytesToHex(opened)).toBe(vector.encryption.pt);
  });
});

describe('interoperation with @hpke/core', () => {
  const bytes = (data: Uint8Array): ArrayBuffer => new Uint8Array(data).buffer;
  const kem = new DhkemP256HkdfSha256();
  const theirs = { 'AES-128-GCM': new Aes128Gcm(), 'AES-256-GCM': new Aes256Gcm() };
  // Its types name the browser's CryptoKey, which Node's types know under another name only.
  const importKey = async (key: Uint8Array, isPublic: boolean): Promise<webcrypto.CryptoKey> =>
    (await kem.importKey('raw', bytes(key), isPublic)) as webcrypto.CryptoKey;

  it.each(['AES-128-GCM', 'AES-256-GCM'] as const)('they open what we seal: %s', async (aead) => {
    const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: theirs[aead] });
    const ciphertext = sealWithEphemeral({
      ephemeralSecret: ephemeral.secretKey,
      recipientPublicKey: recipient.publicKey,
      info,
      aad,
      plaintext,
      aead,
    });
    const opened = await suite.open(
      {
        recipientKey: await importKey(recipient.secretKey, false),
        enc: bytes(uncompressedKey(ephemeral.publicKey, 'enc')),
        info: bytes(info),
      },
      bytes(ciphertext),
      bytes(aad),
    );
    expect(new Uint8Array(opened)).toEqual(plaintext);
  });

  it.each(['AES-128-GCM', 'AES-256-GCM'] as const)('we open what they seal: %s', async (aead) => {
    const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: theirs[aead] });
    const recipientPublicKey = await importKey(uncompressedKey(recipient.publicKey, 'pkR'), true);
    const { ct, enc } = await suite.seal(
      { recipientPublicKey, info: bytes(info) },
      bytes(plaintext),
      bytes(aad),
    );
    const opened = open({
      recipientSecret: recipient.secretKey,
      ephemeralPublicKey: compress(new Uint8Array(enc)),
      info,
      aad,
      ciphertext: new Uint8Array(ct),
      aead,
    });
    expect(opened).toEqual(plaintext);
  });
});

describe('one ephemeral key for several recipients', () => {
  it('gives each its own key and nonce, also two with the same sealing key', () => {
    const keys = [recipient.publicKey, generateSealingKey(random).publicKey, recipient.publicKey];
    const sealedToEach = keys.map((recipientPublicKey, index) =>
      sealWithEphemeral({
        ephemeralSecret: ephemeral.secretKey,
        recipientPublicKey,
        info: Uint8Array.of(index + 1),
        aad,
        plaintext,
      }),
    );
    expect(new Set(sealedToEach.map(bytesToHex)).size).toBe(3);
    expect(open({ ...request, info: Uint8Array.of(1), ciphertext: sealedToEach[0]! })).toEqual(plaintext);
    expect(open({ ...request, info: Uint8Array.of(3), ciphertext: sealedToEach[2]! })).toEqual(plaintext);
    expect(codeOf(() => open({ ...request, info: Uint8Array.of(1), ciphertext: sealedToEach[2]! }))).toBe(
      'decryption-failed',
    );
  });
});

describe('opening', () => {
  it('works with the secret and with the point that a complaint reveals', () => {
    expect(open(request)).toEqual(plaintext);
    expect(openWithSharedPoint(complaint)).toEqual(plaintext);
    expect(complaint.sharedPoint).toHaveLength(33);
    expect(complaint.sharedPoint).toEqual(sharedPoint(ephemeral.secretKey, recipient.publicKey));
  });

  it('refuses every changed or cut ciphertext', () => {
    for (let at = 0; at < sealed.length; at++)
      expect(codeOf(() => open({ ...request, ciphertext: flipped(sealed, at) }))).toBe('decryption-failed');
    for (const length of [0, 15, 16, sealed.length - 1])
      expect(codeOf(() => open({ ...request, ciphertext: sealed.slice(0, length) }))).toBe(
        'decryption-failed',
      );
  });

  it('refuses another context, recipient or sender, without saying which', () => {
    const other = generateSealingKey(random);
    const point = sharedPoint(other.secretKey, ephemeral.publicKey);
    const attempts = [
      () => open({ ...request, info: flipped(info, 0) }),
      () => open({ ...request, aad: new Uint8Array(0) }),
      () => open({ ...request, aead: 'AES-128-GCM' }),
      () => open({ ...request, recipientSecret: other.secretKey }),
      () => open({ ...request, ephemeralPublicKey: other.publicKey }),
      () => openWithSharedPoint({ ...complaint, sharedPoint: point }),
      () => openWithSharedPoint({ ...complaint, recipientPublicKey: other.publicKey }),
      () => openWithSharedPoint({ ...complaint, ephemeralPublicKey: other.publicKey }),
      () => openWithSharedPoint({ ...complaint, info: flipped(info, 3) }),
      () => openWithSharedPoint({ ...complaint, ciphertext: flipped(sealed, 3) }),
    ];
    const messages = attempts.map((attempt) => {
      try {
        attempt();
      } catch (error) {
        if (error instanceof CryptoError) return `${error.code}: ${error.message}`;
      }
      return 'opened';
    });
    expect(new Set(messages)).toEqual(
      new Set(['decryption-failed: The sealed message could not be opened.']),
    );
  });
});

describe('key decoding', () => {
  const offCurve = flipped(recipient.publicKey, 32);
  // Half of all x coordinates are on the curve: look for one that is not.
  for (let x = 0; ; x++) {
    offCurve[32] = x;
    if (codeOf(() => suiteByName('p256').pointFromBytes(offCurve, 'x')) === 'point-off-curve') break;
  }
  const uncompressed = uncompressedKey(recipient.publicKey, 'key');
  const uses: Record<string, (key: Uint8Array) => unknown> = {
    'recipient of a seal': (key) =>
      sealWithEphemeral({
        ephemeralSecret: ephemeral.secretKey,
        recipientPublicKey: key,
        info,
        aad,
        plaintext,
      }),
    'ephemeral key to open': (key) => open({ ...request, ephemeralPublicKey: key }),
    'ephemeral key of a complaint': (key) => openWithSharedPoint({ ...complaint, ephemeralPublicKey: key }),
    'recipient of a complaint': (key) => openWithSharedPoint({ ...complaint, recipientPublicKey: key }),
    'point of a complaint': (key) => openWithSharedPoint({ ...complaint, sharedPoint: key }),
    'shared point': (key) => sharedPoint(recipient.secretKey, key),
    'uncompressed form': (key) => uncompressedKey(key, 'key'),
  };

  it.each(Object.keys(uses))('refuses what is not a compressed point: %s', (name) => {
    const use = uses[name]!;
    expect(codeOf(() => use(recipient.publicKey))).not.toMatch(/^(point|bad|scalar)-/);
    expect(codeOf(() => use(offCurve))).toBe('point-off-curve');
    expect(codeOf(() => use(uncompressed))).toBe('bad-length');
    expect(codeOf(() => use(new Uint8Array(33)))).toBe('point-off-curve');
    expect(codeOf(() => use(new Uint8Array(0)))).toBe('bad-length');
  });

  it('refuses secrets that are zero, not reduced, or of another length', () => {
    const order = new Uint8Array(suiteByName('p256').scalarToBytes(-1n));
    order[31]! += 1;
    const secrets: [Uint8Array, string][] = [
      [new Uint8Array(32), 'scalar-zero'],
      [order, 'scalar-not-canonical'],
      [new Uint8Array(31), 'bad-length'],
    ];
    for (const [secret, code] of secrets) {
      expect(codeOf(() => sealingPublicKey(secret))).toBe(code);
      expect(codeOf(() => sharedPoint(secret, recipient.publicKey))).toBe(code);
      expect(codeOf(() => open({ ...request, recipientSecret: secret }))).toBe(code);
    }
  });

  it('makes fresh keys whose halves belong together', () => {
    const [a, b] = [generateSealingKey(random), generateSealingKey(random)];
    expect(a.publicKey).toHaveLength(33);
    expect(a.secretKey).toHaveLength(32);
    expect(sealingPublicKey(a.secretKey)).toEqual(a.publicKey);
    expect(equalBytes(a.secretKey, b.secretKey)).toBe(false);
  });
});

describe('the HKDF-SHA256 beneath', () => {
  it('passes Wycheproof', () => {
    const { testGroups } = read('wycheproof/hkdf_sha256_test.json') as HkdfVectors;
    const counts = { valid: 0, invalid: 0 };
    for (const { ikm, salt, info: label, size, okm, result } of testGroups.flatMap((group) => group.tests)) {
      const run = (): Uint8Array => hkdf(sha256, fromHex(ikm), fromHex(salt), fromHex(label), size);
      if (result === 'valid') {
        expect(bytesToHex(run())).toBe(okm);
        counts.valid++;
      } else {
        expect(run).toThrow();
        counts.invalid++;
      }
    }
    expect(counts).toEqual({ valid: 83, invalid: 3 });
  });
});
