/** `reseal console`, or `reseal` alone where there is a display: opens the window. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ExitCode } from '../../laptop/errors.ts';
import type { Command } from '../command.ts';
import { HOME_OPTION } from '../session.ts';

/** A program of its own: the command line does not depend on the window (docs/architecture.md). */
const START = fileURLToPath(new URL('../../electron/chromium/start.ts', import.meta.url));

export const consoleCommand: Command = {
  name: 'console',
  summary: 'Open the console of this laptop in a window',
  options: {
    home: HOME_OPTION,
    chromium: { help: "in the system's Chromium, even where Electron is installed" },
  },
  examples: ['reseal console --home laptop-a'],
  run(given) {
    const home = given.text('home');
    return openConsole([
      ...(home === undefined ? [] : ['--home', home]),
      ...(given.flag('chromium') ? ['--chromium'] : []),
    ]);
  },
};

/** True where a window could be opened at all. */
export function hasDisplay(): boolean {
  return [process.env['DISPLAY'], process.env['WAYLAND_DISPLAY']].some((name = '') => name !== '');
}

/** Opens the console and waits until it is closed. */
export function openConsole(words: readonly string[]): Promise<ExitCode> {
  return new Promise((settle, reject) => {
    const child = spawn(process.execPath, [START, ...words], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('exit', (code) => {
      settle(code === 0 || code === 2 ? code : 1);
    });
  });
}
