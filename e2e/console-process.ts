/**
 * One console in a process of its own, as on a laptop of its own: the built program with its window, under Chromium or
 * Electron. A test tells it what to do at the window (vocabulary.ts) and may kill it at any time.
 *
 * Arguments: home, host (`chromium` or `electron`), further switches of the window's browser.
 */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openInChromium } from '../electron/chromium/host.ts';
import type { StartConsole } from '../electron/console/host.ts';
import { descendants } from '../test-support/processes.ts';
import { Hands } from './hands.ts';
import type { Answer, Command } from './vocabulary.ts';

const [home = '', host = 'chromium', ...switches] = process.argv.slice(2);
const out = fileURLToPath(new URL('../out', import.meta.url));
const ipc: string[] = [];

/** Bytes in what crossed, so that a search for secrets finds them in any form. */
const asText = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;

async function openWindow(): Promise<{ hands: Hands; close(): Promise<void> }> {
  if (host === 'electron') {
    const { openInElectron } = await import('./electron-window.ts');
    return openInElectron(home, ipc, switches);
  }
  const { startConsole } = (await import(pathToFileURL(`${out}/main/console.js`).href)) as {
    startConsole: StartConsole;
  };
  const opened = await openInChromium({
    home,
    startConsole,
    out,
    version: 'test',
    args: switches,
    report: (error) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    },
    onIpc: (entry) => {
      ipc.push(JSON.stringify(entry, asText));
    },
  });
  // A window that is closed from outside ends the console, as a person expects.
  void opened.closed.then(() => {
    process.exit(0);
  });
  return { hands: new Hands(opened.page, ipc, () => descendants(process.pid)), close: () => opened.close() };
}

const opened = await openWindow();
const send = (answer: Answer | 'ready'): void => {
  process.send?.(answer);
};
process.on('message', ({ id, command }: { id: number; command: Command }) => {
  const work = command.do === 'close' ? opened.close() : opened.hands.obey(command);
  work.then(
    (value) => {
      send({ id, ok: true, value });
    },
    (error: unknown) => {
      send({ id, ok: false, error: error instanceof Error ? error.message : String(error) });
    },
  );
});
// Whoever started this console is gone: so is it.
process.on('disconnect', () => {
  process.exit(1);
});
send('ready');
