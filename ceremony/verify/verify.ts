/**
 * Verification of a record: replays the ceremony from plan and envelopes through the same rules that the laptops
 * applied, then rebuilds every file of the record and compares byte for byte. Nothing in the record is believed that
 * can be computed; what cannot be computed must be signed.
 */
import { bytesToHex, equalBytes } from '../../crypto/bytes.ts';
import { CryptoError } from '../../crypto/errors.ts';
import { missingSigners, readCheckpoint } from '../closing.ts';
import { CeremonyError } from '../errors.ts';
import { decodePlan, describeRole, planCode, type PlanContext } from '../plan.ts';
import { buildRecord, checksums, type RecordFiles } from '../record.ts';
import { RULES, type Audit, type RuleId } from '../rules.ts';
import { advance, openView, outcome, recordAfter, type View } from '../view.ts';
import { Envelopes } from './envelopes.ts';
import { RecordProblem } from './problem.ts';

/** What one rule came to. `evidence` lists what each of its checks saw. */
export interface RuleResult {
  readonly rule: RuleId;
  readonly sentence: string;
  readonly state: 'ok' | 'failed' | 'not checked' | 'not applicable';
  readonly evidence: readonly string[];
  /** Where and what, for a rule that failed. */
  readonly failure?: { readonly file: string; readonly message: string };
}

export interface Verdict {
  /** VALID: a true and complete account of a ceremony, be it completed or aborted. */
  readonly verdict: 'VALID' | 'NOT VALID';
  readonly outcome: 'closed' | 'aborted' | 'unknown';
  readonly rehearsal: boolean | null;
  /** Facts that a reader wants first; null where the record is not good enough to tell. */
  readonly ceremony: {
    readonly id: string;
    readonly code: string;
    readonly kind: string;
    readonly keyName: string;
    readonly suite: string;
    readonly threshold: number;
    readonly holders: number;
    readonly epochBefore: number | null;
    readonly epochAfter: number | null;
    readonly groupKeyBefore: string | null;
    readonly groupKeyAfter: string | null;
    readonly abort: { rule: RuleId; culprit: string | null; reason: string } | null;
  } | null;
  readonly rules: readonly RuleResult[];
}

/** Rules that have nothing to look at in every ceremony, with the reason that is then printed. */
const ABSENT: Partial<Record<RuleId, (view: View) => string | undefined>> = {
  check_start: (view) => (view.context.plan.before === null ? 'the ceremony makes a new key' : undefined),
  check_approvals: (view) =>
    view.context.plan.approvalsNeeded === 0 ? 'the plan asks for no approval' : undefined,
  check_attestations: (view) =>
    view.context.plan.witnesses.length === 0 ? 'the plan names no witness' : undefined,
  check_backups: (view) =>
    view.context.plan.backups.length === 0 ? 'the plan asks for no backup' : undefined,
  check_complaints: (view) => (view.abort?.rule === 'check_complaints' ? undefined : 'nobody complained'),
};

/** Verifies the files of a record. Never throws for bad content: that is what the verdict says. */
export function verifyRecord(files: RecordFiles): Verdict {
  const seen = new Map<RuleId, string[]>();
  const audit: Audit = {
    pass: (rule, evidence) => {
      seen.set(rule, [...(seen.get(rule) ?? []), evidence]);
    },
  };
  let problem: RecordProblem | undefined;
  let context: PlanContext | undefined;
  let view: View | undefined;
  try {
    checkFiles(files, audit);
    context = readPlan(files, audit);
    view = replay(context, files, audit);
    compareFiles(view, files, audit);
  } catch (error) {
    problem = asProblem(error);
  }
  return assemble(seen, problem, context, view);
}

/** A file, or a problem that names it. */
function need(files: RecordFiles, path: string, rule: RuleId): Uint8Array {
  const bytes = files.get(path);
  if (bytes === undefined) throw new RecordProblem(rule, path, 'this file is missing');
  return bytes;
}

