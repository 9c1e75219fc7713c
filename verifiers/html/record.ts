/** The files of a record, built anew and compared; checksums, checkpoint and rehearsal marks. */
import {
  Bad,
  base64,
  canonical,
  canonicalFile,
  digest,
  hex,
  join,
  plain,
  Problem,
  same,
  sha256,
  strictText,
  u,
  utf8,
} from './basics.ts';
import { allOf, bundleHash, type Files } from './envelopes.ts';
import type { Found } from './found.ts';
import { leafOf, parseNote, signedBy } from './note.ts';
import type { View } from './replay.ts';
import { NAMES } from './shapes.ts';

const loose = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(inner)]));
}

/** The lines of the transcript. */
export function transcriptOf(view: View): Uint8Array[] {
  const { plan, bundles } = view;
  const { data } = plan;
  const lines: Record<string, unknown>[] = [];
  let latest = data.created;
  const { keyName, kind, rehearsal, suite, threshold, epoch } = data;
  const first = {
    ceremony: hex(plan.id),
    code: plan.code,
    hash: hex(plan.hash),
    keyName,
    kind,
    rehearsal,
    suite,
    threshold,
    epoch,
  };
  lines.push({ type: 'plan', at: latest, actor: 'plan', body: first });
  for (const bundle of bundles) {
    for (const one of allOf(bundle)) {
      const { attempt, prev, at, sender } = one;
      const body = {
        attempt,
        content: readable(one.body),
        envelope: hex(sha256(one.bytes)),
        prev: hex(prev),
      };
      lines.push({ type: NAMES[one.round], at, actor: sender, body });
      if (at > latest) latest = at;
    }
    const body = { attempt: bundle.attempt, hash: hex(bundleHash(plan, bundle)), round: bundle.round };
    lines.push({ type: 'bundle', at: latest, actor: 'administrator', body });
  }
  const done = view.proofs !== undefined && view.deal !== undefined;
  lines.push({
    type: 'outcome',
    at: latest,
    actor: 'everybody',
    body: {
      outcome: view.outcome,
      abort: view.abort ?? null,
      faults: view.faults,
      epoch: done ? epoch : (data.before?.epoch ?? null),
      groupKey: done ? hex(view.deal?.key ?? new Uint8Array(0)) : (data.before?.groupKey ?? null),
    },
  });
  const seed = digest('transcript-salts', plan.hash, ...bundles.flatMap(allOf).map((one) => one.bytes));
  return lines.map((line, seq) => {
    const salt = hex(digest('transcript-salt', seed, u(seq, 4)).slice(0, 16));
    return utf8(canonical({ v: 1, seq, ...line, salt }));
  });
}

function root(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] ?? new Uint8Array(0);
  let k = 1;
  while (2 * k < leaves.length) k *= 2;
  return sha256(join(Uint8Array.of(1), root(leaves.slice(0, k)), root(leaves.slice(k))));
}

function recordAfter({ plan, deal }: View): unknown {
  const { data } = plan;
  return {
    format: 'reseal-key-record-1',
    rehearsal: data.rehearsal,
    name: data.keyName,
    suite: data.suite,
    threshold: data.threshold,
    epoch: data.epoch,
    groupKey: hex(deal?.key ?? new Uint8Array(0)),
    fingerprint: hex(deal?.fingerprint ?? new Uint8Array(0)),
    origin: `ceremony ${hex(plan.id)}`,
    holders: data.holders.map(({ index, name, identity }) => ({
      ...{ index, name, identity },
      publicShare: hex(deal?.shares.get(index)?.toBytes() ?? new Uint8Array(0)),
      sealingKey: hex(deal?.sealing.get(index) ?? new Uint8Array(0)),
    })),
  };
}

const README = `
plan.json         the plan, exactly the bytes whose hash everybody signed
envelopes/        every signed message, by round (r), attempt (a) and sender: COSE_Sign1, RFC 9052; exceptions too
keys/             the public key records before and after
proofs/           signatures by the new shares, to be checked with ordinary tools under the original group key
transcript.jsonl  what happened, line by line: RFC 8785 lines, leaves of an RFC 6962 tree
checkpoint        C2SP signed note over the transcript
SHA256SUMS        for sha256sum -c

Check it with: reseal verify <this folder>
`;

