import { beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex, fromHex, utf8ToBytes } from '../../crypto/bytes.ts';
import { generateSealingKey, sealingPublicKey } from '../../crypto/hpke.ts';
import { provePossession, type PossessionContext } from '../../crypto/schnorr.ts';
import { suiteByName } from '../../crypto/suite.ts';
import {
  ended,
  refusal,
  resignBody,
  startRun,
  withEnvelopes,
  type Ended,
} from '../../test-support/engine.ts';
import type { Run } from '../../test-support/memory.ts';
import { seededRandom } from '../../test-support/random.ts';
import { DEAL, type Bundle } from '../bundle.ts';
import type { Envelope } from '../envelope.ts';
import { advance, type Abort } from '../view.ts';
import { chooseDealing, checkSealedBy, checkSealedFor, type DealBody } from './deal.ts';

const random = seededRandom('deal');
const p256 = suiteByName('p256');
let refresh: Ended;
let generate: Ended;

/** A run up to its deals. */
async function dealt(run: Run): Promise<Ended> {
  for (const role of ['administrator', 'holder-1', 'holder-2', 'holder-3', 'administrator'])
    await run.turn(role);
  return ended(run);
}

beforeAll(async () => {
  refresh = await dealt(await startRun({ seed: 'deal/refresh', suite: 'ed25519', threshold: 3 }));
  generate = await dealt(await startRun({ seed: 'deal/generate', kind: 'generate' }));
});

const body = (envelope: Envelope): DealBody => envelope.payload.body as unknown as DealBody;
const verdict = (at: Ended, bundle: Bundle): Abort | undefined => advance(at.before(DEAL), bundle).abort;

/** The verdict on a bundle in which one holder's deal says something else. */
async function judged(
  at: Ended,
  sender: string,
  change: (deal: DealBody) => Partial<Record<keyof DealBody, unknown>>,
): Promise<Abort | undefined> {
  const envelope = at.envelope(DEAL, sender);
  return verdict(
    at,
    withEnvelopes(at.bundle(DEAL), await resignBody(at.run, envelope, change(body(envelope)))),
  );
}

/** A proof that somebody knows the secret of a P-256 key. */
function proofOf(secretKey: Uint8Array, bound: PossessionContext): Uint8Array {
  const secret = p256.scalarFromBytes(secretKey, 'key');
  return provePossession(p256, secret, p256.base.multiply(secret), bound, random);
}

