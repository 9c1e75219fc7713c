/** The viewfinder: what the camera sees, with an outline on the codes in it. */
import type { ReactNode, RefObject } from 'react';
import { Button } from '../design/button.tsx';
import { Select } from '../design/field.tsx';
import type { CodeState, ScanReport, SeenCode } from '../optical/camera/words.ts';
import type { ScanState } from '../optical/scan-state.ts';

/** A mark for each outline, so that its colour is not needed. */
const MARKS: Readonly<Record<CodeState, string>> = {
  wanted: '',
  done: '✓',
  unwanted: '✕',
  unread: '',
  foreign: '?',
  newer: '!',
};

export function Finder({
  scan,
  video,
  sound,
  onSound,
  onChoose,
}: {
  readonly scan: ScanState;
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly sound: boolean;
  readonly onSound: () => void;
  readonly onChoose: (camera: string) => void;
}): ReactNode {
  const { report, cameras, chosen } = scan;
  return (
    <div className="finder-column">
      <Viewfinder
        video={video}
        isOn={scan.camera === 'on'}
        report={report}
        inTrouble={scan.trouble !== null}
      />
      <div className="finder-foot">
        <p className="small quiet">Not mirrored: left is left.</p>
        <Button kind="quiet" keyHint="B" pressed={sound} onPress={onSound}>
          Beep
        </Button>
      </div>
      {cameras.length > 1 ? (
        <Select
          label="Camera"
          value={chosen ?? ''}
          options={cameras.map(({ id, label }) => ({ value: id, label }))}
          onChange={onChoose}
        />
      ) : null}
    </div>
  );
}

/** What the camera sees, and outlines on the codes in it. */
export function Viewfinder({
  video,
  isOn,
  report,
  inTrouble,
}: {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly isOn: boolean;
  readonly report: Pick<ScanReport, 'size' | 'codes'> | null;
  readonly inTrouble: boolean;
}): ReactNode {
  return (
    <div className="finder">
      <video
        ref={video}
        className="finder-video"
        aria-label="What the camera sees"
        muted
        playsInline
        hidden={!isOn}
      />
      {isOn && report !== null ? <Outlines report={report} /> : null}
      {isOn ? null : <p className="finder-off">{inTrouble ? 'No picture' : 'The camera starts …'}</p>}
    </div>
  );
}

function Outlines({ report }: { readonly report: Pick<ScanReport, 'size' | 'codes'> }): ReactNode {
  return (
    <svg
      className="finder-outlines"
      viewBox={`0 0 ${report.size.width} ${report.size.height}`}
      aria-hidden="true"
    >
      {report.codes.map((code, at) => (
        <Outline key={at} code={code} />
      ))}
    </svg>
  );
}

function Outline({ code }: { readonly code: SeenCode }): ReactNode {
  const { corners, state } = code;
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const middle = { x: mean(xs), y: mean(ys) };
  const side = Math.max(...xs) - Math.min(...xs);
  return (
    <g className={`outline outline-${state}`}>
      <polygon points={corners.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} />
      {MARKS[state] === '' ? null : (
        <text x={middle.x} y={middle.y} fontSize={side / 2} textAnchor="middle" dominantBaseline="central">
          {MARKS[state]}
        </text>
      )}
    </g>
  );
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
