/**
 * The script: what each role does, as a table of steps with prerequisites by name. The wizard, the command line, the
 * rehearsal and the printed script are all driven by it, so no step can be skipped or done in the wrong order.
 */
import { ATTEST, APPROVE, CONFIRM, DEAL, RETIRE, SECURE } from './bundle.ts';
import { longText, text } from './fields.ts';
import { describeRole, planCode, type BackupKind, type PlanContext } from './plan.ts';

export type StepId =
  | 'join'
  | 'approve'
  | 'approved'
  | 'deal'
  | 'dealt'
  | 'confirm'
  | 'confirmed'
  | 'backups'
  | 'secure'
  | 'certificate'
  | 'cutover'
  | 'destroy'
  | 'retire'
  | 'retired'
  | 'attest'
  | 'attested'
  | 'discard'
  | 'sign-checkpoint'
  | 'file-record'
  | 'publish-plan'
  | 'collect'
  | 'checkpoint';

/** Something a person types that shows the step was really done. */
export interface EvidenceField {
  readonly name: string;
  /** Only for backups of these kinds; absent: always. */
  readonly only?: readonly BackupKind[];
  /** What to ask for, as a sentence without a full stop. */
  readonly question: string;
  /** Returns what is wrong with an answer, or undefined. */
  readonly check: (answer: string, context: PlanContext) => string | undefined;
}

export interface Step {
  readonly id: StepId;
  /** What happens, in the words of the room. */
  readonly title: string;
  /** Steps that must be done before this one can start. */
  readonly needs: readonly StepId[];
  /** `others`: nothing to do here but wait for a bundle. */
  readonly actor: 'person' | 'laptop' | 'others';
  /** The round whose bundle this step waits for, where the actor is `others`. */
  readonly round?: number;
  readonly evidence?: readonly EvidenceField[];
  /** True for steps that cannot be undone. */
  readonly final?: true;
}

/** What is wrong with an answer that goes into a signed statement as one line of text. */
export const checkText = (answer: string): string | undefined =>
  text.safeParse(answer.trim()).error?.issues[0]?.message;
/** "approve", or "decline: " and a reason that fits into the approval. */
const checkDecision = (answer: string): string | undefined => {
  const [, reason] = /^decline:\s*(\S.*)$/su.exec(answer.trim()) ?? [];
  if (reason !== undefined) return checkText(reason);
  return answer.trim() === 'approve' ? undefined : 'expected "approve" or "decline: <reason>"';
};
const checkRemarks = (answer: string): string | undefined =>
  longText.safeParse(answer.trim()).error?.issues[0]?.message;
const sameWords = (a: string, b: string): boolean =>
  a.trim().toLowerCase().split(/\s+/).join(' ') === b.toLowerCase();

/** Longest text that a sheet, or somebody who types one, gives. */
const MAX_SHEET_TEXT = 4096;
const checkSheetText = (answer: string): string | undefined => {
  if (answer.trim() === '') return 'nothing was read: scan the code of the sheet, or type its lines';
  return answer.length > MAX_SHEET_TEXT ? `expected at most ${MAX_SHEET_TEXT} characters` : undefined;
};

/** What is asked at a step, about a backup of this kind where it is about one. */
export function evidenceOf(step: Step, kind?: BackupKind): readonly EvidenceField[] {
  return (step.evidence ?? []).filter(
    ({ only }) => only === undefined || (kind !== undefined && only.includes(kind)),
  );
}

/** The sentences that are typed before what cannot be undone. */
export const CUTOVER_PHRASE = 'use the new shares';
export const DESTROY_PHRASE = 'destroy the old shares';

const phrase =
  (expected: string) =>
  (answer: string): string | undefined =>
    sameWords(answer, expected) ? undefined : `expected the words "${expected}"`;

