/** `reseal init`: makes this laptop's vault and identity. */
import { existsSync } from 'node:fs';
import { IDENTITY_ALGORITHMS, keyId } from '../../crypto/identity.ts';
import { bytesToHex } from '../../crypto/bytes.ts';
import { createVault } from '../../devices/vault/vault.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../../laptop/errors.ts';
import { makeFolders, removeUnfinishedVaults } from '../../laptop/files.ts';
import { homeOf, passphraseFor, VAULT_OPTIONS, vaultDir } from '../session.ts';

export const init: Command = {
  name: 'init',
  summary: 'Make the vault and the identity of this laptop',
  options: {
    ...VAULT_OPTIONS,
    laptop: { value: 'NAME', help: 'name of the laptop, as on its label', required: true },
    custodian: { value: 'NAME', help: 'name of the person who works on it', required: true },
    identity: {
      value: 'ALG',
      help: `algorithm of the identity key: ${IDENTITY_ALGORITHMS.join(' or ')} (default ES256)`,
    },
    rehearsal: { help: 'a vault for rehearsals: fast, weakly protected, refused for real keys' },
  },
  examples: ['reseal init --laptop "Laptop 3" --custodian "Carol Ng"'],
  async run(given, output) {
    const home = homeOf(given);
    const dir = vaultDir(home);
    if (existsSync(dir)) throw new UsageError(`There is a vault in ${dir} already: it was not touched.`, 1);
    const alg = given.text('identity') ?? 'ES256';
    const known = IDENTITY_ALGORITHMS.find((candidate) => candidate === alg);
    if (known === undefined)
      throw new UsageError(`--identity: expected ${IDENTITY_ALGORITHMS.join(' or ')}, found "${alg}".`);
    makeFolders(home);
    const passphrase = await passphraseFor(given, 'New passphrase for the vault', { confirm: true });
    removeUnfinishedVaults(home);
    const vault = await createVault(dir, {
      name: given.required('laptop'),
      custodian: given.required('custodian'),
      passphrase,
      rehearsal: given.flag('rehearsal'),
      alg: known,
    });
    const { info } = vault;
    vault.close();
    const identity = bytesToHex(keyId(info.identity));
    output.line(`Made the vault of "${info.name}" (${info.custodian}) in ${dir}.`);
    output.line(
      `Identity ${identity}, ${info.identity.alg}.${info.rehearsal ? ' For rehearsals only.' : ''}`,
    );
    output.line('Next: reseal enrol, and give the card to whoever makes the plan.');
    output.result({
      vault: dir,
      laptop: info.name,
      custodian: info.custodian,
      rehearsal: info.rehearsal,
      identity: { id: identity, alg: info.identity.alg, key: bytesToHex(info.identity.key) },
    });
    return 0;
  },
};
