import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test-support/folders.ts';
import {
  epochContent,
  epochId,
  FINGERPRINT,
  makeVault,
  PASSPHRASE,
  readEpoch,
} from '../../test-support/vaults.ts';
import { setFaultHook } from '../files.ts';
import type { DurableOperation } from '../files.ts';
import { openVault } from './vault.ts';
import type { Vault } from './vault.ts';

afterEach(() => {
  setFaultHook(undefined);
});

interface Crash {
  /** True when the action got as far as the crash. */
  readonly happened: boolean;
  readonly steps: readonly string[];
}

const CRASH = new Error('crash');

/**
 * Runs `action` as if the process ended just before the k-th durable step that `counts`: that step and all later ones
 * do not happen. A write that it ends at leaves a part of the bytes.
 */
async function crashing(
  k: number,
  action: () => Promise<unknown>,
  counts: (operation: DurableOperation) => boolean = () => true,
): Promise<Crash> {
  const steps: string[] = [];
  let dead = false;
  setFaultHook((operation, path) => {
    if (dead) throw CRASH;
    if (!counts(operation)) return;
    if (steps.length < k) {
      steps.push(`${operation} ${path}`);
      return;
    }
    if (operation === 'write') fs.writeFileSync(path, 'half');
    dead = true;
    throw CRASH;
  });
  try {
    await action();
  } catch (error) {
    if (error !== CRASH) throw error;
  } finally {
    setFaultHook(undefined);
  }
  return { happened: dead, steps };
}

/** A vault whose current epoch is 0; copies of it are what the crashes happen to. */
async function original(): Promise<string> {
  const folder = temporaryFolder();
  const vault = await makeVault(folder);
  await vault.keys.stage(FINGERPRINT, epochId(0), epochContent(0));
  await vault.keys.activate(FINGERPRINT, epochId(0));
  vault.close();
  return join(folder, 'vault');
}

async function refresh(vault: Vault): Promise<void> {
  await vault.keys.stage(FINGERPRINT, epochId(1), epochContent(1));
  await vault.keys.activate(FINGERPRINT, epochId(1));
  await vault.keys.destroy(FINGERPRINT, epochId(0));
}

/** What must hold after any crash of `refresh`, and that it can be finished. */
async function checkAndFinish(path: string): Promise<void> {
  const vault = await openVault(path, PASSPHRASE);
  const epochs = await vault.keys.epochs(FINGERPRINT);
  const current = epochs.filter((epoch) => epoch.current).map((epoch) => epoch.id);
  expect([[epochId(0)], [epochId(1)]]).toContainEqual(current);
  for (const { id } of epochs)
    expect(await readEpoch(vault, id)).toEqual(epochContent(id === epochId(0) ? 0 : 1));
  expect(fs.readdirSync(join(path, 'keys', FINGERPRINT)).filter((name) => name.startsWith('.'))).toEqual([]);
  await refresh(vault);
  expect(await vault.keys.epochs(FINGERPRINT)).toEqual([{ id: epochId(1), current: true }]);
  expect(await readEpoch(vault, epochId(1))).toEqual(epochContent(1));
  vault.close();
}

