/** The camera and the worker that reads its pictures, for as long as a screen, or a part of one, is there. */
import { useEffect, useEffectEvent, useRef, useState, type RefObject } from 'react';
import type { LinkReport } from '../../../optical/wire/link.ts';
import { useConsole } from '../../store.ts';
import { onCameras } from './camera.ts';
import { codeReader } from './reader.ts';
import { trouble, type Trouble } from './trouble.ts';
import { watchCamera } from './watch.ts';
import type { FromReader } from './words.ts';

export interface WatchedCamera {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly isOn: boolean;
  readonly trouble: Trouble | null;
  readonly decoder: LinkReport['decoder'];
  readonly again: () => void;
}

/**
 * @param onWord told everything that the worker says, but for its readiness
 * @param looks whether each picture is told of, and nothing is made of it
 */
export function useCamera(onWord: (word: FromReader) => void, looks: boolean): WatchedCamera {
  const video = useRef<HTMLVideoElement>(null);
  const [isOn, setOn] = useState(false);
  const [wrong, setWrong] = useState<Trouble | null>(null);
  const [decoder, setDecoder] = useState<LinkReport['decoder']>('none');
  const [attempt, setAttempt] = useState(0);
  const wanted = useConsole((store) => store.camera);
  const hear = useEffectEvent(onWord);

  useEffect(
    () =>
      codeReader.listen(
        (word) => {
          if (word.say === 'ready') setDecoder(word.decoder);
          else hear(word);
        },
        () => {
          setWrong(trouble('reader'));
        },
      ),
    [],
  );

  useEffect(() => {
    const end = watchCamera(wanted, () => video.current, {
      opened: () => {
        codeReader.say({ say: 'looks', wanted: looks });
        setWrong(null);
        setOn(true);
      },
      trouble: (what) => {
        setOn(false);
        setWrong(what);
      },
    });
    return () => {
      if (looks) codeReader.say({ say: 'looks', wanted: false });
      end();
      setOn(false);
    };
  }, [wanted, attempt, looks]);

  const again = (): void => {
    setAttempt((last) => last + 1);
  };
  // One that is plugged in takes the place of one that was not there.
  const plugged = useEffectEvent(() => {
    if (wrong !== null) again();
  });
  useEffect(
    () =>
      onCameras(() => {
        plugged();
      }),
    [],
  );
  return { video, isOn, trouble: wrong, decoder: isOn ? decoder : 'none', again };
}
