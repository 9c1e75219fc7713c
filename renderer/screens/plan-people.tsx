/** The people who hold nothing: administrator, approvers, witnesses. */
import type { ReactNode } from 'react';
import type { CardSummary } from '../../electron/ipc/documents.ts';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
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
      <Several {...props} />
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

/** Who says yes to the plan beforehand, and who says at the end what they saw: a person a line. */
function Several({ draft, known, change, problem }: PartProps): ReactNode {
  if (known.cards.length === 0) return <p className="quiet">No cards are here yet.</p>;
  const toggled = (ids: readonly string[], id: string, on: boolean): string[] =>
    on ? [...ids, id] : ids.filter((other) => other !== id);
  return (
    <div>
      <table className="several">
        <caption className="hidden-words">Approvers and witnesses</caption>
        <thead>
          <tr>
            <th scope="col">Who else takes part</th>
            <th scope="col">Witness</th>
            <th scope="col">Approver</th>
          </tr>
        </thead>
        <tbody>
          {known.cards.map((card) => (
            <tr key={card.id}>
              <th scope="row">{cardName(card)}</th>
              <td>
                <Tick
                  name={`${cardName(card)}: witnesses`}
                  checked={draft.witnesses.includes(card.id)}
                  onChange={(on) => {
                    change({ ...draft, witnesses: toggled(draft.witnesses, card.id, on) }, 'witnesses');
                  }}
                />
              </td>
              <td>
                <Tick
                  name={`${cardName(card)}: approvers`}
                  checked={draft.approvers.includes(card.id)}
                  onChange={(on) => {
                    const approvers = toggled(draft.approvers, card.id, on);
                    change({ ...draft, approvers, approvalsNeeded: approvers.length }, 'approvers');
                  }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {[problem('witnesses'), problem('approvers')].map((sentence) =>
        sentence === null ? null : <Complaint key={sentence}>{sentence}</Complaint>,
      )}
      <p className="field-hint">
        Approvers say yes or no before anything happens. Witnesses state at the end what they saw.
      </p>
    </div>
  );
}

/** A checkbox in a table; the row and the column name it for the eye. */
function Tick(props: {
  readonly name: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}): ReactNode {
  return (
    <input
      type="checkbox"
      aria-label={props.name}
      checked={props.checked}
      onChange={(event) => {
        props.onChange(event.target.checked);
      }}
    />
  );
}
