/**
 * A process that switches epochs until it is killed: stage, activate, destroy, and prints the epoch after each switch.
 * Its argument is the vault's folder.
 */
import fs from 'node:fs';
import { openVault } from '../devices/vault/vault.ts';
import { epochContent, epochId, FINGERPRINT, PASSPHRASE } from './vaults.ts';

const vault = await openVault(process.argv[2] ?? '', PASSPHRASE);
const current = (await vault.keys.epochs(FINGERPRINT)).find((epoch) => epoch.current);
let epoch = Number(current?.id.split('-')[1]);
fs.writeSync(1, `${epoch}\n`);
for (;;) {
  await vault.keys.stage(FINGERPRINT, epochId(epoch + 1), epochContent(epoch + 1));
  await vault.keys.activate(FINGERPRINT, epochId(epoch + 1));
  epoch += 1;
  fs.writeSync(1, `${epoch}\n`);
  for (const { id, current } of await vault.keys.epochs(FINGERPRINT))
    if (!current) await vault.keys.destroy(FINGERPRINT, id);
}
