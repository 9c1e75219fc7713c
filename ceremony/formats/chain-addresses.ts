/**
 * The addresses that follow from a group key on secp256k1 alone, without a choice: Bitcoin's Taproot output that can be
 * spent by the key only, and Ethereum's address. Which of them a key is used for is not in its record. Reseal derives
 * them to be compared; it signs for neither.
 */
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { bytesToNumberBE } from '@noble/curves/utils.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex } from '../../crypto/bytes.ts';
import { suiteByName, type Point } from '../../crypto/suite.ts';
import { segwitAddress } from './bech32m.ts';

/** The x-coordinate of a point on secp256k1 (32 bytes): its key in BIP-340. */
export function xOnly(key: Point): Uint8Array {
  return key.toBytes().slice(1);
}

/**
 * The output key of `tr(KEY)` (32 bytes): the point with even y, plus its own TapTweak (BIP-341; BIP-86 for why a script
 * path is ruled out). Whoever signs for it has to add the tweak to the shares; as it is, the group key is another key
 * (docs/decisions/0012).
 */
export function taprootOutputKey(groupKey: Point): Uint8Array {
  const suite = suiteByName('secp256k1');
  const internal = xOnly(groupKey);
  const even = groupKey.toBytes()[0] === 2 ? groupKey : groupKey.negate();
  const tweak = bytesToNumberBE(schnorr.utils.taggedHash('TapTweak', internal));
  // BIP-341 fails here too; it happens to one key in 2¹²⁸.
  if (tweak >= suite.order) throw new RangeError('the tweak of this key is not a scalar');
  return xOnly(even.add(suite.base.multiplyUnsafe(tweak)));
}

/** Main network, Bech32m: `bc1p…`. */
export function taprootAddress(groupKey: Point): string {
  return segwitAddress('bc', 1, taprootOutputKey(groupKey));
}

/** The last 20 bytes of the Keccak-256 of both coordinates (Ethereum Yellow Paper, appendix F). */
export function ethereumAddress(groupKey: Point): Uint8Array {
  const coordinates = secp256k1.Point.fromBytes(groupKey.toBytes()).toBytes(false).slice(1);
  return keccak_256(coordinates).slice(-20);
}

/** As text, with capital letters where the checksum of EIP-55 wants them. */
export function ethereumText(address: Uint8Array): string {
  const plain = bytesToHex(address);
  const digits = bytesToHex(keccak_256(new TextEncoder().encode(plain)));
  const letters = Array.from(plain, (letter, at) =>
    Number.parseInt(digits[at] ?? '0', 16) >= 8 ? letter.toUpperCase() : letter,
  );
  return `0x${letters.join('')}`;
}
