/** What moves a ceremony on by screen and camera while nobody is asked. The other ways stand at the side. */
import type { ReactNode } from 'react';
import type { CeremonyState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { useKeys } from '../keys.ts';
import { toScan, toShow } from '../optical/flow.ts';
import type { Next } from '../optical/next.ts';

export function ExchangeActions({
  ceremony,
  next,
}: {
  readonly ceremony: CeremonyState;
  readonly next: Next;
}): ReactNode {
  const { show, scan } = ceremony.exchange;
  const onPress = next === 'show' ? toShow(ceremony) : next === 'scan' ? toScan(ceremony) : undefined;
  // Nobody types here: what the big button says.
  useKeys({ Enter: onPress });
  if (onPress === undefined) return null;
  return (
    <Button kind="main" keyHint="Enter" onPress={onPress}>
      {next === 'scan'
        ? `Scan: ${scanWords(scan?.title ?? '')}`
        : show[0]?.to === 'everybody'
          ? 'Show it to everybody'
          : 'Show your message'}
    </Button>
  );
}

/** "Everybody’s messages: round 2 of 5, confirm" as "round 2 of 5, confirm". */
export function scanWords(title: string): string {
  const words = title.slice(title.lastIndexOf(': ') + 1).trim();
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}
