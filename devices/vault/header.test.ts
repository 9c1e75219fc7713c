import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test-support/folders.ts';
import { makeVault, PASSPHRASE } from '../../test-support/vaults.ts';
import { createVault, openVault } from './vault.ts';

describe('key derivation', () => {
  /** Writes other key derivation parameters into a vault's header. */
  function rewrite(
    path: string,
    change: (header: { rehearsal: boolean; kdf: Record<string, unknown> }) => void,
  ): void {
    const file = join(path, 'vault.json');
    const header = JSON.parse(fs.readFileSync(file, 'utf8')) as Parameters<typeof change>[0];
    change(header);
    fs.writeFileSync(file, JSON.stringify(header));
  }

  it('refuses weak parameters outside rehearsals', async () => {
    const folder = temporaryFolder();
    for (const kdf of [
      { memoryKiB: 262143, iterations: 3, parallelism: 1 },
      { memoryKiB: 262144, iterations: 2, parallelism: 1 },
    ])
      await expect(makeVault(folder, { rehearsal: false, kdf })).rejects.toMatchObject({
        code: 'weak-parameters',
      });
    (await makeVault(folder)).close();
    rewrite(join(folder, 'vault'), (header) => {
      header.rehearsal = false;
    });
    await expect(openVault(join(folder, 'vault'), PASSPHRASE)).rejects.toMatchObject({
      code: 'weak-parameters',
    });
  });

  it('is light in rehearsals', async () => {
    const path = join(temporaryFolder(), 'vault');
    const options = { name: 'left', custodian: 'Ada', passphrase: PASSPHRASE };
    (await createVault(path, { ...options, rehearsal: true })).close();
    const stored = JSON.parse(fs.readFileSync(join(path, 'vault.json'), 'utf8')) as { kdf: unknown };
    expect(stored.kdf).toMatchObject({
      algorithm: 'argon2id',
      memoryKiB: 8192,
      iterations: 1,
      parallelism: 1,
    });
  });

  it('refuses parameters that no laptop can do', async () => {
    for (const change of [{ memoryKiB: 4 * 1024 * 1024 + 1 }, { iterations: 65 }, { parallelism: 17 }]) {
      const folder = temporaryFolder();
      (await makeVault(folder)).close();
      rewrite(join(folder, 'vault'), (header) => Object.assign(header.kdf, change));
      await expect(openVault(join(folder, 'vault'), PASSPHRASE)).rejects.toMatchObject({
        code: 'unusable-parameters',
      });
    }
  });

  it('works with the normal parameters', async () => {
    const folder = temporaryFolder();
    (
      await createVault(join(folder, 'vault'), { name: 'left', custodian: 'Ada', passphrase: PASSPHRASE })
    ).close();
    const vault = await openVault(join(folder, 'vault'), PASSPHRASE);
    expect(vault.info.rehearsal).toBe(false);
    const stored = JSON.parse(fs.readFileSync(join(folder, 'vault', 'vault.json'), 'utf8')) as {
      kdf: unknown;
    };
    expect(stored.kdf).toMatchObject({ memoryKiB: 262144, iterations: 3, parallelism: 1 });
    vault.close();
    // A vault with real keys cannot be turned into one that warns of nothing.
    rewrite(join(folder, 'vault'), (header) => {
      header.rehearsal = true;
    });
    await expect(openVault(join(folder, 'vault'), PASSPHRASE)).rejects.toMatchObject({
      code: 'wrong-passphrase',
    });
  });
});
