import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpolateSecret } from '../../crypto/lagrange.ts';
import { SUITE_NAMES, suiteByName } from '../../crypto/suite.ts';
import type { SuiteName } from '../../crypto/suite.ts';
import { seededRandom } from '../../test-support/random.ts';
import { FormatError } from './errors.ts';
import {
  formatKeyPackage,
  formatPublicKeyPackage,
  joinPackages,
  parseKeyPackage,
  parsePublicKeyPackage,
} from './zcash-frost.ts';
import type { KeyPackage, PublicKeyPackage } from './zcash-frost.ts';

const packages = new URL('../../vectors/frost-zcash/packages/', import.meta.url);

function fixture(path: string): string {
  return readFileSync(new URL(path, packages), 'utf8');
}

interface Editable {
  [name: string]: unknown;
  header: Record<string, unknown>;
  verifying_shares: Record<string, unknown>;
}

/** The file with something changed. Keys keep their order. */
function edited(text: string, change: (object: Editable) => unknown): string {
  const object = JSON.parse(text) as Editable;
  change(object);
  return JSON.stringify(object);
}

/** The error that `run` throws. Fails the test when it throws none, or one that is not a FormatError. */
function refusal(run: () => unknown): { code: string; field: string; message: string } {
  try {
    run();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { code: error.code, field: error.field, message: error.message };
  }
  throw new Error('expected a refusal');
}

function holders(suite: SuiteName): KeyPackage[] {
  return [1, 2, 3].map((i) => parseKeyPackage(fixture(`${suite}/key-package-${i}.json`), `holder ${i}`));
}

function publicPackage(suite: SuiteName): PublicKeyPackage {
  return parsePublicKeyPackage(fixture(`${suite}/public-key-package.json`), 'public');
}

describe.each(SUITE_NAMES)('a 2-of-3 key that others generated, %s', (name) => {
  const suite = suiteByName(name);

  it('is read, joined, and has the secret that the group key says', () => {
    const key = joinPackages(publicPackage(name), holders(name));
    expect(key).toMatchObject({ suite: name, threshold: 2 });
    expect([...key.publicShares.keys()]).toEqual([1, 2, 3]);
    expect([...key.shares.keys()]).toEqual([1, 2, 3]);
    for (const pair of [
      [1, 2],
      [1, 3],
      [2, 3],
    ]) {
      const secret = interpolateSecret(suite, new Map(pair.map((i) => [i, key.shares.get(i)!])));
      expect(suite.base.multiply(secret).equals(key.groupKey)).toBe(true);
    }
  });

  it('joins without min_signers, with one holder, and with none', () => {
    const old = parsePublicKeyPackage(fixture(`${name}/public-key-package-without-min-signers.json`), 'old');
    expect(old.threshold).toBeUndefined();
    expect(joinPackages(old, holders(name).slice(1, 2))).toMatchObject({ threshold: 2 });
    expect(joinPackages(publicPackage(name), []).shares.size).toBe(0);
    expect(refusal(() => joinPackages(old, [])).code).toBe('threshold-missing');
  });

  it('is written byte for byte as it was read', () => {
    for (const i of [1, 2, 3]) {
      const text = fixture(`${name}/key-package-${i}.json`);
      expect(formatKeyPackage(parseKeyPackage(text, 'key'))).toBe(text);
    }
    const key = publicPackage(name);
    expect(formatPublicKeyPackage(key, { minSigners: true })).toBe(
      fixture(`${name}/public-key-package.json`),
    );
    expect(formatPublicKeyPackage(key, { minSigners: false })).toBe(
      fixture(`${name}/public-key-package-without-min-signers.json`),
    );
  });
});

