/** How the steps of the script are grouped and asked on screen: headings, and the kind of each field. */
import {
  CUTOVER_PHRASE,
  DESTROY_PHRASE,
  evidenceOf,
  type EvidenceField,
  type Step,
  type StepId,
} from '../../../ceremony/script.ts';
import type { BackupKind } from '../../../ceremony/plan.ts';
import type { FieldState } from '../../ipc/state.ts';

const ACTS: Readonly<Record<StepId, string>> = {
  'publish-plan': 'Opening',
  join: 'Opening',
  approve: 'Opening',
  approved: 'Opening',
  collect: 'Rounds',
  deal: 'Deal',
  dealt: 'Deal',
  confirm: 'Confirm',
  confirmed: 'Confirm',
  backups: 'Secure',
  secure: 'Secure',
  certificate: 'Secure',
  cutover: 'Cutover',
  destroy: 'Retire',
  retire: 'Retire',
  retired: 'Retire',
  attest: 'Closing',
  attested: 'Closing',
  discard: 'Closing',
  'sign-checkpoint': 'Closing',
  checkpoint: 'Closing',
  'file-record': 'Closing',
};

/** The heading under which a step stands in the script. */
export function actOf(step: StepId): string {
  return ACTS[step];
}

const PHRASES: Readonly<Record<string, string>> = {
  'cutover.phrase': CUTOVER_PHRASE,
  'destroy.phrase': DESTROY_PHRASE,
};
const CHOICES: Readonly<Record<string, FieldState['choices']>> = {
  'attest.statement': [
    { value: 'agree', label: 'I agree: it went as the record says' },
    { value: 'do not agree', label: 'I do not agree' },
  ],
  'approve.decision': [
    { value: 'approve', label: 'Approve this plan' },
    { value: 'decline', label: 'Decline it: nobody can use it then' },
  ],
};

/** All that is typed at a step, about a backup of this `kind` where it is about one, as the window shows it. A decision and its reason are one answer in the script, and two fields here. */
export function fieldsOf(
  step: Step,
  complaints: ReadonlyMap<string, string>,
  kind?: BackupKind,
): FieldState[] {
  const fields = evidenceOf(step, kind).map((field) => fieldOf(step, field, complaints.get(field.name)));
  if (step.id !== 'approve') return fields;
  return [
    ...fields.map((field) => ({ ...field, question: 'What do you say to this plan?', complaint: null })),
    {
      name: REASON,
      question: 'Reason, if you decline',
      kind: 'text',
      expected: null,
      choices: [],
      complaint: complaints.get('decision') ?? null,
    },
  ];
}

const REASON = 'reason';

/** The answers as the script takes them. */
export function toScript(step: string, answers: Readonly<Record<string, string>>): Record<string, string> {
  const { [REASON]: reason = '', ...others } = answers;
  if (step !== 'approve' || answers['decision'] !== 'decline') return others;
  return { ...others, decision: `decline: ${reason}` };
}

/** Complaints of the script at the field of the window that they are about. */
export function toWindow(step: string, complaints: ReadonlyMap<string, string>): Record<string, string> {
  const found = Object.fromEntries(complaints);
  const { decision, ...others } = found;
  return step === 'approve' && decision !== undefined ? { ...others, [REASON]: decision } : found;
}

/** One thing to type at a step. */
function fieldOf(step: Step, field: EvidenceField, complaint: string | undefined): FieldState {
  const name = `${step.id}.${field.name}`;
  const expected = PHRASES[name] ?? null;
  const choices = CHOICES[name] ?? [];
  return {
    name: field.name,
    question: field.question,
    kind: kindOf(name, expected, choices),
    expected,
    choices: [...choices],
    complaint: complaint ?? null,
  };
}

function kindOf(name: string, expected: string | null, choices: FieldState['choices']): FieldState['kind'] {
  if (name === 'join.code') return 'words';
  if (expected !== null) return 'phrase';
  if (choices.length > 0) return 'choice';
  if (name === 'backups.sheet') return 'sheet';
  return name === 'attest.remarks' ? 'long' : 'text';
}
