/**
 * Bech32m (BIP-350): how Bitcoin writes addresses of SegWit version 1 and later, and the checksum it shares with Bech32
 * (BIP-173). Writing only; what reads Bech32 is age-recipient.ts.
 */

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
/** What the checksum of Bech32m comes to; that of Bech32 comes to 1. */
const BECH32M = 0x2bc830a3;
const CHECKSUM = 6;

/**
 * The address of a SegWit output.
 *
 * @param prefix human-readable part: `bc` on the main network, `tb` on the test networks
 * @param version 1 to 16; version 0 is written in Bech32, which is not here
 * @param program 2 to 40 bytes
 * @throws RangeError for another version or length
 */
export function segwitAddress(prefix: string, version: number, program: Uint8Array): string {
  if (!Number.isInteger(version) || version < 1 || version > 16)
    throw new RangeError(`expected a SegWit version from 1 to 16, found ${version}`);
  if (program.length < 2 || program.length > 40)
    throw new RangeError(`expected a program of 2 to 40 bytes, found ${program.length}`);
  const values = [version, ...inFives(program)];
  const checked = bech32Remainder(prefix, [...values, ...new Array<number>(CHECKSUM).fill(0)]) ^ BECH32M;
  for (let at = CHECKSUM - 1; at >= 0; at--) values.push((checked >>> (5 * at)) & 31);
  return `${prefix}1${values.map((value) => ALPHABET[value] ?? '').join('')}`;
}

/** Bytes as numbers of five bits, the last one filled up with zeros. */
function inFives(bytes: Uint8Array): number[] {
  const out: number[] = [];
  let kept = 0;
  let bits = 0;
  for (const byte of bytes) {
    kept = ((kept << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) out.push((kept >>> (bits - 5)) & 31);
  }
  if (bits > 0) out.push((kept << (5 - bits)) & 31);
  return out;
}

function expand(prefix: string): number[] {
  const codes = Array.from(prefix, (character) => character.charCodeAt(0));
  return [...codes.map((code) => code >>> 5), 0, ...codes.map((code) => code & 31)];
}

/**
 * The remainder of BIP-173's code of length 89 over GF(32) for a prefix and the values (0 to 31) after its "1". Together
 * with its checksum a string in Bech32 comes to 1.
 */
export function bech32Remainder(prefix: string, values: readonly number[]): number {
  let remainder = 1;
  for (const value of [...expand(prefix), ...values]) {
    const top = remainder >>> 25;
    remainder = ((remainder & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of GENERATORS.entries()) if ((top >>> bit) & 1) remainder ^= generator;
  }
  return remainder;
}
