/**
 * Every mutation of a record is noticed, by the right rule, at the right file; also by a forger who recomputes the
 * checksums. Thousands of records are verified here, so four pure functions remember what they answered for the same
 * bytes: reading a key and a plan, the signature check, and the step from one bundle to the next view. All of them
 * still run for whatever is new.
 */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { bytesToHex } from '../../crypto/bytes.ts';
import {
  ceremony,
  committeeOf,
  generated,
  keyAfter,
  refreshed,
  type Ended,
} from '../../test-support/records.ts';
import { mutations, withChecksums, type Files, type Mutation } from '../../test-support/tamper.ts';
import type * as PlanModule from '../plan.ts';
import { RULES, type RuleId } from '../rules.ts';
import { STANDARD_CONTRIBUTIONS } from '../rounds/contributions.ts';
import { verifyRecord, type Verdict } from './verify.ts';

vi.mock('../../crypto/identity.ts', async (original) =>
  (await import('../../test-support/remember-identity.ts')).rememberIdentity(original),
);

vi.mock('../plan.ts', async (original) => {
  const real = await original<typeof PlanModule>();
  const known = new Map<string, PlanModule.PlanContext>();
  const decodePlan: typeof real.decodePlan = (bytes, what) => {
    const id = bytesToHex(bytes);
    const answer = known.get(id) ?? real.decodePlan(bytes, what);
    known.set(id, answer);
    return answer;
  };
  return { ...real, decodePlan };
});

vi.mock('../view.ts', async (original) =>
  (await import('../../test-support/remember-view.ts')).rememberView(original),
);

