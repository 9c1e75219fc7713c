/** How the steps of the script are grouped and asked on screen: headings, and the kind of each field. */
import {
  CUTOVER_PHRASE,
  DESTROY_PHRASE,
  type EvidenceField,
  type Step,
  type StepId,
} from '../../../ceremony/script.ts';
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
    { value: 'decline: ', label: 'Decline it, with a reason' },
  ],
};

/** One thing to type at a step, as the window shows it. */
export function fieldOf(step: Step, field: EvidenceField, complaint: string | undefined): FieldState {
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
  return name === 'attest.remarks' ? 'long' : 'text';
}