describe('files written by frost-core itself', () => {
  const made = (folder: string): string[] =>
    readdirSync(new URL(`${folder}/`, packages)).map((file) => fixture(`${folder}/${file}`));

  it.each([
    ['frost-core-3.0.0/ed25519-dealer-3of5', true],
    ['frost-core-3.0.0/ed25519-dkg-2of3', true],
    ['frost-core-3.0.0/secp256k1-dkg-2of3', true],
    ['frost-core-2.2.0/p256-dealer-2of3', false],
  ])('%s joins and is written back byte for byte', (folder, minSigners) => {
    const texts = made(folder);
    const keyTexts = texts.filter((text) => text.includes('"signing_share"'));
    const publicText = texts.find((text) => text.includes('"verifying_shares"')) ?? '';
    const parsed = parsePublicKeyPackage(publicText, 'public');
    expect(parsed.threshold !== undefined).toBe(minSigners);
    expect(formatPublicKeyPackage(parsed, { minSigners })).toBe(publicText);
    const keys = keyTexts.map((text) => parseKeyPackage(text, 'key'));
    expect(joinPackages(parsed, keys).shares.size).toBe(keys.length);
    for (const [i, text] of keyTexts.entries())
      if (text.includes('"verifying_key"')) expect(formatKeyPackage(keys[i]!)).toBe(text);
  });

  it('reads what a trusted dealer hands out, a SecretShare, as the key package that follows from it', () => {
    const folder = 'frost-core-3.0.0/ed25519-dealer-3of5';
    const share = parseKeyPackage(fixture(`${folder}/secret-share-2.json`), 'share');
    expect(share).toMatchObject({ suite: 'ed25519', index: 2, threshold: 3 });
    const everybody = parsePublicKeyPackage(fixture(`${folder}/public-key-package.json`), 'public');
    expect(share.groupKey.equals(everybody.groupKey)).toBe(true);
    expect(joinPackages(everybody, [share]).shares.get(2)).toBe(share.signingShare);
    // Written, it is the KeyPackage form.
    expect(parseKeyPackage(formatKeyPackage(share), 'again')).toMatchObject({ index: 2, threshold: 3 });
  });

  it('keeps identifiers in numeric order, also where their hexadecimal is little-endian', () => {
    const text = fixture('frost-core-3.0.0/ed25519-dkg-2of3/public-key-package.json');
    const parsed = parsePublicKeyPackage(text, 'public');
    expect([...parsed.publicShares.keys()]).toEqual([7, 300, 65535]);
    const shuffled = { ...parsed, publicShares: new Map([...parsed.publicShares].reverse()) };
    expect(formatPublicKeyPackage(shuffled, { minSigners: true })).toBe(text);
    const reordered = edited(text, (o) => {
      o.verifying_shares = Object.fromEntries(Object.entries(o.verifying_shares).reverse());
    });
    const read = parsePublicKeyPackage(reordered, 'public');
    expect([...read.publicShares.keys()]).toEqual([7, 300, 65535]);
    expect(formatPublicKeyPackage(read, { minSigners: true })).toBe(text);
  });

  it('refuses Taproot keys by name', () => {
    const folder = 'frost-core-3.0.0/secp256k1-taproot-2of3';
    const key = refusal(() => parseKeyPackage(fixture(`${folder}/key-package-1.json`), 'key'));
    expect(key).toMatchObject({ code: 'suite-taproot', field: 'key.header.ciphersuite' });
    expect(key.message).toContain('Taproot');
    expect(key.message).toContain('address could change');
    expect(
      refusal(() => parsePublicKeyPackage(fixture(`${folder}/public-key-package.json`), 'public')).code,
    ).toBe('suite-taproot');
  });

  it('refuses identifiers that were derived from names', () => {
    const folder = 'frost-core-3.0.0/ed25519-named-2of3';
    const key = refusal(() => parseKeyPackage(fixture(`${folder}/key-package-1.json`), 'key'));
    expect(key).toMatchObject({ code: 'identifier-not-numeric', field: 'key.identifier' });
    expect(key.message).toContain('Only numeric identifiers can be taken over.');
    expect(
      refusal(() => parsePublicKeyPackage(fixture(`${folder}/public-key-package.json`), 'public')).code,
    ).toBe('identifier-not-numeric');
  });
});

