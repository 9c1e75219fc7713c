/** The decoder of the console, for commands and for the rehearsal's cameras. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Decoder } from '../optical/read/picture.ts';
import { openZxing } from '../optical/read/zxing.ts';

/** Opens it from the package that it lies in. */
export function openDecoder(): Promise<Decoder> {
  return openZxing(readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'))));
}
