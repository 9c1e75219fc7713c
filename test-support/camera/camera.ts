/** A camera before a screen: from what the display shows to what a program gets, the same for the same seed. README.md. */
import type { Picture } from '../../optical/read/picture.ts';
import { GOOD_WEBCAM, type Conditions } from './conditions.ts';
import { normals, uniform } from './generator.ts';
import { compress, stepsAt } from './jpeg.ts';
import { HELD, lookAt, SAMPLES, type Pose, type View } from './pose.ts';
import type { Screen } from './screen.ts';
import { shares, spells, type Film } from './shutter.ts';

export interface CameraOptions {
  /** Pixels of its picture. */
  readonly width?: number;
  readonly height?: number;
  readonly pose?: Pose;
  readonly conditions?: Conditions;
  readonly seed?: number;
  /** Refreshes of the display a second. */
  readonly refreshRate?: number;
}

/** Part of a refresh in which the display writes an image; the rest is its pause. */
const SCAN = 0.95;
/** Shares of an image below this are not seen. */
const FAINT = 0.004;
/** Images that are kept as the camera sees them. */
const KEPT = 8;
/** Brightness levels before the camera's curve. */
const LEVELS = 4096;
const NORMALS = 1 << 16;

/** sRGB (IEC 61966-2-1): from what is stored to light, both 0 to 1. */
const toLight = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const fromLight = (light: number): number =>
  light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
const LIGHT_OF = Float32Array.from({ length: 256 }, (_, value) => toLight(value / 255));