describe('any key', () => {
  it('survives writing and reading', () => {
    const anyKey = fc
      .record({
        name: fc.constantFrom(...SUITE_NAMES),
        seed: fc.string(),
        indices: fc.uniqueArray(fc.integer({ min: 1, max: 65535 }), { minLength: 2, maxLength: 5 }),
      })
      .chain((key) =>
        fc.record({ key: fc.constant(key), t: fc.integer({ min: 2, max: key.indices.length }) }),
      );
    fc.assert(
      fc.property(anyKey, fc.boolean(), ({ key: { name, seed, indices }, t }, minSigners) => {
        const suite = suiteByName(name);
        const random = seededRandom(seed);
        const coefficients = Array.from({ length: t }, () => suite.randomScalar(random));
        const at = (x: number): bigint =>
          coefficients.reduceRight((sum, c) => suite.mod(sum * BigInt(x) + c), 0n);
        const groupKey = suite.base.multiply(at(0));
        const keys = indices.map((index): KeyPackage => {
          const verifyingShare = suite.base.multiply(at(index));
          return { suite: name, index, signingShare: at(index), verifyingShare, groupKey, threshold: t };
        });
        const publicShares = new Map(keys.map((key) => [key.index, key.verifyingShare]));
        const publicText = formatPublicKeyPackage(
          { suite: name, groupKey, publicShares, threshold: t },
          { minSigners },
        );
        const texts = keys.map(formatKeyPackage);

        const publicRead = parsePublicKeyPackage(publicText, 'public');
        const read = texts.map((text) => parseKeyPackage(text, 'key'));
        expect(formatPublicKeyPackage(publicRead, { minSigners })).toBe(publicText);
        expect(read.map(formatKeyPackage)).toEqual(texts);
        const joined = joinPackages(publicRead, read);
        expect(joined.threshold).toBe(t);
        expect(interpolateSecret(suite, joined.shares)).toBe(at(0));
      }),
      { numRuns: 20, seed: 9591 },
    );
  });
});

describe('forms that mean the same', () => {
  const keyText = fixture('secp256k1/key-package-1.json');
  const publicText = fixture('secp256k1/public-key-package.json');

  it('reads indented files, other orders of fields, upper-case digits, and a byte order mark', () => {
    const pretty = `\uFEFF${JSON.stringify(JSON.parse(keyText), null, 2)}\r\n`;
    const reversed = JSON.stringify(
      Object.fromEntries(Object.entries(JSON.parse(keyText) as Editable).reverse()),
    );
    const upper = keyText.replace(/"([0-9a-f]{64,66})"/g, (digits) => digits.toUpperCase());
    expect(upper).not.toBe(keyText);
    for (const text of [pretty, reversed, upper])
      expect(formatKeyPackage(parseKeyPackage(text, 'key'))).toBe(keyText);
  });

  it('reads min_signers: null as not given', () => {
    const text = edited(publicText, (o) => (o['min_signers'] = null));
    expect(parsePublicKeyPackage(text, 'public').threshold).toBeUndefined();
  });
});

const OFF_CURVE = `02${'00'.repeat(31)}05`;
const ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';
const scalarHex = (n: number): string => n.toString(16).padStart(64, '0');

