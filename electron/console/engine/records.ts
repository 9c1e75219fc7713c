/** Records on this laptop and elsewhere: listing them, and verifying one with everything that a reader wants to see. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { decodePlan, planCode } from '../../../ceremony/plan.ts';
import { verifyRecord } from '../../../ceremony/verify/verify.ts';
import { isFolder, isRegularFile, readBounded } from '../../../devices/files.ts';
import { readRecord } from '../../../laptop/files.ts';
import { readStamps } from '../../../laptop/timestamps.ts';
import type { FiledRecord, RecordReport } from '../../ipc/documents.ts';
import { roleTitle } from './board.ts';

/** The records under `home`, the newest first. One that cannot be read is listed by its name alone. */
export function filedRecords(home: string): FiledRecord[] {
  const dir = join(home, 'records');
  if (!isFolder(dir)) return [];
  return readdirSync(dir)
    .filter((name) => !name.endsWith('.part') && isFolder(join(dir, name)))
    .map((name) => describe(join(dir, name), name))
    .sort((a, b) => ((a.created ?? '') < (b.created ?? '') ? 1 : -1));
}

function describe(path: string, folder: string): FiledRecord {
  try {
    const context = decodePlan(readBounded(join(path, 'plan.json'), 4 * 1024 * 1024));
    const { plan } = context;
    return {
      path,
      folder,
      kind: plan.kind,
      keyName: plan.keyName,
      epoch: plan.epoch,
      rehearsal: plan.rehearsal,
      created: plan.created,
      code: planCode(context),
      ended: isRegularFile(join(path, 'keys/after.json')) ? 'completed' : 'aborted',
    };
  } catch {
    // Whoever opens it is told by the verification what is wrong with it.
    return {
      path,
      folder,
      kind: null,
      keyName: null,
      epoch: null,
      rehearsal: null,
      created: null,
      code: null,
      ended: null,
    };
  }
}

/** Verifies a record folder. Throws UsageError where there is no record. */
export function recordReport(path: string): RecordReport {
  const files = readRecord(path);
  const verdict = verifyRecord(files);
  const { ceremony } = verdict;
  return {
    path,
    verdict: verdict.verdict,
    outcome: verdict.outcome,
    rehearsal: verdict.rehearsal,
    ceremony:
      ceremony === null ? null : { ...ceremony, abort: clip(ceremony.abort?.reason ?? '', 8000) || null },
    rules: verdict.rules.map(({ rule, sentence, state, evidence, failure, furtherFailures }) => ({
      rule,
      sentence,
      state,
      evidence: evidence.slice(0, 5000),
      failures: [failure, ...(furtherFailures ?? [])]
        .filter((one) => one !== undefined)
        .slice(0, 500)
        .map(({ file, message }) => ({ file: clip(file, 400), message: clip(message, 8000) })),
    })),
    stamps: readStamps(files)
      .slice(0, 5000)
      .map(({ file, state, time, authority, problems }) => ({
        file: clip(file, 400),
        sound: state === 'good',
        time,
        authority: authority === null ? null : clip(authority, 2000),
        problems: problems.slice(0, 20).map((problem) => clip(problem, 8000)),
      })),
    transcript: transcriptLines(files.get('transcript.jsonl')),
    files: [...files].slice(0, 5000).map(([name, bytes]) => ({ path: clip(name, 400), size: bytes.length })),
  };
}

/** A verdict must always get through, whatever the names and numbers in a record that somebody made. */
const clip = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

const line = z.object({
  type: z.string().max(40),
  at: z.string().max(40),
  actor: z.string().max(400),
  body: z.record(z.string(), z.unknown()),
});

/** The transcript in plain words. It is somebody's file: what does not look like a line of it is left out. */
function transcriptLines(bytes: Uint8Array | undefined): RecordReport['transcript'] {
  if (bytes === undefined) return [];
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .slice(0, 5000)
    .flatMap((text, seq) => {
      const parsed = line.safeParse(parse(text));
      if (!parsed.success) return [];
      const { type, at, actor, body } = parsed.data;
      return [{ seq, at, actor: roleTitle(actor), type, text: inWords(type, body).slice(0, 2000) }];
    });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One line of a transcript as a sentence. */
function inWords(type: string, body: Record<string, unknown>): string {
  const content = typeof body['content'] === 'object' && body['content'] !== null ? body['content'] : {};
  const field = (name: string): string => {
    const value = (content as Record<string, unknown>)[name] ?? body[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const count = (name: string): number => {
    const value = (content as Record<string, unknown>)[name];
    return Array.isArray(value) ? value.length : 0;
  };
  switch (type) {
    case 'plan':
      return `Planned: ${field('kind')} of "${field('keyName')}", ${field('suite')}, epoch ${field('epoch')} (${field('code')}).`;
    case 'approve':
      return field('kind') === 'decline' ? `Declined the plan: "${field('reason')}".` : 'Approved the plan.';
    case 'deal':
      return `Proved its share, committed to ${count('commitments')} coefficients, dealt ${count('sealed')} sealed sub-shares.`;
    case 'confirm':
      return field('kind') === 'complaint'
        ? 'Complained about a dealer, with evidence.'
        : 'Confirmed the new public shares.';
    case 'secure':
      return `Proved its new share, signed ${count('signatureShares')} proof messages, wrote and read back ${count('backups')} backups.`;
    case 'retire':
      return count('destroyed') === 0
        ? 'Signed the transcript so far.'
        : `Destroyed the old epoch (${count('destroyed')} receipt${count('destroyed') === 1 ? '' : 's'}), signed the transcript so far.`;
    case 'attest': {
      const remarks = field('remarks');
      const stated =
        field('statement') === 'agree' ? 'Agrees with the record' : 'Does NOT agree with the record';
      return remarks === '' ? `${stated}.` : `${stated}: "${remarks}".`;
    }
    case 'stop':
      return `Stopped the ceremony: "${field('reason')}".`;
    case 'exception':
      return `Exception (${field('category')}): "${field('text')}".`;
    case 'bundle':
      return `Showed the bundle of round ${field('round')} to everybody.`;
    case 'outcome':
      return `Outcome: ${field('outcome')}. Epoch ${field('epoch') === '' ? 'none' : field('epoch')}.`;
    default:
      return type;
  }
}
