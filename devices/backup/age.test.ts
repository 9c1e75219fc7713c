import fs from 'node:fs';
import { join } from 'node:path';
import { armor, Encrypter } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test-support/folders.ts';
import { PASSPHRASE } from '../../test-support/vaults.ts';
import { readBackup, REHEARSAL_WORK_FACTOR, writeBackup } from './age.ts';

const content = new TextEncoder().encode('a share, in whatever form the caller likes');
const workFactor = REHEARSAL_WORK_FACTOR;

async function written(): Promise<string> {
  const path = join(temporaryFolder(), 'share-3.age');
  await writeBackup({ path, content, passphrase: PASSPHRASE, workFactor });
  return path;
}

describe('backups', () => {
  it('are armored age files that open with the passphrase', async () => {
    const path = await written();
    expect(await readBackup(path, PASSPHRASE)).toEqual(content);
    expect(fs.readFileSync(path, 'latin1')).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
    expect(fs.statSync(path).mode & 0o777).toBe(0o600);
  });

  it('have the normal work factor unless told otherwise', async () => {
    const path = join(temporaryFolder(), 'a.age');
    await writeBackup({ path, content, passphrase: PASSPHRASE });
    const head = Buffer.from(armor.decode(fs.readFileSync(path, 'latin1'))).toString('latin1');
    expect(head).toMatch(/^age-encryption\.org\/v1\n-> scrypt \S+ 18\n/);
  });

  it('are not written twice, and never over something else', async () => {
    const path = await written();
    const before = fs.readFileSync(path);
    await writeBackup({ path, content, passphrase: PASSPHRASE, workFactor });
    await expect(
      writeBackup({ path, content: content.slice(1), passphrase: PASSPHRASE, workFactor }),
    ).rejects.toMatchObject({ code: 'exists' });
    await expect(writeBackup({ path, content, passphrase: 'another one', workFactor })).rejects.toMatchObject(
      {
        code: 'exists',
      },
    );
    expect(fs.readFileSync(path)).toEqual(before);
    fs.writeFileSync(path, before.subarray(0, 100));
    await expect(writeBackup({ path, content, passphrase: PASSPHRASE, workFactor })).rejects.toThrow(
      'is not complete',
    );
  });

  it('open with any encoding of the same passphrase', async () => {
    const path = join(temporaryFolder(), 'a.age');
    await writeBackup({ path, content, passphrase: 'cafe\u0301', workFactor });
    expect(await readBackup(path, 'caf\u00e9')).toEqual(content);
  });

  it('that others made open too', async () => {
    const path = join(temporaryFolder(), 'a.age');
    const encrypter = new Encrypter();
    encrypter.setPassphrase(PASSPHRASE);
    encrypter.setScryptWorkFactor(workFactor);
    fs.writeFileSync(path, armor.encode(await encrypter.encrypt(content)).replaceAll('\n', '\r\n'));
    expect(await readBackup(path, PASSPHRASE)).toEqual(content);
  });
});

describe('refusals', () => {
  it.each([
    ['another passphrase', 'wrong', 'wrong-passphrase'],
    ['an empty passphrase', '', 'empty'],
  ])('%s', async (_name, passphrase, code) => {
    await expect(readBackup(await written(), passphrase)).rejects.toMatchObject({ code });
  });

  it('a missing file, other text, and a changed file', async () => {
    const path = await written();
    await expect(readBackup(`${path}.none`, PASSPHRASE)).rejects.toMatchObject({ code: 'missing' });
    const file = armor.decode(fs.readFileSync(path, 'latin1'));
    for (let at = 0; at < file.length; at += 9) {
      const changed = file.slice();
      changed[at]! ^= 1;
      fs.writeFileSync(path, armor.encode(changed));
      await expect(readBackup(path, PASSPHRASE), `byte ${at}`).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:damaged|wrong-passphrase)$/) as string,
      });
    }
    fs.writeFileSync(path, 'hello');
    await expect(readBackup(path, PASSPHRASE)).rejects.toMatchObject({ code: 'damaged' });
    fs.truncateSync(path, 3 * 1024 * 1024);
    await expect(readBackup(path, PASSPHRASE)).rejects.toMatchObject({ code: 'too-large' });
  });

  it('arguments that make no backup', async () => {
    const dir = temporaryFolder();
    const good = { path: join(dir, 'a.age'), content, passphrase: PASSPHRASE, workFactor };
    for (const bad of [
      { path: join(dir, 'a.txt') },
      { content: new Uint8Array(1024 * 1024 + 1) },
      { workFactor: 9 },
      { workFactor: 21 },
      { workFactor: 12.5 },
    ])
      await expect(writeBackup({ ...good, ...bad })).rejects.toMatchObject({ code: 'invalid-value' });
    await expect(writeBackup({ ...good, passphrase: 'elevenchars', workFactor: 18 })).rejects.toMatchObject({
      code: 'too-short',
    });
    expect(fs.readdirSync(dir)).toEqual([]);
  });
});