describe('refused key packages', () => {
  const good = fixture('secp256k1/key-package-1.json');
  const share = (JSON.parse(good) as { signing_share: string }).signing_share;
  const dealt = fixture('frost-core-3.0.0/ed25519-dealer-3of5/secret-share-2.json');
  const with_ = (name: string, value: unknown): string => edited(good, (o) => (o[name] = value));

  const cases: [string, string, string, string][] = [
    ['text around the JSON', `Participant key package:\n\n${good}`, 'not-json', 'key'],
    ['a cut file', good.slice(0, 300), 'not-json', 'key'],
    ['the binary form', '00b169f0da0100', 'not-json', 'key'],
    ["frost-client's configuration", `version = 0\n[group.ab]\nkey_package = "00"\n`, 'not-json', 'key'],
    ['a list', `[${good}]`, 'wrong-type', 'key'],
    ['a key twice', good.replace('"identifier"', '"min_signers":2,"identifier"'), 'field-repeated', 'key'],
    [
      'a key twice in the header',
      good.replace('"version":0', '"version":0,"version":0'),
      'field-repeated',
      'key',
    ],
    ['an unknown field', with_('extra', 1), 'field-unknown', 'key'],
    [
      'an unknown field in the header',
      edited(good, (o) => (o.header['x'] = 1)),
      'field-unknown',
      'key.header',
    ],
    ['no header', edited(good, (o) => delete (o as Partial<Editable>).header), 'field-missing', 'key.header'],
    ['no min_signers', edited(good, (o) => delete o['min_signers']), 'field-missing', 'key.min_signers'],
    ['no share', edited(good, (o) => delete o['signing_share']), 'field-missing', 'key.signing_share'],
    ['the layout of 0.7', '{"ciphersuite":"FROST(secp256k1, SHA-256)"}', 'version-unsupported', 'key'],
    ['a public package', fixture('secp256k1/public-key-package.json'), 'wrong-document', 'key'],
    [
      'version 1',
      edited(good, (o) => (o.header['version'] = 1)),
      'version-unsupported',
      'key.header.version',
    ],
    [
      'a version in quotes',
      edited(good, (o) => (o.header['version'] = '0')),
      'wrong-type',
      'key.header.version',
    ],
    [
      'another suite',
      good.replace('FROST-secp256k1-SHA256-v1', 'FROST-ED448-SHAKE256-v1'),
      'suite-unsupported',
      'key.header.ciphersuite',
    ],
    ['identifier 0', with_('identifier', scalarHex(0)), 'index-invalid', 'key.identifier'],
    ['identifier 65536', with_('identifier', scalarHex(65536)), 'identifier-not-numeric', 'key.identifier'],
    ['an identifier as a number', with_('identifier', 1), 'wrong-type', 'key.identifier'],
    ['a short identifier', with_('identifier', '01'), 'bad-length', 'key.identifier'],
    ['an identifier that is not reduced', with_('identifier', ORDER), 'scalar-invalid', 'key.identifier'],
    ['a share that is not reduced', with_('signing_share', ORDER), 'scalar-invalid', 'key.signing_share'],
    ['a share of zero', with_('signing_share', scalarHex(0)), 'scalar-invalid', 'key.signing_share'],
    ['a share with a slip', with_('signing_share', `${share.slice(1)}o`), 'bad-hex', 'key.signing_share'],
    ['a long share', with_('signing_share', `${share}00`), 'bad-length', 'key.signing_share'],
    ['a point off the curve', with_('verifying_share', OFF_CURVE), 'point-invalid', 'key.verifying_share'],
    ['an x coordinate alone', with_('verifying_key', scalarHex(5)), 'bad-length', 'key.verifying_key'],
    ['a group key off the curve', with_('verifying_key', OFF_CURVE), 'point-invalid', 'key.verifying_key'],
    ['min_signers 1', with_('min_signers', 1), 'threshold-invalid', 'key.min_signers'],
    ['min_signers 65536', with_('min_signers', 65536), 'threshold-invalid', 'key.min_signers'],
    ['min_signers 2.5', with_('min_signers', 2.5), 'threshold-invalid', 'key.min_signers'],
    ['min_signers in quotes', with_('min_signers', '2'), 'wrong-type', 'key.min_signers'],
    ['a mixture of both forms', with_('commitment', []), 'field-unknown', 'key'],
    [
      'one commitment only',
      edited(dealt, (o) => (o['commitment'] = (o['commitment'] as string[]).slice(0, 1))),
      'threshold-invalid',
      'key.commitment, number of entries',
    ],
    [
      'no commitment',
      edited(dealt, (o) => (o['commitment'] = [])),
      'threshold-invalid',
      'key.commitment, number of entries',
    ],
    [
      'a commitment of small order',
      edited(dealt, (o) => ((o['commitment'] as string[])[2] = '00'.repeat(32))),
      'point-invalid',
      'key.commitment[2]',
    ],
    [
      'a commitment that is text',
      edited(dealt, (o) => (o['commitment'] = 'x')),
      'wrong-type',
      'key.commitment',
    ],
  ];

  it.each(cases)('%s', (_name, text, code, field) => {
    const error = refusal(() => parseKeyPackage(text, 'key'));
    expect(error).toMatchObject({ code, field });
    expect(error.message).toMatch(/^key.*: .+\.$/s);
    expect(error.message).not.toContain(share.slice(0, 12));
  });

  it.each(['00b169f0da0100', '\nversion = 0\n[group.ab]\n  key_package = "00"\n', 'public_key_package="00"'])(
    'says what the binary form is: %j',
    (text) => {
      expect(refusal(() => parseKeyPackage(text, 'key')).message).toContain('binary form (postcard');
      expect(refusal(() => parsePublicKeyPackage(text, 'key')).message).toContain('binary form (postcard');
    },
  );

  it('commitments that cancel out to a public share of zero', () => {
    const base = suiteByName('secp256k1').base;
    const hex = (p: typeof base): string => Buffer.from(p.toBytes()).toString('hex');
    const text = JSON.stringify({
      header: { version: 0, ciphersuite: 'FROST-secp256k1-SHA256-v1' },
      identifier: scalarHex(1),
      signing_share: scalarHex(9),
      commitment: [hex(base), hex(base.negate())],
    });
    expect(refusal(() => parseKeyPackage(text, 'key'))).toMatchObject({
      code: 'point-invalid',
      field: 'key.commitment',
    });
  });

  it('shows no part of a share, however the file is damaged', () => {
    const windows = Array.from({ length: share.length - 7 }, (_, i) => share.slice(i, i + 8));
    const damaged = fc.oneof(
      fc.nat(good.length).map((end) => good.slice(0, end)),
      fc
        .tuple(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 3 }))
        .map(([at, put]) => good.slice(0, at) + put + good.slice(at + 1)),
      // The share where another value belongs.
      fc
        .constantFrom('identifier', 'verifying_share', 'verifying_key', 'min_signers')
        .map((name) => with_(name, share)),
      fc.constantFrom('version', 'ciphersuite').map((name) => edited(good, (o) => (o.header[name] = share))),
      fc.constantFrom(share, `x${share}`).map((name) => with_(name, 1)),
      fc.constant(with_('min_signers', Number(`0x${share}`))),
      fc.constant(good.replace('"identifier"', `"${share}":1,"${share}":1,"identifier"`)),
    );
    fc.assert(
      fc.property(damaged, (text) => {
        let message = '';
        try {
          parseKeyPackage(text, 'key');
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
          message = String(error);
        }
        expect(windows.filter((window) => message.includes(window))).toEqual([]);
        expect(message).not.toContain('e+');
      }),
      { numRuns: 300, seed: 9591 },
    );
  });
});

