/** Where codes were in the last pictures, and which part of the next one to look at for them. */
import { regionAround, type Picture, type Region, type Sighting } from './picture.ts';
import type { Look } from './ration.ts';

/** Where a code was seen last. */
export interface Place {
  corners: Sighting['corners'];
  pixelsPerModule: number;
  /** Pictures since then. */
  misses: number;
  /** What it was read with, and how often in a row. */
  look: Look | undefined;
  times: number;
}

/** Share of a code's diagonal that it may have moved by the next picture. */
const MARGIN = 0.08;

export function placeOf({ corners, pixelsPerModule }: Sighting, look: Look | undefined): Place {
  return { corners, pixelsPerModule, misses: 0, look, times: 1 };
}

/** A code with what it may have moved. */
export function regionOf({ corners }: Pick<Place, 'corners'>, picture: Picture): Region {
  const [a, , c] = corners;
  return regionAround(corners, MARGIN * Math.hypot(c.x - a.x, c.y - a.y), picture);
}

/** The smallest region with all of these in it. */
export function union(regions: readonly Region[], picture: Picture): Region {
  const points = regions.flatMap(({ x, y, width, height }) => [
    { x, y },
    { x: x + width, y: y + height },
  ]);
  return regionAround(points, 0, picture);
}
