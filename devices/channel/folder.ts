/**
 * Messages as files in a folder: on a medium that a courier carries, or anywhere in a rehearsal.
 *
 * A file is called `<name>-<first 12 hex of its SHA-256>.reseal`, so that showing a message again changes nothing, and a
 * copy that is not finished is told from a whole one. Nothing in the folder is trusted: links, pipes, folders and
 * endless files are reported and passed over, and what is read is judged by whoever asked for it.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, equalBytes } from '../../crypto/bytes.ts';
import type { Channel } from '../../ceremony/ports.ts';
import { FileError, guarded, promised, readBounded, replaceFile, syncFile } from '../files.ts';

/** Most bytes in one message. */
export const MAX_MESSAGE = 16 * 1024 * 1024;
/** Most messages that are read from one folder. */
export const MAX_FILES = 10_000;
/** Most bytes of all messages together: a folder of 10,000 full files must not fill the laptop's memory. */
const MAX_TOTAL = 512 * 1024 * 1024;
/** Most names that are looked at, whatever they are. */
const MAX_NAMES = 100_000;
const POLL_MS = 200;

const FILE_NAME = /^[a-z0-9-]+\.reseal$/;
const DIGEST = /-([0-9a-f]{12})\.reseal$/;

export interface FolderChannelOptions {
  /** Told about every file that is passed over: its printable name, and a sentence. Once per file and state. */
  readonly onProblem?: ((source: string, sentence: string) => void) | undefined;
}

/** A channel of files. The arrays that `receive` returns may be the same again next time: do not change them. */
export interface FolderChannel extends Channel {
  /**
   * Waits until the folder differs from what the last `receive` saw: true at once when it does already, false after
   * `timeoutMs` milliseconds. The folder may come and go (a medium): that is a difference too.
   */
  waitForChange(timeoutMs: number): Promise<boolean>;
}

/** The file that a message is kept in, by the name it is shown under. */
export function fileName(name: string, message: Uint8Array): string {
  return `${name}-${bytesToHex(sha256(message)).slice(0, 12)}.reseal`;
}

/** What `lstat` says about a file; while it is the same, a file that was read whole is not read again. */
interface Seen {
  readonly state: string;
  readonly message: Uint8Array | undefined;
}

/**
 * Opens a folder as a channel. `show` and `receive` reject with FileError: `missing` when the folder is not there,
 * `too-large`, or `io` when the medium fails. `show` refuses names that are not `[a-z0-9-]+` with a RangeError.
 */
export function folderChannel(dir: string, options: FolderChannelOptions = {}): FolderChannel {
  let seen = new Map<string, Seen>();
  let lastListing: string | undefined;

  function show(name: string, message: Uint8Array): void {
    if (!/^[a-z0-9-]{1,150}$/.test(name))
      throw new RangeError(
        `Message name: expected 1 to 150 of a-z, 0-9 and "-", found ${JSON.stringify(name)}.`,
      );
    if (message.length > MAX_MESSAGE)
      throw new FileError(
        'too-large',
        dir,
        `Message ${name} has ${message.length} bytes; at most ${MAX_MESSAGE} travel.`,
      );
    requireFolder(dir);
    const path = join(dir, fileName(name, message));
    if (holds(path, message)) syncFile(path);
    else replaceFile(path, message);
  }

  function receive(): { source: string; message: Uint8Array }[] {
    requireFolder(dir);
    const { files, odd, cut } = list(dir);
    lastListing = fingerprint(files);
    const next = new Map<string, Seen>();
    const report = (source: string, state: string, sentence: string): void => {
      if (seen.get(source)?.state !== state) options.onProblem?.(source, sentence);
      next.set(source, { state, message: undefined });
    };
    if (cut)
      report(
        dir,
        'cut',
        `There are too many files: only the first ${MAX_FILES} are read. Use an empty folder.`,
      );
    for (const source of odd)
      report(source, 'odd', 'This is not a name that Reseal gives: give the file its original name back.');
    const messages: { source: string; message: Uint8Array }[] = [];
    let total = 0;
    for (const [source, state] of files) {
      const before = seen.get(source);
      if (before?.state === state && before.message !== undefined) {
        next.set(source, before);
        total += before.message.length;
        messages.push({ source, message: before.message });
        continue;
      }
      if (total >= MAX_TOTAL) {
        report(source, 'total', `The messages before this one fill ${MAX_TOTAL} bytes: use an empty folder.`);
        continue;
      }
      const read = readMessage(dir, source);
      if (typeof read === 'string') report(source, state, read);
      else {
        total += read.length;
        messages.push({ source, message: read });
        // Only a name with a digest vouches that the content is still the same when size and time are: media keep
        // times in steps of two seconds.
        if (DIGEST.test(source)) next.set(source, { state, message: read });
      }
    }
    seen = next;
    return messages;
  }

  return {
    show: (name, message) =>
      promised(() => {
        show(name, message);
      }),
    receive: () => promised(receive),
    waitForChange: (timeoutMs) =>
      waitUntil(
        dir,
        timeoutMs,
        () => fingerprint(isThere(dir) ? list(dir).files : undefined) !== lastListing,
      ),
  };
}

