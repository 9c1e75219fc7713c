/**
 * One dishonest holder signs both "stop" and "secure" in a first ceremony, and a dishonest administrator keeps its
 * certificate back until a second ceremony of the same epoch is under way. The honest holders must not end up on
 * different epochs with nothing in common (invariant I2).
 */
import { expect, it } from 'vitest';
import { Committee, Run } from '../test-support/memory.ts';
import { BARE, dealt, handBundle, HOLDERS, importKey, of, shown, turns } from '../test-support/engine.ts';
import { SECURE, type Bundle } from './bundle.ts';
import { signEnvelope } from './envelope.ts';

it('two ceremonies that overlap leave every two honest holders with an epoch in common', async () => {
  const committee = new Committee([1, 2, 3], 'overlap', 'ES256');
  const before = await importKey(committee, 'secp256k1', 2);
  const one = await committee.plan('secp256k1', 2, before, BARE);
  const two = await committee.plan('secp256k1', 2, before, BARE);
  const c1 = await Run.start(committee, one);
  await dealt(c1);
  await turns(c1, ...HOLDERS, 'administrator', ...HOLDERS); // all have sent round 3; the administrator shows nothing
  const envelopes = shown(c1)
    .flatMap((m) => (m.type === 'envelope' ? [of(c1, 'holder-1').log.open(m.envelope)] : []))
    .filter((e) => e.payload.round === SECURE)
    .sort((a, b) => (a.payload.sender < b.payload.sender ? -1 : 1));
  const certificate: Bundle = { round: SECURE, attempt: 1, envelopes, evidence: [], sealed: new Map() };
  const body = { kind: 'stop', reason: 'x' };
  const stop = await signEnvelope(
    { ...envelopes[1]!.payload, round: 9, attempt: 1, prev: one.hash, body },
    c1.laptop('holder-2').signer,
  );
  for (const role of ['holder-1', 'holder-3']) {
    await handBundle(c1, role, {
      round: SECURE,
      attempt: 1,
      envelopes: [],
      evidence: [stop],
      sealed: new Map(),
    });
    await of(c1, role).step();
  }
  const epochs = async (i: number): Promise<string[]> =>
    (await committee.holders.get(i)!.keys.epochs(before.fingerprint)).map((e) => e.id);
  const c2 = await Run.start(committee, two);
  await dealt(c2);
  await turns(c2, ...HOLDERS, 'administrator', ...HOLDERS, 'administrator'); // all secured; the certificate is there
  await c2.turn('holder-1'); // cuts over to ceremony 2 and destroys everything else
  await handBundle(c1, 'holder-3', certificate); // ceremony 1 comes to life again on holder 3
  const held = await of(c1, 'holder-3').step();
  expect(held.waiting?.sentence).toContain('has declared its new share secure in the ceremony');
  const [a, b] = [await epochs(1), await epochs(3)];
  expect(a.filter((id) => b.includes(id))).not.toEqual([]);

  await c2.turn('holder-3'); // it is shown the second certificate as well, and follows that one
  const current = async (i: number): Promise<string | undefined> =>
    (await committee.holders.get(i)!.keys.epochs(before.fingerprint)).find((e) => e.current)?.id;
  expect(await current(3)).toBe(await current(1));
  const late = await of(c1, 'holder-3').step();
  expect(late.waiting?.sentence).toContain('comes too late');
});
