import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measureSoftware } from './software.ts';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'reseal-software-'));
  await mkdir(join(out, 'main'));
  await writeFile(join(out, 'main', 'main.js'), 'one');
  await writeFile(join(out, 'main', 'part-b.js'), 'two');
  await writeFile(join(out, 'index.html'), 'three');
});
afterEach(() => rm(out, { recursive: true }));

test('the digest is what sha256sum says', async () => {
  const shell = 'find . -type f -printf "%P\\n" | LC_ALL=C sort | xargs sha256sum | sha256sum';
  const said = execFileSync('sh', ['-c', shell], { cwd: out, encoding: 'utf8' });
  const { digest, files } = await measureSoftware(out);
  expect(digest).toBe(said.slice(0, 64));
  expect(Object.keys(files)).toEqual(['index.html', 'main/main.js', 'main/part-b.js']);
});

test('what the build writes about itself does not count', async () => {
  const { digest } = await measureSoftware(out);
  await writeFile(join(out, 'software.json'), '{}');
  await writeFile(join(out, '.built'), 'x');
  expect((await measureSoftware(out)).digest).toBe(digest);
});

test('a changed, a further, a missing and a renamed file all change it', async () => {
  const digests = new Set([(await measureSoftware(out)).digest]);
  await writeFile(join(out, 'main', 'main.js'), 'One');
  digests.add((await measureSoftware(out)).digest);
  await writeFile(join(out, 'more.js'), '');
  digests.add((await measureSoftware(out)).digest);
  await rm(join(out, 'index.html'));
  digests.add((await measureSoftware(out)).digest);
  await writeFile(join(out, 'software.js'), 'One');
  await rm(join(out, 'main', 'main.js'));
  digests.add((await measureSoftware(out)).digest);
  expect(digests.size).toBe(5);
});
