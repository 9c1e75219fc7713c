/**
 * The replay of a ceremony from the plan and the envelopes of its record, through the same `advance` that every laptop
 * ran. What a laptop would have refused is a problem of the record; what ended the ceremony then ends it here too.
 */
import { bytesToHex, equalBytes } from '../../crypto/bytes.ts';
import { CryptoError } from '../../crypto/errors.ts';
import {
  APPROVE,
  ATTEST,
  CONFIRM,
  contributors,
  DEAL,
  RETIRE,
  ROUND_NAMES,
  SECURE,
  type Bundle,
} from '../bundle.ts';
import type { Envelope } from '../envelope.ts';
import { CeremonyError } from '../errors.ts';
import { misplacedException } from '../exceptions.ts';
import { decodePlan, describeRole, planCode, type PlanContext } from '../plan.ts';
import type { RecordFiles } from '../record.ts';
import type { RuleId } from '../rules.ts';
import { advance, openView, recordAfter, type Abort, type View } from '../view.ts';
import { Envelopes, fileOfSlot, filesOfRound } from './envelopes.ts';
import type { Findings } from './findings.ts';
import { RecordProblem, sentenceOf } from './problem.ts';

/** The round whose accepted bundle answers a rule; `check_proofs` also needs the files in proofs/. */
export const ROUND_OF: Partial<Record<RuleId, number>> = {
  check_approvals: APPROVE,
  check_possession_before: DEAL,
  check_commitments: DEAL,
  check_ephemeral_keys: DEAL,
  check_group_key: DEAL,
  check_agreement: CONFIRM,
  check_complaints: CONFIRM,
  check_possession_after: SECURE,
  check_proofs: SECURE,
  check_backups: SECURE,
  check_destruction: RETIRE,
  check_attestations: ATTEST,
};

/** Rules that speak of what happens when somebody misbehaves: a ceremony that ended through them has kept them. */
export const KEPT_BY_ENDING: readonly RuleId[] = ['check_complaints', 'check_equivocation', 'check_outcome'];

const roundRules = (round: number): RuleId[] =>
  (Object.keys(ROUND_OF) as RuleId[]).filter((rule) => ROUND_OF[rule] === round && rule !== 'check_proofs');

/** `round 2 (confirm)` */
export const nameRound = (round: number): string => `round ${round} (${ROUND_NAMES[round] ?? '?'})`;

/** Reads and checks the plan. Throws RecordProblem. */
export function readPlan(files: RecordFiles, findings: Findings): PlanContext {
  const bytes = files.get('plan.json');
  if (bytes === undefined) throw new RecordProblem('check_plan', 'plan.json', 'this file is missing.');
  let context: PlanContext;
  try {
    context = decodePlan(bytes, 'plan.json');
  } catch (error) {
    const algebra =
      error instanceof CryptoError && ['group-key-changed', 'degree-too-low'].includes(error.code);
    throw new RecordProblem(algebra ? 'check_start' : 'check_plan', 'plan.json', sentenceOf(error));
  }
  const { plan } = context;
  findings.pass(
    'check_plan',
    `plan.json: SHA-256 ${bytesToHex(context.hash)}, ceremony ${bytesToHex(context.id)}, code "${planCode(context)}"`,
  );
  if (plan.replacedCards.length > 0)
    findings.pass(
      'check_plan',
      `another laptop than the key record names, by the plan: ${plan.replacedCards.map((index) => describeRole(plan, `holder-${index}`)).join(', ')}`,
    );
  findings.complete('check_plan', 'check_start');
  if (plan.before !== null)
    findings.pass(
      'check_start',
      `epoch ${plan.before.epoch}: ${plan.before.holders.length} public shares on one polynomial of degree ${plan.threshold - 1} through ${plan.before.groupKey}`,
    );
  return context;
}

/**
 * Replays all rounds and returns the view at the end. Throws RecordProblem where the replay cannot go on. Breaches
 * after the certificate do not end a ceremony: they are noted as failures, and the replay goes on.
 */
export function replay(context: PlanContext, files: RecordFiles, findings: Findings): View {
  const envelopes = new Envelopes(context, files, findings);
  findings.complete('check_signatures');
  let view = openView(context);
  while (view.next !== undefined) view = replayRound(view, view.next, envelopes, findings);
  envelopes.requireAllUsed();
  findings.complete('check_chain', 'check_equivocation', 'check_exceptions');
  // A second envelope in a late round keeps the round's own checks from running.
  if (!view.faults.some((fault) => fault.rule === 'check_equivocation')) findings.complete('check_complete');
  findings.pass('check_outcome', outcomeSentence(view));
  return view;
}

