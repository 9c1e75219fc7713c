/** Files that the user names: read within bounds, written without overwriting. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, type Dirent } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { equalBytes } from '../crypto/bytes.ts';
import {
  FileError,
  isFolder,
  readBounded,
  renameDurably,
  systemCode,
  writeNewFile,
} from '../devices/files.ts';
import { wipeFolder } from '../devices/vault/destruction.ts';
import type { RecordFiles } from '../ceremony/record.ts';
import { stampsOf, withoutStamps } from '../ceremony/timestamp/files.ts';
import { UsageError } from './errors.ts';

const MAX_FILE = 16 * 1024 * 1024;

/** Reads a file named on the command line. Throws UsageError (exit 2) with the path. */
export function readInput(path: string, maximum = MAX_FILE): Uint8Array {
  try {
    return readBounded(resolve(path), maximum);
  } catch (error) {
    if (error instanceof FileError) throw new UsageError(error.message);
    throw error;
  }
}

/** Writes a new file (mode 0600), making its folder. Refuses to overwrite. */
export function writeOutput(path: string, bytes: Uint8Array): void {
  const target = resolve(path);
  makeFolders(dirname(target));
  if (existsSync(target))
    throw new UsageError(`${target} exists already: choose another name, or remove it.`, 1);
  writeNewFile(target, bytes);
}

/** Makes a folder and those above it (mode 0700). Throws UsageError (exit 1) where that cannot be. */
export function makeFolders(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new UsageError(`The folder ${path} cannot be made (${systemCode(error)}).`, 1);
  }
}

/** Removes what a vault left that was never finished: its maker was killed before the vault got its name. */
export function removeUnfinishedVaults(home: string): void {
  for (const name of readdirSync(home))
    if (/^\.staging-vault-[0-9a-f]{16}$/.test(name)) wipeFolder(join(home, name));
}

/** Reads a record folder: all files below it, by path with "/". Throws UsageError (exit 2) if there is no such folder. */
export function readRecord(dir: string): RecordFiles {
  const root = resolve(dir);
  if (!isFolder(root)) throw new UsageError(`${root} is not a folder: name the folder of a record.`);
  const files = new Map<string, Uint8Array>();
  let total = 0;
  const walk = (relative: string): void => {
    for (const entry of entriesOf(join(root, relative))) {
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) {
        if (path.split('/').length > 4)
          throw new UsageError(`${path}: folders this deep do not belong to a record.`);
        walk(path);
        continue;
      }
      const bytes = readInput(join(root, path));
      total += bytes.length;
      if (files.size >= 5000 || total > 256 * 1024 * 1024)
        throw new UsageError(`${root} holds more than any record does: name the folder of a record.`);
      files.set(path, bytes);
    }
  };
  walk('');
  if (!files.has('plan.json') && !files.has('SHA256SUMS'))
    throw new UsageError(`${root} is not a record: it has neither plan.json nor SHA256SUMS.`);
  return files;
}

function entriesOf(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${systemCode(error)}).`);
  }
}

/**
 * Writes a record folder as a whole: beside its place first, then renamed, so that a folder of this name is always
 * complete. Does nothing if the same record is there already.
 */
export function writeRecord(dir: string, files: RecordFiles): void {
  const target = resolve(dir);
  if (existsSync(target)) {
    if (!sameRecord(target, files))
      throw new UsageError(`${target} exists and is not this record: move it away first.`, 1);
    return;
  }
  writeAsWhole(target, files);
}

/** Writes a new folder with these files, by path with "/", as a whole. Throws UsageError (exit 1) if it exists. */
export function writeNewFolder(dir: string, files: ReadonlyMap<string, Uint8Array>): void {
  const target = resolve(dir);
  if (existsSync(target))
    throw new UsageError(`${target} exists already: choose another name, or move it away first.`, 1);
  makeFolders(dirname(target));
  writeAsWhole(target, files);
}

/**
 * Beside its place first, under a name that nobody else gives a folder. What a crash left there goes with the next write;
 * what a failure leaves goes at once.
 */
function writeAsWhole(target: string, files: ReadonlyMap<string, Uint8Array>): void {
  const [above, name] = [dirname(target), basename(target)];
  for (const other of isFolder(above) ? readdirSync(above) : [])
    if (other.startsWith(`${name}.`) && /^\.[0-9a-f]{16}\.part$/.test(other.slice(name.length)))
      rmSync(join(above, other), { recursive: true, force: true });
  const part = `${target}.${randomBytes(8).toString('hex')}.part`;
  try {
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(part, path)), { recursive: true });
      writeNewFile(join(part, path), bytes);
    }
    renameDurably(part, target);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw error;
  }
}

/** True when the folder holds exactly these files. Timestamps that were added to it later do not count. */
export function sameRecord(dir: string, files: RecordFiles): boolean {
  const stamped = stampsOf(files).length > 0;
  const known = stamped ? readRecord(dir) : withoutStamps(readRecord(dir));
  return known.size === files.size && [...files].every(([path, bytes]) => equal(known.get(path), bytes));
}

function equal(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && equalBytes(a, b);
}

/** A name for files: lower-case letters, digits and dashes. */
export function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'key' : plain.slice(0, 40);
}
