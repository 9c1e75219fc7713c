/**
 * Records whose signatures are all right and whose content is not: the whole committee colludes, and verification
 * still names the rule and the file (PROTOCOL §6). Everything here was signed by the real identities.
 */
import { schnorr } from '@noble/curves/secp256k1.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex } from '../../crypto/bytes.ts';
import { suiteByName, type Point } from '../../crypto/suite.ts';
import { forge, roundsAfter, sameRecord, type Body, type Lie } from '../../test-support/forge.ts';
import { seededRandom } from '../../test-support/random.ts';
import { refreshed, type Ended } from '../../test-support/records.ts';
import { edit, withChecksums } from '../../test-support/tamper.ts';
import { APPROVE, ATTEST, CONFIRM, DEAL, RETIRE, SECURE } from '../bundle.ts';
import { canonicalJsonFile } from '../canonical-json.ts';
import type { RecordFiles } from '../record.ts';
import { RULES, type RuleId } from '../rules.ts';
import type { Abort, View } from '../view.ts';
import { verifyRecord, type RuleState } from './verify.ts';

const suite = suiteByName('secp256k1');
let honest: Ended;

beforeAll(async () => {
  honest = await refreshed({ suite: 'secp256k1', holders: 3, threshold: 2, seed: 'forgery' });
});

/** Failures as `rule file`, and the states of all rules. */
function verdictOn(files: RecordFiles): {
  failed: string[];
  messages: string;
  states: Record<string, RuleState>;
} {
  const verdict = verifyRecord(files);
  const failures = verdict.rules.flatMap(({ rule, failure, furtherFailures }) =>
    [...(failure === undefined ? [] : [failure]), ...(furtherFailures ?? [])].map((one) => ({
      rule,
      ...one,
    })),
  );
  expect(verdict.verdict).toBe(failures.length === 0 ? 'VALID' : 'NOT VALID');
  return {
    failed: failures.map(({ rule, file }) => `${rule} ${file}`),
    messages: failures.map(({ message }) => message).join('\n'),
    states: Object.fromEntries(verdict.rules.map(({ rule, state }) => [rule, state])),
  };
}

const file = (round: number, sender: string): string => `envelopes/r${round}-a1-${sender}.cose`;
/** Changes the body of one envelope. */
const only =
  (round: number, sender: string, change: (body: Body) => Body): NonNullable<Lie['body']> =>
  (...[r, s, body]) =>
    r === round && s === sender ? change(body) : undefined;
const drop = (list: unknown): unknown[] => (list as unknown[]).slice(1);
const bodyOf = (round: number, sender: string): Body =>
  honest.run.administrator.view.bundles
    .find((bundle) => bundle.round === round)!
    .envelopes.find((envelope) => envelope.payload.sender === sender)!.payload.body;

