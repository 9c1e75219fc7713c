/** Timestamps of a record: what is there, asking for one, and adding the answer. */
import type { ReactNode } from 'react';
import type { RecordReport } from '../../electron/ipc/documents.ts';
import { Badge } from '../design/badge.tsx';
import { Card } from '../design/card.tsx';
import { useAction } from '../store.ts';
import { moment } from '../time.ts';
import { FromFile } from './from-file.tsx';
import { Into, useTold } from './into.tsx';

interface RecordStampsProps {
  readonly report: Pick<RecordReport, 'path' | 'stamps'>;
  /** Something was added: the record is read again. */
  readonly onChanged: () => void;
}

/** At a valid record. */
export function RecordStamps({ report, onChanged }: RecordStampsProps): ReactNode {
  const { path, stamps } = report;
  const request = useAction('timestamp:request', 'Writing the request');
  const attach = useAction('timestamp:attach', 'Checking the timestamp');
  const [tell, told] = useTold();
  return (
    <Card title="Timestamps">
      <p className="quiet">
        An authority outside can say when this record was there already. The request holds a hash and a random
        number; carry it to a connected machine, and bring the answer back.
      </p>
      {stamps.length === 0 ? (
        <p>This record has none.</p>
      ) : (
        <>
          <ul className="lines">
            {stamps.map((stamp) => (
              <StampLine key={stamp.file} stamp={stamp} />
            ))}
          </ul>
          <p className="quiet">
            Nobody is trusted here: anybody can have made these. With the authority’s certificate the command
            checks whom: reseal timestamp verify RECORD --ca FILE.
          </p>
        </>
      )}
      <div className="row">
        <Into
          words="Ask for a timestamp"
          title="Where the request goes"
          take="Write the request here"
          action={request}
          make={(folder) => request.run({ path, folder })}
          onMade={({ file }) => {
            tell('The request is written. An authority answers it with a file that ends in .tsr.', file);
          }}
        />
        <FromFile
          action={{
            run: (chosen) => attach.run({ path, answer: chosen.path }),
            failure: attach.failure,
          }}
          title="The answer of the authority"
          button="Add the answer"
          take="Check and keep it"
          onRead={({ file, time, compared }) => {
            tell(
              `The timestamp of ${time === null ? 'an unknown time' : moment(time)} is kept. ${compared ? 'It answers the request beside it.' : 'The request was not beside it, so its number was not compared.'}`,
              file,
            );
            onChanged();
          }}
        />
      </div>
      {told}
    </Card>
  );
}

function StampLine({ stamp }: { readonly stamp: RecordReport['stamps'][number] }): ReactNode {
  const { file, sound, time, authority, problems } = stamp;
  return (
    <li className="line">
      <div className="line-words">
        <p className="line-title">{time === null ? file : moment(time)}</p>
        <p className="quiet small">{authority ?? 'No authority can be read from it.'}</p>
        {problems.map((problem) => (
          <p key={problem} className="small">
            {problem}
          </p>
        ))}
      </div>
      <Badge tone={sound ? 'later' : 'attention'}>{sound ? 'about this record' : 'proves nothing'}</Badge>
    </li>
  );
}
