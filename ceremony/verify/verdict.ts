/** The verdict on a record: one result per rule, and the facts that a reader wants first. */
import { bytesToHex } from '../../crypto/bytes.ts';
import { APPROVE, ATTEST } from '../bundle.ts';
import { exceptionsOf } from '../exceptions.ts';
import { planCode, type Plan, type PlanContext } from '../plan.ts';
import { RULES, type RuleId } from '../rules.ts';
import { outcome, recordAfter, type View } from '../view.ts';
import type { Failure, Findings } from './findings.ts';
import { KEPT_BY_ENDING, nameRound, ROUND_OF } from './replay.ts';

/**
 * What a rule came to.
 *
 * - `ok`: everything that the rule speaks of was looked at, and is as the rule says.
 * - `failed`: the record breaks it. The verdict is then NOT VALID.
 * - `broken`: somebody broke it during the ceremony, which was aborted for that; the record is true about it.
 * - `not applicable`: there is nothing for it to look at; the first line of the evidence says why.
 * - `not checked`: verification had to stop before it was through. Evidence lists what had been seen until then.
 *
 * A VALID record has no rule that failed or was not checked.
 */
export type RuleState = 'ok' | 'failed' | 'broken' | 'not checked' | 'not applicable';

/** What one rule came to. `evidence` lists what each of its checks saw. */
export interface RuleResult {
  readonly rule: RuleId;
  readonly sentence: string;
  readonly state: RuleState;
  readonly evidence: readonly string[];
  /** Where and what, for a rule that failed: the first place, and the others. */
  readonly failure?: Failure;
  readonly furtherFailures?: readonly Failure[];
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

/** Rules that have nothing to look at in some plans or ceremonies, with the reason that is then printed. */
const ABSENT: Partial<Record<RuleId, (plan: Plan, view: View | undefined) => string | undefined>> = {
  check_start: (plan) => (plan.before === null ? 'the ceremony makes a new key' : undefined),
  check_approvals: (plan) => (plan.approvalsNeeded === 0 ? 'the plan asks for no approval' : undefined),
  check_attestations: (plan) => (plan.witnesses.length === 0 ? 'the plan names no witness' : undefined),
  check_exceptions: (_, view) =>
    view !== undefined && exceptionsOf(view).length === 0 ? 'nobody recorded an exception' : undefined,
  check_backups: (plan) => (plan.backups.length === 0 ? 'the plan asks for no backup' : undefined),
};

/** Puts the findings together. `context` and `view` are undefined where verification did not come that far. */
export function assemble(
  findings: Findings,
  context: PlanContext | undefined,
  view: View | undefined,
): Verdict {
  const ended = view === undefined ? 'unknown' : outcome(view);
  const rules = (Object.keys(RULES) as RuleId[]).map((rule) => resultOf(rule, findings, context, view));
  // What was not looked at has not been found right, even if no check has failed.
  const unsettled = rules.some(({ state }) => state === 'failed' || state === 'not checked');
  return {
    verdict: view === undefined || findings.anyFailed || unsettled ? 'NOT VALID' : 'VALID',
    outcome: ended === 'closed' || ended === 'aborted' ? ended : 'unknown',
    rehearsal: context?.plan.rehearsal ?? null,
    ceremony: context === undefined ? null : facts(context, view),
    rules,
  };
}

function resultOf(
  rule: RuleId,
  findings: Findings,
  context: PlanContext | undefined,
  view: View | undefined,
): RuleResult {
  const seen = findings.evidence(rule);
  const [failure, ...further] = findings.failures(rule);
  const base = { rule, sentence: RULES[rule], evidence: seen };
  if (failure !== undefined)
    return {
      ...base,
      state: 'failed',
      failure,
      ...(further.length === 0 ? {} : { furtherFailures: further }),
    };
  const absent = context === undefined ? undefined : ABSENT[rule]?.(context.plan, view);
  if (absent !== undefined) return { ...base, state: 'not applicable', evidence: [absent, ...seen] };
  if (findings.isComplete(rule)) return { ...base, state: 'ok' };
  const abort = view?.abort;
  if (abort === undefined || view === undefined) return { ...base, state: 'not checked' };
  if (abort.rule === rule && !KEPT_BY_ENDING.includes(rule))
    return { ...base, state: 'broken', evidence: [abort.reason, ...seen] };
  const round = ROUND_OF[rule];
  if (round === undefined) return { ...base, state: 'not checked' };
  const last = view.bundles.findLast((bundle) => bundle.round !== ATTEST)?.round ?? APPROVE;
  return {
    ...base,
    state: 'not applicable',
    evidence: [`the ceremony ended in ${nameRound(last)}, before everybody had come to this`, ...seen],
  };
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
