// What is left to destroy after refreshes: from records on disk and statements that were signed.
import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeDestructionStatement, DESTRUCTION_METHODS } from '../ceremony/destruction-statement.ts';
import { temporaryFolder } from '../test-support/folders.ts';
import { ceremony, committeeOf, keyAfter } from '../test-support/records.ts';
import { writeRecord } from './files.ts';
import { backupDestroyed, oldBackups, oldBackupSentence, type Destroyed } from './old-backups.ts';

const shape = { suite: 'ed25519', holders: 2, threshold: 2, seed: 'old-backups' } as const;
const committee = committeeOf(shape);
const first = await ceremony(committee, shape);
const second = await ceremony(committee, shape, keyAfter(first), {
  change: { created: '2026-12-01T09:00:00Z', destroyBackupsWithinDays: 10 },
});
const { fingerprint } = keyAfter(first);
const BEFORE = '2026-12-11T08:59:59Z';
const AFTER = '2026-12-11T09:00:00Z';
const { signer } = committee.holders.get(1)!;

function homeWith(...records: readonly (typeof first)[]): string {
  const home = join(temporaryFolder(), 'home');
  for (const [at, { files }] of records.entries()) {
    fs.mkdirSync(join(home, 'records'), { recursive: true });
    writeRecord(join(home, 'records', `record-${at}`), files);
  }
  return home;
}
const said: Destroyed = {
  ...{ fingerprint, epoch: 0, label: 'Medium A' },
  ...{ method: 'Destroy: shredded', tool: 'HSM 411.2', who: 'Alma', witness: 'Bruno' },
};

describe('a backup of an epoch', () => {
  it('that is in use is not on the list', () => {
    expect(oldBackups(homeWith(first), signer.publicKey, AFTER)).toEqual([]);
    expect(oldBackups(homeWith(), signer.publicKey, AFTER)).toEqual([]);
  });

  it('that was superseded is due until the day that the plan names, and overdue from then on', () => {
    const home = homeWith(first, second);
    const [only, ...more] = oldBackups(home, signer.publicKey, BEFORE);
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      ...{ fingerprint, epoch: 0, holder: 1, kind: 'file', label: 'Medium A', serial: 'A-0001' },
      ...{ deadline: AFTER, state: 'due', statement: null },
    });
    expect(oldBackupSentence(only!)).toBe(
      'file "Medium A" (A-0001) of epoch 0 of "Test key": to be destroyed by 2026-12-11',
    );
    const [late] = oldBackups(home, signer.publicKey, AFTER);
    expect(late?.state).toBe('overdue');
    expect(oldBackupSentence(late!)).toContain('destruction OVERDUE since 2026-12-11');
  });

  it('to recipients is called so, and nothing recommended for it claims that no copy is left', () => {
    const [only] = oldBackups(homeWith(first, second), signer.publicKey, BEFORE);
    expect(oldBackupSentence({ ...only!, kind: 'recipients-file' })).toContain(
      'file to recipients "Medium A"',
    );
    const methods = DESTRUCTION_METHODS['recipients-file'].filter((method) => !method.startsWith('Destroy'));
    expect(methods.at(-1)).toContain('as its keepers say (not purge)');
  });

  it('is the business of whoever made it', () => {
    const home = homeWith(first, second);
    const other = committee.holders.get(2)!.signer.publicKey;
    expect(oldBackups(home, other, AFTER).map(({ holder }) => holder)).toEqual([2]);
    expect(oldBackups(home, committee.witness.signer.publicKey, AFTER)).toEqual([]);
  });
});

describe('a destruction', () => {
  it('is stated once, signed, and off the list of what is left', async () => {
    const home = homeWith(first, second);
    const { statement, path } = await backupDestroyed(home, signer, said, AFTER);
    expect(decodeDestructionStatement(new Uint8Array(fs.readFileSync(path)))).toEqual(statement);
    expect(statement).toMatchObject({ serial: 'A-0001', holder: 1, witness: 'Bruno', at: AFTER });
    expect(oldBackups(home, signer.publicKey, AFTER)).toMatchObject([{ state: 'destroyed', statement }]);
    await expect(backupDestroyed(home, signer, said, AFTER)).rejects.toThrow(
      '"Medium A" of epoch 0 was destroyed already: 2026-12-11T09:00:00Z, Destroy: shredded.',
    );
  });

  it.each<[string, Partial<Destroyed>]>([
    ['There is no old backup "Medium B" of epoch 0', { label: 'Medium B' }],
    ['There is no old backup "Medium A" of epoch 1', { epoch: 1 }],
    ['field "witness": "alma" cannot watch themselves', { witness: 'alma' }],
    ['field "method": expected some text', { method: '' }],
  ])('is refused with "%s", and nothing is written', async (sentence, wrong) => {
    const home = homeWith(first, second);
    await expect(backupDestroyed(home, signer, { ...said, ...wrong }, AFTER)).rejects.toThrow(sentence);
    expect(fs.existsSync(join(home, 'destroyed'))).toBe(false);
  });

  it('that somebody else signed, or that was changed, counts for nothing', async () => {
    const home = homeWith(first, second);
    const { path } = await backupDestroyed(home, signer, said, AFTER);
    const right = fs.readFileSync(path, 'utf8');
    fs.writeFileSync(path, right.replace('HSM 411.2', 'HSM 411.3'));
    expect(() => decodeDestructionStatement(new Uint8Array(fs.readFileSync(path)))).toThrow(
      'its signature is not valid',
    );
    expect(oldBackups(home, signer.publicKey, AFTER)[0]?.state).toBe('overdue');
    fs.writeFileSync(path, right);
    expect(oldBackups(home, signer.publicKey, AFTER)[0]?.state).toBe('destroyed');
    // The list of one laptop says nothing of what another one's holder did.
    expect(oldBackups(home, committee.holders.get(2)!.signer.publicKey, AFTER)[0]?.state).toBe('overdue');
  });
});
