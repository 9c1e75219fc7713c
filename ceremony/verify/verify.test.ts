/** What a verdict says: a state for every rule, none of them better than what was really looked at, and no crash ever. */
import { beforeAll, describe, expect, it } from 'vitest';
import { utf8ToBytes } from '../../crypto/bytes.ts';
import {
  ceremony,
  committeeOf,
  generated,
  keyAfter,
  type Ended,
  type Shape,
} from '../../test-support/records.ts';
import { edit, withChecksums } from '../../test-support/tamper.ts';
import { CONFIRM } from '../bundle.ts';
import { decodeMessage } from '../message.ts';
import { planCode } from '../plan.ts';
import { STANDARD_CONTRIBUTIONS, type Contributions } from '../rounds/contributions.ts';
import { RULES, type RuleId } from '../rules.ts';
import { verifyRecord, type RuleResult, type RuleState } from './verify.ts';

type States = Partial<Record<RuleId, RuleState>>;

function statesOf(rules: readonly RuleResult[]): Record<string, RuleState> {
  return Object.fromEntries(rules.map(({ rule, state }) => [rule, state]));
}

const resultOf = (rules: readonly RuleResult[], rule: RuleId): RuleResult =>
  rules.find((one) => one.rule === rule)!;

const pair: Shape = { suite: 'ed25519', holders: 2, threshold: 2, seed: 'verify' };
const badSubShare: Contributions = {
  ...STANDARD_CONTRIBUTIONS,
  contributeDeal: (context, index, dealing, random) =>
    STANDARD_CONTRIBUTIONS.contributeDeal(context, index, { ...dealing, subShare: () => 7n }, random),
};

let first: Ended;
beforeAll(async () => {
  first = await generated(pair);
});

/** Holder 2's laptop is restarted after round 2, so its nonces are gone and rounds 2 and 3 are made again. */
async function secondAttempt(): Promise<Ended> {
  const again = await ceremony(committeeOf(pair), pair, null, {
    disturb: async (run) => {
      const confirmed = (): boolean =>
        run.administrator.view.bundles.some((bundle) => bundle.round === CONFIRM);
      while (!confirmed()) for (const role of run.roles) if (!confirmed()) await run.turn(role);
      run.laptop('holder-2').nonces.forget();
      await run.restart('holder-2');
    },
  });
  expect(again.files.has('envelopes/r2-a2-holder-1.cose')).toBe(true);
  return again;
}

/** Holder 1 stops once the deals are on the table. */
const stopped = (): Promise<Ended> =>
  ceremony(committeeOf(pair), pair, null, {
    disturb: async (run) => {
      while (run.administrator.view.deal === undefined) for (const role of run.roles) await run.turn(role);
      await run.participants.get('holder-1')!.stop('fire');
    },
  });

/** Every kind of ending, and the rules that are not simply `ok` there. */
const ENDINGS: readonly [
  name: string,
  make: () => Promise<Ended>,
  outcome: 'closed' | 'aborted',
  others: States,
][] = [
  ['a generated key', () => Promise.resolve(first), 'closed', { check_start: 'not applicable' }],
  ['a refreshed key', () => ceremony(first.committee, pair, keyAfter(first)), 'closed', {}],
  [
    'a plan without approver, witness and backup',
    () =>
      ceremony(committeeOf(pair), pair, null, {
        change: { approvers: [], approvalsNeeded: 0, witnesses: [], backups: [] },
      }),
    'closed',
    {
      check_start: 'not applicable',
      check_approvals: 'not applicable',
      check_attestations: 'not applicable',
      check_backups: 'not applicable',
    },
  ],
  [
    'exceptions, also after the certificate',
    () =>
      ceremony(committeeOf(pair), pair, null, {
        disturb: async (run) => {
          await run.participants.get('witness-1')!.exception('delay', 'we began late');
          while (run.administrator.view.secure === undefined)
            for (const role of run.roles) await run.turn(role);
          await run.administrator.exception('other', 'and end late');
        },
      }),
    'closed',
    { check_start: 'not applicable', check_exceptions: 'ok' },
  ],
  ['rounds 2 and 3 in a second attempt', secondAttempt, 'closed', { check_start: 'not applicable' }],
  [
    'a refusal to approve',
    () =>
      ceremony(committeeOf(pair), pair, null, {
        disturb: async (run) => {
          run.operators.set('approver-1', {
            answer: ({ field }) =>
              Promise.resolve(field === 'decision' ? 'decline: not today' : planCode(run.context)),
          });
          await run.restart('approver-1');
        },
      }),
    'aborted',
    abortedIn(0, { check_approvals: 'broken' }),
  ],
  ['a holder that stops after the deals', stopped, 'aborted', abortedIn(2, {})],
  [
    'a bad sub-share and the complaint about it',
    () => ceremony(committeeOf(pair), pair, null, { contributions: { 'holder-2': badSubShare } }),
    'aborted',
    abortedIn(2, { check_complaints: 'ok' }),
  ],
];

