/** Backups to recipients as a laptop writes them: names, media, and what is left when a write is repeated. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlanContext } from '../ceremony/plan.ts';
import { Committee } from '../test-support/memory.ts';
import { temporaryFolder } from '../test-support/folders.ts';
import { RECIPIENTS } from '../test-support/recipients.ts';
import { backupWriter, BackupFailure, recipientsName } from './backups.ts';
import type { Part } from './laptop.ts';
import { plannedSheet } from './paper/planned.ts';
import { recipientsInFile } from './recipients.ts';

const content = new TextEncoder().encode('a share');
let context: PlanContext;
beforeAll(async () => {
  context = await new Committee([1, 2], 'backups', 'ES256').plan('ed25519', 2, null);
});
const writerTo = (dir: string): ReturnType<typeof backupWriter> =>
  backupWriter({ backupPassphrase: 'unused', backupDir: () => dir }, context, 'holder-1');

describe('a backup to recipients', () => {
  it('is written without a passphrase, and is another file for another label or other recipients', async () => {
    const dir = temporaryFolder();
    const writer = writerTo(dir);
    const sets: [readonly string[], string][] = [
      [[RECIPIENTS[0]], 'Safe A'],
      [[RECIPIENTS[0]], 'safe a'],
      [[RECIPIENTS[1]], 'Safe A'],
    ];
    for (const [recipients, label] of sets) {
      expect(await writer.writeFor(recipients, label, content)).toEqual(content);
      // Again, after an interruption.
      expect(await writer.writeFor(recipients, label, content)).toEqual(content);
      expect(fs.readdirSync(dir)).toContain(recipientsName(context, 'holder-1', label, recipients));
    }
    expect(fs.readdirSync(dir)).toHaveLength(3);
    expect(await writer.write('Safe A', content)).toEqual(content);
    expect(fs.readdirSync(dir)).toHaveLength(4);
  });

  it('is not printed', async () => {
    const backups = [
      { holder: 1, kind: 'recipients-file' as const, label: 'Courier', recipients: [RECIPIENTS[0]] },
    ];
    const planned = await new Committee([1, 2], 'print', 'ES256').plan('ed25519', 2, null, { backups });
    // Who would make it does not matter: nothing is made.
    const part = { context: planned, role: 'holder-1', runner: {} } as unknown as Part;
    await expect(plannedSheet(part, 'Courier', 'passphrase', '2026-11-25T09:00:00Z')).rejects.toThrow(
      'The backup "Courier" is a file to recipients, and is not printed.',
    );
  });

  it('waits for a medium that is not there', async () => {
    const writer = writerTo(join(temporaryFolder(), 'none', 'backups'));
    await expect(writer.writeFor([RECIPIENTS[0]], 'Safe A', content)).rejects.toThrow(BackupFailure);
    await expect(writer.writeFor([RECIPIENTS[0]], 'Safe A', content)).rejects.toThrow('insert the medium');
  });
});

describe('recipients from a file', () => {
  const file = (text: string): string => {
    const path = join(temporaryFolder(), 'recipients.txt');
    fs.writeFileSync(path, text);
    return path;
  };

  it('are read as age reads them', () => {
    expect(recipientsInFile(file(`# safe\r\n${RECIPIENTS[1]}\r\n\n${RECIPIENTS[0]}\n`))).toEqual([
      RECIPIENTS[1],
      RECIPIENTS[0],
    ]);
  });

  it.each([
    ['nothing', '# none\n', 'has no recipient in it'],
    ['another line', `${RECIPIENTS[0]}\nhello\n`, 'line 2: expected "age1"'],
    ['too many', `${RECIPIENTS[0]}\n`.repeat(9), 'has 9 recipients; a backup takes at most 8'],
  ])('are refused: %s', (_, text, words) => {
    expect(() => recipientsInFile(file(text))).toThrow(words);
  });

  it('are refused where the secret key is in the file, which is not repeated', () => {
    const identity = execFileSync('age-keygen', { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [secret = ''] = /AGE-SECRET-KEY-1\S+/.exec(identity) ?? [];
    const read = (): unknown => recipientsInFile(file(identity));
    expect(read).toThrow('holds a secret key');
    expect(read).not.toThrow(secret.slice(16, 30));
  });
});
