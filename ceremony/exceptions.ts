/**
 * Exceptions as bundles carry them: each by exactly one, everybody's in the order of their numbers and without gaps.
 * They are covered by the bundle's hash and change nothing else.
 */
import { EXCEPTION, type Bundle } from './bundle.ts';
import type { Envelope } from './envelope.ts';
import { CeremonyError } from './errors.ts';
import { describeRole, holderOf, roles, type PlanContext } from './plan.ts';
import { MAX_CARRIED, readException, type ExceptionCategory } from './rounds/exception.ts';
import type { Audit } from './rules.ts';

/** What these functions need of a view. */
interface Carried {
  readonly context: PlanContext;
  readonly bundles: readonly Bundle[];
}

/** What one exception says. */
export interface ExceptionFacts {
  readonly role: string;
  /** 1 for the first of this role. */
  readonly number: number;
  /** By the sender's clock. */
  readonly at: string;
  readonly category: ExceptionCategory;
  /** Id of the script's step that was on for the sender. */
  readonly step: string;
  readonly text: string;
}

/** An exception that everybody has seen, with the round whose bundle carries it. */
export interface RecordedException extends ExceptionFacts {
  readonly round: number;
}

/** All exceptions on record, in the order in which the bundles carry them. */
export function exceptionsOf(view: Carried): RecordedException[] {
  return view.bundles.flatMap(({ round, exceptions }) =>
    exceptions.map((envelope) => ({ ...exceptionFacts(view.context, envelope), round })),
  );
}

/** What an exception says. `envelope` was opened (`openEnvelope`) in the slot of an exception. */
export function exceptionFacts(context: PlanContext, envelope: Envelope): ExceptionFacts {
  const { sender, attempt, at } = envelope.payload;
  const { category, step, text } = readException(context, envelope, `Exception of ${sender}`);
  return { role: sender, number: attempt, at, category, step, text };
}

/** First exceptions before second ones, so that whoever says much does not keep the others from being heard. */
export function inOrder({ plan }: PlanContext): (a: Envelope, b: Envelope) => number {
  const order = roles(plan).map(({ role }): string => role);
  return ({ payload: a }, { payload: b }) =>
    a.attempt - b.attempt || order.indexOf(a.sender) - order.indexOf(b.sender);
}

/** How many exceptions of each role the bundles so far carry. */
function counts(view: Carried): Map<string, number> {
  const count = new Map<string, number>();
  for (const { exceptions } of view.bundles)
    for (const { payload } of exceptions) count.set(payload.sender, payload.attempt);
  return count;
}

/**
 * Whether two different exceptions with this one's number convict their author. Only holders can end a ceremony, so of
 * anybody else's the one that is carried counts, and a second one is as if nobody had signed it.
 */
export function convicts({ payload }: Envelope): boolean {
  return holderOf(payload.sender) !== undefined;
}

/** Those that the next bundle has to carry, of all that have arrived. One that comes before its turn waits. */
export function nextExceptions(view: Carried, arrived: readonly Envelope[]): Envelope[] {
  const count = counts(view);
  const next: Envelope[] = [];
  for (const envelope of [...arrived].sort(inOrder(view.context))) {
    const { round, sender, attempt } = envelope.payload;
    if (round !== EXCEPTION || attempt !== (count.get(sender) ?? 0) + 1) continue;
    count.set(sender, attempt);
    next.push(envelope);
    if (next.length === MAX_CARRIED) break;
  }
  return next;
}

/** The first exception of a bundle that has no place there, and why; undefined when all have. */
export function misplacedException(
  view: Carried,
  bundle: Pick<Bundle, 'round' | 'exceptions'>,
): { envelope: Envelope; reason: string } | undefined {
  const count = counts(view);
  const compare = inOrder(view.context);
  for (const [at, envelope] of bundle.exceptions.entries()) {
    const { round, sender, attempt } = envelope.payload;
    const carried = count.get(sender) ?? 0;
    const named = `exception ${attempt} of ${sender}`;
    const found = (reason: string): { envelope: Envelope; reason: string } => ({
      envelope,
      reason: `The bundle of round ${bundle.round} ${reason}.`,
    });
    const before = bundle.exceptions[at - 1];
    if (round !== EXCEPTION) return found(`carries an envelope of ${sender} as an exception that is none`);
    if (attempt <= carried) return found(`carries ${named}, which was carried already`);
    if (attempt > carried + 1)
      return found(`carries ${named}, but exception ${carried + 1} was carried by none`);
    if (before !== undefined && compare(before, envelope) >= 0)
      return found(`carries ${named} in the wrong place`);
    if (at >= MAX_CARRIED) return found(`carries more than ${MAX_CARRIED} exceptions`);
    count.set(sender, attempt);
  }
  return undefined;
}

/** Throws `bad-bundle` unless every exception of the bundle has its place there, once. */
export function checkExceptions(view: Carried, bundle: Bundle, audit: Audit): void {
  const misplaced = misplacedException(view, bundle);
  if (misplaced !== undefined)
    throw new CeremonyError(
      'bad-bundle',
      misplaced.reason,
      'Ask the administrator to show the bundle again.',
    );
  for (const envelope of bundle.exceptions) {
    const { role, number, at, category, step, text } = exceptionFacts(view.context, envelope);
    audit.pass(
      'check_exceptions',
      `round ${bundle.round}: ${describeRole(view.context.plan, role)}, number ${number}, at ${at}, ${category}, at the step "${step}": "${text}"`,
    );
  }
}