/** States after an abort in `round` of a generation: what came before is ok, what would have come is not applicable. */
function abortedIn(round: number, others: States): States {
  const rounds: [number, RuleId[]][] = [
    [0, ['check_approvals']],
    [1, ['check_possession_before', 'check_commitments', 'check_ephemeral_keys', 'check_group_key']],
    [2, ['check_agreement', 'check_complaints']],
    [3, ['check_possession_after', 'check_proofs', 'check_backups']],
    [4, ['check_destruction']],
  ];
  const ended = rounds.filter(([at]) => at >= round).flatMap(([, rules]) => rules);
  return {
    check_start: 'not applicable',
    ...Object.fromEntries(ended.map((rule) => [rule, 'not applicable' as const])),
    ...others,
  };
}

describe.each(ENDINGS)('a record of %s', (_name, make, outcome, others) => {
  let files: Ended['files'];
  beforeAll(async () => {
    files = (await make()).files;
  });

  it('is VALID, and every rule says how it was kept or why there was nothing to keep', () => {
    const verdict = verifyRecord(files);
    expect(verdict).toMatchObject({ verdict: 'VALID', outcome, rehearsal: true });
    expect(verdict.rules.map(({ rule }) => rule)).toEqual(Object.keys(RULES));
    const ok = Object.fromEntries(Object.keys(RULES).map((rule) => [rule, 'ok']));
    const none = { check_exceptions: 'not applicable' };
    expect(statesOf(verdict.rules)).toEqual({ ...ok, ...none, ...others });
    for (const { sentence, evidence, failure } of verdict.rules) {
      expect(sentence).not.toBe('');
      expect(evidence.length).toBeGreaterThan(0);
      expect(failure).toBeUndefined();
    }
    expect(verdict.ceremony?.abort === null).toBe(outcome === 'closed');
  });

  it('is as deterministic as a computation can be', () => {
    expect(verifyRecord(new Map([...files].reverse()))).toMatchObject({ verdict: 'VALID' });
    expect(verifyRecord(files)).toEqual(verifyRecord(files));
  });
});

