/** What moves a ceremony on by screen and camera while nobody is asked: the one right thing as the main button, the other beside it. */
import type { ReactNode } from 'react';
import type { CeremonyState, PartState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { useKeys } from '../keys.ts';
import { toScan, toShow } from '../optical/flow.ts';
import { isAwaiting, nextIn } from '../optical/next.ts';
import { useConsole } from '../store.ts';

export function ExchangeActions({
  ceremony,
  part,
}: {
  readonly ceremony: CeremonyState;
  readonly part: PartState;
}): ReactNode {
  const shown = useConsole((store) => store.shown);
  const { show, scan } = ceremony.exchange;
  const [first] = show;
  const next = nextIn(ceremony, part, shown);
  const again = next !== 'show';
  // Nobody types here: what the big button says.
  useKeys({
    Enter: next === 'show' ? toShow(ceremony) : next === 'scan' ? toScan(ceremony) : undefined,
  });
  const scanning =
    scan === null || !isAwaiting(ceremony.exchange, part) ? null : (
      <Button kind={next === 'scan' ? 'main' : 'plain'} keyHint="C" onPress={toScan(ceremony)}>
        {`Scan: ${scanWords(scan.title)}`}
      </Button>
    );
  const showing =
    first === undefined ? null : (
      <Button kind={again ? 'plain' : 'main'} keyHint="S" onPress={toShow(ceremony)}>
        {`Show ${first.to === 'everybody' ? 'it to everybody' : 'your message'}${again ? ' again' : ''}`}
      </Button>
    );
  return next === 'scan' ? (
    <>
      {scanning}
      {showing}
    </>
  ) : (
    <>
      {showing}
      {scanning}
    </>
  );
}

/** "Everybody’s messages: round 2 of 5, confirm" as "round 2 of 5, confirm". */
export function scanWords(title: string): string {
  const words = title.slice(title.lastIndexOf(': ') + 1).trim();
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}
