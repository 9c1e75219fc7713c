/** Works on pictures away from the console's own thread: from a screenshot to what the cameras before that screen see. */
import { parentPort, workerData } from 'node:worker_threads';
import { Camera } from '../../test-support/camera/camera.ts';
import { GOOD_WEBCAM } from '../../test-support/camera/conditions.ts';
import { uniform } from '../../test-support/camera/generator.ts';
import type { Pose } from '../../test-support/camera/pose.ts';
import type { Screen } from '../../test-support/camera/screen.ts';
import type { Looker } from '../vocabulary.ts';
import { Eye, HEIGHT, WIDTH } from './eye.ts';
import { screenOfScreenshot, type Area } from './screenshot.ts';

export interface Order {
  /** Those that look from now on. */
  readonly lookers: readonly Looker[];
  /** What the screen shows: a screenshot. Absent: nothing is taken, those that do not look any more see a wall. */
  readonly png?: Uint8Array;
  /** Where the codes are in it; null: nowhere. */
  readonly codes?: Area | null;
}

/** As somebody holds a laptop before another one. Everybody who looks at the same time stands at the same place. */
function poseFrom(next: () => number): Pose {
  const around = (most: number): number => most * (2 * next() - 1);
  return { fill: 0.96 + around(0.04), yaw: around(8), pitch: around(6), roll: around(3), x: around(0.02) };
}

/** What of the picture codes fill: people come as close as that. */
const FILLED = 0.82;

/** The part of a screen that is before the camera of somebody who looks at its codes. */
function before({ x, y, width, height }: Area): Area {
  const scale = FILLED * Math.min(WIDTH / width, HEIGHT / height);
  const [across, down] = [Math.round(WIDTH / scale), Math.round(HEIGHT / scale)];
  return {
    x: Math.round(x + (width - across) / 2),
    y: Math.round(y + (height - down) / 2),
    width: across,
    height: down,
  };
}

/** The last screen: one that stands still is worked out once, and photographed anew. */
let last: { readonly png: Uint8Array; readonly screen: Screen } | undefined;

function screenOf(png: Uint8Array, part: Area | undefined): Screen {
  if (last === undefined || Buffer.compare(last.png, png) !== 0)
    last = { png, screen: screenOfScreenshot(png, part) };
  return last.screen;
}

const port = parentPort;
const { seed } = workerData as { seed: number };
const next = uniform(seed);
const camera = new Camera({
  width: WIDTH,
  height: HEIGHT,
  pose: poseFrom(next),
  conditions: GOOD_WEBCAM,
  seed,
});
const eyes = new Map<string, Eye>();

port?.on('message', ({ lookers, png, codes }: Order) => {
  for (const [path, eye] of eyes) {
    if (lookers.some((looker) => looker.eye === path)) continue;
    eye.turnAway();
    eye.close();
    eyes.delete(path);
  }
  const part = codes === undefined || codes === null ? undefined : before(codes);
  const seen = png === undefined ? undefined : camera.expose(screenOf(png, part));
  let lost = 0;
  for (const { eye: path, loss } of lookers) {
    const eye = eyes.get(path) ?? new Eye(path);
    eyes.set(path, eye);
    if (seen === undefined) continue;
    if (loss > 0 && next() < loss) lost += 1;
    else eye.see(seen);
  }
  port.postMessage(lost);
});
