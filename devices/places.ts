/** Looking around on this laptop's disks, to choose a folder or a file. Only folders are opened, and nothing is believed. */
import fs from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { FileError, guarded, systemCode } from './files.ts';

/** Most entries that are shown of one folder. */
export const MAX_ENTRIES = 2000;
/** Most names that are looked at. */
const MAX_NAMES = 20_000;
/** Where Linux desktops and administrators mount removable media: `/media/<user>/<label>`, `/mnt/<name>` and the like. */
const MOUNT_POINT = /^\/(?:media(?:\/[^/]+){1,2}|run\/media(?:\/[^/]+){2}|mnt\/[^/]+)$/;

export interface Place {
  readonly path: string;
  readonly label: string;
  readonly kind: 'drive' | 'folder';
}

export interface Listing {
  readonly path: string;
  readonly parent: string | null;
  readonly entries: readonly {
    readonly name: string;
    readonly path: string;
    readonly kind: 'folder' | 'file';
    /** Bytes; null for folders. */
    readonly size: number | null;
  }[];
  /** True when there was more than is shown. */
  readonly cut: boolean;
  readonly writable: boolean;
}

/** Mounted drives, then the home folder. `mounts` is the text of /proc/mounts; tests hand in their own. */
export function places(mounts = readMounts()): Place[] {
  const drives = mounts
    .split('\n')
    .map((line) => unescapeMount(line.split(' ')[1] ?? ''))
    .filter((path) => MOUNT_POINT.test(path) && printable(path))
    .map((path) => ({ path, label: basename(path), kind: 'drive' as const }));
  const home = homedir();
  return [...drives.slice(0, 40), { path: home, label: 'Home folder', kind: 'folder' }];
}

function readMounts(): string {
  try {
    return fs.readFileSync('/proc/mounts', 'utf8');
  } catch {
    // Not Linux: there is only the home folder to begin with.
    return '';
  }
}

/** The kernel writes blanks in /proc/mounts as three octal digits. */
function unescapeMount(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/**
 * Lists a folder: folders first, then (if wanted) files, by name; hidden ones and names with control characters are
 * left out. Links are followed to say what they lead to, devices and pipes are not shown. Throws FileError.
 */
export function listFolder(dir: string, files: boolean): Listing {
  const path = resolve(dir);
  const entries: Listing['entries'][number][] = [];
  let cut = false;
  guarded(path, 'listing', () => {
    const folder = fs.opendirSync(path);
    try {
      for (let count = 0; ; count++) {
        const entry = folder.readSync();
        if (entry === null) break;
        cut = count >= MAX_NAMES || entries.length >= MAX_ENTRIES;
        if (cut) break;
        if (entry.name.startsWith('.') || !printable(entry.name)) continue;
        const stat = statOf(join(path, entry.name));
        if (stat?.isDirectory() === true)
          entries.push({ name: entry.name, path: join(path, entry.name), kind: 'folder', size: null });
        else if (files && stat?.isFile() === true)
          entries.push({ name: entry.name, path: join(path, entry.name), kind: 'file', size: stat.size });
      }
    } finally {
      folder.closeSync();
    }
  });
  const rank = ({ kind }: { kind: string }): number => (kind === 'folder' ? 0 : 1);
  entries.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en'));
  return { path, parent: path === '/' ? null : dirname(path), entries, cut, writable: isWritable(path) };
}

/** Makes a folder inside another one. The name is one path element of at most 80 characters. Throws FileError. */
export function makeFolderIn(parent: string, name: string): string {
  const plain = name.trim();
  if (!/^[^/\0]{1,80}$/u.test(plain) || plain.startsWith('.') || !printable(plain))
    throw new FileError(
      'io',
      parent,
      'Name of the folder: expected 1 to 80 characters without "/", not beginning with a dot.',
    );
  const path = join(resolve(parent), plain);
  try {
    fs.mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = systemCode(error);
    throw new FileError(
      code === 'EEXIST' ? 'exists' : 'io',
      path,
      code === 'EEXIST'
        ? `${path} is there already: choose it, or another name.`
        : `${path} cannot be made (${code}).`,
    );
  }
  return path;
}

/** Where a folder that a person chose really is, links followed; undefined when there is none. */
export function realFolder(path: string): string | undefined {
  return statOf(path)?.isDirectory() === true ? fs.realpathSync(path) : undefined;
}

/** True when this user may write into the folder, as far as permissions say. */
export function isWritable(path: string): boolean {
  try {
    fs.accessSync(path, fs.constants.W_OK | fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function statOf(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path);
  } catch {
    // A link that leads nowhere, or something that this user may not look at.
    return undefined;
  }
}

function printable(text: string): boolean {
  return /^[^\p{Cc}\p{Bidi_Control}\ufffd]*$/u.test(text);
}
