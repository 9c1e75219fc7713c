/** Codes as PNG files: one bit a pixel (ISO/IEC 15948). The same code gives the same bytes. */
import { deflateSync } from 'node:zlib';
import { concatBytes, utf8ToBytes } from '../crypto/bytes.ts';
import { QUIET_ZONE, type Matrix } from '../optical/symbol/draw.ts';
import { crc32 } from '../optical/wire/crc32.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A code with its quiet zone, `pixels` pixels a module. */
export function pngOf({ size, modules }: Matrix, pixels: number): Uint8Array {
  const side = (size + 2 * QUIET_ZONE) * pixels;
  // A byte that says how the row is filtered (not at all), and eight pixels a byte: 1 is white.
  const stride = 1 + Math.ceil(side / 8);
  const rows = new Uint8Array(stride * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const row = Math.floor(y / pixels) - QUIET_ZONE;
      const column = Math.floor(x / pixels) - QUIET_ZONE;
      const inside = row >= 0 && row < size && column >= 0 && column < size;
      if (inside && modules[row * size + column] === 1) continue;
      const at = y * stride + 1 + (x >> 3);
      rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7));
    }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, side);
  view.setUint32(4, side);
  // One bit of grey; the only compression and filter there are; not interlaced.
  header.set([1, 0, 0, 0, 0], 8);
  return concatBytes(
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', new Uint8Array(deflateSync(rows))),
    chunk('IEND', new Uint8Array(0)),
  );
}

/** Length ‖ type ‖ data ‖ CRC-32 of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const named = concatBytes(utf8ToBytes(type), data);
  return concatBytes(word(data.length), named, word(crc32(named)));
}

function word(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}
