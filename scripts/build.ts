/**
 * Builds what runs: the window (out/renderer), the bridge (out/preload) and the program behind it (out/main); and the
 * verifiers that need nothing of it (out/verify.html, out/verify.py). Does nothing when nothing changed. `node scripts/build.ts` or
 * `npm run build`; others call `build()`.
 */
import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { extname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InlineConfig } from 'vite';
import { measureSoftware } from '../electron/main/software.ts';
import { buildVerifyPage } from './verify-page.ts';

const ROOT = resolve(import.meta.dirname, '..');
const WORK = join(ROOT, 'node_modules', '.cache', 'reseal');

/** Folders and files that the result depends on. Tests are left out. */
const SOURCES = [
  'assets',
  'ceremony',
  'crypto',
  'devices',
  'electron',
  'laptop',
  'optical',
  'renderer',
  'verifiers/html',
];
const SETTINGS = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'scripts/build.ts',
  'scripts/verify-page.ts',
  'verifiers/verify.py',
];

/** What must not be bundled: Electron's own module, and native code. */
const EXTERNAL = ['electron', 'pkcs11js', ...builtinModules, /^node:/];

/** What one bundle of code is made from: name of the result without its extension, and its source. */
export type Parts = Readonly<Record<string, string>>;

const MAIN: Parts = {
  main: 'electron/main/main.ts',
  console: 'electron/console/console.ts',
  engine: 'electron/console/engine/worker.ts',
};

/** Modules for Node: everything from npm is inside, so a package needs no node_modules. */
export async function buildMain(parts: Parts, outDir: string): Promise<void> {
  await vite({
    ...shared(outDir),
    ssr: { noExternal: true, target: 'node' },
    build: {
      ...shared(outDir).build,
      ssr: true,
      target: 'node24',
      rolldownOptions: {
        input: absolute(parts),
        external: EXTERNAL,
        // Flat: modules find the rest of the program from where they lie.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'part-[name]-[hash].js' },
      },
    },
  });
}

/** One file: a sandboxed preload script can require nothing but Electron. */
export async function buildPreload(outDir: string): Promise<void> {
  await vite({
    ...shared(outDir),
    ssr: { noExternal: true, target: 'node' },
    build: {
      ...shared(outDir).build,
      ssr: true,
      target: 'node24',
      rolldownOptions: {
        input: absolute({ preload: 'electron/preload/preload.ts' }),
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  });
}

async function buildRenderer(outDir: string): Promise<void> {
  await vite({
    configFile: join(ROOT, 'renderer', 'vite.config.ts'),
    root: join(ROOT, 'renderer'),
    logLevel: 'warn',
    // No source maps: they are served to nobody, and would be packaged.
    build: { outDir, emptyOutDir: true, sourcemap: false },
  });
}

/**
 * Brings out/ up to date. Several processes may call it at once: one builds, the others wait for it.
 *
 * @param say is told that a build begins; never called when nothing changed
 * @throws whatever the bundler says is wrong
 */
export async function build(say: (line: string) => void = () => undefined): Promise<'built' | 'fresh'> {
  const out = join(ROOT, 'out');
  const wanted = await digestOfSources();
  if (await isFresh(out, wanted)) return 'fresh';
  const unlock = await lock();
  try {
    if (await isFresh(out, wanted)) return 'fresh';
    say('Building the console …');
    const stage = join(WORK, `stage-${randomUUID()}`);
    try {
      await buildMain(MAIN, join(stage, 'main'));
      // Read when a document is made, so they lie beside the code that reads them.
      await cp(join(ROOT, 'assets', 'fonts'), join(stage, 'main', 'fonts'), { recursive: true });
      await buildPreload(join(stage, 'preload'));
      await buildRenderer(join(stage, 'renderer'));
      await buildVerifyPage(join(stage, 'verify.html'));
      await cp(join(ROOT, 'verifiers', 'verify.py'), join(stage, 'verify.py'));
      await writeFile(
        join(stage, 'software.json'),
        `${JSON.stringify(await measureSoftware(stage), null, 2)}\n`,
      );
      await writeFile(join(stage, '.built'), wanted);
      await replace(out, stage);
    } finally {
      await rm(stage, { recursive: true, force: true });
    }
    return 'built';
  } finally {
    await unlock();
  }
}

/** The new folder takes the old one's place; a crash leaves one of them, whole. */
async function replace(out: string, stage: string): Promise<void> {
  const old = join(WORK, `old-${randomUUID()}`);
  await rename(out, old).catch((error: unknown) => {
    if (!isCode(error, 'ENOENT')) throw error;
  });
  await rename(stage, out);
  await rm(old, { recursive: true, force: true });
}

/** True when out/ was made from these sources and nobody touched it since. */
async function isFresh(out: string, wanted: string): Promise<boolean> {
  try {
    if ((await readFile(join(out, '.built'), 'utf8')) !== wanted) return false;
    const said = JSON.parse(await readFile(join(out, 'software.json'), 'utf8')) as { digest: unknown };
    return said.digest === (await measureSoftware(out)).digest;
  } catch {
    return false;
  }
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256').update(`${process.version.split('.')[0] ?? ''}\n`);
  const files = (await Promise.all(SOURCES.map((folder) => list(folder)))).flat().sort();
  for (const file of [...files, ...SETTINGS]) {
    const content = await readFile(join(ROOT, file));
    hash.update(`${file} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

async function list(folder: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(join(ROOT, folder), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await list(path)));
    else if (!/\.test\.tsx?$/.test(entry.name) && extname(entry.name) !== '.md') found.push(path);
  }
  return found;
}

/** Holds the lock until the returned function is called. A lock whose process is gone is taken over. */
async function lock(): Promise<() => Promise<void>> {
  await mkdir(WORK, { recursive: true });
  const file = join(WORK, 'build.lock');
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    const holder = await readFile(file, 'utf8').catch(() => '');
    if (holder !== '' && !isAlive(Number(holder))) await rm(file, { force: true });
    else await sleep(100);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function shared(outDir: string): InlineConfig {
  return {
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    publicDir: false,
    build: { outDir, emptyOutDir: true, minify: false, reportCompressedSize: false, copyPublicDir: false },
  };
}

function absolute(parts: Parts): Record<string, string> {
  return Object.fromEntries(Object.entries(parts).map(([name, source]) => [name, resolve(ROOT, source)]));
}

async function vite(config: InlineConfig): Promise<void> {
  // Loaded only when something is built: a start with nothing to do should not wait for it.
  const bundler = await import('vite');
  // Libraries look at it while they are bundled. Whoever calls (a test, a person) must get the same bytes.
  const { NODE_ENV } = process.env;
  process.env['NODE_ENV'] = 'production';
  try {
    await bundler.build({ ...config, mode: 'production' });
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = NODE_ENV;
  }
}

if (import.meta.main) {
  const done = await build((line) => {
    console.log(line);
  });
  const { digest } = await measureSoftware(join(ROOT, 'out'));
  console.log(`${done === 'built' ? 'Built' : 'Nothing to build'}: out, software ${digest.slice(0, 16)}.`);
}
