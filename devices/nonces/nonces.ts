/**
 * Signing nonces between two rounds, in memory only.
 *
 * A nonce that signs two messages gives the share away, so nonces must not come back: not after a crash, not when a
 * disk image is restored. Two places qualify. The memory of the process, where a restart loses them. And a file system
 * that is memory (tmpfs, ramfs), for laptops on which every step is a process of its own: it is gone when the machine
 * restarts, and no copy of the disk contains it, so that a roll-back of the disk does not bring it back. A laptop that
 * finds no nonces makes a new attempt with new ones.
 *
 * Limits. The kernel may move tmpfs pages (like any process's memory) to swap, and hibernation writes all memory to the
 * disk: swap must be off or encrypted with a key made at every start. The files are also sealed under a key that follows
 * from the vault's passphrase. A snapshot of a virtual machine *with its memory* brings everything back; nothing inside
 * the machine can notice. Keep shares on real laptops.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { openBox, sealBox } from '../../crypto/aead.ts';
import { bytesToHex, frame, utf8ToBytes } from '../../crypto/bytes.ts';
import { CryptoError } from '../../crypto/errors.ts';
import type { Random } from '../../crypto/random.ts';
import type { NonceKeeper } from '../../ceremony/ports.ts';
import {
  FileError,
  isTemporaryName,
  listNames,
  promised,
  readBounded,
  replaceFile,
  systemCode,
} from '../files.ts';
import { systemRandom } from '../random.ts';

/** `f_type` of statfs(2): file systems whose content is memory. */
export const MEMORY_FILE_SYSTEMS: readonly number[] = [0x01021994 /* tmpfs */, 0x858458f6 /* ramfs */];
const MAX_NONCES = 16 * 1024 * 1024;

export type NonceErrorCode = 'not-memory' | 'unsafe-folder' | 'io';

/** Why a folder is not used for nonces. The message is a sentence and names the folder. */
export class NonceError extends Error {
  readonly code: NonceErrorCode;

  constructor(code: NonceErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'NonceError';
    this.code = code;
  }
}

/** Keeps nonces in this process. Keeping under a label that is taken replaces: the older nonces are never given out. */
export function memoryNonces(): NonceKeeper & Pick<OpenedNonceKeeper, 'clear'> {
  const kept = new Map<string, Uint8Array>();
  return {
    keep: (label, nonces) =>
      promised(() => {
        kept.get(label)?.fill(0);
        kept.set(label, nonces.slice());
      }),
    take: (label) =>
      promised(() => {
        const nonces = kept.get(label);
        kept.delete(label);
        return nonces;
      }),
    has: (label) => promised(() => kept.has(label)),
    clear() {
      for (const nonces of kept.values()) nonces.fill(0);
      kept.clear();
    },
  };
}

export interface TmpfsNoncesOptions {
  /** A folder on tmpfs or ramfs, made if its parent exists. It must belong to this user alone (mode 0700, no link). */
  readonly dir: string;
  /** 32 bytes that seal the files: `Vault.nonceKey()`. */
  readonly key32: Uint8Array;
  readonly random?: Random;
}

/**
 * Keeps nonces as sealed files in memory. Of several processes that take the same label, one gets it: the file is
 * renamed to a name of the taker's own, read and unlinked before anything is returned. A file that does not open
 * (another key, or changed) counts as gone. Keeping under a label that is taken replaces.
 * Throws NonceError: `not-memory`, `unsafe-folder`, `io`.
 */
export function tmpfsNonces({ dir, key32, random = systemRandom }: TmpfsNoncesOptions): NonceKeeper {
  privateFolder(dir);
  requireMemory(dir);
  // What a taker left that was killed between renaming and unlinking, and unfinished files. Another taker that is
  // between the two right now finds its file gone, and makes a new attempt: nothing worse.
  for (const name of listNames(dir))
    if (name.startsWith('.taken-') || isTemporaryName(name)) fs.rmSync(join(dir, name), { force: true });

  const key = key32.slice();
  const bound = (label: string): Uint8Array => frame(utf8ToBytes('reseal-nonces-1'), utf8ToBytes(label));
  const pathOf = (label: string): string =>
    join(dir, `nonces-${bytesToHex(sha256(bound(label))).slice(0, 40)}`);

  return {
    keep: (label, nonces) =>
      promised(() => {
        replaceFile(pathOf(label), sealBox(key, nonces, bound(label), random));
      }),
    take: (label) =>
      promised(() => {
        const own = join(dir, `.taken-${randomBytes(8).toString('hex')}`);
        let box: Uint8Array;
        try {
          fs.renameSync(pathOf(label), own);
          box = readBounded(own, MAX_NONCES);
          fs.unlinkSync(own);
        } catch (error) {
          if (systemCode(error) === 'ENOENT' || (error instanceof FileError && error.code === 'missing'))
            return undefined;
          throw new NonceError('io', `${dir}: the nonces cannot be taken. Make a new attempt.`, error);
        }
        try {
          return openBox(key, box, bound(label));
        } catch (error) {
          if (error instanceof CryptoError) return undefined;
          throw error;
        }
      }),
    has: (label) =>
      promised(() => {
        try {
          openBox(key, readBounded(pathOf(label), MAX_NONCES), bound(label)).fill(0);
          return true;
        } catch (error) {
          if (error instanceof CryptoError || (error instanceof FileError && error.code === 'missing'))
            return false;
          throw error;
        }
      }),
  };
}

