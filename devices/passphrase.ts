/** Passphrases: how they are asked for without being shown, and what a passphrase is as bytes. */
import fs from 'node:fs';
import tty from 'node:tty';
import { setTimeout as pause } from 'node:timers/promises';
import { utf8ToBytes } from '../crypto/bytes.ts';
import { systemCode } from './files.ts';

export type PassphraseErrorCode =
  'no-source' | 'unreadable' | 'empty' | 'too-short' | 'mismatch' | 'cancelled';

/** The message is a sentence with the next step and never contains what was typed. */
export class PassphraseError extends Error {
  readonly code: PassphraseErrorCode;

  constructor(code: PassphraseErrorCode, message: string) {
    super(message);
    this.name = 'PassphraseError';
    this.code = code;
  }
}

/** Characters that a passphrase must have when it protects more than a rehearsal. */
export const PASSPHRASE_MINIMUM = 12;
const MAX_BYTES = 4096;

/**
 * The bytes of a passphrase: UTF-8 of its Unicode normal form C.
 *
 * Form C, because keyboards and systems write the same character in several ways ("é" as one code point or as two),
 * and the custodian cannot see which. Not form KC: it also turns characters into others that merely resemble them
 * (² into 2, the ligature ﬁ into fi, full-width letters into plain ones), so that different passphrases become one.
 *
 * Throws `empty`, or `unreadable` for text that has no UTF-8 form (lone surrogates).
 */
export function passphraseBytes(passphrase: string): Uint8Array {
  if (passphrase === '')
    throw new PassphraseError('empty', 'The passphrase is empty: type it and press Enter.');
  if (!passphrase.isWellFormed())
    throw new PassphraseError('unreadable', 'The passphrase contains half a character (a lone surrogate).');
  return utf8ToBytes(passphrase.normalize('NFC'));
}

/** Throws `too-short` unless a new passphrase has at least 12 characters (code points in normal form C). */
export function checkNewPassphrase(passphrase: string): void {
  const length = Array.from(passphrase.normalize('NFC')).length;
  if (length < PASSPHRASE_MINIMUM)
    throw new PassphraseError(
      'too-short',
      `The passphrase has ${length} characters, at least ${PASSPHRASE_MINIMUM} are needed: ` +
        'five or more random words are easy to type and hard to guess.',
    );
}

/** A terminal that can be read key by key. Tests hand in their own. */
export interface Terminal {
  write(text: string): void;
  /** Chunks of typed text, not echoed. Ends when the terminal goes away. */
  keys(): AsyncIterable<string>;
  /** Gives the terminal back as it was. */
  close(): void;
}

export interface PassphraseRequest {
  /** Read from this file descriptor instead of the terminal (`--passphrase-fd N`). */
  readonly fd?: number | undefined;
  /** What the person is asked, without colon: `Passphrase of the vault "left"`. */
  readonly prompt: string;
  /** Ask twice and compare. Only on the terminal: a script does not mistype. */
  readonly confirm?: boolean | undefined;
  /** For tests. */
  readonly terminal?: Terminal | undefined;
}

/**
 * Asks for a passphrase. From a file descriptor: its next line (at most 4096 bytes of UTF-8, the line end dropped), and
 * no byte more, so that several can be read one after the other. From the terminal: typed without echo.
 * Throws `no-source` (neither is there), `unreadable`, `empty`, `mismatch`, `cancelled` (Ctrl-C or Ctrl-D).
 */
export async function readPassphrase(request: PassphraseRequest): Promise<string> {
  if (request.fd !== undefined) return decodeLine(await readLine(request.fd));
  const terminal = request.terminal ?? openTerminal();
  try {
    const keys = terminal.keys()[Symbol.asyncIterator]();
    const passphrase = await ask(terminal, keys, `${request.prompt}: `);
    if (request.confirm === true && (await ask(terminal, keys, 'The same once more: ')) !== passphrase)
      throw new PassphraseError('mismatch', 'The two passphrases differ: try again.');
    return passphrase;
  } finally {
    terminal.close();
  }
}