function replayRound(view: View, round: number, envelopes: Envelopes, findings: Findings): View {
  const bundle = envelopes.bundle(round);
  let next: View;
  try {
    next = advance(view, bundle, findings);
  } catch (error) {
    throw refusal(error, view, bundle, envelopes);
  }
  const fault = next.faults[view.faults.length];
  if (fault !== undefined) {
    findings.fail(new RecordProblem(fault.rule, whereOf(fault, bundle, envelopes), fault.reason));
    return next;
  }
  const { abort } = next;
  if (abort === undefined || view.abort !== undefined) {
    if (round === CONFIRM) findings.pass('check_complaints', `${nameRound(round)}: nobody complained`);
    findings.complete(...roundRules(round));
    return next;
  }
  const later = envelopes.firstBetween(round, ATTEST);
  if (later !== undefined)
    throw new RecordProblem(
      abort.rule,
      whereOf(abort, bundle, envelopes),
      `${abort.reason} That ended the ceremony, but the record goes on with ${later}.`,
    );
  findings.pass('check_complete', `${nameRound(round)}: ended early, so nobody else had to contribute`);
  if (KEPT_BY_ENDING.includes(abort.rule)) {
    findings.pass(abort.rule, `${nameRound(round)}: ${abort.reason}`);
    findings.complete(abort.rule);
  }
  return next;
}

/** The file in which a breach shows. */
function whereOf(breach: Abort, bundle: Bundle, envelopes: Envelopes): string {
  const complaint = bundle.envelopes.find((one) => one.payload.body['kind'] === 'complaint');
  const shown =
    (breach.rule === 'check_complaints' ? complaint : undefined) ??
    bundle.evidence[0] ??
    bundle.envelopes.find((one) => one.payload.sender === breach.culprit);
  return shown === undefined ? filesOfRound(bundle.round) : envelopes.fileOf(shown);
}

/** What it means for the record that the engine refuses a bundle of it. */
function refusal(error: unknown, view: View, bundle: Bundle, envelopes: Envelopes): RecordProblem {
  const { round, attempt } = bundle;
  const code = error instanceof CeremonyError ? error.code : undefined;
  const message = sentenceOf(error);
  switch (code) {
    case 'split-view':
      return brokenChain(message, view, bundle, envelopes);
    case 'incomplete-bundle': {
      const there = bundle.envelopes.map((envelope) => envelope.payload.sender);
      const missing = contributors(view.context, round).filter((role) => !there.includes(role));
      const rule = round === APPROVE ? 'check_approvals' : 'check_complete';
      return new RecordProblem(rule, fileOfSlot(round, attempt, missing[0] ?? '?'), message);
    }
    case 'bad-bundle': {
      const misplaced = misplacedException(view, bundle);
      if (misplaced !== undefined)
        return new RecordProblem('check_exceptions', envelopes.fileOf(misplaced.envelope), misplaced.reason);
      const [evidence] = bundle.evidence;
      return evidence === undefined
        ? new RecordProblem('check_complete', filesOfRound(round), message)
        : new RecordProblem('check_equivocation', envelopes.fileOf(evidence), message);
    }
    default:
      return new RecordProblem('check_outcome', filesOfRound(round), message);
  }
}

/** Whether one sender saw something else, or all did: then it is the files of the round before that were changed. */
function brokenChain(message: string, view: View, bundle: Bundle, envelopes: Envelopes): RecordProblem {
  const odd = bundle.envelopes.filter((one) => !equalBytes(one.payload.prev, view.head));
  const [first] = odd;
  const agreed = odd.every((one) => equalBytes(one.payload.prev, first?.payload.prev ?? view.head));
  if (first !== undefined && odd.length === bundle.envelopes.length && agreed) {
    const before = view.bundles.at(-1)?.round;
    return new RecordProblem(
      'check_chain',
      before === undefined ? 'plan.json' : filesOfRound(before),
      `All who took part in ${nameRound(bundle.round)} had seen ${before === undefined ? 'another plan' : `another bundle of ${nameRound(before)}`} than the one in this record.`,
    );
  }
  const shown: Envelope | undefined = first ?? bundle.evidence[0];
  return new RecordProblem(
    'check_chain',
    shown === undefined ? filesOfRound(bundle.round) : envelopes.fileOf(shown),
    message,
  );
}

/** How the ceremony ended, by its plan and envelopes. */
export function outcomeSentence(view: View): string {
  if (view.abort !== undefined) {
    const who =
      view.abort.culprit === undefined ? '' : `, by ${describeRole(view.context.plan, view.abort.culprit)}`;
    return `aborted${who}: ${view.abort.reason} The epoch before stays as it was.`;
  }
  const after = recordAfter(view);
  const faults = view.faults.map((fault) => ` After the certificate: ${fault.reason}`).join('');
  return `completed: epoch ${after?.epoch ?? '?'} of key ${after?.groupKey ?? '?'}.${faults}`;
}