function readme({ plan, outcome, abort }: View): string {
  const { data } = plan;
  return [
    ...(data.rehearsal
      ? ['REHEARSAL: throw-away keys. This record proves nothing about a real key.', '']
      : []),
    `Record of a ceremony of Reseal: ${data.kind} of the key "${data.keyName}", ${outcome === 'closed' ? 'completed' : 'aborted'}.`,
    '',
    `Ceremony  ${hex(plan.id)}`,
    `Plan code ${plan.code}`,
    `Key       ${data.suite}, ${data.threshold} of ${data.holders.length}, epoch ${data.epoch}`,
    ...(abort === undefined ? [] : [`Aborted   ${plain(abort.reason)}`]),
    README,
  ].join('\n');
}

/** Every file that follows from plan and envelopes, but the envelopes and the checkpoint themselves. */
function build(view: View, lines: readonly Uint8Array[]): Map<string, Uint8Array> {
  const { plan, proofs, deal } = view;
  const newline = Uint8Array.of(10);
  const files = new Map([
    ['README.txt', utf8(readme(view))],
    ['plan.json', plan.bytes],
    ['transcript.jsonl', join(...lines.flatMap((line) => [line, newline]))],
  ]);
  if (plan.data.before !== null) files.set('keys/before.json', canonicalFile(plan.data.before));
  if (proofs === undefined || deal === undefined) return files;
  files.set('keys/after.json', canonicalFile(recordAfter(view)));
  for (const [at, { message, signature }] of proofs.entries()) {
    const { scheme, signers } = plan.data.proofs[at] ?? {};
    const proof = {
      groupKey: hex(deal.key),
      message: strictText(message),
      scheme,
      signature: hex(signature),
      signers,
    };
    files.set(`proofs/${at + 1}.json`, canonicalFile({ ...proof, suite: plan.data.suite }));
  }
  return files;
}

export function checkSums(files: Files, found: Found): void {
  const fail = (file: string, message: string): void => {
    found.fail(new Problem('check_files', file, message));
  };
  const sums = files.get('SHA256SUMS');
  if (sums === undefined) {
    fail('SHA256SUMS', 'this file is missing.');
    return;
  }
  const listed = new Map<string, string>();
  for (const line of loose(sums).split('\n')) {
    const [, sum, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (sum !== undefined && path !== undefined) listed.set(path, sum);
  }
  const own: string[] = [];
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (path === 'SHA256SUMS') continue;
    const sum = hex(sha256(bytes));
    own.push(`${sum}  ${path}\n`);
    if (listed.get(path) !== sum)
      fail(path, `its SHA-256 is ${sum}, SHA256SUMS says ${listed.get(path) ?? 'nothing about it'}.`);
  }
  for (const path of listed.keys())
    if (!files.has(path) || path === 'SHA256SUMS')
      fail(path, 'SHA256SUMS lists it, but it is missing, or cannot be listed.');
  if (!found.failed('check_files') && !same(sums, utf8(own.join(''))))
    fail('SHA256SUMS', 'it is not exactly one line for each file, in order of path.');
  if (!found.failed('check_files'))
    found.see('check_files', `${files.size - 1} files with the checksums that SHA256SUMS lists`);
}

function ruleOf(path: string): string {
  if (path === 'transcript.jsonl') return 'check_transcript';
  if (path === 'checkpoint') return 'check_checkpoint';
  if (path.startsWith('keys/')) return 'check_key_records';
  return path.startsWith('proofs/') ? 'check_proofs' : 'check_files';
}

