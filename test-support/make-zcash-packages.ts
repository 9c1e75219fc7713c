/**
 * Makes the packages of vectors/frost-zcash/packages/{secp256k1,ed25519,p256}/ from vectors that other people published:
 * run `node test-support/make-zcash-packages.ts [vectors]` once; what it wrote is committed.
 *
 * It writes frost-core's JSON by hand, from the hexadecimal in the vectors, and uses none of ceremony/formats/, so that
 * the tests compare two things that were made independently.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { bytesToHex, fromHex } from '../crypto/bytes.ts';
import { suiteByName } from '../crypto/suite.ts';

interface Holder {
  readonly identifier: number;
  readonly signing_share: string;
  readonly verifying_share: string;
}

const root = process.argv[2] ?? 'vectors';
const out = 'vectors/frost-zcash/packages';

function read(path: string): unknown {
  return JSON.parse(readFileSync(`${root}/${path}`, 'utf8'));
}

/** RFC 9591 §6: scalars little-endian for Ed25519, big-endian for the others. */
function identifierHex(index: number, littleEndian: boolean): string {
  const hex = index.toString(16).padStart(4, '0');
  return littleEndian ? (hex.slice(2) + hex.slice(0, 2)).padEnd(64, '0') : hex.padStart(64, '0');
}

function write(folder: string, ciphersuite: string, verifyingKey: string, holders: readonly Holder[]): void {
  const header = { version: 0, ciphersuite };
  const identifier = (index: number): string => identifierHex(index, folder === 'ed25519');
  const publicPackage = {
    header,
    verifying_shares: Object.fromEntries(holders.map((h) => [identifier(h.identifier), h.verifying_share])),
    verifying_key: verifyingKey,
  };
  const files: [string, object][] = holders.map((h) => [
    `key-package-${h.identifier}`,
    {
      header,
      identifier: identifier(h.identifier),
      signing_share: h.signing_share,
      verifying_share: h.verifying_share,
      verifying_key: verifyingKey,
      min_signers: 2,
    },
  ]);
  files.push(['public-key-package', { ...publicPackage, min_signers: 2 }]);
  files.push(['public-key-package-without-min-signers', publicPackage]);
  mkdirSync(`${out}/${folder}`, { recursive: true });
  for (const [name, value] of files)
    writeFileSync(`${out}/${folder}/${name}.json`, `${JSON.stringify(value)}\n`);
}

/** All values of these two are in the vectors of ZcashFoundation/frost. */
for (const [folder, ciphersuite] of [
  ['secp256k1', 'FROST-secp256k1-SHA256-v1'],
  ['ed25519', 'FROST-ED25519-SHA512-v1'],
] as const) {
  const { inputs } = read(`frost-zcash/${folder}/vectors_dkg.json`) as {
    inputs: { verifying_key: string; 1: Holder; 2: Holder; 3: Holder };
  };
  write(folder, ciphersuite, inputs.verifying_key, [inputs[1], inputs[2], inputs[3]]);
}

/** RFC 9591 gives the shares of its P-256 key; the public shares are computed from them. */
const { inputs } = read('frost-rfc9591/frost-p256-sha256.json') as {
  inputs: {
    group_public_key: string;
    participant_shares: { identifier: number; participant_share: string }[];
  };
};
const suite = suiteByName('p256');
write(
  'p256',
  'FROST-P256-SHA256-v1',
  inputs.group_public_key,
  inputs.participant_shares.map((holder) => ({
    identifier: holder.identifier,
    signing_share: holder.participant_share,
    verifying_share: bytesToHex(
      suite.pointToBytes(
        suite.base.multiply(suite.scalarFromBytes(fromHex(holder.participant_share), 'share')),
      ),
    ),
  })),
);
