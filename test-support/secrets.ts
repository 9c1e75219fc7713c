/** Every secret that a laptop has, and a search for them where they must not be. */
import { join } from 'node:path';
import fs from 'node:fs';
import { fromHex } from '../crypto/bytes.ts';
import { decodeCard } from '../ceremony/card.ts';
import { decodeNonces } from '../ceremony/rounds/confirm.ts';
import { openNonceKeeper } from '../devices/nonces/nonces.ts';
import { openHeader, parseHeader } from '../devices/vault/header.ts';
import { createKeyring } from '../devices/vault/keyring.ts';
import { secretFiles } from '../devices/vault/secret-folder.ts';
import { openVault } from '../devices/vault/vault.ts';
import { systemRandom } from '../devices/random.ts';

/** Opens a laptop's vault and the memory beside it, and returns all that is secret by what it is: "alma share epoch-0…". */
export async function secretsOf(home: string, passphrase: string): Promise<Map<string, Uint8Array>> {
  const who = home.split('/').at(-1) ?? home;
  const found = new Map<string, Uint8Array>();
  const add = (what: string, secret: Uint8Array | undefined): void => {
    if (secret !== undefined) found.set(`${who} ${what}`, secret);
  };
  const dir = join(home, 'vault');
  const vault = await openVault(dir, passphrase);
  try {
    for (const fingerprint of await vault.keys.fingerprints())
      for (const { id } of await vault.keys.epochs(fingerprint)) {
        const folder = await vault.keys.secrets(fingerprint, id);
        for (const name of ['share', 'sealing']) add(`${name} ${id}`, await folder.get(name));
      }
    for (const { id, card } of await vault.cards.list())
      add(`card ${id}`, await vault.findSealingSecret(fromHex(decodeCard(card).sealingKey)));
    const nonces = openNonceKeeper({ vaultId: vault.info.id, key32: vault.nonceKey() });
    for (const ceremony of await vault.ceremonyIds()) {
      const secrets = await vault.ceremonySecrets(ceremony);
      for (let holder = 1; holder <= 3; holder++) {
        add(`ceremony ${ceremony} ${holder}`, await secrets.get(`sealing-holder-${holder}`));
        const label = `${ceremony}-holder-${holder}-a1`;
        const kept = await nonces.take(label);
        if (kept === undefined) continue;
        await nonces.keep(label, kept);
        for (const [proof, pair] of decodeNonces(kept))
          for (const [part, scalar] of Object.entries(pair))
            add(`nonce ${ceremony} ${proof} ${part}`, scalar);
      }
    }
    nonces.close();
  } finally {
    vault.close();
  }
  const header = parseHeader(fs.readFileSync(join(dir, 'vault.json')), dir);
  const keyring = createKeyring(header.id, await openHeader(header, passphrase), systemRandom);
  const identity = secretFiles(keyring, { path: join(dir, 'identity'), place: 'identity' });
  add('identity', identity.get('identity'));
  keyring.close();
  return found;
}

/** Looks for each secret as it is, reversed, in hex of either order and case, and in base64. Returns what was found where. */
export function findSecrets(
  secrets: ReadonlyMap<string, Uint8Array>,
  places: readonly (readonly [string, Uint8Array])[],
): string[] {
  const found = new Set<string>();
  for (const [what, secret] of secrets) {
    if (secret.length < 16) throw new Error(`${what} is too short to look for`);
    const orders = [Buffer.from(secret), Buffer.from(secret).reverse()];
    const forms = orders.flatMap((bytes) => [
      bytes,
      Buffer.from(bytes.toString('hex')),
      Buffer.from(bytes.toString('hex').toUpperCase()),
      Buffer.from(bytes.toString('base64').replace(/=+$/, '').slice(0, -1)),
    ]);
    for (const [name, content] of places) {
      const place = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
      if (forms.some((form) => place.includes(form))) found.add(`${what} is in ${name}`);
    }
  }
  return [...found];
}
