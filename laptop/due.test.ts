// When keys are to be refreshed, at fixed times.
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import { encodeKeyRecord, type KeyRecord } from '../ceremony/key-record.ts';
import type { Plan, PlanContext } from '../ceremony/plan.ts';
import type { Vault } from '../devices/vault/vault.ts';
import { importKey } from '../test-support/engine.ts';
import { temporaryFolder } from '../test-support/folders.ts';
import { Committee } from '../test-support/memory.ts';
import { makeVault } from '../test-support/vaults.ts';
import { dueByKey, dueFrom, dueOf, dueSentence } from './due.ts';
import { heldKeys } from './keys.ts';

const PLANNED = '2026-11-23T09:00:00Z';

describe('a refresh', () => {
  it.each<[Plan['cryptoperiodDays'], string, string | null, string, string | undefined]>([
    [90, PLANNED, '2027-02-21T09:00:00Z', 'later', 'refresh due 2027-02-21'],
    [90, '2027-02-07T08:59:59Z', '2027-02-21T09:00:00Z', 'later', 'refresh due 2027-02-21'],
    [90, '2027-02-07T09:00:00Z', '2027-02-21T09:00:00Z', 'soon', 'refresh due soon: 2027-02-21'],
    [90, '2027-02-21T08:59:59Z', '2027-02-21T09:00:00Z', 'soon', 'refresh due soon: 2027-02-21'],
    [90, '2027-02-21T09:00:00Z', '2027-02-21T09:00:00Z', 'overdue', 'refresh OVERDUE since 2027-02-21'],
    [180, '2030-01-01T00:00:00Z', '2027-05-22T09:00:00Z', 'overdue', 'refresh OVERDUE since 2027-05-22'],
    [365, '2027-11-22T09:00:00Z', '2027-11-23T09:00:00Z', 'soon', 'refresh due soon: 2027-11-23'],
    // A clock that is behind the plan's.
    [365, '2020-01-01T00:00:00Z', '2027-11-23T09:00:00Z', 'later', 'refresh due 2027-11-23'],
    [null, '2030-01-01T00:00:00Z', null, 'none', 'refresh on demand'],
  ])('planned for every %s days is at %s due %s: %s', (cryptoperiodDays, now, due, state, sentence) => {
    const found = dueFrom({ created: PLANNED, cryptoperiodDays }, now);
    expect(found).toEqual({ since: PLANNED, cryptoperiodDays, due, state });
    expect(dueSentence(found)).toBe(sentence);
  });
});

describe("a vault's key", () => {
  const now = '2027-02-10T00:00:00Z';
  const unknown = { since: null, cryptoperiodDays: null, due: null, state: 'none' };

  /** A vault that holds a key with this origin. */
  async function holding(
    origin: (plan: PlanContext) => string,
  ): Promise<{ vault: Vault; plan: PlanContext; record: KeyRecord }> {
    const committee = new Committee([1, 2], 'due');
    const imported = await importKey(committee, 'ed25519', 2);
    const plan = await committee.plan('ed25519', 2, imported, { cryptoperiodDays: 90 });
    const record = { ...imported, epoch: 1, origin: origin(plan) };
    const vault = await makeVault(temporaryFolder());
    await vault.keys.stage(record.fingerprint, 'epoch-1-test', {
      record: encodeKeyRecord(record),
      share: new Uint8Array(32).fill(1),
      sealing: new Uint8Array(32).fill(2),
    });
    await vault.keys.activate(record.fingerprint, 'epoch-1-test');
    return { vault, plan, record };
  }

  it('is due by the plan of the ceremony that made its current epoch', async () => {
    const { vault, plan, record } = await holding(({ id }) => `ceremony ${bytesToHex(id)}`);
    await vault.journal(bytesToHex(plan.id)).put('plan', plan.bytes);
    const [key] = await heldKeys(vault);
    const due = { since: PLANNED, cryptoperiodDays: 90, due: '2027-02-21T09:00:00Z', state: 'soon' };
    expect(await dueOf(vault, key!, now)).toEqual(due);
    expect(await dueByKey(vault, [key!], now)).toEqual(new Map([[record.fingerprint, due]]));
    vault.close();
  });

  it('is not known to be due where it was imported, or the plan is not here', async () => {
    for (const origin of [
      () => 'import zcash-frost',
      ({ id }: PlanContext) => `ceremony ${bytesToHex(id)}`,
      () => `ceremony ${'ab'.repeat(16)}`,
    ]) {
      const { vault, plan } = await holding(origin);
      // A ceremony whose plan was never stored, and another one whose was.
      await vault.journal('ab'.repeat(16)).put('note', plan.bytes);
      const [key] = await heldKeys(vault);
      expect(await dueOf(vault, key!, now)).toEqual(unknown);
      expect(dueSentence(await dueOf(vault, key!, now))).toBeUndefined();
      vault.close();
    }
  });
});
