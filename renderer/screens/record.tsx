/** A record, verified: the verdict, what it says, every rule with its evidence, the transcript, the files. */
import type { ReactNode } from 'react';
import type { RecordReport } from '../../electron/ipc/documents.ts';
import { Badge, RehearsalMark } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { Card, Fact, Facts } from '../design/card.tsx';
import { HexWords } from '../design/hex-words.tsx';
import { Refused } from '../design/notice.tsx';
import { Table } from '../design/table.tsx';
import { Screen } from '../frame/screen.tsx';
import { useKeys } from '../keys.ts';
import { useLoad } from '../load.ts';
import { go } from '../store.ts';
import { plural, size } from '../time.ts';
import { RecordFiling } from './record-filing.tsx';
import { RecordStamps } from './record-stamps.tsx';
import { RuleList } from './record-rules.tsx';
import { Transcript } from './record-transcript.tsx';

export function RecordScreen({ path }: { readonly path: string }): ReactNode {
  const report = useLoad('record:verify', { path }, 'Verifying the record');
  const back = (): void => {
    go({ screen: 'records' });
  };
  useKeys({ Escape: back });
  const { value, failure } = report;
  return (
    <Screen
      name="record"
      focus={value === undefined ? 'record' : 'record verified'}
      title={titleOf(value, failure !== undefined)}
      lead={leadOf(value)}
      actions={
        <>
          <Button icon="back" keyHint="Escape" kind="main" onPress={back}>
            To the records
          </Button>
          <Button onPress={report.again}>Verify again</Button>
          {value?.verdict === 'VALID' && typeof value.ceremony?.groupKeyAfter === 'string' ? (
            <Button
              onPress={() => {
                go({ screen: 'export', of: { record: path }, from: { screen: 'record', path } });
              }}
            >
              To another wallet
            </Button>
          ) : null}
          <p className="action-note mono path not-projected">{path}</p>
        </>
      }
    >
      <Refused failure={failure} />
      {value === undefined ? null : <Report report={value} path={path} onChanged={report.again} />}
    </Screen>
  );
}

function titleOf(report: RecordReport | undefined, failed: boolean): string {
  if (failed) return 'This is not a record that can be read';
  if (report === undefined) return 'Verifying the record';
  return report.verdict === 'VALID' ? 'This record is valid' : 'This record is not valid';
}

function leadOf(report: RecordReport | undefined): string {
  if (report === undefined) return 'Every rule is checked from the files alone.';
  const broken = report.rules.filter(({ state }) => state === 'failed' || state === 'broken').length;
  if (report.verdict === 'NOT VALID')
    return broken === 1
      ? `One rule of ${report.rules.length} is not kept. It stands first in the list.`
      : `${broken} rules of ${report.rules.length} are not kept. They stand first in the list.`;
  if (report.outcome === 'aborted') return 'It is the record of a ceremony that ended without a new epoch.';
  return 'Everything that can be checked was checked, and every rule was kept.';
}

function Report({
  report,
  path,
  onChanged,
}: {
  readonly report: RecordReport;
  readonly path: string;
  readonly onChanged: () => void;
}): ReactNode {
  const valid = report.verdict === 'VALID';
  return (
    <>
      <p className={valid ? 'verdict verdict-valid' : 'verdict verdict-broken'}>
        <span aria-hidden="true">{valid ? '✓' : '✕'}</span> {report.verdict}
        {report.rehearsal === true ? <RehearsalMark /> : null}
      </p>
      {valid ? <ReportFacts report={report} /> : null}
      {valid ? <RecordFiling path={path} valid /> : null}
      <RuleList rules={report.rules} />
      {valid ? <RecordStamps report={report} onChanged={onChanged} /> : null}
      {valid ? null : <ReportFacts report={report} />}
      {valid ? null : <RecordFiling path={path} valid={false} />}
      <Transcript report={report} valid={valid} />
      <details className="card more-card not-projected">
        <summary>
          <h2>Files</h2> <span className="quiet">{plural(report.files.length, 'file')}</span>
        </summary>
        <Table caption="Files" head={['File', 'Size']}>
          {report.files.map((file) => (
            <tr key={file.path}>
              <td className="mono path">{file.path}</td>
              <td className="nowrap">{size(file.size)}</td>
            </tr>
          ))}
        </Table>
      </details>
    </>
  );
}

function ReportFacts({ report }: { readonly report: RecordReport }): ReactNode {
  const { ceremony } = report;
  if (ceremony === null) return null;
  const { groupKeyBefore: before, groupKeyAfter: after } = ceremony;
  return (
    <Card title="What it says">
      <Facts>
        <Fact label="Key">
          {ceremony.keyName} ({ceremony.suite})
        </Fact>
        <Fact label="Ceremony">
          {ceremony.kind === 'refresh' ? 'Refresh' : 'Key generation'}, epoch {ceremony.epochBefore ?? '–'} →{' '}
          {ceremony.epochAfter ?? '–'}
        </Fact>
        <Fact label="Threshold">
          {ceremony.threshold} of {ceremony.holders}
        </Fact>
        <Fact label="Plan code">
          <span className="mono">{ceremony.code}</span>
        </Fact>
        {ceremony.abort === null ? null : <Fact label="Ended because">{ceremony.abort}</Fact>}
        {after === null ? null : (
          <Fact label="Group key">
            <HexWords hex={after} />
          </Fact>
        )}
        {before === null || after === null ? null : (
          <Fact label="Same key before and after">
            <Badge tone={before === after ? 'done' : 'stop'}>{before === after ? 'yes' : 'no'}</Badge>
          </Fact>
        )}
        <Fact label="Ceremony id">
          <span className="mono">{ceremony.id}</span>
        </Fact>
      </Facts>
    </Card>
  );
}
