import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { measureSoftware } from '../electron/main/software.ts';
import { buildMain, buildPreload } from './build.ts';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'reseal-build-'));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

test('the bridge is one file that requires nothing but Electron', async () => {
  const out = await folder();
  await buildPreload(out);
  expect(await readdir(out)).toEqual(['preload.cjs']);
  const code = await readFile(join(out, 'preload.cjs'), 'utf8');
  expect([...code.matchAll(/require\(([^)]*)\)/g)].map((match) => match[1])).toEqual(['"electron"']);
  expect(code).not.toMatch(/\bimport\b/);
});

test('modules of the program import only Electron, Node and one another', async () => {
  const out = await folder();
  await buildMain({ main: 'electron/main/main.ts', router: 'electron/ipc/router.ts' }, out);
  const files = await readdir(out);
  expect(files).toEqual(expect.arrayContaining(['main.js', 'router.js']));
  const imported = new Set<string>();
  for (const file of files)
    for (const match of (await readFile(join(out, file), 'utf8')).matchAll(
      /^(?:import|export)\b[^'"]*?from "([^"]+)"/gm,
    ))
      imported.add(match[1] ?? '');
  expect(imported.has('electron')).toBe(true);
  expect([...imported].filter((name) => name !== 'electron' && !/^(node:|\.\/)/.test(name))).toEqual([]);
});

test('the same sources give the same bytes', async () => {
  const digests = new Set<string>();
  for (let round = 0; round < 2; round += 1) {
    const out = await folder();
    await buildMain({ main: 'electron/main/main.ts', router: 'electron/ipc/router.ts' }, join(out, 'main'));
    await buildPreload(join(out, 'preload'));
    digests.add((await measureSoftware(out)).digest);
  }
  expect(digests.size).toBe(1);
});
