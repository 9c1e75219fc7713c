/** The keys of a laptop as the home screen shows them. */
import type { Vault } from '../../../devices/vault/vault.ts';
import { dueOf } from '../../../laptop/due.ts';
import { heldKeys, ownShare } from '../../../laptop/keys.ts';
import type { KeyState } from '../../ipc/state.ts';

/** By key: this laptop's index in its epoch, which takes a multiplication to find. */
const indices = new Map<string, number>();

export async function keyStates(vault: Vault, now: Date): Promise<KeyState[]> {
  const at = `${now.toISOString().slice(0, 19)}Z`;
  const states: KeyState[] = [];
  for (const key of await heldKeys(vault)) {
    const { record, epochId, others } = key;
    const name = `${vault.info.id} ${record.fingerprint} ${epochId}`;
    const index = indices.get(name) ?? (await ownShare(vault, key)).index;
    indices.set(name, index);
    const { since, cryptoperiodDays, due, state } = await dueOf(vault, key, at);
    states.push({
      fingerprint: record.fingerprint,
      name: record.name,
      suite: record.suite,
      threshold: record.threshold,
      holders: record.holders.length,
      epoch: record.epoch,
      index,
      groupKey: record.groupKey,
      since,
      cryptoperiod: cryptoperiodDays,
      due,
      dueState: state,
      otherEpochs: [...others],
    });
  }
  return states;
}
