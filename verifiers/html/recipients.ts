/** Recipients of age files: X25519 public keys in Bech32 (BIP-173) with the prefix "age". */
const CHARACTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const FACTORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const P = 2n ** 255n - 19n;

/** u-coordinates that are nobody's key: 0, 1, -1, and those of the points of order 8. */
const NOBODY = [
  0n,
  1n,
  P - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
];

/** The prefix "age" as BIP-173 feeds it to the checksum. */
const AGE = [3, 3, 3, 0, 1, 7, 5];

function polymod(values: readonly number[]): number {
  return values.reduce((sum, value) => {
    const shifted = ((sum & 0x1ffffff) << 5) ^ value;
    return FACTORS.reduce((now, factor, bit) => ((sum >>> (25 + bit)) & 1 ? now ^ factor : now), shifted);
  }, 1);
}

/** True for a recipient in the one form that counts. */
export function isRecipient(text: string): boolean {
  if (!/^age1[a-z0-9]{58}$/.test(text)) return false;
  const values = Array.from(text.slice(4), (character) => CHARACTERS.indexOf(character));
  if (values.includes(-1) || polymod([...AGE, ...values]) !== 1) return false;
  const bits = values
    .slice(0, 52)
    .map((value) => value.toString(2).padStart(5, '0'))
    .join('');
  if (!bits.endsWith('0000')) return false;
  const u = (bits.slice(0, 256).match(/.{8}/g) ?? []).reduceRight(
    (sum, byte) => sum * 256n + BigInt(`0b${byte}`),
    0n,
  );
  return u < P && !NOBODY.includes(u);
}
