import { beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex, fromHex } from '../../crypto/bytes.ts';
import { verifyPlain } from '../../crypto/frost.ts';
import { provePossession } from '../../crypto/schnorr.ts';
import { closedRefresh, refusal, resignBody, withEnvelopes, type Ended } from '../../test-support/engine.ts';
import { seededRandom } from '../../test-support/random.ts';
import { SECURE } from '../bundle.ts';
import { proofMessage } from '../plan.ts';
import { advance, recordAfter, type Abort } from '../view.ts';
import { contributeSecure, type SecureBody } from './secure.ts';

const random = seededRandom('secure');
let ended: Ended;
const body = (sender: string): SecureBody =>
  ended.envelope(SECURE, sender).payload.body as unknown as SecureBody;

beforeAll(async () => {
  ended = await closedRefresh({ seed: 'secure' });
});

async function judged(change: Partial<Record<keyof SecureBody, unknown>>): Promise<Abort | undefined> {
  const envelope = await resignBody(ended.run, ended.envelope(SECURE, 'holder-2'), change);
  const view = advance(ended.before(SECURE), withEnvelopes(ended.bundle(SECURE), envelope));
  expect(view.secure === undefined).toBe(view.abort !== undefined);
  return view.abort;
}

describe('the certificate', () => {
  it('has one plain signature per planned proof, that anybody can check under the old group key', () => {
    const { context, view } = ended;
    const { proofs } = view.secure!;
    expect(proofs).toHaveLength(3);
    const groupKey = fromHex(context.plan.before!.groupKey);
    for (const [at, proof] of proofs.entries()) {
      expect(proof.message).toEqual(proofMessage(context, context.plan.before!.fingerprint, at));
      expect(verifyPlain(context.suite, 'bip340', proof.signature, proof.message, groupKey)).toBe(true);
    }
    expect(recordAfter(view)?.groupKey).toBe(bytesToHex(groupKey));
  });
});

describe('a declaration that a share is secure names its sender', () => {
  it('without possession of the new share: proof of another, of the old share, or for another ceremony', async () => {
    const { suite, id } = ended.context;
    const { keys } = ended.run.committee.holders.get(2)!;
    const { fingerprint } = ended.context.plan.before!;
    const [epoch] = await keys.epochs(fingerprint);
    const share = suite.scalarFromBytes(
      (await (await keys.secrets(fingerprint, epoch!.id)).get('share'))!,
      'share',
    );
    const right = { purpose: 'new-share', ceremony: id, index: 2, epoch: 1 } as const;
    const prove = (change: object): Uint8Array =>
      provePossession(suite, share, suite.base.multiply(share), { ...right, ...change }, random);
    expect(await judged({ possession: prove({}) })).toBeUndefined();
    for (const possession of [
      body('holder-1').possession,
      prove({ ceremony: new Uint8Array(16) }),
      prove({ epoch: 0 }),
      prove({ purpose: 'current-share' }),
      prove({ index: 1 }),
      new Uint8Array(0),
    ]) {
      const abort = await judged({ possession });
      expect(abort).toMatchObject({ rule: 'check_possession_after', culprit: 'holder-2' });
      expect(abort?.reason).toContain('Round 3, holder-2: field "possession"');
    }
  });

  it('without a receipt for every planned backup, and with one that is not planned', async () => {
    const [receipt] = body('holder-2').backups;
    const missing = await judged({ backups: [] });
    expect(missing).toMatchObject({ rule: 'check_backups', culprit: 'holder-2' });
    expect(missing?.reason).toBe('holder 2 (Holder 2) has no receipt for the planned backup "Medium A".');
    const other = await judged({ backups: [{ ...receipt, label: 'Medium B' }] });
    expect(other).toMatchObject({ rule: 'check_backups', culprit: 'holder-2' });
    const kind = await judged({ backups: [{ ...receipt, kind: 'plain-sheet' }] });
    expect(kind?.reason).toBe(
      'holder 2 (Holder 2) has a receipt for a plain-sheet where the plan asks for a file, "Medium A".',
    );
    const more = await judged({ backups: [receipt, { ...receipt, label: 'Medium B' }] });
    expect(more?.reason).toBe('holder 2 (Holder 2) declared 2 backups, 1 are planned.');
    const empty = await judged({ backups: [{ ...receipt, witness: '' }] });
    expect(empty).toMatchObject({ culprit: 'holder-2' });
    expect(empty?.reason).toContain('field "backups.0.witness"');
  });

  it('with a signature share that is missing, out of place, for another proof, or wrong', async () => {
    const shares = body('holder-2').signatureShares;
    expect(shares.map(([at]) => at)).toEqual([0, 1, 2]);
    for (const signatureShares of [
      shares.slice(1),
      [...shares].reverse(),
      [...shares, [3, new Uint8Array(32)]],
    ]) {
      const abort = await judged({ signatureShares });
      expect(abort).toMatchObject({ rule: 'check_proofs', culprit: 'holder-2' });
      expect(abort?.reason).toContain('holder 2 (Holder 2) did not give one signature share for each proof');
    }
    const others = body('holder-1').signatureShares;
    for (const wrong of [new Uint8Array(32), new Uint8Array(32).fill(0xff), shares[1]![1], others[0]![1]]) {
      const abort = await judged({ signatureShares: [[0, wrong], ...shares.slice(1)] });
      expect(abort).toMatchObject({ rule: 'check_proofs', culprit: 'holder-2' });
      expect(abort?.reason).toBe('holder 2 (Holder 2) gave a signature share for proof 1 that is not valid.');
    }
  });

  it('with a body of another kind', async () => {
    const abort = await judged({ kind: 'retire' });
    expect(abort).toMatchObject({ rule: 'check_possession_after', culprit: 'holder-2' });
    expect(abort?.reason).toContain('Round 3, holder-2: field "kind"');
  });
});

describe('signature shares', () => {
  it('are never made without nonces of their own', async () => {
    const view = ended.before(SECURE);
    const make = (nonces: Map<number, { hiding: Uint8Array; binding: Uint8Array }>): unknown =>
      contributeSecure(
        ended.context,
        view.deal!,
        view.confirm!,
        2,
        { share: 5n, nonces, backups: [] },
        random,
      );
    const { code, message } = await refusal(() => make(new Map()));
    expect(code).toBe('nonce-reused');
    expect(message).toContain('proof 0');
  });
});
