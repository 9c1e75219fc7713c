/** A holder whose laptop was lost, and who has another one with the share from a backup. */
import { generateSealingKey } from '../crypto/hpke.ts';
import { identityToField } from '../ceremony/card.ts';
import { encodeKeyRecord, type KeyRecord } from '../ceremony/key-record.ts';
import type { Plan } from '../ceremony/plan.ts';
import { MemoryLaptop, type Committee } from './memory.ts';

const RESTORED = 'epoch-0-restored';

/** Takes the laptop of holder 2 away, and gives Bruno another one. Returns the change of a plan that says so. */
export async function replaceLaptop(
  committee: Committee,
  record: KeyRecord,
  share: Uint8Array | undefined,
): Promise<Partial<Plan>> {
  const laptop = new MemoryLaptop('Bruno', 'his second laptop');
  committee.holders.set(2, laptop);
  const { sealingKey } = await laptop.enrol();
  if (share !== undefined) {
    await laptop.keys.stage(record.fingerprint, RESTORED, {
      record: encodeKeyRecord(record),
      share,
      sealing: generateSealingKey(laptop.random).secretKey,
    });
    await laptop.keys.activate(record.fingerprint, RESTORED);
  }
  const holders = record.holders.map(({ index, name, identity, sealingKey: known }) =>
    index === 2
      ? { index, name: 'Bruno', identity: identityToField(laptop.signer.publicKey), sealingKey }
      : { index, name: name ?? '', identity: identity!, sealingKey: known! },
  );
  return { holders, replacedCards: [2], backups: [] };
}

/** The share of a holder, as a backup of it would give it back. */
export async function shareOf(
  committee: Committee,
  index: number,
  { fingerprint }: KeyRecord,
): Promise<Uint8Array> {
  const { keys } = committee.holders.get(index)!;
  const current = (await keys.epochs(fingerprint)).find((epoch) => epoch.current)!;
  return (await (await keys.secrets(fingerprint, current.id)).get('share'))!;
}
