/** Reading a `.reseal` file: a ZIP archive without compression, accepted in the one form that its files lead to. */
import { Bad, join, same, utf8 } from './basics.ts';
import { isStamp } from './stamps.ts';

const MAX_FILES = 5000;
const MAX_FILE = 16 * 1024 * 1024;
const NAME = /^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,99}\/){0,3}[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** Little-endian numbers: `[2, value]` of two bytes, `[4, value]` of four. */
function little(...numbers: readonly (readonly [length: 2 | 4, value: number])[]): Uint8Array {
  return Uint8Array.from(
    numbers.flatMap(([length, value]) => Array.from({ length }, (_, at) => (value >>> (8 * at)) & 255)),
  );
}

export const looksPacked = (bytes: Uint8Array): boolean => same(bytes.subarray(0, 4), utf8('PK\u0003\u0004'));

/** The files of an archive. Throws Bad for every other form of ZIP. */
export function unpack(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!looksPacked(bytes) || bytes.length < 52) throw new Bad('This file is no packed record.');
  const count = view.getUint16(bytes.length - 12, true);
  if (count > MAX_FILES) throw new Bad('This file holds more than any record.');
  const files = new Map<string, Uint8Array>();
  const directory: Uint8Array[] = [];
  let [offset, last] = [0, ''];
  for (let at = 0; at < count; at++) {
    if (offset + 30 > bytes.length) throw new Bad('The packed record ends too early.');
    const [size, length] = [view.getUint32(offset + 22, true), view.getUint16(offset + 26, true)];
    const start = offset + 30 + length;
    if (length > 500 || size > MAX_FILE || start + size > bytes.length)
      throw new Bad('A file in the packed record is larger than it can be.');
    const raw = bytes.subarray(offset + 30, start);
    const name = Array.from(raw, (byte) => String.fromCharCode(byte)).join('');
    if (!NAME.test(name) || name <= last)
      throw new Bad('A name in the packed record is none of a record, or is there twice.');
    const content = bytes.subarray(start, start + size);
    if (name.startsWith('timestamps/') && !isStamp(name, content))
      throw new Bad(`In the packed record, ${name} is no timestamp.`);
    const common = join(
      little(
        [2, 20],
        [2, 0],
        [2, 0],
        [2, 0],
        [2, 0x21],
        [4, crc32(content)],
        [4, size],
        [4, size],
        [2, length],
        [2, 0],
      ),
    );
    if (!same(bytes.subarray(offset, start), join(utf8('PK\u0003\u0004'), common, raw)))
      throw new Bad(
        `In the packed record, ${name} has another checksum, or is packed in another way than records are.`,
      );
    const rest = little([2, 0], [2, 0], [2, 0], [4, 0o100644 * 65536], [4, offset]);
    directory.push(utf8('PK\u0001\u0002'), little([2, 0x314]), common, rest, raw);
    files.set(name, content);
    [offset, last] = [start + size, name];
  }
  const entries = join(...directory);
  const end = little([2, 0], [2, 0], [2, count], [2, count], [4, entries.length], [4, offset], [2, 0]);
  if (!same(bytes.subarray(offset), join(entries, utf8('PK\u0005\u0006'), end)))
    throw new Bad('The list of files in the packed record is not the one that its files lead to.');
  return files;
}