const JOIN: Step = {
  id: 'join',
  title: 'Compare the four words of the plan with the other people, and join',
  needs: [],
  actor: 'person',
  evidence: [
    {
      name: 'code',
      question: 'The four words of the plan, as read aloud by somebody else',
      check: (answer, context) =>
        sameWords(answer, planCode(context))
          ? undefined
          : 'these are not the words of the plan on this laptop',
    },
  ],
};

/** Whoever joins must know beforehand of laptops that take the place of lost ones: the plan alone cannot vouch for them. */
function joinKnowing({ plan }: PlanContext): Step {
  const others = plan.replacedCards.map((index) => describeRole(plan, `holder-${index}`));
  if (others.length === 0) return JOIN;
  return {
    ...JOIN,
    evidence: (JOIN.evidence ?? []).map((field) => ({
      ...field,
      question: `${others.join(', ')}: comes with another laptop than the key record names. Hear from that person that the old one was lost. Only then: ${field.question.replace(/^T/, 't')}`,
    })),
  };
}

const wait = (id: StepId, title: string, round: number, needs: readonly StepId[]): Step => ({
  id,
  title,
  needs,
  actor: 'others',
  round,
});

const ROUNDS: readonly Step[] = [
  wait('approved', 'Wait for the approvals', APPROVE, ['join']),
  wait('dealt', 'Wait for the deals of all holders', DEAL, ['approved']),
  wait('confirmed', 'Wait for the confirmations of all holders', CONFIRM, ['dealt']),
  wait('certificate', 'Wait until every holder has declared its new share secure', SECURE, ['confirmed']),
  wait('retired', 'Wait until every holder has retired the old epoch', RETIRE, ['certificate']),
  wait('attested', 'Wait for the statements of the witnesses', ATTEST, ['retired']),
];

const CLOSING: readonly Step[] = [
  {
    id: 'sign-checkpoint',
    title: 'Compare the transcript and sign its checkpoint',
    needs: ['attested'],
    actor: 'laptop',
  },
  { id: 'file-record', title: 'File the record', needs: ['sign-checkpoint'], actor: 'laptop' },
];

const round = (id: StepId): Step => {
  const step = ROUNDS.find((candidate) => candidate.id === id);
  if (step === undefined) throw new Error(`no such round step: ${id}`);
  return step;
};

const HOLDER: readonly Step[] = [
  JOIN,
  round('approved'),
  {
    id: 'deal',
    title: 'Deal: make and seal the sub-shares for the others',
    needs: ['approved'],
    actor: 'laptop',
  },
  { ...round('dealt'), needs: ['deal'] },
  { id: 'confirm', title: 'Check what the others dealt, and confirm', needs: ['dealt'], actor: 'laptop' },
  { ...round('confirmed'), needs: ['confirm'] },
  {
    id: 'backups',
    title: 'Make the planned backups of the new share and read each one back',
    needs: ['confirmed'],
    actor: 'person',
    evidence: [
      {
        name: 'sheet',
        only: ['sealed-sheet', 'plain-sheet'],
        question: 'What the printed sheet says: its code, scanned, or its lines, typed',
        check: checkSheetText,
      },
      { name: 'serial', question: 'Serial number of the medium, or number of the bag', check: checkText },
      { name: 'witness', question: 'Name of the person who watched', check: checkText },
    ],
  },
  { id: 'secure', title: 'Prove the new share and declare it secure', needs: ['backups'], actor: 'laptop' },
  { ...round('certificate'), needs: ['secure'] },
  {
    id: 'cutover',
    title: 'Point of no return: make the new share the active one',
    needs: ['certificate'],
    actor: 'person',
    final: true,
    evidence: [{ name: 'phrase', question: `Type "${CUTOVER_PHRASE}"`, check: phrase(CUTOVER_PHRASE) }],
  },
  {
    id: 'destroy',
    title: 'Destroy the old share on this laptop (the backups of it are yours to destroy)',
    needs: ['cutover'],
    actor: 'person',
    final: true,
    evidence: [
      { name: 'phrase', question: `Type "${DESTROY_PHRASE}"`, check: phrase(DESTROY_PHRASE) },
      { name: 'witness', question: 'Name of the person who watched', check: checkText },
    ],
  },
  {
    id: 'retire',
    title: 'State what was destroyed, and sign the transcript so far',
    needs: ['destroy'],
    actor: 'laptop',
  },
  { ...round('retired'), needs: ['retire'] },
  round('attested'),
  ...CLOSING,
];

