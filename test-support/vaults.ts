/** Rehearsal vaults for tests, with next to no key derivation, and contents that follow from the epoch. */
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '../crypto/bytes.ts';
import { createVault } from '../devices/vault/vault.ts';
import type { CreateVaultOptions, Vault } from '../devices/vault/vault.ts';

export const PASSPHRASE = 'correct horse battery staple';
export const FINGERPRINT = '0123456789abcdef';

export function epochId(epoch: number): string {
  return `epoch-${epoch}-test`;
}

/** What epoch `epoch` must contain. */
export function epochContent(epoch: number): { record: Uint8Array; share: Uint8Array; sealing: Uint8Array } {
  return {
    record: utf8ToBytes(`{"epoch":${epoch}}`),
    share: sha256(utf8ToBytes(`share ${epoch}`)),
    sealing: sha256(utf8ToBytes(`sealing ${epoch}`)),
  };
}

export function makeVault(folder: string, options: Partial<CreateVaultOptions> = {}): Promise<Vault> {
  return createVault(join(folder, 'vault'), {
    name: 'left',
    custodian: 'Ada',
    passphrase: PASSPHRASE,
    rehearsal: true,
    kdf: { memoryKiB: 64, iterations: 1, parallelism: 1 },
    created: '2026-11-23T09:00:00Z',
    ...options,
  });
}

/** The secrets and the record of an epoch, as they can be read. */
export async function readEpoch(vault: Vault, id: string): Promise<ReturnType<typeof epochContent>> {
  const secrets = await vault.keys.secrets(FINGERPRINT, id);
  const [share, sealing] = [await secrets.get('share'), await secrets.get('sealing')];
  if (share === undefined || sealing === undefined) throw new Error(`${id} lacks a secret`);
  return { record: await vault.keys.record(FINGERPRINT, id), share, sealing };
}
