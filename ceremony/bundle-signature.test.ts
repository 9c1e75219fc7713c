// The administrator signs bundles on their way, so that a courier cannot make other ones out of their parts.
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import {
  carryBundle,
  dealt,
  expectWhole,
  handBundle,
  of,
  refusal,
  startRun,
} from '../test-support/engine.ts';
import type { Run } from '../test-support/memory.ts';
import { ATTEST, bundleHash, DEAL, SECURE, signBundle, type Bundle } from './bundle.ts';
import { exceptionsOf } from './exceptions.ts';
import { decodeMessage } from './message.ts';

/** What a courier can make of a bundle: the true signature, none, or that of somebody else. */
async function forgeries(run: Run, bundle: Bundle): Promise<Bundle[]> {
  const stranger = run.laptop('holder-3').signer;
  const subsets = [[], bundle.exceptions.slice(0, 1)].map((exceptions) => ({ ...bundle, exceptions }));
  return [
    ...subsets,
    { ...bundle, signature: undefined },
    { ...bundle, signature: new Uint8Array(64) },
    await signBundle(run.context, { ...bundle, exceptions: [] }, stranger),
    await signBundle(run.context, bundle, stranger),
  ];
}

describe('a courier that takes exceptions out of a bundle and shows it before the true one', () => {
  it('is refused in every round, and the ceremony completes with all of them', async () => {
    const run = await startRun({ seed: 'stripped', change: {} });
    const said = new Set<number>();
    const attacked = new Set<number>();
    for (let turn = 0; turn < 20 && attacked.size < 3; turn++)
      for (const role of run.roles) {
        const next = run.administrator.view.next ?? -1;
        if (role === 'administrator' && [DEAL, SECURE, ATTEST].includes(next) && !said.has(next)) {
          said.add(next);
          for (const text of ['one', 'two'])
            await of(run, 'holder-3').exception('other', `${text} in round ${next}`);
        }
        const victim = of(run, 'holder-2').view;
        const bundle = run.administrator.view.bundles.find(({ round }) => round === victim.next);
        if (role === 'holder-2' && bundle !== undefined && bundle.exceptions.length > 0) {
          attacked.add(bundle.round);
          for (const forged of await forgeries(run, bundle))
            expect(await refusal(() => carryBundle(run, 'holder-2', forged))).toEqual({
              code: 'bad-bundle',
              message: `The bundle of round ${bundle.round} is not signed by the administrator.`,
              next: 'Ask the administrator to show the bundle again.',
            });
          expect(of(run, 'holder-2').view).toBe(victim);
        }
        await run.turn(role);
      }
    expect([...attacked]).toEqual([DEAL, SECURE, ATTEST]);
    await expectWhole(run, 1);
    for (const participant of run.participants.values())
      expect(exceptionsOf(participant.view).map(({ round, text }) => `${round} ${text}`)).toEqual(
        [DEAL, SECURE, ATTEST].flatMap((at) => [`${at} one in round ${at}`, `${at} two in round ${at}`]),
      );
  });
});

describe('the signature of a bundle', () => {
  it('is one of this ceremony, round and attempt', async () => {
    const run = await startRun({ seed: 'places' });
    await dealt(run);
    const [first, deal] = run.administrator.view.bundles as [Bundle, Bundle];
    const { signer } = run.laptop('administrator');
    const elsewhere = await signBundle({ id: new Uint8Array(16) }, first, signer);
    for (const signature of [deal.signature, elsewhere.signature])
      expect((await refusal(() => carryBundle(run, 'holder-1', { ...first, signature }))).code).toBe(
        'bad-bundle',
      );
    await carryBundle(run, 'holder-1', first);
    expect(of(run, 'holder-1').view.next).toBe(DEAL);
  });

  it('begins like nothing else that an identity key signs', async () => {
    const run = await startRun({ seed: 'prefix' });
    const signed: Uint8Array[] = [];
    const bundle = { round: 0, attempt: 1, envelopes: [], exceptions: [], evidence: [], sealed: new Map() };
    await signBundle(run.context, bundle, {
      ...run.laptop('administrator').signer,
      sign: (message) => Promise.resolve(signed.push(message)).then(() => new Uint8Array(64)),
    });
    expect(signed.map((bytes) => new TextDecoder().decode(bytes))).toEqual([
      `reseal bundle v1\n{"attempt":1,"bundle":"${bytesToHex(bundleHash(run.context, bundle))}",` +
        `"ceremony":"${bytesToHex(run.context.id)}","round":0}`,
    ]);
  });

  it('is made once, and the same after a restart, also where signatures are never twice the same', async () => {
    let count = 0;
    const run = await startRun({
      seed: 'restart',
      prepare: (laptop, role) => {
        if (role !== 'administrator') return;
        const { signer } = laptop;
        // The last byte stands for the randomness of a signer that is not deterministic.
        Object.assign(laptop, {
          signer: {
            ...signer,
            sign: async (message: Uint8Array) => (await signer.sign(message)).with(63, ++count),
          },
        });
      },
    });
    await run.turn('administrator');
    const bundles = (): string[] =>
      [...run.courier.messages.values()]
        .filter((message) => decodeMessage(message).type === 'bundle')
        .map((message) => bytesToHex(message));
    const before = bundles();
    expect(before).toHaveLength(1);
    await run.restart('administrator');
    await run.turn('administrator');
    expect(bundles()).toEqual(before);
    expect(run.administrator.view.bundles[0]?.signature?.at(-1)).toBe(1);
  });

  it('is no proof that a bundle is true, and needed for a certificate that somebody passes on, which has it', async () => {
    const run = await startRun({ seed: 'passed-on' });
    await run.toEnd(['administrator', 'holder-1', 'holder-2', 'holder-3']);
    const certificate = of(run, 'holder-1').view.bundles.find(({ round }) => round === SECURE)!;
    run.laptop('holder-2').journals.clear();
    await run.restart('holder-2');
    for (const { round } of of(run, 'holder-1').view.bundles.slice(0, SECURE))
      await carryBundle(run, 'holder-2', of(run, 'holder-1').view.bundles[round]!);
    const lie = { ...certificate, envelopes: certificate.envelopes.slice(1) };
    expect((await refusal(() => handBundle(run, 'holder-2', lie))).code).toBe('incomplete-bundle');
    await carryBundle(run, 'holder-2', certificate);
    expect(of(run, 'holder-2').view.secure).toBeDefined();
  });
});
