/**
 * Reads one picture of a camera after the other. Where codes were, the next picture is looked at first, and only there:
 * that is several times faster than the whole picture. Whether one code is shown or two side by side it finds out itself.
 */
import { enlarge, sharpen } from './enhance.ts';
import { Pace } from './pace.ts';
import {
  crop,
  isSamePlace,
  sightingAt,
  wholeOf,
  type Decoder,
  type Glimpse,
  type Picture,
  type Region,
  type Sighting,
} from './picture.ts';
import { placeOf, regionOf, union, type Place } from './place.ts';
import { Ration, type Look } from './ration.ts';

export interface ReaderOptions {
  /** Most codes that are looked for in a picture. 2 unless told. */
  readonly codes?: 1 | 2;
  /** Milliseconds of a clock that never goes back: second looks that cost too many pictures are not taken. None: all are. */
  readonly clock?: () => number;
}

export interface Reading {
  readonly sightings: readonly Sighting[];
  /** Codes that were found and could not be read; only where the whole picture was looked at. */
  readonly glimpses: readonly Glimpse[];
  /** Where codes were or are expected, with a margin; the whole picture where there is no sign of one. */
  readonly region: Region;
  /** Size of the picture. */
  readonly width: number;
  readonly height: number;
  /** How often the decoder was asked. */
  readonly tries: number;
  /** True when a code was read at an enhanced picture only. */
  readonly rescued: boolean;
}

/** Misses in a row at all places after which the whole picture is looked at again. */
const LOST = 2;
/** Misses in a row at one place of two after which there is only one code. */
const GONE = 30;
/** Whole pictures with one code in them after which no second one is expected. */
const ALONE = 5;
/** With one code: pictures after which the whole picture is looked at, for a second one may have been put beside it. */
const AGAIN = 40;
/** Times in a row after which a place is enhanced at once; one picture in `PLAIN` is looked at as it is, all the same. */
const HABIT = 3;
const PLAIN = 10;
/** Most pixels of a picture that is enlarged. */
const MOST_ENLARGED = 500_000;
/** Pixels a module from which on enlarging brings nothing. */
const COARSE = 5;

export class Reader {
  readonly #decoder: Decoder;
  readonly #most: number;
  readonly #ration = new Ration();
  readonly #pace: Pace;
  #places: Place[] = [];
  /** Whole pictures in a row with one code in them. */
  #alone = 0;
  #pictures = 0;
  #size = '';

  constructor(decoder: Decoder, options: ReaderOptions = {}) {
    this.#decoder = decoder;
    this.#most = options.codes ?? 2;
    this.#pace = new Pace(options.clock);
  }

  async read(picture: Picture): Promise<Reading> {
    this.#pictures += 1;
    this.#pace.begin();
    const size = `${picture.width} ${picture.height}`;
    if (size !== this.#size) {
      this.#size = size;
      this.#places = [];
    }
    const lost = this.#places.every(({ misses }) => misses >= LOST);
    const learning = this.#most > 1 && this.#places.length === 1 && this.#alone < ALONE;
    const again = this.#most > 1 && this.#places.length === 1 && this.#pictures % AGAIN === 0;
    const reading = await (lost || learning || again ? this.#readWhole(picture) : this.#readPlaces(picture));
    this.#pace.end();
    return reading;
  }

  async #readWhole(picture: Picture): Promise<Reading> {
    const seen =
      this.#decoder.glimpse === undefined
        ? { sightings: await this.#decoder.decode(picture, this.#most), glimpses: [] }
        : await this.#decoder.glimpse(picture, this.#most);
    const { glimpses } = seen;
    const sightings = [...seen.sightings];
    this.#ration.note(sightings.length > 0, glimpses.length > 0);
    const places = sightings.map((sighting) => placeOf(sighting, undefined));
    let tries = 1;
    const again = async (region: Region, most: number, modulePixels?: number): Promise<void> => {
      const look = this.#grant(region, modulePixels);
      if (look === undefined) return;
      tries += 1;
      for (const found of await this.#lookAgain(picture, region, look, most)) {
        if (sightings.some((other) => isSamePlace(other, found))) continue;
        sightings.push(found);
        places.push(placeOf(found, look));
      }
    };
    const plain = sightings.length;
    // Of two codes that are too fine, both: a code that is never read is never expected again.
    for (const glimpse of glimpses.slice(0, this.#most - plain))
      if (!sightings.some((other) => isSamePlace(other, glimpse)))
        await again(regionOf(glimpse, picture), 1, glimpse.pixelsPerModule);
    if (plain === 0 && glimpses.length === 0) await again(wholeOf(picture), this.#most);
    if (places.length > 0) this.#settle(places);
    else for (const place of this.#places) place.misses += 1;
    return this.#reading(picture, { sightings, glimpses, tries, rescued: sightings.length > plain });
  }

  #reading(picture: Picture, seen: Omit<Reading, 'region' | 'width' | 'height'>): Reading {
    const { width, height } = picture;
    const regions = [...seen.sightings, ...seen.glimpses].map((code) => regionOf(code, picture));
    const region = regions.length === 0 ? wholeOf(picture) : union(regions, picture);
    return { ...seen, region, width, height };
  }

  #settle(places: Place[]): void {
    this.#alone = places.length > 1 ? 0 : this.#alone + 1;
    const before = this.#places;
    // What was read with the same look before goes on counting.
    this.#places = places.map((place) => ({
      ...place,
      times: place.look !== undefined && before.some(({ look }) => look === place.look) ? HABIT : place.times,
    }));
  }