describe('a committee that signs anything', () => {
  it('produces the same record when nobody lies', async () => {
    const forged = await forge(honest, {});
    expect(sameRecord(forged, honest.files)).toBe(true);
    expect(verdictOn(forged).failed).toEqual([]);
  });

  /** A lie in one envelope, and where it has to show. */
  const LIES: readonly [
    what: string,
    rule: RuleId,
    round: number,
    sender: string,
    change: (body: Body) => Body,
  ][] = [
    [
      'a refusal that was overruled',
      'check_approvals',
      APPROVE,
      'approver-1',
      ({ plan }) => ({ kind: 'decline', plan, reason: 'too early' }),
    ],
    [
      'an approval of another plan',
      'check_approvals',
      APPROVE,
      'approver-1',
      (body) => ({ ...body, plan: new Uint8Array(32) }),
    ],
    [
      'a proof of possession that proves nothing',
      'check_possession_before',
      DEAL,
      'holder-2',
      (body) => ({ ...body, possession: new Uint8Array(65).fill(2) }),
    ],
    [
      "another holder's proof of possession",
      'check_possession_before',
      DEAL,
      'holder-2',
      (body) => ({ ...body, possession: bodyOf(DEAL, 'holder-3')['possession'] }),
    ],
    [
      'a polynomial of lower degree',
      'check_commitments',
      DEAL,
      'holder-2',
      (body) => ({ ...body, commitments: drop(body['commitments']) }),
    ],
    [
      'a polynomial of higher degree',
      'check_commitments',
      DEAL,
      'holder-2',
      (body) => ({ ...body, commitments: [...(body['commitments'] as unknown[]), suite.base.toBytes()] }),
    ],
    [
      'a sub-share left out',
      'check_commitments',
      DEAL,
      'holder-2',
      (body) => ({ ...body, sealed: drop(body['sealed']) }),
    ],
    [
      "another holder's ephemeral key",
      'check_ephemeral_keys',
      DEAL,
      'holder-2',
      (body) => ({
        ...body,
        ephemeral: bodyOf(DEAL, 'holder-3')['ephemeral'],
        ephemeralProof: bodyOf(DEAL, 'holder-3')['ephemeralProof'],
      }),
    ],
    [
      'a sealing key that another holder has proven to own',
      'check_ephemeral_keys',
      DEAL,
      'holder-3',
      (body) => ({ ...body, sealingKey: bodyOf(DEAL, 'holder-1')['ephemeral'] }),
    ],
    [
      "another holder's next sealing key, with its proof",
      'check_ephemeral_keys',
      DEAL,
      'holder-1',
      (body) => ({
        ...body,
        sealingKey: bodyOf(DEAL, 'holder-3')['sealingKey'],
        sealingProof: bodyOf(DEAL, 'holder-3')['sealingProof'],
      }),
    ],
    [
      'other public shares',
      'check_agreement',
      CONFIRM,
      'holder-2',
      (body) => ({ ...body, publicShares: new Uint8Array(32) }),
    ],
    [
      'a nonce commitment left out',
      'check_agreement',
      CONFIRM,
      'holder-2',
      (body) => ({ ...body, nonces: drop(body['nonces']) }),
    ],
    [
      'a complaint that was ignored',
      'check_complaints',
      CONFIRM,
      'holder-2',
      () => ({
        kind: 'complaint',
        against: 1,
        sealed: new Uint8Array(48),
        sharedPoint: new Uint8Array(33),
        proof: new Uint8Array(97),
      }),
    ],
    [
      "a proof of another holder's new share",
      'check_possession_after',
      SECURE,
      'holder-2',
      (body) => ({ ...body, possession: bodyOf(SECURE, 'holder-3')['possession'] }),
    ],
    [
      'the proof of the old share for the new one',
      'check_possession_after',
      SECURE,
      'holder-2',
      (body) => ({ ...body, possession: bodyOf(DEAL, 'holder-2')['possession'] }),
    ],
    ['a backup left out', 'check_backups', SECURE, 'holder-2', (body) => ({ ...body, backups: [] })],
    [
      'a backup that was not planned',
      'check_backups',
      SECURE,
      'holder-2',
      (body) => ({
        ...body,
        backups: [...(body['backups'] as unknown[]), ...(body['backups'] as unknown[])],
      }),
    ],
    [
      'a backup with another label',
      'check_backups',
      SECURE,
      'holder-2',
      (body) => ({
        ...body,
        backups: (body['backups'] as Body[]).map((receipt) => ({ ...receipt, label: 'B' })),
      }),
    ],
    [
      'a signature share left out',
      'check_proofs',
      SECURE,
      'holder-2',
      (body) => ({ ...body, signatureShares: drop(body['signatureShares']) }),
    ],
    [
      'a signature share of another key',
      'check_proofs',
      SECURE,
      'holder-2',
      (body) => ({
        ...body,
        signatureShares: (body['signatureShares'] as [number, Uint8Array][]).map(([at]) => [
          at,
          new Uint8Array(32).fill(1),
        ]),
      }),
    ],
  ];
  it.each(LIES)('cannot hide %s (%s)', async (_what, rule, round, sender, change) => {
    const { failed, messages, states } = verdictOn(
      await forge(honest, { body: only(round, sender, change) }),
    );
    expect(failed).toEqual([`${rule} ${file(round, sender)}`]);
    expect(messages).toContain(
      `That ended the ceremony, but the record goes on with envelopes/r${round + 1}-`,
    );
    // Passes that some of the same rule's checks left behind do not make anything later look checked.
    for (const later of ['check_destruction', 'check_transcript', 'check_checkpoint', 'check_outcome'])
      expect(states[later]).toBe('not checked');
  });

  /** Lies after the certificate do not end a ceremony: they are recorded, and the record is not valid. */
  const LATE: readonly [
    what: string,
    rule: RuleId,
    round: number,
    sender: string,
    change: (body: Body) => Body,
  ][] = [
    [
      'no receipt for the old share',
      'check_destruction',
      RETIRE,
      'holder-2',
      (body) => ({ ...body, destroyed: [] }),
    ],
    [
      'a receipt for another epoch',
      'check_destruction',
      RETIRE,
      'holder-2',
      (body) => ({ ...body, destroyed: (body['destroyed'] as Body[]).map((one) => ({ ...one, epoch: 7 })) }),
    ],
    [
      'a receipt under another head',
      'check_destruction',
      RETIRE,
      'holder-3',
      (body) => ({ ...body, head: new Uint8Array(32) }),
    ],
    ['a statement that says nothing', 'check_attestations', ATTEST, 'witness-1', () => ({ kind: 'attest' })],
  ];
  it.each(LATE)('cannot hide %s (%s)', async (_what, rule, round, sender, change) => {
    const hidden = verdictOn(await forge(honest, { body: only(round, sender, change) }));
    expect(hidden.failed).toEqual(
      expect.arrayContaining([
        `${rule} ${file(round, sender)}`,
        'check_transcript transcript.jsonl',
        'check_outcome transcript.jsonl',
      ]),
    );
    expect(hidden.messages).toContain('After the certificate:');

    // Told in the transcript, it is the one thing that is wrong; everything else was looked at all the same.
    const told = verdictOn(await forge(honest, { body: only(round, sender, change), end: 'truth' }));
    expect(told.failed).toEqual([`${rule} ${file(round, sender)}`]);
    // All the others are; nobody recorded an exception.
    expect(told.states['check_exceptions']).toBe('not applicable');
    expect(Object.values(told.states).filter((state) => state === 'ok')).toHaveLength(
      Object.keys(RULES).length - 2,
    );
  });

  it.each(LIES)(
    'has a VALID record if %s ends the ceremony (%s)',
    async (_what, rule, round, sender, change) => {
      const lie: Lie = { body: only(round, sender, change), without: roundsAfter(round) };
      const truth = await forge(honest, { ...lie, end: 'truth' });
      const { failed, states } = verdictOn(truth);
      expect(failed).toEqual([]);
      expect(verifyRecord(truth)).toMatchObject({
        verdict: 'VALID',
        outcome: 'aborted',
        ceremony: { abort: { rule, culprit: sender } },
      });
      expect(states[rule]).toBe(rule === 'check_complaints' ? 'ok' : 'broken');
      expect(Object.values(states)).not.toContain('not checked');
      expect(states['check_destruction']).toBe('not applicable');
    },
  );

  it('cannot call an ended ceremony completed', async () => {
    const lie: Lie = {
      body: only(SECURE, 'holder-2', (body) => ({ ...body, backups: [] })),
      without: [RETIRE],
    };
    const { failed, messages, states } = verdictOn(await forge(honest, lie));
    expect(failed).toEqual(
      expect.arrayContaining([
        'check_outcome transcript.jsonl',
        'check_transcript transcript.jsonl',
        'check_checkpoint checkpoint',
        'check_files keys/after.json',
        'check_files README.txt',
      ]),
    );
    expect(messages).toContain('By the plan and the envelopes the ceremony aborted, by holder 2');
    expect(states['check_backups']).toBe('broken');
  });

  it('cannot call a completed ceremony aborted', async () => {
    const abort: Abort = { rule: 'check_complaints', culprit: 'holder-1', reason: 'Holder 1 cheated.' };
    const { failed } = verdictOn(await forge(honest, { end: () => ({ abort, secure: undefined }) }));
    expect(failed).toEqual(
      expect.arrayContaining([
        'check_outcome transcript.jsonl',
        'check_key_records keys/after.json',
        'check_proofs proofs/1.json',
        'check_checkpoint checkpoint',
      ]),
    );
  });

  it('cannot blame the wrong holder', async () => {
    const lie: Lie = {
      body: only(CONFIRM, 'holder-2', () => ({
        kind: 'complaint',
        against: 1,
        sealed: new Uint8Array(48),
        sharedPoint: new Uint8Array(33),
        proof: new Uint8Array(97),
      })),
      without: roundsAfter(CONFIRM),
    };
    const end = (): Partial<View> => ({
      secure: undefined,
      abort: { rule: 'check_complaints', culprit: 'holder-1', reason: 'holder 1 sealed a wrong sub-share.' },
    });
    const { failed, messages, states } = verdictOn(await forge(honest, { ...lie, end }));
    expect(failed).toContain('check_outcome transcript.jsonl');
    expect(messages).toContain(
      'aborted, by holder 2 (Holder 2): holder 2 (Holder 2) complained about holder 1 (Holder 1) without ground',
    );
    expect(states['check_complaints']).toBe('ok');
  });
});

