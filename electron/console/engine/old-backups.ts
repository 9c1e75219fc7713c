/** Backups of epochs that are no longer in use: what the window shows of them, and the statement that one is destroyed. */
import { DESTRUCTION_METHODS, destructionComplaints } from '../../../ceremony/destruction-statement.ts';
import type { Vault } from '../../../devices/vault/vault.ts';
import { backupDestroyed, oldBackups } from '../../../laptop/old-backups.ts';
import type { InvokeInput, InvokeOutput } from '../../ipc/contract.ts';
import type { OldBackupState } from '../../ipc/old-backups.ts';

/** As many as a window lists; the command line has them all. */
const MAX_SHOWN = 1000;

/** Those that are left, the most urgent first. */
export function oldBackupStates(home: string, vault: Vault, now: Date): OldBackupState[] {
  return oldBackups(home, vault.info.identity, timeOf(now))
    .flatMap(({ state, fingerprint, epoch, label, keyName, holder, kind, serial, deadline }) =>
      state === 'destroyed'
        ? []
        : [
            {
              ...{ fingerprint, epoch, label, keyName, holder, kind, serial, deadline, state },
              methods: [...DESTRUCTION_METHODS[kind]],
            },
          ],
    )
    .sort((a, b) => (a.deadline < b.deadline ? -1 : a.deadline > b.deadline ? 1 : 0))
    .slice(0, MAX_SHOWN);
}

/** Signs a statement. Throws UsageError for a backup that is not left, be it unknown or destroyed already. */
export async function stateDestroyed(
  home: string,
  vault: Vault,
  said: InvokeInput<'backup:destroyed'>,
  now: Date,
): Promise<InvokeOutput<'backup:destroyed'>> {
  const complaints = destructionComplaints(said);
  if (Object.keys(complaints).length > 0) return { complaints, path: null };
  const { path } = await backupDestroyed(home, vault.signer, said, timeOf(now));
  return { complaints: {}, path };
}

const timeOf = (now: Date): string => `${now.toISOString().slice(0, 19)}Z`;
