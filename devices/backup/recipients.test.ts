/** Backups to recipients, and what the age tool of the system makes of them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import { armor, Encrypter } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test-support/folders.ts';
import { RECIPIENTS } from '../../test-support/recipients.ts';
import { PASSPHRASE } from '../../test-support/vaults.ts';
import { setFaultHook } from '../files.ts';
import { readBackup, REHEARSAL_WORK_FACTOR, stanzasOf, writeBackup } from './age.ts';
import { parseIdentities } from './identities.ts';
import {
  makeCheckKey,
  openWritten,
  recipientOfCheck,
  readRecipientsBackup,
  writeRecipientsBackup,
} from './recipients.ts';

const content = new TextEncoder().encode('a share, in whatever form the caller likes');

/** An identity that the age tool made: its file, and its recipient. */
function keygen(): { file: string; text: string; recipient: string } {
  const file = join(temporaryFolder(), 'identity.txt');
  execFileSync('age-keygen', ['-o', file], { stdio: 'ignore' });
  const recipient = execFileSync('age-keygen', ['-y', file], { encoding: 'utf8' }).trim();
  return { file, text: fs.readFileSync(file, 'utf8'), recipient };
}

const open = async (path: string, text: string): Promise<Uint8Array> =>
  readRecipientsBackup(path, await parseIdentities(text, 'The file'));
const place = (): string => join(temporaryFolder(), 'share-3.age');
const bytesOf = (path: string): Uint8Array => armor.decode(fs.readFileSync(path, 'latin1'));

describe('a backup to recipients', () => {
  it('is read back without a recipient’s key, and the age tool opens it with either', async () => {
    const [one, two, other] = [keygen(), keygen(), keygen()];
    const path = place();
    const request = { path, content, recipients: [one.recipient, two.recipient] };
    expect(await writeRecipientsBackup(request)).toEqual(content);
    expect(fs.statSync(path).mode & 0o777).toBe(0o600);
    for (const { file, text } of [one, two]) {
      expect(Uint8Array.from(execFileSync('age', ['-d', '-i', file, path]))).toEqual(content);
      expect(await open(path, text)).toEqual(content);
    }
    expect(spawnSync('age', ['-d', '-i', other.file, path]).status).not.toBe(0);
  });

  it('has a stanza for each recipient and one for the check, whose key nobody has', async () => {
    const path = place();
    await writeRecipientsBackup({ path, content, recipients: [...RECIPIENTS] });
    expect(stanzasOf(bytesOf(path))).toEqual(['X25519', 'X25519', 'X25519', 'X25519']);
    const header = Buffer.from(bytesOf(path)).toString('latin1').split('\n---')[0];
    await writeRecipientsBackup({ path, content, recipients: [...RECIPIENTS] });
    expect(Buffer.from(bytesOf(path)).toString('latin1').split('\n---')[0]).not.toBe(header);
  });

  it.each([['-a'], []])('that the age tool made with %s opens here too', async (...words) => {
    const { text, recipient } = keygen();
    const path = place();
    execFileSync('age', [...words, '-r', recipient, '-o', path], { input: content });
    if (words.length === 0) fs.writeFileSync(path, armor.encode(fs.readFileSync(path)));
    expect(await open(path, text)).toEqual(content);
  });

  it('replaces one of the same name that cannot be opened here, and one that was cut short', async () => {
    const { text, recipient } = keygen();
    const path = place();
    await writeRecipientsBackup({ path, content, recipients: [RECIPIENTS[0]] });
    await writeRecipientsBackup({ path, content, recipients: [recipient] });
    expect(await open(path, text)).toEqual(content);
    fs.truncateSync(path, 60);
    await writeRecipientsBackup({ path, content, recipients: [recipient] });
    expect(await open(path, text)).toEqual(content);
    expect(fs.readdirSync(join(path, '..'))).toEqual(['share-3.age']);
  });

  it('that is interrupted at any step is made by the next attempt', async () => {
    const { text, recipient } = keygen();
    for (let at = 0; at < 12; at++) {
      const path = place();
      const again = at >= 6;
      if (again) await writeRecipientsBackup({ path, content, recipients: [RECIPIENTS[0]] });
      let steps = 0;
      setFaultHook(() => {
        if (steps++ === at % 6) throw new Error('unplugged');
      });
      await writeRecipientsBackup({ path, content, recipients: [recipient] }).catch(() => undefined);
      setFaultHook(undefined);
      expect(await writeRecipientsBackup({ path, content, recipients: [recipient] })).toEqual(content);
      expect(await open(path, text)).toEqual(content);
    }
  });
});

