import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test-support/folders.ts';
import {
  epochContent,
  epochId,
  FINGERPRINT,
  makeVault,
  PASSPHRASE,
  readEpoch,
} from '../../test-support/vaults.ts';
import { openVault } from './vault.ts';

const SWITCHER = join(import.meta.dirname, '../../test-support/vault-switcher.ts');

/** Starts a switching process, kills it `delay` ms after its first switch, and returns the last epoch it told of. */
async function switchAndKill(path: string, delay: number): Promise<number> {
  const child = spawn(process.execPath, [SWITCHER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) =>
    child.on('exit', (_code, signal) => {
      resolve(signal);
    }),
  );
  let told = '';
  let timer: NodeJS.Timeout | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    told += chunk.toString();
    timer ??= setTimeout(() => child.kill('SIGKILL'), delay);
  });
  expect(await ended).toBe('SIGKILL');
  return Number(told.trimEnd().split('\n').at(-1));
}

it('loses nothing when the process is killed while it switches epochs', async () => {
  const path = join(temporaryFolder(), 'vault');
  const first = await makeVault(join(path, '..'));
  await first.keys.stage(FINGERPRINT, epochId(0), epochContent(0));
  await first.keys.activate(FINGERPRINT, epochId(0));
  first.close();

  let reached = 0;
  for (let kill = 0; kill < 15; kill++) {
    // Up to two switches' time in uneven steps: all phases are met, whatever the speed of the machine.
    const told = await switchAndKill(path, (kill * 7) % 60);
    expect(told).toBeGreaterThanOrEqual(reached);
    const vault = await openVault(path, PASSPHRASE);
    const current = (await vault.keys.epochs(FINGERPRINT)).filter((epoch) => epoch.current);
    expect(current).toHaveLength(1);
    reached = Number(current[0]!.id.split('-')[1]);
    // What was told was durable; more may have happened after the last word.
    expect(reached).toBeGreaterThanOrEqual(told);
    expect(await readEpoch(vault, epochId(reached))).toEqual(epochContent(reached));
    // Nothing half-done is left after opening: no tombstones, no staging folders, no temporary files.
    for (const name of fs.readdirSync(join(path, 'keys', FINGERPRINT)))
      expect(name).toMatch(/^(?:current|epoch-.*)$/);
    vault.close();
  }
  expect(reached).toBeGreaterThan(0);
});
