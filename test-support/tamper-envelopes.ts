/** Mutations of a record that know what an envelope, a signature and a round are (tamper.ts has the others). */
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import {
  edit,
  one,
  roundFiles,
  SUMS,
  text,
  type Files,
  type Mutation,
  type TamperOptions,
} from './tamper.ts';

const ROUNDS = [0, 1, 2, 3, 4, 5];
const isEnvelope = (path: string): boolean => path.startsWith('envelopes/');
const ofRound = (round: number) => (path: string) =>
  new RegExp(`^envelopes/(evidence-)?r${round}-`).test(path);

export function* envelopeMoves(record: Files): Generator<Mutation> {
  const paths = [...record.keys()].filter(isEnvelope).sort();
  const roundOf = (path: string): string | undefined => /\/r(\d)-/.exec(path)?.[1];
  const senderOf = (path: string): string | undefined => /-a\d+-([a-z]+-\d+)\.cose$/.exec(path)?.[1];
  for (const [at, a] of paths.entries())
    for (const b of paths.slice(at + 1)) {
      // Between holders, between rounds, and between neighbours for good measure.
      if (roundOf(a) !== roundOf(b) && senderOf(a) !== senderOf(b) && b !== paths[at + 1]) continue;
      const touched = [a, b];
      yield {
        name: `${a} and ${b} swapped`,
        files: edit(record, { [a]: record.get(b), [b]: record.get(a) }),
        touched,
      };
      yield { name: `${a} in the place of ${b}`, files: edit(record, { [b]: record.get(a) }), touched };
    }
  const without = (gone: (path: string) => boolean): Files =>
    new Map([...record].filter(([path]) => !gone(path)));
  for (const round of ROUNDS) {
    const from = (path: string): boolean => ROUNDS.slice(round).some((later) => ofRound(later)(path));
    yield {
      name: `round ${round} removed`,
      files: without(ofRound(round)),
      touched: [new RegExp(`^envelopes/(evidence-)?r${round}-`)],
    };
    yield { name: `rounds from ${round} on removed`, files: without(from), touched: [/^envelopes\//, /./] };
  }
}

export function* evidence(record: Files): Generator<Mutation> {
  const paths = [...record.keys()].filter(isEnvelope).sort();
  const slot = (path: string): string => /(r\d-a\d+-[a-z]+-\d+)\.cose$/.exec(path)?.[1] ?? '';
  for (const path of paths)
    for (const round of ROUNDS)
      for (const place of paths.some((filed) => filed.includes(`evidence-r${round}-`)) ? [1, 2] : [1]) {
        const invented = `envelopes/evidence-r${round}-a1-${place}-${slot(path)}.cose`;
        if (record.has(invented)) continue;
        yield {
          name: `${path} as evidence ${place} in round ${round}`,
          files: edit(record, { [invented]: record.get(path) }),
          touched: [path, invented, ...roundFiles(invented), new RegExp(`^envelopes/evidence-r${round}-`)],
        };
      }
  for (const path of paths.filter((candidate) => candidate.includes('evidence')))
    for (const moved of [
      path.replace(/-r(\d)-/, (_, round: string) => `-r${Number(round) + 1}-`),
      path.replace(/-a1-/, '-a2-'),
      path.replace(/-a1-/, '-a99999-'),
      path.replace(/-1-r/, '-01-r'),
      path.replace(/-1-r/, '-2-r'),
      path.replace('evidence-', '').replace(/envelopes\/r.*-(r\d-)/, 'envelopes/$1'),
    ])
      if (!record.has(moved))
        yield {
          name: `${path} renamed to ${moved}`,
          files: edit(record, { [path]: undefined, [moved]: record.get(path) }),
          touched: [path, moved, ...roundFiles(path), ...roundFiles(moved)],
        };
}

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ED25519_ORDER = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;
const fromBig = (bytes: Uint8Array): bigint => BigInt(`0x0${bytesToHex(bytes)}`);
const toBig = (value: bigint): Uint8Array =>
  Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));

/** The other signature that a careless verifier would accept: s → n - s for ES256, S → S + L for EdDSA. Raw, 64 bytes. */
export function otherSignature(alg: 'ES256' | 'EdDSA', signature: Uint8Array): Uint8Array {
  const [r, s] = [signature.slice(0, 32), signature.slice(32)];
  const changed =
    alg === 'ES256' ? toBig(P256_ORDER - fromBig(s)) : toBig(fromBig(s.reverse()) + ED25519_ORDER).reverse();
  return Uint8Array.from([...r, ...changed]);
}

