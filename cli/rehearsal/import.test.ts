/** Keys of another implementation: refreshed in a rehearsal, exported again, and used without any code for FROST. */
import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr } from '@noble/curves/secp256k1.js';
import { json, reseal } from '../../test-support/cli.ts';
import { temporaryFolder } from '../../test-support/folders.ts';
import { rehearse } from '../../test-support/rehearsals.ts';
import { Room } from '../../test-support/room.ts';
import { joinPackages, parseKeyPackage, parsePublicKeyPackage } from '../../ceremony/formats/zcash-frost.ts';
import { fromHex, utf8ToBytes } from '../../crypto/bytes.ts';
import { CryptoError } from '../../crypto/errors.ts';
import { aggregate, commitNonces, signShare, verifyPlain, type ProofScheme } from '../../crypto/frost.ts';
import { suiteByName, type SuiteName } from '../../crypto/suite.ts';
import { systemRandom } from '../../devices/random.ts';

const PACKAGES = join(import.meta.dirname, '..', '..', 'vectors', 'frost-zcash', 'packages');
const MESSAGE = utf8ToBytes('new shares, old key');

interface Package {
  readonly index: number;
  readonly share: bigint;
  readonly verifyingKey: string;
}

function readPackage(path: string): Package {
  const text = fs.readFileSync(path, 'utf8');
  const { index, signingShare } = parseKeyPackage(text, path);
  return {
    index,
    share: signingShare,
    verifyingKey: (JSON.parse(text) as { verifying_key: string }).verifying_key,
  };
}

/** A FROST session of these signers that believe each other's public shares, whatever they are. Undefined if it refuses. */
function sign(
  suiteName: SuiteName,
  scheme: ProofScheme,
  signers: readonly Package[],
): Uint8Array | undefined {
  const suite = suiteByName(suiteName);
  const groupKey = suite.pointFromBytes(fromHex(signers[0]?.verifyingKey ?? ''), 'verifying key');
  const publicShares = new Map(signers.map(({ index, share }) => [index, suite.base.multiply(share)]));
  const key = { groupKey, publicShares, threshold: 2 };
  const made = signers.map(({ index, share }) => commitNonces(suite, scheme, share, index, systemRandom));
  const commitments = new Map(signers.map(({ index }, at) => [index, made[at]!.commitment]));
  const shares = new Map(
    signers.map(({ index, share }, at) => [
      index,
      signShare(suite, scheme, key, index, share, made[at]!.nonces, commitments, MESSAGE),
    ]),
  );
  try {
    return aggregate(suite, scheme, key, commitments, MESSAGE, shares);
  } catch (error) {
    if (error instanceof CryptoError && error.code === 'signature-invalid') return undefined;
    throw error;
  }
}

/** Verification by whoever has never heard of FROST. */
function valid(suite: SuiteName, signature: Uint8Array, verifyingKey: string): boolean {
  const key = fromHex(verifyingKey);
  if (suite === 'ed25519') return ed25519.verify(signature, MESSAGE, key);
  if (suite === 'secp256k1') return schnorr.verify(signature, MESSAGE, key.subarray(1));
  return verifyPlain(suiteByName(suite), 'rfc9591', signature, MESSAGE, key);
}

