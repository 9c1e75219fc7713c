/** Plans in the making: what is wrong with a draft, field by field, and the plan it becomes. */
import { CeremonyError } from '../../../ceremony/errors.ts';
import { CryptoError } from '../../../crypto/errors.ts';
import type { Card } from '../../../ceremony/card.ts';
import type { PlanContext } from '../../../ceremony/plan.ts';
import { MOST_RECIPIENTS, planBackup, recipientsProblem } from '../../../ceremony/planned-backup.ts';
import { makePlan, replacementNotes, sizeNote, type PlanRequest } from '../../../laptop/plans.ts';
import type { PlanCheck, PlanDraft } from '../../ipc/documents.ts';
import type { Shelf } from './shelf.ts';

type Problem = PlanCheck['problems'][number];

/** Fields of a plan by the field of the draft that they come from, where the names differ. */
const DRAFT_FIELD: Readonly<Record<string, string>> = { before: 'record', proofs: 'scheme', suite: 'suite' };

/** What is wrong with a draft, and what the plan would say. Never throws for a bad draft. */
export function checkDraft(draft: PlanDraft, shelf: Shelf, rehearsal: boolean): PlanCheck {
  const problems = missingParts(draft);
  if (problems.length > 0) return { problems, warnings: [], summary: null };
  try {
    const { plan } = planOf(draft, shelf, rehearsal);
    const large = sizeNote(plan.holders.length);
    return {
      problems: [],
      warnings: [
        ...replacementNotes(plan),
        ...(plan.backups.length === 0
          ? ['The plan asks for no backup: a laptop that breaks takes its share with it.']
          : []),
        ...(plan.approvalsNeeded === 0 ? ['Nobody has to approve this plan.'] : []),
        ...(plan.witnesses.length === 0 ? ['Nobody is named as a witness.'] : []),
        ...(large === undefined ? [] : [large]),
      ],
      summary: {
        epoch: plan.epoch,
        holders: plan.holders.length,
        threshold: plan.threshold,
        proofs: plan.proofs.length,
        backups: plan.backups.length,
        rehearsal: plan.rehearsal,
        due: plan.cryptoperiodDays === null ? null : addDays(plan.created, plan.cryptoperiodDays),
      },
    };
  } catch (error) {
    return { problems: [problemOf(error)], warnings: [], summary: null };
  }
}

/** The plan that a draft becomes. Throws CeremonyError. */
export function planOf(draft: PlanDraft, shelf: Shelf, rehearsal: boolean): PlanContext {
  const before = draft.kind === 'refresh' ? shelf.record(draft.record ?? '') : null;
  const holders = new Map<number, Card>();
  for (const { index, card } of draft.holders) if (card !== null) holders.set(index, shelf.card(card));
  const indices = before?.holders.map(({ index }) => index) ?? [...holders.keys()];
  const request: PlanRequest = {
    kind: draft.kind,
    keyName: before?.name ?? draft.keyName.trim(),
    suite: before?.suite ?? draft.suite,
    threshold: before?.threshold ?? draft.threshold,
    rehearsal,
    before,
    holders,
    // A card for a holder whom the record names already: that laptop was lost.
    replacedCards: (before?.holders ?? []).flatMap(({ index, sealingKey }) =>
      sealingKey !== null && holders.has(index) ? [index] : [],
    ),
    administrator: shelf.card(draft.administrator ?? ''),
    approvers: draft.approvers.map((id) => shelf.card(id)),
    approvalsNeeded: draft.approvalsNeeded,
    witnesses: draft.witnesses.map((id) => shelf.card(id)),
    backups: draft.backups.flatMap(({ kind, label, recipients = '' }) =>
      indices.map((holder) => planBackup(holder, kind, label.trim(), recipientsIn(recipients))),
    ),
    cryptoperiodDays: draft.cryptoperiod,
    ...((before?.suite ?? draft.suite) === 'secp256k1' ? { scheme: draft.scheme } : {}),
  };
  return makePlan(request);
}

/** What nobody has filled in yet; the rest is judged by the plan's own rules. */
function missingParts(draft: PlanDraft): Problem[] {
  const problems: Problem[] = [];
  const missing = (field: string, message: string, next: string | null = null): void => {
    problems.push({ field, message, next });
  };
  if (draft.kind === 'refresh') {
    if (draft.record === null)
      missing('record', 'No key is chosen.', 'Choose the key that is to be refreshed.');
  } else {
    if (draft.keyName.trim() === '') missing('keyName', 'The key has no name yet.');
    const cards = draft.holders.filter(({ card }) => card !== null);
    if (cards.length < 2)
      missing(
        'holders',
        `A key needs at least two holders; there ${cards.length === 1 ? 'is one' : 'are none'}.`,
      );
    if (draft.threshold < 2) missing('threshold', 'At least two signers must be needed.');
    else if (draft.threshold > cards.length && cards.length >= 2)
      missing('threshold', `${draft.threshold} signers cannot come from ${cards.length} holders.`);
    const indices = draft.holders.map(({ index }) => index);
    const twice = indices.find((index, at) => indices.indexOf(index) !== at);
    if (twice !== undefined) missing('holders', `Two holders have the number ${twice}.`);
    if (indices.some((index) => index < 1 || index > 65535))
      missing('holders', 'Numbers of holders go from 1 to 65535.');
    if (draft.holders.some(({ card }) => card === null)) missing('holders', 'A holder has no card yet.');
  }
  if (draft.administrator === null)
    missing(
      'administrator',
      'Nobody is chosen as administrator.',
      'Choose whoever collects and shows the messages.',
    );
  if (draft.backups.some(({ label }) => label.trim() === ''))
    missing('backups', 'A backup has no label yet.');
  for (const { kind, label, recipients = '' } of draft.backups)
    if (kind === 'recipients-file') missingRecipients(label, recipientsIn(recipients), missing);
  return problems;
}

/** What is typed for recipients, one by one. */
const recipientsIn = (text: string): string[] => text.split(/[\s,;]+/).filter((word) => word !== '');

/** The plan's rules too, with the label of the backup in front: a draft shows all its backups on one screen. */
function missingRecipients(
  label: string,
  recipients: readonly string[],
  missing: (field: string, message: string) => void,
): void {
  const of = `"${label.trim()}":`;
  if (recipients.length === 0) missing('backups', `${of} no recipient is named, so nobody could open it.`);
  if (recipients.length > MOST_RECIPIENTS)
    missing('backups', `${of} ${recipients.length} recipients; at most ${MOST_RECIPIENTS} are taken.`);
  const sorted = [...recipients].sort();
  const wrong = recipientsProblem(sorted);
  if (wrong !== undefined)
    missing(
      'backups',
      `${of} recipient ${recipients.indexOf(sorted[wrong.at] ?? '') + 1}: ${wrong.sentence}`,
    );
}

/** A refusal of the plan's rules, at the field of the draft that it comes from. */
function problemOf(error: unknown): Problem {
  if (!(error instanceof CeremonyError || error instanceof CryptoError)) throw error;
  const [, path = ''] = /field "([^"]+)"/.exec(error.message) ?? [];
  const field = path.split(/[. ]/)[0] ?? '';
  const message = error.message.replace(/^Plan: (?:field "[^"]*": )?/, '');
  return {
    field: error.message.includes('threshold') && field === '' ? 'threshold' : (DRAFT_FIELD[field] ?? field),
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}`,
    next: error instanceof CeremonyError ? (error.next ?? null) : null,
  };
}

function addDays(time: string, days: number): string {
  return `${new Date(Date.parse(time) + days * 86_400_000).toISOString().slice(0, 19)}Z`;
}