/** Bytes up to the first line feed or the end, without it. One byte a read: what follows belongs to somebody else. */
async function readLine(fd: number): Promise<Uint8Array> {
  requireReadable(fd);
  const line = new Uint8Array(MAX_BYTES);
  const byte = new Uint8Array(1);
  for (let length = 0; ;) {
    let got: number;
    try {
      got = fs.readSync(fd, byte, 0, 1, null);
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EAGAIN') {
        await pause(10);
        continue;
      }
      if (code !== 'EOF')
        throw new PassphraseError(
          'no-source',
          `--passphrase-fd ${fd}: nothing can be read from this file descriptor (${code}).`,
        );
      got = 0;
    }
    if (got === 0 || byte[0] === 0x0a) return line.subarray(0, length);
    if (length === MAX_BYTES)
      throw new PassphraseError('unreadable', `The passphrase is longer than ${MAX_BYTES} bytes.`);
    line[length++] = byte[0] ?? 0;
  }
}

/** Throws `no-source` for a number that nobody opened: the platform uses some for itself, and those never end. */
function requireReadable(fd: number): void {
  let stat: fs.Stats | undefined;
  try {
    stat = fs.fstatSync(fd);
  } catch {
    // Closed: the sentence below says so.
  }
  if (
    stat?.isFile() === true ||
    stat?.isFIFO() === true ||
    stat?.isSocket() === true ||
    stat?.isCharacterDevice() === true
  )
    return;
  throw new PassphraseError(
    'no-source',
    `--passphrase-fd ${fd}: nothing can be read from this file descriptor. Open it in the shell: --passphrase-fd 9 9< FILE.`,
  );
}

function decodeLine(line: Uint8Array): string {
  const end = line.at(-1) === 0x0d ? line.length - 1 : line.length;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line.subarray(0, end));
  } catch {
    throw new PassphraseError('unreadable', 'The passphrase is not UTF-8 text.');
  } finally {
    line.fill(0);
  }
  if (text === '')
    throw new PassphraseError('empty', 'The passphrase is empty: write it to the file descriptor.');
  return text;
}

async function ask(terminal: Terminal, keys: AsyncIterator<string>, prompt: string): Promise<string> {
  terminal.write(prompt);
  const line = new TypedLine();
  try {
    for (;;) {
      const next = await keys.next();
      if (next.done === true)
        throw new PassphraseError('cancelled', 'The terminal was closed: nothing was done.');
      const state = line.type(next.value);
      if (state === 'cancelled') throw new PassphraseError('cancelled', 'Cancelled: nothing was done.');
      if (state === 'done') break;
    }
  } finally {
    terminal.write('\n');
  }
  if (line.text === '') throw new PassphraseError('empty', 'The passphrase is empty: nothing was done.');
  return line.text;
}

/** What has been typed so far. Backspace removes a character, Ctrl-U all of them; arrows and the like do nothing. */
class TypedLine {
  #characters: string[] = [];

  get text(): string {
    return this.#characters.join('');
  }

  type(keys: string): 'more' | 'done' | 'cancelled' {
    // eslint-disable-next-line no-control-regex -- escape sequences: CSI (arrows, bracketed paste), SS3, Alt-key
    for (const key of keys.replace(/\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?/gu, '')) {
      if (key === '\r' || key === '\n') return 'done';
      if (key === '\x03' || (key === '\x04' && this.#characters.length === 0)) return 'cancelled';
      if (key === '\x7f' || key === '\b') this.#characters.pop();
      else if (key === '\x15') this.#characters = [];
      else if (key >= ' ') this.#characters.push(key);
    }
    return 'more';
  }
}

/** The terminal that this process belongs to, whatever its standard input and output are connected to. */
function openTerminal(): Terminal {
  let fd: number;
  try {
    fd = fs.openSync('/dev/tty', fs.constants.O_RDWR | fs.constants.O_NOCTTY);
  } catch {
    throw new PassphraseError(
      'no-source',
      'There is no terminal to ask for the passphrase: give it with --passphrase-fd N.',
    );
  }
  const stream = new tty.ReadStream(fd);
  stream.setRawMode(true);
  stream.setEncoding('utf8');
  return {
    write: (text) => {
      fs.writeSync(fd, text.replaceAll('\n', '\r\n'));
    },
    keys: () => stream as AsyncIterable<string>,
    close: () => {
      stream.setRawMode(false);
      stream.destroy();
    },
  };
}
