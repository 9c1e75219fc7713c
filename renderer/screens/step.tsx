/** The one step that is on now: who acts, what to do, the evidence, the fields, and one button. */
import { type ReactNode } from 'react';
import type { CeremonyState, CourierState, CurrentStep, PartState } from '../../electron/ipc/state.ts';
import { Badge } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Chips, type Chip } from '../design/chips.tsx';
import { Next, Notice } from '../design/notice.tsx';
import { BigWords } from '../design/words-field.tsx';
import { Screen } from '../frame/screen.tsx';
import { nextIn } from '../optical/next.ts';
import { go, useConsole } from '../store.ts';
import { needsPerson } from '../views.ts';
import { BackupsPlace } from './backups-folder.tsx';
import { Board } from './board.tsx';
import { ExchangeActions } from './step-exchange.tsx';
import { StepForm, useStepAnswers } from './step-form.tsx';
import { PlanFacts, RecipientsOf } from './step-plan.tsx';
import { SheetPrint } from './sheet-print.tsx';
import { backupKind, isSheet, READ_ALOUD, wordsNow, type StepScene } from './steps.ts';

interface StepProps {
  readonly ceremony: CeremonyState;
  readonly part: PartState;
}

export function StepScreen({
  ceremony,
  part,
  by,
}: StepProps & { readonly by: CourierState['by'] }): ReactNode {
  const { current } = part;
  if (part.refusal !== null || current === null) return <NoStep ceremony={ceremony} part={part} />;
  const key = `${ceremony.id} ${part.role} ${current.id} ${current.about ?? ''} ${current.seen}`;
  return <Step key={key} focus={key} scene={{ ceremony, part, current, by }} />;
}

function Step({ scene, focus }: { readonly scene: StepScene; readonly focus: string }): ReactNode {
  const { ceremony, part, current } = scene;
  const words = wordsNow(scene);
  const kind = backupKind(scene);
  const answers = useStepAnswers(scene, focus);
  // A person's step may still have to wait, for a medium that is away.
  const isMine = current.fields.length > 0;
  const shown = useConsole((store) => store.shown);
  const next = scene.by === 'camera' ? nextIn(ceremony, part, shown) : 'step';
  const aloud = isReadingAloud(scene) && ceremony.abort === null;
  return (
    <Screen
      name="ceremony"
      width="column"
      step={current.id}
      role={part.role}
      focus={focus}
      title={aloud ? READ_ALOUD.title : (words?.title ?? current.title)}
      lead={aloud ? READ_ALOUD.lead : words?.lead(scene)}
      above={
        <div className="who">
          <Roles ceremony={ceremony} part={part} />
          <Chips chips={chipsOf(scene, words?.second)} />
        </div>
      }
      actions={
        isMine ? (
          <>
            <Button
              form={answers.form}
              kind={current.final ? 'danger' : 'main'}
              keyHint="Enter"
              off={answers.off}
            >
              {words?.submit?.(scene) ?? 'Done'}
            </Button>
            <div className="action-note">
              <AfterWords scene={scene} />
            </div>
          </>
        ) : (
          <>
            <ExchangeActions ceremony={ceremony} next={next} />
            <div className="action-note">
              {current.actor === 'others' && scene.by === 'folder' ? (
                <p>Nothing to do for you here. The window goes on by itself.</p>
              ) : null}
              <AfterWords scene={scene} brief={next !== 'step'} />
            </div>
          </>
        )
      }
    >
      <Ended ceremony={ceremony} />
      {aloud ? <BigWords words={ceremony.code ?? []} label="Words of the plan" /> : null}
      {current.id === 'approve' ? <PlanFacts ceremony={ceremony} /> : null}
      <Evidence current={current} />
      {isMine && kind !== null && !isSheet(kind) ? <BackupsPlace /> : null}
      {isMine && kind === 'recipients-file' ? <RecipientsOf scene={scene} /> : null}
      {isMine && isSheet(kind) ? (
        <SheetPrint ceremony={ceremony.id} role={part.role} label={current.about ?? ''} />
      ) : null}
      {isMine ? <StepForm scene={scene} answers={answers} /> : null}
      {/* Whom we wait for stands at the side; here stands what cannot be said of a person. */}
      {isMine || current.waiting === null || current.waitingFor.length > 0 ? null : (
        <p className="waiting">{current.waiting}</p>
      )}
      {isMine ? null : <Board ceremony={ceremony} />}
      {isMine && current.id === 'attest' ? (
        <details className="more">
          <summary>Who sent what, and when</summary>
          <Board ceremony={ceremony} />
        </details>
      ) : null}
    </Screen>
  );
}