describe('a rule is ok only when it is through', () => {
  it('leaves what was cut short not checked, with what had been seen', () => {
    const files = withChecksums(edit(first.files, { 'envelopes/r3-a1-holder-2.cose': undefined }));
    const { rules, ceremony, outcome } = verifyRecord(files);
    const states = statesOf(rules);
    expect(outcome).toBe('unknown');
    expect(ceremony?.groupKeyAfter).toBeNull();
    for (const rule of [
      'check_plan',
      'check_signatures',
      'check_approvals',
      'check_commitments',
      'check_group_key',
      'check_agreement',
    ])
      expect(states[rule]).toBe('ok');
    expect(resultOf(rules, 'check_complete')).toMatchObject({
      state: 'failed',
      failure: { file: 'envelopes/r3-a1-holder-2.cose' },
    });
    // One holder's proofs were looked at, and the chain up to here: that is evidence, not an answer.
    for (const rule of [
      'check_possession_after',
      'check_backups',
      'check_chain',
      'check_equivocation',
    ] as const) {
      expect(states[rule]).toBe('not checked');
      expect(resultOf(rules, rule).evidence.length).toBeGreaterThan(0);
    }
    for (const rule of [
      'check_files',
      'check_destruction',
      'check_proofs',
      'check_outcome',
      'check_transcript',
      'check_key_records',
      'check_checkpoint',
    ])
      expect(states[rule]).toBe('not checked');
  });

  it('counts the approvals', () => {
    const path = 'envelopes/r0-a1-approver-1.cose';
    const { rules } = verifyRecord(withChecksums(edit(first.files, { [path]: undefined })));
    expect(resultOf(rules, 'check_approvals')).toMatchObject({ state: 'failed', failure: { file: path } });
  });

  it('stops at an envelope that nobody signed, and names it', () => {
    const path = 'envelopes/r1-a1-holder-1.cose';
    const changed = first.files.get(path)!.slice();
    changed[changed.length - 1]! ^= 1;
    const { rules } = verifyRecord(withChecksums(edit(first.files, { [path]: changed })));
    expect(resultOf(rules, 'check_signatures')).toMatchObject({ state: 'failed', failure: { file: path } });
    expect(statesOf(rules)).toMatchObject({
      check_plan: 'ok',
      check_approvals: 'not checked',
      check_chain: 'not checked',
    });
  });

  it('goes on where the rest does not depend on what is wrong', () => {
    const changed = edit(first.files, {
      'README.txt': utf8ToBytes('REHEARSAL: everything is fine.\n'),
      'keys/after.json': utf8ToBytes('{}\n'),
      'proofs/1.json': undefined,
    });
    const { rules, outcome } = verifyRecord(withChecksums(changed));
    expect(outcome).toBe('closed');
    const failed = rules
      .filter(({ state }) => state === 'failed')
      .map(({ rule, failure }) => [rule, failure?.file]);
    expect(failed).toEqual([
      ['check_files', 'README.txt'],
      ['check_proofs', 'proofs/1.json'],
      ['check_key_records', 'keys/after.json'],
      ['check_rehearsal', 'keys/after.json'],
    ]);
    expect(statesOf(rules)).toMatchObject({
      check_transcript: 'ok',
      check_checkpoint: 'ok',
      check_outcome: 'ok',
    });
  });

  it('names every file with a wrong checksum', () => {
    const sums = new TextDecoder().decode(first.files.get('SHA256SUMS')).replace(/^[0-9a-f]{2}/gm, '00');
    const { rules, verdict } = verifyRecord(edit(first.files, { SHA256SUMS: utf8ToBytes(sums) }));
    const { state, failure, furtherFailures } = resultOf(rules, 'check_files');
    expect([verdict, state]).toEqual(['NOT VALID', 'failed']);
    expect(failure?.message).toMatch(/^its SHA-256 is [0-9a-f]{64}, SHA256SUMS says 00[0-9a-f]{62}\.$/);
    expect(furtherFailures).toHaveLength(first.files.size - 2);
    expect(rules.filter((rule) => rule.state === 'not checked')).toEqual([]);
  });

  it('blames the plan when every envelope belongs to another one', () => {
    const plan = new TextDecoder().decode(first.files.get('plan.json')).replace('"Test key"', '"Best key"');
    const { rules } = verifyRecord(withChecksums(edit(first.files, { 'plan.json': utf8ToBytes(plan) })));
    expect(resultOf(rules, 'check_plan')).toMatchObject({ state: 'failed', failure: { file: 'plan.json' } });
    expect(resultOf(rules, 'check_signatures').state).toBe('not checked');
  });

  it('says which line of the transcript differs', () => {
    const transcript = new TextDecoder()
      .decode(first.files.get('transcript.jsonl'))
      .replace('"vault":"open', '"vault":"shut');
    const { rules } = verifyRecord(
      withChecksums(edit(first.files, { 'transcript.jsonl': utf8ToBytes(transcript) })),
    );
    expect(resultOf(rules, 'check_transcript').failure?.message).toBe(
      'line 4 ("deal") is another than the plan and the envelopes lead to.',
    );
  });
});

