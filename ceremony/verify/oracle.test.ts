/**
 * A record checked by other means: curve arithmetic and signatures by the bare libraries, hashes and signatures by
 * node:crypto, the tree by twenty lines of Python, the checksums by `sha256sum`. Nothing under crypto/ is used, and of
 * ceremony/ only what makes the record; what they agree on does not hang on one implementation.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, createPublicKey, verify as verifyWithNode, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { decode, encode } from 'cborg';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { ceremony, generated, keyAfter, type Ended, type Shape } from '../../test-support/records.ts';

const utf8 = new TextDecoder();
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const has = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0;

/** The little that this file needs of a curve. */
interface Curve {
  readonly order: bigint;
  /** Bytes in an encoded point. */
  readonly length: number;
  readonly read: (bytes: Uint8Array) => P;
}
interface P {
  add(other: P): P;
  multiplyUnsafe(scalar: bigint): P;
  toHex(): string;
}
const CURVES: Readonly<Record<string, Curve>> = {
  secp256k1: {
    order: secp256k1.Point.Fn.ORDER,
    length: 33,
    read: (bytes) => secp256k1.Point.fromBytes(bytes),
  },
  ed25519: {
    order: ed25519.Point.Fn.ORDER,
    length: 32,
    read: (bytes) => ed25519.Point.fromBytes(bytes),
  },
  p256: {
    order: p256.Point.Fn.ORDER,
    length: 33,
    read: (bytes) => p256.Point.fromBytes(bytes),
  },
};
const BASES: Readonly<Record<string, P>> = {
  secp256k1: secp256k1.Point.BASE,
  p256: p256.Point.BASE,
};

interface KeyFile {
  readonly groupKey: string;
  readonly threshold: number;
  readonly holders: readonly { index: number; publicShare: string }[];
}
interface PlanFile {
  readonly suite: string;
  readonly [group: string]: unknown;
}
interface ProofFile {
  readonly groupKey: string;
  readonly message: string;
  readonly scheme: string;
  readonly signature: string;
}
interface Person {
  readonly index?: number;
  readonly identity: { readonly alg: string; readonly key: string };
}
interface Cose {
  readonly sender: string;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly body: Record<string, unknown>;
}

const json = (files: Ended['files'], path: string): unknown => JSON.parse(utf8.decode(files.get(path)));

/** Takes a COSE_Sign1 message apart (RFC 9052 §4.2) and rebuilds what was signed (§4.4). */
function cose(bytes: Uint8Array): Cose {
  const [header, , payload, signature] = decode(bytes.subarray(1), { useMaps: true }) as Uint8Array[];
  const { sender, body } = decode(payload!) as { sender: string; body: Record<string, unknown> };
  return {
    sender,
    body,
    signature: signature!,
    signed: encode(['Signature1', header, new Uint8Array(0), payload]),
  };
}

/** Identity keys of a plan by role, as node:crypto reads them. */
function identities(plan: PlanFile): Map<string, KeyObject> {
  const groups: [string, Person[]][] = [
    ['holder', plan['holders'] as Person[]],
    ['approver', plan['approvers'] as Person[]],
    ['witness', plan['witnesses'] as Person[]],
    ['administrator', [plan['administrator'] as Person]],
  ];
  const url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  const keyOf = ({ alg, key }: Person['identity']): KeyObject => {
    if (alg === 'EdDSA')
      return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: url(hex(key)) }, format: 'jwk' });
    const whole = p256.Point.fromHex(key).toBytes(false);
    return createPublicKey({
      key: { kty: 'EC', crv: 'P-256', x: url(whole.slice(1, 33)), y: url(whole.slice(33)) },
      format: 'jwk',
    });
  };
  return new Map(
    groups.flatMap(([name, people]) =>
      people.map(
        (one, at) =>
          [name === 'administrator' ? name : `${name}-${one.index ?? at + 1}`, keyOf(one.identity)] as const,
      ),
    ),
  );
}

/** b^-1 modulo a prime, by Fermat. */
function inverse(b: bigint, prime: bigint): bigint {
  let [base, exponent, result] = [((b % prime) + prime) % prime, prime - 2n, 1n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % prime;
    base = (base * base) % prime;
  }
  return result;
}

/** Σ λ_j·Y_j: Lagrange's formula at zero. */
function interpolate(
  { order, read }: Curve,
  shares: readonly { index: number; publicShare: string }[],
): string {
  let sum: P | undefined;
  for (const { index, publicShare } of shares) {
    let lambda = 1n;
    for (const { index: other } of shares)
      if (other !== index) lambda = (lambda * BigInt(other) * inverse(BigInt(other - index), order)) % order;
    const part = read(hex(publicShare)).multiplyUnsafe(lambda);
    sum = sum?.add(part) ?? part;
  }
  return sum!.toHex();
}

