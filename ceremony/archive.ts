/**
 * A record as one file: a ZIP archive (PKWARE APPNOTE 6.3.10) without compression, in the one form that the record's
 * files lead to. Two archives of one record are the same bytes, and reading refuses every other form: what two readers
 * of ZIP could read differently does not pass (docs/decisions/0023-the-record-archive.md).
 */
import { concatBytes, equalBytes, utf8ToBytes } from '../crypto/bytes.ts';
import { CeremonyError } from './errors.ts';
import type { RecordFiles } from './record.ts';
import { isStamp, MAX_STAMP } from './timestamp/files.ts';

/** Files in one archive, and bytes in one file and in all: what a record of 256 holders stays far below. */
export const MAX_ARCHIVE_FILES = 5000;
export const MAX_ARCHIVED_FILE = 16 * 1024 * 1024;
export const MAX_ARCHIVE = 256 * 1024 * 1024;

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Version 2.0: folders in names, nothing else. The upper half of "made by" is Unix, so that modes count. */
const VERSION = 20;
const MADE_BY = 0x0300 | VERSION;
/** 1 January 1980, midnight: the earliest time ZIP can say. When a record was written stands in it, signed. */
const DATE = 0x0021;
const MODE = (0o100644 << 16) >>> 0;
const LOCAL_LENGTH = 30;
const END_LENGTH = 22;
/** Up to four parts, none of which begins with a dot: no way out of the folder, and the same file on every system. */
const NAME = /^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,99}\/){0,3}[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** In this folder there are timestamps, and nothing else. */
const STAMPS = 'timestamps/';

const refuse = (what: string, sentence: string): CeremonyError =>
  new CeremonyError('bad-encoding', `${what}: ${sentence}`, 'Fetch the file again from where it was made.');

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** CRC-32 as ZIP uses it (ISO-HDLC). Finds damage, proves nothing. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Numbers of two (`s`) or four (`l`) bytes, little-endian. */
function pack(...fields: readonly [size: 's' | 'l', value: number][]): Uint8Array {
  const out = fields.flatMap(([size, value]) =>
    Array.from({ length: size === 's' ? 2 : 4 }, (_, at) => (value >>> (8 * at)) & 0xff),
  );
  return Uint8Array.from(out);
}

/** What both headers of a file have in common: version, flags, method, time, date, checksum, sizes, length of name. */
function common(name: Uint8Array, crc: number, size: number): Uint8Array {
  return pack(
    ['s', VERSION],
    ['s', 0],
    ['s', 0],
    ['s', 0],
    ['s', DATE],
    ['l', crc],
    ['l', size],
    ['l', size],
    ['s', name.length],
    ['s', 0],
  );
}

function localHeader(name: Uint8Array, crc: number, size: number): Uint8Array {
  return concatBytes(pack(['l', LOCAL]), common(name, crc, size), name);
}

function centralHeader(name: Uint8Array, crc: number, size: number, offset: number): Uint8Array {
  const made = pack(['l', CENTRAL], ['s', MADE_BY]);
  const rest = pack(['s', 0], ['s', 0], ['s', 0], ['l', MODE], ['l', offset]);
  return concatBytes(made, common(name, crc, size), rest, name);
}

function endRecord(count: number, size: number, offset: number): Uint8Array {
  return pack(
    ['l', END],
    ['s', 0],
    ['s', 0],
    ['s', count],
    ['s', count],
    ['l', size],
    ['l', offset],
    ['s', 0],
  );
}

function refuseStamp(what: string, path: string, bytes: Uint8Array): void {
  if (path.startsWith(STAMPS) && !isStamp(path, bytes))
    throw refuse(
      what,
      `"${path}" is no timestamp: expected timestamps/NAME.tsr, of at most ${MAX_STAMP} bytes.`,
    );
}

/**
 * Packs the files of a record, in order of path. Throws `bad-encoding` for a name that no record has, or more than any
 * record holds.
 */
export function packArchive(files: RecordFiles): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  if (files.size > MAX_ARCHIVE_FILES)
    throw refuse('Record', `${files.size} files are more than any record has.`);
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!NAME.test(path)) throw refuse('Record', `"${path}" is no name of a file of a record.`);
    refuseStamp('Record', path, bytes);
    if (bytes.length > MAX_ARCHIVED_FILE)
      throw refuse('Record', `${path} is larger than ${MAX_ARCHIVED_FILE} bytes.`);
    const [name, crc] = [utf8ToBytes(path), crc32(bytes)];
    const header = localHeader(name, crc, bytes.length);
    parts.push(header, bytes);
    directory.push(centralHeader(name, crc, bytes.length, offset));
    offset += header.length + bytes.length;
    if (offset > MAX_ARCHIVE) throw refuse('Record', `it is larger than ${MAX_ARCHIVE} bytes.`);
  }
  const size = directory.reduce((sum, one) => sum + one.length, 0);
  return concatBytes(...parts, ...directory, endRecord(files.size, size, offset));
}

/** True when a file begins like a ZIP archive. */
export function looksLikeArchive(bytes: Uint8Array): boolean {
  return equalBytes(bytes.subarray(0, 4), pack(['l', LOCAL]));
}

/**
 * The files of an archive, by path: views of `bytes`, nothing is copied. Throws `bad-encoding`, naming `what` and the
 * first place that is not as `packArchive` writes it: compression, links, folders, dates, comments, a name that leads
 * elsewhere, a file twice or in another order, bytes between or behind the files.
 */
export function readArchive(bytes: Uint8Array, what = 'Archive'): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!looksLikeArchive(bytes) || bytes.length < LOCAL_LENGTH + END_LENGTH)
    throw refuse(what, 'this is not an archive of a record.');
  const count = view.getUint16(bytes.length - END_LENGTH + 10, true);
  if (count > MAX_ARCHIVE_FILES) throw refuse(what, `${count} files are more than any record has.`);
  const files = new Map<string, Uint8Array>();
  const directory: Uint8Array[] = [];
  let offset = 0;
  let last = '';
  for (let at = 0; at < count; at++) {
    const place = `${what}, file ${at + 1}`;
    if (offset + LOCAL_LENGTH > bytes.length) throw refuse(place, 'it ends too early.');
    const size = view.getUint32(offset + 22, true);
    const start = offset + LOCAL_LENGTH + view.getUint16(offset + 26, true);
    if (size > MAX_ARCHIVED_FILE || start + size > bytes.length)
      throw refuse(place, `its size of ${size} bytes is more than there can be.`);
    const path = String.fromCharCode(
      ...bytes.subarray(offset + LOCAL_LENGTH, Math.min(start, offset + LOCAL_LENGTH + 500)),
    );
    if (!NAME.test(path)) throw refuse(place, 'its name is none of a file of a record.');
    if (path <= last) throw refuse(place, `"${path}" is there twice, or out of order.`);
    const content = bytes.subarray(start, start + size);
    refuseStamp(place, path, content);
    const [name, crc] = [utf8ToBytes(path), crc32(content)];
    if (!equalBytes(bytes.subarray(offset, start), localHeader(name, crc, size)))
      throw refuse(place, `"${path}" has another checksum, or is packed in another way than records are.`);
    files.set(path, content);
    directory.push(centralHeader(name, crc, size, offset));
    offset = start + size;
    last = path;
  }
  const expected = concatBytes(...directory);
  const end = concatBytes(expected, endRecord(count, expected.length, offset));
  if (!equalBytes(bytes.subarray(offset), end))
    throw refuse(what, 'its list of files is not the one that its files lead to.');
  return files;
}
