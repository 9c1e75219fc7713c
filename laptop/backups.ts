/** Backups of a new share: where the files go, how they are written and read back, and what it means when that fails. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bytesToHex, utf8ToBytes } from '../crypto/bytes.ts';
import { canonicalJson } from '../ceremony/canonical-json.ts';
import { sha256 } from '../ceremony/hash.ts';
import type { PlanContext } from '../ceremony/plan.ts';
import type { BackupWriter } from '../ceremony/ports.ts';
import {
  BackupError,
  NORMAL_WORK_FACTOR,
  readBackup,
  REHEARSAL_WORK_FACTOR,
  writeBackup,
} from '../devices/backup/age.ts';
import { writeRecipientsBackup } from '../devices/backup/recipients.ts';
import { FileError, removeFile, systemCode } from '../devices/files.ts';
import { UsageError } from './errors.ts';
import { slug } from './files.ts';
import { sheetReader } from './paper/sheets.ts';

export interface BackupOptions {
  /** What the backups on media are sealed with. */
  readonly backupPassphrase: string;
  /** Where backups go: asked each time, a person may put in another medium. */
  readonly backupDir: () => string;
}

/**
 * Makes the backups of one role in one ceremony. A file that fails is a BackupFailure, a sheet that is not right a
 * CeremonyError.
 */
export function backupWriter(options: BackupOptions, context: PlanContext, role: string): BackupWriter {
  const { backupPassphrase: passphrase } = options;
  const workFactor = context.plan.rehearsal ? REHEARSAL_WORK_FACTOR : NORMAL_WORK_FACTOR;
  const place = (name: string): string => {
    const backupDir = options.backupDir();
    makeBackupFolder(backupDir);
    return join(backupDir, name);
  };
  return {
    write: (label, content) =>
      asBackupFailure(async () => {
        const path = place(backupName(context, role, label));
        try {
          await writeBackup({ path, content, passphrase, workFactor });
        } catch (error) {
          if (
            !(error instanceof BackupError) ||
            error.code !== 'exists' ||
            !(await isDamaged(path, passphrase))
          )
            throw error;
          // A write of this very backup that was cut short; its name belongs to this ceremony and this label alone.
          removeFile(path);
          await writeBackup({ path, content, passphrase, workFactor });
        }
        return readBackup(path, passphrase);
      }),
    writeFor: (recipients, label, content) =>
      asBackupFailure(async () =>
        writeRecipientsBackup({
          path: place(recipientsName(context, role, label, recipients)),
          content,
          recipients,
        }),
      ),
    readSheet: sheetReader(() => passphrase),
  };
}

/** Name of the file of a backup: no other ceremony or role has it. */
function backupName({ plan, id }: PlanContext, role: string, label: string): string {
  return `${slug(plan.keyName)}-epoch-${plan.epoch}-${bytesToHex(id).slice(0, 8)}-${role}-${slug(label)}.age`;
}

/**
 * Name of the file of a backup to recipients. It ends in a digest of label and recipients: a file of this name is
 * replaced, and "Safe A" and "safe a" are two backups.
 */
export function recipientsName(
  context: PlanContext,
  role: string,
  label: string,
  recipients: readonly string[],
): string {
  const digest = bytesToHex(sha256(utf8ToBytes(canonicalJson([label, recipients])))).slice(0, 8);
  return backupName(context, role, label).replace(/\.age$/, `-to-${digest}.age`);
}

/** Makes the folder itself, not those above it: where they are missing, so is the medium. */
function makeBackupFolder(dir: string): void {
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return;
    throw new FileError(
      systemCode(error) === 'ENOENT' ? 'missing' : 'io',
      dir,
      systemCode(error) === 'ENOENT'
        ? `The folder for backups, ${dir}, is not there: insert the medium.`
        : `The folder for backups, ${dir}, cannot be made (${systemCode(error)}).`,
    );
  }
}

async function asBackupFailure<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof BackupError || error instanceof FileError || error instanceof UsageError)
      throw new BackupFailure(error.message, { cause: error });
    throw error;
  }
}

/** A backup that could not be written or read back. The share is safe in the vault, and nothing has advanced. */
export class BackupFailure extends Error {}

async function isDamaged(path: string, passphrase: string): Promise<boolean> {
  try {
    (await readBackup(path, passphrase)).fill(0);
    return false;
  } catch (error) {
    return error instanceof BackupError && error.code === 'damaged';
  }
}
