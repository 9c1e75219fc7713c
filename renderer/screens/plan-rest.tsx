/** Backups, the day of the next refresh, and how the new shares are proven. */
import { useRef, type ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { Choice } from '../design/choice.tsx';
import { focusPlace } from '../design/focus-place.ts';
import { Complaint, Field, Select } from '../design/field.tsx';
import type { PartProps } from './plan-editor.tsx';
import { BACKUP_WORDS } from './steps.ts';

const BACKUP_KINDS = (['file', 'sealed-sheet', 'plain-sheet'] as const).map((value) => ({
  value,
  label: BACKUP_WORDS[value],
}));

/** A plan takes no more labels. */
const MOST_LABELS = 8;

export function RestPart(props: PartProps): ReactNode {
  const { draft, change, problem } = props;
  return (
    <Card title="Backups and the next refresh">
      <Backups {...props} />
      <Choice
        compact
        label="Next refresh"
        value={draft.cryptoperiod === null ? 'demand' : (String(draft.cryptoperiod) as '90' | '180' | '365')}
        options={[
          { value: '90', label: '90 days' },
          { value: '180', label: '180 days' },
          { value: '365', label: '365 days' },
          { value: 'demand', label: 'on demand' },
        ]}
        complaint={problem('cryptoperiod')}
        onChange={(value) => {
          const days = { '90': 90, '180': 180, '365': 365, demand: null } as const;
          change({ ...draft, cryptoperiod: days[value] }, 'cryptoperiod');
        }}
      />
      {draft.suite === 'secp256k1' ? (
        <details className="more">
          <summary>Advanced: how the new shares are proven</summary>
          <Select
            label="Test signatures"
            value={draft.scheme}
            options={[
              { value: 'bip340', label: 'BIP 340 (Bitcoin taproot)' },
              { value: 'rfc9591', label: 'RFC 9591 (FROST)' },
            ]}
            complaint={problem('scheme')}
            onChange={(scheme) => {
              change({ ...draft, scheme }, 'scheme');
            }}
          />
        </details>
      ) : null}
    </Card>
  );
}

function Backups({ draft, change, problem }: PartProps): ReactNode {
  const list = useRef<HTMLFieldSetElement>(null);
  type Backups = PartProps['draft']['backups'];
  const put = (backups: Backups): void => {
    change({ ...draft, backups }, 'backups');
  };
  const edit = (at: number, by: Partial<Backups[number]>): void => {
    put(draft.backups.map((other, place) => (place === at ? { ...other, ...by } : other)));
  };
  return (
    <fieldset ref={list} className="stack-tight">
      <legend className="field-label">Backups that every holder makes</legend>
      {draft.backups.length === 0 ? (
        <p className="quiet">None. A share that is lost with its laptop is then lost for good.</p>
      ) : null}
      {draft.backups.map(({ kind, label }, at) => (
        <div key={at} className="inline-form">
          <Field
            label={`Label of backup ${at + 1}`}
            value={label}
            onChange={(next) => {
              edit(at, { label: next });
            }}
          />
          <Select
            label={`Backup ${at + 1} is made on`}
            value={kind}
            options={BACKUP_KINDS}
            onChange={(next) => {
              edit(at, { kind: next });
            }}
          />
          <Button
            kind="quiet"
            icon="minus"
            name={`Remove: backup ${at + 1}`}
            place={`remove ${at}`}
            onPress={() => {
              put(draft.backups.filter((_, place) => place !== at));
              focusPlace(list.current, [`remove ${at}`, `remove ${at - 1}`, 'add']);
            }}
          >
            Remove
          </Button>
        </div>
      ))}
      {problem('backups') === null ? null : <Complaint>{problem('backups') ?? ''}</Complaint>}
      <Button
        kind="quiet"
        icon="plus"
        place="add"
        off={draft.backups.length >= MOST_LABELS}
        onPress={() => {
          const letter = String.fromCharCode(65 + draft.backups.length);
          put([...draft.backups, { kind: 'file', label: `stick ${letter}` }]);
        }}
      >
        Add a backup
      </Button>
    </fieldset>
  );
}
