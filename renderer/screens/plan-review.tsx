/** The plan as everybody will read it, before it is made. */
import type { ReactNode } from 'react';
import type { PlanCheck, PlanDraft } from '../../electron/ipc/documents.ts';
import { RehearsalMark } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Card, Fact, Facts } from '../design/card.tsx';
import { Notice, Refused } from '../design/notice.tsx';
import { Screen } from '../frame/screen.tsx';
import { go, planWork, useAction } from '../store.ts';
import { day } from '../time.ts';
import type { Known } from './plan-draft.ts';
import { periodWords, RecipientList } from './step-plan.tsx';
import { BACKUP_WORDS } from './steps.ts';

interface ReviewProps {
  readonly draft: PlanDraft;
  readonly known: Known;
  readonly check: PlanCheck | undefined;
  readonly onBack: () => void;
}

export function PlanReview({ draft, known, check, onBack }: ReviewProps): ReactNode {
  const make = useAction('plan:make', 'Making the plan');
  const ready = check?.problems.length === 0 && !make.busy;
  return (
    <Screen
      name="plan"
      focus="plan review"
      title="Read the plan over"
      lead="Making it fixes it: everybody who joins signs exactly this. A mistake means a new plan."
      actions={
        <>
          <Button
            kind="main"
            off={!ready}
            onPress={() =>
              void make.run(draft).then((result) => {
                if (!result.ok) return;
                planWork(null);
                go({ screen: 'plan-made', made: result.value });
              })
            }
          >
            Make the plan
          </Button>
          <Button icon="back" keyHint="Escape" onPress={onBack}>
            Back to the editor
          </Button>
        </>
      }
    >
      <Refused failure={make.failure} />
      {check?.warnings.map((warning) => (
        <Notice key={warning} tone="plain">
          <p>{warning}</p>
        </Notice>
      ))}
      <Summary draft={draft} known={known} check={check} />
    </Screen>
  );
}

function Summary({ draft, known, check }: Omit<ReviewProps, 'onBack'>): ReactNode {
  const nameOf = (id: string | null): string => {
    const card = known.cards.find((one) => one.id === id);
    return card === undefined ? 'nobody' : `${card.name} (${card.words.join(' ')})`;
  };
  const record = known.records.find(({ id }) => id === draft.record);
  const all = (ids: readonly string[]): string => (ids.length === 0 ? 'none' : ids.map(nameOf).join(', '));
  const summary = check?.summary ?? null;
  return (
    <>
      <Card title="The key">
        <Facts>
          {summary?.rehearsal === true ? (
            <Fact label="For">
              <RehearsalMark />
            </Fact>
          ) : null}
          <Fact label="Key">
            {draft.keyName} ({draft.suite})
          </Fact>
          <Fact label="What happens">
            {draft.kind === 'refresh' ? 'Refresh' : 'Key generation'}
            {summary === null ? '' : `, makes epoch ${summary.epoch}`}
          </Fact>
          <Fact label="Threshold">
            {draft.threshold} of {draft.holders.length}
          </Fact>
          <Fact label="Next refresh">
            {periodWords(draft.cryptoperiod)}
            {typeof summary?.due === 'string' ? `, due ${day(summary.due)}` : ''}
          </Fact>
        </Facts>
      </Card>
      <Card title="The people">
        <Facts>
          {draft.holders.map(({ index, card }) => (
            <Fact key={index} label={`Holder ${index}`}>
              {card === null
                ? (record?.holders.find((holder) => holder.index === index)?.name ?? 'as recorded')
                : nameOf(card)}
            </Fact>
          ))}
          <Fact label="Administrator">{nameOf(draft.administrator)}</Fact>
          <Fact label="Witnesses">{all(draft.witnesses)}</Fact>
          <Fact label="Approvers">
            {all(draft.approvers)}
            {draft.approvers.length === 0 ? '' : ` (${draft.approvalsNeeded} needed)`}
          </Fact>
        </Facts>
      </Card>
      <Card title="The evidence">
        <Facts>
          <Fact label="Backups of every holder">
            {draft.backups.length === 0
              ? 'none'
              : draft.backups.map(({ kind, label }) => `${label} (${BACKUP_WORDS[kind]})`).join(', ')}
          </Fact>
          {draft.backups
            .filter(({ kind }) => kind === 'recipients-file')
            .map(({ label, recipients = '' }) => (
              <Fact key={label} label={`Recipients of “${label}”`}>
                <RecipientList recipients={recipients.split(/[\s,;]+/).filter((word) => word !== '')} />
              </Fact>
            ))}
          {summary === null ? null : (
            <>
              <Fact label="Backups in all">{summary.backups}</Fact>
              <Fact label="Test signatures">{summary.proofs}</Fact>
            </>
          )}
        </Facts>
      </Card>
    </>
  );
}
