/**
 * Durable files: the few write sequences that survive a killed process and a pulled plug, and bounded reads of files
 * that somebody else may have prepared.
 *
 * On vfat the usual order (write a temporary file, fsync, close, rename, fsync the folder) was measured to leave empty
 * files after the medium was pulled. What survived is written down here once: fsync the open file again after the
 * rename, or create the file exclusively under its final name. Everything is read back and compared. That goes through
 * the kernel's cache, so it notices a short write, a full disk and a vanished medium, not a bad memory cell.
 *
 * All calls are synchronous: the steps of one write are never mixed with those of another of the same process.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { equalBytes } from '../crypto/bytes.ts';

/** `missing`: no such file. `exists`: the name is taken. `not-a-file`: a link, folder, pipe or device. `io`: the rest. */
export type FileErrorCode = 'missing' | 'exists' | 'not-a-file' | 'too-large' | 'io';

/** Thrown by everything in this file. The message is a sentence that names the path. */
export class FileError extends Error {
  readonly code: FileErrorCode;
  readonly path: string;

  constructor(code: FileErrorCode, path: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'FileError';
    this.code = code;
    this.path = path;
  }
}

/** One step that changes what is on the disk. */
export type DurableOperation = 'create' | 'write' | 'fsync' | 'rename' | 'unlink' | 'mkdir' | 'rmdir';

/** Called before every durable step. A test throws or kills here, to see what a crash at this point leaves. */
export type FaultHook = (operation: DurableOperation, path: string) => void;

let faultHook: FaultHook | undefined;

/** For tests only: installs a hook that is called before every durable step, or removes it. */
export function setFaultHook(hook: FaultHook | undefined): void {
  faultHook = hook;
}

function step(operation: DurableOperation, path: string): void {
  faultHook?.(operation, path);
}

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

/** Prefix and suffix of temporary files. Whoever owns a folder may remove them when nobody else is writing there. */
const TEMPORARY = /^\..*\.[0-9a-f]{16}\.tmp$/;

/** True for names of temporary files of `replaceFile`: what a crash may leave behind. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY.test(name);
}

/** The system's error code (`ENOENT`, …) of anything thrown, or an empty text. */
export function systemCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Runs a file operation on `path` and turns what the system throws into a `FileError`. `doing`: "reading", … */
export function guarded<T>(path: string, doing: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = systemCode(error);
    if (error instanceof FileError || code === '') throw error;
    switch (code) {
      case 'ENOENT':
        throw new FileError('missing', path, `${path} was not found (${doing}).`, error);
      case 'EEXIST':
      case 'ENOTEMPTY':
        throw new FileError('exists', path, `${path} exists already (${doing}).`, error);
      case 'ELOOP':
      case 'EISDIR':
      case 'ENXIO':
        throw new FileError('not-a-file', path, `${path} is not a regular file (${doing}).`, error);
      case 'ENOSPC':
        throw new FileError(
          'io',
          path,
          `The disk is full (${doing} ${path}): make room and try again.`,
          error,
        );
      case 'EROFS':
      case 'EACCES':
      case 'EPERM':
        throw new FileError(
          'io',
          path,
          `No permission (${doing} ${path}): is the medium write-protected?`,
          error,
        );
      default:
        throw new FileError(
          'io',
          path,
          `${doing} ${path} failed (${code}): is the medium still there?`,
          error,
        );
    }
  }
}

function writeAll(descriptor: number, path: string, bytes: Uint8Array): void {
  step('write', path);
  for (let done = 0; done < bytes.length;) done += fs.writeSync(descriptor, bytes, done, bytes.length - done);
}

function fsyncOpen(descriptor: number, path: string): void {
  step('fsync', path);
  fs.fsyncSync(descriptor);
}

/** Makes the names in a folder durable: creations, renames and removals. Throws `missing` or `io`. */
export function syncFolder(path: string): void {
  guarded(path, 'flushing', () => {
    const descriptor = fs.openSync(path, O_RDONLY | O_DIRECTORY);
    try {
      fsyncOpen(descriptor, path);
    } catch (error) {
      // Some file systems do not know fsync of a folder and say EINVAL. There is nothing else to call.
      if (systemCode(error) !== 'EINVAL') throw error;
    } finally {
      fs.closeSync(descriptor);
    }
  });
}

/**
 * Makes a file durable that is already there, with its name. Needed before relying on a file of an earlier process:
 * that it can be read shows that it reached the cache, not the disk. Throws `missing`, `not-a-file` or `io`.
 */
export function syncFile(path: string): void {
  guarded(path, 'flushing', () => {
    const descriptor = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      fsyncOpen(descriptor, path);
    } finally {
      fs.closeSync(descriptor);
    }
  });
  syncFolder(dirname(path));
}

function compareBack(path: string, bytes: Uint8Array): void {
  if (!equalBytes(readBounded(path, bytes.length), bytes))
    throw new FileError('io', path, `${path} does not read back as it was written: use another medium.`);
}

/**
 * Creates a file that must not exist (mode 0600): exclusive create, write, fsync, fsync of the folder, read back.
 * A crash may leave a part of the file under its final name; after a failure that can be caught, the part is removed.
 * Throws `exists`, or `io`.
 */
