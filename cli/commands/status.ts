/** `reseal status`: what this laptop holds and where its ceremonies stand, without doing anything. */
import { bytesToHex } from '../../crypto/bytes.ts';
import { keyId } from '../../crypto/identity.ts';
import { ROUND_NAMES } from '../../ceremony/bundle.ts';
import { ceremonyStates, type CeremonyStatus } from '../../laptop/ceremonies.ts';
import type { Command } from '../command.ts';
import { now, openFrom, VAULT_OPTIONS } from '../session.ts';
import { dueByKey, dueSentence } from '../../laptop/due.ts';
import { heldKeys } from '../../laptop/keys.ts';
import { oldBackups, oldBackupSentence } from '../../laptop/old-backups.ts';

export const status: Command = {
  name: 'status',
  summary: 'Say what this laptop holds and where its ceremonies stand; does nothing',
  options: VAULT_OPTIONS,
  async run(given, output) {
    const { vault, home } = await openFrom(given);
    try {
      const { info } = vault;
      const keys = await heldKeys(vault);
      const due = await dueByKey(vault, keys, now());
      const ceremonies = await ceremonyStates(vault);
      const old = oldBackups(home, info.identity, now()).filter(({ state }) => state !== 'destroyed');
      const identity = bytesToHex(keyId(info.identity));
      output.line(
        `${info.name}, ${info.custodian}; identity ${identity}${info.rehearsal ? '; REHEARSAL' : ''}`,
      );
      if (keys.length === 0) output.line('Keys: none.');
      for (const { record, others } of keys) {
        const known = due.get(record.fingerprint);
        const refresh = known === undefined ? undefined : dueSentence(known);
        output.line(
          `Key "${record.name}" ${record.fingerprint}: ${record.suite}, ${record.threshold} of ${record.holders.length}, epoch ${record.epoch}` +
            (refresh === undefined ? '' : `; ${refresh}`) +
            (others.length === 0 ? '' : `; also here: ${others.join(', ')}`),
        );
      }
      for (const backup of old) output.line(`Old backup: ${oldBackupSentence(backup)}.`);
      if (ceremonies.length === 0) output.line('Ceremonies: none.');
      for (const one of ceremonies) output.line(sentence(one));
      output.result({
        home,
        laptop: info.name,
        custodian: info.custodian,
        rehearsal: info.rehearsal,
        identity,
        keys: keys.map(({ record, epochId, others }) => ({
          ...{ epochId, others, record },
          due: due.get(record.fingerprint) ?? null,
        })),
        oldBackups: old,
        ceremonies,
      });
      return 0;
    } finally {
      vault.close();
    }
  },
};

function sentence(one: CeremonyStatus): string {
  const what = `${one.rehearsal ? 'REHEARSAL ' : ''}${one.kind} of "${one.keyName}" to epoch ${one.epoch} (${one.code}), as ${one.role}`;
  const exceptions =
    one.exceptions === 0
      ? ''
      : one.exceptions === 1
        ? '; 1 exception on record'
        : `; ${one.exceptions} exceptions on record`;
  const state = one.recordFiled
    ? 'record filed'
    : one.nextRound === null
      ? 'waits for the signed checkpoint'
      : `waits for round ${one.nextRound} (${ROUND_NAMES[one.nextRound] ?? ''})`;
  return `${what}: ${one.outcome}, ${state}${exceptions}.`;
}
