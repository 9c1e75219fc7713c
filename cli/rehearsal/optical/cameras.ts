/** The cameras that an optical rehearsal can be given, by the names under which people choose them. */
import {
  BLURRY_WEBCAM,
  DARK_SCREEN,
  DIM_ROOM,
  GOOD_WEBCAM,
  LAMP,
  LOSSY,
  PERFECT,
  SLOW_DISPLAY,
  type Conditions,
} from '../../../test-support/camera/conditions.ts';
import type { Pose } from '../../../test-support/camera/pose.ts';

export const CAMERAS = {
  'good-webcam': GOOD_WEBCAM,
  'blurry-webcam': BLURRY_WEBCAM,
  'dim-room': DIM_ROOM,
  'dark-screen': DARK_SCREEN,
  lamp: LAMP,
  lossy: LOSSY,
  'slow-display': SLOW_DISPLAY,
  perfect: PERFECT,
} as const satisfies Readonly<Record<string, Conditions>>;
export type CameraName = keyof typeof CAMERAS;
export const CAMERA_NAMES = Object.keys(CAMERAS) as readonly CameraName[];

/** How somebody holds a laptop before another one who tries, but not very hard. `next` gives numbers from 0 to 1. */
export function heldBy(next: () => number): Pose {
  const around = (most: number): number => most * (2 * next() - 1);
  return {
    fill: 0.8 + around(0.07),
    yaw: around(10),
    pitch: around(8),
    roll: around(5),
    x: around(0.03),
    y: around(0.02),
  };
}
