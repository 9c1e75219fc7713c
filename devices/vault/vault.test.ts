import fs from 'node:fs';
import { join } from 'node:path';
import { p256 } from '@noble/curves/nist.js';
import { describe, expect, it } from 'vitest';
import { verifyIdentity } from '../../crypto/identity.ts';
import { allFiles, temporaryFolder } from '../../test-support/folders.ts';
import {
  epochContent,
  epochId,
  FINGERPRINT,
  makeVault,
  PASSPHRASE,
  readEpoch,
} from '../../test-support/vaults.ts';
import { seededRandom } from '../../test-support/random.ts';
import { openVault, readVaultInfo } from './vault.ts';
import type { Vault } from './vault.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const CEREMONY = 'ab'.repeat(16);

/** A vault with something in every corner. */
async function filled(): Promise<{ path: string; vault: Vault }> {
  const folder = temporaryFolder();
  const vault = await makeVault(folder);
  for (const epoch of [0, 1]) await vault.keys.stage(FINGERPRINT, epochId(epoch), epochContent(epoch));
  await vault.keys.activate(FINGERPRINT, epochId(0));
  await vault.cards.put('card-1', bytes('the card'), new Uint8Array(32).fill(9));
  await vault.journal(CEREMONY).put('deal', bytes('an envelope'));
  await (await vault.ceremonySecrets(CEREMONY)).put('polynomial', new Uint8Array(64).fill(7));
  return { path: join(folder, 'vault'), vault };
}

/** Everything a vault gives out that must be right or refused. Each value is what it gives, or the code of the refusal. */
async function readAll(path: string): Promise<Record<string, unknown>> {
  const attempt = async (action: () => Promise<unknown>): Promise<unknown> => {
    try {
      return await action();
    } catch (error) {
      return `refused: ${String((error as { code?: unknown }).code)}`;
    }
  };
  let vault: Vault;
  try {
    vault = await openVault(path, PASSPHRASE);
  } catch (error) {
    return { open: `refused: ${String((error as { code?: unknown }).code)}` };
  }
  const open = vault;
  const all = {
    info: open.info,
    signature: await attempt(() => open.signer.sign(bytes('message'))),
    current: await attempt(() => open.keys.epochs(FINGERPRINT)),
    epoch0: await attempt(() => readEpoch(open, epochId(0))),
    epoch1: await attempt(() => readEpoch(open, epochId(1))),
    cards: await attempt(() => open.cards.list()),
    card: await attempt(() => open.cards.secret('card-1')),
    polynomial: await attempt(async () => (await open.ceremonySecrets(CEREMONY)).get('polynomial')),
  };
  vault.close();
  return all;
}

