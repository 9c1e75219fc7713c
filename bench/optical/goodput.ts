/**
 * How many bytes a second come over, in the camera model with its rolling shutter, the real reader and the real receiver.
 *
 * The camera does not wait for the reader: it gives 30 pictures a second, of which one, the newest, waits while the reader
 * is busy with another (renderer/optical/camera: MediaStreamTrackProcessor with maxBufferSize 1). So a picture is lost when
 * the next one is there before the reader is free. What counts is the time on a processor that this thread spends on a
 * picture, from its pixels to what the receiver knows; the decoder's WebAssembly runs in this thread. The clock on the wall
 * would also count what else the machine does. Not in it: how the browser turns a frame into pixels.
 */
import { fewestRefreshes } from '../../optical/symbol/flashes.ts';
import { capacityOf, draw } from '../../optical/symbol/draw.ts';
import { DENSITIES, type Setting } from '../../optical/symbol/presets.ts';
import type { Decoder } from '../../optical/read/picture.ts';
import { Reader } from '../../optical/read/reader.ts';
import { packBody } from '../../optical/wire/body.ts';
import { FRAME_OVERHEAD } from '../../optical/wire/frame.ts';
import { Receiver } from '../../optical/wire/receiver.ts';
import { openSender } from '../../optical/wire/sender.ts';
import { NO_TOPIC } from '../../optical/wire/topic.ts';
import { Camera } from '../../test-support/camera/camera.ts';
import { GOOD_WEBCAM, type Conditions } from '../../test-support/camera/conditions.ts';
import type { Pose } from '../../test-support/camera/pose.ts';
import { sideBySide, type Screen } from '../../test-support/camera/screen.ts';
import { someBytes } from '../../test-support/codes.ts';

export interface Scene {
  readonly setting: Setting;
  /** Lines of the camera, which is 16 : 9 and gives 30 pictures a second. */
  readonly lines: number;
  readonly pose: Pose;
  readonly conditions?: Conditions;
  /** Side of a module in CSS pixels: fine patterns may be fast. */
  readonly modulePixels: number;
}

export interface Goodput {
  /** Bytes of payload a second, by clock phase. */
  readonly phases: readonly number[];
  /** Pictures in which something was read, of those that were looked at. */
  readonly hitRate: number;
  /** Pictures that nobody looked at because the reader was busy, of all that the camera gave. */
  readonly dropRate: number;
  /** Camera pixels a module. */
  readonly pixelsPerModule: number;
  /** Milliseconds of a processor that a picture took: the median, and the longest of a hundred but one. */
  readonly median: number;
  readonly slowest: number;
  /** Codes a second that were shown, each of two for itself. */
  readonly rate: number;
}

const PHASES = 8;
const CAMERA_PERIOD = 1000 / 30;
const REFRESH_RATE = 60;
/** Pictures that are not counted: the reader learns where codes are. */
const WARM_UP = 8;

export async function goodput(
  scene: Scene,
  decoder: Decoder,
  pictures: number,
  phases = PHASES,
): Promise<Goodput> {
  const { setting, lines, pose, conditions = GOOD_WEBCAM } = scene;
  const version = DENSITIES[setting.density]!;
  const refreshes = Math.max(
    fewestRefreshes(scene.modulePixels, REFRESH_RATE),
    Math.round(REFRESH_RATE / setting.rate),
  );
  const stays = (1000 / REFRESH_RATE) * refreshes;
  const sender = openSender(packBody([someBytes(250_000, version)]), NO_TOPIC, capacityOf(version));
  const screens = new Map<number, Screen>();
  const screenAt = (time: number): Screen => {
    const shown = Math.floor(time / stays + 1e-6);
    const known = screens.get(shown);
    if (known !== undefined) return known;
    const codes = Array.from({ length: setting.codes }, (_, at) =>
      draw(sender.frame(shown * setting.codes + at), version),
    );
    const made = sideBySide(codes, 3);
    screens.set(shown, made);
    return made;
  };
  const camera = new Camera({
    width: Math.round((lines * 16) / 9),
    height: lines,
    pose,
    conditions,
    seed: 5,
    refreshRate: REFRESH_RATE,
  });
  const results: number[] = [];
  const times: number[] = [];
  const sizes: number[] = [];
  let hits = 0;
  let dropped = 0;
  for (let phase = 0; phase < phases; phase++) {
    // When the reader is done with the picture that it has, and when it took that up.
    let [free, taken, begun] = [0, 0, 0];
    const reader = new Reader(decoder, { clock: () => taken + busy() - begun });
    const receiver = new Receiver();
    let fresh = 0;
    for (let number = 0; number < WARM_UP + pictures; number++) {
      const at = 1000 + (phase / phases) * CAMERA_PERIOD + number * CAMERA_PERIOD;
      const picture = camera.photograph(screenAt, at);
      if (free >= at + CAMERA_PERIOD) {
        if (number >= WARM_UP) dropped += 1;
        continue;
      }
      taken = Math.max(at, free);
      begun = busy();
      const { sightings } = await reader.read(picture);
      const news = sightings
        .map(({ bytes }) => receiver.add(bytes))
        .filter((heard) => heard.what === 'message' || (heard.what === 'progress' && heard.fresh)).length;
      const time = busy() - begun;
      free = taken + time;
      if (number < WARM_UP) continue;
      times.push(time);
      sizes.push(...sightings.map(({ pixelsPerModule }) => pixelsPerModule));
      if (sightings.length > 0) hits += 1;
      fresh += news;
    }
    results.push((fresh * (sender.frameBytes - FRAME_OVERHEAD) * 1000) / (pictures * CAMERA_PERIOD));
  }
  times.sort((a, b) => a - b);
  sizes.sort((a, b) => a - b);
  return {
    phases: results,
    hitRate: hits / times.length,
    dropRate: dropped / (phases * pictures),
    pixelsPerModule: sizes[sizes.length >> 1] ?? Number.NaN,
    median: times[times.length >> 1] ?? Number.NaN,
    slowest: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
    rate: 1000 / stays,
  };
}

const NOTHING = new Int32Array(new SharedArrayBuffer(4));

/** Milliseconds that this thread has spent on a processor. */
function busy(): number {
  // Linux counts when a thread stops or every 4 ms: so it stops, for a moment that does not count.
  Atomics.wait(NOTHING, 0, 0, 0.05);
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
