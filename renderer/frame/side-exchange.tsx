/** Showing and scanning from anywhere in a ceremony. The camera's screen has buttons of its own. */
import type { ReactNode } from 'react';
import type { CeremonyState } from '../../electron/ipc/state.ts';
import { Button } from '../design/button.tsx';
import { useKeys } from '../keys.ts';
import { go } from '../store.ts';
import { toScan, toShow } from '../optical/flow.ts';

export function SideExchange({ ceremony }: { readonly ceremony: CeremonyState }): ReactNode {
  const { show, scan } = ceremony.exchange;
  const onShow = show.length === 0 ? undefined : toShow(ceremony);
  const onScan = scan === null ? undefined : toScan(ceremony);
  // The first one is what the button shows.
  const again = show.slice(1);
  useKeys({ s: onShow, c: onScan });
  if (onShow === undefined && onScan === undefined)
    return <p className="quiet small">Nothing to show or scan just now.</p>;
  return (
    <>
      <div className="side-row">
        {onShow === undefined ? null : (
          <Button kind="quiet" keyHint="S" onPress={onShow}>
            Show
          </Button>
        )}
        {onScan === undefined ? null : (
          <Button kind="quiet" keyHint="C" onPress={onScan}>
            Scan
          </Button>
        )}
      </div>
      {again.length === 0 ? null : (
        <details className="more">
          <summary>Show one again</summary>
          <ul>
            {again.map(({ id, title }) => (
              <li key={id}>
                <Button
                  kind="quiet"
                  onPress={() => {
                    go({
                      screen: 'show',
                      ceremony: ceremony.id,
                      outgoing: id,
                      from: { screen: 'ceremony', ceremony: ceremony.id, role: null },
                    });
                  }}
                >
                  {title}
                </Button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
