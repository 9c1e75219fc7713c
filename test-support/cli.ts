/** Running the command line as people do, in processes of its own. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

/** A command that has ended. */
export interface Finished {
  readonly words: readonly string[];
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What `ps` shows of the process to everybody on the machine. */
  readonly commandLine: string;
}

/** Runs `reseal` with these words. Passphrases go to file descriptor 3, a line each. */
export async function reseal(
  words: readonly string[],
  options: { passphrases?: readonly string[]; cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Finished> {
  const { passphrases, cwd, env } = options;
  const child = spawn(process.execPath, [MAIN, ...words], {
    stdio: ['ignore', 'pipe', 'pipe', passphrases === undefined ? 'ignore' : 'pipe'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  let commandLine = '';
  child.once('spawn', () => {
    commandLine = fs.readFileSync(`/proc/${child.pid ?? 0}/cmdline`, 'utf8').replaceAll('\0', ' ');
  });
  const pipe = child.stdio[3];
  if (passphrases !== undefined && pipe instanceof Writable) {
    // A command that ends before it has read everything is none of this function's business.
    pipe.on('error', () => undefined);
    pipe.end(passphrases.map((line) => `${line}\n`).join(''));
  }
  const text = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { words, code, ...text, commandLine };
}

/** The one JSON object on standard output. Throws when there is anything else. */
export function json(finished: Finished): Record<string, unknown> {
  return JSON.parse(finished.stdout) as Record<string, unknown>;
}

/** What a `step --json` says about each role in each ceremony. */
export interface Report {
  readonly ceremony: string;
  readonly code: string;
  readonly role: string;
  readonly outcome: string;
  readonly done: readonly string[];
  readonly waiting?: string;
  readonly refusal: { code: string; message: string; next: string | null } | null;
}

export function reportsOf(finished: Finished): Report[] {
  return json(finished)['ceremonies'] as Report[];
}

/** The answers that a person gives who agrees with everything, for the plan with this code. */
export function willing(code: string): string[] {
  return [
    `join.code=${code}`,
    'approve.decision=approve',
    'backups.serial=bag 7',
    'backups.witness=Wim',
    'cutover.phrase=use the new shares',
    'destroy.phrase=destroy the old shares',
    'destroy.witness=Wim',
    'attest.statement=agree',
    'attest.remarks=none',
  ].flatMap((answer) => ['--answer', answer]);
}