/** Makes the folder if need be; refuses one that somebody else could look into or exchange. */
function privateFolder(dir: string): void {
  try {
    fs.mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST')
      throw new NonceError('io', `${dir} cannot be made (${systemCode(error)}).`, error);
  }
  const found = fs.lstatSync(dir);
  const user = process.getuid?.();
  if (!found.isDirectory() || found.uid !== user || (found.mode & 0o077) !== 0)
    throw new NonceError(
      'unsafe-folder',
      `${dir} must be a folder of user ${user ?? 'unknown'} with mode 0700: remove it, it will be made again.`,
    );
}

function requireMemory(dir: string): void {
  const { type } = fs.statfsSync(dir);
  if (!MEMORY_FILE_SYSTEMS.includes(type))
    throw new NonceError(
      'not-memory',
      `${dir} is on a disk (file system 0x${type.toString(16)}): nonces are kept in memory only (tmpfs or ramfs).`,
    );
}

/** A nonce keeper that says where it keeps. */
export interface OpenedNonceKeeper extends NonceKeeper {
  /** `tmpfs`: later processes of this laptop find the nonces. `memory`: this process must stay until they are used. */
  readonly kind: 'tmpfs' | 'memory';
  /** The folder, or why there is none. */
  readonly place: string;
  /** Erases all nonces of this vault: for the moment when none of its ceremonies is open any more. */
  clear(): void;
  /** Removes the folder if nothing is in it. The next process makes it again. */
  close(): void;
}

export interface NonceKeeperOptions {
  /** Separates the vaults of one laptop: 32 hex characters. */
  readonly vaultId: string;
  /** `Vault.nonceKey()`. Copied. */
  readonly key32: Uint8Array;
  /** Where to look for memory. Default: $XDG_RUNTIME_DIR, then /dev/shm. */
  readonly bases?: readonly string[];
  readonly random?: Random;
}

/** Where memory is looked for: $XDG_RUNTIME_DIR, then /dev/shm. */
function usualBases(): readonly string[] {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  return [...(runtime === undefined || runtime === '' ? [] : [runtime]), '/dev/shm'];
}

/** Where nonces would be kept on this laptop: looks only, and makes nothing. */
export function nonceMemory(bases = usualBases()): Pick<OpenedNonceKeeper, 'kind' | 'place'> {
  const reasons: string[] = [];
  for (const base of bases) {
    try {
      requireMemory(base);
      return { kind: 'tmpfs', place: base };
    } catch (error) {
      reasons.push(reasonIn(base, error));
    }
  }
  return { kind: 'memory', place: reasons.join(' ') };
}

function reasonIn(base: string, error: unknown): string {
  return error instanceof NonceError ? error.message : `${base}: ${systemCode(error) || 'cannot be used'}.`;
}

/** Chooses a memory file system if the laptop has one, this process's memory otherwise. */
export function openNonceKeeper(options: NonceKeeperOptions): OpenedNonceKeeper {
  if (!/^[0-9a-f]{32}$/.test(options.vaultId)) throw new RangeError('vault id: expected 32 hex characters.');
  const bases = options.bases ?? usualBases();
  const reasons: string[] = [];
  for (const base of bases) {
    try {
      const own = join(base, `reseal-${process.getuid?.() ?? 'user'}`);
      requireMemory(base);
      privateFolder(own);
      const dir = join(own, options.vaultId);
      const { key32, random = systemRandom } = options;
      return { ...tmpfsNonces({ dir, key32, random }), kind: 'tmpfs', place: dir, ...tidying(dir) };
    } catch (error) {
      reasons.push(reasonIn(base, error));
    }
  }
  return { ...memoryNonces(), kind: 'memory', place: reasons.join(' '), close: () => undefined };
}

/** Only for the one process that has the vault's lock. What cannot be removed goes when the machine restarts. */
function tidying(dir: string): Pick<OpenedNonceKeeper, 'clear' | 'close'> {
  return {
    clear() {
      for (const name of listNames(dir)) fs.rmSync(join(dir, name), { force: true });
    },
    close() {
      try {
        fs.rmdirSync(dir);
      } catch (error) {
        if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(systemCode(error))) throw error;
      }
    },
  };
}
