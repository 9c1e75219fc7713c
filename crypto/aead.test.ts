import { describe, expect, it } from 'vitest';
import { codeOf } from '../test-support/refusals.ts';
import { seededRandom } from '../test-support/random.ts';
import { BOX_OVERHEAD, openBox, sealBox } from './aead.ts';
import { bytesToHex, concatBytes, fromHex, utf8ToBytes } from './bytes.ts';

const random = seededRandom('aead');
const key = random(32);
const aad = utf8ToBytes('vault 7');
const plaintext = utf8ToBytes('a share');

describe('sealBox and openBox', () => {
  it('opens what was sealed, also nothing at all', () => {
    for (const content of [plaintext, new Uint8Array(0), random(1000)]) {
      const box = sealBox(key, content, aad, random);
      expect(box).toHaveLength(content.length + BOX_OVERHEAD);
      expect(openBox(key, box, aad)).toEqual(content);
    }
  });

  it('is AES-256-GCM: test case 16 of the GCM submission (McGrew and Viega)', () => {
    const nonce = fromHex('cafebabefacedbaddecaf888');
    const box = sealBox(
      fromHex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308'),
      fromHex(
        'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
      ),
      fromHex('feedfacedeadbeeffeedfacedeadbeefabaddad2'),
      () => nonce,
    );
    expect(bytesToHex(box)).toBe(
      'cafebabefacedbaddecaf888' +
        '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662' +
        '76fc6ece0f4e1768cddf8853bb2d551b',
    );
  });

  it('uses a fresh nonce every time', () => {
    const [a, b] = [sealBox(key, plaintext, aad, random), sealBox(key, plaintext, aad, random)];
    expect(bytesToHex(a.slice(0, 12))).not.toBe(bytesToHex(b.slice(0, 12)));
  });

  it('refuses every flipped bit', () => {
    const box = sealBox(key, plaintext, aad, random);
    for (let bit = 0; bit < box.length * 8; bit++) {
      const changed = box.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(codeOf(() => openBox(key, changed, aad))).toBe('decryption-failed');
    }
  });

  it('refuses a cut or lengthened box, another key, other associated data', () => {
    const box = sealBox(key, plaintext, aad, random);
    for (let length = 0; length < box.length; length++)
      expect(codeOf(() => openBox(key, box.slice(0, length), aad))).toBe('decryption-failed');
    expect(codeOf(() => openBox(key, concatBytes(box, Uint8Array.of(0)), aad))).toBe('decryption-failed');
    expect(codeOf(() => openBox(random(32), box, aad))).toBe('decryption-failed');
    expect(codeOf(() => openBox(key, box, utf8ToBytes('vault 8')))).toBe('decryption-failed');
  });

  it('refuses keys of another length and a broken random source', () => {
    for (const length of [0, 16, 31, 33]) {
      expect(codeOf(() => sealBox(random(length), plaintext, aad, random))).toBe('bad-length');
      expect(codeOf(() => openBox(random(length), new Uint8Array(64), aad))).toBe('bad-length');
    }
    expect(codeOf(() => sealBox(key, plaintext, aad, () => new Uint8Array(16)))).toBe('bad-length');
  });
});