export function writeNewFile(path: string, bytes: Uint8Array): void {
  guarded(path, 'creating', () => {
    step('create', path);
    const descriptor = fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      writeAll(descriptor, path, bytes);
      fsyncOpen(descriptor, path);
    } catch (error) {
      removeQuietly(path);
      throw error;
    } finally {
      fs.closeSync(descriptor);
    }
    syncFolder(dirname(path));
    compareBack(path, bytes);
  });
}

/**
 * Creates or replaces a file (mode 0600) in one atomic step: whoever looks sees the old content or the new, never a
 * part. Temporary file beside it, fsync, rename, fsync of the still open file, fsync of the folder, read back.
 * A crash may leave a temporary file (`isTemporaryName`). Throws `io`, or `not-a-file` when a folder has the name.
 */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`);
  guarded(path, 'writing', () => {
    step('create', temporary);
    const descriptor = fs.openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      writeAll(descriptor, temporary, bytes);
      fsyncOpen(descriptor, temporary);
      step('rename', path);
      fs.renameSync(temporary, path);
      fsyncOpen(descriptor, path);
    } catch (error) {
      removeQuietly(temporary);
      throw error;
    } finally {
      fs.closeSync(descriptor);
    }
    syncFolder(dirname(path));
    compareBack(path, bytes);
  });
}

/** Tidies up after a failure that is about to be reported; a second failure must not hide the first. */
function removeQuietly(path: string): void {
  try {
    step('unlink', path);
    fs.unlinkSync(path);
  } catch {
    /* The file stays. It is a temporary one, or its writer reports the failure. */
  }
}

/** Creates a folder (mode 0700) durably. One that exists is fine. Throws `missing` without its parent, or `io`. */
export function makeFolder(path: string): void {
  guarded(path, 'creating', () => {
    step('mkdir', path);
    try {
      fs.mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if (systemCode(error) !== 'EEXIST' || !fs.lstatSync(path).isDirectory()) throw error;
    }
    syncFolder(dirname(path));
  });
}

/** Renames a file or folder within its parent folder, atomically and durably. Throws `missing`, `exists` or `io`. */
export function renameDurably(from: string, to: string): void {
  guarded(to, 'renaming', () => {
    step('rename', to);
    fs.renameSync(from, to);
    syncFolder(dirname(to));
    if (dirname(from) !== dirname(to)) syncFolder(dirname(from));
  });
}

/** Removes a file durably. One that is gone is fine. Throws `io`. */
export function removeFile(path: string): void {
  guarded(path, 'removing', () => {
    step('unlink', path);
    try {
      fs.unlinkSync(path);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return;
      throw error;
    }
    syncFolder(dirname(path));
  });
}

/** Removes an empty folder durably. One that is gone is fine. Throws `exists` when it is not empty, or `io`. */
export function removeEmptyFolder(path: string): void {
  guarded(path, 'removing', () => {
    step('rmdir', path);
    try {
      fs.rmdirSync(path);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return;
      throw error;
    }
    syncFolder(dirname(path));
  });
}

/**
 * Reads a whole file of at most `maxBytes` that may be hostile: links are not followed, pipes and devices do not
 * block, and not more is read than allowed even when the file grows. Throws `missing`, `not-a-file`, `too-large`, `io`.
 */
export function readBounded(path: string, maxBytes: number): Uint8Array {
  return guarded(path, 'reading', () => {
    const descriptor = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const found = fs.fstatSync(descriptor);
      if (!found.isFile()) throw new FileError('not-a-file', path, `${path} is not a regular file.`);
      if (found.size > maxBytes)
        throw new FileError(
          'too-large',
          path,
          `${path} has ${found.size} bytes; at most ${maxBytes} are read.`,
        );
      // One byte more than was announced, so that a file that grows meanwhile is noticed.
      const bytes = new Uint8Array(found.size + 1);
      let length = 0;
      for (let got = -1; got !== 0 && length < bytes.length; length += got)
        got = fs.readSync(descriptor, bytes, length, bytes.length - length, null);
      if (length !== found.size)
        throw new FileError('io', path, `${path} changed while it was read: try again.`);
      return bytes.slice(0, length);
    } finally {
      fs.closeSync(descriptor);
    }
  });
}

/** All names in a folder, sorted; none for a folder that does not exist. Throws `io`. */
export function listNames(path: string): string[] {
  try {
    return guarded(path, 'listing', () => fs.readdirSync(path)).sort();
  } catch (error) {
    if (error instanceof FileError && error.code === 'missing') return [];
    throw error;
  }
}

/** True when a folder (not a link to one) has this name. */
export function isFolder(path: string): boolean {
  return fs.lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** True when a regular file (not a link to one) has this name. */
export function isRegularFile(path: string): boolean {
  return fs.lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** True when anything has this name. */
export function isThere(path: string): boolean {
  return fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The result of a synchronous action as a promise; what it throws becomes a rejection. It runs at once. */
export function promised<T>(action: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(action());
  });
}
