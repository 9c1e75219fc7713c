/** Puts an exception on record: signed, seen by everybody, ends nothing. */
import { useState, type ReactNode } from 'react';
import type { InvokeInput } from '../../electron/ipc/contract.ts';
import type { CeremonyState, ExceptionState, PartState } from '../../electron/ipc/state.ts';
import { Badge, type Tone } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Card } from '../design/card.tsx';
import { Chips } from '../design/chips.tsx';
import { LongField, Select } from '../design/field.tsx';
import { Notice, Refused } from '../design/notice.tsx';
import { focusWrong, Screen } from '../frame/screen.tsx';
import { go, say, useAction } from '../store.ts';
import { moment } from '../time.ts';

type Category = InvokeInput<'exception:record'>['category'];
const CATEGORIES: readonly { readonly value: Category; readonly label: string }[] = [
  { value: 'procedure', label: 'Procedure: something was done otherwise' },
  { value: 'delay', label: 'Delay' },
  { value: 'equipment', label: 'Equipment' },
  { value: 'medium', label: 'Medium: a stick, a bag, a backup' },
  { value: 'person', label: 'Person: somebody missing or replaced' },
  { value: 'security', label: 'Security' },
  { value: 'other', label: 'Other' },
];

interface ExceptionProps {
  readonly ceremony: CeremonyState;
  readonly part: PartState;
}

export function ExceptionScreen({ ceremony, part }: ExceptionProps): ReactNode {
  const [category, setCategory] = useState<Category>('procedure');
  const [text, setText] = useState('');
  const [asked, setAsked] = useState(false);
  const [done, setDone] = useState(false);
  const record = useAction('exception:record', 'Signing the exception');
  const back = (): void => {
    go({ screen: 'ceremony', ceremony: ceremony.id, role: part.role });
  };
  const send = (): void => {
    setAsked(true);
    if (record.busy || text.trim() === '') return;
    void record
      .run({ ceremony: ceremony.id, role: part.role, category, text: text.trim() })
      .then((result) => {
        if (!result.ok) return;
        setText('');
        setAsked(false);
        setDone(true);
        say('The exception is signed and on its way into the record.');
      });
  };
  return (
    <Screen
      name="exception"
      width="column"
      role={part.role}
      above={<Chips chips={[{ words: `${part.title} signs`, acts: true }]} />}
      title="Record an exception"
      lead={`What went otherwise than the script says? It is signed by ${part.title}, goes into the record, and ends nothing.`}
      actions={
        <>
          <Button kind="main" form="exception" off={record.busy}>
            Sign the exception
          </Button>
          <Button icon="back" keyHint="Escape" onPress={back}>
            Back to the ceremony
          </Button>
        </>
      }
    >
      {done ? (
        <Notice tone="done">
          <p>
            The exception is signed. It appears below, and with the next round in the record of everybody.
          </p>
        </Notice>
      ) : null}
      <Refused failure={record.failure} />
      <form
        id="exception"
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() === '') focusWrong(event.currentTarget);
          send();
        }}
      >
        <Select label="What it is about" value={category} options={CATEGORIES} onChange={setCategory} />
        <LongField
          first
          label="What happened, in your words"
          hint="Everybody in the ceremony will read it, and auditors later. Nothing secret belongs here."
          value={text}
          complaint={asked && text.trim() === '' ? 'Expected a sentence.' : null}
          onChange={setText}
        />
      </form>
      <ExceptionList exceptions={ceremony.exceptions} />
    </Screen>
  );
}

const STATES: Readonly<Record<ExceptionState['state'], { readonly tone: Tone; readonly words: string }>> = {
  recorded: { tone: 'done', words: 'in the record' },
  sent: { tone: 'attention', words: 'on its way' },
  late: { tone: 'attention', words: 'too late for the record' },
};

export function ExceptionList({ exceptions }: { readonly exceptions: readonly ExceptionState[] }): ReactNode {
  if (exceptions.length === 0) return null;
  return (
    <Card title="Exceptions of this ceremony">
      <ul className="lines">
        {exceptions.map((exception) => (
          <li key={`${exception.role} ${exception.at} ${exception.text}`} className="line">
            <div className="line-words">
              <p>{exception.text}</p>
              <p className="quiet small">
                {exception.who} · {exception.category} · {moment(exception.at)}
              </p>
            </div>
            <Badge tone={STATES[exception.state].tone}>{STATES[exception.state].words}</Badge>
          </li>
        ))}
      </ul>
    </Card>
  );
}