/** All subsets of `size`. */
function subsets<T>(list: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return list.flatMap((first, at) => subsets(list.slice(at + 1), size - 1).map((rest) => [first, ...rest]));
}

/** RFC 9380 §5.3.1 with SHA-256. */
function expandMessage(message: Uint8Array, domain: string, length: number): Buffer {
  const sha = (...parts: Uint8Array[]): Buffer =>
    parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
  const tag = Buffer.from([...Buffer.from(domain), domain.length]);
  const start = sha(
    new Uint8Array(64),
    message,
    Uint8Array.of(length >> 8, length & 255),
    Uint8Array.of(0),
    tag,
  );
  const blocks = [sha(start, Uint8Array.of(1), tag)];
  while (blocks.length * 32 < length)
    blocks.push(
      sha(
        start.map((byte, at) => byte ^ (blocks.at(-1)?.[at] ?? 0)),
        Uint8Array.of(blocks.length + 1),
        tag,
      ),
    );
  return Buffer.concat(blocks).subarray(0, length);
}

/** Plain Schnorr with the challenge of RFC 9591 §6.4 and §6.5: z·G = R + c·Y. */
function plainSchnorr(suite: string, { groupKey, message, signature }: ProofFile): boolean {
  const { order, length, read } = CURVES[suite]!;
  const bytes = hex(signature);
  const [r, z] = [bytes.slice(0, length), BigInt(`0x${Buffer.from(bytes.slice(length)).toString('hex')}`)];
  const domain = `FROST-${suite === 'p256' ? 'P256' : 'secp256k1'}-SHA256-v1chal`;
  const wide = expandMessage(Buffer.concat([r, hex(groupKey), Buffer.from(message)]), domain, 48);
  const challenge = BigInt(`0x${wide.toString('hex')}`) % order;
  return (
    BASES[suite]!.multiplyUnsafe(z).toHex() ===
    read(r)
      .add(read(hex(groupKey)).multiplyUnsafe(challenge))
      .toHex()
  );
}

function verifyProof(suite: string, proof: ProofFile): boolean {
  const [signature, message, key] = [hex(proof.signature), Buffer.from(proof.message), hex(proof.groupKey)];
  if (proof.scheme === 'bip340') return schnorr.verify(signature, message, key.slice(1));
  return suite === 'ed25519' ? ed25519.verify(signature, message, key) : plainSchnorr(suite, proof);
}

/** Root and size of the RFC 6962 tree over the lines of a file: only the standard library of Python. */
const TREE = `
import base64, hashlib, sys
def node(left, right):
    return hashlib.sha256(b"\\x01" + left + right).digest()
def root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node(root(leaves[:k]), root(leaves[k:]))
data = open(sys.argv[1], "rb").read()
assert data.endswith(b"\\n")
lines = data[:-1].split(b"\\n")
print(len(lines))
print(base64.b64encode(root([hashlib.sha256(b"\\x00" + line).digest() for line in lines])).decode())
`;

const SHAPES: readonly Shape[] = [
  { suite: 'secp256k1', holders: 3, threshold: 2, seed: 'oracle' },
  { suite: 'ed25519', holders: 3, threshold: 2, seed: 'oracle' },
  { suite: 'p256', holders: 4, threshold: 3, alg: 'ES256', seed: 'oracle' },
];