describe('refusals', () => {
  it('a file with a passphrase of the same name, which stays', async () => {
    const path = place();
    await writeBackup({ path, content, passphrase: PASSPHRASE, workFactor: REHEARSAL_WORK_FACTOR });
    await expect(writeRecipientsBackup({ path, content, recipients: [RECIPIENTS[0]] })).rejects.toMatchObject(
      { code: 'exists', message: expect.stringContaining('with a passphrase') as string },
    );
    expect(await readBackup(path, PASSPHRASE)).toEqual(content);
    await expect(open(path, keygen().text)).rejects.toMatchObject({
      code: 'to-passphrase',
      message: `${path} is sealed with a passphrase, not to recipients: restore it without an identity file.`,
    });
  });

  it('a passphrase for a file that has none', async () => {
    const path = place();
    await writeRecipientsBackup({ path, content, recipients: [RECIPIENTS[0]] });
    await expect(readBackup(path, PASSPHRASE)).rejects.toMatchObject({
      code: 'to-recipients',
      message: expect.stringContaining('is encrypted to recipients and has no passphrase') as string,
    });
  });

  it('identities that do not fit, saying how many were tried', async () => {
    const path = place();
    const [one, two] = [keygen(), keygen()];
    await writeRecipientsBackup({ path, content, recipients: [RECIPIENTS[0]] });
    await expect(open(path, one.text)).rejects.toMatchObject({
      code: 'no-identity',
      message: expect.stringContaining('does not open with the identity given') as string,
    });
    const some = `${one.text}${two.text}AGE-PLUGIN-YUBIKEY-1QQ\n`;
    await expect(open(path, some)).rejects.toMatchObject({
      code: 'no-identity',
      message: expect.stringMatching(
        /any of the 2 identities given.* 1 of other types were not tried/,
      ) as string,
    });
  });

  it('a missing file, other text, and a file of which any byte was changed', async () => {
    const { text, recipient } = keygen();
    const path = place();
    await expect(open(path, text)).rejects.toMatchObject({ code: 'missing' });
    await writeRecipientsBackup({ path, content, recipients: [recipient] });
    const file = bytesOf(path);
    for (let at = 0; at < file.length; at += 5) {
      const changed = file.slice();
      changed[at]! ^= 1;
      fs.writeFileSync(path, armor.encode(changed));
      await expect(open(path, text), `byte ${at}`).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:damaged|no-identity)$/) as string,
      });
    }
    fs.writeFileSync(path, 'hello');
    await expect(open(path, text)).rejects.toMatchObject({ code: 'damaged' });
  });

  it('arguments that make no backup', async () => {
    const dir = temporaryFolder();
    const good = { path: join(dir, 'a.age'), content, recipients: [RECIPIENTS[0]] };
    for (const bad of [
      { path: join(dir, 'a.txt') },
      { content: new Uint8Array(1024 * 1024 + 1) },
      { recipients: [] },
      { recipients: ['age1x'] },
    ])
      await expect(writeRecipientsBackup({ ...good, ...bad })).rejects.toMatchObject({
        code: 'invalid-value',
      });
    expect(fs.readdirSync(dir)).toEqual([]);
  });

  it('a medium that gives back another file than was written', async () => {
    const path = place();
    const [check, other] = [await makeCheckKey(), await makeCheckKey()];
    const encrypter = new Encrypter();
    encrypter.addRecipient(RECIPIENTS[0]);
    encrypter.addRecipient(await recipientOfCheck(check));
    fs.writeFileSync(path, armor.encode(await encrypter.encrypt(content)));
    expect(await openWritten(path, check, 1)).toEqual(content);
    await expect(openWritten(path, check, 2)).rejects.toMatchObject({
      code: 'damaged',
      message: `${path} names 2 keys, and 3 were written: use another medium.`,
    });
    await expect(openWritten(path, other, 1)).rejects.toMatchObject({ code: 'damaged' });
    await writeBackup({
      path: `${path}.age`,
      content,
      passphrase: PASSPHRASE,
      workFactor: REHEARSAL_WORK_FACTOR,
    });
    await expect(openWritten(`${path}.age`, check, 0)).rejects.toMatchObject({ code: 'damaged' });
  });

  it('taking the key of a check out of the system', async () => {
    await expect(webcrypto.subtle.exportKey('pkcs8', await makeCheckKey())).rejects.toThrow();
  });
});