describe('a crash at any durable step', () => {
  it('of stage, activate and destroy leaves a current epoch that is whole, and can be gone on from', async () => {
    const base = await original();
    const folder = temporaryFolder();
    for (let k = 0; ; k++) {
      const path = join(folder, String(k));
      fs.cpSync(base, path, { recursive: true });
      const vault = await openVault(path, PASSPHRASE);
      const { happened } = await crashing(k, () => refresh(vault));
      vault.close();
      await checkAndFinish(path);
      fs.rmSync(path, { recursive: true });
      if (!happened) {
        expect(k).toBeGreaterThan(40);
        break;
      }
    }
  });

  it('and again while the destruction is finished at the next opening', async () => {
    const base = await original();
    const staged = await openVault(base, PASSPHRASE);
    await staged.keys.stage(FINGERPRINT, epochId(1), epochContent(1));
    await staged.keys.activate(FINGERPRINT, epochId(1));
    staged.close();
    const removes = (operation: DurableOperation): boolean => operation === 'unlink' || operation === 'rmdir';
    const folder = temporaryFolder();
    for (let k = 0; ; k++) {
      const path = join(folder, String(k));
      fs.cpSync(base, path, { recursive: true });
      const vault = await openVault(path, PASSPHRASE);
      // The tombstone name is there, nothing is removed yet.
      await crashing(0, () => vault.keys.destroy(FINGERPRINT, epochId(0)), removes);
      vault.close();
      const { happened } = await crashing(
        k,
        async () => {
          (await openVault(path, PASSPHRASE)).close();
        },
        removes,
      );
      await checkAndFinish(path);
      if (!happened) break;
    }
  });

  it('of destroying the secrets of a ceremony ends with none of them', async () => {
    const folder = temporaryFolder();
    const ceremony = '00'.repeat(16);
    const first = await makeVault(folder);
    const secrets = await first.ceremonySecrets(ceremony);
    await secrets.put('polynomial', new Uint8Array(64).fill(7));
    first.close();
    for (let k = 0; ; k++) {
      const path = join(folder, String(k));
      fs.cpSync(join(folder, 'vault'), path, { recursive: true });
      const vault = await openVault(path, PASSPHRASE);
      const { happened } = await crashing(k, async () => (await vault.ceremonySecrets(ceremony)).destroy());
      vault.close();
      const again = await openVault(path, PASSPHRASE);
      const left = await (await again.ceremonySecrets(ceremony)).get('polynomial');
      // Before the first step it is whole, afterwards gone: never a part.
      if (k === 0) expect(left).toEqual(new Uint8Array(64).fill(7));
      else expect(fs.readdirSync(join(path, 'ceremonies', ceremony))).toEqual([]);
      again.close();
      if (!happened) break;
    }
  });

  it('of making a vault leaves a whole vault or none', async () => {
    for (let k = 0; ; k++) {
      const folder = temporaryFolder();
      const { happened } = await crashing(k, async () => {
        (await makeVault(folder)).close();
      });
      const path = join(folder, 'vault');
      const vault = fs.existsSync(path) ? await openVault(path, PASSPHRASE) : await makeVault(folder);
      expect(await vault.signer.sign(new Uint8Array(1))).toHaveLength(64);
      vault.close();
      if (!happened) break;
    }
  });

  it('of a journal entry leaves all of it or nothing', async () => {
    const folder = temporaryFolder();
    const vault = await makeVault(folder);
    const bytes = new Uint8Array(100).fill(1);
    for (let k = 0; ; k++) {
      const journal = vault.journal(k.toString(16).padStart(32, '0'));
      const { happened } = await crashing(k, () => journal.put('deal', bytes));
      expect([undefined, bytes]).toContainEqual(await journal.get('deal'));
      await journal.put('deal', bytes);
      expect(await journal.names()).toEqual(['deal']);
      if (!happened) break;
    }
    vault.close();
  });
});

it('destroys the wrapped data key before anything else', async () => {
  const path = await original();
  const vault = await openVault(path, PASSPHRASE);
  await vault.keys.stage(FINGERPRINT, epochId(1), epochContent(1));
  const { steps } = await crashing(
    Infinity,
    () => vault.keys.destroy(FINGERPRINT, epochId(1)),
    (operation) => ['rename', 'unlink', 'rmdir'].includes(operation),
  );
  const short = steps.map((text) =>
    text.replace(/ .*?\/((?:secrets\/)?[^/]*)$/, ' $1').replace(/-[0-9a-f]{16}$/, ''),
  );
  expect(short).toEqual([
    'rename .destroying-epoch-1-test',
    'unlink secrets/wrap',
    'unlink record.json',
    'unlink secrets/public-digest',
    'unlink secrets/sealing',
    'unlink secrets/share',
    'rmdir secrets',
    'rmdir .destroying-epoch-1-test',
  ]);
  vault.close();
});

it('makes durable at opening what an earlier process wrote', async () => {
  const path = await original();
  await (async () => {
    const vault = await openVault(path, PASSPHRASE);
    await vault.journal('00'.repeat(16)).put('deal', new Uint8Array(1));
    vault.close();
  })();
  const { steps } = await crashing(Infinity, async () => {
    (await openVault(path, PASSPHRASE)).close();
  });
  for (const name of [
    `keys/${FINGERPRINT}/current`,
    `keys/${FINGERPRINT}`,
    `ceremonies/${'00'.repeat(16)}/journal/deal`,
  ])
    expect(steps).toContain(`fsync ${join(path, name)}`);
});

it('makes a journal entry durable again when it is said again', async () => {
  const folder = temporaryFolder();
  const vault = await makeVault(folder);
  const journal = vault.journal('00'.repeat(16));
  await journal.put('deal', new Uint8Array(1));
  const { steps } = await crashing(Infinity, () => journal.put('deal', new Uint8Array(1)));
  const entries = join(folder, 'vault', 'ceremonies', '00'.repeat(16), 'journal');
  expect(steps).toEqual([`fsync ${join(entries, 'deal')}`, `fsync ${entries}`]);
  vault.close();
});
