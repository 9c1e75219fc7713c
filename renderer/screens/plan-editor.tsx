/** The editor of a plan: the key, its holders, the other people, backups. Nearly everything is filled in. */
import { useState, type ReactNode } from 'react';
import type { CardSummary, PlanCheck, PlanDraft, RecordSummary } from '../../electron/ipc/documents.ts';
import type { ConsoleState, CourierState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { Notice } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { go, goHome } from '../store.ts';
import { count } from '../time.ts';
import { CourierNeeded } from './courier-needed.tsx';
import { problemOf, type Known } from './plan-draft.ts';
import { HoldersPart } from './plan-holders.tsx';
import { KeyPart } from './plan-key.tsx';
import { PeoplePart } from './plan-people.tsx';
import { RestPart } from './plan-rest.tsx';

export interface PartProps {
  readonly draft: PlanDraft;
  readonly known: Known;
  /** Changes the draft, and marks the field so that what is wrong with it is shown. */
  readonly change: (draft: PlanDraft, field: string) => void;
  readonly problem: (field: string) => string | null;
  /** How messages travel. */
  readonly by: CourierState['by'];
  readonly onCard: (card: CardSummary) => void;
  readonly onOwnCard: () => void;
  readonly onRecord: (record: RecordSummary) => void;
}

interface EditorProps extends Pick<PartProps, 'draft' | 'known' | 'onCard' | 'onOwnCard' | 'onRecord'> {
  readonly state: ConsoleState;
  readonly check: PlanCheck | undefined;
  readonly onChange: (draft: PlanDraft, field: string) => void;
  /** Pressed while the program still looks at the last change, it counts too. */
  readonly onRead: () => void;
  /** Forgets what was changed; null when nothing was. */
  readonly onAgain: (() => void) | null;
}

export function PlanEditor(props: EditorProps): ReactNode {
  const { state, check, onChange, onRead, onAgain } = props;
  const [touched, setTouched] = useState<readonly string[]>([]);
  const [asked, setAsked] = useState(false);
  const part: PartProps = {
    ...props,
    by: state.courier?.by ?? 'folder',
    change: (draft, field) => {
      onChange(draft, field);
      if (!touched.includes(field)) setTouched([...touched, field]);
    },
    problem: (field) => (asked || touched.includes(field) ? problemOf(check, field) : null),
  };
  const problems = check?.problems ?? [];
  const scan =
    part.by === 'camera'
      ? (): void => {
          go({ screen: 'scan', ceremony: null, from: { screen: 'plan' } });
        }
      : undefined;
  useKeys({ c: scan });
  return (
    <Screen
      name="plan"
      focus="plan editor"
      width="wide"
      title="New ceremony"
      lead="What is not as usual, change. Then read it over; nothing is made before that."
      actions={
        <>
          <Button
            kind="main"
            off={asked && problems.length > 0}
            onPress={() => {
              setAsked(true);
              onRead();
            }}
          >
            Read the plan over
          </Button>
          {scan === undefined ? null : (
            <Button icon="camera" keyHint="C" onPress={scan}>
              Scan cards
            </Button>
          )}
          <Button icon="back" keyHint="Escape" onPress={goHome}>
            To the first screen
          </Button>
          {onAgain === null ? null : (
            <Button kind="quiet" onPress={onAgain}>
              Begin again
            </Button>
          )}
          <p className="action-note" aria-live="polite">
            {check === undefined
              ? 'Checking the plan.'
              : problems.length === 0
                ? '✓ The plan can be made.'
                : `· ${count(problems.length, 'thing')} missing or wrong.`}
          </p>
        </>
      }
    >
      <CourierNeeded state={state} from={{ screen: 'plan' }} />
      {asked && problems.length > 0 ? (
        <Notice tone="attention" alert>
          <p>
            <strong>The plan cannot be made yet.</strong>
          </p>
          <ul className="bullets">
            {problems.map((problem) => (
              <li key={`${problem.field} ${problem.message}`}>
                {problem.message}
                {problem.next === null ? '' : ` ${problem.next}`}
              </li>
            ))}
          </ul>
        </Notice>
      ) : null}
      {check?.warnings.map((warning) => (
        <Notice key={warning} tone="plain">
          <p>{warning}</p>
        </Notice>
      ))}
      <div className="plan-parts">
        <div className="plan-column">
          <KeyPart {...part} />
          <HoldersPart {...part} />
        </div>
        <div className="plan-column">
          <PeoplePart {...part} />
          <RestPart {...part} />
        </div>
      </div>
    </Screen>
  );
}
