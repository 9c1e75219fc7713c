import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import { Committee, Run } from '../test-support/memory.ts';
import {
  BARE,
  dealt,
  expectWhole,
  hand,
  importKey,
  of,
  SlotWatch,
  startRun,
  turns,
  usableEpochs,
} from '../test-support/engine.ts';
import { decodeMessage } from './message.ts';
import { recordAfter } from './view.ts';

describe('committees', () => {
  it('with indices that do not follow one another make a key and refresh it', async () => {
    const made = await startRun({ seed: 'indices', indices: [2, 7, 300], kind: 'generate' });
    await expectWhole(made, 0);
    const record = recordAfter(made.administrator.view)!;
    expect(record.holders.map(({ index }) => index)).toEqual([2, 7, 300]);
    const { committee } = made;
    const run = await Run.start(committee, await committee.plan('secp256k1', 2, record, BARE));
    await expectWhole(run, 1);
    expect(recordAfter(run.administrator.view)!.groupKey).toBe(record.groupKey);
    // The cards are erased once the sealing keys of the first epoch took their place.
    for (const laptop of committee.holders.values()) expect(laptop.cards.size).toBe(0);
  });

  it.each(['secp256k1', 'ed25519', 'p256'] as const)(
    'of two, both of whom must sign, on %s',
    async (suite) => {
      const run = await startRun({ seed: 'both', indices: [1, 65535], threshold: 2, suite });
      await expectWhole(run, 1);
      expect(run.administrator.view.secure!.proofs).toHaveLength(1);
    },
  );

  it('with identities of the other algorithm', async () => {
    await expectWhole(await startRun({ seed: 'eddsa', alg: 'EdDSA' }), 1);
  });
});

describe('one laptop with two roles', () => {
  it('is administrator and holder, and signs every slot and the checkpoint once', async () => {
    const committee = new Committee([1, 2, 3], 'two-roles', 'ES256');
    Object.assign(committee, { administrator: committee.holders.get(2) });
    const watch = new SlotWatch();
    const laptop = committee.administrator;
    watch.watch(laptop);
    let checkpoints = 0;
    const { signer } = laptop;
    Object.assign(laptop, {
      signer: {
        publicKey: signer.publicKey,
        sign: (message: Uint8Array) => {
          if (new TextDecoder().decode(message).startsWith('reseal/')) checkpoints++;
          return signer.sign(message);
        },
      },
    });
    const record = await importKey(committee, 'secp256k1', 2);
    const run = await Run.start(committee, await committee.plan('secp256k1', 2, record, BARE));
    await expectWhole(run, 1);
    expect(watch.twice).toEqual([]);
    expect(checkpoints).toBe(1);
    const checkpoint = laptop.records.get(bytesToHex(run.context.id))!.get('checkpoint')!;
    const names = new TextDecoder().decode(checkpoint).match(/^— \S+/gm);
    expect(names).toEqual(['— administrator', '— holder-1', '— holder-3']);
  });
});

describe('a laptop that comes late', () => {
  it('having missed everything up to its turn, gets it all at once', async () => {
    const run = await startRun({ seed: 'late', change: {} });
    const early = run.roles.filter((role) => role !== 'holder-3' && role !== 'witness-1');
    const waiting = await run.toEnd(early);
    expect(waiting.get('administrator')).toBe('Waits for round 1 (deal) of holder 3 (Holder 3).');
    await run.toEnd(run.roles.filter((role) => role !== 'witness-1'));
    // The witness sees nothing until everybody else waits for it; then all messages at once, latest first.
    expect(of(run, 'witness-1').view.bundles).toHaveLength(0);
    const messages = [...run.courier.messages.values()].map((bytes) => decodeMessage(bytes)).reverse();
    for (let pass = 0; pass < 6; pass++)
      for (const message of messages) await hand(run, 'witness-1', message).catch(() => undefined);
    expect(of(run, 'witness-1').view.bundles).toHaveLength(5);
    await expectWhole(run, 1);
  });

  it('having sent its declaration, sees nothing until the others have retired their old shares', async () => {
    const run = await startRun({ seed: 'late-secured' });
    const holders = ['holder-1', 'holder-2', 'holder-3'];
    await dealt(run);
    await turns(run, ...holders, 'administrator', ...holders);
    const waiting = await run.toEnd(['administrator', 'holder-1', 'holder-2']);
    expect(waiting.get('administrator')).toBe('Waits for round 4 (retire) of holder 3 (Holder 3).');
    expect([...(await usableEpochs(run, 1))]).toEqual([[1, true]]);
    expect([...(await usableEpochs(run, 3))]).toEqual([
      [0, true],
      [1, false],
    ]);
    await run.restart('holder-3');
    await expectWhole(run, 1);
  });
});