function checkFiles(files: RecordFiles, audit: Audit): void {
  const expected = new TextDecoder().decode(checksums(files)).split('\n');
  const found = new TextDecoder().decode(need(files, 'SHA256SUMS', 'check_files')).split('\n');
  for (const [at, line] of expected.entries())
    if (line !== found[at]) {
      const path = (line === '' ? (found[at] ?? '') : line).slice(66);
      throw new RecordProblem(
        'check_files',
        path === '' ? 'SHA256SUMS' : path,
        `line ${at + 1} of SHA256SUMS is not the one that belongs to this file`,
      );
    }
  if (expected.length !== found.length)
    throw new RecordProblem('check_files', 'SHA256SUMS', 'it lists files that are not in the record');
  audit.pass('check_files', `${files.size - 1} files with the checksums that SHA256SUMS lists`);
}

function readPlan(files: RecordFiles, audit: Audit): PlanContext {
  const bytes = need(files, 'plan.json', 'check_plan');
  try {
    const context = decodePlan(bytes, 'plan.json');
    const { plan } = context;
    audit.pass('check_plan', `ceremony ${bytesToHex(context.id)}, code "${planCode(context)}"`);
    if (plan.before !== null)
      audit.pass(
        'check_start',
        `epoch ${plan.before.epoch}: ${plan.before.holders.length} public shares on one polynomial of degree ${plan.threshold - 1} through ${plan.before.groupKey}`,
      );
    return context;
  } catch (error) {
    throw asProblem(error, 'check_plan', 'plan.json');
  }
}

/** Replays all rounds. A bundle that the laptops would not have accepted is a problem of the record. */
function replay(context: PlanContext, files: RecordFiles, audit: Audit): View {
  const envelopes = new Envelopes(context, files, audit);
  let view = openView(context);
  while (view.next !== undefined) {
    const round = view.next;
    try {
      view = advance(view, envelopes.bundle(round), audit);
    } catch (error) {
      throw asProblem(error, ruleOf(error), envelopes.describe(round));
    }
  }
  envelopes.requireAllUsed();
  for (const fault of view.faults) throw new RecordProblem(fault.rule, 'envelopes', fault.reason);
  audit.pass('check_outcome', outcomeSentence(view));
  return view;
}

function outcomeSentence(view: View): string {
  const after = recordAfter(view);
  if (view.abort !== undefined) {
    const who =
      view.abort.culprit === undefined ? '' : `, by ${describeRole(view.context.plan, view.abort.culprit)}`;
    return `aborted${who}: ${view.abort.reason} The epoch before stays as it was.`;
  }
  return `completed: epoch ${after?.epoch ?? '?'} of key ${after?.groupKey ?? '?'}`;
}

/** Which rule a refusal of the engine belongs to. */
function ruleOf(error: unknown): RuleId {
  if (!(error instanceof CeremonyError)) return 'check_outcome';
  switch (error.code) {
    case 'split-view':
      return 'check_chain';
    case 'incomplete-bundle':
      return 'check_complete';
    case 'bad-signature':
    case 'unknown-sender':
      return 'check_signatures';
    default:
      return 'check_outcome';
  }
}

