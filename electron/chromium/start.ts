#!/usr/bin/env node
/**
 * What `npm start` runs: brings the build up to date and opens the console, in Electron when its binary is there, else in
 * the system's Chromium, in a network namespace of its own where that is allowed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { homeFolder } from '../main/surroundings.ts';
import { build } from '../../scripts/build.ts';
import { findChromium } from './host.ts';
import { findDisplay, findElectron, isolate } from './launch.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const HELP = `npm start [-- options]

  Opens the console of this laptop.

  --home DIR   folder of this laptop (default: $RESEAL_HOME, or ~/.reseal)
  --chromium   in the system's Chromium, even where Electron is installed
  --help       show this help
`;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const complain = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const given = read(words);
  if (given === null) return 2;
  if (given.help === true) {
    process.stdout.write(HELP);
    return 0;
  }

  const display = findDisplay(process.env);
  if (display === null) {
    complain(
      'There is no display to open a window on (DISPLAY and WAYLAND_DISPLAY are empty); the command line does everything without one: npm run -s reseal -- --help',
    );
    return 1;
  }
  const electron = given.chromium === true ? null : findElectron(ROOT);
  if (electron === null && !hasChromium()) return 1;

  try {
    await build(say);
  } catch (error) {
    complain(`The console could not be built: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  if (electron === null && given.chromium !== true)
    say("Electron's program is not installed here, so the console opens in the system's Chromium.");

  const root = process.getuid?.() === 0;
  const isolation = isolate(
    display,
    root,
    ([command = '', ...rest]) => spawnSync(command, rest).status === 0,
  );
  if ('because' in isolation)
    complain(
      `The console is not in a network namespace of its own: ${isolation.because}. See docs/security.md.`,
    );

  const home = homeFolder(given.home, process.env);
  return await run([
    ...isolation.prefix,
    ...(electron === null
      ? [process.execPath, join(import.meta.dirname, 'window.ts'), home]
      : // Electron's sandbox, like Chromium's, does not work for root.
        [electron, ...(root ? ['--no-sandbox'] : []), ROOT, `--home=${home}`]),
  ]);
}

function read(words: readonly string[]): { home?: string; chromium?: boolean; help?: boolean } | null {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { home: { type: 'string' }, chromium: { type: 'boolean' }, help: { type: 'boolean' } },
    });
    return values;
  } catch (error) {
    complain(
      `${error instanceof Error ? (error.message.split('. ')[0] ?? '') : ''}. See "npm start -- --help".`,
    );
    return null;
  }
}

/** True when there is a Chromium, after installing it where we may. It is named in one sentence otherwise. */
function hasChromium(): boolean {
  if (findChromium(process.env) !== null) return true;
  spawnSync(process.execPath, [join(ROOT, 'scripts', 'system-packages.ts'), 'start'], { stdio: 'inherit' });
  return findChromium(process.env) !== null;
}

/** Runs a command in the foreground and takes over its exit code. Signals reach it, too. */
function run([command = '', ...rest]: readonly string[]): Promise<number> {
  return new Promise((settle) => {
    const child = spawn(command, rest, { stdio: 'inherit', cwd: ROOT });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => child.kill(signal));
    child.once('error', (error) => {
      complain(`${command} could not be started: ${error.message}`);
      settle(1);
    });
    child.once('exit', (code) => {
      settle(code ?? 1);
    });
  });
}