describe('a committee that does other mathematics', () => {
  const points = (): Map<number, Point> => new Map(honest.run.administrator.view.deal!.publicShares);
  const commitmentOf = (sender: string): Point =>
    suite.pointFromBytes((bodyOf(DEAL, sender)['commitments'] as Uint8Array[])[0]!, 'commitment');
  /** Makes the summed commitment whatever is asked for, by the choice of holder 1. */
  const summed = (target: Point): NonNullable<Lie['body']> =>
    only(DEAL, 'holder-1', (body) => ({
      ...body,
      commitments: [target.subtract(commitmentOf('holder-2')).subtract(commitmentOf('holder-3')).toBytes()],
    }));

  it('cannot give every holder the whole key: the new shares must not lie on a line of lower degree', async () => {
    const before = new Map(
      honest.context.plan.before!.holders.map((holder) => [
        holder.index,
        suite.pointFromBytes(fromHex(holder.publicShare), 'share'),
      ]),
    );
    // Minus the slope of the old sharing: every new share would be the secret key itself.
    const lie: Lie = { body: summed(before.get(1)!.subtract(before.get(2)!)) };
    const { failed, states } = verdictOn(await forge(honest, lie));
    expect(failed).toEqual(['check_group_key envelopes/r1-*']);
    // Its own checks had passed, but the round was not over.
    expect(states['check_commitments']).toBe('not checked');
    const told = await forge(honest, { ...lie, without: roundsAfter(DEAL), end: 'truth' });
    expect(verifyRecord(told)).toMatchObject({
      verdict: 'VALID',
      ceremony: { abort: { rule: 'check_group_key', culprit: null } },
    });
  });

  it('cannot leave the shares as they are: the sum must have full degree', async () => {
    const { failed } = verdictOn(
      await forge(honest, {
        body: only(DEAL, 'holder-1', (body) => ({
          ...body,
          commitments: [commitmentOf('holder-2').add(commitmentOf('holder-3')).negate().toBytes()],
        })),
      }),
    );
    expect(failed).toEqual(['check_commitments envelopes/r1-*']);
  });

  it('cannot move the group key', async () => {
    const shift = (view: View): Partial<View> => ({
      deal: {
        ...view.deal!,
        groupKey: view.deal!.groupKey.add(suite.base),
        publicShares: new Map([...points()].map(([index, point]) => [index, point.add(suite.base)])),
      },
    });
    const { failed, messages } = verdictOn(await forge(honest, { end: shift }));
    expect(failed).toEqual(
      expect.arrayContaining([
        'check_key_records keys/after.json',
        'check_proofs proofs/1.json',
        'check_outcome transcript.jsonl',
        'check_transcript transcript.jsonl',
      ]),
    );
    expect(messages).toContain('field "fingerprint", "groupKey", "holders"');
  });

  it('cannot show a signature by another key', async () => {
    const secret = seededRandom('another key')(32);
    const other = (view: View): Partial<View> => ({
      secure: {
        proofs: view.secure!.proofs.map(({ message }) => ({
          message,
          signature: schnorr.sign(message, secret),
        })),
      },
    });
    const { failed } = verdictOn(await forge(honest, { end: other }));
    expect(failed).toEqual(honest.context.plan.proofs.map((_, at) => `check_proofs proofs/${at + 1}.json`));
  });

  it('cannot start from shares that do not belong to the key', () => {
    const plan = JSON.parse(new TextDecoder().decode(honest.files.get('plan.json'))) as {
      before: { holders: { publicShare: string }[] };
    };
    const [first, second] = plan.before.holders;
    [first!.publicShare, second!.publicShare] = [second!.publicShare, first!.publicShare];
    const { failed } = verdictOn(withChecksums(edit(honest.files, { 'plan.json': canonicalJsonFile(plan) })));
    expect(failed).toEqual(['check_start plan.json']);
  });
});

