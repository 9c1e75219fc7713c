import { beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import { coordinate, RECIPIENTS, recipientOf } from '../test-support/recipients.ts';
import { Committee } from '../test-support/memory.ts';
import { importKey, refusal } from '../test-support/engine.ts';
import { canonicalJsonFile } from './canonical-json.ts';
import { encodeKeyRecord, type KeyRecord } from './key-record.ts';
import {
  checkStartsFrom,
  decodePlan,
  describeRole,
  encodePlan,
  holderOf,
  planCode,
  proofMessage,
  roles,
  rolesOf,
  standardProofs,
  type Plan,
  type PlanContext,
} from './plan.ts';

const committee = new Committee([2, 7, 300], 'plan', 'ES256');
let before: KeyRecord;
let refresh: PlanContext;
let generate: PlanContext;

beforeAll(async () => {
  before = await importKey(committee, 'secp256k1', 2);
  refresh = await committee.plan('secp256k1', 2, before);
  generate = await committee.plan('p256', 2, null);
});

type Refused = Promise<{ code: string; message: string; next: string | undefined }>;

/** What a changed plan is refused with; the same when it is written and when it is read. */
async function refused(context: PlanContext, change: (draft: Plan) => unknown): Refused {
  const draft = structuredClone(context.plan);
  change(draft);
  const written = await refusal(() => encodePlan(draft));
  const read = await refusal(() => decodePlan(canonicalJsonFile(draft)));
  expect(read).toEqual(written);
  return read;
}

describe('a plan', () => {
  it('comes back from its bytes, with the ceremony id that follows from them', () => {
    const bytes = encodePlan(refresh.plan);
    const context = decodePlan(bytes);
    expect(context.plan).toEqual(refresh.plan);
    expect(context.id).toEqual(context.hash.slice(0, 16));
    expect(context.indices).toEqual([2, 7, 300]);
    expect([...context.identities.keys()]).toEqual([
      'approver-1',
      'holder-2',
      'holder-7',
      'holder-300',
      'witness-1',
      'administrator',
    ]);
  });

  it('is another ceremony with another nonce, and has another code', async () => {
    const again = await committee.plan('secp256k1', 2, before);
    expect(again.id).not.toEqual(refresh.id);
    expect(planCode(again)).not.toBe(planCode(refresh));
    expect(planCode(refresh).split(' ')).toHaveLength(4);
  });

  it('names people and roles', () => {
    expect(describeRole(refresh.plan, 'holder-300')).toBe('holder 300 (Holder 300)');
    expect(describeRole(refresh.plan, 'holder-3')).toBe('holder-3');
    expect(describeRole(refresh.plan, 'administrator')).toBe('administrator (Ada Administrator)');
    expect(holderOf('holder-300')).toBe(300);
    expect(holderOf('witness-1')).toBeUndefined();
    expect(roles(refresh.plan)).toHaveLength(6);
  });

  it('tells a laptop all roles that it has', async () => {
    const [holder] = refresh.plan.holders;
    const context = await committee.plan('secp256k1', 2, before, {
      administrator: { name: 'Ada', identity: holder!.identity },
    });
    const { publicKey } = committee.holders.get(2)!.signer;
    expect(rolesOf(context.plan, publicKey)).toEqual(['holder-2', 'administrator']);
    expect(rolesOf(context.plan, { ...publicKey, alg: 'EdDSA' })).toEqual([]);
  });
});

describe('a plan is refused', () => {
  it.each([
    ['format', (draft: Plan) => Object.assign(draft, { format: 'reseal-plan-2' })],
    ['kind', (draft: Plan) => Object.assign(draft, { kind: 'reshare' })],
    ['sealing', (draft: Plan) => Object.assign(draft, { sealing: 'none' })],
    ['cryptoperiodDays', (draft: Plan) => Object.assign(draft, { cryptoperiodDays: 91 })],
    ['cryptoperiodDays', (draft: Plan) => Object.assign(draft, { cryptoperiodDays: undefined })],
    ['destroyBackupsWithinDays', (draft: Plan) => Object.assign(draft, { destroyBackupsWithinDays: 0 })],
    ['retentionYears', (draft: Plan) => Object.assign(draft, { retentionYears: 0.5 })],
    ['legalHold', (draft: Plan) => Object.assign(draft, { legalHold: '' })],
    ['backups.0.kind', (draft: Plan) => Object.assign(draft.backups[0]!, { kind: 'sheet' })],
    ['nonce', (draft: Plan) => Object.assign(draft, { nonce: '00' })],
    ['created', (draft: Plan) => Object.assign(draft, { created: 'yesterday' })],
    ['holders.0.name', (draft: Plan) => Object.assign(draft.holders[0]!, { name: '' })],
    ['proofs.0.scheme', (draft: Plan) => Object.assign(draft.proofs[0]!, { scheme: 'ecdsa' })],
    ['threshold', (draft: Plan) => Object.assign(draft, { threshold: 1 })],
  ])('for a field "%s" of another shape', async (field, change) => {
    const { code, message } = await refused(refresh, change);
    expect(code).toBe('bad-plan');
    expect(message).toContain(`field "${field}"`);
  });

  it('for a field that it must not have', async () => {
    const { code, message } = await refused(refresh, (draft) => Object.assign(draft, { extra: 1 }));
    expect(code).toBe('bad-plan');
    expect(message).toContain('"extra"');
  });

  const to =
    (recipients: unknown, kind = 'recipients-file') =>
    (draft: Plan): unknown =>
      Object.assign(draft.backups[0]!, { kind, recipients });
  it.each<[string, string, (draft: Plan) => unknown]>([
    ['backups.0.recipients', 'expected 1 to 8 recipients', to([])],
    [
      'backups.0.recipients',
      'expected 1 to 8 recipients',
      to(Array.from({ length: 9 }, () => RECIPIENTS[0])),
    ],
    ['backups.0.recipients', 'expected array', to(undefined)],
    ['backups.0.recipients.1', 'occurs twice', to([RECIPIENTS[0], RECIPIENTS[0]])],
    ['backups.0.recipients.1', 'ascending order', to([RECIPIENTS[1], RECIPIENTS[0]])],
    ['backups.0.recipients.1', 'small order', to([RECIPIENTS[0], recipientOf(coordinate(1n))])],
    ['backups.0', '"recipients"', to([RECIPIENTS[0]], 'file')],
    ['holders', 'ascending order', (draft) => draft.holders.reverse()],
    [
      'holders',
      'the same laptop occurs twice',
      (draft) => (draft.holders[1]!.identity = draft.holders[0]!.identity),
    ],
    [
      'holders (sealing keys)',
      'the same laptop occurs twice',
      (draft) => (draft.holders[1]!.sealingKey = draft.holders[0]!.sealingKey),
    ],
    ['approvers', 'the same laptop', (draft) => draft.approvers.push({ ...draft.approvers[0]!, name: 'Bo' })],
    ['witnesses', 'the same laptop', (draft) => draft.witnesses.push({ ...draft.witnesses[0]!, name: 'Bo' })],
    [
      'approvalsNeeded',
      '2 approvals are needed, but only 1 approvers',
      (draft) => (draft.approvalsNeeded = 2),
    ],
    ['backups.0.holder', 'no holder 3', (draft) => (draft.backups[0]!.holder = 3)],
    ['backups.3.label', 'occurs twice for holder 2', (draft) => draft.backups.push(draft.backups[0]!)],
    ['before', 'expected null', (draft) => (draft.kind = 'generate')],
    ['before', 'found null', (draft) => (draft.before = null)],
    ['keyName', 'that of "Test key"', (draft) => (draft.keyName = 'Another key')],
    ['rehearsal', 'throw-away keys', (draft) => (draft.rehearsal = false)],
    ['threshold', 'keeps the threshold of 2', (draft) => (draft.threshold = 3)],
    ['epoch', 'the next one is 1, found 2', (draft) => (draft.epoch = 2)],
    ['epoch', 'the next one is 1, found 0', (draft) => (draft.epoch = 0)],
    ['holders', 'keeps the holders 2, 7, 300', (draft) => draft.holders.pop()],
    ['holders', 'keeps the holders 2, 7, 300', (draft) => (draft.holders[2]!.index = 301)],
    ['suite', 'the key is on secp256k1', (draft) => (draft.suite = 'p256')],
    ['proofs.0.signers', 'ascending order', (draft) => draft.proofs[0]!.signers.reverse()],
    ['proofs.1.signers', 'indices of holders', (draft) => (draft.proofs[1]!.signers = [2, 3])],
    ['proofs', 'signed by all holders', (draft) => draft.proofs.shift()],
    ['proofs', 'every holder must sign', (draft) => draft.proofs.pop()],
  ])('for "%s": %s', async (field, sentence, change) => {
    const { code, message } = await refused(refresh, change);
    expect(code).toBe('bad-plan');
    expect(message).toContain(`Plan: field "${field}"`);
    expect(message).toContain(sentence);
  });

  it('for the wrong epoch of a new key', async () => {
    expect(await refused(generate, (draft) => (draft.epoch = 1))).toMatchObject({
      code: 'bad-plan',
      message: 'Plan: field "epoch": a new key starts with epoch 0, found 1.',
    });
  });

  it('for BIP-340 proofs on another curve', async () => {
    const { message } = await refused(generate, (draft) => (draft.proofs[0]!.scheme = 'bip340'));
    expect(message).toBe('Plan: field "proofs.0.scheme": BIP-340 signatures exist on secp256k1 only.');
  });

  it('for a proof by a number of signers that says nothing about the threshold', async () => {
    const large = new Committee([1, 2, 3, 4], 'plan/large');
    const context = await large.plan('secp256k1', 2, null);
    const { message } = await refused(context, (draft) =>
      draft.proofs.push({ scheme: 'bip340', signers: [1, 2, 3] }),
    );
    expect(message).toContain('expected all 4 holders, or exactly 2 of them');
  });

  it('for indices and thresholds that the mathematics does not allow', async () => {
    const repeated = await refused(generate, (draft) => (draft.holders[1]!.index = 2));
    expect(repeated.code).toBe('index-repeated');
    expect(repeated.message).toContain('field "holders"');
    expect((await refused(generate, (draft) => (draft.threshold = 4))).code).toBe('threshold-invalid');
    expect((await refused(generate, (draft) => (draft.proofs[0]!.signers = [2, 2, 7]))).code).toBe(
      'index-repeated',
    );
  });

  it('for keys that are no points', async () => {
    const bad = `05${'00'.repeat(32)}`;
    const sealing = await refused(generate, (draft) => (draft.holders[1]!.sealingKey = bad));
    expect(sealing.code).toBe('point-off-curve');
    expect(sealing.message).toContain('(7): sealingKey');
    const identity = await refused(generate, (draft) => (draft.witnesses[0]!.identity.key = bad));
    expect(identity.code).toBe('point-off-curve');
  });

  it('for a key record that is not sound', async () => {
    const { code } = await refused(
      refresh,
      (draft) => (draft.before!.holders[0]!.publicShare = draft.before!.holders[1]!.publicShare),
    );
    expect(code).toBe('group-key-changed');
  });

  it('for a laptop or sealing key that the key record does not name', async () => {
    const named = structuredClone(before);
    for (const holder of named.holders) {
      const planned = refresh.plan.holders.find((other) => other.index === holder.index)!;
      Object.assign(holder, { identity: planned.identity, sealingKey: planned.sealingKey });
    }
    const [first, second] = refresh.plan.holders;
    const identity = await refused(refresh, (draft) => {
      draft.before = structuredClone(named);
      draft.before.holders[0]!.identity = second!.identity;
    });
    expect(identity.message).toContain('field "holders.2.identity"');
    const sealing = await refused(refresh, (draft) => {
      draft.before = structuredClone(named);
      draft.before.holders[1]!.sealingKey = first!.sealingKey;
    });
    expect(sealing.message).toContain('field "holders.7.sealingKey"');
  });
});

describe('the epoch that a plan starts from', () => {
  const starts = (context: PlanContext, record: KeyRecord): Refused =>
    refusal(() => {
      checkStartsFrom(context, encodeKeyRecord(record));
    });

  it('is the one of the plan, byte for byte', async () => {
    expect(() => {
      checkStartsFrom(refresh, encodeKeyRecord(before));
    }).not.toThrow();
    for (const [context, record] of [
      [refresh, { ...before, epoch: 1 }],
      [refresh, { ...before, origin: 'import other' }],
      [generate, before],
    ] as const) {
      const { code, message, next } = await starts(context, record);
      expect(code).toBe('wrong-epoch');
      expect(message).toContain(
        `"Test key", and this laptop has another record of it (epoch ${record.epoch})`,
      );
      expect(next).toContain('reseal key list');
    }
  });

  it('has one name on all laptops', async () => {
    const { code, message } = await starts(refresh, { ...before, name: 'Other' });
    expect(code).toBe('wrong-key');
    expect(message).toBe('The key is called "Other" on this laptop, and "Test key" in the plan.');
  });
});

describe('proofs', () => {
  it.each([
    [
      'secp256k1',
      'bip340',
      [1, 2, 3],
      2,
      [
        [1, 2, 3],
        [1, 2],
        [2, 3],
      ],
    ],
    ['ed25519', 'rfc9591', [1, 2, 3], 3, [[1, 2, 3]]],
    [
      'p256',
      'rfc9591',
      [2, 7, 300, 301],
      2,
      [
        [2, 7, 300, 301],
        [2, 7],
        [300, 301],
      ],
    ],
  ] as const)('on %s: one by all, and a cover by exactly the threshold', (suite, scheme, all, t, sets) => {
    expect(standardProofs(suite, all, t)).toEqual(sets.map((signers) => ({ scheme, signers })));
  });

  it('sign a text that names ceremony, key, epoch and signers, and is no transaction', async () => {
    const fingerprint = before.fingerprint;
    const message = new TextDecoder().decode(proofMessage(refresh, fingerprint, 1));
    for (const part of [
      'Reseal',
      bytesToHex(refresh.id),
      fingerprint,
      'Epoch: 1',
      'Signers: 2 7',
      'REHEARSAL',
    ])
      expect(message).toContain(part);
    expect(message.length).toBeGreaterThan(32);
    const { code, message: sentence } = await refusal(() => proofMessage(refresh, fingerprint, 3));
    expect(code).toBe('bad-field');
    expect(sentence).toContain('proof number 3');
  });
});