/** The tabs of a laptop with several roles. The window opens the one that needs somebody. */
function Roles({ ceremony, part }: StepProps): ReactNode {
  if (ceremony.parts.length < 2) return null;
  return (
    <nav className="roles" aria-label="Roles of this laptop">
      {ceremony.parts.map((other) => (
        <span key={other.role} className="role">
          <button
            type="button"
            className="role-tab"
            aria-current={other.role === part.role ? 'true' : undefined}
            aria-describedby={needsPerson(other) ? `turn-${other.role}` : undefined}
            onClick={() => {
              go({ screen: 'ceremony', ceremony: ceremony.id, role: other.role });
            }}
          >
            {other.title}
          </button>
          {needsPerson(other) ? (
            <span
              className={other.role === part.role ? 'hidden-words' : 'role-turn'}
              id={`turn-${other.role}`}
            >
              <span aria-hidden="true">◐</span> your turn
            </span>
          ) : null}
        </span>
      ))}
    </nav>
  );
}

/** Who acts, and who else takes part. */
function chipsOf({ current, part }: StepScene, second: string | undefined): readonly Chip[] {
  switch (current.actor) {
    case 'person':
      return [
        { words: 'You act', acts: true },
        ...(second === undefined ? [] : [{ words: second, acts: false }]),
      ];
    case 'laptop':
      return [
        {
          words: part.role === 'administrator' ? 'This laptop collects' : 'This laptop works',
          acts: false,
        },
      ];
    case 'others':
      return [{ words: 'Others act', acts: false }];
  }
}

/** What happens next, and what happens if one waits. */
function AfterWords({
  scene,
  brief = false,
}: {
  readonly scene: StepScene;
  /** The button beside it says what is next. */
  readonly brief?: boolean;
}): ReactNode {
  const words = wordsNow(scene);
  const next = brief ? undefined : words?.next?.(scene);
  const wait = words?.wait?.(scene);
  return (
    <>
      {next === undefined ? null : (
        <p>
          <strong>Next:</strong> {next}
        </p>
      )}
      {wait === undefined ? null : (
        <p>
          <strong>If you wait:</strong> {wait}
        </p>
      )}
    </>
  );
}

function Ended({ ceremony }: { readonly ceremony: CeremonyState }): ReactNode {
  if (ceremony.abort === null) return null;
  return (
    <Notice tone="attention">
      <p>
        <strong>The ceremony was ended without a new epoch.</strong> {ceremony.abort.reason}
      </p>
    </Notice>
  );
}

/** The administrator reads the words aloud until everybody has dealt. */
function isReadingAloud({ ceremony, part, current }: StepScene): boolean {
  const dealing = ceremony.board.some((row) => row.cells.slice(1).some((cell) => cell.state === 'done'));
  return current.id === 'collect' && part.role === 'administrator' && ceremony.code !== null && !dealing;
}

function Evidence({ current }: { readonly current: CurrentStep }): ReactNode {
  if (current.facts.length === 0) return null;
  return (
    <ul
      className="evidence card"
      aria-label={
        current.facts.every(({ state }) => state === 'said') ? 'What the plan says' : 'What was seen'
      }
    >
      {current.facts.map((fact) => (
        <li key={fact.label}>
          <span className="evidence-label">{fact.label}</span>
          {fact.state === 'said' ? (
            <span className="evidence-said">{fact.value}</span>
          ) : (
            <Badge tone={fact.state === 'shown' ? 'done' : 'attention'}>{fact.value}</Badge>
          )}
        </li>
      ))}
    </ul>
  );
}

/** A role that cannot go on here, or has nothing left to do. */
function NoStep({ ceremony, part }: StepProps): ReactNode {
  const { refusal } = part;
  return (
    <Screen
      name="ceremony"
      width="column"
      role={part.role}
      focus={`${part.role} ${refusal?.code ?? 'done'}`}
      title={refusal === null ? 'Nothing left to do here' : 'This laptop does not go on'}
      lead={
        refusal === null
          ? `The part of ${part.title} is done. The ceremony goes on with the others.`
          : 'Nothing is half-done. Read the sentence; what to do stands below it.'
      }
      above={
        <div className="who">
          <Roles ceremony={ceremony} part={part} />
        </div>
      }
      actions={
        <Button
          kind="main"
          onPress={() => {
            go({ screen: 'home' });
          }}
        >
          To the first screen
        </Button>
      }
    >
      {refusal === null ? null : (
        <Notice tone="stop" alert>
          <p>{refusal.message}</p>
          {refusal.next === null ? null : <Next>{refusal.next}</Next>}
        </Notice>
      )}
      <Board ceremony={ceremony} />
    </Screen>
  );
}