describe('refused public key packages', () => {
  const good = fixture('secp256k1/public-key-package.json');
  const first = scalarHex(1);
  const cases: [string, string, string, string][] = [
    ['a key package', fixture('secp256k1/key-package-1.json'), 'wrong-document', 'public'],
    ['an unknown field', edited(good, (o) => (o['max_signers'] = 3)), 'field-unknown', 'public'],
    ['no group key', edited(good, (o) => delete o['verifying_key']), 'field-missing', 'public.verifying_key'],
    [
      'no shares',
      edited(good, (o) => delete (o as Partial<Editable>).verifying_shares),
      'field-missing',
      'public.verifying_shares',
    ],
    [
      'shares in a list',
      edited(good, (o) => (o.verifying_shares = [] as never)),
      'wrong-type',
      'public.verifying_shares',
    ],
    ['an identifier twice', good.replace('{"0000', `{"${first}":"","0000`), 'field-repeated', 'public'],
    [
      'an identifier twice, spelt in two cases',
      edited(good, (o) => {
        const [share] = Object.values(o.verifying_shares);
        o.verifying_shares[scalarHex(10)] = share;
        o.verifying_shares[scalarHex(10).toUpperCase()] = share;
      }),
      'index-repeated',
      'public.verifying_shares',
    ],
    [
      'identifier 0',
      edited(good, (o) => (o.verifying_shares[scalarHex(0)] = OFF_CURVE)),
      'index-invalid',
      'public.verifying_shares, identifier 4',
    ],
    [
      'an identifier in decimal',
      edited(good, (o) => (o.verifying_shares['4'] = OFF_CURVE)),
      'bad-length',
      'public.verifying_shares, identifier 1',
    ],
    [
      'a point off the curve',
      edited(good, (o) => (o.verifying_shares[first] = OFF_CURVE)),
      'point-invalid',
      'public.verifying_shares, holder 1',
    ],
    ['min_signers 1', edited(good, (o) => (o['min_signers'] = 1)), 'threshold-invalid', 'public.min_signers'],
    [
      'an Ed25519 key outside the prime-order group',
      edited(fixture('ed25519/public-key-package.json'), (o) => (o['verifying_key'] = '00'.repeat(32))),
      'point-invalid',
      'public.verifying_key',
    ],
    [
      "another suite's values under this name",
      good.replace('FROST-secp256k1-SHA256-v1', 'FROST-P256-SHA256-v1'),
      'point-invalid',
      'public.verifying_shares, holder ',
    ],
  ];

  it.each(cases)('%s', (_name, text, code, field) => {
    const error = refusal(() => parsePublicKeyPackage(text, 'public'));
    expect(error.code).toBe(code);
    expect(error.field.startsWith(field)).toBe(true);
    expect(error.message).toMatch(/^public.*: .+\.$/s);
  });
});

