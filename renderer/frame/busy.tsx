/** Says what the laptop works on, once it takes longer than a blink. */
import type { ReactNode } from 'react';
import { Progress } from '../design/progress.tsx';
import { useConsole } from '../store.ts';
import { useNow } from '../time.ts';

/** Milliseconds that nobody notices. */
const BLINK = 300;

export function Busy(): ReactNode {
  const busy = useConsole((store) => store.state?.busy ?? null);
  const pending = useConsole((store) => store.pending[0]);
  const work = busy ?? pending;
  return work === undefined ? null : <Shown key={work.since} what={work.what} since={work.since} />;
}

function Shown({ what, since }: { readonly what: string; readonly since: number }): ReactNode {
  const passed = useNow(100) - since;
  const shown = passed >= BLINK;
  return (
    <>
      {/* Said once; the seconds are for the eye. */}
      <p className="hidden-words" role="status">
        {shown ? what : ''}
      </p>
      {shown ? (
        <div className="busy" role="region" aria-label="Work under way">
          <Progress what={what} seconds={Math.floor(passed / 1000)} />
        </div>
      ) : null}
    </>
  );
}
