/** The ceremony, replayed from the plan and the envelopes. */
import { Bad, Fault, hex, Problem, same } from './basics.ts';
import {
  allOf,
  bundleHash,
  contradicts,
  Envelopes,
  type Bundle,
  type Envelope,
  type Files,
} from './envelopes.ts';
import type { Found } from './found.ts';
import type { Plan } from './plan.ts';
import { bodyOf, Refused, Rounds, type Deal, type Nonces, type Proof } from './rounds.ts';
import { APPROVE, ATTEST, CONFIRM, DEAL, EXCEPTION, NAMES, RETIRE, SECURE, STOP } from './shapes.ts';

export const ROUND_OF: Readonly<Record<string, number>> = {
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
/** Rules about what happens when somebody misbehaves: a ceremony that ended through them has kept them. */
export const KEPT: readonly string[] = ['check_complaints', 'check_equivocation', 'check_outcome'];

export interface Breach {
  readonly rule: string;
  readonly culprit: string | null;
  readonly reason: string;
}

export class View {
  readonly plan: Plan;
  readonly bundles: Bundle[] = [];
  readonly faults: Breach[] = [];
  head: Uint8Array;
  next: number | undefined = APPROVE;
  deal: Deal | undefined;
  nonces: Nonces | undefined;
  proofs: readonly Proof[] | undefined;
  abort: Breach | undefined;
  constructor(plan: Plan) {
    this.plan = plan;
    this.head = plan.hash;
  }
  get outcome(): 'closed' | 'aborted' {
    return this.abort === undefined ? 'closed' : 'aborted';
  }
}

/** The first exception that has no place in its bundle, and why. */
function misplaced(view: View, bundle: Bundle): [Envelope, string] | undefined {
  const roles = [...view.plan.people.keys()];
  const count = new Map<string, number>();
  for (const past of view.bundles)
    for (const { sender, attempt } of past.exceptions) count.set(sender, attempt);
  let last = -1;
  for (const [at, one] of bundle.exceptions.entries()) {
    const place = one.attempt * 1000 + roles.indexOf(one.sender);
    if (one.round !== EXCEPTION) return [one, 'an envelope is carried as an exception that is none'];
    if (one.attempt !== (count.get(one.sender) ?? 0) + 1)
      return [one, `exception ${one.attempt} of ${one.sender} was carried already, or one before it was not`];
    if (place <= last) return [one, `exception ${one.attempt} of ${one.sender} is in the wrong place`];
    if (at >= 16) return [one, 'a bundle carries at most 16 exceptions'];
    count.set(one.sender, one.attempt);
    last = place;
  }
  return undefined;
}

export class Replay {
  readonly view: View;
  readonly #found: Found;
  readonly #envelopes: Envelopes;
  readonly #rounds: Rounds;

  constructor(plan: Plan, files: Files, found: Found) {
    this.#found = found;
    this.#envelopes = new Envelopes(plan, files, found);
    found.through('check_signatures');
    this.#rounds = new Rounds(plan, found);
    this.view = new View(plan);
  }

  run(): View {
    const { view } = this;
    while (view.next !== undefined) this.#round(view.next);
    this.#envelopes.requireAllUsed();
    this.#found.through('check_chain', 'check_equivocation', 'check_exceptions');
    if (!view.faults.some((fault) => fault.rule === 'check_equivocation'))
      this.#found.through('check_complete');
    this.#found.see('check_outcome', this.sentence());
    return view;
  }

  sentence(): string {
    const { abort, faults, plan, deal } = this.view;
    if (abort !== undefined)
      return `aborted${abort.culprit === null ? '' : `, by ${plan.who(abort.culprit)}`}: ${abort.reason} The epoch before stays as it was.`;
    const late = faults.map((fault) => ` After the certificate: ${fault.reason}`).join('');
    return `completed: epoch ${plan.data.epoch} of key ${hex(deal?.key ?? new Uint8Array(0))}.${late}`;
  }

  #round(round: number): void {
    const { view } = this;
    const bundle = this.#envelopes.bundle(round);
    const [aborted, faults] = [view.abort, view.faults.length];
    try {
      this.#advance(bundle);
    } catch (error) {
      if (error instanceof Refused) throw this.#refusal(error, bundle);
      if (error instanceof Bad) throw new Problem('check_outcome', `envelopes/r${round}-*`, error.message);
      throw error;
    }
    const fault = view.faults[faults];
    if (fault !== undefined) {
      this.#found.fail(new Problem(fault.rule, this.#where(fault, bundle), fault.reason));
      return;
    }
    const { abort } = view;
    if (abort === undefined || aborted !== undefined) {
      if (round === CONFIRM) this.#found.see('check_complaints', 'round 2 (confirm): nobody complained');
      const rules = Object.keys(ROUND_OF).filter(
        (rule) => ROUND_OF[rule] === round && rule !== 'check_proofs',
      );
      this.#found.through(...rules);
      return;
    }
    const later = this.#envelopes.filed.find((one) => one.round > round && one.round < ATTEST)?.path;
    if (later !== undefined) {
      const message = `${abort.reason} That ended the ceremony, but the record goes on with ${later}.`;
      throw new Problem(abort.rule, this.#where(abort, bundle), message);
    }
    const named = `round ${round} (${NAMES[round] ?? ''})`;
    this.#found.see('check_complete', `${named}: ended early, so nobody else had to contribute`);
    if (!KEPT.includes(abort.rule)) return;
    this.#found.see(abort.rule, `${named}: ${abort.reason}`);
    this.#found.through(abort.rule);
  }

  #where(breach: Breach, bundle: Bundle): string {
    const complaint = bundle.envelopes.find((one) => one.body['kind'] === 'complaint');
    const shown =
      (breach.rule === 'check_complaints' ? complaint : undefined) ??
      bundle.evidence[0] ??
      bundle.envelopes.find((one) => one.sender === breach.culprit);
    return this.#envelopes.pathOf(shown, `envelopes/r${bundle.round}-*`);
  }

  #refusal(refused: Refused, bundle: Bundle): Problem {
    const { view } = this;
    const files = `envelopes/r${bundle.round}-*`;
    const wrong = misplaced(view, bundle);
    switch (refused.code) {
      case 'split-view': {
        const odd = bundle.envelopes.find((one) => !same(one.prev, view.head)) ?? bundle.evidence[0];
        return new Problem('check_chain', this.#envelopes.pathOf(odd, files), refused.message);
      }
      case 'incomplete':
        return new Problem(
          bundle.round === APPROVE ? 'check_approvals' : 'check_complete',
          files,
          refused.message,
        );
      case 'bad-bundle':
        if (wrong !== undefined)
          return new Problem('check_exceptions', this.#envelopes.pathOf(wrong[0], files), wrong[1]);
        return bundle.evidence.length === 0
          ? new Problem('check_complete', files, refused.message)
          : new Problem(
              'check_equivocation',
              this.#envelopes.pathOf(bundle.evidence[0], files),
              refused.message,
            );
      default:
        return new Problem('check_outcome', files, refused.message);
    }
  }

  #advance(bundle: Bundle): void {
    const { view } = this;
    const { plan } = view;
    const { round } = bundle;
    this.#checkPlaces(bundle);
    for (const exception of bundle.exceptions) {
      const { category, step, text } = exception.body as Record<string, string>;
      const said = `${category ?? ''}, at the step "${step ?? ''}": "${text ?? ''}"`;
      this.#found.see(
        'check_exceptions',
        `round ${round}: ${plan.who(exception.sender)}, number ${exception.attempt}, at ${exception.at}, ${said}`,
      );
    }
    let after: number | undefined = round === ATTEST ? undefined : round + 1;
    try {
      this.#checkEvidence(bundle);
      this.#check(bundle);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const breach = { rule: error.rule, culprit: error.role, reason: error.message };
      if (round < RETIRE) {
        after = ATTEST;
        view.abort = breach;
      } else {
        this.#rounds.needEverybody(bundle, true);
        view.faults.push(breach);
      }
    }
    view.head = bundleHash(plan, bundle);
    view.bundles.push(bundle);
    view.next = after;
  }

  /** Everybody once, in order, of one attempt, after the same messages; exceptions where they belong. */
  #checkPlaces(bundle: Bundle): void {
    const { plan, head, bundles } = this.view;
    const { round, attempt } = bundle;
    if (attempt !== 1 && round !== CONFIRM && round !== SECURE)
      throw new Refused('bad-bundle', `round ${round} has no attempt ${attempt}.`);
    const order = plan.contributors(round);
    let last = -1;
    for (const one of bundle.envelopes) {
      const at = order.indexOf(one.sender);
      if (one.round !== round || one.attempt !== attempt || at <= last)
        throw new Refused('bad-bundle', `an envelope of ${one.sender} does not belong into round ${round}.`);
      last = at;
    }
    if (round === SECURE && attempt !== bundles[CONFIRM]?.attempt)
      throw new Refused('wrong-round', 'rounds 2 and 3 are of different attempts.');
    for (const one of [...bundle.envelopes, ...bundle.evidence.filter((other) => other.round === STOP)])
      if (!same(one.prev, one.round === STOP ? plan.hash : head))
        throw new Refused(
          'split-view',
          `${plan.who(one.sender)} was shown other messages in an earlier round.`,
        );
    const senders = bundle.envelopes.map((one) => one.sender).join(', ') || 'nobody';
    this.#found.see('check_chain', `round ${round}: ${senders} after ${hex(head).slice(0, 16)}…`);
    const wrong = misplaced(this.view, bundle);
    if (wrong !== undefined) throw new Refused('bad-bundle', wrong[1]);
  }

  #checkEvidence(bundle: Bundle): void {
    const past = this.view.bundles.flatMap((one) => [...one.envelopes, ...one.exceptions]);
    const all = [...past, ...allOf(bundle)];
    const [verdict] = bundle.evidence.map((one) => this.#judge(one, bundle, all));
    if (verdict !== undefined) throw verdict;
    this.#found.see('check_equivocation', `round ${bundle.round}: no second envelope for any slot`);
  }

  #judge(one: Envelope, bundle: Bundle, all: readonly Envelope[]): Fault {
    const { round, attempt, sender } = one;
    const who = this.view.plan.who(sender);
    const twice = (reason: string): Fault => new Fault('check_equivocation', sender, `${who} ${reason}`);
    const signed = (wanted: number): boolean =>
      all.some((other) => other.sender === sender && other.round === wanted);
    const may = round !== EXCEPTION || sender.startsWith('holder-');
    if (may && all.some((other) => contradicts(other, one)))
      return twice(
        round === EXCEPTION
          ? `signed two different exceptions with the number ${attempt}.`
          : `signed two different envelopes for round ${round}, attempt ${attempt}.`,
      );
    const early = bundle.round <= SECURE;
    if (early && (round === STOP || round === SECURE) && signed(STOP) && signed(SECURE))
      return twice('stopped the ceremony and also declared its new share secure.');
    if (round !== STOP || !early)
      throw new Refused('bad-bundle', `an envelope of ${sender} is carried that proves nothing.`);
    try {
      const reason = bodyOf(one, 'check_outcome')['reason'] as string;
      return new Fault('check_outcome', null, `${who} stopped the ceremony: "${reason}".`);
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  }

  #check(bundle: Bundle): void {
    const { view } = this;
    switch (bundle.round) {
      case APPROVE:
        this.#rounds.approve(bundle);
        break;
      case DEAL:
        view.deal = this.#rounds.deal(bundle);
        break;
      case CONFIRM:
        if (view.deal !== undefined) view.nonces = this.#rounds.confirm(bundle, view.deal);
        break;
      case SECURE:
        if (view.deal !== undefined && view.nonces !== undefined)
          view.proofs = this.#rounds.secure(bundle, view.deal, view.nonces);
        break;
      case RETIRE:
        this.#rounds.retire(bundle, view.head);
        break;
      default:
        this.#rounds.attest(bundle);
    }
  }
}
