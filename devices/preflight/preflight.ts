/**
 * What should be true of a laptop before a ceremony, looked at and said in sentences. A check that only a person can
 * make (the clock against a wall clock) says so. HSM, camera and printer join here when there are any.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { equalBytes } from '../../crypto/bytes.ts';
import { readBounded, removeFile, systemCode, writeNewFile } from '../files.ts';
import { realFolder } from '../places.ts';

export type CheckId =
  'clock' | 'network' | 'courier' | 'space' | 'memory' | 'swap' | 'backups' | 'entropy' | 'software';

/** `ask`: only a person can tell. `attention`: go on only if you know why. `failed`: the ceremony would stop here. */
export interface Check {
  readonly id: CheckId;
  readonly title: string;
  readonly state: 'ok' | 'attention' | 'failed' | 'ask';
  readonly found: string;
  readonly next: string | null;
}

/** What the checks look at. */
export interface PreflightOptions {
  readonly home: string;
  /** Undefined: none chosen yet. */
  readonly courier: string | undefined;
  readonly backupDir: string;
  /** Where nonces are kept: `tmpfs` or `memory`, and the folder or the reason why there is none. */
  readonly nonces: { readonly kind: 'tmpfs' | 'memory'; readonly place: string };
  /** Digest of the program's files, and its first words; undefined where the program runs from its sources. */
  readonly software: { readonly digest: string; readonly words: readonly string[] } | undefined;
  readonly now: Date;
  /** Where Linux tells about itself; tests hand in a folder of their own. */
  readonly system?: { readonly proc: string; readonly sys: string };
}

/** Bytes that must be free beside the vault: a ceremony of 256 holders writes less than a tenth of it. */
const SPACE_NEEDED = 200 * 1024 * 1024;

/** Runs all checks that apply here, in the order in which a person should read them. Throws nothing. */
export function preflight(options: PreflightOptions): Check[] {
  const system = options.system ?? { proc: '/proc', sys: '/sys' };
  return [
    clock(options.now),
    network(system.sys),
    folder('courier', 'Folder or drive for messages', options.courier, 'Choose the courier’s folder.'),
    folder('backups', 'Folder or drive for backups', options.backupDir, 'Choose another folder for backups.'),
    space(options.home),
    memory(options.nonces),
    swap(system),
    entropy(system.proc),
    ...(options.software === undefined ? [] : [software(options.software)]),
  ];
}

function clock(now: Date): Check {
  const zone = Intl.DateTimeFormat('en-GB').resolvedOptions().timeZone;
  return {
    id: 'clock',
    title: 'Clock',
    state: 'ask',
    found: `${now.toISOString().slice(0, 19).replace('T', ' ')} UTC; this laptop's zone is ${zone}.`,
    next: 'Compare with a wall clock. If they differ by more than a minute, set this laptop’s clock first.',
  };
}

/**
 * Names of the network interfaces that are up, other than the loopback; null where the system does not say. Asked of
 * /sys, which tells about the laptop also where this program has a network namespace of its own.
 */
export function networksUp(sys = '/sys'): string[] | null {
  try {
    return fs
      .readdirSync(join(sys, 'class/net'))
      .filter((name) => name !== 'lo' && isUp(join(sys, 'class/net', name)))
      .map((name) => JSON.stringify(name).slice(1, -1));
  } catch {
    return null;
  }
}

function network(sys: string): Check {
  const base = { id: 'network', title: 'Network' } as const;
  const up = networksUp(sys);
  if (up === null)
    return {
      ...base,
      state: 'attention',
      found: 'This system does not tell which networks there are.',
      next: 'Make sure that no cable is plugged in, and that wireless is off.',
    };
  if (up.length === 0) return { ...base, state: 'ok', found: 'No network interface is up.', next: null };
  return {
    ...base,
    state: 'attention',
    found: `Up: ${up.join(', ')}.`,
    next: 'Pull the cable, switch wireless off, then check again.',
  };
}

function isUp(path: string): boolean {
  const read = (name: string): string => {
    try {
      return fs.readFileSync(join(path, name), 'utf8').trim();
    } catch {
      return '';
    }
  };
  const state = read('operstate');
  return state === 'up' || (state === 'unknown' && read('carrier') === '1');
}