/** Rules that may speak about a file. */
const RULES_OF: readonly [RegExp, readonly RuleId[]][] = [
  // A stop that stands in an earlier round ends the ceremony there, whatever else the record tells.
  [
    /^envelopes\/evidence-.*-r9-/,
    ['check_outcome', 'check_signatures', 'check_complete', 'check_chain', 'check_equivocation'],
  ],
  [
    /^envelopes\//,
    [
      ...(['check_signatures', 'check_complete', 'check_approvals', 'check_chain'] as const),
      ...(['check_equivocation', 'check_exceptions'] as const),
    ],
  ],
  [/^plan\.json$/, ['check_plan', 'check_start']],
  [/^transcript\.jsonl$/, ['check_transcript', 'check_outcome']],
  [/^checkpoint$/, ['check_checkpoint', 'check_rehearsal']],
  [/^keys\//, ['check_key_records', 'check_rehearsal']],
  [/^proofs\//, ['check_proofs', 'check_rehearsal']],
  [/^README\.txt$/, ['check_rehearsal']],
];

function failuresOf(verdict: Verdict): { rule: RuleId; file: string; message: string }[] {
  return verdict.rules.flatMap(({ rule, failure, furtherFailures }) =>
    [...(failure === undefined ? [] : [failure]), ...(furtherFailures ?? [])].map((one) => ({
      rule,
      ...one,
    })),
  );
}

/** What is wrong with the answer to a mutation; empty when nothing is. */
function complaints(mutation: Mutation, files: Files): string[] {
  let verdict: Verdict;
  try {
    verdict = verifyRecord(files);
  } catch (error) {
    return [`threw ${String(error)}`];
  }
  const found: string[] = [];
  const failures = failuresOf(verdict);
  if (verdict.verdict !== 'NOT VALID') found.push('is VALID');
  if (failures.length === 0) found.push('no rule failed');
  for (const { rule, file, message } of failures) {
    // A mark or a checksum is wrong only in comparison: either side may be named then.
    const compared =
      (mutation.touched.includes('SHA256SUMS') && rule === 'check_files' && message.includes('SHA256SUMS')) ||
      (mutation.touched.includes('plan.json') && rule === 'check_rehearsal');
    const touched = mutation.touched.some((one) => (typeof one === 'string' ? one === file : one.test(file)));
    // Two files that exclude one another: the one is named as the file, the other in the sentence.
    const named = mutation.touched.some(
      (one) => typeof one === 'string' && message.includes(`goes on with ${one}`),
    );
    if (!touched && !compared && !named) found.push(`${rule} blames ${file}: ${message}`);
    const rules = RULES_OF.find(([pattern]) => pattern.test(file))?.[1] ?? [];
    if (rule !== 'check_files' && !named && !rules.includes(rule))
      found.push(`${rule} speaks about ${file}: ${message}`);
    if (message.includes('cannot be read (')) found.push(`a check broke down: ${message}`);
  }
  if (verdict.rules.map((one) => one.rule).join() !== Object.keys(RULES).join())
    found.push('rules are missing');
  return found;
}

interface Case {
  readonly record: Ended;
  readonly foreign: Ended;
}

/** Records by what they are, with a second one by the same committee. */
const CASES: Readonly<Record<string, { flips: number; make: () => Promise<Case> }>> = {
  'a generated ed25519 key': {
    flips: 40,
    make: async () => {
      const shape = { suite: 'ed25519', holders: 2, threshold: 2 } as const;
      const record = await generated(shape);
      return { record, foreign: await ceremony(record.committee, shape) };
    },
  },
  'a refreshed secp256k1 key': {
    flips: 8,
    make: async () => {
      const shape = { suite: 'secp256k1', holders: 2, threshold: 2 } as const;
      const record = await refreshed(shape);
      return { record, foreign: await ceremony(record.committee, shape, keyAfter(record)) };
    },
  },
  'a generated ed25519 key with exceptions': {
    flips: 20,
    make: async () => {
      const shape = { suite: 'ed25519', holders: 2, threshold: 2, seed: 'exceptions' } as const;
      const say = async (committee = committeeOf(shape)): Promise<Ended> =>
        ceremony(committee, shape, null, {
          disturb: async (run) => {
            const one = run.participants.get('holder-1')!;
            await one.exception('delay', 'one');
            await run.participants.get('witness-1')!.exception('person', 'one of the witness');
            for (const turn of [...run.roles, ...run.roles]) await run.turn(turn);
            await one.exception('medium', 'two');
          },
        });
      const record = await say();
      return { record, foreign: await say(record.committee) };
    },
  },
  'a generated p256 key, signed with ES256': {
    flips: 8,
    make: async () => {
      const shape = { suite: 'p256', holders: 2, threshold: 2, alg: 'ES256' } as const;
      const record = await generated(shape);
      return { record, foreign: await ceremony(record.committee, shape) };
    },
  },
  'a ceremony that a holder stopped': {
    flips: 40,
    make: async () => {
      const shape = { suite: 'ed25519', holders: 2, threshold: 2, seed: 'stopped' } as const;
      const stop = async (role: string, committee = committeeOf(shape)): Promise<Ended> =>
        ceremony(committee, shape, null, {
          disturb: async (run) => {
            for (const turn of [...run.roles, ...run.roles]) await run.turn(turn);
            await run.participants.get(role)!.stop('the room is on fire');
            await run.participants.get('holder-2')!.exception('security', 'smoke in the corridor');
            await run.administrator.exception('person', 'called the fire brigade');
          },
        });
      const record = await stop('holder-1');
      return { record, foreign: await stop('holder-2', record.committee) };
    },
  },
  'a ceremony that a bad sub-share ended': {
    flips: 8,
    make: async () => {
      const shape = { suite: 'p256', holders: 3, threshold: 2, seed: 'complaint' } as const;
      const committee = committeeOf(shape);
      const cheat = {
        'holder-2': {
          ...STANDARD_CONTRIBUTIONS,
          contributeDeal: ((context, index, dealing, random) =>
            STANDARD_CONTRIBUTIONS.contributeDeal(
              context,
              index,
              { ...dealing, subShare: () => 7n },
              random,
            )) satisfies typeof STANDARD_CONTRIBUTIONS.contributeDeal,
        },
      };
      const record = await ceremony(committee, shape, null, { contributions: cheat });
      return { record, foreign: await ceremony(committee, shape, null, { contributions: cheat }) };
    },
  },
};

describe.each(Object.entries(CASES))('the record of %s', (name, { flips, make }) => {
  let made: Case;
  beforeAll(async () => {
    made = await make();
  });

  it('is VALID untouched', () => {
    const verdict = verifyRecord(made.record.files);
    expect(failuresOf(verdict)).toEqual([]);
    expect(verdict.verdict).toBe('VALID');
    expect(verifyRecord(made.foreign.files).verdict).toBe('VALID');
    expect(withChecksums(made.record.files)).toEqual(made.record.files);
  });

  it('is NOT VALID after any mutation, with and without checksums to match', () => {
    const wrong: string[] = [];
    let count = 0;
    for (const mutation of mutations(made.record.files, { seed: name, flips, foreign: made.foreign.files })) {
      count += 1;
      const tries: [string, Files][] = [['as is', mutation.files]];
      // Where only the checksums were changed, matching ones make the record what it was.
      if (mutation.touched.join() !== 'SHA256SUMS')
        tries.push(['checksums match', withChecksums(mutation.files)]);
      for (const [how, files] of tries)
        for (const complaint of complaints(mutation, files))
          wrong.push(`${mutation.name} (${how}): ${complaint}`);
    }
    expect(wrong.slice(0, 25).join('\n')).toBe('');
    expect(count).toBeGreaterThan(400);
  }, 180_000);
});
