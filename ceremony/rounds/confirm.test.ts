import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex, utf8ToBytes } from '../../crypto/bytes.ts';
import { proveDleq } from '../../crypto/dleq.ts';
import { generateSealingKey, sealWithEphemeral, sharedPoint } from '../../crypto/hpke.ts';
import { evaluate } from '../../crypto/polynomial.ts';
import { suiteByName } from '../../crypto/suite.ts';
import {
  ended,
  importKey,
  refusal,
  resign,
  resignBody,
  startRun,
  withEnvelopes,
  BARE,
  type Ended,
} from '../../test-support/engine.ts';
import { seededRandom } from '../../test-support/random.ts';
import { CONFIRM, DEAL, MAX_SEALED } from '../bundle.ts';
import { encodeCbor } from '../cbor.ts';
import { sha256 } from '../hash.ts';
import { advance, type Abort, type View } from '../view.ts';
import { contributeComplaint, decodeNonces, openSubShares, type ConfirmBody } from './confirm.ts';
import { chooseDealing, contributeDeal, sealingInfo, type DealBody } from './deal.ts';

const random = seededRandom('confirm');
const p256 = suiteByName('p256');
const VICTIM = 1;
const DEALER = 3;
let honest: Ended;
let victimSecret: Uint8Array;
let victimShare: bigint;

beforeAll(async () => {
  const run = await startRun({ seed: 'confirm' });
  const { committee, context } = run;
  const victim = committee.holders.get(VICTIM)!;
  [victimSecret] = [...victim.cards.values()].map(({ secret }) => Uint8Array.from(secret)) as [Uint8Array];
  const secrets = await victim.keys.secrets(context.plan.before!.fingerprint, 'epoch-0-import');
  victimShare = context.suite.scalarFromBytes((await secrets.get('share'))!, 'share');
  const round = ['administrator', 'holder-1', 'holder-2', 'holder-3', 'administrator'];
  for (const role of [...round, ...round]) await run.turn(role);
  honest = ended(run);
});

/** The verdict on a round 2 that consists of this one body of the victim (or of `index`). */
async function judged(
  body: object,
  view: View = honest.before(CONFIRM),
  sender = `holder-${VICTIM}`,
): Promise<Abort | undefined> {
  const envelope = await resign(honest.run, honest.envelope(CONFIRM, sender), {
    prev: view.head,
    body: body as Record<string, unknown>,
  });
  return advance(view, { ...honest.bundle(CONFIRM), envelopes: [envelope] }).abort;
}

/** The view after round 1 in which the dealer sealed something else to the victim, and what it sealed. */
async function dealt(
  ciphertext: (deal: DealBody) => Uint8Array,
): Promise<{ view: View; sealed: Map<number, Uint8Array> }> {
  const bundle = honest.bundle(DEAL);
  const first = honest.envelope(DEAL, `holder-${DEALER}`);
  const body = first.payload.body as unknown as DealBody;
  const sealedToVictim = ciphertext(body);
  const envelope = await resignBody(honest.run, first, {
    sealed: body.sealed.map(([to, hash]) => [to, to === VICTIM ? sha256(sealedToVictim) : hash]),
  });
  const changed = withEnvelopes(bundle, envelope);
  const sealed = new Map(
    [...bundle.sealed].map(([dealer, parts]) => [Number(dealer.slice('holder-'.length)), parts.get(VICTIM)!]),
  );
  return { view: advance(honest.before(DEAL), changed), sealed: sealed.set(DEALER, sealedToVictim) };
}

/** A whole deal of the dealer whose sub-shares are off, or whose plaintext is something else altogether. */
async function redealt(
  plaintext: (honestly: bigint) => Uint8Array,
): Promise<{ view: View; sealed: Map<number, Uint8Array> }> {
  const { context, run } = honest;
  const bundle = honest.bundle(DEAL);
  const first = honest.envelope(DEAL, `holder-${DEALER}`);
  const dealer = run.committee.holders.get(DEALER)!;
  const epochs = await dealer.keys.secrets(context.plan.before!.fingerprint, 'epoch-0-import');
  const share = context.suite.scalarFromBytes((await epochs.get('share'))!, 'share');
  const dealing = chooseDealing(context, DEALER, share, random);
  // The ephemeral key is the first thing that contributeDeal draws; drawn before it, it is known here.
  const drawn = random(64);
  let first64 = true;
  const replay = (length: number): Uint8Array => {
    const bytes = first64 ? Uint8Array.from(drawn) : random(length);
    first64 = false;
    return bytes;
  };
  const ephemeral = generateSealingKey(() => Uint8Array.from(drawn));
  const { body, sealed } = contributeDeal(
    context,
    DEALER,
    {
      ...dealing,
      sealingSecret: generateSealingKey(random).secretKey,
      readiness: { vault: 'open', checkedBackups: [] },
    },
    replay,
  );
  expect(body.ephemeral).toEqual(ephemeral.publicKey);
  const toVictim = sealWithEphemeral({
    ephemeralSecret: ephemeral.secretKey,
    recipientPublicKey: fromHex(context.plan.holders[0]!.sealingKey),
    info: sealingInfo(context, DEALER, VICTIM),
    aad: new Uint8Array(0),
    plaintext: plaintext(evaluate(context.suite, dealing.polynomial, VICTIM)),
  });
  const hashes = body.sealed.map(([to, hash]) => [to, to === VICTIM ? sha256(toVictim) : hash]);
  const envelope = await resign(run, first, { body: { ...body, sealed: hashes } });
  const view = advance(honest.before(DEAL), withEnvelopes(bundle, envelope));
  const parts = new Map(bundle.sealed).set(`holder-${DEALER}`, sealed);
  return {
    view,
    sealed: new Map(
      [...parts].map(([from, each]) => [Number(from.slice('holder-'.length)), each.get(VICTIM)!]),
    ).set(DEALER, toVictim),
  };
}

