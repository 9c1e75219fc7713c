/** What there is to know of the picture: the message that comes in, the one that is here, or why none is. */
import type { ReactNode } from 'react';
import type { SeenResource } from '../../electron/ipc/resources.ts';
import { Badge, type Tone } from '../design/badge.tsx';
import { Fact, Facts } from '../design/card.tsx';
import { HexWords } from '../design/hex-words.tsx';
import { Icon } from '../design/icons.tsx';
import { Next, Notice } from '../design/notice.tsx';
import type { Incoming, ScanReport } from '../optical/camera/words.ts';
import type { ScanState } from '../optical/scan-state.ts';

/** Milliseconds without a frame after which a message is said to pause. */
const PAUSED = 1500;

/** One thing at a time, at one place: the viewfinder stays where it is. */
export function ScanWord({ scan }: { readonly scan: ScanState }): ReactNode {
  const { trouble, notice, check, report, judging } = scan;
  if (trouble !== null)
    return (
      <div className="scan-word">
        <Notice tone="attention" alert>
          <p className="scan-big">{trouble.sentence}</p>
          <Next>{trouble.next}</Next>
        </Notice>
      </div>
    );
  if (notice !== null)
    return (
      <div className="scan-word">
        <Notice tone="attention" alert>
          <p className="scan-big">{notice.title}</p>
          <p>{notice.sentence}</p>
          {notice.next === null ? null : <Next>{notice.next}</Next>}
        </Notice>
      </div>
    );
  if (check !== null) return <Check who={check} />;
  const resource = scan.resource === null ? undefined : scan.resources[scan.resource];
  if (resource !== undefined) return <Resource resource={resource} />;
  const incoming = report?.incoming ?? null;
  return (
    <div className="scan-word card">
      {incoming === null && judging === null ? (
        <Looking scan={scan} />
      ) : (
        <Coming scan={scan} incoming={incoming} />
      )}
      {report === null ? null : <Figures report={report} />}
    </div>
  );
}

function Check({ who }: { readonly who: string }): ReactNode {
  return (
    <div className="scan-word scan-check">
      <Icon name="done" />
      <p className="scan-big">{who}</p>
      <p>Taken. The next one can come.</p>
    </div>
  );
}

const VERDICTS = {
  same: { tone: 'done', word: 'The same' },
  other: { tone: 'stop', word: 'Not the same' },
  unknown: { tone: 'later', word: 'Not known here' },
} as const satisfies Record<string, { readonly tone: Tone; readonly word: string }>;

/** What is in a UR of other people's, beside what this laptop knows. */
function Resource({ resource }: { readonly resource: SeenResource }): ReactNode {
  const { title, text, facts, compared, type } = resource;
  return (
    <div className="scan-word card scan-resource">
      <p className="scan-big">{title}</p>
      {text === null ? null : <HexWords hex={text} />}
      {compared === null ? null : (
        <p>
          <Badge tone={VERDICTS[compared.verdict].tone}>{VERDICTS[compared.verdict].word}</Badge>{' '}
          {compared.sentence}
        </p>
      )}
      {facts.length === 0 ? null : (
        <details>
          <summary>What else it says</summary>
          <Facts>
            {facts.map(({ label, value }, at) => (
              <Fact key={at} label={label}>
                <span className="mono">{value}</span>
              </Fact>
            ))}
          </Facts>
        </details>
      )}
      <p className="quiet small">
        Read from <span className="mono">ur:{type}</span>. Nothing of it is kept.
      </p>
    </div>
  );
}

function Looking({ scan }: { readonly scan: ScanState }): ReactNode {
  const foreign = scan.report?.codes.some(({ state }) => state === 'foreign') ?? false;
  return (
    <div className="stack-tight">
      <p className="scan-big">{scan.camera === 'on' ? 'Looking for a code' : 'Opening the camera'}</p>
      <p className="quiet">
        {scan.aside ?? (foreign ? 'This code is none of Reseal’s.' : (adviceIn(scan) ?? ' '))}
      </p>
    </div>
  );
}

/** One line, as a sentence. */
function adviceIn({ report }: ScanState): string | null {
  const advice = report?.advice ?? null;
  return advice === null ? null : `${advice}.`;
}

function Coming({
  scan,
  incoming,
}: {
  readonly scan: ScanState;
  readonly incoming: Incoming | null;
}): ReactNode {
  const id = incoming?.id ?? scan.judging ?? '';
  const who = scan.hearings[id]?.who ?? 'A message';
  if (incoming === null)
    return (
      <div className="stack-tight">
        <p className="scan-big">{who}</p>
        <p className="quiet">All of it is here. It is being checked.</p>
      </div>
    );
  const { rank, needed, sinceFrame } = incoming;
  return (
    <div className="stack-tight">
      <p className="scan-big">{who}</p>
      <progress className="parts" aria-label={`Parts of ${who}`} max={needed} value={rank} />
      <p>
        <span className="mono">
          {rank} of {needed}
        </span>
        {secondsWords(scan.report?.secondsLeft ?? null)}
      </p>
      <p className="quiet">
        {sinceFrame > PAUSED
          ? 'Out of the picture. What is here is kept.'
          : (adviceIn(scan) ?? 'It comes in well.')}
      </p>
    </div>
  );
}

function Figures({ report }: { readonly report: ScanReport }): ReactNode {
  const { hitRate, pixelsPerModule, pictures } = report;
  return (
    <div className="scan-figures">
      <Facts>
        <Fact label="Pictures read">{Math.round(100 * hitRate)} %</Fact>
        <Fact label="Pixels a module">{pixelsPerModule === null ? '–' : pixelsPerModule.toFixed(1)}</Fact>
        <Fact label="Pictures a second">{Math.round(pictures)}</Fact>
      </Facts>
    </div>
  );
}

/** Honest: no number while there is no pace, and none that seems exact. */
function secondsWords(seconds: number | null): string {
  if (seconds === null) return '';
  if (seconds > 90) return ` · about ${Math.round(seconds / 60)} min left`;
  return ` · about ${Math.max(1, Math.ceil(seconds))} s left`;
}
