/** Addresses against the vectors of BIP-341, BIP-350 and EIP-55, and of keys whose address everybody knows. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex, fromHex } from '../../crypto/bytes.ts';
import { suiteByName } from '../../crypto/suite.ts';
import { segwitAddress } from './bech32m.ts';
import { ethereumAddress, ethereumText, taprootAddress, taprootOutputKey, xOnly } from './chain-addresses.ts';

const suite = suiteByName('secp256k1');

interface Bip341 {
  scriptPubKey: {
    given: { internalPubkey: string; scriptTree: unknown };
    intermediary: { tweakedPubkey: string };
    expected: { bip350Address: string };
  }[];
}
const bip341 = JSON.parse(
  readFileSync(new URL('../../vectors/bitcoin/bip341.json', import.meta.url), 'utf8'),
) as Bip341;

describe('Taproot', () => {
  const withoutScripts = bip341.scriptPubKey.filter(({ given }) => given.scriptTree === null);

  it('has a vector without a script path', () => {
    expect(withoutScripts).toHaveLength(1);
  });

  it.each(withoutScripts)('output key and address of BIP-341, whatever the parity of y', (vector) => {
    for (const parity of ['02', '03']) {
      const key = suite.pointFromBytes(fromHex(`${parity}${vector.given.internalPubkey}`), 'key');
      expect(bytesToHex(taprootOutputKey(key))).toBe(vector.intermediary.tweakedPubkey);
      expect(taprootAddress(key)).toBe(vector.expected.bip350Address);
    }
  });

  it.each(bip341.scriptPubKey)('address of an output key', ({ intermediary, expected }) => {
    expect(segwitAddress('bc', 1, fromHex(intermediary.tweakedPubkey))).toBe(expected.bip350Address);
  });

  it('the key of BIP-340 is the x-coordinate', () => {
    expect(bytesToHex(xOnly(suite.base))).toBe(
      '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
    );
  });
});

describe('Bech32m', () => {
  it.each([
    // BIP-350, valid SegWit addresses.
    [
      'bc',
      1,
      '751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6',
      'bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y',
    ],
    ['bc', 16, '751e', 'bc1sw50qgdz25j'],
    ['bc', 2, '751e76e8199196d454941c45d1b3a323', 'bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs'],
    [
      'tb',
      1,
      '000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433',
      'tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c',
    ],
  ] as const)('%s, version %d, %s', (prefix, version, program, address) => {
    expect(segwitAddress(prefix, version, fromHex(program))).toBe(address);
  });

  it('refuses what is no such output', () => {
    for (const version of [0, 17, 1.5])
      expect(() => segwitAddress('bc', version, new Uint8Array(32))).toThrow(RangeError);
    for (const length of [1, 41])
      expect(() => segwitAddress('bc', 1, new Uint8Array(length))).toThrow(RangeError);
  });
});

describe('Ethereum', () => {
  it.each([
    // The generator, whose secret key is 1; and the first account of the mnemonic "test … test junk".
    ['1', '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf'],
    [
      'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
      '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
    ],
  ])('address of the public key of %s', (secret, address) => {
    expect(ethereumText(ethereumAddress(suite.base.multiply(BigInt(`0x${secret}`))))).toBe(address);
  });

  it.each([
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
    '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
    '0x52908400098527886E0F7030069857D2E4169EE7',
    '0xde709f2102306220921060314715629080e2fb77',
  ])('capital letters as in EIP-55: %s', (address) => {
    expect(ethereumText(fromHex(address.slice(2).toLowerCase()))).toBe(address);
  });

  it('depends on the parity of y, as Taproot does not', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: suite.order - 1n }), (secret) => {
        const key = suite.base.multiply(secret);
        expect(ethereumAddress(key)).not.toEqual(ethereumAddress(key.negate()));
        expect(taprootOutputKey(key)).toEqual(taprootOutputKey(key.negate()));
      }),
      { numRuns: 20 },
    );
  });
});
