/** The decoder of the console, for commands and for the rehearsal's cameras. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readBarcodes } from 'zxing-wasm/reader';
import type { Decoder } from '../optical/read/picture.ts';
import { openZxing } from '../optical/read/zxing.ts';

/** Opens it from the package that it lies in. */
export function openDecoder(): Promise<Decoder> {
  return openZxing(readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'))));
}

/**
 * What the codes in a file with a picture say (PNG, JPEG, BMP, GIF, PNM: the decoder opens them itself, inside its own
 * memory). Undefined when it is no such file. Only once the decoder was opened.
 */
export async function codesInFile(file: Uint8Array): Promise<Uint8Array[] | undefined> {
  const found = await readBarcodes(new Uint8Array(file), { formats: ['QRCode'] });
  if (found.some(({ error }) => error === 'Failed to load image from memory')) return undefined;
  return found.flatMap(({ isValid, bytes }) => (isValid ? [bytes] : []));
}
