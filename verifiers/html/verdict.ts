/** The verdict on a record: one result per rule, and the facts that a reader wants first. */
import { Bad, hex, plain, Problem, sha256 } from './basics.ts';
import type { Files } from './envelopes.ts';
import { Found, type Failure } from './found.ts';
import { Plan } from './plan.ts';
import { checkCheckpoint, checkRehearsal, checkSums, compare, transcriptOf } from './record.ts';
import { KEPT, Replay, ROUND_OF, type View } from './replay.ts';
import { APPROVE, ATTEST, NAMES } from './shapes.ts';
import { isStamp } from './stamps.ts';

export const RULES: Readonly<Record<string, string>> = {
  check_files: 'The record consists of exactly the files it must have, and their checksums are right.',
  check_plan: 'The plan is well-formed and consistent, and its hash is the ceremony id.',
  check_start:
    'The ceremony starts from public shares on one polynomial of degree t-1 through the group key.',
  check_signatures: 'Every envelope is signed by the identity key that the plan names for its sender.',
  check_chain: 'Every envelope was made by somebody who had seen the same earlier rounds.',
  check_complete: 'Every round has exactly one envelope of everybody who had to contribute.',
  check_approvals: 'Enough of the named approvers approved this very plan.',
  check_possession_before: 'Every holder proved possession of its share before anything changed.',
  check_commitments:
    'Every dealer committed to the planned number of coefficients, and the sum has full degree.',
  check_ephemeral_keys: 'Every dealer knows the secrets of its ephemeral key and of its next sealing key.',
  check_agreement: 'All holders computed the same new public shares from what they were shown.',
  check_complaints: 'Every complaint was opened in public and decided by its contents.',
  check_equivocation: 'Nobody signed two different things in one place; where somebody did, both are here.',
  check_group_key: 'The new public shares give the original group key, at degree exactly t-1.',
  check_possession_after: 'Every holder proved possession of its new share.',
  check_proofs: 'The new shares signed the planned messages, and plain verification accepts.',
  check_backups: 'Every planned backup was written and read back before its share was declared secure.',
  check_destruction: 'Old shares were destroyed only after the certificate, and each holder says how.',
  check_exceptions: "Every exception is here once, signed, in the order of its author's numbers.",
  check_attestations: 'Every witness stated whether the ceremony went as recorded.',
  check_outcome: 'The ceremony ended as the record says.',
  check_key_records: 'The key records before and after are those that the envelopes lead to.',
  check_transcript: 'The transcript says exactly what the plan and the envelopes say.',
  check_checkpoint: 'The checkpoint covers the whole transcript and is signed by everybody who must sign it.',
  check_rehearsal: 'A rehearsal is marked as one everywhere, and a real ceremony nowhere.',
};

export type State = 'ok' | 'failed' | 'broken' | 'not checked' | 'not applicable';
export interface RuleResult {
  readonly rule: string;
  readonly sentence: string;
  readonly state: State;
  readonly evidence: readonly string[];
  readonly failures: readonly Failure[];
}
export interface Verdict {
  readonly verdict: 'VALID' | 'NOT VALID';
  readonly outcome: 'closed' | 'aborted' | 'unknown';
  readonly rehearsal: boolean | null;
  readonly ceremony: Readonly<Record<string, unknown>> | null;
  readonly rules: readonly RuleResult[];
}

function planOf(files: Files): Plan {
  const bytes = files.get('plan.json');
  if (bytes === undefined) throw new Problem('check_plan', 'plan.json', 'this file is missing.');
  try {
    return new Plan(bytes);
  } catch (error) {
    if (!(error instanceof Bad)) throw error;
    const start = error.code === 'group-key-changed' || error.code === 'degree-too-low';
    throw new Problem(start ? 'check_start' : 'check_plan', 'plan.json', error.message);
  }
}

