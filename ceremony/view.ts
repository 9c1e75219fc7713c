/**
 * The public side of a ceremony as a fold: a plan and the bundles so far give one view, the same on every laptop and
 * in every verifier. `advance` takes the next bundle and either returns the next view, or refuses a bundle that proves
 * nothing (incomplete, forged, from a split view) and leaves everything as it was.
 */
import { bytesToHex, equalBytes } from '../crypto/bytes.ts';
import {
  APPROVE,
  ATTEST,
  bundleHash,
  CONFIRM,
  contributors,
  DEAL,
  EXCEPTION,
  RETIRE,
  ROUND_NAMES,
  SECURE,
  STOP,
  type Bundle,
} from './bundle.ts';
import { contradicts, type Envelope } from './envelope.ts';
import { CeremonyError } from './errors.ts';
import { checkExceptions, convicts } from './exceptions.ts';
import { text } from './fields.ts';
import { makeKeyRecord, type KeyRecord } from './key-record.ts';
import { describeRole, type PlanContext } from './plan.ts';
import { Fault, NO_AUDIT, type Audit, type RuleId } from './rules.ts';
import { checkApprovals } from './rounds/approve.ts';
import { checkAttestations } from './rounds/attest.ts';
import { readBody } from './rounds/common.ts';
import { checkConfirms, type ConfirmResult } from './rounds/confirm.ts';
import { readDeals, sumDeals, type DealResult } from './rounds/deal.ts';
import { checkRetires } from './rounds/retire.ts';
import { finishProofs, readSecures, type SecureResult } from './rounds/secure.ts';
import { z } from 'zod';

export const stopSchema = z.strictObject({ kind: z.literal('stop'), reason: text });

/** Why a ceremony ended without a new epoch, and whose signature proves it. */
export interface Abort {
  readonly rule: RuleId;
  /** The role at fault; undefined when somebody stopped it, or the breach is nobody's alone. */
  readonly culprit: string | undefined;
  readonly reason: string;
}

export interface View {
  readonly context: PlanContext;
  /** Accepted bundles, in order. Rounds 2 and 3 appear once, with the attempt that counted. */
  readonly bundles: readonly Bundle[];
  /** The round whose bundle comes next; undefined once the ceremony is closed. */
  readonly next: number | undefined;
  /** What the next round's envelopes carry as `prev`. */
  readonly head: Uint8Array;
  readonly deal: DealResult | undefined;
  readonly confirm: ConfirmResult | undefined;
  /** Present once the certificate is: every holder has its new share, it signs, it is backed up. */
  readonly secure: SecureResult | undefined;
  readonly abort: Abort | undefined;
  /** Breaches found after the certificate, when there is no way back: they are recorded, nothing is undone. */
  readonly faults: readonly Abort[];
}

/** The view before any bundle. */
export function openView(context: PlanContext): View {
  return {
    context,
    bundles: [],
    next: APPROVE,
    head: context.hash,
    deal: undefined,
    confirm: undefined,
    secure: undefined,
    abort: undefined,
    faults: [],
  };
}

/** The key id that envelopes of this ceremony carry: the key's fingerprint, or zeros where the key is being made. */
export function envelopeKey(context: PlanContext): Uint8Array {
  const fingerprint = context.plan.before?.fingerprint;
  return fingerprint === undefined
    ? new Uint8Array(8)
    : Uint8Array.from({ length: 8 }, (_, at) => Number.parseInt(fingerprint.slice(2 * at, 2 * at + 2), 16));
}

/** The view as it stood before the bundle of `round` (and everything after it) was accepted. */
export function rewind(view: View, round: number, audit: Audit = NO_AUDIT): View {
  return view.bundles
    .filter((bundle) => bundle.round < round)
    .reduce((at, bundle) => advance(at, bundle, audit), openView(view.context));
}

/**
 * Accepts the next bundle. Throws CeremonyError `wrong-round`, `incomplete-bundle`, `bad-bundle` or `split-view` for a
 * bundle that must be asked for again; a breach that its author signed does not throw but ends the ceremony as
 * aborted, with the author named.
 */
