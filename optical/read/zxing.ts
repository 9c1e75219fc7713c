/** Reads codes with ZXing-C++ as WebAssembly: the fastest and surest decoder there is, where WebAssembly is allowed. */
import { prepareZXingModule, readBarcodes, type ReaderOptions, type ReadResult } from 'zxing-wasm/reader';
import { modulesOf } from '../symbol/draw.ts';
import { isSamePlace, pixelsPerModule, type Decoder, type Picture, type Sighting } from './picture.ts';

/**
 * Opens the decoder.
 *
 * @param wasm the bytes of `zxing-wasm/reader/zxing_reader.wasm`: handed in, because a window of ours fetches nothing
 * @throws when the bytes are not that module, or WebAssembly is refused
 */
export async function openZxing(wasm: Uint8Array): Promise<Decoder> {
  const wasmBinary = new ArrayBuffer(wasm.length);
  new Uint8Array(wasmBinary).set(wasm);
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  return {
    name: 'zxing',
    async decode(picture, most, modulePixels) {
      const options = modulePixels === undefined ? {} : whereOneWas(modulePixels);
      return (await find(picture, { ...options, maxNumberOfSymbols: most })).flatMap(sightingOf);
    },
    async glimpse(picture, most) {
      // One more, because a failure counts: it must not end the search for a code that can be read.
      const found = await find(picture, { maxNumberOfSymbols: most + 1, returnErrors: true });
      const sightings = found.filter(({ isValid }) => isValid).flatMap(sightingOf);
      const glimpses = found
        .filter(({ isValid }) => !isValid)
        .flatMap(sightingOf)
        // It finds the same code in the picture as it is, made smaller and turned.
        .filter((glimpse, at, all) =>
          [...sightings, ...all.slice(0, at)].every((other) => !isSamePlace(other, glimpse)),
        );
      return { sightings: sightings.slice(0, most), glimpses };
    },
  };
}

/** Pixels a module from which on a picture a third the size has enough of them. */
const COARSE = 6;

/**
 * What is not tried where a code was in the picture before. It is neither white on black nor small in it, and rows of it
 * may be skipped: that reads as much, in a third less time where there is nothing to read, which is when two codes run into
 * each other. The look at a smaller picture stays where the code can be read in it: coarse ones need it in noise.
 */
function whereOneWas(modulePixels: number): ReaderOptions {
  return {
    tryInvert: false,
    tryRotate: false,
    tryHarder: false,
    tryDownscale: modulePixels >= COARSE,
  };
}

function find({ data, width, height }: Picture, options: ReaderOptions): Promise<ReadResult[]> {
  return readBarcodes(
    // Its type asks for memory that is not shared, and its code does not mind.
    { data: data as Uint8ClampedArray<ArrayBuffer>, width, height, colorSpace: 'srgb' },
    // All else stays as the library has it: its second look at a smaller picture finds codes that the first misses. Of the
    // text nobody reads a letter, so it need not guess what is written in it.
    { formats: ['QRCode'], textMode: 'Plain', characterSet: 'ISO8859_1', ...options },
  );
}

function sightingOf({ bytes, extra, position }: ReadResult): Sighting[] {
  const version = Number(/"Version":"(\d+)"/.exec(extra)?.[1]);
  if (!(version >= 1 && version <= 40)) return [];
  const { topLeft, topRight, bottomRight, bottomLeft } = position;
  const corners = [topLeft, topRight, bottomRight, bottomLeft] as const;
  return [{ bytes, corners, version, pixelsPerModule: pixelsPerModule(corners, modulesOf(version)) }];
}
