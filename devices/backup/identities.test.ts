import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { RECIPIENTS } from '../../test-support/recipients.ts';
import { newIdentity, parseIdentities } from './identities.ts';

const { secret, recipient } = await newIdentity();
const other = await newIdentity();
const parse = (text: string): ReturnType<typeof parseIdentities> => parseIdentities(text, 'recovery.txt');

describe('an identity file', () => {
  it('of age-keygen is read, whatever its line ends', async () => {
    const made = execFileSync('age-keygen', { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [line = ''] = /^AGE-SECRET-KEY-1.*$/m.exec(made) ?? [];
    expect(await parse(made)).toEqual({ secrets: [line], unsupported: 0 });
    expect((await parse(`\ufeff${made.replaceAll('\n', '\r\n')}\r\n`)).secrets).toEqual([line]);
  });

  it('may have several, beside such as are not supported', async () => {
    const text = `${secret}\n# another one\nAGE-PLUGIN-YUBIKEY-1QQ\n${other.secret}\nAGE-SECRET-KEY-PQ-1QQ\n`;
    expect(await parse(text)).toEqual({ secrets: [secret, other.secret], unsupported: 2 });
  });

  it('that was made here is one for the age tool', () => {
    expect(execFileSync('age-keygen', ['-y'], { input: `${secret}\n`, encoding: 'utf8' }).trim()).toBe(
      recipient,
    );
  });
});

describe('refusals that repeat nothing of the file', () => {
  it.each([
    ['an empty file', '', 'has no identity in it'],
    ['comments alone', '# public key: age1…\n\n', 'has no identity in it'],
    [
      'a post-quantum key alone',
      'AGE-SECRET-KEY-PQ-1QQ',
      'has only post-quantum keys, which are not supported',
    ],
    ['a plugin’s key alone', 'AGE-PLUGIN-YUBIKEY-1QQ', 'has only plugin keys, which are not supported'],
    ['a recipient', RECIPIENTS[0], 'has a recipient in line 1: the secret key to it is needed'],
    [
      'a mistyped key',
      `# x\n${secret.slice(0, -1)}${secret.endsWith('Q') ? 'P' : 'Q'}`,
      'has no identity in line 2',
    ],
    ['a key in small letters', secret.toLowerCase(), 'has no identity in line 1'],
    ['other text', 'correct horse battery staple', 'has no identity in line 1'],
    [
      'an encrypted identity file',
      '-----BEGIN AGE ENCRYPTED FILE-----\nYWdl',
      'is an encrypted identity file',
    ],
    ['an SSH key', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl', 'is an SSH key'],
    ['too many', `${secret}\n`.repeat(65), 'has more than 64 identities'],
  ])('%s', async (_, text, words) => {
    const error = await parse(text).catch((caught: unknown) => caught as Error);
    expect(error).toMatchObject({ name: 'BackupError', code: 'bad-identity' });
    expect((error as Error).message).toContain(`recovery.txt ${words}`);
    for (const word of [secret.slice(20, 40), secret.slice(20, 40).toLowerCase(), 'battery'])
      expect((error as Error).message).not.toContain(word);
  });
});
