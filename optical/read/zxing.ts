/** Reads codes with ZXing-C++ as WebAssembly: the fastest and surest decoder there is, where WebAssembly is allowed. */
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { modulesOf } from '../symbol/draw.ts';
import { pixelsPerModule, type Decoder } from './picture.ts';

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
    async decode({ data, width, height }, most) {
      // All else stays as the library has it: its second look at a smaller picture finds codes that the first misses.
      const found = await readBarcodes(
        // Its type asks for memory that is not shared, and its code does not mind.
        { data: data as Uint8ClampedArray<ArrayBuffer>, width, height, colorSpace: 'srgb' },
        { formats: ['QRCode'], maxNumberOfSymbols: most },
      );
      return found.flatMap(({ bytes, isValid, extra, position }) => {
        const version = versionIn(extra);
        if (!isValid || version === undefined) return [];
        const { topLeft, topRight, bottomRight, bottomLeft } = position;
        const corners = [topLeft, topRight, bottomRight, bottomLeft] as const;
        return [{ bytes, corners, version, pixelsPerModule: pixelsPerModule(corners, modulesOf(version)) }];
      });
    },
  };
}

/** The version of a code, in what ZXing says besides about it. */
function versionIn(extra: string): number | undefined {
  const version = Number(/"Version":"(\d+)"/.exec(extra)?.[1]);
  return version >= 1 && version <= 40 ? version : undefined;
}