/** Verifies the files of a record. Whatever the bytes are, the answer is a verdict. */
export function verify(given: Files): Verdict {
  const own = [...given].filter(([path, bytes]) => !isStamp(path, bytes));
  const files = new Map(own.sort(([a], [b]) => (a < b ? -1 : 1)));
  const found = new Found();
  let plan: Plan | undefined;
  let view: View | undefined;
  try {
    checkSums(files, found);
    plan = planOf(files);
    found.see(
      'check_plan',
      `plan.json: SHA-256 ${hex(sha256(plan.bytes))}, ceremony ${hex(plan.id)}, code "${plan.code}"`,
    );
    const { before, threshold, replacedCards } = plan.data;
    const others = replacedCards.map((index) => plan?.who(`holder-${index}`) ?? '');
    if (others.length > 0)
      found.see('check_plan', `another laptop than the key record names, by the plan: ${others.join(', ')}`);
    found.through('check_plan', 'check_start');
    if (before !== null)
      found.see(
        'check_start',
        `epoch ${before.epoch}: ${before.holders.length} public shares on one polynomial of degree ${threshold - 1} through ${before.groupKey}`,
      );
    checkRehearsal({ plan }, files, found);
    const replay = new Replay(plan, files, found);
    const end = replay.run();
    const lines = transcriptOf(end);
    compare(end, lines, files, found, replay.sentence());
    view = end;
    checkCheckpoint(end, lines, files, found);
  } catch (error) {
    const message = error instanceof Error ? error.message : 'this cannot be read.';
    found.fail(error instanceof Problem ? error : new Problem('check_outcome', 'record', message));
  }
  const rules = Object.entries(RULES).map(([rule, sentence]): RuleResult => {
    const [state, why] = stateOf(rule, found, plan, view);
    const evidence = [...(why === undefined ? [] : [plain(why)]), ...(found.evidence.get(rule) ?? [])];
    return { rule, sentence, state, evidence, failures: found.failures.get(rule) ?? [] };
  });
  const sound =
    view !== undefined && rules.every(({ state }) => state !== 'failed' && state !== 'not checked');
  return {
    verdict: sound ? 'VALID' : 'NOT VALID',
    outcome: view?.outcome ?? 'unknown',
    rehearsal: plan?.data.rehearsal ?? null,
    ceremony: plan === undefined ? null : facts(plan, view),
    rules,
  };
}

function absent(rule: string, { data, refresh }: Plan, view: View | undefined): string | undefined {
  if (rule === 'check_start' && !refresh) return 'the ceremony makes a new key';
  if (rule === 'check_approvals' && data.approvalsNeeded === 0) return 'the plan asks for no approval';
  if (rule === 'check_attestations' && data.witnesses.length === 0) return 'the plan names no witness';
  if (rule === 'check_backups' && data.backups.length === 0) return 'the plan asks for no backup';
  if (rule === 'check_exceptions' && view?.bundles.every((bundle) => bundle.exceptions.length === 0) === true)
    return 'nobody recorded an exception';
  return undefined;
}

function stateOf(
  rule: string,
  found: Found,
  plan: Plan | undefined,
  view: View | undefined,
): [State, string?] {
  if (found.failed(rule)) return ['failed'];
  const why = plan === undefined ? undefined : absent(rule, plan, view);
  if (why !== undefined) return ['not applicable', why];
  if (found.complete.has(rule)) return ['ok'];
  const abort = view?.abort;
  if (abort === undefined || view === undefined) return ['not checked'];
  if (abort.rule === rule && !KEPT.includes(rule)) return ['broken', abort.reason];
  if (!(rule in ROUND_OF)) return ['not checked'];
  const last = view.bundles.findLast((bundle) => bundle.round !== ATTEST)?.round ?? APPROVE;
  return [
    'not applicable',
    `the ceremony ended in round ${last} (${NAMES[last] ?? ''}), before everybody had come to this`,
  ];
}

function facts({ id, code, data }: Plan, view: View | undefined): Verdict['ceremony'] {
  const done = view?.proofs !== undefined && view.deal !== undefined;
  return {
    id: hex(id),
    code,
    kind: data.kind,
    keyName: data.keyName,
    suite: data.suite,
    threshold: data.threshold,
    holders: data.holders.length,
    epochBefore: data.before?.epoch ?? null,
    epochAfter: done ? data.epoch : null,
    groupKeyBefore: data.before?.groupKey ?? null,
    groupKeyAfter: done ? hex(view.deal?.key ?? new Uint8Array(0)) : null,
    abort: view?.abort ?? null,
  };
}