/** r and s of an ASN.1 DER signature, and back. */
const fromDer = (der: Uint8Array): Uint8Array => {
  const half = (at: number): Uint8Array => toBig(fromBig(der.slice(at + 2, at + 2 + (der[at + 1] ?? 0))));
  return Uint8Array.from([...half(2), ...half(4 + (der[3] ?? 0))]);
};
const toDer = (raw: Uint8Array): Uint8Array => {
  const integer = (bytes: Uint8Array): number[] => {
    const digits = [...bytes].slice(bytes.findIndex((byte) => byte !== 0));
    const body = (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits;
    return [2, body.length, ...body];
  };
  const body = [...integer(raw.slice(0, 32)), ...integer(raw.slice(32))];
  return Uint8Array.from([0x30, body.length, ...body]);
};

export function* signatures(record: Files, { foreign }: TamperOptions): Generator<Mutation> {
  for (const [path, bytes] of record) {
    if (!isEnvelope(path)) continue;
    // The signature is the last part of the message: 64 bytes.
    const signature = bytes.slice(-64);
    for (const alg of ['ES256', 'EdDSA'] as const)
      yield one(
        record,
        path,
        `${alg} signature in its other form`,
        Uint8Array.from([...bytes.slice(0, -64), ...otherSignature(alg, signature)]),
      );
  }
  const checkpoint = record.get('checkpoint');
  if (checkpoint === undefined) return;
  const all = text(checkpoint).split('\n');
  const put = (what: string, changed: readonly string[]): Mutation =>
    one(record, 'checkpoint', what, utf8ToBytes(changed.join('\n')));
  const parts = (line: string): [name: string, bytes: Uint8Array] => {
    const [, name = '', base64 = ''] = line.split(' ');
    return [name, Uint8Array.from(Buffer.from(base64, 'base64'))];
  };
  const write = (name: string, bytes: Uint8Array): string =>
    `\u2014 ${name} ${Buffer.from(bytes).toString('base64')}`;
  const signed = all.flatMap((line, at) => (line.startsWith('\u2014') ? [at] : []));
  for (const at of signed) {
    const [name, bytes] = parts(all[at] ?? '');
    const [hash, signature] = [bytes.slice(0, 4), bytes.slice(4)];
    const changed =
      signature.length === 64
        ? otherSignature('EdDSA', signature)
        : toDer(otherSignature('ES256', fromDer(signature)));
    yield put(
      `signature of ${name} in its other form`,
      all.with(at, write(name, Uint8Array.from([...hash, ...changed]))),
    );
    yield put(
      `signature of ${name} under another key hash`,
      all.with(at, write(name, Uint8Array.from([1, 2, 3, 4, ...signature]))),
    );
    yield put(`signature of ${name} under another name`, all.with(at, write('witness-9', bytes)));
    yield put(
      `signature of ${name} also under another name`,
      all.toSpliced(at, 0, write('witness-9', bytes)),
    );
    yield put(
      `signature of ${name} with loose bits in base64`,
      all.with(
        at,
        (all[at] ?? '').replace(
          /(.)(=+)$/,
          (_, last: string, pad: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}${pad}`,
        ),
      ),
    );
    yield put(`signature of ${name} without padding`, all.with(at, (all[at] ?? '').replace(/=+$/, '')));
    for (const to of signed.filter((candidate) => candidate !== at))
      yield put(
        `signature of ${name} in the place of another`,
        all.with(to, write(parts(all[to] ?? '')[0], bytes)),
      );
    const alien =
      foreign === undefined
        ? undefined
        : text(foreign.get('checkpoint') ?? new Uint8Array(0))
            .split('\n')
            .find((line) => line.startsWith(`\u2014 ${name} `));
    if (alien !== undefined) yield put(`signature of ${name} from another checkpoint`, all.with(at, alien));
  }
  yield put(
    'all signatures dropped',
    all.filter((line) => !line.startsWith('\u2014')),
  );
}

/** What exceptions can be made to look like: in another bundle, with another number, of another role. */
export function* exceptions(record: Files): Generator<Mutation> {
  for (const [path, bytes] of record) {
    const [, round, number, sender] =
      /^envelopes\/r(\d)-a1-exception-(\d+)-([a-z-]+\d*)\.cose$/.exec(path) ?? [];
    if (round === undefined) continue;
    const named = (other: number, as = number, by = sender): string =>
      `envelopes/r${other}-a1-exception-${as ?? ''}-${by ?? ''}.cose`;
    for (const moved of [
      ...ROUNDS.map((other) => named(other)),
      ...[named(Number(round), '9'), named(Number(round), number, 'holder-2'), named(8)],
      ...[`envelopes/r8-a${number ?? ''}-${sender ?? ''}.cose`, path.replace('-a1-', '-a01-')],
    ])
      if (!record.has(moved)) {
        const touched = [path, moved, ...roundFiles(path), ...roundFiles(moved)];
        yield {
          name: `${path} moved to ${moved}`,
          files: edit(record, { [path]: undefined, [moved]: bytes }),
          touched,
        };
        yield { name: `${path} also as ${moved}`, files: edit(record, { [moved]: bytes }), touched };
      }
  }
}

export function* foreignParts(record: Files, { foreign }: TamperOptions): Generator<Mutation> {
  if (foreign === undefined) return;
  const take = (name: string, which: (path: string) => boolean): Mutation => {
    const taken = [...foreign].filter(([path]) => which(path));
    // Only what takes the place of something: a mixture that adds files is a case of extra files.
    const placed = taken.filter(([path]) => record.has(path));
    return {
      name: `from another ceremony: ${name}`,
      files: new Map([...record, ...placed]),
      touched: [...placed.map(([path]) => path), ...(name === 'all envelopes' ? ['plan.json'] : [])],
    };
  };
  for (const path of record.keys()) if (path !== SUMS) yield take(path, (candidate) => candidate === path);
  for (const round of ROUNDS) yield take(`all of round ${round}`, ofRound(round));
  yield take('all envelopes', isEnvelope);
  yield take('keys and proofs', (path) => /^(?:keys|proofs)\//.test(path));
  yield take('transcript and checkpoint', (path) => path === 'transcript.jsonl' || path === 'checkpoint');
}
