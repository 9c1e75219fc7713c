/** Backups, the day of the next refresh, and how the new shares are proven. */
import type { ReactNode } from 'react';
import { Card } from '../design/card.tsx';
import { Choice } from '../design/choice.tsx';
import { Select } from '../design/field.tsx';
import { Backups } from './plan-backups.tsx';
import type { PartProps } from './plan-editor.tsx';

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
