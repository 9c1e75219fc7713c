/** `reseal key restore`: a share from paper or a file backup into a vault that lost it; with --drill, only whether it would go. */
import { UsageError } from '../../laptop/errors.ts';
import { readKeyRecord } from '../../laptop/keys.ts';
import { readInput } from '../../laptop/files.ts';
import {
  requireRoom,
  restoreShare,
  SEALING_KEY_LOST,
  sealingKeyIsLost,
  shareOfBackup,
  shareOfContent,
  shareOfRecipientsBackup,
  type FoundShare,
} from '../../laptop/paper/restore.ts';
import type { KeyRecord } from '../../ceremony/key-record.ts';
import type { Command, Given } from '../command.ts';
import { openFrom, passphraseFor, VAULT_OPTIONS } from '../session.ts';
import { sheetInput } from '../sheet-input.ts';
import { MAX_TYPED, standardInput } from '../standard-input.ts';
import { SHEET_PASSPHRASE_OPTION } from './sheet.ts';

export const keyRestore: Command = {
  name: 'key restore',
  summary: "Put this holder's share back into a vault after a loss, from paper or from a file backup",
  options: {
    ...VAULT_OPTIONS,
    record: { value: 'FILE', help: 'public key record of the epoch of the backup', required: true },
    sheet: {
      value: 'FILE',
      help: 'share sheet: typed lines, a picture of its code, or - for standard input',
    },
    backup: { value: 'FILE', help: 'file backup (age) instead' },
    identity: {
      value: 'FILE',
      help: 'age identity file that opens a backup to recipients, or - for standard input',
    },
    'sheet-passphrase-fd': SHEET_PASSPHRASE_OPTION,
    drill: { help: 'check only, store nothing; needs no vault' },
  },
  examples: [
    'reseal key restore --record key-record.json --sheet scan.png',
    'reseal key restore --record key-record.json --backup /media/usb/share.age --drill',
    'reseal key restore --record key-record.json --backup /media/usb/share.age --identity /media/safe/recovery.txt',
  ],
  async run(given, output) {
    const record = readKeyRecord(given.required('record'));
    const drill = given.flag('drill');
    // Before the share is in memory: a passphrase that is wrong should cost nothing.
    const opened = drill ? undefined : await openFrom(given);
    try {
      const { index, share } = await shareFrom(given, record);
      try {
        if (opened !== undefined) {
          await requireRoom(opened.vault, record, index, share);
          await restoreShare(opened.vault, record, index, share);
        }
      } finally {
        share.fill(0);
      }
      const what = `holder ${index}'s share of "${record.name}", epoch ${record.epoch}`;
      output.line(
        drill ? `The backup holds ${what}: it would restore. Nothing was stored.` : `Restored ${what}.`,
      );
      const lost = sealingKeyIsLost(record, index);
      if (lost) output.note(SEALING_KEY_LOST);
      output.result({
        drill,
        index,
        epoch: record.epoch,
        fingerprint: record.fingerprint,
        sealingKeyLost: lost,
      });
      return 0;
    } finally {
      opened?.vault.close();
    }
  },
};

async function shareFrom(given: Given, record: KeyRecord): Promise<FoundShare> {
  const sheet = given.text('sheet');
  const backup = given.text('backup');
  if ((sheet === undefined) === (backup === undefined))
    throw new UsageError('Say where the share comes from: --sheet FILE, or --backup FILE.');
  const identity = given.text('identity');
  if (identity !== undefined) return shareFor(identity, backup, record);
  const passphrase = (what: string) => () => passphraseFor(given, what, { option: 'sheet-passphrase-fd' });
  if (backup !== undefined)
    return shareOfBackup(backup, await passphrase('Passphrase of the backup')(), record);
  const { content } = await sheetInput(sheet ?? '');
  return shareOfContent(content, record, passphrase('Passphrase of the sheet'));
}

/** The share in a backup to recipients. The secret key comes from a file or standard input, never from an argument. */
async function shareFor(
  identity: string,
  backup: string | undefined,
  record: KeyRecord,
): Promise<FoundShare> {
  if (backup === undefined)
    throw new UsageError(
      '--identity: only a file backup to recipients opens with it. Name one with --backup FILE.',
    );
  // Not repeated: it stands in the argument list already, and must not stand in a log too.
  if (/^age-(?:secret-key|plugin)-/i.test(identity))
    throw new UsageError(
      '--identity: this is a secret key, and everybody on this machine can see arguments. Name the file it is in, or - for standard input.',
    );
  const bytes = identity === '-' ? await standardInput() : readInput(identity, MAX_TYPED);
  try {
    const what = identity === '-' ? 'What came on standard input' : identity;
    if (bytes.length > MAX_TYPED) throw new UsageError(`${what} is too large for an identity file.`);
    return await shareOfRecipientsBackup(backup, { text: new TextDecoder().decode(bytes), what }, record);
  } finally {
    bytes.fill(0);
  }
}
