/** Every rule of verification with its state; what was seen unfolds. */
import type { ReactNode } from 'react';
import type { RecordReport } from '../../electron/ipc/documents.ts';
import { Badge, type Tone } from '../design/badge.tsx';
import { Card } from '../design/card.tsx';

type Rule = RecordReport['rules'][number];

const STATES: Readonly<
  Record<Rule['state'], { readonly tone: Tone; readonly words: string; readonly order: number }>
> = {
  broken: { tone: 'stop', words: 'broken', order: 0 },
  failed: { tone: 'stop', words: 'not kept', order: 1 },
  'not checked': { tone: 'attention', words: 'not checked', order: 2 },
  ok: { tone: 'done', words: 'kept', order: 3 },
  'not applicable': { tone: 'later', words: 'does not apply', order: 4 },
};

/** Lines of evidence that are shown; the record has the rest. */
const SHOWN = 200;

export function RuleList({ rules }: { readonly rules: readonly Rule[] }): ReactNode {
  const sorted = [...rules].sort((a, b) => STATES[a.state].order - STATES[b.state].order);
  return (
    <Card title={`Rules (${rules.length})`}>
      <ul className="rules">
        {sorted.map((rule) => (
          <li key={rule.rule} data-rule={rule.rule} data-state={rule.state}>
            <details open={rule.failures.length > 0}>
              <summary>
                <span className="rule-sentence">{rule.sentence}</span>
                <Badge tone={STATES[rule.state].tone}>{STATES[rule.state].words}</Badge>
              </summary>
              <div className="rule-evidence stack-tight">
                {rule.failures.map((failure) => (
                  <p key={`${failure.file} ${failure.message}`} className="rule-failure">
                    <span className="mono">{failure.file}</span>: {failure.message}
                  </p>
                ))}
                <ul>
                  {rule.evidence.slice(0, SHOWN).map((line, at) => (
                    <li key={at}>{line}</li>
                  ))}
                </ul>
                {rule.evidence.length > SHOWN ? <p>And {rule.evidence.length - SHOWN} more lines.</p> : null}
                {rule.evidence.length === 0 && rule.failures.length === 0 ? (
                  <p>Nothing was looked at.</p>
                ) : null}
                <p className="mono small">{rule.rule}</p>
              </div>
            </details>
          </li>
        ))}
      </ul>
    </Card>
  );
}