describe('making and opening', () => {
  it('keeps who the laptop is', async () => {
    const folder = temporaryFolder();
    const made = await makeVault(folder, { alg: 'EdDSA', random: seededRandom('vault') });
    made.close();
    const path = join(folder, 'vault');
    const vault = await openVault(path, PASSPHRASE);
    expect(vault.info).toEqual(made.info);
    expect(readVaultInfo(path)).toEqual(made.info);
    expect(vault.info).toMatchObject({
      name: 'left',
      custodian: 'Ada',
      rehearsal: true,
      created: '2026-11-23T09:00:00Z',
    });
    const signature = await vault.signer.sign(bytes('hello'));
    expect(vault.signer.publicKey).toEqual({ alg: 'EdDSA', key: vault.info.identity.key });
    expect(verifyIdentity(vault.info.identity, bytes('hello'), signature)).toBe(true);
    vault.close();
  });

  it('lets nobody but the owner read', async () => {
    const { path, vault } = await filled();
    vault.close();
    for (const entry of fs.readdirSync(path, { recursive: true, withFileTypes: true }))
      expect(fs.statSync(join(entry.parentPath, entry.name)).mode & 0o077, entry.name).toBe(0);
    expect(fs.statSync(path).mode & 0o777).toBe(0o700);
  });

  it('refuses a folder with something in it, and takes an empty one', async () => {
    const folder = temporaryFolder();
    fs.mkdirSync(join(folder, 'vault'));
    (await makeVault(folder)).close();
    await expect(makeVault(folder)).rejects.toMatchObject({ code: 'exists' });
    expect(fs.readdirSync(folder)).toEqual(['vault']);
  });

  it('says so when there is no vault', async () => {
    await expect(openVault(temporaryFolder(), PASSPHRASE)).rejects.toMatchObject({ code: 'missing' });
  });

  it.each([
    ['name', { name: '' }],
    ['custodian', { custodian: 'a\u0007' }],
    ['created', { created: 'today' }],
  ])('refuses a bad %s', async (field, options) => {
    const folder = temporaryFolder();
    await expect(makeVault(folder, options)).rejects.toThrow(`field "${field}"`);
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});

describe('passphrase', () => {
  it('is needed, in any of its encodings', async () => {
    const folder = temporaryFolder();
    (await makeVault(folder, { passphrase: 'caf\u00e9' })).close();
    const path = join(folder, 'vault');
    await expect(openVault(path, 'cafe')).rejects.toMatchObject({ code: 'wrong-passphrase' });
    (await openVault(path, 'cafe\u0301')).close();
  });

  it('has at least 12 characters where it matters', async () => {
    const folder = temporaryFolder();
    await expect(makeVault(folder, { rehearsal: false, passphrase: 'elevenchars' })).rejects.toMatchObject({
      code: 'too-short',
    });
    expect(fs.readdirSync(folder)).toEqual([]);
    (await makeVault(folder, { passphrase: 'short' })).close();
  });

  it('gives other keys in every vault', async () => {
    const [one, two] = [await makeVault(temporaryFolder()), await makeVault(temporaryFolder())];
    expect(one.nonceKey()).not.toEqual(two.nonceKey());
    expect(one.nonceKey()).toEqual(one.nonceKey());
    one.close();
    two.close();
  });
});

describe('tampering', () => {
  it('with any file never gives a wrong secret', async () => {
    const { path, vault } = await filled();
    vault.close();
    const right = await readAll(path);
    const files = allFiles(path).filter((name) => !name.startsWith(`ceremonies/${CEREMONY}/journal`));
    expect(files).toHaveLength(20);
    for (const name of files) {
      const file = join(path, name);
      const content = fs.readFileSync(file);
      const step = name === 'vault.json' ? 11 : Math.ceil(content.length / 3);
      for (let at = 0; at < content.length; at += step) {
        const changed = Buffer.from(content);
        changed[at]! ^= 1;
        fs.writeFileSync(file, changed);
        const found = await readAll(path);
        let refused = 0;
        for (const [what, value] of Object.entries(found)) {
          if (typeof value === 'string' && value.startsWith('refused: ')) refused++;
          else expect(value, `${name} byte ${at}: ${what}`).toEqual(right[what]);
        }
        expect(refused, `${name} byte ${at}`).toBeGreaterThan(0);
      }
      fs.writeFileSync(file, content);
    }
    expect(await readAll(path)).toEqual(right);
  });

  it('by exchanging files of two epochs does not open', async () => {
    const { path, vault } = await filled();
    const [old, young] = [0, 1].map((epoch) => join(path, 'keys', FINGERPRINT, epochId(epoch), 'secrets'));
    fs.copyFileSync(join(old!, 'share'), join(young!, 'share'));
    await expect(readEpoch(vault, epochId(1))).rejects.toMatchObject({ code: 'damaged' });
    fs.copyFileSync(join(old!, 'wrap'), join(young!, 'wrap'));
    await expect(readEpoch(vault, epochId(1))).rejects.toMatchObject({ code: 'damaged' });
    fs.copyFileSync(join(old!, 'sealing'), join(old!, 'share'));
    await expect(readEpoch(vault, epochId(0))).rejects.toMatchObject({ code: 'damaged' });
    vault.close();
  });

  it('by exchanging two epochs as a whole does not open', async () => {
    const { path, vault } = await filled();
    const [old, young] = [0, 1].map((epoch) => join(path, 'keys', FINGERPRINT, epochId(epoch)));
    fs.renameSync(old!, join(path, 'aside'));
    fs.renameSync(young!, old!);
    fs.renameSync(join(path, 'aside'), young!);
    for (const epoch of [0, 1]) {
      const secrets = await vault.keys.secrets(FINGERPRINT, epochId(epoch));
      await expect(secrets.get('share')).rejects.toMatchObject({ code: 'damaged' });
    }
    vault.close();
  });

  it('by taking the data key away is noticed', async () => {
    const { path, vault } = await filled();
    fs.rmSync(join(path, 'keys', FINGERPRINT, epochId(0), 'secrets', 'wrap'));
    await expect(readEpoch(vault, epochId(0))).rejects.toMatchObject({ code: 'damaged' });
    vault.close();
  });

  it('by planting a link where a secret was is refused', async () => {
    const { path, vault } = await filled();
    const share = join(path, 'keys', FINGERPRINT, epochId(0), 'secrets', 'share');
    fs.renameSync(share, `${share}-away`);
    fs.symlinkSync(`${share}-away`, share);
    await expect(readEpoch(vault, epochId(0))).rejects.toMatchObject({ code: 'not-a-file' });
    vault.close();
  });
});

describe('keys', () => {
  it('go from epoch to epoch', async () => {
    const { vault } = await filled();
    const { keys } = vault;
    expect(await keys.fingerprints()).toEqual([FINGERPRINT]);
    expect(await keys.epochs(FINGERPRINT)).toEqual([
      { id: epochId(0), current: true },
      { id: epochId(1), current: false },
    ]);
    await keys.activate(FINGERPRINT, epochId(1));
    await keys.activate(FINGERPRINT, epochId(1));
    await keys.destroy(FINGERPRINT, epochId(0));
    await keys.destroy(FINGERPRINT, epochId(0));
    expect(await keys.epochs(FINGERPRINT)).toEqual([{ id: epochId(1), current: true }]);
    await expect(keys.record(FINGERPRINT, epochId(0))).rejects.toMatchObject({ code: 'missing' });
    await expect(keys.secrets(FINGERPRINT, epochId(0))).rejects.toMatchObject({ code: 'missing' });
    await expect(keys.activate(FINGERPRINT, epochId(0))).rejects.toMatchObject({ code: 'missing' });
    vault.close();
  });

  it('sort their epochs by number', async () => {
    const { vault } = await filled();
    for (const epoch of [10, 2]) await vault.keys.stage(FINGERPRINT, epochId(epoch), epochContent(epoch));
    expect((await vault.keys.epochs(FINGERPRINT)).map(({ id }) => id)).toEqual([0, 1, 2, 10].map(epochId));
    vault.close();
  });

  it('never lose their current epoch to destroy', async () => {
    const { vault } = await filled();
    await expect(vault.keys.destroy(FINGERPRINT, epochId(0))).rejects.toMatchObject({
      code: 'current-epoch',
    });
    const secrets = await vault.keys.secrets(FINGERPRINT, epochId(0));
    await expect(secrets.destroy()).rejects.toMatchObject({ code: 'current-epoch' });
    expect(await readEpoch(vault, epochId(0))).toEqual(epochContent(0));
    await (await vault.keys.secrets(FINGERPRINT, epochId(1))).destroy();
    expect(await vault.keys.epochs(FINGERPRINT)).toEqual([{ id: epochId(0), current: true }]);
    vault.close();
  });

  it('end with retire', async () => {
    const { vault } = await filled();
    await vault.keys.retire(FINGERPRINT, epochId(0));
    await vault.keys.retire(FINGERPRINT, epochId(0));
    expect(await vault.keys.epochs(FINGERPRINT)).toEqual([{ id: epochId(1), current: false }]);
    await vault.keys.retire(FINGERPRINT, epochId(1));
    expect(await vault.keys.fingerprints()).toEqual([]);
    vault.close();
  });

  it('are staged again with the same content only', async () => {
    const { vault } = await filled();
    await vault.keys.stage(FINGERPRINT, epochId(1), epochContent(1));
    for (const field of ['record', 'share', 'sealing'] as const)
      await expect(
        vault.keys.stage(FINGERPRINT, epochId(1), { ...epochContent(1), [field]: new Uint8Array(32) }),
      ).rejects.toMatchObject({ code: 'exists' });
    expect(await readEpoch(vault, epochId(1))).toEqual(epochContent(1));
    vault.close();
  });

  it('do not switch to an epoch that does not open', async () => {
    const { path, vault } = await filled();
    const epoch = join(path, 'keys', FINGERPRINT, epochId(1));
    fs.writeFileSync(join(epoch, 'record.json'), '{"epoch":2}');
    await expect(vault.keys.activate(FINGERPRINT, epochId(1))).rejects.toMatchObject({ code: 'damaged' });
    fs.writeFileSync(join(epoch, 'record.json'), epochContent(1).record);
    fs.rmSync(join(epoch, 'secrets', 'share'));
    await expect(vault.keys.activate(FINGERPRINT, epochId(1))).rejects.toMatchObject({ code: 'damaged' });
    expect((await vault.keys.epochs(FINGERPRINT))[0]).toEqual({ id: epochId(0), current: true });
    vault.close();
  });

  it('have names that stay inside the vault', async () => {
    const { vault } = await filled();
    for (const bad of ['../x', 'ABCDEF0123456789', '', '0123456789abcdef0'])
      await expect(vault.keys.epochs(bad)).rejects.toMatchObject({ code: 'invalid-name' });
    for (const bad of ['epoch-1', 'epoch-01-a', '../epoch-1-a', 'epoch-1-a/../b', 'epoch-1-.', 'current'])
      await expect(vault.keys.stage(FINGERPRINT, bad, epochContent(1))).rejects.toMatchObject({
        code: 'invalid-name',
      });
    await expect(
      vault.keys.stage(FINGERPRINT, epochId(5), { ...epochContent(5), share: new Uint8Array(31) }),
    ).rejects.toMatchObject({ code: 'invalid-value' });
    vault.close();
  });
});

describe('journal', () => {
  it('says one thing in one place', async () => {
    const { vault } = await filled();
    const journal = vault.journal(CEREMONY);
    await journal.put('deal', bytes('an envelope'));
    await expect(journal.put('deal', bytes('another'))).rejects.toMatchObject({ code: 'exists' });
    await journal.put('confirm', bytes(''));
    expect(await journal.names()).toEqual(['confirm', 'deal']);
    expect(await journal.get('deal')).toEqual(bytes('an envelope'));
    expect(await journal.get('nothing')).toBeUndefined();
    expect(await vault.ceremonyIds()).toEqual([CEREMONY]);
    expect(await vault.journal('cd'.repeat(16)).names()).toEqual([]);
    for (const bad of ['', '../x', 'A', '.x', 'a/b'])
      await expect(journal.put(bad, bytes(''))).rejects.toMatchObject({ code: 'invalid-name' });
    expect(() => vault.journal('..')).toThrow(expect.objectContaining({ code: 'invalid-name' }));
    vault.close();
  });
});

describe('secret folders', () => {
  it('overwrite nothing, and are empty once destroyed', async () => {
    const { path, vault } = await filled();
    const secrets = await vault.ceremonySecrets(CEREMONY);
    await secrets.put('polynomial', new Uint8Array(64).fill(7));
    await expect(secrets.put('polynomial', new Uint8Array(64))).rejects.toMatchObject({ code: 'exists' });
    for (const bad of ['wrap', '', '../x', 'A'])
      await expect(secrets.put(bad, new Uint8Array(1))).rejects.toMatchObject({ code: 'invalid-name' });
    expect(await secrets.get('other')).toBeUndefined();
    await secrets.destroy();
    await secrets.destroy();
    expect(await secrets.get('polynomial')).toBeUndefined();
    expect(fs.readdirSync(join(path, 'ceremonies', CEREMONY))).toEqual(['journal']);
    vault.close();
  });

  it('write nothing in the clear', async () => {
    const { path, vault } = await filled();
    vault.close();
    const secrets = [
      epochContent(0).share,
      epochContent(1).sealing,
      new Uint8Array(32).fill(9),
      new Uint8Array(16).fill(7),
    ];
    for (const name of allFiles(path))
      for (const secret of secrets)
        expect(fs.readFileSync(join(path, name)).includes(Buffer.from(secret)), name).toBe(false);
  });
});

describe('cards and sealing keys', () => {
  it('keep cards until they are destroyed', async () => {
    const { vault } = await filled();
    const { cards } = vault;
    await cards.put('card-1', bytes('the card'), new Uint8Array(32).fill(9));
    await expect(cards.put('card-1', bytes('other'), new Uint8Array(32).fill(9))).rejects.toMatchObject({
      code: 'exists',
    });
    expect(await cards.list()).toEqual([{ id: 'card-1', card: bytes('the card') }]);
    expect(await cards.secret('card-1')).toEqual(new Uint8Array(32).fill(9));
    await cards.destroy('card-1');
    await cards.destroy('card-1');
    expect(await cards.list()).toEqual([]);
    await expect(cards.secret('card-1')).rejects.toMatchObject({ code: 'missing' });
    await expect(cards.put('card-2', bytes(''), new Uint8Array(31))).rejects.toMatchObject({
      code: 'invalid-value',
    });
    await expect(cards.put('../x', bytes(''), new Uint8Array(32))).rejects.toMatchObject({
      code: 'invalid-name',
    });
    vault.close();
  });

  it('find the secret of a public key wherever it is', async () => {
    const { path, vault } = await filled();
    const all = [new Uint8Array(32).fill(9), epochContent(0).sealing, epochContent(1).sealing];
    // A card whose secret is no scalar of the curve is no hindrance.
    await vault.cards.put('a-card', bytes('x'), new Uint8Array(32).fill(0xff));
    for (const secret of all)
      expect(await vault.findSealingSecret(p256.getPublicKey(secret, true))).toEqual(secret);
    const foreign = p256.getPublicKey(new Uint8Array(32).fill(3), true);
    expect(await vault.findSealingSecret(foreign)).toBeUndefined();
    // With a damaged place, what is elsewhere is found; what is not found may have been there.
    fs.writeFileSync(join(path, 'cards', 'card-1', 'secrets', 'sealing'), 'x');
    expect(await vault.findSealingSecret(p256.getPublicKey(all[2]!, true))).toEqual(all[2]);
    await expect(vault.findSealingSecret(foreign)).rejects.toMatchObject({ code: 'damaged' });
    vault.close();
  });
});

it('is of no use once closed', async () => {
  const { path, vault } = await filled();
  const secrets = await vault.keys.secrets(FINGERPRINT, epochId(0));
  vault.close();
  vault.close();
  const closed = { code: 'closed' };
  for (const use of [
    () => vault.signer.sign(bytes('x')),
    () => vault.keys.fingerprints(),
    () => vault.keys.epochs(FINGERPRINT),
    () => vault.keys.stage(FINGERPRINT, epochId(2), epochContent(2)),
    () => vault.keys.activate(FINGERPRINT, epochId(1)),
    () => vault.keys.destroy(FINGERPRINT, epochId(1)),
    () => vault.cards.list(),
    () => vault.journal(CEREMONY).get('deal'),
    () => vault.journal(CEREMONY).names(),
    () => vault.ceremonyIds(),
    () => secrets.get('share'),
    async () => (await vault.ceremonySecrets(CEREMONY)).destroy(),
    () => vault.findSealingSecret(new Uint8Array(33)),
  ])
    await expect(use(), use.toString()).rejects.toMatchObject(closed);
  expect(() => vault.nonceKey()).toThrow(expect.objectContaining(closed));
  (await openVault(path, PASSPHRASE)).close();
});