/** A screen as the lens projects it: light, 0 to 1, in the rectangle of the picture where the screen is. */
type Projected = Float32Array;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export class Camera {
  readonly width: number;
  readonly height: number;
  readonly #pose: Pose;
  readonly #conditions: Conditions;
  readonly #next: () => number;
  readonly #normals: Float32Array;
  readonly #refresh: number;
  readonly #luma: Uint8ClampedArray;
  readonly #rgba: Uint8ClampedArray;
  readonly #words: Uint32Array;
  /** By level of light: what is stored, and the deviation of the noise in levels. */
  readonly #curve: Uint8Array;
  readonly #noise: Float32Array;
  readonly #steps: Float64Array | undefined;
  #view: View | undefined;
  #viewOf = '';
  #box: Box = { left: 0, top: 0, right: 0, bottom: 0 };
  /** By pixel of the box: how much of the screen's light arrives, and how much the lamp adds. */
  #gain = new Float32Array(0);
  #lamp = new Float32Array(0);
  readonly #projected = new Map<Screen, Projected>();
  #taken = false;

  constructor(options: CameraOptions = {}) {
    const { width = 1280, height = 720, pose = HELD, conditions = GOOD_WEBCAM, seed = 1 } = options;
    this.width = width;
    this.height = height;
    this.#pose = pose;
    this.#conditions = conditions;
    this.#refresh = 1000 / (options.refreshRate ?? 60);
    this.#next = uniform(seed);
    this.#normals = normals(NORMALS, this.#next);
    this.#luma = new Uint8ClampedArray(width * height);
    this.#rgba = new Uint8ClampedArray(width * height * 4);
    this.#words = new Uint32Array(this.#rgba.buffer);
    this.#curve = Uint8Array.from({ length: LEVELS }, (_, level) =>
      Math.round(255 * fromLight(level / (LEVELS - 1))),
    );
    const { noise, grain, jpeg } = conditions;
    this.#noise = Float32Array.from(
      { length: LEVELS },
      (_, level) => LEVELS * Math.hypot(noise, grain * Math.sqrt(level / LEVELS)),
    );
    this.#steps = jpeg > 0 ? stepsAt(jpeg) : undefined;
  }

  /** What the camera sees at a time of the display's clock. The picture is good until the next one is taken. */
  photograph(screens: Screen | Film, atMs = 0): Picture {
    const luma = this.expose(screens, atMs);
    // Little-endian: alpha is the highest byte.
    for (let at = 0; at < luma.length; at++) this.#words[at] = 0xff000000 | (luma[at]! * 0x010101);
    return { data: this.#rgba, width: this.width, height: this.height };
  }

  /** The same as brightness alone, 0 to 255: the Y plane of a film. Good until the next one is taken. */
  expose(screens: Screen | Film, atMs = 0): Uint8ClampedArray {
    const { loss, exposure, readout, response } = this.#conditions;
    if (loss > 0 && this.#next() < loss && this.#taken) return this.#luma;
    this.#taken = true;
    const film = typeof screens === 'function' ? screens : () => screens;
    const seen = spells(film, atMs, atMs + readout + exposure, this.#refresh, response);
    const view = this.#look(seen[0]!.screen);
    const images = seen.map(({ screen }) => this.#project(screen, view));
    const { left, top, right, bottom } = this.#box;
    const width = right - left;
    const blend = new Float32Array(width);
    this.#surroundings();
    for (let row = top; row < bottom; row++) {
      const from = atMs + (row / this.height) * readout;
      const delay = view.depth[row]! * this.#refresh * SCAN;
      const weights = shares(seen, from, from + exposure, delay, response);
      blend.fill(0);
      weights.forEach((weight, index) => {
        if (weight < FAINT) return;
        const image = images[index]!;
        const start = (row - top) * width;
        for (let x = 0; x < width; x++) blend[x] = blend[x]! + weight * image[start + x]!;
      });
      this.#develop(blend, row);
    }
    if (this.#steps !== undefined) compress(this.#luma, this.width, this.#box, this.#steps);
    return this.#luma;
  }

  /** One row of light to what is stored: uneven light, the lamp, exposure, noise, the camera's curve. */
  #develop(light: Float32Array, row: number): void {
    const { veil, white } = this.#conditions;
    const { left, top, right } = this.#box;
    const scale = ((LEVELS - 1) * toLight(white)) / (1 + veil);
    const start = (row - top) * (right - left);
    const luck = Math.floor(this.#next() * NORMALS);
    for (let x = 0; x < right - left; x++) {
      const level = scale * (light[x]! * this.#gain[start + x]! + veil + this.#lamp[start + x]!);
      this.#luma[row * this.width + left + x] = this.#stored(level, luck + x);
    }
  }

  #stored(level: number, luck: number): number {
    const clean = level < LEVELS - 1 ? level : LEVELS - 1;
    const noisy = clean + this.#noise[clean | 0]! * this.#normals[luck & (NORMALS - 1)]!;
    return this.#curve[noisy < 0 ? 0 : noisy < LEVELS ? noisy | 0 : LEVELS - 1]!;
  }

  /** The room, wherever the screen is not. */
  #surroundings(): void {
    const { veil, white, room } = this.#conditions;
    const { left, top, right, bottom } = this.#box;
    const level = ((LEVELS - 1) * toLight(white) * (room + veil)) / (1 + veil);
    const fill = (row: number, from: number, to: number): void => {
      const luck = Math.floor(this.#next() * NORMALS);
      for (let x = from; x < to; x++) this.#luma[row * this.width + x] = this.#stored(level, luck + x);
    };
    for (let row = 0; row < this.height; row++)
      if (row < top || row >= bottom) fill(row, 0, this.width);
      else {
        fill(row, 0, left);
        fill(row, right, this.width);
      }
  }

  /** Works out once where each pixel looks, for screens of this size. */
  #look(screen: Screen): View {
    const size = `${screen.width} ${screen.height}`;
    if (this.#view !== undefined && this.#viewOf === size) return this.#view;
    const view = lookAt(screen, this, this.#pose);
    this.#viewOf = size;
    this.#view = view;
    this.#projected.clear();
    const margin = Math.ceil(3 * this.#conditions.blur) + 1;
    const rows = Array.from({ length: view.bottom - view.top }, (_, row) => view.top + row);
    this.#box = {
      left: Math.max(0, rows.reduce((least, row) => Math.min(least, view.left[row]!), this.width) - margin),
      top: Math.max(0, view.top - margin),
      right: Math.min(this.width, rows.reduce((most, row) => Math.max(most, view.right[row]!), 0) + margin),
      bottom: Math.min(this.height, view.bottom + margin),
    };
    this.#lightUp();
    return view;
  }

  /** Where the light falls off, and where the lamp is: chosen by the seed. */
  #lightUp(): void {
    const { uneven, glare } = this.#conditions;
    const { left, top, right, bottom } = this.#box;
    const [width, height] = [right - left, bottom - top];
    const direction = this.#next() * 2 * Math.PI;
    const [dx, dy] = [Math.cos(direction), Math.sin(direction)];
    const [lampX, lampY] = [width * (0.3 + 0.4 * this.#next()), height * (0.3 + 0.4 * this.#next())];
    const size = 2 * (this.height * 0.06) ** 2;
    this.#gain = new Float32Array(width * height);
    this.#lamp = new Float32Array(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const across = 0.5 + ((x / width - 0.5) * dx + (y / height - 0.5) * dy) / Math.SQRT2;
        this.#gain[y * width + x] = 1 - uneven * across;
        if (glare > 0)
          this.#lamp[y * width + x] = glare * Math.exp(-((x - lampX) ** 2 + (y - lampY) ** 2) / size);
      }
  }

  #project(screen: Screen, view: View): Projected {
    const known = this.#projected.get(screen);
    if (known !== undefined) return known;
    const made = blurred(
      project(screen, view, this.#box, this.#conditions.room),
      this.#box,
      this.#conditions.blur,
    );
    this.#projected.set(screen, made);
    for (const oldest of this.#projected.keys()) {
      if (this.#projected.size <= KEPT) break;
      this.#projected.delete(oldest);
    }
    return made;
  }
}

function project(screen: Screen, view: View, { left, top, right, bottom }: Box, room: number): Projected {
  if (screen.luma.length !== screen.width * screen.height) throw new RangeError('a screen of another size');
  const width = right - left;
  const out = new Float32Array(width * (bottom - top)).fill(room);
  const { sources } = view;
  const { luma } = screen;
  for (let row = view.top; row < view.bottom; row++) {
    let at = view.starts[row]!;
    for (let column = view.left[row]!; column < view.right[row]!; column++) {
      let sum = 0;
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
        const source = sources[at++]!;
        sum += source < 0 ? room : LIGHT_OF[luma[source]!]!;
      }
      out[(row - top) * width + column - left] = sum / (SAMPLES * SAMPLES);
    }
  }
  return out;
}

/** Gaussian blur, rows and then columns; the edge repeats outside. */
function blurred(light: Projected, { left, top, right, bottom }: Box, deviation: number): Projected {
  if (deviation === 0) return light;
  const [width, height] = [right - left, bottom - top];
  const radius = Math.ceil(2.5 * deviation);
  const bell = Array.from({ length: 2 * radius + 1 }, (_, at) =>
    Math.exp(-((at - radius) ** 2) / (2 * deviation ** 2)),
  );
  const total = bell.reduce((sum, value) => sum + value, 0);
  const kernel = bell.map((value) => value / total);
  const rows = new Float32Array(light.length);
  const out = new Float32Array(light.length);
  kernel.forEach((factor, at) => {
    const shift = at - radius;
    for (let y = 0; y < height; y++) {
      const start = y * width;
      for (let x = 0; x < width; x++) {
        const from = x + shift;
        rows[start + x] =
          rows[start + x]! + factor * light[start + (from < 0 ? 0 : from < width ? from : width - 1)]!;
      }
    }
  });
  kernel.forEach((factor, at) => {
    const shift = at - radius;
    for (let y = 0; y < height; y++) {
      const from = Math.max(0, Math.min(height - 1, y + shift)) * width;
      const start = y * width;
      for (let x = 0; x < width; x++) out[start + x] = out[start + x]! + factor * rows[from + x]!;
    }
  });
  return out;
}