/** Writes a small file, reads it back, and takes it away. */
function folder(id: 'courier' | 'backups', title: string, dir: string | undefined, choose: string): Check {
  const base = { id, title } as const;
  if (dir === undefined) return { ...base, state: 'failed', found: 'None is chosen.', next: choose };
  // The folder for backups is made with the first one: until then the folder above it is asked.
  const asked = id === 'backups' && realFolder(dir) === undefined ? dirname(dir) : dir;
  if (realFolder(asked) === undefined)
    return {
      ...base,
      state: 'failed',
      found: `${asked} is not there.`,
      next: `Insert the medium. ${choose}`,
    };
  const path = join(asked, `.reseal-preflight-${randomBytes(6).toString('hex')}`);
  try {
    const bytes = randomBytes(64);
    writeNewFile(path, bytes);
    const same = equalBytes(readBounded(path, 64), bytes);
    removeFile(path);
    return same
      ? { ...base, state: 'ok', found: `${dir}: written and read back.`, next: null }
      : { ...base, state: 'failed', found: `${dir} gives back other bytes than were written.`, next: choose };
  } catch (error) {
    return { ...base, state: 'failed', found: `${dir} cannot be written (${codeOf(error)}).`, next: choose };
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'cause' in error && error.cause !== undefined
    ? systemCode(error.cause)
    : systemCode(error);
}

function space(home: string): Check {
  const base = { id: 'space', title: 'Free space' } as const;
  try {
    const { bavail, bsize } = fs.statfsSync(home);
    const free = bavail * bsize;
    const found = `${Math.floor(free / 1024 / 1024)} MB free beside the vault; ${SPACE_NEEDED / 1024 / 1024} MB are enough.`;
    return free >= SPACE_NEEDED
      ? { ...base, state: 'ok', found, next: null }
      : { ...base, state: 'failed', found, next: 'Make room on this disk first.' };
  } catch (error) {
    return { ...base, state: 'attention', found: `Not known (${systemCode(error)}).`, next: null };
  }
}

function memory(nonces: PreflightOptions['nonces']): Check {
  const base = { id: 'memory', title: 'Signing nonces' } as const;
  if (nonces.kind === 'tmpfs')
    return {
      ...base,
      state: 'ok',
      found: 'Kept in a file system that is memory: a restarted console finds them.',
      next: null,
    };
  return {
    ...base,
    state: 'attention',
    found: 'Kept in this program’s memory only.',
    next: 'Leave the console open between rounds 2 and 3: closing it makes everybody repeat both.',
  };
}

/** Swap that is on disk as it is. zram is compressed memory; of device-mapper devices only those of dm-crypt are encrypted. */
function swap({ proc, sys }: { proc: string; sys: string }): Check {
  const base = { id: 'swap', title: 'Swap' } as const;
  let lines: string[];
  try {
    lines = fs.readFileSync(join(proc, 'swaps'), 'utf8').trim().split('\n').slice(1);
  } catch (error) {
    return { ...base, state: 'attention', found: `Not known (${systemCode(error)}).`, next: null };
  }
  const areas = lines.map((line) => line.split(/\s+/)[0] ?? '').filter((name) => name !== '');
  const open = areas.filter((name) => !/^\/dev\/zram\d+$/.test(name) && !isEncrypted(name, sys));
  if (open.length === 0)
    return {
      ...base,
      state: 'ok',
      found: areas.length === 0 ? 'Off.' : `Only in memory or encrypted: ${areas.join(', ')}.`,
      next: null,
    };
  return {
    ...base,
    state: 'attention',
    found: `On: ${open.join(', ')}. Secrets in memory may be written there.`,
    next: 'Switch it off (swapoff -a), or encrypt it with a key made at every start.',
  };
}

function isEncrypted(device: string, sys: string): boolean {
  try {
    const name = basename(fs.existsSync(device) ? fs.realpathSync(device) : device);
    return fs.readFileSync(join(sys, 'block', name, 'dm/uuid'), 'utf8').startsWith('CRYPT-');
  } catch {
    return false;
  }
}

function entropy(proc: string): Check {
  const base = { id: 'entropy', title: 'Randomness' } as const;
  const sample = randomBytes(32);
  let bits: number;
  try {
    bits = Number(fs.readFileSync(join(proc, 'sys/kernel/random/entropy_avail'), 'utf8').trim());
  } catch {
    bits = Number.NaN;
  }
  const distinct = new Set(sample).size;
  sample.fill(0);
  if (distinct < 8)
    return {
      ...base,
      state: 'failed',
      found: 'The system’s generator repeats itself.',
      next: 'Do not use this laptop.',
    };
  if (Number.isNaN(bits))
    return { ...base, state: 'ok', found: 'The system’s generator answers.', next: null };
  return bits >= 128
    ? { ...base, state: 'ok', found: `The kernel’s generator is seeded (${bits} bits).`, next: null }
    : {
        ...base,
        state: 'failed',
        found: `The kernel’s generator has ${bits} bits only.`,
        next: 'Use the laptop for a minute, then check again.',
      };
}

function software({ digest, words }: NonNullable<PreflightOptions['software']>): Check {
  return {
    id: 'software',
    title: 'Software digest',
    state: 'ask',
    found: `${words.join(' ')} (SHA-256 ${digest.slice(0, 16)}…)`,
    next: 'The same program gives the same words on every laptop: find out which laptop runs another one.',
  };
}