describe.each<[SuiteName, string]>([
  ['secp256k1', 'public-key-package.json'],
  ['ed25519', 'public-key-package-without-min-signers.json'],
  ['p256', 'public-key-package.json'],
])('a key on %s, with %s', (suite, publicFile) => {
  const given = (name: string): string => join(PACKAGES, suite, name);
  const old = [1, 2, 3].map((index) => readPackage(given(`key-package-${index}.json`)));
  const words = [
    ...['--public-key-package', given(publicFile)],
    ...[1, 2, 3].flatMap((index) => ['--key-package', given(`key-package-${index}.json`)]),
  ];
  const scheme = suite === 'secp256k1' ? 'bip340' : 'rfc9591';

  it('is refreshed, and is the same key for everybody else', async () => {
    const { report, out } = await rehearse(words);
    expect(report).toMatchObject({ suite, holders: 3, threshold: 2, verdict: 'VALID', outcome: 'closed' });
    expect([report.epochBefore, report.epochAfter]).toEqual([0, 1]);
    const before = JSON.parse(fs.readFileSync(given(publicFile), 'utf8')) as { verifying_key: string };
    expect(report.groupKeyBefore).toBe(before.verifying_key);

    // Exported: the same verifying key, byte for byte, in every file; and other shares.
    const exported = fs.readdirSync(join(out, 'export')).sort();
    expect(exported).toEqual([
      ...[1, 2, 3].map((index) => `holder-${index}.key-package.json`),
      'public-key-package.json',
    ]);
    expect(report.exported).toHaveLength(4);
    for (const name of exported) {
      const text = fs.readFileSync(join(out, 'export', name), 'utf8');
      expect((JSON.parse(text) as { verifying_key: string }).verifying_key).toBe(before.verifying_key);
    }
    const fresh = [1, 2, 3].map((index) =>
      readPackage(join(out, 'export', `holder-${index}.key-package.json`)),
    );
    const publicPath = join(out, 'export', 'public-key-package.json');
    const joined = joinPackages(
      parsePublicKeyPackage(fs.readFileSync(publicPath, 'utf8'), publicPath),
      fresh.map(({ index }) => {
        const path = join(out, 'export', `holder-${index}.key-package.json`);
        return parseKeyPackage(fs.readFileSync(path, 'utf8'), path);
      }),
    );
    expect(joined.threshold).toBe(2);
    for (const [at, { share }] of fresh.entries()) expect(share).not.toBe(old[at]?.share);

    // Any two new shares sign under the old key; so do two old ones; a mixture never does.
    const [n1, n2, n3] = fresh as [Package, Package, Package];
    const [o1, o2, o3] = old as [Package, Package, Package];
    for (const signers of [
      [n1, n2],
      [n2, n3],
      [n1, n3],
      [n1, n2, n3],
      [o1, o2],
    ]) {
      const signature = sign(suite, scheme, signers);
      expect(signature && valid(suite, signature, before.verifying_key)).toBe(true);
    }
    for (const signers of [
      [n1, o2],
      [o1, n2],
      [n1, o3],
      [n1, n2, o3],
      [o1, n2, n3],
      [o1, o2, n3],
    ]) {
      const signature = sign(suite, scheme, signers);
      expect(signature === undefined || !valid(suite, signature, before.verifying_key)).toBe(true);
    }

    // They load again in a fresh vault.
    const room = new Room(temporaryFolder());
    await room.enrolQuickly('alma', 'Alma Ahn');
    const imported = await room.on(
      'alma',
      ...['key', 'import', '--name', 'Again', '--public-key-package', publicPath, '--json'],
      ...['--key-package', join(out, 'export', 'holder-2.key-package.json')],
    );
    expect(imported.code).toBe(0);
    expect(json(imported)).toMatchObject({
      index: 2,
      record: { groupKey: before.verifying_key, threshold: 2 },
    });
    const again = join(room.dir, 'again');
    const exportedAgain = await room.on(
      'alma',
      ...['key', 'export', '--key', 'Again', '--format', 'zcash-frost', '--out', again, '--no-min-signers'],
    );
    expect(exportedAgain.code).toBe(0);
    expect(fs.readFileSync(join(again, 'holder-2.key-package.json'), 'utf8')).toBe(
      fs.readFileSync(join(out, 'export', 'holder-2.key-package.json'), 'utf8'),
    );
    expect(fs.readFileSync(join(again, 'public-key-package.json'), 'utf8')).not.toContain('min_signers');
  });
});

describe('packages that are not complete', () => {
  const given = (name: string): string => join(PACKAGES, 'ed25519', name);
  const common = ['--public-key-package', given('public-key-package.json')];
  const two = ['--key-package', given('key-package-1.json'), '--key-package', given('key-package-3.json')];

  it.each<[string, string[], string]>([
    [
      'one missing',
      [...common, ...two],
      'A refresh needs every holder: the KeyPackage of holder 2 is missing.',
    ],
    ['all missing', common, 'the KeyPackage of holder 1, 2, 3 is missing.'],
    [
      'another threshold',
      [...common, ...two, '--key-package', given('key-package-2.json'), '--threshold', '3'],
      '--threshold is 3, but the packages say 2: leave the option out.',
    ],
    ['one twice', [...common, ...two, '--key-package', given('key-package-3.json')], ''],
    [
      'of another suite',
      [...common, ...two, '--key-package', join(PACKAGES, 'p256', 'key-package-2.json')],
      '',
    ],
  ])('are refused: %s', async (_what, words, sentence) => {
    const cwd = temporaryFolder();
    const finished = await reseal(['rehearse', '--out', 'out', ...words], { cwd });
    expect(finished.code).toBeGreaterThan(0);
    expect(finished.stderr).toContain(sentence);
    expect(finished.stderr).not.toContain('did not foresee');
    expect(fs.readdirSync(cwd)).toEqual([]);
  });
});
