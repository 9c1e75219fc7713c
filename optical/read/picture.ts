/** What a camera gives and what a decoder makes of it. */

/** A picture: red, green, blue, alpha; row by row, without padding. */
export interface Picture {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** A place in a picture, in pixels from its upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** An upright rectangle in a picture, in whole pixels. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A code that was read. */
export interface Sighting {
  readonly bytes: Uint8Array;
  /** Upper left, upper right, lower right, lower left of the code as it is meant to be held; without its quiet zone. */
  readonly corners: readonly [Point, Point, Point, Point];
  /** Version of the code, 1 to 40. */
  readonly version: number;
  /** Pixels of the picture on a side of a module, on average over the four sides. */
  readonly pixelsPerModule: number;
}

/** A code that was found and could not be read: too small, too blurred, or two that run into each other. */
export type Glimpse = Omit<Sighting, 'bytes'>;

export interface Decoder {
  readonly name: 'zxing' | 'jsqr';
  /**
   * The codes in a picture, `most` at the most. Never throws for a picture without one.
   *
   * @param modulePixels pixels a module of the code that was in this place before: whoever knows it may look less hard
   */
  decode(picture: Picture, most: number, modulePixels?: number): Promise<Sighting[]>;
  /** The same, and what was only glimpsed beside them. Not every decoder can say. */
  glimpse?(picture: Picture, most: number): Promise<{ sightings: Sighting[]; glimpses: Glimpse[] }>;
}

/** The whole of a picture. */
export function wholeOf({ width, height }: Picture): Region {
  return { x: 0, y: 0, width, height };
}

/** The smallest region around these points that lies in the picture, with `margin` pixels on each side. */
export function regionAround(points: readonly Point[], margin: number, { width, height }: Picture): Region {
  const inside = (value: number, most: number): number => Math.max(0, Math.min(most, value));
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const left = inside(Math.floor(Math.min(...xs) - margin), width);
  const top = inside(Math.floor(Math.min(...ys) - margin), height);
  const right = inside(Math.ceil(Math.max(...xs) + margin), width);
  const bottom = inside(Math.ceil(Math.max(...ys) + margin), height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** A copy of a region of a picture. */
export function crop({ data, width }: Picture, region: Region): Picture {
  const out = new Uint8ClampedArray(region.width * region.height * 4);
  for (let row = 0; row < region.height; row++) {
    const from = ((region.y + row) * width + region.x) * 4;
    out.set(data.subarray(from, from + region.width * 4), row * region.width * 4);
  }
  return { data: out, width: region.width, height: region.height };
}

/** A sighting in a part of a picture that was enlarged `scale` times, as one in the picture itself. */
export function sightingAt<T extends Glimpse>(sighting: T, { x, y }: Region, scale: number): T {
  const [a, b, c, d] = sighting.corners;
  const move = (point: Point): Point => ({ x: x + point.x / scale, y: y + point.y / scale });
  return {
    ...sighting,
    corners: [move(a), move(b), move(c), move(d)],
    pixelsPerModule: sighting.pixelsPerModule / scale,
  };
}

/** Pixels on a side of a module of a code with these corners and `modules` modules on a side. */
export function pixelsPerModule(corners: readonly [Point, Point, Point, Point], modules: number): number {
  const [a, b, c, d] = corners;
  const side = (from: Point, to: Point): number => Math.hypot(to.x - from.x, to.y - from.y);
  return (side(a, b) + side(b, c) + side(c, d) + side(d, a)) / 4 / modules;
}

/** True when the middle of one code lies within the other. */
export function isSamePlace(one: Glimpse, other: Glimpse): boolean {
  const a = middleOf(one.corners);
  const b = middleOf(other.corners);
  const [left, right] = one.corners;
  return Math.hypot(a.x - b.x, a.y - b.y) < Math.hypot(right.x - left.x, right.y - left.y) / 2;
}

function middleOf(corners: readonly Point[]): Point {
  return {
    x: corners.reduce((sum, { x }) => sum + x, 0) / corners.length,
    y: corners.reduce((sum, { y }) => sum + y, 0) / corners.length,
  };
}
