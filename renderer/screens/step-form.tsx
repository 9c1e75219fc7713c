/** The fields of a step, what is wrong with them, and the answer on its way to the program. */
import { useState, type ReactNode } from 'react';
import type { CurrentStep, FieldState } from '../../electron/ipc/state.ts';
import { Choice } from '../design/choice.tsx';
import { Field, LongField } from '../design/field.tsx';
import { Refused } from '../design/notice.tsx';
import { PhraseField, isPhrase } from '../design/phrase-field.tsx';
import { WordsField } from '../design/words-field.tsx';
import type { Failure } from '../bridge.ts';
import { draft, go, useAction, useConsole } from '../store.ts';
import { SheetField } from './sheet-field.tsx';
import { backupKind, fieldLabel, type StepScene } from './steps.ts';

/** How many words a code has. */
const CODE_WORDS = 4;

export interface StepAnswers {
  readonly form: string;
  /** The button cannot be pressed: a phrase is not complete, or an answer is on its way. */
  readonly off: boolean;
  readonly values: Readonly<Record<string, string>>;
  readonly change: (field: string, value: string) => void;
  readonly complaintOf: (field: FieldState) => string | null;
  readonly send: () => void;
  readonly failure: Failure | null;
}

const NOTHING: Readonly<Record<string, string>> = {};

export function useStepAnswers({ ceremony, part, current }: StepScene, key: string): StepAnswers {
  const values = useConsole((store) => store.drafts[key]) ?? NOTHING;
  const [complaints, setComplaints] = useState<Readonly<Record<string, string>>>({});
  // Fields whose last complaint was answered by typing again.
  const [touched, setTouched] = useState<readonly string[]>([]);
  const answer = useAction('step:answer', 'Doing what you answered');
  const phrases = current.fields.filter((field) => field.kind === 'phrase');
  const off =
    answer.busy || phrases.some((field) => !isPhrase(values[field.name] ?? '', field.expected ?? ''));
  const send = (): void => {
    if (off) return;
    const answers = Object.fromEntries(current.fields.map(({ name }) => [name, values[name] ?? '']));
    void answer
      .run({
        ceremony: ceremony.id,
        role: part.role,
        step: current.id,
        about: current.about,
        seen: current.seen,
        answers,
      })
      .then((result) => {
        if (!result.ok) return;
        setComplaints(result.value.complaints);
        setTouched([]);
        const wrong = current.fields.find(({ name }) => result.value.complaints[name] !== undefined);
        if (wrong !== undefined) {
          focusField(wrong.name);
          return;
        }
        draft(key, null);
        // From here on the window opens the role that needs somebody. The new state may have come before this answer, and
        // may have led elsewhere already.
        if (useConsole.getState().view.screen === 'ceremony')
          go({ screen: 'ceremony', ceremony: ceremony.id, role: null });
      });
  };
  return {
    form: 'step-form',
    off,
    values,
    change: (field, value) => {
      draft(key, { ...values, [field]: value });
      setTouched([...touched, field]);
    },
    complaintOf: (field) =>
      touched.includes(field.name) ? null : (complaints[field.name] ?? field.complaint),
    send,
    failure: answer.failure,
  };
}

/** To the field that complains, with its label and what is wrong with it in view. */
function focusField(name: string): void {
  // The complaint has to be there first.
  setTimeout(() => {
    const field = document.querySelector<HTMLElement>(
      `#step-form :is([name="${CSS.escape(name)}"], [data-field="${CSS.escape(name)}"])`,
    );
    field?.focus({ preventScroll: true });
    field?.closest('.field, .choice')?.scrollIntoView({ block: 'nearest' });
  });
}

export function StepForm({
  scene,
  answers,
}: {
  readonly scene: StepScene;
  readonly answers: StepAnswers;
}): ReactNode {
  return (
    <form
      id={answers.form}
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        answers.send();
      }}
    >
      <Refused failure={answers.failure ?? problemOf(scene.current)} />
      {scene.current.fields
        .filter((field) => isAsked(scene.current.id, field, answers))
        .map((field, at) => (
          <StepField
            key={field.name}
            step={scene.current.id}
            plain={backupKind(scene) === 'plain-sheet'}
            field={field}
            first={at === 0}
            answers={answers}
          />
        ))}
    </form>
  );
}

/** What went wrong with the last answer although nothing was wrong with it: it stays until the answer is given again. */
function problemOf({ problem }: CurrentStep): Failure | null {
  return problem === null ? null : { code: 'refused', reason: null, ...problem };
}

/** A reason is asked for where there is something to give it for. */
const isAsked = (step: string, field: FieldState, { values }: StepAnswers): boolean =>
  step !== 'approve' || field.name !== 'reason' || values['decision'] === 'decline';

function StepField({
  step,
  plain,
  field,
  first,
  answers,
}: {
  readonly step: string;
  /** The sheet that is read back holds the share itself. */
  readonly plain: boolean;
  readonly field: FieldState;
  readonly first: boolean;
  readonly answers: StepAnswers;
}): ReactNode {
  const common = {
    name: field.name,
    label: fieldLabel(step, field),
    value: answers.values[field.name] ?? '',
    complaint: answers.complaintOf(field),
    first,
    onChange: (value: string) => {
      answers.change(field.name, value);
    },
  };
  switch (field.kind) {
    case 'words':
      return <WordsField {...common} many={CODE_WORDS} />;
    case 'phrase':
      return <PhraseField {...common} expected={field.expected ?? ''} />;
    case 'choice':
      return (
        <Choice
          compact
          name={field.name}
          label={common.label}
          value={common.value}
          complaint={common.complaint}
          first={first}
          options={field.choices}
          onChange={common.onChange}
        />
      );
    case 'text':
      return <Field {...common} />;
    case 'long':
      return <LongField {...common} />;
    case 'sheet':
      return <SheetField {...common} plain={plain} />;
  }
}