/** A key generation has no old share to destroy. */
const HOLDER_GENERATE: readonly Step[] = HOLDER.filter((step) => step.id !== 'destroy').map((step) =>
  step.id === 'retire' ? { ...step, needs: ['cutover'], title: 'Sign the transcript so far' } : step,
);

const APPROVER: readonly Step[] = [
  JOIN,
  {
    id: 'approve',
    title: 'Approve the plan, or decline it',
    needs: ['join'],
    actor: 'person',
    evidence: [
      {
        name: 'decision',
        question: 'Type "approve", or "decline: " and the reason',
        check: checkDecision,
      },
    ],
  },
  { ...round('approved'), needs: ['approve'] },
  ...ROUNDS.slice(1),
  { id: 'file-record', title: 'File the record', needs: ['attested'], actor: 'laptop' },
];

const WITNESS: readonly Step[] = [
  JOIN,
  ...ROUNDS.slice(0, -1),
  {
    id: 'attest',
    title: 'State whether the ceremony went as recorded',
    needs: ['retired'],
    actor: 'person',
    evidence: [
      {
        name: 'statement',
        question: 'Type "agree" or "do not agree"',
        check: (answer) =>
          /^(?:agree|do not agree)$/.test(answer.trim()) ? undefined : 'expected "agree" or "do not agree"',
      },
      { name: 'remarks', question: 'Remarks for the record (may be empty)', check: checkRemarks },
    ],
  },
  { ...round('attested'), needs: ['attest'] },
  ...CLOSING,
];

const ADMINISTRATOR: readonly Step[] = [
  { id: 'publish-plan', title: 'Show the plan to everybody', needs: [], actor: 'laptop' },
  {
    id: 'collect',
    title: 'Collect every round and show it to all',
    needs: ['publish-plan'],
    actor: 'laptop',
  },
  { id: 'checkpoint', title: 'Sign the checkpoint over the transcript', needs: ['collect'], actor: 'laptop' },
  { id: 'file-record', title: 'File the record', needs: ['checkpoint'], actor: 'laptop' },
];

/** What remains to be done by a role once the ceremony was aborted: nothing changes, and the record is closed. */
const ABORTED: Readonly<Record<'holder' | 'approver' | 'witness', readonly Step[]>> = {
  holder: [
    {
      id: 'discard',
      title: 'Discard what was prepared; the old share stays the active one',
      needs: [],
      actor: 'laptop',
    },
    { ...round('attested'), needs: ['discard'] },
    { id: 'file-record', title: 'File the record', needs: ['attested'], actor: 'laptop' },
  ],
  approver: [
    { ...round('attested'), needs: [] },
    { id: 'file-record', title: 'File the record', needs: ['attested'], actor: 'laptop' },
  ],
  witness: [
    ...WITNESS.filter((step) => step.id === 'attest').map((step) => ({ ...step, needs: [] })),
    { ...round('attested'), needs: ['attest'] },
    ...CLOSING,
  ],
};

/** The steps of a role in order. `aborted` selects what is left to do after an abort. */
export function script(context: PlanContext, role: string, aborted = false): readonly Step[] {
  if (role === 'administrator') return ADMINISTRATOR;
  const kind = role.startsWith('holder-') ? 'holder' : role.startsWith('approver-') ? 'approver' : 'witness';
  if (aborted) return ABORTED[kind];
  const steps =
    kind === 'approver'
      ? APPROVER
      : kind === 'witness'
        ? WITNESS
        : context.plan.kind === 'generate'
          ? HOLDER_GENERATE
          : HOLDER;
  return steps.map((step) => (step.id === 'join' ? joinKnowing(context) : step));
}
