// The packaged program: electron-builder writes the archive and sets the fuses of a stand-in for Electron's binary.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { build as pack, Platform } from 'electron-builder';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../../scripts/build.ts';
import { FUSES } from '../security/fuses.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
/** What marks the fuses in Electron's binary (electron/fuses), version 1, nine of them, as Electron ships them. */
const WIRE = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 9]),
  Buffer.from('101110011'),
]);

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
  readonly offset?: string;
  readonly size?: number;
}

/** The files of an ASAR archive by path: a header in JSON behind four numbers, then the contents. */
async function unpack(archive: string): Promise<ReadonlyMap<string, Buffer>> {
  const bytes = await readFile(archive);
  const contents = 8 + bytes.readUInt32LE(4);
  const found = new Map<string, Buffer>();
  const walk = (entry: Entry, path: string): void => {
    for (const [name, child] of Object.entries(entry.files ?? {})) walk(child, `${path}/${name}`);
    if (entry.offset === undefined) return;
    const start = contents + Number(entry.offset);
    found.set(path, bytes.subarray(start, start + (entry.size ?? 0)));
  };
  walk(JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))) as Entry, '');
  return found;
}

const folder = mkdtempSync(join(tmpdir(), 'reseal-package-'));
const app = join(folder, 'dist', 'linux-unpacked');

beforeAll(async () => {
  await build();
  const electron = join(folder, 'electron');
  await mkdir(join(electron, 'resources'), { recursive: true });
  await writeFile(join(electron, 'electron'), Buffer.concat([Buffer.alloc(64), WIRE, Buffer.alloc(64)]));
  await chmod(join(electron, 'electron'), 0o755);
  await writeFile(join(electron, 'version'), 'v45.4.1');
  await pack({
    projectDir: ROOT,
    targets: Platform.LINUX.createTarget('dir'),
    publish: 'never',
    config: {
      extends: 'electron-builder.yml',
      electronDist: electron,
      directories: { output: join(folder, 'dist') },
    },
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('nothing is built again, unless somebody touched what was built', async () => {
  expect(await build()).toBe('fresh');
  const file = join(ROOT, 'out', 'main', 'main.js');
  await writeFile(file, `${await readFile(file, 'utf8')}\n// touched\n`);
  expect(await build()).toBe('built');
  expect(await readFile(file, 'utf8')).not.toContain('// touched');
  expect(await Promise.all([build(), build()])).toEqual(['fresh', 'fresh']);
});

test('the archive holds the built program and nothing else', async () => {
  const files = await unpack(join(app, 'resources', 'app.asar'));
  for (const file of [
    '/package.json',
    '/out/main/main.js',
    '/out/main/console.js',
    '/out/main/engine.js',
    '/out/preload/preload.cjs',
    '/out/renderer/index.html',
    '/out/software.json',
  ])
    expect([...files.keys()]).toContain(file);
  expect([...files.keys()].filter((file) => !/^\/(out\/.*|package\.json)$/.test(file))).toEqual([]);
  expect(files.has('/out/.built')).toBe(false);
  expect(existsSync(join(app, 'resources', 'app'))).toBe(false);
  // The entry that Electron looks up is there.
  const { main, type } = JSON.parse(String(files.get('/package.json'))) as Record<string, string>;
  expect(files.has(`/${main ?? ''}`)).toBe(true);
  expect(type).toBe('module');
  expect(files.get('/out/software.json')).toEqual(await readFile(join(ROOT, 'out', 'software.json')));
});

test('the fuses are set as the table says, and the others as Electron ships them', async () => {
  const wire = (await getCurrentFuseWire(join(app, 'reseal'))) as unknown as Record<number, FuseState>;
  for (const [name, value] of FUSES) {
    const fuse = `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}` as keyof typeof FuseV1Options;
    expect(wire[FuseV1Options[fuse]], name).toBe(value ? FuseState.ENABLE : FuseState.DISABLE);
  }
  expect(wire[FuseV1Options.WasmTrapHandlers]).toBe(FuseState.ENABLE);
});