const complain = (view: View, sealed: Uint8Array, against = DEALER): ConfirmBody =>
  contributeComplaint(honest.context, view.deal!, VICTIM, against, sealed, victimSecret, random);
const open = (view: View, sealed: ReadonlyMap<number, Uint8Array>): ReturnType<typeof openSubShares> =>
  openSubShares(honest.context, view.deal!, VICTIM, sealed, victimSecret, victimShare);

describe('acceptances', () => {
  it('are accepted as honest laptops make them', () => {
    const view = advance(honest.before(CONFIRM), honest.bundle(CONFIRM));
    expect(view.abort).toBeUndefined();
    expect(view.confirm?.commitments.map((set) => [...set.keys()])).toEqual([
      [1, 2, 3],
      [1, 2],
      [2, 3],
    ]);
  });

  it.each<[string, (body: Record<string, unknown>) => object, RegExp]>([
    [
      'other public shares',
      (body) => ({ ...body, publicShares: new Uint8Array(32) }),
      /holder 1 \(Holder 1\) confirmed other public shares/,
    ],
    [
      'a nonce commitment too few',
      (body) => ({ ...body, nonces: (body['nonces'] as unknown[]).slice(1) }),
      /holder 1 \(Holder 1\) did not give one nonce commitment/,
    ],
    [
      'nonce commitments out of order',
      (body) => ({ ...body, nonces: [...(body['nonces'] as unknown[])].reverse() }),
      /did not give one nonce commitment/,
    ],
    [
      'a nonce commitment that is no point',
      (body) => ({
        ...body,
        nonces: (body['nonces'] as [number, Uint8Array, Uint8Array][]).map(([at, hiding]) => [
          at,
          hiding,
          new Uint8Array(33),
        ]),
      }),
      /Round 2, holder-1: field "nonces"/,
    ],
    ['another kind of body', (body) => ({ ...body, kind: 'maybe' }), /Round 2, holder-1: field "kind"/],
    ['a field too many', (body) => ({ ...body, note: 1 }), /"note"/],
  ])('with %s name their sender', async (_what, change, reason) => {
    const abort = await judged(change(honest.envelope(CONFIRM, 'holder-1').payload.body));
    expect(abort).toMatchObject({ rule: 'check_agreement', culprit: 'holder-1' });
    expect(abort?.reason).toMatch(reason);
  });

  it('keep their secret nonces in a form of their own', async () => {
    const hiding = new Uint8Array(32).fill(1);
    const binding = new Uint8Array(32).fill(2);
    expect(decodeNonces(encodeCbor([[4, hiding, binding]]))).toEqual(new Map([[4, { hiding, binding }]]));
    expect(() => decodeNonces(encodeCbor([[4, hiding]]))).toThrow();
    expect((await refusal(() => decodeNonces(Uint8Array.of(0xff)))).code).toBe('bad-encoding');
  });
});

describe('a complaint without ground convicts its sender', () => {
  const expectRefuted = (abort: Abort | undefined, why: string): void => {
    expect(abort).toMatchObject({ rule: 'check_complaints', culprit: `holder-${VICTIM}` });
    expect(abort?.reason).toBe(
      `holder 1 (Holder 1) complained about holder 3 (Holder 3) without ground: ${why}.`,
    );
  };
  const sealedToVictim = (): Uint8Array => honest.bundle(DEAL).sealed.get(`holder-${DEALER}`)!.get(VICTIM)!;

  it('when the sub-share that it opens is right', async () => {
    const view = honest.before(CONFIRM);
    expectRefuted(
      await judged(complain(view, sealedToVictim())),
      'the sub-share it opened fits the commitments',
    );
  });

  it('when it shows another ciphertext than the dealer signed', async () => {
    const view = honest.before(CONFIRM);
    const toOther = honest.bundle(DEAL).sealed.get(`holder-${DEALER}`)!.get(2)!;
    for (const sealed of [toOther, new Uint8Array(0), sealedToVictim().with(0, sealedToVictim()[0]! ^ 1)])
      expectRefuted(
        await judged(complain(view, sealed)),
        'the ciphertext it shows is not the one that the dealer signed',
      );
  });

  it('when its shared point is forged, so that an honest ciphertext would not open', async () => {
    const view = honest.before(CONFIRM);
    const complaint = complain(view, sealedToVictim());
    const ephemeral = view.deal!.ephemeralKeys.get(DEALER)!;
    const other = generateSealingKey(random);
    const forged = sharedPoint(other.secretKey, ephemeral);
    const why = 'its proof about the shared point is invalid';
    expectRefuted(await judged({ ...complaint, sharedPoint: forged }), why);
    // Nor does a good proof about the wrong key help.
    const secret = p256.scalarFromBytes(other.secretKey, 'key');
    const proof = proveDleq(
      p256,
      secret,
      p256.base.multiply(secret),
      p256.pointFromBytes(ephemeral, 'ephemeral'),
      p256.pointFromBytes(forged, 'forged'),
      sealingInfo(honest.context, DEALER, VICTIM),
      random,
    );
    expectRefuted(await judged({ ...complaint, sharedPoint: forged, proof }), why);
    expectRefuted(await judged({ ...complaint, sharedPoint: new Uint8Array(33) }), why);
    expectRefuted(await judged({ ...complaint, proof: new Uint8Array(64) }), why);
    expectRefuted(await judged({ ...complaint, proof: new Uint8Array(0) }), why);
  });

  it('when there is no such dealer', async () => {
    const complaint = complain(honest.before(CONFIRM), sealedToVictim());
    const abort = await judged({ ...complaint, against: 9 });
    expect(abort).toMatchObject({ rule: 'check_complaints', culprit: 'holder-1' });
    expect(abort?.reason).toContain('there is no such dealer');
  });
});

