/** The people who hold nothing: administrator, approvers, witnesses. */
import type { ReactNode } from 'react';
import type { CardSummary } from '../../electron/ipc/documents.ts';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { Check } from '../design/choice.tsx';
import { Complaint, Select } from '../design/field.tsx';
import { Refused } from '../design/notice.tsx';
import { useAction } from '../store.ts';
import type { PartProps } from './plan-editor.tsx';

const cardName = (card: CardSummary): string =>
  `${card.name}, ${card.laptop}${card.own ? ' (this laptop)' : ''}`;

export function PeoplePart(props: PartProps): ReactNode {
  const { draft, known, change, problem, onOwnCard } = props;
  const make = useAction('card:make', 'Making the card of this laptop');
  const hasOwn = known.cards.some((card) => card.own);
  return (
    <Card title="The others">
      <Select
        label="Administrator"
        hint="Collects the rounds and shows them to all. Holds no secret."
        value={draft.administrator ?? ''}
        options={[
          ...(draft.administrator === null ? [{ value: '', label: 'Choose one' }] : []),
          ...known.cards.map((card) => ({ value: card.id, label: cardName(card) })),
        ]}
        complaint={problem('administrator')}
        onChange={(id) => {
          change({ ...draft, administrator: id === '' ? null : id }, 'administrator');
        }}
      />
      {hasOwn ? null : (
        <>
          <Refused failure={make.failure} />
          <Button
            icon="plus"
            off={make.busy}
            onPress={() =>
              void make.run({}).then((result) => {
                if (!result.ok) return;
                onOwnCard();
                change({ ...draft, administrator: result.value.id }, 'administrator');
              })
            }
          >
            Make the card of this laptop
          </Button>
        </>
      )}
      <Several
        {...props}
        label="Witnesses"
        detail="Watch, and state at the end what they saw"
        field="witnesses"
        chosen={draft.witnesses}
        onChosen={(witnesses) => {
          change({ ...draft, witnesses: [...witnesses] }, 'witnesses');
        }}
      />
      <Several
        {...props}
        label="Approvers"
        detail="Say yes or no to the plan before anything happens"
        field="approvers"
        chosen={draft.approvers}
        onChosen={(approvers) => {
          change({ ...draft, approvers: [...approvers], approvalsNeeded: approvers.length }, 'approvers');
        }}
      />
      {draft.approvers.length === 0 ? null : (
        <Select
          label="Approvals that are enough"
          value={String(draft.approvalsNeeded)}
          options={Array.from({ length: draft.approvers.length + 1 }, (_, many) => ({
            value: String(many),
            label: `${many} of ${draft.approvers.length}`,
          }))}
          complaint={problem('approvalsNeeded')}
          onChange={(many) => {
            change({ ...draft, approvalsNeeded: Number(many) }, 'approvalsNeeded');
          }}
        />
      )}
    </Card>
  );
}

function Several(
  props: PartProps & {
    readonly label: string;
    readonly detail: string;
    readonly field: string;
    readonly chosen: readonly string[];
    readonly onChosen: (chosen: readonly string[]) => void;
  },
): ReactNode {
  const { known, label, detail, field, chosen, onChosen, problem } = props;
  return (
    <fieldset>
      <legend className="field-label">{label}</legend>
      <p className="field-hint">{detail}</p>
      <div className="checks">
        {known.cards.map((card) => (
          <Check
            key={card.id}
            label={cardName(card)}
            name={`${cardName(card)}: ${label.toLowerCase()}`}
            checked={chosen.includes(card.id)}
            onChange={(on) => {
              onChosen(on ? [...chosen, card.id] : chosen.filter((id) => id !== card.id));
            }}
          />
        ))}
        {known.cards.length === 0 ? <p className="quiet">No cards are here yet.</p> : null}
      </div>
      {problem(field) === null ? null : <Complaint>{problem(field) ?? ''}</Complaint>}
    </fieldset>
  );
}
