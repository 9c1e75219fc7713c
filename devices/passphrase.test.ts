import fs from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test-support/folders.ts';
import { checkNewPassphrase, passphraseBytes, readPassphrase } from './passphrase.ts';
import type { Terminal } from './passphrase.ts';

/** A terminal on which `chunks` are typed. */
function typing(...chunks: string[]): Terminal & { shown: string; closed: boolean } {
  return {
    shown: '',
    closed: false,
    write(text) {
      this.shown += text;
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- an asynchronous source
    async *keys() {
      yield* chunks;
    },
    close() {
      this.closed = true;
    },
  };
}

function fileWith(content: string | Uint8Array): number {
  const path = join(temporaryFolder(), 'in');
  fs.writeFileSync(path, content);
  return fs.openSync(path, 'r');
}

describe('passphraseBytes', () => {
  it('is the same for the same characters, however they are encoded', () => {
    expect(passphraseBytes('caf\u00e9')).toEqual(passphraseBytes('cafe\u0301'));
  });

  it('keeps characters apart that only resemble each other', () => {
    expect(passphraseBytes('x\u00b2')).not.toEqual(passphraseBytes('x2'));
    expect(passphraseBytes('\ufb01n')).not.toEqual(passphraseBytes('fin'));
  });

  it('refuses the empty passphrase and half characters', () => {
    expect(() => passphraseBytes('')).toThrow(expect.objectContaining({ code: 'empty' }));
    expect(() => passphraseBytes('a\ud800b')).toThrow(expect.objectContaining({ code: 'unreadable' }));
  });

  it('does not depend on the normal form that the keyboard chose', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        expect(passphraseBytes(text.normalize('NFD'))).toEqual(passphraseBytes(text));
      }),
    );
  });
});

it('a new passphrase has at least 12 characters, counted as people do', () => {
  expect(() => {
    checkNewPassphrase('12345678901');
  }).toThrow('has 11 characters, at least 12 are needed');
  expect(() => {
    checkNewPassphrase('\u{1f511}'.repeat(11));
  }).toThrow(expect.objectContaining({ code: 'too-short' }));
  expect(() => {
    checkNewPassphrase('e\u0301'.repeat(11));
  }).toThrow(expect.objectContaining({ code: 'too-short' }));
  checkNewPassphrase('\u{1f511}'.repeat(12));
});

describe('from a file descriptor', () => {
  it('reads one line, and leaves the next for the next reader', async () => {
    const fd = fileWith('first \u00e9 line\r\n second\nthird');
    expect(await readPassphrase({ fd, prompt: '' })).toBe('first \u00e9 line');
    expect(await readPassphrase({ fd, prompt: '' })).toBe(' second');
    expect(await readPassphrase({ fd, prompt: '' })).toBe('third');
    await expect(readPassphrase({ fd, prompt: '' })).rejects.toMatchObject({ code: 'empty' });
    fs.closeSync(fd);
  });

  it('reads at most 4096 bytes', async () => {
    expect(await readPassphrase({ fd: fileWith('x'.repeat(4096)), prompt: '' })).toHaveLength(4096);
    await expect(readPassphrase({ fd: fileWith('x'.repeat(4097)), prompt: '' })).rejects.toMatchObject({
      code: 'unreadable',
    });
  });

  it('refuses what is not UTF-8, and a descriptor that is not open', async () => {
    await expect(
      readPassphrase({ fd: fileWith(Uint8Array.of(0x61, 0xff)), prompt: '' }),
    ).rejects.toMatchObject({
      code: 'unreadable',
    });
    await expect(readPassphrase({ fd: 9999, prompt: '' })).rejects.toThrow('--passphrase-fd 9999');
  });
});

it('refuses a descriptor that is open for something else, instead of waiting for ever', async () => {
  const fd = fs.openSync('/', 'r');
  await expect(readPassphrase({ fd, prompt: '' })).rejects.toMatchObject({
    code: 'no-source',
    message: expect.stringContaining('Open it in the shell') as string,
  });
  fs.closeSync(fd);
});

describe('from a terminal', () => {
  it('takes what is typed, shows none of it and gives the terminal back', async () => {
    const terminal = typing('se', 'cret', '\r');
    expect(await readPassphrase({ prompt: 'Passphrase', terminal })).toBe('secret');
    expect(terminal.shown).toBe('Passphrase: \n');
    expect(terminal.closed).toBe(true);
  });

  it('understands backspace, Ctrl-U and arrow keys', async () => {
    const terminal = typing(
      'wrong\x15',
      'pas\x7f\x7f',
      'a\u{1f511}\x7f',
      '\x1b[D',
      '\x1b[200~ss\x1b[201~',
      '\x1bOA!',
      '\r',
    );
    expect(await readPassphrase({ prompt: '', terminal })).toBe('pass!');
  });

  it('asks twice when told to, and compares', async () => {
    const terminal = typing('one\r', 'one\r');
    expect(await readPassphrase({ prompt: 'P', confirm: true, terminal })).toBe('one');
    expect(terminal.shown).toBe('P: \nThe same once more: \n');
    await expect(
      readPassphrase({ prompt: 'P', confirm: true, terminal: typing('one\r', 'two\r') }),
    ).rejects.toMatchObject({ code: 'mismatch' });
  });

  it.each([
    ['Ctrl-C', ['ab', '\x03'], 'cancelled'],
    ['Ctrl-D at the start', ['\x04'], 'cancelled'],
    ['a terminal that goes away', ['ab'], 'cancelled'],
    ['Enter alone', ['\r'], 'empty'],
  ])('stops at %s', async (_name, chunks, code) => {
    const terminal = typing(...chunks);
    await expect(readPassphrase({ prompt: '', terminal })).rejects.toMatchObject({ code });
    expect(terminal.closed).toBe(true);
  });
});