describe('deals', () => {
  it('are accepted as honest laptops make them', () => {
    for (const at of [refresh, generate]) {
      const { deal, abort } = advance(at.before(DEAL), at.bundle(DEAL));
      expect(abort).toBeUndefined();
      expect([...deal!.publicShares.keys()]).toEqual([1, 2, 3]);
    }
    expect(bytesToHex(refresh.view.deal!.groupKey.toBytes())).toBe(refresh.context.plan.before!.groupKey);
  });

  it.each<[string, (deal: DealBody) => Partial<Record<keyof DealBody, unknown>>, RegExp]>([
    [
      'one commitment too many',
      (deal) => ({ commitments: [...deal.commitments, deal.commitments[0]] }),
      /holder-2: field "commitments": expected exactly 2 commitments, found 3/,
    ],
    [
      'one commitment too few',
      (deal) => ({ commitments: deal.commitments.slice(1) }),
      /expected exactly 2 commitments, found 1/,
    ],
    [
      'a commitment off the curve',
      (deal) => ({ commitments: [deal.commitments[0], fromHex(`02${'00'.repeat(31)}`)] }),
      /field "commitments", commitment 2 of 2: /,
    ],
    [
      'the identity as a commitment',
      (deal) => ({ commitments: [deal.commitments[0], fromHex(`01${'00'.repeat(31)}`)] }),
      /commitment 2 of 2: the identity/,
    ],
    [
      'a commitment of small order',
      (deal) => ({ commitments: [deal.commitments[0], new Uint8Array(32)] }),
      /commitment 2 of 2: the point has small order/,
    ],
    [
      'a commitment with a small-order component',
      (deal) => {
        const { suite } = refresh.context;
        const torsion = fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');
        const small = (
          suite.base as unknown as { constructor: { fromBytes(bytes: Uint8Array): typeof suite.base } }
        ).constructor.fromBytes(torsion);
        const mixed = suite.pointFromBytes(deal.commitments[1]!, 'commitment').add(small);
        return { commitments: [deal.commitments[0], mixed.toBytes()] };
      },
      /dealer 2: commitment 2 is outside the prime-order group/,
    ],
    ['no sub-share for somebody', (deal) => ({ sealed: deal.sealed.slice(1) }), /did not seal exactly one/],
    [
      'sub-shares out of order',
      (deal) => ({ sealed: [...deal.sealed].reverse() }),
      /did not seal exactly one/,
    ],
    ['another kind of body', () => ({ kind: 'confirm' }), /Round 1, holder-2: field "kind"/],
    ['a field too many', () => ({ note: 'x' }) as never, /"note"/],
    [
      'a control character in what a person reads',
      () => ({ readiness: { vault: 'open\u0007', checkedBackups: [] } }),
      /"readiness\.vault"/,
    ],
  ])('with %s end the ceremony, naming the dealer', async (_what, change, reason) => {
    const abort = await judged(refresh, 'holder-2', change);
    expect(abort).toMatchObject({ rule: 'check_commitments', culprit: 'holder-2' });
    expect(abort?.reason).toMatch(reason);
  });

  it("without possession of the current share name the dealer: another's proof, or none", async () => {
    const other = body(refresh.envelope(DEAL, 'holder-3')).possession;
    for (const possession of [other, new Uint8Array(64), new Uint8Array(0)]) {
      const abort = await judged(refresh, 'holder-2', () => ({ possession }));
      expect(abort).toMatchObject({ rule: 'check_possession_before', culprit: 'holder-2' });
      expect(abort?.reason).toContain('holder-2: field "possession"');
    }
  });

  it('with a proof of possession made for another ceremony, epoch, purpose or index name the dealer', async () => {
    const { suite, id, plan } = refresh.context;
    const { keys } = refresh.run.committee.holders.get(2)!;
    const secrets = await keys.secrets(plan.before!.fingerprint, 'epoch-0-import');
    const share = suite.scalarFromBytes((await secrets.get('share'))!, 'share');
    const right = { purpose: 'current-share', ceremony: id, index: 2, epoch: 0 } as const;
    const prove = (change: object): Uint8Array =>
      provePossession(suite, share, suite.base.multiply(share), { ...right, ...change }, random);
    expect(await judged(refresh, 'holder-2', () => ({ possession: prove({}) }))).toBeUndefined();
    for (const change of [
      { ceremony: new Uint8Array(16) },
      { epoch: 1 },
      { purpose: 'new-share' },
      { index: 3 },
    ])
      expect(await judged(refresh, 'holder-2', () => ({ possession: prove(change) }))).toMatchObject({
        rule: 'check_possession_before',
        culprit: 'holder-2',
      });
  });

  it('in a generation need a proof of knowledge of their own constant (rogue key)', async () => {
    // Holder 3 takes the constant that would make the key its own: its point minus what the others committed to.
    const { suite } = generate.context;
    const mine = suite.base.multiply(suite.randomScalar(random));
    const others = ['holder-1', 'holder-2'].map((sender) =>
      suite.pointFromBytes(body(generate.envelope(DEAL, sender)).commitments[0]!, 'constant'),
    );
    const rogue = others.reduce((sum, point) => sum.subtract(point), mine).toBytes();
    const abort = await judged(generate, 'holder-3', (deal) => ({
      commitments: [rogue, ...deal.commitments.slice(1)],
    }));
    expect(abort).toMatchObject({ rule: 'check_possession_before', culprit: 'holder-3' });
    // Nor can it take somebody's commitments together with the proof that goes with them.
    const { commitments, possession } = body(generate.envelope(DEAL, 'holder-1'));
    expect(await judged(generate, 'holder-3', () => ({ commitments, possession }))).toMatchObject({
      rule: 'check_possession_before',
      culprit: 'holder-3',
    });
  });

  it("need proofs for their ephemeral key and their next sealing key: another dealer's key, or its proof, is not enough", async () => {
    const other = body(refresh.envelope(DEAL, 'holder-3'));
    const own = body(refresh.envelope(DEAL, 'holder-2'));
    for (const change of [
      { ephemeral: other.ephemeral },
      { ephemeral: other.ephemeral, ephemeralProof: other.ephemeralProof },
      { ephemeralProof: other.ephemeralProof },
      { ephemeral: new Uint8Array(33) },
      { sealingKey: other.sealingKey },
      { sealingKey: other.sealingKey, sealingProof: other.sealingProof },
      { sealingProof: other.sealingProof },
      { sealingKey: new Uint8Array(33).fill(5) },
      // A proof serves one purpose.
      { sealingKey: own.ephemeral, sealingProof: own.ephemeralProof },
      { ephemeral: own.sealingKey, ephemeralProof: own.sealingProof },
    ]) {
      const abort = await judged(refresh, 'holder-2', () => change);
      expect(abort).toMatchObject({ rule: 'check_ephemeral_keys', culprit: 'holder-2' });
    }
    const { reason } = (await judged(refresh, 'holder-2', () => ({ sealingProof: other.sealingProof })))!;
    expect(reason).toContain('field "sealingProof"');
  });

  it('need proofs made for this ceremony, this holder and this epoch', async () => {
    const { context } = refresh;
    const key = generateSealingKey(random);
    const right = { purpose: 'sealing-key', ceremony: context.id, index: 2, epoch: 1 } as const;
    const sealing = (bound: PossessionContext): Partial<DealBody> => ({
      sealingKey: key.publicKey,
      sealingProof: proofOf(key.secretKey, bound),
    });
    expect(await judged(refresh, 'holder-2', () => sealing(right))).toBeUndefined();
    for (const bound of [
      { ...right, ceremony: generate.context.id },
      { ...right, index: 3 },
      { ...right, epoch: 0 },
      { ...right, purpose: 'ephemeral-key' as const },
    ])
      expect(await judged(refresh, 'holder-2', () => sealing(bound))).toMatchObject({
        rule: 'check_ephemeral_keys',
        culprit: 'holder-2',
      });
  });

  it('must not use a key twice, also when its secret is known: as ephemeral and as next sealing key, or of the plan', async () => {
    const { context } = refresh;
    const key = generateSealingKey(random);
    const bound = { ceremony: context.id, index: 2, epoch: 1 };
    const ephemeral = (secretKey: Uint8Array): Partial<DealBody> => ({
      ephemeral: sealingPublicKey(secretKey),
      ephemeralProof: proofOf(secretKey, { ...bound, purpose: 'ephemeral-key' }),
    });
    const sealing = (secretKey: Uint8Array): Partial<DealBody> => ({
      sealingKey: sealingPublicKey(secretKey),
      sealingProof: proofOf(secretKey, { ...bound, purpose: 'sealing-key' }),
    });
    expect(await judged(refresh, 'holder-2', () => ephemeral(key.secretKey))).toBeUndefined();
    const planned = await Promise.all(
      [2, 3].map((index) =>
        refresh.run
          .laptop(`holder-${index}`)
          .ports(context, refresh.run.courier, { answer: () => Promise.resolve(undefined) })
          .findSealingSecret(fromHex(context.plan.holders[index - 1]!.sealingKey)),
      ),
    );
    const secretOfFirst = await refresh.run
      .laptop('holder-1')
      .secrets.get(bytesToHex(context.id))!
      .get('sealing-holder-1');
    for (const [change, whose] of [
      [{ ...ephemeral(key.secretKey), ...sealing(key.secretKey) }, 'holder 2 (Holder 2)'],
      // Holder 1 has told its secret.
      [sealing(secretOfFirst!), 'holder 1 (Holder 1)'],
      [ephemeral(secretOfFirst!), 'holder 1 (Holder 1)'],
      [sealing(planned[0]!), 'Holder 2'],
      [sealing(planned[1]!), 'Holder 3'],
    ] as const) {
      const abort = await judged(refresh, 'holder-2', () => change);
      expect(abort).toMatchObject({ rule: 'check_ephemeral_keys', culprit: 'holder-2' });
      expect(abort?.reason).toContain(`already in use (${whose})`);
    }
  });

  it('do not make the one look guilty whose key was copied by a dealer who saw it', async () => {
    const seen = body(refresh.envelope(DEAL, 'holder-3'));
    for (const change of [
      { sealingKey: seen.ephemeral },
      { sealingKey: seen.ephemeral, sealingProof: seen.ephemeralProof },
      { sealingKey: seen.sealingKey },
      { sealingKey: seen.sealingKey, sealingProof: seen.sealingProof },
    ])
      expect(await judged(refresh, 'holder-1', () => change)).toMatchObject({
        rule: 'check_ephemeral_keys',
        culprit: 'holder-1',
      });
  });

  it('whose top coefficients cancel end the ceremony, with nobody in particular to blame', async () => {
    const { suite } = refresh.context;
    const senders = ['holder-1', 'holder-2', 'holder-3'];
    const tops = senders.map((sender) =>
      suite.pointFromBytes(body(refresh.envelope(DEAL, sender)).commitments[1]!, 'top'),
    );
    const cancelling = tops[0]!.add(tops[1]!).negate().toBytes();
    const abort = await judged(refresh, 'holder-3', (deal) => ({
      commitments: [deal.commitments[0], cancelling],
    }));
    expect(abort).toMatchObject({ rule: 'check_commitments', culprit: undefined });
    expect(abort?.reason).toContain('top coefficient is zero');
  });

  it('of a refresh cannot be chosen without the current share', async () => {
    expect(await refusal(() => chooseDealing(refresh.context, 1, undefined, random))).toMatchObject({
      code: 'wrong-epoch',
      message: 'A refresh needs the current share.',
    });
  });
});

