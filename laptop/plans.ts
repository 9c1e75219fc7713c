/** Making plans from cards and key records. */
import { randomBytes } from 'node:crypto';
import type { Card } from '../ceremony/card.ts';
import { CeremonyError } from '../ceremony/errors.ts';
import type { KeyRecord } from '../ceremony/key-record.ts';
import { encodeMessage } from '../ceremony/message.ts';
import { channelPrefix } from '../ceremony/participant.ts';
import type { Channel } from '../ceremony/ports.ts';
import {
  decodePlan,
  encodePlan,
  standardProofs,
  USUAL_DESTRUCTION_DAYS,
  USUAL_RETENTION,
  type Plan,
  type PlanContext,
} from '../ceremony/plan.ts';
import type { SuiteName } from '../crypto/suite.ts';

/** Committees above this size get a warning (PROTOCOL §6, item 14). */
export const LARGE_COMMITTEE = 50;

export interface PlanRequest {
  readonly kind: Plan['kind'];
  readonly keyName: string;
  readonly suite: SuiteName;
  readonly threshold: number;
  readonly rehearsal: boolean;
  /** Refresh: the key as it is now. */
  readonly before: KeyRecord | null;
  /** Cards of the holders by index; for a refresh only of those whose laptop the key record does not name, or no longer. */
  readonly holders: ReadonlyMap<number, Card>;
  /** Holders whose card takes the place of the one that the key record names: their laptop was lost. */
  readonly replacedCards?: readonly number[];
  readonly administrator: Card;
  readonly approvers: readonly Card[];
  readonly approvalsNeeded: number;
  readonly witnesses: readonly Card[];
  readonly backups: Plan['backups'];
  /** Days until the epoch is to be refreshed; null: on demand. */
  readonly cryptoperiodDays: Plan['cryptoperiodDays'];
  /** Days within which old backups are destroyed; 30 when absent. */
  readonly destroyBackupsWithinDays?: number;
  /** Years that the record is kept; 7 when absent. */
  readonly retentionYears?: number;
  /** Why the record must be kept beyond that; null when absent. */
  readonly legalHold?: string | null;
  readonly scheme?: Plan['proofs'][number]['scheme'];
}

/** Builds, checks and encodes a plan. Throws CeremonyError naming the field that is wrong. */
export function makePlan(request: PlanRequest): PlanContext {
  const holders = holdersOf(request);
  const indices = holders.map((holder) => holder.index);
  const person = (card: Card): Plan['administrator'] => ({ name: card.name, identity: card.identity });
  for (const card of [
    request.administrator,
    ...request.approvers,
    ...request.witnesses,
    ...request.holders.values(),
  ])
    if (card.rehearsal !== request.rehearsal)
      throw new CeremonyError(
        'rehearsal-mismatch',
        `The card of "${card.name}" is ${card.rehearsal ? 'for rehearsals' : 'for real keys'}, the plan is not.`,
        'Make the card on the right vault of that laptop.',
      );
  const plan: Plan = {
    format: 'reseal-plan-1',
    rehearsal: request.rehearsal,
    kind: request.kind,
    suite: request.suite,
    keyName: request.keyName,
    threshold: request.threshold,
    epoch: request.before === null ? 0 : request.before.epoch + 1,
    before: request.before,
    sealing: 'DHKEM-P256-HKDF-SHA256-AES256GCM',
    holders,
    replacedCards: [...(request.replacedCards ?? [])].sort((a, b) => a - b),
    administrator: person(request.administrator),
    approvers: request.approvers.map(person),
    approvalsNeeded: request.approvalsNeeded,
    witnesses: request.witnesses.map(person),
    backups: request.backups,
    proofs: standardProofs(request.suite, indices, request.threshold).map((proof) => ({
      ...proof,
      scheme: request.scheme ?? proof.scheme,
    })),
    created: `${new Date().toISOString().slice(0, 19)}Z`,
    cryptoperiodDays: request.cryptoperiodDays,
    destroyBackupsWithinDays: request.destroyBackupsWithinDays ?? USUAL_DESTRUCTION_DAYS,
    retentionYears: request.retentionYears ?? USUAL_RETENTION,
    legalHold: request.legalHold ?? null,
    nonce: randomBytes(16).toString('hex'),
  };
  return decodePlan(encodePlan(plan));
}

/** Shows a plan in the courier's folder, for everybody who has a role in it. */
export function showPlan(channel: Pick<Channel, 'show'>, context: PlanContext): Promise<void> {
  return channel.show(
    `${channelPrefix(context)}-plan`,
    encodeMessage({ reseal: 1, type: 'plan', plan: context.bytes }),
  );
}

function holdersOf({ before, holders, replacedCards = [] }: PlanRequest): Plan['holders'] {
  const indices =
    before === null
      ? [...holders.keys()].sort((a, b) => a - b)
      : before.holders.map((holder) => holder.index);
  for (const index of holders.keys())
    if (!indices.includes(index))
      throw new CeremonyError('bad-plan', `Plan: field "holders": the key has no holder ${index}.`);
  return indices.map((index) => {
    const known = before?.holders.find((holder) => holder.index === index);
    const card = holders.get(index);
    if (known?.identity && known.sealingKey && !replacedCards.includes(index)) {
      if (card !== undefined && card.identity.key !== known.identity.key)
        throw new CeremonyError(
          'bad-plan',
          `Plan: field "holders": the key record names another laptop for holder ${index} than this card.`,
          `Where that laptop was lost, put the other one in its place: --replace ${index}=FILE.`,
        );
      return {
        index,
        name: known.name ?? card?.name ?? `Holder ${index}`,
        identity: known.identity,
        sealingKey: known.sealingKey,
      };
    }
    if (card === undefined)
      throw new CeremonyError(
        'bad-plan',
        `Plan: field "holders": the key record does not say which laptop holder ${index} works on.`,
        `Give the enrolment card of that laptop: --holder ${index}=FILE.`,
      );
    return { index, name: card.name, identity: card.identity, sealingKey: card.sealingKey };
  });
}

/** What everybody must know of holders who come with another laptop than the key record names. */
export function replacementNotes({
  holders,
  replacedCards,
}: Pick<Plan, 'holders' | 'replacedCards'>): string[] {
  return holders
    .filter(({ index }) => replacedCards.includes(index))
    .map(
      ({ index, name }) =>
        `Holder ${index} (${name}) comes with another laptop than the key record names. Hear from ${name} in person that the old one was lost. Only a laptop that has this holder's share can take part.`,
    );
}

/** What to tell whoever plans with this many holders; undefined when there is nothing to say. */
export function sizeNote(holders: number): string | undefined {
  return holders > LARGE_COMMITTEE
    ? `The plan has ${holders} holders, more than ${LARGE_COMMITTEE}. Adaptive security of FROST (against somebody who chooses whom to corrupt as things go on) is not proven for large committees: Crites and Stewart, ePrint 2025/1001. Fewer holders are safer.`
    : undefined;
}
