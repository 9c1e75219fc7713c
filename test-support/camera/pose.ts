/** Where the screen stands before the camera, and which pixel of the screen each pixel of the camera sees. */

export interface Pose {
  /** Share of the camera picture's height that the screen's height fills, seen from the front. */
  readonly fill: number;
  /** Degrees that the screen is turned around its upright axis, around its level axis, and in its own plane. */
  readonly yaw?: number;
  readonly pitch?: number;
  readonly roll?: number;
  /** Where its middle is, off the middle of the picture: shares of the picture's width and height. */
  readonly x?: number;
  readonly y?: number;
}

export const FRONTAL: Pose = { fill: 0.8 };
/** As somebody holds a laptop who tries. */
export const HELD: Pose = { fill: 0.85, yaw: 6, pitch: -5, roll: 2 };
export const OBLIQUE: Pose = { fill: 0.8, yaw: 22, pitch: -12, roll: 5 };

/** Distance of the camera in heights of the screen, as far as perspective goes: a webcam at arm's length. */
const DISTANCE = 2.2;
/** Samples on a side of every camera pixel. */
export const SAMPLES = 2;

/** What of the screen each pixel of the camera sees. */
export interface View {
  readonly width: number;
  readonly height: number;
  /** First row that sees the screen, and the one after the last. */
  readonly top: number;
  readonly bottom: number;
  /** By row: the first column that sees the screen, and the one after the last. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** By pixel of a row between left and right, SAMPLES² each, one row after the other: pixel of the screen, or −1. */
  readonly sources: Int32Array;
  /** By row: where its samples begin in `sources`. */
  readonly starts: Int32Array;
  /** By row: how far down the screen it looks, in its middle column; 0 to 1. */
  readonly depth: Float32Array;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Looks at a screen of this size with a camera of that. */
export function lookAt(screen: Size, camera: Size, pose: Pose): View {
  const toScreen = inverse(projection(screen, camera, pose));
  const { width, height } = camera;
  const left = new Int32Array(height);
  const right = new Int32Array(height);
  const starts = new Int32Array(height);
  const depth = new Float32Array(height);
  const corners = cornersOf(projection(screen, camera, pose), screen);
  let top = height;
  let bottom = 0;
  let count = 0;
  for (let row = 0; row < height; row++) {
    const [from, to] = spanOf(corners, row, width);
    left[row] = from;
    right[row] = to;
    starts[row] = count;
    count += Math.max(0, to - from) * SAMPLES * SAMPLES;
    const [, v] = apply(toScreen, width / 2, row + 0.5);
    depth[row] = Math.max(0, Math.min(1, v / screen.height));
    if (to <= from) continue;
    top = Math.min(top, row);
    bottom = row + 1;
  }
  const sources = new Int32Array(count);
  const [a, b, c, d, e, f, g, h, i] = toScreen;
  let at = 0;
  for (let row = top; row < bottom; row++)
    for (let column = left[row] ?? 0; column < (right[row] ?? 0); column++)
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
        const x = column + ((sample % SAMPLES) + 0.5) / SAMPLES;
        const y = row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES;
        const w = g * x + h * y + i;
        const u = Math.floor((a * x + b * y + c) / w);
        const v = Math.floor((d * x + e * y + f) / w);
        sources[at++] = u < 0 || v < 0 || u >= screen.width || v >= screen.height ? -1 : v * screen.width + u;
      }
  return { width, height, top: Math.min(top, bottom), bottom, left, right, sources, starts, depth };
}

type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

/** From pixels of the screen to pixels of the camera, homogeneous. */
function projection(
  screen: Size,
  camera: Size,
  { fill, yaw = 0, pitch = 0, roll = 0, x = 0, y = 0 }: Pose,
): Matrix3 {
  const radians = Math.PI / 180;
  const [cy, sy] = [Math.cos(yaw * radians), Math.sin(yaw * radians)];
  const [cp, sp] = [Math.cos(pitch * radians), Math.sin(pitch * radians)];
  const [cr, sr] = [Math.cos(roll * radians), Math.sin(roll * radians)];
  // Turned in its plane, then around the level axis, then around the upright one. Lengths are heights of the screen.
  const across = [cy * cr + sy * sp * sr, cp * sr, (-sy * cr + cy * sp * sr) / DISTANCE] as const;
  const down = [-cy * sr + sy * sp * cr, cp * cr, (sy * sr + cy * sp * cr) / DISTANCE] as const;
  const scale = fill * camera.height;
  const [middleX, middleY] = [camera.width * (0.5 + x), camera.height * (0.5 + y)];
  const one = 1 / screen.height;
  const half = screen.width / screen.height / 2;
  const column = (axis: readonly [number, number, number]): [number, number, number] => [
    (scale * axis[0] + middleX * axis[2]) * one,
    (scale * axis[1] + middleY * axis[2]) * one,
    axis[2] * one,
  ];
  const [ax, ay, az] = column(across);
  const [bx, by, bz] = column(down);
  const h = screen.height;
  // The screen's middle is where it is turned around.
  const [ox, oy, oz] = [
    middleX - half * h * ax - 0.5 * h * bx,
    middleY - half * h * ay - 0.5 * h * by,
    1 - half * h * az - 0.5 * h * bz,
  ];
  return [ax, bx, ox, ay, by, oy, az, bz, oz];
}

function inverse([a, b, c, d, e, f, g, h, i]: Matrix3): Matrix3 {
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
}

function apply([a, b, c, d, e, f, g, h, i]: Matrix3, x: number, y: number): [number, number] {
  const w = g * x + h * y + i;
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
}

function cornersOf(matrix: Matrix3, { width, height }: Size): [number, number][] {
  return [
    apply(matrix, 0, 0),
    apply(matrix, width, 0),
    apply(matrix, width, height),
    apply(matrix, 0, height),
  ];
}

/** Columns of a row that may see into the quadrangle: from its edges, a pixel wider. */
function spanOf(
  corners: readonly (readonly [number, number])[],
  row: number,
  width: number,
): [number, number] {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  corners.forEach(([x0, y0], index) => {
    const [x1, y1] = corners[(index + 1) % corners.length] ?? [x0, y0];
    for (const y of [row, row + 1, Math.max(row, Math.min(row + 1, y0))]) {
      if (y < Math.min(y0, y1) || y > Math.max(y0, y1)) continue;
      const x = y0 === y1 ? x0 : x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
      from = Math.min(from, x);
      to = Math.max(to, x);
    }
  });
  if (from > to) return [0, 0];
  return [Math.max(0, Math.floor(from) - 1), Math.min(width, Math.ceil(to) + 1)];
}