/** The folder itself may be a link: it was named by the person at this laptop. */
function isThere(dir: string): boolean {
  return fs.statSync(dir, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function requireFolder(dir: string): void {
  if (!isThere(dir))
    throw new FileError('missing', dir, `The folder ${dir} is not there: insert the medium, or make it.`);
}

/** A file's content, or a sentence why it is passed over. */
function readMessage(dir: string, source: string): Uint8Array | string {
  let message: Uint8Array;
  try {
    message = readBounded(join(dir, source), MAX_MESSAGE);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    switch (error.code) {
      case 'not-a-file':
        return 'This is a link, folder, pipe or device, not a file: it was not opened. Ask who put it there.';
      case 'too-large':
        return `The file is larger than ${MAX_MESSAGE} bytes: no message is. Ask who put it there.`;
      default:
        return `The file cannot be read (${error.code}): take it out of the folder, or use another medium.`;
    }
  }
  const digest = DIGEST.exec(source)?.[1];
  if (digest !== undefined && digest !== bytesToHex(sha256(message)).slice(0, 12))
    return 'The content does not belong to this name: the copy is not finished, or damaged. Copy the file again.';
  return message;
}

function holds(path: string, message: Uint8Array): boolean {
  try {
    return equalBytes(readBounded(path, message.length), message);
  } catch {
    // Not there, something else, or more: it is replaced.
    return false;
  }
}

interface Listing {
  /** Messages by name, sorted, with what `lstat` says. */
  readonly files: ReadonlyMap<string, string>;
  /** Names that only look like those of messages, made printable. */
  readonly odd: readonly string[];
  /** True when there was more than is looked at. */
  readonly cut: boolean;
}

function list(dir: string): Listing {
  const files: [string, string][] = [];
  const odd: string[] = [];
  let cut = false;
  guarded(dir, 'listing', () => {
    // As latin1, so that names that are not UTF-8 stay what they are.
    const folder = fs.opendirSync(dir, { encoding: 'latin1' });
    try {
      for (let count = 0; ; count++) {
        const entry = folder.readSync();
        if (entry === null) break;
        cut = count >= MAX_NAMES || files.length >= MAX_FILES;
        if (cut) break;
        const name = entry.name;
        if (!name.endsWith('.reseal') || name.startsWith('.')) continue;
        if (!FILE_NAME.test(name)) {
          odd.push(name.replace(/[^\x20-\x7e]/g, '?'));
          continue;
        }
        const stat = fs.lstatSync(join(dir, name), { bigint: true, throwIfNoEntry: false });
        if (stat === undefined) continue;
        files.push([name, [stat.dev, stat.ino, stat.mode, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ')]);
      }
    } finally {
      folder.closeSync();
    }
  });
  return { files: new Map(files.sort(([a], [b]) => (a < b ? -1 : 1))), odd: odd.sort(), cut };
}

function fingerprint(files: ReadonlyMap<string, string> | undefined): string {
  return JSON.stringify(files === undefined ? null : [...files]);
}

/** Polls, and looks at once when the system says that something happened: it does not on every file system. */
function waitUntil(dir: string, timeoutMs: number, changed: () => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    let watcher: fs.FSWatcher | undefined;
    const finish = (result: boolean): void => {
      clearInterval(poll);
      clearTimeout(limit);
      watcher?.close();
      resolve(result);
    };
    const look = (): void => {
      let result = true;
      try {
        result = changed();
      } catch {
        // A folder that cannot be listed any more has changed too. The next `receive` says how.
      }
      if (result) finish(true);
    };
    const poll = setInterval(look, POLL_MS);
    const limit = setTimeout(finish, timeoutMs, false);
    try {
      watcher = fs.watch(dir, { persistent: false }, look);
      watcher.on('error', () => watcher?.close());
    } catch {
      /* The folder is not there, or cannot be watched: polling is enough. */
    }
    look();
  });
}
