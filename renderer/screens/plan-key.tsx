/** Which key the ceremony is about. */
import type { ReactNode } from 'react';
import type { PlanDraft } from '../../electron/ipc/documents.ts';
import { Card } from '../design/card.tsx';
import { Choice } from '../design/choice.tsx';
import { Complaint, Field, Select } from '../design/field.tsx';
import { useAction } from '../store.ts';
import { FromFile } from './from-file.tsx';
import { SOURCE_WORDS, toGenerate, toRefresh, usualScheme } from './plan-draft.ts';
import type { PartProps } from './plan-editor.tsx';

const SUITES: readonly { readonly value: PlanDraft['suite']; readonly label: string }[] = [
  { value: 'secp256k1', label: 'secp256k1 (Bitcoin, Ethereum)' },
  { value: 'ed25519', label: 'Ed25519 (Solana, Stellar)' },
  { value: 'p256', label: 'P-256 (certificates, passkeys)' },
];

export function KeyPart(props: PartProps): ReactNode {
  const { draft, known, change, problem } = props;
  const [first] = known.records;
  return (
    <Card title="The key">
      <Choice
        compact
        first
        label="What happens"
        value={draft.kind}
        options={[
          { value: 'refresh', label: 'Refresh a key' },
          { value: 'generate', label: 'Make a key' },
        ]}
        complaint={problem('kind')}
        onChange={(kind) => {
          if (kind === 'generate') change(toGenerate(draft), 'kind');
          else if (first === undefined) change({ ...draft, kind, record: null, holders: [] }, 'kind');
          else change(toRefresh(draft, first, known), 'kind');
        }}
      />
      {draft.kind === 'refresh' ? <RecordChoice {...props} /> : <NewKey {...props} />}
    </Card>
  );
}

function NewKey({ draft, change, problem }: PartProps): ReactNode {
  return (
    <div className="two">
      <Field
        label="Name of the key"
        hint="For example treasury-btc"
        value={draft.keyName}
        complaint={problem('keyName')}
        onChange={(keyName) => {
          change({ ...draft, keyName }, 'keyName');
        }}
      />
      <Select
        label="Kind of key"
        value={draft.suite}
        options={SUITES}
        complaint={problem('suite')}
        onChange={(suite) => {
          change({ ...draft, suite, scheme: usualScheme(suite) }, 'suite');
        }}
      />
    </div>
  );
}

function RecordChoice(props: PartProps): ReactNode {
  const { draft, known, change, problem, onRecord } = props;
  const read = useAction('key:read', 'Reading the record of the key');
  return (
    <>
      {known.records.length === 0 ? (
        <p className="quiet">
          {props.by === 'camera'
            ? 'No record of a key is here. Ask a holder to show its record, and scan it; or choose a file.'
            : 'No record of a key is here. Ask a holder to show its record in the courier’s folder, or choose a file.'}
        </p>
      ) : (
        <Choice
          label="Which key"
          value={draft.record}
          complaint={problem('record')}
          options={known.records.map((record) => ({
            value: record.id,
            label: `${record.name}, epoch ${record.epoch} → ${record.epoch + 1}`,
            detail: `${record.threshold} of ${record.holders.length} · ${record.suite} · ${record.fingerprint} · ${SOURCE_WORDS[record.source]}`,
          }))}
          onChange={(id) => {
            const record = known.records.find((other) => other.id === id);
            if (record !== undefined) change(toRefresh(draft, record, known), 'record');
          }}
        />
      )}
      {known.records.length === 0 && problem('record') !== null ? (
        <Complaint>{problem('record') ?? ''}</Complaint>
      ) : null}
      <FromFile
        action={read}
        title="The record of a key"
        button="Read the record of a key from a file"
        onRead={(record) => {
          onRecord(record);
          change(toRefresh(draft, record, known), 'record');
        }}
      />
    </>
  );
}
