/** Beside the test codes: what the camera sees, and what each of the two directions can carry. */
import type { ReactNode, RefObject } from 'react';
import type { Recommendation } from '../../../optical/symbol/recommend.ts';
import type { LinkReport } from '../../../optical/wire/link.ts';
import { Button } from '../../design/button.tsx';
import { plural } from '../../time.ts';
import type { WatchedCamera } from '../camera/use-camera.ts';
import { linkAdvice, resultWords } from './words.ts';

/** One screen, as the other laptop's camera reads it. */
export interface Direction {
  /** Null: nothing is known of it. */
  readonly report: LinkReport | null;
  readonly found: Recommendation | null;
}

export function LinkSide({
  video,
  isOn,
  trouble,
  onAgain,
  here,
  there,
  seesOther,
}: Pick<WatchedCamera, 'isOn' | 'trouble'> & {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly onAgain: () => void;
  /** This screen, as the others read it. */
  readonly here: Direction;
  /** Their screen, as this laptop reads it. */
  readonly there: Direction;
  readonly seesOther: boolean;
}): ReactNode {
  return (
    // In a low window it is scrolled, with the keyboard too.
    <aside className="link-side" aria-label="What was measured" tabIndex={0}>
      <div className="link-finder">
        <video
          ref={video}
          className="link-video"
          aria-label="What the camera sees"
          muted
          playsInline
          hidden={!isOn}
        />
        {isOn ? null : <p>{trouble === null ? 'The camera starts …' : 'No picture'}</p>}
      </div>
      {trouble === null ? null : (
        <div className="link-result link-result-open">
          <p>
            <strong>{trouble.sentence}</strong> The other laptop can measure this screen all the same. Read
            there what it says of “their screen”, and choose it below.
          </p>
          <Button kind="quiet" keyHint="T" onPress={onAgain}>
            Try again
          </Button>
        </div>
      )}
      <Result
        title="They read this screen"
        direction={here}
        waiting={
          trouble !== null && !seesOther
            ? 'The other laptop says it on its own screen.'
            : seesOther
              ? 'They have not said yet what they read of it.'
              : 'Known once this camera sees the other screen.'
        }
      />
      <Result
        title="This laptop reads their screen"
        direction={there}
        waiting={
          trouble === null
            ? 'Nothing of it was read yet. Turn the laptops to face each other.'
            : 'Not without a camera.'
        }
      />
    </aside>
  );
}

function Result({
  title,
  direction: { report, found },
  waiting,
}: {
  readonly title: string;
  readonly direction: Direction;
  readonly waiting: string;
}): ReactNode {
  const advice = report === null ? null : linkAdvice(found, report);
  return (
    <section className={found === null ? 'link-result link-result-open' : 'link-result'}>
      <h2>
        <span aria-hidden="true">{found === null ? '·' : '✓'}</span> {title}
      </h2>
      <p>
        {report === null
          ? waiting
          : found !== null
            ? `At ${resultWords(found, report)}`
            : report.complete
              ? 'Not well enough.'
              : `Being measured: ${plural(report.measures.length, 'size')} of codes read so far.`}
      </p>
      {advice === null ? null : <p className="link-advice">{advice}</p>}
    </section>
  );
}
