/** A console of a few lines in real Chromium: the real host, bridge, router and policy around a window made by a test. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import {
  openInChromium,
  type ChromiumConsole,
  type ChromiumOptions,
  type IpcEntry,
} from '../electron/chromium/host.ts';
import type { Host, StartConsole } from '../electron/console/host.ts';
import type { Bridge } from '../electron/ipc/contract.ts';
import { loadConsole, programIn } from '../electron/main/surroundings.ts';
import { build, buildPreload } from '../scripts/build.ts';

/** What a test's window looks like from inside `page.evaluate`. */
export interface TestWindow {
  readonly reseal: Bridge;
}

const PAGE = `<!doctype html><html lang="en"><head><title>Test</title><link rel="stylesheet" href="/style.css"></head>
<body><p id="text">window</p><script type="module" src="/main.js"></script></body></html>`;

export interface TestConsole extends ChromiumConsole {
  /** What the application was given. */
  readonly host: Host;
  readonly out: string;
  readonly reports: readonly unknown[];
  readonly entries: readonly IpcEntry[];
  /** How often the application was closed. */
  readonly closings: () => number;
}

/** The files of a built program with this window. The caller removes the folder. */
export async function builtProgram(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), 'reseal-program-'));
  await buildPreload(join(out, 'preload'));
  const window = {
    'index.html': PAGE,
    'main.js': 'document.body.dataset.loaded = "yes";',
    'style.css': '#text { color: rgb(1, 2, 3); }',
    ...files,
  };
  for (const [name, content] of Object.entries(window)) {
    const file = join(out, 'renderer', name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return out;
}

/** Opens it, with an application that answers through `serve`. */
export async function openTestConsole(
  out: string,
  serve: (host: Host) => void,
  options: Partial<ChromiumOptions> = {},
): Promise<TestConsole> {
  const reports: unknown[] = [];
  const entries: IpcEntry[] = [];
  let given: Host | undefined;
  let closed = 0;
  const startConsole: StartConsole = (host) => {
    given = host;
    serve(host);
    return {
      close: () => {
        closed += 1;
        return Promise.resolve();
      },
    };
  };
  const opened = await openInChromium({
    home: join(out, 'home'),
    version: '0.0.0',
    out,
    startConsole,
    report: (error) => reports.push(error),
    onIpc: (entry) => entries.push(entry),
    ...options,
  });
  if (given === undefined) throw new Error('the application was not started');
  return { ...opened, host: given, out, reports, entries, closings: () => closed };
}

/** The real console of a laptop, as `npm start` opens it but without a visible window. Builds what is stale first. */
export async function openBuiltConsole(
  home: string,
  options: Partial<ChromiumOptions> = {},
): Promise<ChromiumConsole> {
  await build();
  const out = resolve(import.meta.dirname, '..', 'out');
  const startConsole = await loadConsole(programIn(out));
  return await openInChromium({ home, version: '0.0.0', out, startConsole, ...options });
}

/** Removes what `builtProgram` made. */
export function removeProgram(out: string): Promise<void> {
  return rm(out, { recursive: true, force: true });
}
