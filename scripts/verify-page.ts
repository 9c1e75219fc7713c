/** Builds verify.html: script, style and policy in one file that needs nothing beside it. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const SOURCE = join(ROOT, 'verifiers', 'html');

/** The hash by which a content security policy names an inline script or style (CSP 3 §8.4). */
const named = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** One script, that defines no module and imports nothing. */
async function bundle(): Promise<string> {
  const { build } = await import('vite');
  const out = await mkdtemp(join(tmpdir(), 'reseal-verify-page-'));
  const { NODE_ENV } = process.env;
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      configFile: false,
      root: SOURCE,
      mode: 'production',
      logLevel: 'warn',
      publicDir: false,
      build: {
        outDir: out,
        emptyOutDir: true,
        target: 'es2022',
        minify: false,
        reportCompressedSize: false,
        rolldownOptions: {
          input: join(SOURCE, 'page.ts'),
          output: { format: 'iife', entryFileNames: 'page.js' },
        },
      },
    });
    return await readFile(join(out, 'page.js'), 'utf8');
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = NODE_ENV;
    await rm(out, { recursive: true, force: true });
  }
}

/** Writes the page to `file`. The same sources give the same bytes. */
export async function buildVerifyPage(file: string): Promise<void> {
  const [page, style, code] = await Promise.all([
    readFile(join(SOURCE, 'page.html'), 'utf8'),
    readFile(join(SOURCE, 'style.css'), 'utf8'),
    bundle(),
  ]);
  if (/<\/script|<!--/i.test(code)) throw new Error('verify.html: the script would end its own element.');
  const script = `\n${code}`;
  const policy = `default-src 'none'; script-src ${named(script)}; style-src ${named(style)}; base-uri 'none'; form-action 'none'`;
  const whole = page
    .replace('POLICY', () => policy)
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('<script></script>', () => `<script>${script}</script>`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, whole);
}

if (import.meta.main) {
  const [, , file] = process.argv;
  if (file === undefined) throw new Error('Name the file to write.');
  await buildVerifyPage(resolve(file));
}