export function advance(view: View, bundle: Bundle, audit: Audit = NO_AUDIT): View {
  if (bundle.round !== view.next)
    throw new CeremonyError(
      'wrong-round',
      `This is the bundle of round ${bundle.round}; ${view.next === undefined ? 'the ceremony is closed' : `round ${view.next} comes next`}.`,
    );
  checkOrder(view, bundle);
  const confirmed = view.bundles.find((past) => past.round === CONFIRM);
  if (bundle.round === SECURE && bundle.attempt !== confirmed?.attempt)
    throw new CeremonyError(
      'wrong-round',
      `This is the bundle of round ${SECURE}, attempt ${bundle.attempt}; that of round ${CONFIRM} was of attempt ${confirmed?.attempt ?? 0}.`,
      'Fetch the earlier bundles first.',
    );
  checkChain(view, bundle, audit);
  checkExceptions(view, bundle, audit);
  const accepted = {
    ...view,
    bundles: [...view.bundles, bundle],
    head: bundleHash(view.context, bundle),
  };
  try {
    checkEvidence(view, bundle, audit);
    return { ...accepted, ...checkRound(view, bundle, audit) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const abort: Abort = { rule: error.rule, culprit: error.role, reason: error.message };
    if (bundle.round < RETIRE) return { ...accepted, next: ATTEST, abort };
    // Nothing ends early any more: whoever is left out here could not bring in its receipt later.
    requireEverybody(view, bundle, NO_AUDIT);
    return { ...accepted, next: following(bundle.round), faults: [...view.faults, abort] };
  }
}

function following(round: number): number | undefined {
  return round === ATTEST ? undefined : round + 1;
}

/**
 * Envelopes must be of this round and attempt, at most one per contributor, in the plan's order. The attempt is covered
 * by the bundle's hash, so also where nobody's envelope says which one it is, it must be one that the round can have.
 */
function checkOrder(view: View, bundle: Bundle): void {
  if (bundle.attempt !== 1 && bundle.round !== CONFIRM && bundle.round !== SECURE)
    throw new CeremonyError(
      'bad-bundle',
      `The bundle of round ${bundle.round} is of attempt ${bundle.attempt}; only rounds 2 and 3 can have further attempts.`,
      'Ask the administrator to show the bundle again.',
    );
  const order = contributors(view.context, bundle.round);
  let last = -1;
  for (const { payload } of bundle.envelopes) {
    const at = order.indexOf(payload.sender);
    if (payload.round !== bundle.round || payload.attempt !== bundle.attempt || at <= last)
      throw new CeremonyError(
        'bad-bundle',
        `The bundle of round ${bundle.round} has an envelope in the wrong place (${payload.sender}, round ${payload.round}).`,
        'Ask the administrator to show the bundle again.',
      );
    last = at;
  }
}

/** Everybody must have seen what this laptop saw. */
function checkChain(view: View, bundle: Bundle, audit: Audit): void {
  // A second envelope for one slot convicts its author whatever it follows; of the evidence, only a stop must fit.
  const stops = bundle.evidence.filter((envelope) => envelope.payload.round === STOP);
  for (const { payload } of [...bundle.envelopes, ...stops]) {
    const expected = payload.round === STOP ? view.context.hash : view.head;
    if (equalBytes(payload.prev, expected)) continue;
    throw new CeremonyError(
      'split-view',
      `${describeRole(view.context.plan, payload.sender)} was shown other messages in an earlier round than this laptop: ` +
        `its round ${payload.round} follows ${bytesToHex(payload.prev).slice(0, 16)}…, this laptop's follows ${bytesToHex(expected).slice(0, 16)}….`,
      'Do not go on. Keep the messages, compare the bundles on all laptops, and start again with a new plan.',
    );
  }
  const senders = bundle.envelopes.map((envelope) => envelope.payload.sender).join(', ');
  audit.pass(
    'check_chain',
    `round ${bundle.round}: ${senders === '' ? 'nobody' : senders} after ${bytesToHex(view.head).slice(0, 16)}…`,
  );
}

/** Stops and equivocations end the ceremony, whatever else the bundle holds. */
function checkEvidence(view: View, bundle: Bundle, audit: Audit): void {
  const all = [
    ...view.bundles.flatMap((past) => [...past.envelopes, ...past.exceptions]),
    ...[...bundle.envelopes, ...bundle.exceptions, ...bundle.evidence],
  ];
  // The first proof decides the verdict; but nothing may travel along that proves nothing.
  const [verdict] = bundle.evidence.map((envelope) => judgeEvidence(view, bundle, all, envelope));
  if (verdict !== undefined) throw verdict;
  audit.pass('check_equivocation', `round ${bundle.round}: no second envelope for any slot`);
}

/** What one piece of evidence proves. Throws `bad-bundle` for one that proves nothing. */
function judgeEvidence(view: View, bundle: Bundle, all: readonly Envelope[], envelope: Envelope): Fault {
  const { sender, round, attempt } = envelope.payload;
  const who = describeRole(view.context.plan, sender);
  if (
    (round !== EXCEPTION || convicts(envelope)) &&
    all.some((candidate) => contradicts(candidate, envelope))
  )
    return new Fault(
      'check_equivocation',
      sender,
      round === EXCEPTION
        ? `${who} signed two different exceptions with the number ${attempt}.`
        : `${who} signed two different envelopes for round ${round}, attempt ${attempt}.`,
    );
  const by = (wanted: number): boolean =>
    all.some((one) => one.payload.sender === sender && one.payload.round === wanted);
  if (bundle.round <= SECURE && (round === STOP || round === SECURE) && by(STOP) && by(SECURE))
    return new Fault(
      'check_equivocation',
      sender,
      `${who} stopped the ceremony and also declared its new share secure.`,
    );
  if (round !== STOP || bundle.round > SECURE)
    throw new CeremonyError(
      'bad-bundle',
      `The bundle of round ${bundle.round} carries an envelope of ${sender} that proves nothing.`,
      'Ask the administrator to show the bundle again.',
    );
  try {
    const { reason } = readBody(stopSchema, envelope, 'check_outcome');
    return new Fault('check_outcome', undefined, `${who} stopped the ceremony: "${reason}".`);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** Runs the round's own checks, then asks for completeness: an early end does not need everybody. */
function checkRound(view: View, bundle: Bundle, audit: Audit): Partial<View> {
  const { context } = view;
  const next = following(bundle.round);
  switch (bundle.round) {
    case APPROVE:
      checkApprovals(context, bundle.envelopes, audit);
      requireCount(view, bundle, context.plan.approvalsNeeded, audit);
      return { next };
    case DEAL: {
      const deals = readDeals(context, bundle.envelopes, audit);
      requireEverybody(view, bundle, audit);
      return { next, deal: sumDeals(context, deals, audit) };
    }
    case CONFIRM: {
      const confirm = checkConfirms(context, present(view.deal), bundle.envelopes, audit);
      requireEverybody(view, bundle, audit);
      return { next, confirm };
    }
    case SECURE: {
      const deal = present(view.deal);
      const confirm = present(view.confirm);
      const shares = readSecures(context, deal, bundle.envelopes, audit);
      requireEverybody(view, bundle, audit);
      return { next, secure: finishProofs(context, deal, confirm, shares, audit) };
    }
    case RETIRE:
      requireEverybody(view, bundle, audit);
      checkRetires(context, view.head, bundle.envelopes, audit);
      return { next };
    case ATTEST:
      requireEverybody(view, bundle, audit);
      checkAttestations(context, bundle.envelopes, audit);
      return { next };
    default:
      throw new CeremonyError('wrong-round', `There is no round ${bundle.round}.`);
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new CeremonyError('wrong-round', 'An earlier round is missing.');
  return value;
}

function requireEverybody(view: View, bundle: Bundle, audit: Audit): void {
  requireCount(view, bundle, contributors(view.context, bundle.round).length, audit);
}

/** Throws `incomplete-bundle`, naming who is missing, unless at least `needed` contributors are there. */
function requireCount(view: View, bundle: Bundle, needed: number, audit: Audit): void {
  const { plan } = view.context;
  const there = bundle.envelopes.map((envelope) => envelope.payload.sender);
  if (there.length < needed) {
    const missing = contributors(view.context, bundle.round).filter((role) => !there.includes(role));
    throw new CeremonyError(
      'incomplete-bundle',
      `The bundle of round ${bundle.round} (${ROUND_NAMES[bundle.round] ?? '?'}) lacks ${missing.map((role) => describeRole(plan, role)).join(', ')}.`,
      'Wait until the administrator has collected everybody.',
    );
  }
  audit.pass(
    'check_complete',
    `round ${bundle.round} (${ROUND_NAMES[bundle.round] ?? '?'}): ${there.length} of ${needed} needed`,
  );
}

/** The public key record that this ceremony leads to; defined from round 1 on. */
export function recordAfter(view: View): KeyRecord | undefined {
  const { deal, context } = view;
  if (deal === undefined) return undefined;
  const { plan } = context;
  return makeKeyRecord(
    {
      rehearsal: plan.rehearsal,
      name: plan.keyName,
      threshold: plan.threshold,
      epoch: plan.epoch,
      origin: `ceremony ${bytesToHex(context.id)}`,
      suite: context.suite,
      groupKey: deal.groupKey,
      publicShares: new Map(deal.publicShares),
    },
    (index) => {
      const holder = plan.holders.find((candidate) => candidate.index === index);
      const sealingKey = deal.nextSealingKeys.get(index);
      return {
        name: holder?.name ?? null,
        identity: holder?.identity ?? null,
        sealingKey: sealingKey === undefined ? null : bytesToHex(sealingKey),
      };
    },
  );
}

/** The envelope of `sender` in an accepted round. */
export function envelopeOf(view: View, round: number, sender: string): Envelope | undefined {
  return view.bundles
    .find((bundle) => bundle.round === round)
    ?.envelopes.find((envelope) => envelope.payload.sender === sender);
}

/** `open`, `certified` (the new epoch stands, closing work remains), `closed`, or `aborted`. */
export function outcome(view: View): 'open' | 'certified' | 'closed' | 'aborted' {
  if (view.abort !== undefined) return 'aborted';
  if (view.next === undefined) return 'closed';
  return view.secure === undefined ? 'open' : 'certified';
}
