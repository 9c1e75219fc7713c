/**
 * Dishonest holders, for rehearsals only: what `reseal rehearse --misbehave 2:wrong-sub-share` replaces in an honest
 * laptop, so that people see the others notice and name the culprit. Everything here refuses a plan that is not a
 * rehearsal.
 */
import { decodeEnvelope, signEnvelope } from '../../ceremony/envelope.ts';
import { CeremonyError } from '../../ceremony/errors.ts';
import { decodeMessage, encodeMessage } from '../../ceremony/message.ts';
import { channelPrefix, type ParticipantPorts } from '../../ceremony/participant.ts';
import type { PlanContext } from '../../ceremony/plan.ts';
import { STANDARD_CONTRIBUTIONS, type Contributions } from '../../ceremony/rounds/contributions.ts';
import { evaluate } from '../../crypto/polynomial.ts';
import { UsageError } from '../../laptop/errors.ts';

export const MISBEHAVIOURS = [
  'wrong-sub-share',
  'wrong-degree',
  'wrong-constant-term',
  'false-complaint',
  'equivocation',
  'wrong-proof-share',
] as const;
export type MisbehaviourKind = (typeof MISBEHAVIOURS)[number];

/** What the dishonest holder does, as a sentence to print before the rehearsal. */
export const WHAT_IT_DOES: Readonly<Record<MisbehaviourKind, string>> = {
  'wrong-sub-share':
    'In round 1 it seals a sub-share to one other holder that does not fit the commitments it signed.',
  'wrong-degree':
    'In round 1 it commits to a polynomial of one degree too many, which would raise the threshold unnoticed.',
  'wrong-constant-term':
    'In round 1 its constant term is not the one it must be, which would change the key (refresh) or let it choose the key (generate).',
  'false-complaint': 'In round 2 it complains about a holder whose sub-share is right.',
  equivocation: 'In round 1 it signs a second, different deal, for others to be shown.',
  'wrong-proof-share': 'In round 3 it gives a signature share that is not valid.',
};

/** Who misbehaves, and how. */
export interface Dishonesty {
  /** Index of the holder. */
  readonly holder: number;
  readonly kind: MisbehaviourKind;
}

/**
 * Reads `HOLDER:KIND`, such as `2:wrong-degree`. `indices` are those of the plan's holders. Throws UsageError that
 * says which half does not fit, and what would.
 */
export function parseMisbehaviour(text: string, indices: readonly number[]): Dishonesty {
  const [, index = '', name = ''] = /^([^:]*):(.*)$/.exec(text) ?? [];
  if (index === '' || name === '')
    throw new UsageError(
      `--misbehave: expected a holder and a kind such as "${indices[0] ?? 1}:wrong-degree", found "${text}".`,
    );
  const holder = indices.find((candidate) => String(candidate) === index);
  if (holder === undefined)
    throw new UsageError(
      `--misbehave: there is no holder "${index}" in this rehearsal: expected one of ${indices.join(', ')}.`,
    );
  const kind = MISBEHAVIOURS.find((candidate) => candidate === name);
  if (kind === undefined)
    throw new UsageError(`--misbehave: unknown kind "${name}": expected one of ${MISBEHAVIOURS.join(', ')}.`);
  return { holder, kind };
}

/**
 * The contributions of a holder that misbehaves in this way. Equivocation is not a contribution: its table is the
 * honest one, see `equivocate`. Throws `rehearsal-mismatch` when the plan is not a rehearsal, here and again in every
 * function that it returns.
 */