describe.each(SHAPES)('a key on $suite, generated and refreshed', (shape) => {
  const curve = CURVES[shape.suite]!;
  const all: { name: string; files: Ended['files'] }[] = [];

  beforeAll(async () => {
    const first = await generated(shape);
    // Proofs in every scheme that the suite has.
    const proofs = [
      ...first.context.plan.proofs,
      { scheme: 'rfc9591' as const, signers: [1, 2, 3, 4].slice(0, shape.holders) },
    ];
    const second = await ceremony(first.committee, shape, keyAfter(first), { change: { proofs } });
    all.push({ name: 'generated', files: first.files }, { name: 'refreshed', files: second.files });
  });

  it('has the public shares that follow from the commitments in the deals', () => {
    for (const { files } of all) {
      const after = json(files, 'keys/after.json') as KeyFile;
      const before = files.has('keys/before.json') ? (json(files, 'keys/before.json') as KeyFile) : undefined;
      const deals = after.holders.map(({ index }) => {
        const { commitments } = cose(files.get(`envelopes/r1-a1-holder-${index}.cose`)!).body;
        return (commitments as Uint8Array[]).map((bytes) => curve.read(bytes));
      });
      for (const deal of deals) expect(deal).toHaveLength(shape.threshold - (before === undefined ? 0 : 1));
      for (const { index, publicShare } of after.holders) {
        const old = before?.holders.find((holder) => holder.index === index)?.publicShare;
        let sum = old === undefined ? undefined : curve.read(hex(old));
        for (const deal of deals)
          for (const [k, commitment] of deal.entries()) {
            const part = commitment.multiplyUnsafe(
              BigInt(index) ** BigInt(before === undefined ? k : k + 1) % curve.order,
            );
            sum = sum?.add(part) ?? part;
          }
        expect(publicShare).toBe(sum!.toHex());
        expect(publicShare).not.toBe(old);
      }
    }
  });

  it('has one group key throughout, from every t shares and from no fewer', () => {
    const [first, second] = all.map(({ files }) => json(files, 'keys/after.json') as KeyFile);
    expect(second!.groupKey).toBe(first!.groupKey);
    for (const { groupKey, holders, threshold } of [first!, second!]) {
      for (const subset of subsets(holders, threshold)) expect(interpolate(curve, subset)).toBe(groupKey);
      for (const subset of subsets(holders, threshold - 1))
        expect(interpolate(curve, subset)).not.toBe(groupKey);
    }
    // A set with shares of both epochs is worth nothing.
    const mixed = [...first!.holders.slice(0, 1), ...second!.holders.slice(1, shape.threshold)];
    expect(interpolate(curve, mixed)).not.toBe(first!.groupKey);
  });

  it('has proofs that plain verifiers accept', () => {
    const schemes = new Set<string>();
    for (const { files } of all)
      for (const path of [...files.keys()].filter((name) => name.startsWith('proofs/'))) {
        const proof = json(files, path) as ProofFile;
        schemes.add(proof.scheme);
        expect(proof.groupKey).toBe((json(files, 'keys/after.json') as KeyFile).groupKey);
        expect(verifyProof(shape.suite, proof)).toBe(true);
        expect(verifyProof(shape.suite, { ...proof, message: `${proof.message} ` })).toBe(false);
      }
    expect([...schemes]).toContain(shape.suite === 'secp256k1' ? 'bip340' : 'rfc9591');
    expect(schemes.has('rfc9591')).toBe(true);
  });

  it('has envelopes and a checkpoint that node:crypto accepts', () => {
    for (const { files } of all) {
      const keys = identities(json(files, 'plan.json') as PlanFile);
      for (const path of [...files.keys()].filter((name) => name.startsWith('envelopes/'))) {
        const { sender, signed, signature } = cose(files.get(path)!);
        const key = keys.get(sender)!;
        const how = key.asymmetricKeyType === 'ec' ? 'sha256' : null;
        expect(verifyWithNode(how, signed, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
      }
      const note = utf8.decode(files.get('checkpoint'));
      const [text, lines] = [note.slice(0, note.indexOf('\n\n') + 1), note.slice(note.indexOf('\n\n') + 2)];
      const signers = lines
        .trimEnd()
        .split('\n')
        .map((line) => {
          const [dash, name, base64] = line.split(' ');
          const [key, blob] = [keys.get(name!)!, Buffer.from(base64!, 'base64')];
          const ec = key.asymmetricKeyType === 'ec';
          const der = key.export({ type: 'spki', format: 'der' });
          // C2SP signed-note: name, newline, 0x01 and key for Ed25519; the whole SubjectPublicKeyInfo for ECDSA.
          const named = ec
            ? der
            : Buffer.concat([Buffer.from(`${name!}\n`), Uint8Array.of(1), der.subarray(-32)]);
          expect(dash).toBe('\u2014');
          expect(blob.subarray(0, 4)).toEqual(createHash('sha256').update(named).digest().subarray(0, 4));
          expect(verifyWithNode(ec ? 'sha256' : null, Buffer.from(text), key, blob.subarray(4))).toBe(true);
          return name;
        });
      expect(signers.sort()).toEqual(
        [
          'administrator',
          ...Array.from({ length: shape.holders }, (_, at) => `holder-${at + 1}`),
          'witness-1',
        ].sort(),
      );
    }
  });

  it.skipIf(!has('sha256sum') || !has('python3'))(
    'has checksums and a tree that other programs compute',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'record-'));
      try {
        const { files } = all[1]!;
        for (const [path, bytes] of files) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), bytes);
        }
        const checked = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
          cwd: folder,
          encoding: 'utf8',
        });
        expect(checked.trimEnd().split('\n')).toHaveLength(files.size - 1);
        const tree = execFileSync('python3', ['-c', TREE, join(folder, 'transcript.jsonl')], {
          encoding: 'utf8',
        });
        const [, size, root] = utf8.decode(files.get('checkpoint')).split('\n');
        expect(tree).toBe(`${size!}\n${root!}\n`);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