describe('a complaint with ground convicts the dealer', () => {
  const expectUpheld = (abort: Abort | undefined, why: string): void => {
    expect(abort).toMatchObject({ rule: 'check_complaints', culprit: `holder-${DEALER}` });
    expect(abort?.reason).toBe(`holder 1 (Holder 1) complained about holder 3 (Holder 3), rightly: ${why}.`);
  };

  it.each([
    ['nothing', 0],
    ['fewer bytes than a tag', 15],
    ['as many bytes as it should', 48],
    ['as many bytes as travel', MAX_SEALED],
  ])('who sealed garbage: %s', async (_what, length) => {
    const garbage = random(length);
    const { view, sealed } = await dealt(() => garbage);
    expect(open(view, sealed)).toEqual({ culprit: DEALER });
    expectUpheld(
      await judged(complain(view, garbage), view),
      'the sealed sub-share does not open to a scalar',
    );
  });

  it("who passed off another holder's ciphertext as this holder's", async () => {
    const toOther = honest.bundle(DEAL).sealed.get(`holder-${DEALER}`)!.get(2)!;
    const { view, sealed } = await dealt(() => toOther);
    expect(open(view, sealed)).toEqual({ culprit: DEALER });
    expectUpheld(
      await judged(complain(view, toOther), view),
      'the sealed sub-share does not open to a scalar',
    );
  });

  it.each<[string, (honestly: bigint) => Uint8Array]>([
    ['too short', () => new Uint8Array(31)],
    ['too long', () => new Uint8Array(33)],
    ['not below the order', () => new Uint8Array(32).fill(0xff)],
    ['a sentence', () => utf8ToBytes('this is not the sub-share')],
  ])('who sealed what is no scalar: %s', async (_what, plaintext) => {
    const { view, sealed } = await redealt(plaintext);
    expect(open(view, sealed)).toEqual({ culprit: DEALER });
    expectUpheld(
      await judged(complain(view, sealed.get(DEALER)!), view),
      'the sealed sub-share does not open to a scalar',
    );
  });

  it.each<[string, (honestly: bigint) => bigint]>([
    ['off by one', (honestly) => honestly + 1n],
    ['zero', () => 0n],
  ])('who sealed a sub-share that is %s', async (_what, change) => {
    const { suite } = honest.context;
    const { view, sealed } = await redealt((honestly) => suite.scalarToBytes(suite.mod(change(honestly))));
    expect(open(view, sealed)).toEqual({ culprit: DEALER });
    expectUpheld(
      await judged(complain(view, sealed.get(DEALER)!), view),
      'the sub-share it opened does not fit the commitments',
    );
  });

  it('not who dealt honestly: the same steps end in a share', async () => {
    const { suite } = honest.context;
    const { view, sealed } = await redealt((honestly) => suite.scalarToBytes(honestly));
    const opened = open(view, sealed) as { share: bigint };
    expect(suite.base.multiply(opened.share).equals(view.deal!.publicShares.get(VICTIM)!)).toBe(true);
  });
});

describe('sealed sub-shares', () => {
  it('of another ceremony, epoch, sender or recipient do not open here', async () => {
    const { context, run } = honest;
    const record = await importKey(run.committee, 'secp256k1', 2);
    const other = await run.committee.plan('secp256k1', 2, record, BARE);
    const contexts = [sealingInfo(context, DEALER, VICTIM), sealingInfo(other, DEALER, VICTIM)];
    contexts.push(sealingInfo(context, 2, VICTIM), sealingInfo(context, DEALER, 2));
    contexts.push(sealingInfo({ ...context, plan: { ...context.plan, epoch: 2 } }, DEALER, VICTIM));
    expect(new Set(contexts.map(String)).size).toBe(contexts.length);
  });
});
