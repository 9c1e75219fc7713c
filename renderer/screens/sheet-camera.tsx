/** The camera at a step: it looks for the code of a share sheet, and for nothing else. */
import { useState, type ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { Next, Notice } from '../design/notice.tsx';
import { useCamera } from '../optical/camera/use-camera.ts';
import type { ScanReport } from '../optical/camera/words.ts';
import { Viewfinder } from './scan-finder.tsx';

export function SheetCamera({
  onText,
  onStop,
}: {
  readonly onText: (text: string) => void;
  readonly onStop: () => void;
}): ReactNode {
  const [report, setReport] = useState<ScanReport | null>(null);
  const { video, isOn, trouble, again } = useCamera((word) => {
    if (word.say === 'report') setReport(word.report);
    if (word.say === 'sheet') onText(word.text);
  }, false);
  const foreign = report?.codes.some(({ state }) => state !== 'unread') ?? false;
  return (
    <div className="sheet-camera">
      <Viewfinder video={video} isOn={isOn} report={report} inTrouble={trouble !== null} />
      {trouble === null ? (
        <p className="quiet" role="status">
          {foreign
            ? 'This code is not that of a share sheet. Show the camera the sheet.'
            : (report?.advice ?? 'Hold the sheet flat, with its code in the middle of the picture.')}
        </p>
      ) : (
        <Notice tone="attention">
          <p>{trouble.sentence}</p>
          <Next>{trouble.next}</Next>
          <Button onPress={again}>Try again</Button>
        </Notice>
      )}
      <Button kind="quiet" onPress={onStop}>
        Type it instead
      </Button>
    </div>
  );
}
