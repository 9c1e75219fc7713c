/** The key that a rehearsal refreshes: a new one, or one that another implementation made. */
import { joinPackages, parseKeyPackage, parsePublicKeyPackage } from '../../ceremony/formats/zcash-frost.ts';
import { SUITE_NAMES, suiteByName, type SuiteName } from '../../crypto/suite.ts';
import type { Given } from '../command.ts';
import { UsageError } from '../../laptop/errors.ts';
import { readInput } from '../../laptop/files.ts';

export interface KeySource {
  readonly suite: SuiteName;
  readonly threshold: number;
  readonly indices: readonly number[];
  /** Paths of the packages to import, by holder; undefined for a new key. */
  readonly packages:
    { readonly publicKeyPackage: string; readonly byHolder: ReadonlyMap<number, string> } | undefined;
}

/** Reads which key to rehearse with. Throws UsageError or FormatError naming option, file and field. */
export function keySource(given: Given): KeySource {
  const publicKeyPackage = given.text('public-key-package');
  // A shell spreads `--key-package holder-*.json` into one option and further words.
  const keyPackages = [...given.all('key-package'), ...given.positionals];
  if (publicKeyPackage === undefined) {
    if (keyPackages.length > 0)
      throw new UsageError(
        given.positionals.length > 0
          ? `"${given.positionals[0] ?? ''}" was not expected. See "reseal rehearse --help".`
          : '--key-package needs --public-key-package beside it.',
      );
    const holders = given.number('holders', 2, 64) ?? 5;
    const threshold = given.number('threshold', 2, holders) ?? Math.floor(holders / 2) + 1;
    const suite = given.text('suite') ?? 'secp256k1';
    if (!SUITE_NAMES.some((name) => name === suite))
      throw new UsageError(`--suite: expected ${SUITE_NAMES.join(', ')}, found "${suite}".`);
    return {
      suite: suiteByName(suite).name,
      threshold,
      indices: Array.from({ length: holders }, (_, at) => at + 1),
      packages: undefined,
    };
  }
  const text = (path: string): string => new TextDecoder().decode(readInput(path, 1024 * 1024));
  const common = parsePublicKeyPackage(text(publicKeyPackage), publicKeyPackage);
  const own = keyPackages.map((path) => ({ path, parsed: parseKeyPackage(text(path), path) }));
  const joined = joinPackages(
    common,
    own.map(({ parsed }) => parsed),
  );
  const indices = [...joined.publicShares.keys()].sort((a, b) => a - b);
  const byHolder = new Map(own.map(({ path, parsed }) => [parsed.index, path]));
  const missing = indices.filter((index) => !byHolder.has(index));
  if (missing.length > 0)
    throw new UsageError(
      `A refresh needs every holder: the KeyPackage of holder ${missing.join(', ')} is missing. Give it with --key-package.`,
    );
  for (const [name, value] of [
    ['suite', joined.suite],
    ['holders', String(indices.length)],
    ['threshold', String(joined.threshold)],
  ] as const)
    if ((given.text(name) ?? value) !== value)
      throw new UsageError(
        `--${name} is ${given.text(name) ?? ''}, but the packages say ${value}: leave the option out.`,
      );
  return {
    suite: joined.suite,
    threshold: joined.threshold,
    indices,
    packages: { publicKeyPackage, byHolder },
  };
}
