/** Age recipients for tests, good ones and such as only look right. */
import { bech32Remainder } from '../ceremony/formats/bech32m.ts';
import { bytesToSymbols, textOf } from '../ceremony/paper/codex32/alphabet.ts';

/** Made with `age-keygen`; their secret keys were thrown away. Ascending, as a plan has them. */
export const RECIPIENTS = [
  'age10p0l5ujy5qgsr9x2ef2647cat04ruq9c729dx3egtr0t9jvkl40sengxet',
  'age13lrl6y24nc0ymtjgtqugkd960gcw5p340q35lqlrmfg8qyvcj92svhtmye',
  'age19helz9j8u6z8awpmpew9f9ff07rj2dg0ku48s4kydfzrr5m57s2qpztauv',
] as const;

/** A recipient of any 32 bytes, or of something else in Bech32's alphabet: `filled` are the four bits after the last byte. */
export function recipientOf(
  bytes: Uint8Array,
  { prefix = 'age', filled = 0, constant = 1 }: { prefix?: string; filled?: number; constant?: number } = {},
): string {
  const values = bytesToSymbols(bytes).map((value, at, all) =>
    at === all.length - 1 ? value | filled : value,
  );
  const sum = bech32Remainder(prefix, [...values, 0, 0, 0, 0, 0, 0]) ^ constant;
  const check = [25, 20, 15, 10, 5, 0].map((shift) => (sum >>> shift) & 31);
  return `${prefix}1${textOf([...values, ...check])}`;
}

/** 32 bytes of a u-coordinate, little-endian (RFC 7748, section 5). */
export function coordinate(u: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, at) => Number((u >> BigInt(8 * at)) & 0xffn));
}

const FIELD = 2n ** 255n - 19n;

/** What looks like a recipient and is none, with the words it is refused with. */
export const NO_RECIPIENTS: readonly (readonly [what: string, text: string, words: string])[] = [
  ['nothing', '', 'expected "age1" and 58 more characters'],
  ['capitals', RECIPIENTS[0].toUpperCase(), 'in lower case'],
  ['one character less', RECIPIENTS[0].slice(0, -1), 'expected "age1" and 58 more'],
  ['a space behind it', `${RECIPIENTS[0]} `, 'expected "age1" and 58 more'],
  ['a character mistyped', RECIPIENTS[0].replace('p0l5', 'p0l4'), 'the checksum is wrong'],
  ['two characters swapped', RECIPIENTS[0].replace('p0l5', 'p05l'), 'the checksum is wrong'],
  ['the checksum of Bech32m', recipientOf(coordinate(9n), { constant: 0x2bc830a3 }), 'the checksum is wrong'],
  ['another prefix', recipientOf(coordinate(9n), { prefix: 'agf' }), 'expected "age1"'],
  ['bits after the key', recipientOf(coordinate(9n), { filled: 8 }), 'bits that belong to no key'],
  ['the field’s order', recipientOf(coordinate(FIELD)), 'above 2^255 - 20'],
  ['a second way to write a key', recipientOf(coordinate(FIELD + 9n)), 'above 2^255 - 20'],
  ['the unused bit set', recipientOf(coordinate(2n ** 255n + 9n)), 'above 2^255 - 20'],
  ['the point zero', recipientOf(coordinate(0n)), 'small order'],
  ['the point one', recipientOf(coordinate(1n)), 'small order'],
  ['the point minus one', recipientOf(coordinate(FIELD - 1n)), 'small order'],
  [
    'a point of order 8',
    recipientOf(coordinate(325606250916557431795983626356110631294008115727848805560023387167927233504n)),
    'small order',
  ],
  [
    'the other point of order 8',
    recipientOf(coordinate(39382357235489614581723060781553021112529911719440698176882885853963445705823n)),
    'small order',
  ],
  ['a post-quantum recipient', `age1pq1${'q'.repeat(1959)}`, 'post-quantum recipients are not supported'],
  [
    'a plugin’s recipient',
    'age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t',
    'of a plugin',
  ],
  ['a secret key', `AGE-SECRET-KEY-1${'Q'.repeat(58)}`, 'this is a secret key'],
];