describe('packages that do not belong together', () => {
  const everybody = publicPackage('secp256k1');
  const [one, two] = holders('secp256k1') as [KeyPackage, KeyPackage, KeyPackage];
  const { base } = suiteByName('secp256k1');
  const shares = (change: (map: Map<number, typeof base>) => unknown): PublicKeyPackage => {
    const publicShares = new Map(everybody.publicShares);
    change(publicShares);
    return { ...everybody, publicShares };
  };

  const cases: [string, PublicKeyPackage, KeyPackage[], string, string][] = [
    [
      'two suites',
      everybody,
      [holders('p256')[0]!],
      'suite-mismatch',
      'key package of holder 1.header.ciphersuite',
    ],
    [
      'two keys',
      everybody,
      [{ ...one, groupKey: base }],
      'group-key-mismatch',
      'key package of holder 1.verifying_key',
    ],
    ['a holder twice', everybody, [one, two, one], 'index-repeated', 'key package of holder 1'],
    [
      'two thresholds',
      everybody,
      [one, { ...two, threshold: 3 }],
      'threshold-mismatch',
      'key package of holder 2.min_signers',
    ],
    [
      'two thresholds, none public',
      { ...everybody, threshold: undefined },
      [one, { ...two, threshold: 3 }],
      'threshold-mismatch',
      'key package of holder 2.min_signers',
    ],
    [
      'an unknown holder',
      shares((map) => map.delete(2)),
      [two],
      'holder-unknown',
      'key package of holder 2.identifier',
    ],
    [
      'the share of another holder',
      everybody,
      [{ ...one, signingShare: two.signingShare }],
      'share-mismatch',
      'key package of holder 1.signing_share',
    ],
    [
      'a share of zero',
      everybody,
      [{ ...one, signingShare: 0n }],
      'share-mismatch',
      'key package of holder 1.signing_share',
    ],
    [
      'another generation: a share that belongs to its own public share only',
      everybody,
      [{ ...one, signingShare: 1n, verifyingShare: base }],
      'share-mismatch',
      'key package of holder 1.verifying_share',
    ],
    [
      'a wrong public share',
      shares((map) => map.set(3, base)),
      [one],
      'public-shares-inconsistent',
      'public key package',
    ],
    [
      'a threshold that is too high',
      { ...everybody, threshold: 3 },
      [],
      'degree-too-low',
      'public key package',
    ],
    [
      'a threshold above the number of holders',
      { ...everybody, threshold: 4 },
      [],
      'threshold-invalid',
      'public key package',
    ],
  ];

  it.each(cases)('%s', (_name, publicKeys, keys, code, field) => {
    const error = refusal(() => joinPackages(publicKeys, keys));
    expect(error).toMatchObject({ code, field });
    for (const { signingShare } of [one, two]) {
      expect(error.message).not.toContain(signingShare.toString(16).slice(0, 12));
      expect(error.message).not.toContain(signingShare.toString().slice(0, 12));
    }
  });

  it('a SecretShare whose share does not follow from the commitments', () => {
    const folder = 'frost-core-3.0.0/ed25519-dealer-3of5';
    const text = edited(fixture(`${folder}/secret-share-2.json`), (o) => {
      o['signing_share'] = `05${'00'.repeat(31)}`;
    });
    const public_ = parsePublicKeyPackage(fixture(`${folder}/public-key-package.json`), 'public');
    expect(refusal(() => joinPackages(public_, [parseKeyPackage(text, 'key')]))).toMatchObject({
      code: 'share-mismatch',
      field: 'key package of holder 2.signing_share',
    });
  });
});

describe('what is not written', () => {
  const [one, two] = holders('ed25519') as [KeyPackage, KeyPackage, KeyPackage];
  const everybody = publicPackage('ed25519');

  it('a share that does not belong to its public share', () => {
    const wrong = { ...one, signingShare: two.signingShare };
    expect(refusal(() => formatKeyPackage(wrong)).code).toBe('share-mismatch');
  });

  it('an index or a threshold out of range, or a threshold that is not known', () => {
    expect(() => formatKeyPackage({ ...one, index: 0 })).toThrow('holder index');
    expect(() => formatKeyPackage({ ...one, index: 65536 })).toThrow('holder index');
    expect(refusal(() => formatKeyPackage({ ...one, threshold: 1 })).code).toBe('threshold-invalid');
    const write = (threshold: number | undefined): string =>
      formatPublicKeyPackage({ ...everybody, threshold }, { minSigners: true });
    expect(refusal(() => write(1)).code).toBe('threshold-invalid');
    expect(refusal(() => write(undefined)).code).toBe('threshold-missing');
  });
});
