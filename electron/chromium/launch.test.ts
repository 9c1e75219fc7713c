import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { homeFolder } from '../main/surroundings.ts';
import { findDisplay, findElectron, isolate } from './launch.ts';

test.each([
  ['none', {}, null],
  ['empty names', { DISPLAY: '', WAYLAND_DISPLAY: '' }, null],
  ['X11', { DISPLAY: ':7' }, { kind: 'x11', socket: '/tmp/.X11-unix/X7' }],
  ['X11 with a screen', { DISPLAY: 'unix:0.1' }, { kind: 'x11', socket: '/tmp/.X11-unix/X0' }],
  ['X11 over the network', { DISPLAY: 'localhost:10.0' }, { kind: 'x11', socket: null }],
  [
    'Wayland',
    { WAYLAND_DISPLAY: 'wayland-0', XDG_RUNTIME_DIR: '/run/user/7' },
    { kind: 'wayland', socket: '/run/user/7/wayland-0' },
  ],
  ['Wayland by a path', { WAYLAND_DISPLAY: '/run/w' }, { kind: 'wayland', socket: '/run/w' }],
  ['both', { DISPLAY: ':0', WAYLAND_DISPLAY: 'w' }, { kind: 'x11', socket: '/tmp/.X11-unix/X0' }],
])('the display: %s', (_what, environment, expected) => {
  expect(findDisplay(environment, () => true)).toEqual(expected);
});

test('a display whose socket is no file is one that does not cross', () => {
  expect(findDisplay({ DISPLAY: ':7' }, () => false)).toEqual({ kind: 'x11', socket: null });
});

const display = { kind: 'x11', socket: '/tmp/.X11-unix/X7' } as const;

test('root makes a namespace, others make it as who they are', () => {
  expect(isolate(display, true, () => true).prefix).toEqual(['unshare', '--net', '--']);
  expect(isolate(display, false, () => true).prefix).toEqual([
    'unshare',
    '--user',
    '--map-current-user',
    '--net',
    '--',
  ]);
});

test('where it does not work, or the display would not be seen, there is a reason instead', () => {
  const tried: (readonly string[])[] = [];
  expect(
    isolate(display, false, (command) => {
      tried.push(command);
      return false;
    }),
  ).toMatchObject({ prefix: [], because: expect.stringContaining('does not allow') as string });
  expect(tried).toEqual([['unshare', '--user', '--map-current-user', '--net', '--', 'true']]);
  expect(isolate({ kind: 'x11', socket: null }, true, () => true)).toMatchObject({
    prefix: [],
    because: expect.stringContaining('display') as string,
  });
});

test('Electron is found by its files, without asking the module', async () => {
  const root = await mkdtemp(join(tmpdir(), 'reseal-electron-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const folder = join(root, 'node_modules', 'electron');
  expect(findElectron(root)).toBeNull();
  await mkdir(join(folder, 'dist'), { recursive: true });
  expect(findElectron(root)).toBeNull();
  await writeFile(join(folder, 'dist', 'electron'), '');
  expect(findElectron(root)).toBe(join(folder, 'dist', 'electron'));
  await writeFile(join(folder, 'path.txt'), 'Electron.app/x\n');
  expect(findElectron(root)).toBeNull();
});

test('the laptop’s folder: what was said, else the environment, else the home folder', () => {
  expect(homeFolder('/a/../b', { RESEAL_HOME: '/c' })).toBe('/b');
  expect(homeFolder(undefined, { RESEAL_HOME: '/c' })).toBe('/c');
  expect(homeFolder(undefined, {})).toMatch(/[\\/]\.reseal$/);
});
