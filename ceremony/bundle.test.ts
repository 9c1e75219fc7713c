import { beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import { Committee, NOW, type MemoryLaptop } from '../test-support/memory.ts';
import { refusal } from '../test-support/engine.ts';
import {
  APPROVE,
  ATTEST,
  bundleHash,
  CONFIRM,
  contributors,
  DEAL,
  openEnvelope,
  SECURE,
  STOP,
} from './bundle.ts';
import { signEnvelope, type Envelope, type EnvelopePayload } from './envelope.ts';
import type { PlanContext } from './plan.ts';

const committee = new Committee([2, 7, 300], 'bundle', 'ES256');
const key = new Uint8Array(8);
let context: PlanContext;
let elsewhere: PlanContext;

beforeAll(async () => {
  context = await committee.plan('secp256k1', 2, null);
  elsewhere = await committee.plan('secp256k1', 2, null);
});

const sign = (change: Partial<EnvelopePayload> = {}, laptop?: MemoryLaptop): Promise<Envelope> =>
  signEnvelope(
    {
      ceremony: context.id,
      key,
      epoch: 0,
      round: DEAL,
      attempt: 1,
      sender: 'holder-7',
      prev: new Uint8Array(32),
      at: NOW,
      body: {},
      ...change,
    },
    (laptop ?? committee.holders.get(7)!).signer,
  );
const refused = async (
  change: Partial<EnvelopePayload>,
  laptop?: MemoryLaptop,
): Promise<{ code: string; message: string; next: string | undefined }> => {
  const { bytes } = await sign(change, laptop);
  return refusal(() => openEnvelope(context, key, bytes, 'Letter'));
};

describe('contributors', () => {
  it('are the holders in rounds 1 to 4, approvers and witnesses in theirs, in the order of the plan', () => {
    for (const round of [DEAL, CONFIRM, SECURE, 4, STOP])
      expect(contributors(context, round)).toEqual(['holder-2', 'holder-7', 'holder-300']);
    expect(contributors(context, APPROVE)).toEqual(['approver-1']);
    expect(contributors(context, ATTEST)).toEqual(['witness-1']);
  });
});

describe('an envelope is opened', () => {
  it('when everything fits, in its round', async () => {
    const good = await sign();
    expect(openEnvelope(context, key, good.bytes)).toEqual(good);
    for (const change of [{ round: CONFIRM, attempt: 7 }, { round: SECURE, attempt: 2 }, { round: STOP }]) {
      const { bytes } = await sign(change);
      expect(openEnvelope(context, key, bytes).payload).toMatchObject(change);
    }
  });
});

describe('an envelope is refused', () => {
  it('of another ceremony', async () => {
    expect(await refused({ ceremony: elsewhere.id })).toMatchObject({
      code: 'wrong-ceremony',
      message: 'Letter from holder-7: it belongs to another ceremony.',
      next: 'Compare the plan codes.',
    });
  });

  it('about another key', async () => {
    expect(await refused({ key: new Uint8Array(8).fill(1) })).toMatchObject({
      code: 'wrong-key',
      message: 'Letter from holder-7: it is about another key.',
    });
  });

  it('about another epoch', async () => {
    expect(await refused({ epoch: 1 })).toMatchObject({
      code: 'wrong-epoch',
      message: 'Letter from holder-7: it is about epoch 1, this ceremony makes epoch 0.',
    });
  });

  it.each([6, 7])('of round %i, which does not exist', async (round) => {
    const { code, message } = await refused({ round });
    expect(code).toBe('wrong-round');
    expect(message).toContain(`there is no round ${round}`);
  });

  it('by somebody who is not in the plan, or not in this round', async () => {
    for (const [sender, round] of [
      ['holder-3', DEAL],
      ['witness-2', ATTEST],
      ['approver-1', DEAL],
      ['holder-7', APPROVE],
      ['witness-1', STOP],
    ] as const) {
      const { code, message } = await refused({ sender, round });
      expect(code).toBe('unknown-sender');
      expect(message).toContain(`Letter from ${sender}`);
    }
  });

  it('of a further attempt at a round that has none', async () => {
    for (const [sender, round] of [
      ['holder-7', DEAL],
      ['holder-7', 4],
      ['holder-7', STOP],
      ['approver-1', APPROVE],
    ] as const) {
      const { code, message } = await refused({ sender, round, attempt: 2 });
      expect(code).toBe('wrong-round');
      expect(message).toContain('only rounds 2 and 3');
    }
  });

  it("with another laptop's signature", async () => {
    const { code, message } = await refused({}, committee.holders.get(2));
    expect(code).toBe('bad-signature');
    expect(message).toContain('holder-7');
  });
});

describe('the hash of a bundle', () => {
  it('depends on ceremony, round, attempt, every envelope, their order, and what is evidence', async () => {
    const [a, b] = [await sign(), await sign({ sender: 'holder-2' }, committee.holders.get(2))];
    const base = {
      round: 1,
      attempt: 1,
      envelopes: [a, b],
      exceptions: [] as Envelope[],
      evidence: [] as Envelope[],
    };
    const hashes = [
      bundleHash(context, base),
      bundleHash(elsewhere, base),
      bundleHash(context, { ...base, round: 2 }),
      bundleHash(context, { ...base, attempt: 2 }),
      bundleHash(context, { ...base, envelopes: [b, a] }),
      bundleHash(context, { ...base, envelopes: [a] }),
      bundleHash(context, { ...base, envelopes: [a], evidence: [b] }),
      bundleHash(context, { ...base, envelopes: [], evidence: [a, b] }),
      bundleHash(context, { ...base, envelopes: [a], exceptions: [b] }),
      bundleHash(context, { ...base, envelopes: [], exceptions: [a], evidence: [b] }),
    ];
    expect(new Set(hashes.map((hash) => bytesToHex(hash))).size).toBe(hashes.length);
    expect(bundleHash(context, { ...base })).toEqual(hashes[0]);
  });
});