/** Rebuilds the record and compares every file, then looks at the signatures under the checkpoint. */
function compareFiles(view: View, files: RecordFiles, audit: Audit): void {
  const checkpoint = need(files, 'checkpoint', 'check_checkpoint');
  const rebuilt = buildRecord(view, checkpoint);
  const rules: [RegExp, RuleId][] = [
    [/^transcript\.jsonl$/, 'check_transcript'],
    [/^keys\//, 'check_key_records'],
    [/^proofs\//, 'check_proofs'],
    [/^README\.txt$/, 'check_rehearsal'],
  ];
  const ruleFor = (path: string): RuleId =>
    rules.find(([pattern]) => pattern.test(path))?.[1] ?? 'check_files';
  for (const [path, bytes] of rebuilt) {
    const found = need(files, path, ruleFor(path));
    if (!equalBytes(found, bytes))
      throw new RecordProblem(ruleFor(path), path, 'it is not what the plan and the envelopes lead to');
  }
  for (const path of files.keys())
    if (!rebuilt.has(path))
      throw new RecordProblem('check_files', path, 'this file does not belong to the record');
  audit.pass('check_files', 'no file too many, none missing');
  const lines = new TextDecoder().decode(rebuilt.get('transcript.jsonl')).split('\n').length - 1;
  audit.pass('check_transcript', `${lines} lines recomputed, byte for byte`);
  for (const path of ['keys/before.json', 'keys/after.json'])
    if (rebuilt.has(path)) audit.pass('check_key_records', `${path} recomputed, byte for byte`);
  audit.pass(
    'check_rehearsal',
    view.context.plan.rehearsal ? 'REHEARSAL: throw-away keys' : 'a real ceremony',
  );
  try {
    const signatures = readCheckpoint(view, checkpoint);
    const missing = missingSigners(view, checkpoint);
    if (missing.length > 0)
      throw new RecordProblem(
        'check_checkpoint',
        'checkpoint',
        `without the signature of ${missing.join(', ')}`,
      );
    audit.pass('check_checkpoint', `signed by ${signatures.map((signature) => signature.name).join(', ')}`);
  } catch (error) {
    throw asProblem(error, 'check_checkpoint', 'checkpoint');
  }
}

function asProblem(error: unknown, rule: RuleId = 'check_outcome', file = 'record'): RecordProblem {
  if (error instanceof RecordProblem) return error;
  if (error instanceof CeremonyError || error instanceof CryptoError)
    return new RecordProblem(rule, file, error.message);
  throw error;
}

function assemble(
  seen: ReadonlyMap<RuleId, readonly string[]>,
  problem: RecordProblem | undefined,
  context: PlanContext | undefined,
  view: View | undefined,
): Verdict {
  const rules = (Object.keys(RULES) as RuleId[]).map((rule): RuleResult => {
    const evidence = seen.get(rule) ?? [];
    const base = { rule, sentence: RULES[rule], evidence };
    if (problem?.rule === rule)
      return { ...base, state: 'failed', failure: { file: problem.file, message: problem.message } };
    if (evidence.length > 0) return { ...base, state: 'ok' };
    const absent = view === undefined ? undefined : (ABSENT[rule]?.(view) ?? absentAfterAbort(rule, view));
    return absent === undefined
      ? { ...base, state: 'not checked' }
      : { ...base, state: 'not applicable', evidence: [absent] };
  });
  const ended = view === undefined ? 'unknown' : outcome(view);
  return {
    verdict: problem === undefined && view !== undefined ? 'VALID' : 'NOT VALID',
    outcome: ended === 'closed' || ended === 'aborted' ? ended : 'unknown',
    rehearsal: context?.plan.rehearsal ?? null,
    ceremony: context === undefined ? null : facts(context, view),
    rules,
  };
}

/** After an abort the later rounds did not take place; the rule that ended it has its evidence in check_outcome. */
function absentAfterAbort(rule: RuleId, view: View): string | undefined {
  if (view.abort === undefined) return undefined;
  return view.abort.rule === rule
    ? `broken: ${view.abort.reason}`
    : 'the ceremony ended before it came to this';
}

function facts(context: PlanContext, view: View | undefined): Verdict['ceremony'] {
  const { plan } = context;
  const after = view?.secure === undefined ? undefined : recordAfter(view);
  return {
    id: bytesToHex(context.id),
    code: planCode(context),
    kind: plan.kind,
    keyName: plan.keyName,
    suite: plan.suite,
    threshold: plan.threshold,
    holders: plan.holders.length,
    epochBefore: plan.before?.epoch ?? null,
    epochAfter: after?.epoch ?? null,
    groupKeyBefore: plan.before?.groupKey ?? null,
    groupKeyAfter: after?.groupKey ?? null,
    abort: view?.abort === undefined ? null : { ...view.abort, culprit: view.abort.culprit ?? null },
  };
}
