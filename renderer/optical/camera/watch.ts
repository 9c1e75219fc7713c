/** A camera whose pictures are shown, and read by the worker, until its end is called. */
import { openCamera, type Camera } from './camera.ts';
import { codeReader } from './reader.ts';
import { trouble, type Trouble } from './trouble.ts';

/**
 * @param wanted which camera; null: the first
 * @param video where its pictures are shown; null: it is gone, and the camera stays off
 * @returns what ends it: the worker reads no more, and the camera's light goes out
 */
export function watchCamera(
  wanted: string | null,
  video: () => HTMLVideoElement | null,
  on: {
    readonly opened: (camera: Camera) => void;
    /** It does not open, or was taken away. */
    readonly trouble: (what: Trouble) => void;
  },
): () => void {
  let isOver = false;
  let end = (): void => undefined;
  void openCamera(wanted).then((camera) => {
    if ('sentence' in camera) {
      if (!isOver) on.trouble(camera);
      return;
    }
    const shown = video();
    if (isOver || shown === null) {
      camera.close();
      return;
    }
    shown.srcObject = camera.stream;
    void shown.play().catch(() => undefined);
    const stop = codeReader.read(camera.track, shown);
    camera.track.addEventListener('ended', () => {
      if (!isOver) on.trouble(trouble('gone'));
    });
    end = () => {
      stop();
      camera.close();
      shown.srcObject = null;
    };
    on.opened(camera);
  });
  return () => {
    isOver = true;
    end();
  };
}
