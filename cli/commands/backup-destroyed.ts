/** `reseal backup destroyed`: a holder's signed word that a backup of an epoch that is no longer in use is gone. */
import { bytesToHex } from '../../crypto/bytes.ts';
import { identityToField } from '../../ceremony/card.ts';
import { DESTRUCTION_METHODS } from '../../ceremony/destruction-statement.ts';
import { UsageError } from '../../laptop/errors.ts';
import { backupDestroyed, oldBackups, oldBackupSentence, type OldBackup } from '../../laptop/old-backups.ts';
import type { Command, Given } from '../command.ts';
import { now, openFrom, VAULT_OPTIONS } from '../session.ts';

export const backupDestroyedCommand: Command = {
  name: 'backup destroyed',
  summary: 'State, signed, how a backup of a superseded epoch was destroyed',
  options: {
    ...VAULT_OPTIONS,
    label: { value: 'LABEL', help: 'label of the backup, as "reseal status" names it', required: true },
    key: { value: 'KEY', help: 'fingerprint or name of its key; may be left out when the label is enough' },
    epoch: { value: 'N', help: 'its epoch; may be left out when the label is enough' },
    method: {
      value: 'TEXT',
      help: `what was done to it, such as "${DESTRUCTION_METHODS.file[0] ?? ''}"`,
      required: true,
    },
    tool: { value: 'TEXT', help: 'with what: make and model of the shredder', required: true },
    who: { value: 'NAME', help: 'who did it (default: the custodian of this laptop)' },
    witness: { value: 'NAME', help: 'who watched; two people are needed', required: true },
  },
  examples: [
    'reseal backup destroyed --label "Safe A" --method "Destroy: cross-cut shredded, P-5 or finer" --tool "HSM 411.2" --witness "Wanda Wright"',
  ],
  async run(given, output) {
    const { vault, home } = await openFrom(given);
    try {
      const at = now();
      const backup = wanted(oldBackups(home, vault.info.identity, at), given);
      const { statement, path } = await backupDestroyed(
        home,
        vault.signer,
        {
          ...{ fingerprint: backup.fingerprint, epoch: backup.epoch, label: backup.label },
          ...{ method: given.required('method'), tool: given.required('tool') },
          ...{ who: given.text('who') ?? vault.info.custodian, witness: given.required('witness') },
        },
        at,
      );
      const left = oldBackups(home, vault.info.identity, at).filter(({ state }) => state !== 'destroyed');
      output.line(`Signed: ${oldBackupSentence({ ...backup, state: 'destroyed' })}.`);
      output.line(`Statement ${path}: file it with the record of the ceremony.`);
      for (const other of left) output.line(`Left: ${oldBackupSentence(other)}.`);
      output.result({
        statement,
        path,
        identity: bytesToHex(vault.info.identity.key),
        alg: identityToField(vault.info.identity).alg,
        left: left.map(({ label, epoch, deadline, state }) => ({ label, epoch, deadline, state })),
      });
      return 0;
    } finally {
      vault.close();
    }
  },
};

/** The one backup that the options name. Throws UsageError where there is none, or more than one. */
function wanted(all: readonly OldBackup[], given: Given): OldBackup {
  const label = given.required('label');
  const key = given.text('key');
  const epoch = given.number('epoch', 0, 65535);
  const found = all.filter(
    (one) =>
      one.label === label &&
      (key === undefined || one.fingerprint === key || one.keyName === key) &&
      (epoch === undefined || one.epoch === epoch),
  );
  const open = found.filter(({ state }) => state !== 'destroyed');
  const [only] = open.length === 0 ? found : open;
  if (only === undefined)
    throw new UsageError(
      `--label: there is no old backup "${label}" of this laptop's shares: see "reseal status".`,
      1,
    );
  if (open.length > 1)
    throw new UsageError(
      `--label: ${open.length} old backups are called "${label}": say which with --key and --epoch.`,
      1,
    );
  return only;
}
