/** A share from a backup: tried, or put back into this laptop's vault. Between the two it is kept here, and nowhere else. */
import { bytesToHex, fromHex } from '../../../crypto/bytes.ts';
import { toWords } from '../../../crypto/words.ts';
import { CeremonyError } from '../../../ceremony/errors.ts';
import type { KeyRecord } from '../../../ceremony/key-record.ts';
import { readSheetText } from '../../../ceremony/paper/sheet.ts';
import { systemRandom } from '../../../devices/random.ts';
import type { Vault } from '../../../devices/vault/vault.ts';
import {
  requireRoom,
  requireVaultFor,
  restoreShare,
  SEALING_KEY_LOST,
  sealingKeyIsLost,
  shareOfBackup,
  shareOfContent,
  shareOfRecipientsBackup,
  type FoundShare,
} from '../../../laptop/paper/restore.ts';
import { readInput } from '../../../laptop/files.ts';
import { inexact } from '../../../laptop/paper/sheets.ts';
import type { InvokeInput, InvokeOutput } from '../../ipc/contract.ts';
import type { One } from './queue.ts';
import type { RestoreSource, RestoreVerdict } from '../../ipc/restore.ts';

/** Bytes of an identity file: a few keys and comments. */
const MAX_IDENTITIES = 64 * 1024;

interface Kept extends FoundShare {
  readonly id: string;
  readonly record: KeyRecord;
}

/** At most one share that was opened and is not stored yet. It is erased when another is opened, and with the vault. */
export class Restoring {
  #kept: Kept | undefined;

  /**
   * Opens a backup and holds it against the record; of a drill nothing is kept. Rejects with the sentences of whatever
   * refuses: the vault, the sheet or the file, the passphrase, the record.
   */
  async open(
    vault: Vault,
    record: KeyRecord,
    { drill, from }: { readonly drill: boolean; readonly from: RestoreSource },
    at: string,
  ): Promise<RestoreVerdict> {
    this.forget();
    if (!drill) await requireVaultFor(vault, record);
    const { kind, found } = await shareFrom(from, record);
    try {
      const already = !drill && (await requireRoom(vault, record, found.index, found.share));
      const id = drill ? null : bytesToHex(systemRandom(8));
      if (id !== null) this.#kept = { id, record, index: found.index, share: found.share.slice() };
      return { ...said(record, found.index), drill, id, at, kind, already };
    } finally {
      found.share.fill(0);
    }
  }

  /** Stores what was opened under this id. Rejects with CeremonyError where it is not here any more; as `restoreShare` does. */
  async store(vault: Vault, id: string): Promise<void> {
    const kept = this.#kept;
    if (kept?.id !== id)
      throw new CeremonyError(
        'evidence-rejected',
        'The share is not here any more: nothing was stored.',
        'Open the backup again.',
      );
    await restoreShare(vault, kept.record, kept.index, kept.share);
    this.forget();
  }

  forget(): void {
    this.#kept?.share.fill(0);
    this.#kept = undefined;
  }
}

/** What the window is told of whose share it is: nothing but what the record says. */
function said(
  record: KeyRecord,
  index: number,
): Omit<RestoreVerdict, 'drill' | 'id' | 'at' | 'kind' | 'already'> {
  const holder = record.holders.find((candidate) => candidate.index === index);
  return {
    keyName: record.name,
    fingerprint: record.fingerprint,
    words: toWords(fromHex(record.fingerprint)),
    suite: record.suite,
    threshold: record.threshold,
    holders: record.holders.length,
    epoch: record.epoch,
    rehearsal: record.rehearsal,
    index,
    holder: holder?.name ?? null,
    sealingKeyLost: sealingKeyIsLost(record, index) ? SEALING_KEY_LOST : null,
  };
}

async function shareFrom(
  from: RestoreSource,
  record: KeyRecord,
): Promise<{ kind: RestoreVerdict['kind']; found: FoundShare }> {
  if (from.kind === 'file')
    return { kind: 'file', found: await shareOfBackup(from.path, from.passphrase, record) };
  if (from.kind === 'recipients-file') {
    const bytes = readInput(from.identity, MAX_IDENTITIES);
    try {
      const identities = { text: new TextDecoder().decode(bytes), what: from.identity };
      return { kind: from.kind, found: await shareOfRecipientsBackup(from.path, identities, record) };
    } finally {
      bytes.fill(0);
    }
  }
  const reading = readSheetText(from.text);
  if (reading.state === 'proposals')
    throw inexact(reading, 'Compare each with the paper. Take what is proposed, or type what stands there.');
  const { content } = reading;
  return { kind: content.kind, found: await shareOfContent(content, record, () => from.passphrase) };
}

/** What the methods need of the engine. */
interface Around {
  readonly vault: Vault;
  readonly shelf: { record(id: string): KeyRecord };
  readonly restoring: Restoring;
  sync(): Promise<void>;
}
type Channel = 'restore:begin' | 'restore:open' | 'restore:store' | 'restore:forget';

/** @param one runs an operation in the engine's queue  @param opened throws while the vault is locked */
export function restoreMethods(
  one: One,
  opened: () => Around,
  now: () => Date,
): { [C in Channel]: (input: InvokeInput<C>) => Promise<InvokeOutput<C>> } {
  return {
    'restore:begin': one(null, async ({ record, drill }) => {
      const found = opened().shelf.record(record);
      if (!drill) await requireVaultFor(opened().vault, found);
      return {};
    }),
    'restore:open': one('Opening the backup', (input) => {
      const { vault, shelf, restoring } = opened();
      return restoring.open(vault, shelf.record(input.record), input, now().toISOString());
    }),
    'restore:store': one('Storing the share', async ({ id }) => {
      await opened().restoring.store(opened().vault, id);
      await opened().sync();
      return {};
    }),
    'restore:forget': one(null, () => {
      opened().restoring.forget();
      return {};
    }),
  };
}
