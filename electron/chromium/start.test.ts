// What `npm start` says when it cannot open a window. That it can is in start.slow.test.ts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const START = join(import.meta.dirname, 'start.ts');

function start(words: readonly string[], environment: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [START, ...words], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], DISPLAY: '', WAYLAND_DISPLAY: '', ...environment },
  });
  return { status, stdout, stderr };
}

test('without a display: one sentence with the way out, and exit code 1', () => {
  const { status, stdout, stderr } = start([], {});
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain('npm run -s reseal -- --help');
});

test('without Chromium: one sentence that names the package, and exit code 1', () => {
  // A folder with what the search for packages needs, and no package manager.
  const folder = mkdtempSync(join(tmpdir(), 'reseal-path-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  symlinkSync('/usr/bin/which', join(folder, 'which'));
  const { status, stderr } = start(['--chromium'], { DISPLAY: ':7', PATH: folder, RESEAL_NO_INSTALL: '1' });
  expect(status).toBe(1);
  expect(stderr.trim()).toBe('Install these packages first, then run the command again: chromium');
});

test('an option that does not exist is named, and the exit code is 2', () => {
  const { status, stderr } = start(['--headles'], { DISPLAY: ':7' });
  expect(status).toBe(2);
  expect(stderr).toContain("'--headles'");
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('--help lists the options', () => {
  const { status, stdout } = start(['--help'], {});
  expect(status).toBe(0);
  for (const option of ['--home', '--chromium', '--help']) expect(stdout).toContain(option);
});
