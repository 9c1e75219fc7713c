/**
 * The files of a record against their checksums, and against the record that plan and envelopes lead to: it is built
 * anew and compared byte for byte. Differences are told per file, so that one changed file does not hide the others.
 */
import { bytesToHex, equalBytes } from '../../crypto/bytes.ts';
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../hash.ts';
import { buildRecord, checksums, type RecordFiles } from '../record.ts';
import type { RuleId } from '../rules.ts';
import type { View } from '../view.ts';
import type { Findings } from './findings.ts';
import { blame, RecordProblem } from './problem.ts';
import { outcomeSentence } from './replay.ts';

const SUMS = 'SHA256SUMS';
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Holds every file against SHA256SUMS, which must be exactly what `sha256sum` writes, in order of path. */
export function checkSums(files: RecordFiles, findings: Findings): void {
  const fail = (file: string, message: string): void => {
    findings.fail(new RecordProblem('check_files', file, message));
  };
  const sums = files.get(SUMS);
  if (sums === undefined) {
    fail(SUMS, 'this file is missing.');
    return;
  }
  const listed = new Map<string, string>();
  for (const line of text(sums).split('\n')) {
    const [, sum, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (sum !== undefined && path !== undefined) listed.set(path, sum);
  }
  for (const [path, bytes] of files) {
    if (path === SUMS) continue;
    const sum = listed.get(path);
    const found = bytesToHex(sha256(bytes));
    if (sum === undefined) fail(path, `${SUMS} does not list this file.`);
    else if (sum !== found) fail(path, `its SHA-256 is ${found}, ${SUMS} says ${sum}.`);
  }
  for (const path of listed.keys())
    if (!files.has(path) || path === SUMS)
      fail(path, `${SUMS} lists it, but ${path === SUMS ? 'it cannot list itself' : 'it is missing'}.`);
  if (!equalBytes(sums, checksums(files)) && findings.failures('check_files').length === 0)
    fail(SUMS, 'it is not exactly one line for each file, in order of path.');
  if (findings.failures('check_files').length === 0)
    findings.pass('check_files', `${files.size - 1} files with the checksums that ${SUMS} lists`);
}

/** The rule under which a difference in a file is told. */
function ruleFor(path: string): RuleId {
  if (path === 'transcript.jsonl') return 'check_transcript';
  if (path.startsWith('keys/')) return 'check_key_records';
  if (path.startsWith('proofs/')) return 'check_proofs';
  return path === 'checkpoint' ? 'check_checkpoint' : 'check_files';
}

/** Builds the record anew and compares. Throws RecordProblem only when that is not possible. */
export function compareFiles(view: View, files: RecordFiles, findings: Findings): void {
  const rebuilt = blame('check_transcript', 'transcript.jsonl', () =>
    buildRecord(view, files.get('checkpoint') ?? new Uint8Array(0)),
  );
  for (const [path, expected] of rebuilt) {
    if (path === SUMS) continue;
    const found = files.get(path);
    const rule = ruleFor(path);
    if (found === undefined) findings.fail(new RecordProblem(rule, path, 'this file is missing.'));
    else if (!equalBytes(found, expected)) {
      findings.fail(new RecordProblem(rule, path, difference(path, found, expected)));
      if (path === 'transcript.jsonl') compareOutcome(view, found, expected, findings);
    } else if (path.startsWith('keys/')) findings.pass('check_key_records', describeRecord(path, expected));
    else if (path.startsWith('proofs/')) findings.pass('check_proofs', `${path}: recomputed, byte for byte`);
  }
  for (const path of files.keys())
    if (!rebuilt.has(path))
      findings.fail(
        new RecordProblem(
          'check_files',
          path,
          `this file does not belong to the record of a ceremony that ${view.abort === undefined ? 'was completed' : 'was aborted'}.`,
        ),
      );
  if (findings.failures('check_files').length === 0)
    findings.pass('check_files', 'no file too many, none missing');
  const lines = text(rebuilt.get('transcript.jsonl') ?? new Uint8Array(0)).split('\n').length - 1;
  if (findings.failures('check_transcript').length === 0)
    findings.pass('check_transcript', `${lines} lines recomputed, byte for byte`);
  if (!rebuilt.has('keys/before.json') && !rebuilt.has('keys/after.json'))
    findings.pass('check_key_records', 'there was no key before, and none was made');
  findings.complete('check_files', 'check_transcript', 'check_key_records', 'check_outcome');
  if (view.secure !== undefined) findings.complete('check_proofs');
}

function describeRecord(path: string, bytes: Uint8Array): string {
  const record = JSON.parse(text(bytes)) as { epoch: number; fingerprint: string; holders: unknown[] };
  return `${path}: epoch ${record.epoch} of key ${record.fingerprint}, ${record.holders.length} holders; recomputed, byte for byte`;
}

/** A transcript that tells another end than the one it had is worth its own sentence. */
function compareOutcome(view: View, found: Uint8Array, expected: Uint8Array, findings: Findings): void {
  const end = (bytes: Uint8Array): unknown => {
    const last = parsed(text(bytes).trimEnd().split('\n').at(-1) ?? '');
    return last?.['type'] === 'outcome' ? last['body'] : undefined;
  };
  const said = end(found);
  if (said !== undefined && !sameJson(said, end(expected)))
    findings.fail(
      new RecordProblem(
        'check_outcome',
        'transcript.jsonl',
        `its last line tells another end. By the plan and the envelopes the ceremony ${outcomeSentence(view)}`,
      ),
    );
}

function sameJson(a: unknown, b: unknown): boolean {
  try {
    return canonicalJson(a) === canonicalJson(b);
  } catch {
    // Not everything that parses has a canonical form: half a character, say.
    return false;
  }
}

function parsed(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Where a file differs from the one that plan and envelopes lead to: by line, by field, or by byte. */
function difference(path: string, found: Uint8Array, expected: Uint8Array): string {
  const leads = 'than the plan and the envelopes lead to';
  if (path.endsWith('.jsonl')) {
    const [is, should] = [text(found).split('\n'), text(expected).split('\n')];
    const at = should.findIndex((line, index) => line !== is[index]);
    if (at >= 0) {
      const type = parsed(should[at] ?? '')?.['type'];
      const what = typeof type === 'string' ? ` ("${type}")` : '';
      return `line ${at + 1}${what} is another ${leads}.`;
    }
    return `it has ${is.length - 1} lines, ${should.length - 1} were expected.`;
  }
  const [is, should] = path.endsWith('.json') ? [parsed(text(found)), parsed(text(expected))] : [];
  if (is !== undefined && should !== undefined) {
    const fields = [...new Set([...Object.keys(should), ...Object.keys(is)])];
    const other = fields.filter((field) => JSON.stringify(is[field]) !== JSON.stringify(should[field]));
    return other.length === 0
      ? 'the JSON is not in canonical form (RFC 8785).'
      : `field "${other.join('", "')}" has another content ${leads}.`;
  }
  const at = expected.findIndex((byte, index) => byte !== found[index]);
  return `from byte ${at < 0 ? expected.length : at} on it has another content ${leads}.`;
}
