/** What both hosts find out about where they run: the laptop's folder, the built program, and where defects are told. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { StartConsole } from '../console/host.ts';

/** Folder of this laptop: what was said, else `$RESEAL_HOME`, else `~/.reseal`. Absolute. */
export function homeFolder(
  said: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  return resolve(said ?? environment['RESEAL_HOME'] ?? join(homedir(), '.reseal'));
}

/** Where the parts of the built program lie. */
export interface Program {
  readonly out: string;
  readonly renderer: string;
  readonly preload: string;
  readonly engine: URL;
  readonly console: URL;
}

export function programIn(out: string): Program {
  return {
    out,
    renderer: join(out, 'renderer'),
    preload: join(out, 'preload', 'preload.cjs'),
    engine: pathToFileURL(join(out, 'main', 'engine.js')),
    console: pathToFileURL(join(out, 'main', 'console.js')),
  };
}

/** The program that a built main module belongs to: the folder above its own. */
export function programOf(mainModule: string): Program {
  return programIn(fileURLToPath(new URL('..', mainModule)));
}

/** The application as it was built. Both hosts load it from the same file. */
export async function loadConsole(program: Program): Promise<StartConsole> {
  const module = (await import(program.console.href)) as { readonly startConsole: StartConsole };
  return module.startConsole;
}

/** Writes that something unforeseen happened. What exactly is for those who ask for it with RESEAL_DEBUG. */
export function reporter(
  write: (line: string) => void,
  environment: Readonly<Record<string, string | undefined>>,
): (error: unknown) => void {
  return (error) => {
    if (environment['RESEAL_DEBUG'] === undefined)
      write('Something went wrong that Reseal did not foresee. RESEAL_DEBUG=1 shows more.\n');
    else write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  };
}