  /** First looks at all places, and only then what time is left for second ones. */
  async #readPlaces(picture: Picture): Promise<Reading> {
    const sightings: Sighting[] = [];
    const regions: Region[] = [];
    const missed: { place: Place; region: Region }[] = [];
    let tries = 0;
    let rescued = false;
    const settle = (place: Place, sighting: Sighting | undefined, look: Look | undefined): void => {
      if (sighting === undefined || sightings.some((other) => isSamePlace(other, sighting))) {
        place.misses += 1;
        return;
      }
      sightings.push(sighting);
      rescued ||= look !== undefined;
      const times = place.look === look ? place.times + 1 : 1;
      Object.assign(place, placeOf(sighting, look), { times });
    };
    for (const place of this.#places) {
      const region = regionOf(place, picture);
      regions.push(region);
      tries += 1;
      const habit = this.#habitOf(place);
      if (habit !== undefined) {
        const [found] = await this.#lookAgain(picture, region, habit, 1, place.pixelsPerModule);
        settle(place, found, habit);
        continue;
      }
      const [found] = await this.#decoder.decode(crop(picture, region), 1, place.pixelsPerModule);
      this.#ration.note(found !== undefined);
      if (found === undefined) missed.push({ place, region });
      else settle(place, sightingAt(found, region, 1), undefined);
    }
    for (const { place, region } of missed) {
      const look = this.#grant(region, place.pixelsPerModule);
      if (look !== undefined) tries += 1;
      const [found] =
        look === undefined ? [] : await this.#lookAgain(picture, region, look, 1, place.pixelsPerModule);
      settle(place, found, look);
    }
    this.#forget();
    const { width, height } = picture;
    return { sightings, glimpses: [], region: union(regions, picture), width, height, tries, rescued };
  }

  /** The look that a place gets at once, because nothing else helped lately. */
  #habitOf({ look, times }: Place): Look | undefined {
    return times < HABIT || this.#pictures % PLAIN === 0 ? undefined : look;
  }

  /** One code of two that is away for long, while the other is there, was taken down. */
  #forget(): void {
    const there = this.#places.filter(({ misses }) => misses < GONE);
    if (there.length === 0 || there.length === this.#places.length) return;
    this.#places = there;
    this.#alone = ALONE;
  }

  /** How a region may be looked at again; undefined when it is not worth it. */
  #grant({ width, height }: Region, modulePixels = 0): Look | undefined {
    const small = width * height <= MOST_ENLARGED && modulePixels < COARSE;
    const codes = Math.max(1, this.#places.length);
    return this.#ration.grant(
      small ? ['enlarge', 'sharpen'] : ['sharpen'],
      (look) => codes * this.#pace.lost(look, width * height),
    );
  }

  /** `modulePixels`: of the code that was there before, in the picture itself. */
  async #lookAgain(
    picture: Picture,
    region: Region,
    look: Look,
    most: number,
    modulePixels?: number,
  ): Promise<Sighting[]> {
    const scale = look === 'enlarge' ? 2 : 1;
    const found = await this.#pace.measure(look, region.width * region.height, () => {
      const part = crop(picture, region);
      const enhanced = look === 'enlarge' ? enlarge(part) : sharpen(part);
      return this.#decoder.decode(
        enhanced,
        most,
        modulePixels === undefined ? undefined : scale * modulePixels,
      );
    });
    this.#ration.judge(look, found.length > 0);
    return found.map((sighting) => sightingAt(sighting, region, scale));
  }
}