describe('a committee that does not agree on what it saw', () => {
  it('is told apart from one whose files were changed', async () => {
    const odd = await forge(honest, {
      prev: (round, sender) => (round === CONFIRM && sender === 'holder-3' ? new Uint8Array(32) : undefined),
    });
    expect(verdictOn(odd).failed).toEqual([`check_chain ${file(CONFIRM, 'holder-3')}`]);
    const all = await forge(honest, {
      prev: (round) => (round === CONFIRM ? new Uint8Array(32) : undefined),
    });
    expect(verdictOn(all).failed).toEqual(['check_chain envelopes/r1-*']);
    const start = await forge(honest, {
      prev: (round) => (round === APPROVE ? new Uint8Array(32) : undefined),
    });
    expect(verdictOn(start).failed).toEqual(['check_chain plan.json']);
  });

  it('cannot leave out who did not sign', async () => {
    const { failed, messages } = verdictOn(await forge(honest, { unsigned: ['holder-2', 'witness-1'] }));
    expect(failed).toEqual(['check_checkpoint checkpoint']);
    expect(messages).toBe('the signature of witness-1, holder-2 is missing.');
  });
});

describe('a holder that signs two things', () => {
  const second: Lie['second'] = (round, sender, body) =>
    round === DEAL && sender === 'holder-2'
      ? { ...body, readiness: { vault: 'shut', checkedBackups: [] } }
      : undefined;

  it('ends the ceremony, and nobody goes on', async () => {
    const evidence = 'envelopes/evidence-r1-a1-1-r1-a1-holder-2.cose';
    expect(verdictOn(await forge(honest, { second })).failed).toEqual([`check_equivocation ${evidence}`]);
    const told = await forge(honest, { second, without: roundsAfter(DEAL), end: 'truth' });
    expect(verifyRecord(told)).toMatchObject({
      verdict: 'VALID',
      outcome: 'aborted',
      ceremony: { abort: { culprit: 'holder-2' } },
    });
    expect(verdictOn(told).states['check_equivocation']).toBe('ok');
  });

  it('is named even after the certificate', async () => {
    const late: Lie['second'] = (round, sender, body) =>
      round === RETIRE && sender === 'holder-2' ? { ...body, destroyed: [] } : undefined;
    const { failed, states } = verdictOn(await forge(honest, { second: late, end: 'truth' }));
    expect(failed).toEqual(['check_equivocation envelopes/evidence-r4-a1-1-r4-a1-holder-2.cose']);
    // The receipts were not looked at in a round with two versions of them.
    expect(states['check_destruction']).toBe('not checked');
    expect(states['check_complete']).toBe('not checked');
    expect(states['check_checkpoint']).toBe('ok');
  });
});
