/**
 * Reads one picture of a camera after the other. Where codes were, the next picture is looked at first, and only there:
 * that is several times faster than the whole picture. Whether one code is shown or two side by side it finds out itself.
 */
import { enlarge, sharpen } from './enhance.ts';
import {
  crop,
  regionAround,
  sightingAt,
  wholeOf,
  type Decoder,
  type Picture,
  type Point,
  type Region,
  type Sighting,
} from './picture.ts';
import { Ration, type Look } from './ration.ts';

export interface ReaderOptions {
  /** Most codes that are looked for in a picture. 2 unless told. */
  readonly codes?: 1 | 2;
}

export interface Reading {
  readonly sightings: readonly Sighting[];
  /** The part of the picture that was looked at. */
  readonly region: Region;
  /** How often the decoder was asked. */
  readonly tries: number;
  /** True when a code was read at the second look only. */
  readonly rescued: boolean;
}

/** Where a code was seen last. */
interface Place {
  corners: Sighting['corners'];
  pixelsPerModule: number;
  /** Pictures since then. */
  misses: number;
}

/** Share of a code's side that it may have moved by the next picture. */
const MARGIN = 0.1;
/** Misses in a row at all places after which the whole picture is looked at again. */
const LOST = 2;
/** Misses in a row at one place of two after which there is only one code. */
const GONE = 30;
/** Whole pictures with one code in them after which no second one is expected. */
const ALONE = 5;
/** With one code: pictures after which the whole picture is looked at, for a second one may have been put beside it. */
const AGAIN = 40;
/** Most pixels of a picture that is enlarged. */
const MOST_ENLARGED = 500_000;
/** Pixels a module from which on enlarging brings nothing. */
const COARSE = 5;

export class Reader {
  readonly #decoder: Decoder;
  readonly #most: number;
  readonly #ration = new Ration();
  #places: Place[] = [];
  /** Whole pictures in a row with one code in them. */
  #alone = 0;
  #pictures = 0;
  #size = '';

  constructor(decoder: Decoder, options: ReaderOptions = {}) {
    this.#decoder = decoder;
    this.#most = options.codes ?? 2;
  }

  async read(picture: Picture): Promise<Reading> {
    this.#pictures += 1;
    const size = `${picture.width} ${picture.height}`;
    if (size !== this.#size) {
      this.#size = size;
      this.#places = [];
    }
    const lost = this.#places.every(({ misses }) => misses >= LOST);
    const learning = this.#most > 1 && this.#places.length === 1 && this.#alone < ALONE;
    const again = this.#most > 1 && this.#places.length === 1 && this.#pictures % AGAIN === 0;
    return lost || learning || again ? this.#readWhole(picture) : this.#readPlaces(picture);
  }

  async #readWhole(picture: Picture): Promise<Reading> {
    let sightings = await this.#decoder.decode(picture, this.#most);
    let tries = 1;
    this.#ration.note(sightings.length > 0);
    const rescued = sightings.length === 0 ? await this.#secondLook(picture, this.#most) : undefined;
    if (rescued !== undefined) {
      sightings = rescued;
      tries += 1;
    }
    if (sightings.length === 1) this.#alone += 1;
    if (sightings.length > 1) this.#alone = 0;
    if (sightings.length > 0) this.#places = sightings.map(placeOf);
    for (const place of sightings.length > 0 ? [] : this.#places) place.misses += 1;
    return {
      sightings,
      region: wholeOf(picture),
      tries,
      rescued: rescued !== undefined && rescued.length > 0,
    };
  }

  async #readPlaces(picture: Picture): Promise<Reading> {
    const sightings: Sighting[] = [];
    const regions: Region[] = [];
    let tries = 0;
    let rescued = false;
    for (const place of this.#places) {
      const region = regionOf(place, picture);
      const part = crop(picture, region);
      regions.push(region);
      tries += 1;
      let [found] = await this.#decoder.decode(part, 1);
      this.#ration.note(found !== undefined);
      if (found === undefined) {
        const second = await this.#secondLook(part, 1, place.pixelsPerModule);
        if (second !== undefined) {
          tries += 1;
          [found] = second;
          rescued ||= found !== undefined;
        }
      }
      const sighting = found && sightingAt(found, region, 1);
      if (sighting === undefined || sightings.some((other) => isSame(other, sighting))) place.misses += 1;
      else {
        Object.assign(place, placeOf(sighting));
        sightings.push(sighting);
      }
    }
    this.#forget();
    return { sightings, region: union(regions, picture), tries, rescued };
  }

  /** One code of two that is away for long, while the other is there, was taken down. */
  #forget(): void {
    const there = this.#places.filter(({ misses }) => misses < GONE);
    if (there.length === 0 || there.length === this.#places.length) return;
    this.#places = there;
    this.#alone = ALONE;
  }

  /** Undefined when the picture is not worth a second look. */
  async #secondLook(picture: Picture, most: number, modulePixels = 0): Promise<Sighting[] | undefined> {
    const small = picture.width * picture.height <= MOST_ENLARGED && modulePixels < COARSE;
    const look = this.#ration.grant(small ? ['enlarge', 'sharpen'] : ['sharpen']);
    if (look === undefined) return undefined;
    const scale = look === 'enlarge' ? 2 : 1;
    const found = await this.#decoder.decode(enhanced(picture, look), most);
    this.#ration.judge(look, found.length > 0);
    return found.map((sighting) => sightingAt(sighting, wholeOf(picture), scale));
  }
}

function enhanced(picture: Picture, look: Look): Picture {
  return look === 'enlarge' ? enlarge(picture) : sharpen(picture);
}

function placeOf({ corners, pixelsPerModule }: Sighting): Place {
  return { corners, pixelsPerModule, misses: 0 };
}

function regionOf({ corners }: Place, picture: Picture): Region {
  const [a, , c] = corners;
  return regionAround(corners, MARGIN * Math.hypot(c.x - a.x, c.y - a.y), picture);
}

function union(regions: readonly Region[], picture: Picture): Region {
  const points = regions.flatMap(({ x, y, width, height }) => [
    { x, y },
    { x: x + width, y: y + height },
  ]);
  return regionAround(points, 0, picture);
}

/** True when the middle of one code lies within the other. */
function isSame(one: Sighting, other: Sighting): boolean {
  const a = middleOf(one.corners);
  const b = middleOf(other.corners);
  const side = Math.hypot(one.corners[1].x - one.corners[0].x, one.corners[1].y - one.corners[0].y);
  return Math.hypot(a.x - b.x, a.y - b.y) < side / 2;
}

function middleOf(corners: readonly Point[]): Point {
  return {
    x: corners.reduce((sum, { x }) => sum + x, 0) / corners.length,
    y: corners.reduce((sum, { y }) => sum + y, 0) / corners.length,
  };
}
