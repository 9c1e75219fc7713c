/** Folders for tests that are removed when the test is done. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Only inside a test. An empty folder on the disk, or below `base` (`/dev/shm` for one that is memory). */
export function temporaryFolder(base = tmpdir()): string {
  const path = fs.mkdtempSync(join(base, 'reseal-test-'));
  onTestFinished(() => {
    fs.rmSync(path, { recursive: true, force: true });
  });
  return path;
}

/** All regular files below `path`, relative, sorted. */
export function allFiles(path: string): string[] {
  return fs
    .readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort();
}
