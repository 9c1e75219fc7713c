// `npm start` from the outside: a real display, a real window, in a network namespace of its own.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { descendants } from '../../test-support/processes.ts';

const START = join(import.meta.dirname, 'start.ts');
const hasXvfb = spawnSync('which', ['Xvfb']).status === 0;
const NUMBER = 90 + (process.pid % 800);

let xvfb: ChildProcess | undefined;
const home = mkdtempSync(join(tmpdir(), 'reseal-home-'));

beforeAll(async () => {
  if (!hasXvfb) return;
  xvfb = spawn('Xvfb', [`:${NUMBER}`, '-screen', '0', '1400x900x24', '-nolisten', 'tcp'], {
    stdio: 'ignore',
  });
  await vi.waitFor(
    () => {
      expect(existsSync(`/tmp/.X11-unix/X${NUMBER}`)).toBe(true);
    },
    { timeout: 20_000 },
  );
});
afterAll(() => {
  xvfb?.kill();
  rmSync(home, { recursive: true, force: true });
});

/** Processes below this one, by what they were started with. */
function below(ancestor: number): { pid: number; words: string }[] {
  return descendants(ancestor).flatMap((pid) => {
    try {
      return [{ pid, words: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
    } catch {
      return [];
    }
  });
}

test.skipIf(!hasXvfb)('opens a window, cut off from the network, and ends with it', async () => {
  const child = spawn(process.execPath, [START, '--chromium', '--home', home], {
    env: { ...process.env, DISPLAY: `:${NUMBER}`, WAYLAND_DISPLAY: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | null>((settle) => child.once('exit', settle));

  const pid = child.pid ?? 0;
  const window = await vi.waitFor(
    () => {
      const processes = below(pid);
      const browser = processes.find(
        ({ words }) => words.includes('--app=data:') && !words.includes('--type='),
      );
      expect(said).toContain('The console is open.');
      if (browser === undefined) throw new Error(`no window: ${said}`);
      return browser;
    },
    { timeout: 120_000, interval: 200 },
  );

  const namespaceOf = (process: number | 'self'): string => readlinkSync(`/proc/${process}/ns/net`);
  const mayIsolate =
    spawnSync('unshare', process.getuid?.() === 0 ? ['-n', 'true'] : ['-Un', 'true']).status === 0;
  if (mayIsolate) {
    expect(namespaceOf(window.pid)).not.toBe(namespaceOf('self'));
    // Nothing but the loopback, which is down: no line in the table of routes.
    expect(readFileSync(`/proc/${window.pid}/net/route`, 'utf8').trim().split('\n')).toHaveLength(1);
    expect(said).not.toContain('network namespace');
  } else expect(said).toContain('The console is not in a network namespace of its own');
  if (process.getuid?.() !== 0) expect(window.words).not.toContain('--no-sandbox');
  expect(window.words).toContain('--remote-debugging-pipe');
  expect(window.words).not.toContain('--remote-debugging-port');

  // The person closes the window.
  process.kill(window.pid, 'SIGTERM');
  expect(await ended, said).toBe(0);
  expect(below(pid)).toEqual([]);
});
