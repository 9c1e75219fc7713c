/** Opening a laptop from the options that all commands share: where its vault is, and how the passphrase comes in. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { readPassphrase } from '../devices/passphrase.ts';
import { openVault, readVaultInfo, type Vault } from '../devices/vault/vault.ts';
import type { Given, Option } from './command.ts';
import { UsageError } from '../laptop/errors.ts';
import type { PlanContext } from '../ceremony/plan.ts';
import { Laptop } from '../laptop/laptop.ts';
import { scriptedOperator, terminalOperator } from './operator.ts';
import type { Output } from './output.ts';

export const HOME_OPTION: Option = {
  value: 'DIR',
  help: 'folder of this laptop (default: $RESEAL_HOME, or ~/.reseal)',
};
export const COURIER_OPTION: Option = {
  value: 'DIR',
  help: 'folder where messages are exchanged (default: $RESEAL_COURIER)',
};
/** For what may also go to a file: only shown in a folder that is named, whatever $RESEAL_COURIER says. */
export const COURIER_OUT_OPTION: Option = {
  value: 'DIR',
  help: 'show it in the folder where messages are exchanged ($RESEAL_COURIER is not used)',
};
export const PASSPHRASE_OPTION: Option = {
  value: 'N',
  help: 'read the passphrase of the vault from file descriptor N instead of asking',
};
export const VAULT_OPTIONS = { home: HOME_OPTION, 'passphrase-fd': PASSPHRASE_OPTION } as const;

/** The time of this laptop's clock: RFC 3339, UTC, whole seconds. */
export const now = (): string => `${new Date().toISOString().slice(0, 19)}Z`;

/** The laptop's folder. The vault is in `vault/` below it, beside records and backups. */
export function homeOf(given: Given): string {
  return resolve(given.text('home') ?? process.env['RESEAL_HOME'] ?? join(homedir(), '.reseal'));
}

export function vaultDir(home: string): string {
  return join(home, 'vault');
}

export function courierOf(given: Given): string {
  const courier = given.text('courier') ?? process.env['RESEAL_COURIER'];
  if (courier === undefined)
    throw new UsageError('--courier is missing: name the folder where the messages are exchanged.');
  return resolve(courier);
}

/** Asks for a passphrase by the given option, or on the terminal. Passphrases are never taken from an argument. */
export async function passphraseFor(
  given: Given,
  prompt: string,
  options: { confirm?: boolean; option?: string } = {},
): Promise<string> {
  const fd = given.number(options.option ?? 'passphrase-fd', 0, 1023);
  return readPassphrase({ fd, prompt, confirm: options.confirm ?? false });
}

/** Opens the vault that the options name. */
export async function openFrom(given: Given): Promise<{ vault: Vault; passphrase: string; home: string }> {
  const home = homeOf(given);
  const info = readVaultInfo(vaultDir(home));
  const passphrase = await passphraseFor(given, `Passphrase of the vault "${info.name}" (${info.custodian})`);
  return { vault: await openVault(vaultDir(home), passphrase), passphrase, home };
}

/**
 * Opens the vault and the courier's folder, and takes up all ceremonies that were begun. `answersFor` says which of the
 * answers given beforehand are meant for which ceremony.
 */
export async function openLaptop(
  given: Given,
  output: Output,
  answersFor: (context: PlanContext, laptop: Laptop) => readonly string[],
): Promise<{ laptop: Laptop; home: string }> {
  const courier = courierOf(given);
  const { vault, passphrase, home } = await openFrom(given);
  try {
    const backupPassphrase =
      given.text('backup-passphrase-fd') === undefined
        ? passphrase
        : await passphraseFor(given, 'Passphrase of the backups', { option: 'backup-passphrase-fd' });
    const terminal = terminalOperator();
    const laptop: Laptop = new Laptop(vault, {
      home,
      courier,
      backupPassphrase,
      backupDir: () => resolve(given.text('backup-dir') ?? join(home, 'backups')),
      operator: (context) => ({
        answer: (question) => scriptedOperator(answersFor(context, laptop), terminal).answer(question),
      }),
      onProblem: (sentence) => {
        output.note(sentence);
      },
    });
    try {
      await laptop.resume();
    } catch (error) {
      laptop.close();
      throw error;
    }
    return { laptop, home };
  } catch (error) {
    // Harmless when it is closed already.
    vault.close();
    throw error;
  }
}
