/**
 * What a forger without any secret key can do to a record: every way of changing, dropping, adding, moving and mixing
 * its bytes, lines, fields and files, each as a new set of files. Deterministic: same record and seed, same mutations.
 */
import { createHash } from 'node:crypto';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { seededRandom } from './random.ts';
import { envelopeMoves, evidence, exceptions, foreignParts, signatures } from './tamper-envelopes.ts';

export type Files = ReadonlyMap<string, Uint8Array>;

/** One changed record. `touched` are the files that a verifier may name: texts are paths, patterns stand for several. */
export interface Mutation {
  readonly name: string;
  readonly files: Files;
  readonly touched: readonly (string | RegExp)[];
}

export interface TamperOptions {
  readonly seed: string;
  /** Byte positions to change in a file; every byte of a file that has no more than this. */
  readonly flips: number;
  /** The record of another ceremony of the same committee. */
  readonly foreign?: Files;
}

export const SUMS = 'SHA256SUMS';
export const text = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
const isEnvelope = (path: string): boolean => path.startsWith('envelopes/');
/** The same record with the checksums that `sha256sum` gives: whoever can change a file can change these as well. */
export function withChecksums(files: Files): Files {
  const out = new Map(files);
  out.delete(SUMS);
  const lines = [...out]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${path}\n`);
  return out.set(SUMS, utf8ToBytes(lines.join('')));
}

/** The record with some files replaced; undefined drops one. */
export function edit(files: Files, changes: Readonly<Record<string, Uint8Array | undefined>>): Files {
  const out = new Map(files);
  for (const [path, bytes] of Object.entries(changes))
    if (bytes === undefined) out.delete(path);
    else out.set(path, bytes);
  return out;
}

/** All mutations of a record. Those that happen to change nothing are left out. */
export function* mutations(record: Files, options: TamperOptions): Generator<Mutation> {
  const all = [
    ...[flips, lengths, fields, lines, fileMoves, envelopeMoves, evidence, exceptions],
    ...[signatures, foreignParts],
  ];
  for (const family of all)
    for (const mutation of family(record, options)) if (!same(mutation.files, record)) yield mutation;
}

/** Untouched files are the same objects, so this is quick. */
function same(a: Files, b: Files): boolean {
  if (a.size !== b.size) return false;
  for (const [path, bytes] of a) {
    const other = b.get(path);
    if (other !== bytes && (other === undefined || bytesToHex(other) !== bytesToHex(bytes))) return false;
  }
  return true;
}

/** A mutation of one file. */
export function one(record: Files, path: string, what: string, bytes: Uint8Array): Mutation {
  return { name: `${path}: ${what}`, files: edit(record, { [path]: bytes }), touched: [path] };
}

function* flips(record: Files, options: TamperOptions): Generator<Mutation> {
  const random = seededRandom(`${options.seed}/flips`);
  const draw = (below: number): number => {
    const [a = 0, b = 0, c = 0] = random(3);
    return ((a << 16) | (b << 8) | c) % below;
  };
  for (const [path, bytes] of record) {
    const positions = new Set<number>();
    if (bytes.length <= options.flips) for (let at = 0; at < bytes.length; at++) positions.add(at);
    while (positions.size < Math.min(options.flips, bytes.length)) positions.add(draw(bytes.length));
    for (const at of positions) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 + draw(255));
      yield one(record, path, `byte ${at} changed`, changed);
    }
  }
}

function* lengths(record: Files): Generator<Mutation> {
  for (const [path, bytes] of record) {
    const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
    yield one(record, path, 'empty', new Uint8Array(0));
    yield one(record, path, 'first half only', bytes.slice(0, bytes.length >> 1));
    yield one(record, path, 'last byte cut off', bytes.slice(0, -1));
    yield one(record, path, 'first byte cut off', bytes.slice(1));
    yield one(record, path, 'newline appended', join(bytes, Uint8Array.of(10)));
    yield one(record, path, 'zero byte appended', join(bytes, Uint8Array.of(0)));
    yield one(record, path, 'twice in a row', join(bytes, bytes));
    yield one(record, path, 'byte order mark before it', join(Uint8Array.of(0xef, 0xbb, 0xbf), bytes));
  }
}

/** Another value of the same kind. */
function other(value: unknown): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string')
    return value.endsWith('0') ? `${value.slice(0, -1)}1` : `${value.slice(0, -1)}0`;
  if (Array.isArray(value)) return value.slice(1);
  return value === null ? {} : null;
}

/** Changes of a JSON text, field by field, that leave it JSON. */
function* jsonChanges(json: string): Generator<[what: string, changed: string]> {
  const object = JSON.parse(json) as Record<string, unknown>;
  const keys = Object.keys(object);
  for (const key of keys) {
    yield [`field "${key}" changed`, JSON.stringify({ ...object, [key]: other(object[key]) })];
    yield [
      `field "${key}" dropped`,
      JSON.stringify(Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))),
    ];
    yield [`field "${key}" twice`, `{${JSON.stringify(key)}:${JSON.stringify(object[key])},${json.slice(1)}`];
  }
  yield ['field "zzz" added', JSON.stringify({ ...object, zzz: 1 })];
  yield ['with spaces', JSON.stringify(object, undefined, 1)];
  yield ['fields in another order', JSON.stringify(Object.fromEntries(Object.entries(object).reverse()))];
  yield [
    'one letter as an escape',
    json
      .replace('"', '"\\u0')
      .replace('\\u0', `\\u00${(json.codePointAt(json.indexOf('"') + 1) ?? 0).toString(16)}`)
      .replace(/(\\u00[0-9a-f]{2})./, '$1'),
  ];
}

function* fields(record: Files): Generator<Mutation> {
  for (const [path, bytes] of record) {
    if (path.endsWith('.json'))
      for (const [what, changed] of jsonChanges(text(bytes).trimEnd()))
        yield one(record, path, what, utf8ToBytes(`${changed}\n`));
    if (path.endsWith('.jsonl')) {
      const all = text(bytes).split('\n');
      // The first line, the last, and one of the middle stand for the others.
      for (const at of [0, all.length >> 1, all.length - 2])
        for (const [what, changed] of jsonChanges(all[at] ?? '{}'))
          yield one(record, path, `line ${at + 1}, ${what}`, utf8ToBytes(all.with(at, changed).join('\n')));
    }
  }
}

function* lines(record: Files): Generator<Mutation> {
  for (const [path, bytes] of record) {
    if (isEnvelope(path) || path.endsWith('.json')) continue;
    const all = text(bytes).split('\n');
    const put = (what: string, changed: readonly string[]): Mutation =>
      one(record, path, what, utf8ToBytes(changed.join('\n')));
    for (let at = 0; at < all.length - 1; at++) {
      yield put(`line ${at + 1} dropped`, all.toSpliced(at, 1));
      yield put(`line ${at + 1} twice`, all.toSpliced(at, 0, all[at] ?? ''));
      if (at > 0)
        yield put(
          `lines ${at} and ${at + 1} swapped`,
          all.with(at, all[at - 1] ?? '').with(at - 1, all[at] ?? ''),
        );
    }
    yield put(
      'with carriage returns',
      all.map((line, at) => (at < all.length - 1 ? `${line}\r` : line)),
    );
    yield put('no newline at the end', all.slice(0, -1));
  }
}

function* fileMoves(record: Files): Generator<Mutation> {
  const paths = [...record.keys()].sort();
  for (const [at, path] of paths.entries()) {
    const bytes = record.get(path) ?? new Uint8Array(0);
    // Whose contribution is missing shows; of the other files of a round only that something is.
    yield {
      name: `${path} dropped`,
      files: edit(record, { [path]: undefined }),
      touched: [path, ...roundFiles(path)],
    };
    for (const copy of [
      `${path}.bak`,
      `copy/${path}`,
      path.replace(/^envelopes\/r(\d)-a1-/, 'envelopes/r$1-a2-'),
      path.replace(/-\d+\.cose$/, '-77.cose'),
    ])
      if (!record.has(copy)) {
        yield {
          name: `${path} also as ${copy}`,
          files: edit(record, { [copy]: bytes }),
          touched: [path, copy],
        };
        yield {
          name: `${path} renamed to ${copy}`,
          files: edit(record, { [path]: undefined, [copy]: bytes }),
          touched: [path, copy, ...roundFiles(path)],
        };
      }
    const next = paths[at + 1];
    if (next !== undefined)
      yield {
        name: `${path} and ${next} swapped`,
        files: edit(record, { [path]: record.get(next), [next]: bytes }),
        touched: [path, next],
      };
  }
  const extra = [
    'notes.txt',
    'envelopes/notes.txt',
    'envelopes/r1-a1-holder-9.cose',
    'envelopes/r9-a1-holder-1.cose',
    'keys/extra.json',
    'keys/after.json',
    'proofs/9.json',
    'proofs/1.json',
    '../README.txt',
    'SHA256SUMS.asc',
    'a\nb',
    ' ',
  ];
  for (const path of extra)
    if (!record.has(path)) {
      yield {
        name: `extra file "${path}"`,
        files: edit(record, { [path]: utf8ToBytes('{}\n') }),
        touched: [path, visible(path), /^a$/],
      };
      yield {
        name: `extra empty file "${path}"`,
        files: edit(record, { [path]: new Uint8Array(0) }),
        touched: [path, visible(path), /^a$/],
      };
    }
}

/** A path as a verdict prints it. */
const visible = (path: string): string => path.replace('\n', String.raw`\u000a`);

/** How the other files of a round are named when one of them is gone. */
export function roundFiles(path: string): RegExp[] {
  const round = /^envelopes\/(?:evidence-)?r(\d)-/.exec(path)?.[1];
  return round === undefined ? [] : [new RegExp(`^envelopes/r${round}-(?:\\*|a\\d+-)`)];
}
