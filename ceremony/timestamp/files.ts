/**
 * Which files of a record are timestamps. They come after the record was signed, so they stand outside of it: its
 * checksums do not list them, and they change neither what it says nor the verdict on it.
 */
import type { RecordFiles } from '../record.ts';

/** Bytes of one timestamp, or of a request for one: authorities answer with a few thousand. */
export const MAX_STAMP = 64 * 1024;
/** A name that any file system holds and no shell takes apart. */
const STAMP = /^timestamps\/[A-Za-z0-9][A-Za-z0-9._-]{0,59}\.tsr$/;

/** True for a file that may lie beside a record as a timestamp of it. What is in it has not been looked at. */
export function isStamp(path: string, bytes: Uint8Array): boolean {
  return STAMP.test(path) && bytes.length > 0 && bytes.length <= MAX_STAMP;
}

/** The timestamps beside a record, in order of path. */
export function stampsOf(files: RecordFiles): [path: string, bytes: Uint8Array][] {
  return [...files].filter(([path, bytes]) => isStamp(path, bytes)).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The record itself: what was signed, and what it consists of. */
export function withoutStamps(files: RecordFiles): RecordFiles {
  return new Map([...files].filter(([path, bytes]) => !isStamp(path, bytes)));
}
