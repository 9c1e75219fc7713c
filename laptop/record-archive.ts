/** Records as single files: `NAME.reseal`, read as a whole and within bounds. */
import { resolve } from 'node:path';
import { MAX_ARCHIVE, packArchive, readArchive } from '../ceremony/archive.ts';
import { looksLikeDisclosure } from '../ceremony/disclosure.ts';
import { CeremonyError } from '../ceremony/errors.ts';
import type { RecordFiles } from '../ceremony/record.ts';
import { verifyRecord } from '../ceremony/verify/verify.ts';
import { isFolder, isRegularFile } from '../devices/files.ts';
import { UsageError } from './errors.ts';
import { readInput, readRecord } from './files.ts';

/** Room for the headers of an archive beside its files. */
const HEADERS = 4 * 1024 * 1024;

/** Turns what ceremony/ says about a file into a UsageError (exit 2) of the same words. */
function usable<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof CeremonyError) throw new UsageError(error.message);
    throw error;
  }
}

/** The files of a record, from its folder or from its archive. Throws UsageError (exit 2). */
export function readRecordAt(path: string): RecordFiles {
  const target = resolve(path);
  if (isFolder(target) || !isRegularFile(target)) return readRecord(path);
  const files = usable(() => readArchive(readInput(target, MAX_ARCHIVE + HEADERS), target));
  if (!files.has('plan.json') && !files.has('SHA256SUMS'))
    throw new UsageError(`${target} is not a record: it has neither plan.json nor SHA256SUMS.`);
  return files;
}

/** Throws UsageError (exit 1) for a record that proves nothing. */
export function requireValid(files: RecordFiles): void {
  if (verifyRecord(files).verdict !== 'VALID')
    throw new UsageError('This record is not valid, so it proves nothing: see "reseal verify".', 1);
}

/** The archive of a record. Throws UsageError (exit 2) for files that no record has. */
export function archiveOf(files: RecordFiles): Uint8Array {
  return usable(() => packArchive(files));
}

/** The bytes of a disclosure; undefined where the path leads to something else. Throws UsageError (exit 2). */
export function readDisclosure(path: string): Uint8Array | undefined {
  const target = resolve(path);
  if (!isRegularFile(target)) return undefined;
  const bytes = readInput(target, MAX_ARCHIVE + HEADERS);
  return looksLikeDisclosure(bytes) ? bytes : undefined;
}
