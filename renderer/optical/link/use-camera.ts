/** The camera in a link test: each of its pictures with the codes in it, for as long as the screen is there. */
import { useEffect, useEffectEvent, useRef, useState, type RefObject } from 'react';
import type { Look } from '../../../optical/read/watcher.ts';
import type { LinkReport } from '../../../optical/wire/link.ts';
import { useConsole } from '../../store.ts';
import { onCameras, openCamera } from '../camera/camera.ts';
import { codeReader } from '../camera/reader.ts';
import { trouble, type Trouble } from '../camera/trouble.ts';

export interface LinkCamera {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly isOn: boolean;
  readonly trouble: Trouble | null;
  readonly decoder: LinkReport['decoder'];
  readonly again: () => void;
}

export function useLinkCamera(onLook: (look: Look) => void): LinkCamera {
  const video = useRef<HTMLVideoElement>(null);
  const [isOn, setOn] = useState(false);
  const [wrong, setWrong] = useState<Trouble | null>(null);
  const [decoder, setDecoder] = useState<LinkReport['decoder']>('none');
  const [attempt, setAttempt] = useState(0);
  const wanted = useConsole((store) => store.camera);
  const look = useEffectEvent(onLook);

  useEffect(
    () =>
      codeReader.listen(
        (word) => {
          if (word.say === 'ready') setDecoder(word.decoder);
          if (word.say === 'look') look(word.look);
        },
        () => {
          setWrong(trouble('reader'));
        },
      ),
    [],
  );

  useEffect(() => {
    let isOver = false;
    let end = (): void => undefined;
    void openCamera(wanted).then((camera) => {
      if ('sentence' in camera) {
        if (!isOver) setWrong(camera);
        return;
      }
      const shown = video.current;
      if (isOver || shown === null) {
        camera.close();
        return;
      }
      shown.srcObject = camera.stream;
      void shown.play().catch(() => undefined);
      const stop = codeReader.read(camera.track, shown);
      codeReader.say({ say: 'looks', wanted: true });
      camera.track.addEventListener('ended', () => {
        if (isOver) return;
        setOn(false);
        setWrong(trouble('gone'));
      });
      end = () => {
        stop();
        codeReader.say({ say: 'looks', wanted: false });
        camera.close();
        shown.srcObject = null;
        setOn(false);
      };
      setWrong(null);
      setOn(true);
    });
    return () => {
      isOver = true;
      end();
    };
  }, [wanted, attempt]);

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