describe('an envelope that is genuine but in the wrong place', () => {
  it('is refused beside those of another attempt', async () => {
    const { run, files } = await secondAttempt();
    const sent = await run.laptop('holder-1').journal(run.context).get('out-holder-1-r2-a1');
    const message = decodeMessage(sent!);
    const early = message.type === 'envelope' ? message.envelope : undefined;
    const path = 'envelopes/r2-a1-holder-1.cose';
    const { rules } = verifyRecord(withChecksums(edit(files, { [path]: early })));
    expect(resultOf(rules, 'check_complete')).toMatchObject({ state: 'failed', failure: { file: path } });
  });

  it('is refused in a round that the ceremony did not have', async () => {
    const { files } = await stopped();
    const stop = [...files.keys()].find((name) => name.startsWith('envelopes/evidence-'))!;
    const path = 'envelopes/r9-a1-holder-1.cose';
    const { rules } = verifyRecord(withChecksums(edit(files, { [path]: files.get(stop) })));
    expect(resultOf(rules, 'check_complete')).toMatchObject({
      state: 'failed',
      failure: { file: path, message: 'the ceremony had no such round.' },
    });
  });
});

describe('whatever the files are, there is a verdict', () => {
  const cases: readonly [string, (files: Ended['files']) => Ended['files']][] = [
    ['nothing at all', () => new Map()],
    ['only checksums', (files) => new Map([['SHA256SUMS', files.get('SHA256SUMS')!]])],
    [
      'a plan with half a character',
      (files) => edit(files, { 'plan.json': utf8ToBytes('{"keyName":"\\ud800"}\n') }),
    ],
    [
      'a plan with a number beyond all numbers',
      (files) => edit(files, { 'plan.json': utf8ToBytes('{"epoch":1e999}\n') }),
    ],
    ['a plan of brackets', (files) => edit(files, { 'plan.json': utf8ToBytes('['.repeat(100_000)) })],
    [
      'a plan of nested brackets',
      (files) => edit(files, { 'plan.json': utf8ToBytes(`${'['.repeat(30_000)}${']'.repeat(30_000)}\n`) }),
    ],
    [
      'an envelope of nested arrays',
      (files) =>
        edit(files, {
          'envelopes/r1-a1-holder-1.cose': Uint8Array.from([0xd2, ...new Uint8Array(50_000).fill(0x81), 0]),
        }),
    ],
    [
      'evidence of an impossible attempt',
      (files) =>
        edit(files, {
          'envelopes/evidence-r1-a70000-1-r1-a1-holder-1.cose': files.get('envelopes/r1-a1-holder-1.cose'),
        }),
    ],
    [
      'a transcript that ends with a bare word',
      (files) => edit(files, { 'transcript.jsonl': utf8ToBytes('null\n') }),
    ],
    [
      'a transcript with another type of end',
      (files) => edit(files, { 'transcript.jsonl': utf8ToBytes('{"body":"\\ud800","type":"outcome"}\n') }),
    ],
    ['a key record that is a list', (files) => edit(files, { 'keys/after.json': utf8ToBytes('[]\n') })],
  ];
  it.each(cases)('for %s', (_name, make) => {
    for (const files of [make(first.files), withChecksums(make(first.files))]) {
      const { verdict, rules } = verifyRecord(files);
      expect(verdict).toBe('NOT VALID');
      expect(rules.filter(({ failure }) => failure?.file === 'record')).toEqual([]);
      expect(rules).toHaveLength(Object.keys(RULES).length);
      expect(rules.filter(({ state }) => state === 'failed').length).toBeGreaterThan(0);
    }
  });

  it('prints names and texts from the record as one line each', () => {
    const path = 'a\n✓ check_files\u001b[2J\u202e';
    const { rules } = verifyRecord(edit(first.files, { [path]: new Uint8Array(0) }));
    expect(resultOf(rules, 'check_files').failure?.file).toBe(
      String.raw`a\u000a✓ check_files\u001b[2J\u202e`,
    );
    expect(resultOf(rules, 'check_files').failure?.message).toBe('SHA256SUMS does not list this file.');
  });
});
