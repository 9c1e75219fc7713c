/** How a console is started on this machine: which display, which host, and whether in a network namespace of its own. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** A display that windows can be opened on. */
export interface Display {
  readonly kind: 'x11' | 'wayland';
  /**
   * The file through which it is reached. Null: over the network, or by an abstract socket, neither of which crosses into
   * a network namespace.
   */
  readonly socket: string | null;
}

/**
 * The display that the environment names, or null when there is none.
 *
 * @param exists whether a file is there
 */
export function findDisplay(
  environment: Environment,
  exists: (file: string) => boolean = existsSync,
): Display | null {
  const { DISPLAY: x11 = '', WAYLAND_DISPLAY: wayland = '', XDG_RUNTIME_DIR: runtime = '' } = environment;
  if (x11 !== '') {
    const number = /^(?:unix)?:(\d+)(?:\.\d+)?$/.exec(x11)?.[1];
    const socket = number === undefined ? null : `/tmp/.X11-unix/X${number}`;
    return { kind: 'x11', socket: socket !== null && exists(socket) ? socket : null };
  }
  if (wayland !== '') {
    const socket = wayland.startsWith('/') ? wayland : join(runtime, wayland);
    return { kind: 'wayland', socket: exists(socket) ? socket : null };
  }
  return null;
}

/** Words to put before a command, or why there are none. */
export type Isolation =
  { readonly prefix: readonly string[] } | { readonly prefix: readonly []; readonly because: string };

/**
 * A network namespace of its own has no interface but a loopback that is down: nothing in it can reach anything. Root may
 * make one; others may where the kernel allows user namespaces.
 *
 * @param works whether a command ends well
 */
export function isolate(
  display: Display,
  root: boolean,
  works: (command: readonly string[]) => boolean,
): Isolation {
  if (display.socket === null)
    return {
      prefix: [],
      because: 'this display is not reached through a file, so it would not be seen from inside',
    };
  // The current user stays who it is: as "root" of its namespace it would have to do without Chromium's sandbox.
  const prefix = root
    ? ['unshare', '--net', '--']
    : ['unshare', '--user', '--map-current-user', '--net', '--'];
  return works([...prefix, 'true'])
    ? { prefix }
    : { prefix: [], because: 'this machine does not allow it here' };
}

/**
 * Electron's binary, or null. Asks the disk and not the module `electron`: that one would try to fetch the binary.
 *
 * @param root folder of the project
 */
export function findElectron(root: string): string | null {
  const folder = join(root, 'node_modules', 'electron');
  const name = existsSync(join(folder, 'path.txt'))
    ? readFileSync(join(folder, 'path.txt'), 'utf8').trim()
    : 'electron';
  const binary = join(folder, 'dist', name);
  return existsSync(binary) ? binary : null;
}
