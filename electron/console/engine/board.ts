/** Who has sent what: the table of people and rounds, and the list of those we wait for. */
import { keyId } from '../../../crypto/identity.ts';
import { toWords } from '../../../crypto/words.ts';
import { MAX_ATTEMPTS_AHEAD } from '../../../ceremony/attempts.ts';
import { identityFromField } from '../../../ceremony/card.ts';
import { ATTEST, contributors, ROUND_NAMES } from '../../../ceremony/bundle.ts';
import { roles, type PlanContext } from '../../../ceremony/plan.ts';
import type { View } from '../../../ceremony/view.ts';
import type { Arrival } from '../../../laptop/arrivals.ts';
import type { BoardRow, CurrentStep } from '../../ipc/state.ts';

/** "Holder 2", "Witness 1", "Administrator". */
export function roleTitle(role: string): string {
  return `${role.charAt(0).toUpperCase()}${role.slice(1)}`.replace('-', ' ');
}

/** The attempt at rounds 2 and 3 that is being worked on: the highest that was begun. */
function attemptOf(view: View, arrivals: readonly Arrival[], round: number): number {
  if (round !== 2 && round !== 3) return 1;
  const accepted = view.bundles.find((bundle) => bundle.round === 2)?.attempt ?? 1;
  // As the administrator does: a number far ahead is somebody's prank, and nobody follows it.
  const most = accepted + MAX_ATTEMPTS_AHEAD;
  return arrivals.reduce(
    (highest, { round: of, attempt }) => (of === 2 && attempt <= most ? Math.max(highest, attempt) : highest),
    accepted,
  );
}

/** Roles whose envelope of this round has not been seen. */
export function missing(
  context: PlanContext,
  view: View,
  arrivals: readonly Arrival[],
  round: number,
): string[] {
  const attempt = attemptOf(view, arrivals, round);
  return contributors(context, round).filter(
    (role) =>
      !arrivals.some(
        (arrival) => arrival.sender === role && arrival.round === round && arrival.attempt >= attempt,
      ),
  );
}

/** The round that is collected now: also round 2 again, when somebody has to repeat it. */
export function openRound(view: View, arrivals: readonly Arrival[]): number | undefined {
  const accepted = view.bundles.find((bundle) => bundle.round === 2)?.attempt;
  const repeats = view.next === 3 && accepted !== undefined && attemptOf(view, arrivals, 2) > accepted;
  return repeats ? 2 : view.next;
}

/** The table, in the order of the plan. */
export function board(
  context: PlanContext,
  view: View,
  arrivals: readonly Arrival[],
  own: ReadonlySet<string>,
): BoardRow[] {
  const now = openRound(view, arrivals);
  return roles(context.plan).map(({ role, name, identity }) => ({
    role,
    title: roleTitle(role),
    name,
    words: toWords(keyId(identityFromField(identity)).slice(0, 4)),
    own: own.has(role),
    cells: Array.from({ length: ATTEST + 1 }, (_, round) =>
      cell(context, view, arrivals, { role, round, now }),
    ),
  }));
}

function cell(
  context: PlanContext,
  view: View,
  arrivals: readonly Arrival[],
  { role, round, now }: { role: string; round: number; now: number | undefined },
): BoardRow['cells'][number] {
  const accepted = round === now ? undefined : view.bundles.find((bundle) => bundle.round === round);
  const envelope = accepted?.envelopes.find((one) => one.payload.sender === role);
  if (envelope !== undefined) return { state: 'done', at: envelope.payload.at };
  if (!contributors(context, round).includes(role)) return { state: 'none', at: null };
  const attempt = attemptOf(view, arrivals, round);
  const arrival = arrivals.find(
    (one) => one.sender === role && one.round === round && one.attempt >= attempt,
  );
  if (arrival !== undefined && accepted === undefined && (now === undefined || round >= now))
    return { state: 'here', at: arrival.at };
  return { state: round === now ? 'due' : 'none', at: null };
}

/** Whom a laptop waits for that has nothing to do itself. */
export function waitingFor(
  context: PlanContext,
  view: View,
  arrivals: readonly Arrival[],
  own: ReadonlySet<string>,
): CurrentStep['waitingFor'] {
  const round = openRound(view, arrivals);
  const { plan } = context;
  const administrator = { who: `${plan.administrator.name} (administrator)` };
  if (round === undefined) return [{ ...administrator, what: 'the signed checkpoint' }];
  const names = new Map(roles(plan).map(({ role, name }) => [role as string, name]));
  const absent = missing(context, view, arrivals, round).filter((role) => !own.has(role));
  const enough = round === 0 && contributors(context, 0).length - absent.length >= plan.approvalsNeeded;
  if (absent.length === 0 || enough)
    return [{ ...administrator, what: `the bundle of ${ROUND_NAMES[round] ?? ''}` }];
  return absent.map((role) => ({
    who: `${names.get(role) ?? role} (${roleTitle(role).toLowerCase()})`,
    what: ROUND_NAMES[round] ?? '',
  }));
}
