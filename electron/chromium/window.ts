/**
 * The process of a console in Chromium: window, application and engine live and end with it. Started by start.ts, in a
 * network namespace if there is one: `node electron/chromium/window.ts HOME`.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadConsole, programIn } from '../main/surroundings.ts';
import { openInChromium } from './host.ts';
import { findDisplay } from './launch.ts';

const root = resolve(import.meta.dirname, '..', '..');
const [home = ''] = process.argv.slice(2);
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
const out = join(root, 'out');

try {
  const opened = await openInChromium({
    home: resolve(home),
    version,
    out,
    // The application as it is packaged, not its sources.
    startConsole: await loadConsole(programIn(out)),
    headless: false,
    args: findDisplay(process.env)?.kind === 'wayland' ? ['--ozone-platform=wayland'] : [],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      void opened.close();
    });
  process.stdout.write('The console is open. Close its window to end it.\n');
  await opened.closed;
  process.exit(0);
} catch (error) {
  process.stderr.write('The window could not be opened. RESEAL_DEBUG=1 shows why.\n');
  if (process.env['RESEAL_DEBUG'] !== undefined && error instanceof Error)
    process.stderr.write(`${error.stack ?? error.message}\n`);
  process.exit(1);
}
