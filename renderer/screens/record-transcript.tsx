/** The transcript of a record, line by line, and single lines of it for somebody who must not see the rest. */
import { useState, type ReactNode } from 'react';
import type { RecordReport } from '../../electron/ipc/documents.ts';
import { Table } from '../design/table.tsx';
import { useAction } from '../store.ts';
import { plural } from '../time.ts';
import { Into, useTold } from './into.tsx';

interface TranscriptProps {
  readonly report: Pick<RecordReport, 'path' | 'transcript'>;
  readonly valid: boolean;
}

export function Transcript({ report, valid }: TranscriptProps): ReactNode {
  const { path, transcript } = report;
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const disclose = useAction('record:disclose', 'Proving the lines');
  const [tell, told] = useTold();
  return (
    <details className="card more-card">
      <summary>
        <h2>Transcript</h2> <span className="quiet">{plural(transcript.length, 'line')}</span>
      </summary>
      {valid ? (
        <div className="stack-tight">
          <p className="quiet">
            Single lines can be proven to somebody who must not see the others: tick them, and hand on the
            file that is made.
          </p>
          {chosen.length === 0 ? null : (
            <div className="row">
              <Into
                words={`Disclose ${plural(chosen.length, 'line')}`}
                title="Where the disclosure goes"
                take="Write it here"
                action={disclose}
                make={(folder) => disclose.run({ path, lines: [...chosen], folder })}
                onMade={({ file, lines, of }) => {
                  tell(
                    `The file proves ${lines} of the ${of} lines, and shows no other. “reseal verify”, verify.py and verify.html check it.`,
                    file,
                  );
                }}
              />
            </div>
          )}
          {told}
        </div>
      ) : null}
      <Table caption="Transcript" head={[...(valid ? ['Disclose'] : []), 'Time', 'Who', 'What']}>
        {transcript.map((line) => (
          <tr key={line.seq}>
            {valid ? (
              <td>
                <input
                  type="checkbox"
                  aria-label={`Line ${line.seq}: ${line.text.slice(0, 80)}`}
                  checked={chosen.includes(line.seq)}
                  onChange={(event) => {
                    setChosen(
                      event.target.checked ? [...chosen, line.seq] : chosen.filter((one) => one !== line.seq),
                    );
                  }}
                />{' '}
                <span className="mono small">{line.seq}</span>
              </td>
            ) : null}
            <td className="mono nowrap small">{line.at.replace('T', ' ').replace('Z', '')}</td>
            <td>{line.actor}</td>
            <td>{line.text}</td>
          </tr>
        ))}
      </Table>
    </details>
  );
}
