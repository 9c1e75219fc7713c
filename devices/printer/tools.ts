/** Runs the command line tools of CUPS: a list of arguments, never a shell, and never longer than a person would wait. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { systemCode } from '../files.ts';
import { PrinterError } from './errors.ts';

/** How a tool ended, and its words. */
export interface Outcome {
  readonly ok: boolean;
  readonly out: string;
  /** What it complained about: one line, printable characters only. */
  readonly complaint: string;
}

const MILLISECONDS_TO_END = 15_000;
const MAX_OUTPUT = 1024 * 1024;

/** Where CUPS listens on this machine: Debian, macOS. */
const SOCKETS = ['/run/cups/cups.sock', '/var/run/cups/cups.sock', '/private/var/run/cupsd'];

/**
 * The scheduler that jobs go to: a socket of this machine, always named, because the tools would otherwise follow the
 * user's or the system's client.conf to another machine. `CUPS_SERVER` may name another socket, and nothing else. Throws
 * PrinterError `no-scheduler`.
 */
export function schedulerOf(
  named: string | undefined,
  exists: (path: string) => boolean = existsSync,
): string {
  if (named === undefined || named === '') return SOCKETS.find(exists) ?? 'localhost';
  if (named.startsWith('/')) return named;
  throw new PrinterError(
    'no-scheduler',
    `CUPS_SERVER names "${oneLine(named)}", and a share is printed by this laptop only. Take the variable out, or name a socket, then look again.`,
  );
}

/**
 * Runs `lp`, `lpstat` or `cancel` against the scheduler of this machine (`schedulerOf`). Words are English (LC_ALL=C),
 * because they are read here.
 *
 * Throws PrinterError: `no-scheduler`, `no-cups`, `no-answer`.
 *
 * @param input goes to the tool's standard input; it is not written to any file here
 */
export function runTool(tool: string, words: readonly string[], input?: Uint8Array): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const server = schedulerOf(process.env['CUPS_SERVER']);
    // A session of its own has no terminal: a tool that wants a password fails, instead of asking for it out of sight.
    const child = spawn(tool, words, {
      detached: true,
      env: { ...process.env, LC_ALL: 'C', CUPS_SERVER: server },
    });
    let out = '';
    let err = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new PrinterError(
          'no-answer',
          `${tool} did not end within ${MILLISECONDS_TO_END / 1000} seconds: the printing service does not answer. ` +
            'Restart CUPS, then look at the printer before printing again.',
        ),
      );
    }, MILLISECONDS_TO_END);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (out.length < MAX_OUTPUT) out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (err.length < MAX_OUTPUT) err += text;
    });
    // A tool that refuses ends before it has read everything. Its status tells.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error) => {
      clearTimeout(timer);
      const missing = systemCode(error) === 'ENOENT';
      reject(
        new PrinterError(
          missing ? 'no-cups' : 'failed',
          missing
            ? `The command ${tool} is not on this laptop. Install CUPS (Debian: cups and cups-client) before the ceremony.`
            : `The command ${tool} cannot be started (${systemCode(error)}). Check how CUPS is installed.`,
          error,
        ),
      );
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ ok: status === 0, out, complaint: oneLine(err) });
    });
  });
}

/** Words of a printer or of CUPS as they may stand in a sentence: printable, one line, at most 200 characters. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
