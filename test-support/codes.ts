/** Codes and decoders for tests that look at real pixels. */
import { readFileSync } from 'node:fs';
import type { Decoder } from '../optical/read/picture.ts';
import { openZxing } from '../optical/read/zxing.ts';
import { capacityOf, draw, type Matrix } from '../optical/symbol/draw.ts';
import { uniform } from './camera/generator.ts';

/** The bytes of the decoder's module, as they lie in its package. */
export function zxingWasm(): Uint8Array {
  const url = new URL(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'));
  return new Uint8Array(readFileSync(url));
}

export function openZxingHere(): Promise<Decoder> {
  return openZxing(zxingWasm());
}

/** Bytes that look like nothing, the same for the same seed. */
export function someBytes(length: number, seed: number): Uint8Array {
  const next = uniform(seed);
  return Uint8Array.from({ length }, () => Math.floor(next() * 256));
}

/** A full code of this version, and what it says. */
export function fullCode(version: number, seed: number): { bytes: Uint8Array; matrix: Matrix } {
  const bytes = someBytes(capacityOf(version), seed);
  return { bytes, matrix: draw(bytes, version) };
}
