/**
 * One process at a time uses a vault.
 *
 * Every opener creates an empty file whose name says who it is, and only then looks at the others: of two that come at
 * the same moment, at least one sees the other and withdraws (both may; nobody is harmed). A file of a process that is
 * dead is removed by whoever meets it, which is safe because its name never comes back. So there is no moment in which
 * a stale lock can be taken over twice, as with a single lock file.
 *
 * A process is known by its number, its start time, the start of the machine (boot id) and its process namespace:
 * numbers alone are used again.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import { guarded, isFolder, listNames } from '../files.ts';
import { VaultError } from './errors.ts';

interface Owner {
  readonly pid: number;
  /** Clock ticks since the machine started, or 0 where the system does not say. */
  readonly started: string;
  readonly boot: string;
  readonly namespace: string;
}

const LOCK_NAME = /^lock\.(\d+)\.(\d+)\.([0-9a-f]+)\.(\d+)\.[0-9a-f]{8}$/;

/** Takes the vault for this process. Returns the release, safe to repeat. Throws `in-use`, naming the process; FileError. */
export function lockVault(folder: string): () => void {
  const self = describe(process.pid);
  const own = join(
    folder,
    `lock.${self.pid}.${self.started}.${self.boot}.${self.namespace}.${randomBytes(4).toString('hex')}`,
  );
  const release = (): void => {
    fs.rmSync(own, { force: true });
  };
  guarded(own, 'creating', () => {
    fs.writeFileSync(own, '', { flag: 'wx', mode: 0o600 });
  });
  try {
    for (const name of listNames(folder)) {
      const path = join(folder, name);
      const other = parse(name);
      if (other === undefined || path === own) continue;
      if (isAlive(other, self))
        throw new VaultError(
          'in-use',
          `Another Reseal process (pid ${other.pid}) uses this vault: close it and try again. ` +
            `If there is certainly none, remove ${path}.`,
        );
      fs.rmSync(path, { force: true });
    }
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

/**
 * Removes the locks that a thread of this very process left when it died. Only for a process that knows that none of its
 * threads uses the vault: others cannot tell a dead thread from a living one.
 */
export function releaseOwnLocks(folder: string): void {
  if (!isFolder(folder)) return;
  const self = describe(process.pid);
  for (const name of listNames(folder)) {
    const owner = parse(name);
    if (
      owner?.pid === self.pid &&
      owner.started === self.started &&
      owner.boot === self.boot &&
      owner.namespace === self.namespace
    )
      fs.rmSync(join(folder, name), { force: true });
  }
}

function parse(name: string): Owner | undefined {
  const [, pid, started, boot, namespace] = LOCK_NAME.exec(name) ?? [];
  if (pid === undefined || started === undefined || boot === undefined || namespace === undefined)
    return undefined;
  return { pid: Number(pid), started, boot, namespace };
}

function readText(path: string): string {
  try {
    return fs.readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function describe(pid: number): Owner {
  let namespace = '0';
  try {
    namespace = /\d+/.exec(fs.readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    /* Not Linux, or /proc is hidden. */
  }
  const boot = readText('/proc/sys/kernel/random/boot_id').replace(/[^0-9a-f]/g, '');
  return { pid, started: startTime(pid) ?? '0', boot: boot === '' ? '0' : boot, namespace };
}

/** Start time of a running process, or `undefined` when it is gone, a zombie, or the system does not say. */
function startTime(pid: number): string | undefined {
  // proc_pid_stat(5): the name in parentheses may contain anything; state is field 3, starttime field 22.
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function isAlive(other: Owner, self: Owner): boolean {
  if (other.boot !== self.boot) return false;
  // Numbers of another process namespace mean nothing here: be careful and believe that it lives.
  if (other.namespace !== self.namespace) return true;
  if (self.started !== '0' && other.started !== '0') return startTime(other.pid) === other.started;
  try {
    process.kill(other.pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