export function compare(
  view: View,
  lines: readonly Uint8Array[],
  files: Files,
  found: Found,
  sentence: string,
): void {
  const rebuilt = build(view, lines);
  const fail = (rule: string, path: string, message: string): void => {
    found.fail(new Problem(rule, path, message));
  };
  for (const path of [...rebuilt.keys(), 'checkpoint']) {
    const [is, should, rule] = [files.get(path), rebuilt.get(path), ruleOf(path)];
    if (is === undefined) fail(rule, path, 'this file is missing.');
    else if (should !== undefined && !same(is, should)) {
      const at = should.findIndex((byte, place) => byte !== is[place]);
      fail(
        rule,
        path,
        `from byte ${at < 0 ? should.length : at} on it has another content than plan and envelopes lead to.`,
      );
      if (path === 'transcript.jsonl' && otherEnd(is, should))
        fail(
          'check_outcome',
          path,
          `its last line tells another end. By plan and envelopes the ceremony ${sentence}`,
        );
    } else if (/^(?:keys|proofs)\//.test(path)) found.see(rule, `${path}: recomputed, byte for byte`);
  }
  for (const path of files.keys())
    if (
      !rebuilt.has(path) &&
      path !== 'checkpoint' &&
      path !== 'SHA256SUMS' &&
      !path.startsWith('envelopes/')
    )
      fail('check_files', path, 'this file does not belong to the record of this ceremony.');
  if (!found.failed('check_files')) found.see('check_files', 'no file too many, none missing');
  if (!found.failed('check_transcript'))
    found.see('check_transcript', `${lines.length} lines recomputed, byte for byte`);
  if (![...rebuilt.keys()].some((path) => path.startsWith('keys/')))
    found.see('check_key_records', 'there was no key before, and none was made');
  found.through('check_files', 'check_transcript', 'check_key_records', 'check_outcome');
  if (view.proofs !== undefined) found.through('check_proofs');
}

/** True when the last line of a transcript tells another end than it should. */
function otherEnd(is: Uint8Array, should: Uint8Array): boolean {
  const end = (bytes: Uint8Array): unknown => {
    try {
      const last = JSON.parse(loose(bytes).trimEnd().split('\n').at(-1) ?? '') as Record<
        string,
        unknown
      > | null;
      return last?.['type'] === 'outcome' ? last['body'] : undefined;
    } catch {
      return undefined;
    }
  };
  const said = end(is);
  try {
    return said !== undefined && canonical(said) !== canonical(end(should));
  } catch {
    return true;
  }
}

/** Who must sign the checkpoint, in order; a laptop with several roles signs once. */
function signers({ plan, outcome }: View): string[] {
  const roles = [...plan.people.keys()];
  const order = ['administrator', ...roles.filter((role) => role.startsWith('witness-'))];
  if (outcome === 'closed') order.push(...roles.filter((role) => role.startsWith('holder-')));
  const keys = order.map((role) => plan.people.get(role)?.identity.key);
  return order.filter((_, at) => keys.indexOf(keys[at]) === at);
}

function readNote(view: View, lines: readonly Uint8Array[], note: Uint8Array): string[] {
  const { text, signatures } = parseNote(note);
  const { plan } = view;
  const leaves = lines.map(leafOf);
  const mark = plan.data.rehearsal ? 'reseal/rehearsal' : 'reseal/ceremony';
  const expected = `${mark}/${hex(plan.id)}\n${lines.length}\n${base64(root(leaves))}\n`;
  if (text !== expected) throw new Bad('it is over another transcript than plan and envelopes lead to.');
  const order = signers(view);
  const there: string[] = [];
  for (const { role, blob } of signatures) {
    const identity = plan.people.get(role)?.identity;
    if (identity === undefined || order.indexOf(role) <= order.indexOf(there.at(-1) ?? ''))
      throw new Bad(`the signature of "${role}" does not belong here.`);
    if (!signedBy(role, identity, text, blob)) throw new Bad(`the signature of "${role}" is not valid.`);
    there.push(role);
  }
  const missing = order.filter((role) => !there.includes(role));
  if (missing.length > 0) throw new Bad(`the signature of ${missing.join(', ')} is missing.`);
  return there;
}

export function checkCheckpoint(view: View, lines: readonly Uint8Array[], files: Files, found: Found): void {
  const note = files.get('checkpoint');
  if (note === undefined) return;
  try {
    for (const role of readNote(view, lines, note)) {
      const alg = view.plan.people.get(role)?.identity.alg ?? '';
      found.see('check_checkpoint', `${alg} signature of ${role} over all ${lines.length} lines`);
    }
  } catch (error) {
    if (!(error instanceof Bad)) throw error;
    throw new Problem('check_checkpoint', 'checkpoint', error.message);
  }
  found.through('check_checkpoint');
}

export function checkRehearsal(
  { plan }: { plan: { data: { rehearsal: boolean } } },
  files: Files,
  found: Found,
): void {
  const seen = ['plan.json'];
  for (const [path, bytes] of files) {
    const text = loose(bytes);
    let mark: boolean | undefined;
    if (path === 'README.txt') mark = text.startsWith('REHEARSAL:');
    else if (path === 'checkpoint') mark = text.startsWith('reseal/rehearsal/');
    else if (/^proofs\/[0-9]+\.json$/.test(path)) mark = text.includes(String.raw`\nREHEARSAL\n`);
    else if (path === 'keys/before.json' || path === 'keys/after.json')
      mark = text.includes('"rehearsal":true');
    if (mark === undefined) continue;
    seen.push(path);
    if (mark !== plan.data.rehearsal)
      found.fail(new Problem('check_rehearsal', path, 'it is marked otherwise than the plan.'));
  }
  const what = plan.data.rehearsal ? 'REHEARSAL: throw-away keys' : 'a real ceremony';
  found.see('check_rehearsal', `${what}; looked at ${seen.join(', ')}`);
  if (files.has('README.txt') && files.has('checkpoint')) found.through('check_rehearsal');
}
