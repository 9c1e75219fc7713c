/** A camera of this laptop: opened, chosen, and off again. Nothing here looks at what it sees. */
import { trouble, troubleOf, type Trouble } from './trouble.ts';

export interface CameraChoice {
  readonly id: string;
  readonly label: string;
}

export interface Camera {
  readonly stream: MediaStream;
  readonly track: MediaStreamTrack;
  /** Which of them it is. */
  readonly id: string;
  /** Puts its light out. */
  readonly close: () => void;
}

/** What is asked for; the camera gives what it has. More than 1920 × 1080 takes longer to read than it helps. */
const WANTED = { width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 30 } } as const;

/**
 * Switches a camera on.
 *
 * @param id which one; null, or one that is not there any more: the first
 */
export async function openCamera(id: string | null): Promise<Camera | Trouble> {
  const devices = cameras();
  if (devices === undefined) return trouble('none');
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia({
      video: id === null ? WANTED : { ...WANTED, deviceId: { exact: id } },
      audio: false,
    });
  } catch (error) {
    // The one that was chosen is not there: any other is better than none.
    if (id !== null && error instanceof Error && error.name === 'OverconstrainedError')
      return openCamera(null);
    return troubleOf(error);
  }
  const [track] = stream.getVideoTracks();
  if (track === undefined) return trouble('none');
  return {
    stream,
    track,
    id: track.getSettings().deviceId ?? '',
    close: () => {
      for (const each of stream.getTracks()) each.stop();
    },
  };
}

/** The cameras there are. They have names once one of them was allowed. */
export async function listCameras(): Promise<readonly CameraChoice[]> {
  const devices = (await cameras()?.enumerateDevices()) ?? [];
  return devices
    .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
    .map(({ deviceId, label }, at) => ({ id: deviceId, label: label === '' ? `Camera ${at + 1}` : label }));
}

/** Calls back when one is plugged in or taken away. Returns what ends it. */
export function onCameras(listener: () => void): () => void {
  const devices = cameras();
  devices?.addEventListener('devicechange', listener);
  return () => {
    devices?.removeEventListener('devicechange', listener);
  };
}

/** Absent where the browser does not trust the page, whatever its types say. */
function cameras(): MediaDevices | undefined {
  return navigator.mediaDevices;
}
