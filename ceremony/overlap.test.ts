/**
 * One dishonest holder signs both "stop" and "secure" in a first ceremony, and a dishonest administrator keeps its
 * certificate back until a second ceremony of the same epoch is under way. The honest holders must not end up on
 * different epochs with nothing in common (invariant I2).
 */
import { expect, it } from 'vitest';
import { Committee, Run } from '../test-support/memory.ts';
import {
  BARE,
  dealt,
  handBundle,
  HOLDERS,
  importKey,
  of,
  refusal,
  shown,
  turns,
} from '../test-support/engine.ts';
import { SECURE, STOP, type Bundle } from './bundle.ts';
import { signEnvelope } from './envelope.ts';
import type { KeyRecord } from './key-record.ts';

interface Overlap {
  readonly first: Run;
  readonly second: Run;
  /** The certificate of the first ceremony, which nobody was shown. */
  readonly certificate: Bundle;
  readonly epochs: (holder: number) => Promise<string[]>;
  readonly current: (holder: number) => Promise<string | undefined>;
}

/** Everybody has secured in the first ceremony; holders 1 and 3 saw it called off; the second one has been dealt. */
async function overlap(seed: string): Promise<Overlap> {
  const committee = new Committee([1, 2, 3], seed, 'ES256');
  const before: KeyRecord = await importKey(committee, 'secp256k1', 2);
  const first = await Run.start(committee, await committee.plan('secp256k1', 2, before, BARE));
  await dealt(first);
  await turns(first, ...HOLDERS, 'administrator', ...HOLDERS);
  const envelopes = shown(first)
    .flatMap((message) =>
      message.type === 'envelope' ? [of(first, 'holder-1').log.open(message.envelope)] : [],
    )
    .filter((envelope) => envelope.payload.round === SECURE)
    .sort((a, b) => (a.payload.sender < b.payload.sender ? -1 : 1));
  const stop = await signEnvelope(
    {
      ...envelopes[1]!.payload,
      round: STOP,
      attempt: 1,
      prev: first.context.hash,
      body: { kind: 'stop', reason: 'called off' },
    },
    first.laptop('holder-2').signer,
  );
  for (const role of ['holder-1', 'holder-3']) {
    await handBundle(first, role, {
      round: SECURE,
      attempt: 1,
      envelopes: [],
      exceptions: [],
      evidence: [stop],
      sealed: new Map(),
    });
    await of(first, role).step();
  }
  const second = await Run.start(committee, await committee.plan('secp256k1', 2, before, BARE));
  await dealt(second);
  const all = (holder: number): ReturnType<Committee['administrator']['keys']['epochs']> =>
    committee.holders.get(holder)!.keys.epochs(before.fingerprint);
  return {
    first,
    second,
    certificate: { round: SECURE, attempt: 1, envelopes, exceptions: [], evidence: [], sealed: new Map() },
    epochs: async (holder) => (await all(holder)).map((epoch) => epoch.id),
    current: async (holder) => (await all(holder)).find((epoch) => epoch.current)?.id,
  };
}

it('a late certificate does not overtake a ceremony in which this laptop has given its word', async () => {
  const { first, second, certificate, epochs, current } = await overlap('overlap-after');
  await turns(second, ...HOLDERS, 'administrator', ...HOLDERS, 'administrator');
  await second.turn('holder-1'); // follows the second certificate, and destroys the epoch before
  await handBundle(first, 'holder-3', certificate);
  const held = await of(first, 'holder-3').step();
  expect(held.waiting?.sentence).toContain('has declared its new share secure in the ceremony');
  const [a, b] = [await epochs(1), await epochs(3)];
  expect(a.filter((id) => b.includes(id))).not.toEqual([]);

  await second.turn('holder-3'); // it is shown the second certificate as well, and follows that one
  expect(await current(3)).toBe(await current(1));
  const late = await of(first, 'holder-3').step();
  expect(late.waiting?.sentence).toContain('comes too late');
});

it('a laptop that followed a late certificate does not give its word in the second ceremony', async () => {
  const { first, second, certificate, current } = await overlap('overlap-before');
  await turns(second, ...HOLDERS, 'administrator', 'holder-1'); // holder 1 has secured, holder 3 has not
  await handBundle(first, 'holder-3', certificate);
  await of(first, 'holder-3').step();
  expect(await current(3)).toContain('epoch-1-');

  const refused = await refusal(() => second.turn('holder-3'));
  expect(refused.code).toBe('wrong-epoch');
  const sent = [...second.laptop('holder-3').journal(second.context).entries.keys()];
  expect(sent.filter((name) => name.startsWith('out-holder-3-r3'))).toEqual([]);

  // So the second ceremony can only be stopped, and then the others follow the first certificate as well.
  await of(second, 'holder-3').stop('followed another certificate');
  await turns(second, 'administrator', 'holder-1');
  await handBundle(first, 'holder-1', certificate);
  await of(first, 'holder-1').step();
  expect(await current(1)).toBe(await current(3));
});

it('a laptop does not deal with a share that belongs to another holder', async () => {
  const committee = new Committee([1, 2, 3], 'swapped', 'ES256');
  const before = await importKey(committee, 'p256', 2);
  const run = await Run.start(committee, await committee.plan('p256', 2, before, BARE));
  const laptop = run.laptop('holder-2');
  const [epoch] = await laptop.keys.epochs(before.fingerprint);
  const other = run.laptop('holder-1');
  const [otherEpoch] = await other.keys.epochs(before.fingerprint);
  const foreign = await (await other.keys.secrets(before.fingerprint, otherEpoch!.id)).get('share');
  await (await laptop.keys.secrets(before.fingerprint, epoch!.id)).put('share', foreign!);
  const refused = await refusal(() => run.turn('holder-2'));
  expect(refused).toMatchObject({ code: 'wrong-key' });
  expect(refused.message).toContain('is not that of holder 2');
  expect(shown(run).filter((message) => message.type === 'envelope')).toEqual([]);
});
