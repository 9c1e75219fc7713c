/** A share sheet that is read back: printed, then held before the camera, or typed line by line with proposals. */
import { useState, type ReactNode } from 'react';
import type { SheetCheck } from '../../electron/ipc/sheets.ts';
import { Button } from '../design/button.tsx';
import { Complaint, LongField } from '../design/field.tsx';
import { Next, Notice, Refused } from '../design/notice.tsx';
import { say, useAction } from '../store.ts';
import { SheetCamera } from './sheet-camera.tsx';

export function SheetField({
  name,
  value,
  complaint,
  plain,
  label = 'The sheet, read back',
  onChange,
  onJudged,
}: {
  readonly name: string;
  readonly value: string;
  readonly complaint: string | null;
  /** What is typed is the share itself, not something sealed. */
  readonly plain: boolean;
  readonly label?: string;
  readonly onChange: (value: string) => void;
  /** Told what the lines came to. */
  readonly onJudged?: (check: SheetCheck) => void;
}): ReactNode {
  const [scans, setScans] = useState(false);
  const [checked, setChecked] = useState<{ readonly of: string; readonly check: SheetCheck } | null>(null);
  const look = useAction('sheet:check', 'Looking at the lines');
  const check = checked?.of === value ? checked.check : null;
  // What the camera read is not shown: of a plain sheet it is the share, and others may see this screen.
  const [scanned, setScanned] = useState(false);
  const judge = (text: string): void => {
    onChange(text);
    void look.run({ text }).then((result) => {
      if (!result.ok) return;
      setChecked({ of: text, check: result.value });
      say(result.value.sentence);
      onJudged?.(result.value);
    });
  };
  return (
    <fieldset className="stack-tight sheet-field" data-field={name} tabIndex={-1}>
      <legend className="field-label">{label}</legend>
      {scans ? (
        <SheetCamera
          onText={(text) => {
            setScans(false);
            setScanned(true);
            judge(text);
          }}
          onStop={() => {
            setScans(false);
          }}
        />
      ) : (
        <>
          <Button
            icon="camera"
            onPress={() => {
              setScans(true);
            }}
          >
            Hold it before the camera
          </Button>
          {scanned && value !== '' ? (
            <Button
              kind="quiet"
              onPress={() => {
                setScanned(false);
                onChange('');
              }}
            >
              Type its lines instead
            </Button>
          ) : (
            <>
              {plain ? (
                <p className="sheet-secret">
                  What you type here is the share itself. Nobody else sees or films this screen until the step
                  is done.
                </p>
              ) : null}
              <div className="not-projected">
                <LongField
                  name={name}
                  label="Or type its lines, with ? for what cannot be read"
                  value={value}
                  complaint={null}
                  onChange={onChange}
                />
              </div>
              <Button
                kind="quiet"
                off={look.busy || value.trim() === ''}
                onPress={() => {
                  judge(value);
                }}
              >
                Check the lines
              </Button>
            </>
          )}
        </>
      )}
      <Refused failure={look.failure} />
      {check === null ? null : <Judged check={check} onTake={judge} />}
      {complaint === null ? null : <Complaint>{complaint}</Complaint>}
    </fieldset>
  );
}

/** What the lines came to. Nothing is corrected before a person has compared it with the paper. */
function Judged({
  check,
  onTake,
}: {
  readonly check: SheetCheck;
  readonly onTake: (text: string) => void;
}): ReactNode {
  const { state, sentence, next, proposals, text } = check;
  if (state === 'right') return <Notice tone="done">{sentence}</Notice>;
  return (
    <Notice tone="attention">
      <p>{sentence}</p>
      {proposals.length === 0 ? null : (
        <ul className="bullets">
          {proposals.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
      {next === null ? null : <Next>{next}</Next>}
      {text === null ? null : (
        <Button
          onPress={() => {
            onTake(text);
          }}
        >
          The paper says so: take these
        </Button>
      )}
    </Notice>
  );
}