export function dishonest(kind: MisbehaviourKind, plan: Pick<PlanContext, 'plan'>): Contributions {
  onlyInRehearsals(plan);
  const honest = STANDARD_CONTRIBUTIONS;
  switch (kind) {
    case 'wrong-sub-share':
      return {
        ...honest,
        contributeDeal: (context, index, dealing, random) => {
          onlyInRehearsals(context);
          const victim = another(context, index);
          const subShare = (to: number): bigint =>
            evaluate(context.suite, dealing.polynomial, to) + (to === victim ? 1n : 0n);
          return honest.contributeDeal(context, index, { ...dealing, subShare }, random);
        },
      };
    case 'wrong-degree':
      return {
        ...honest,
        chooseDealing: (context, index, share, random) => {
          onlyInRehearsals(context);
          const dealing = honest.chooseDealing(context, index, share, random);
          const top = context.suite.randomScalar(random);
          return { ...dealing, polynomial: { coefficients: [...dealing.polynomial.coefficients, top] } };
        },
      };
    case 'wrong-constant-term':
      return {
        ...honest,
        // The proof that goes with the dealing is that of the honest constant; in a refresh, where the constant is
        // zero and not committed to, every sub-share is off by the new one.
        chooseDealing: (context, index, share, random) => {
          onlyInRehearsals(context);
          const dealing = honest.chooseDealing(context, index, share, random);
          const constant = context.suite.randomScalar(random);
          return {
            ...dealing,
            polynomial: { coefficients: [constant, ...dealing.polynomial.coefficients.slice(1)] },
          };
        },
        // To itself it seals what fits, or it would complain about itself.
        contributeDeal: (context, index, dealing, random) => {
          onlyInRehearsals(context);
          const constant = context.plan.kind === 'refresh' ? (dealing.polynomial.coefficients[0] ?? 0n) : 0n;
          const subShare = (to: number): bigint =>
            evaluate(context.suite, dealing.polynomial, to) - (to === index ? constant : 0n);
          return honest.contributeDeal(context, index, { ...dealing, subShare }, random);
        },
      };
    case 'false-complaint':
      return {
        ...honest,
        openSubShares: (context, _deal, index) => {
          onlyInRehearsals(context);
          return { culprit: another(context, index) };
        },
      };
    case 'wrong-proof-share':
      return {
        ...honest,
        contributeSecure: (context, ...rest) => {
          onlyInRehearsals(context);
          const body = honest.contributeSecure(context, ...rest);
          // A byte in the middle: the share stays a scalar below the order, in either byte order.
          const signatureShares = body.signatureShares.map(([proof, share]): [number, Uint8Array] => [
            proof,
            share.with(16, (share[16] ?? 0) ^ 1),
          ]);
          return { ...body, signatureShares };
        },
      };
    case 'equivocation':
      return honest;
  }
}

/**
 * Signs and shows a second, different deal of a role that has shown one, going around the journal that keeps an honest
 * laptop from it. To be called after each step of the role until it returns true; false means that there is no first
 * deal yet. Throws `rehearsal-mismatch` when the plan is not a rehearsal.
 */
export async function equivocate(
  context: PlanContext,
  role: string,
  ports: Pick<ParticipantPorts, 'journal' | 'signer' | 'channel'>,
): Promise<boolean> {
  onlyInRehearsals(context);
  const slot = `${role}-r1-a1`;
  const stored = await ports.journal.get(`out-${slot}`);
  if (stored === undefined) return false;
  const first = decodeMessage(stored);
  if (first.type !== 'envelope') throw new Error('The journal has no envelope in the place of the deal.');
  const { payload } = decodeEnvelope(first.envelope);
  const body = { ...payload.body, readiness: { vault: 'told differently', checkedBackups: [] } };
  const second = await signEnvelope({ ...payload, body }, ports.signer);
  await ports.channel.show(
    `${channelPrefix(context)}-${slot}-second`,
    encodeMessage({ ...first, envelope: second.bytes }),
  );
  return true;
}

/** The holder after this one, around the table. */
function another(context: PlanContext, index: number): number {
  const { indices } = context;
  return indices[(indices.indexOf(index) + 1) % indices.length] ?? index;
}

function onlyInRehearsals(context: Pick<PlanContext, 'plan'>): void {
  if (!context.plan.rehearsal)
    throw new CeremonyError(
      'rehearsal-mismatch',
      `The plan for "${context.plan.keyName}" is not a rehearsal: nobody misbehaves on purpose there.`,
      'Leave out --misbehave, or plan a rehearsal.',
    );
}
