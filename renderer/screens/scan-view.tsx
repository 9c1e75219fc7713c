/** How the scan screen looks, from plain values. */
import type { ReactNode, RefObject } from 'react';
import type { Awaited } from '../../electron/ipc/optical.ts';
import { Button } from '../design/button.tsx';
import { Icon } from '../design/icons.tsx';
import { Screen } from '../frame/screen.tsx';
import type { ScanState } from '../optical/scan-state.ts';
import { clock } from '../time.ts';
import { Finder } from './scan-finder.tsx';
import { ScanWord } from './scan-word.tsx';

export interface ScanViewProps {
  readonly scan: ScanState;
  readonly video: RefObject<HTMLVideoElement | null>;
  /** What is awaited; null: nothing in particular. */
  readonly awaited: Awaited | null;
  readonly inCeremony: boolean;
  /** All that was awaited is here: the window goes on by itself. */
  readonly isOver: boolean;
  readonly sound: boolean;
  readonly onSound: () => void;
  readonly onAgain: () => void;
  readonly onChoose: (camera: string) => void;
  /** Null: this laptop has nothing to show. */
  readonly onShow: (() => void) | null;
  readonly onBack: () => void;
  readonly backWords: string;
  readonly onNext: (() => void) | null;
}

export function ScanView(props: ScanViewProps): ReactNode {
  const { scan, awaited, inCeremony, isOver } = props;
  const many = (awaited?.from.length ?? 0) > 1;
  return (
    <Screen
      name="scan"
      width={inCeremony ? 'column' : 'wide'}
      title={isOver ? 'Everything is here' : 'Scan the other screen'}
      lead={isOver ? 'The window goes on by itself.' : leadOf(props)}
      actions={<Actions {...props} />}
    >
      <div className="scan">
        <Finder
          scan={scan}
          video={props.video}
          sound={props.sound}
          onSound={props.onSound}
          onChoose={props.onChoose}
        />
        <ScanWord scan={scan} />
      </div>
      {awaited !== null && awaited.from.length > 0 ? <People awaited={awaited} many={many} /> : null}
      {inCeremony || scan.received.length === 0 ? null : <Received scan={scan} />}
    </Screen>
  );
}

function leadOf({ awaited, inCeremony }: ScanViewProps): string {
  if (!inCeremony)
    return 'Cards, records of keys and plans are taken as they come, URs of wallets are read out. Nothing to press.';
  if (awaited === null) return 'Nothing is awaited here just now. What fits is taken all the same.';
  return awaited.from.length > 1
    ? `${awaited.title}. Go from screen to screen, in any order. Nothing to press.`
    : `${awaited.title}. It is found in the picture by itself. Nothing to press.`;
}

function Actions(props: ScanViewProps): ReactNode {
  const { scan, onNext, onShow, inCeremony } = props;
  const isStuck = scan.trouble !== null;
  const canRetry = isStuck || scan.notice !== null;
  return (
    <>
      {onNext === null ? null : (
        <Button kind="main" keyHint="Enter" onPress={onNext}>
          Go on
        </Button>
      )}
      {canRetry && onNext === null ? (
        <Button kind={isStuck ? 'main' : 'plain'} keyHint="T" onPress={props.onAgain}>
          Try again
        </Button>
      ) : null}
      {onShow === null ? null : (
        <Button keyHint="S" onPress={onShow}>
          Show codes
        </Button>
      )}
      <Button
        icon="back"
        keyHint="Escape"
        kind={!inCeremony && !isStuck && onNext === null && scan.received.length > 0 ? 'main' : 'plain'}
        onPress={props.onBack}
      >
        {props.backWords}
      </Button>
      {scan.decoder === 'jsqr' ? (
        <p className="action-note">Read with jsQR: slower. Ask for a low density on the other screen.</p>
      ) : null}
    </>
  );
}

/** Whose messages are here, and whose are not. */
function People({ awaited, many }: { readonly awaited: Awaited; readonly many: boolean }): ReactNode {
  const here = awaited.from.filter((one) => one.here).length;
  return (
    <section className="people" aria-labelledby="scan-people">
      <h2 id="scan-people" className="people-title">
        {many ? `${here} of ${awaited.from.length} are here` : 'Awaited from'}
      </h2>
      <ul className="people-list" tabIndex={awaited.from.length > 12 ? 0 : undefined}>
        {awaited.from.map((one) => (
          <li key={one.role ?? one.who} className={one.here ? 'person person-here' : 'person'}>
            <span aria-hidden="true">{one.here ? '✓' : '·'}</span> {capital(one.who)}
            <span className="hidden-words">{one.here ? ', here' : ', awaited'}</span>
            {one.at === null ? null : <span className="mono person-at"> {clock(one.at)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What came in since the screen opened. */
function Received({ scan }: { readonly scan: ScanState }): ReactNode {
  return (
    <section className="people" aria-labelledby="scan-received">
      <h2 id="scan-received" className="people-title">
        Taken here
      </h2>
      <ul className="people-list">
        {scan.received.map(({ id, who, at }) => (
          <li key={id} className="person person-here">
            <Icon name="done" /> {who} <span className="mono person-at">{clock(at)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