describe('what travels beside a deal', () => {
  it('is refused when a sub-share for this holder is missing or damaged; nobody is blamed', async () => {
    const { deal } = refresh.view;
    const { sealed } = refresh.bundle(DEAL);
    expect([...checkSealedFor(deal!, sealed, 3).keys()]).toEqual([1, 2, 3]);
    const damaged = new Map(sealed).set('holder-2', new Map([[3, utf8ToBytes('damaged')]]));
    const missing = new Map([...sealed].filter(([dealer]) => dealer !== 'holder-2'));
    const swapped = new Map(sealed).set('holder-2', new Map([[3, sealed.get('holder-2')!.get(1)!]]));
    for (const parts of [damaged, missing, swapped])
      expect(await refusal(() => checkSealedFor(deal!, parts, 3))).toMatchObject({
        code: 'bad-bundle',
        message: 'The bundle of round 1 does not carry the sub-share that holder 2 sealed for holder 3.',
      });
  });

  it('is refused on arrival, naming dealer and recipient', async () => {
    const envelope = refresh.envelope(DEAL, 'holder-2');
    const sealed = refresh.bundle(DEAL).sealed.get('holder-2')!;
    const check =
      (parts: ReadonlyMap<number, Uint8Array>): (() => void) =>
      () => {
        checkSealedBy(refresh.context, envelope, parts);
      };
    expect(check(sealed)).not.toThrow();
    for (const parts of [
      new Map(),
      new Map([...sealed].slice(0, 2)),
      new Map(sealed).set(3, utf8ToBytes('damaged')),
    ]) {
      const { code, message } = await refusal(check(parts));
      expect(code).toBe('bad-envelope');
      expect(message).toMatch(
        /^The deal of holder 2 \(Holder 2\) came without the sub-share for holder [13]/,
      );
    }
    const { message } = await refusal(check(new Map(sealed).set(9, utf8ToBytes('more'))));
    expect(message).toContain('for holder 9');
    // What is wrong with the signed part is its author's fault, not the courier's.
    const senseless = await resignBody(refresh.run, envelope, { kind: 'x' });
    expect(() => {
      checkSealedBy(refresh.context, senseless, new Map());
    }).not.toThrow();
  });
});
