/**
 * Times of whole ceremonies: the processor time one laptop spends on a refresh, and the verification of its record,
 * against a verification that does the same mathematics dealer by dealer and share by share. `node bench/ceremony.ts`.
 */
import { bytesToHex, fromHex } from '../crypto/bytes.ts';
import { verifySignatureShare } from '../crypto/frost.ts';
import { suiteByName, SUITE_NAMES, type Point, type SuiteName } from '../crypto/suite.ts';
import { checkSubgroup, decodeCommitments, sumCommitments } from '../crypto/feldman.ts';
import { newPublicShares } from '../crypto/refresh.ts';
import type { Envelope } from '../ceremony/envelope.ts';
import { NO_AUDIT } from '../ceremony/rules.ts';
import { verifyRecord } from '../ceremony/verify/verify.ts';
import { outcome, recordAfter, type View } from '../ceremony/view.ts';
import { proofMessage } from '../ceremony/plan.ts';
import { dealSchema } from '../ceremony/rounds/deal.ts';
import { finishProofs, secureSchema, type SignatureShares } from '../ceremony/rounds/secure.ts';
import { Committee, Run } from '../test-support/memory.ts';
import { ms, table } from './report.ts';

/** Runs a refresh in memory and returns the time each role spent, and the pieces that verification needs. */
async function refresh(
  suite: SuiteName,
  threshold: number,
  holders: number,
): Promise<{ perLaptop: Map<string, number>; view: View; files: ReadonlyMap<string, Uint8Array> }> {
  const indices = Array.from({ length: holders }, (_, at) => at + 1);
  const committee = new Committee(indices, `bench-${suite}-${threshold}-${holders}`, 'ES256');
  const generate = await Run.start(committee, await committee.plan(suite, threshold, null));
  await generate.toEnd();
  const before = recordAfter(generate.administrator.view);
  if (before === undefined) throw new Error('the generate ceremony did not end');
  const run = await Run.start(committee, await committee.plan(suite, threshold, before));
  const perLaptop = new Map<string, number>();
  for (let turns = 0; turns < 40 && outcome(run.administrator.view) !== 'closed'; turns++)
    for (const role of run.roles) {
      const started = performance.now();
      await run.turn(role);
      perLaptop.set(role, (perLaptop.get(role) ?? 0) + performance.now() - started);
    }
  await run.toEnd();
  const files = committee.administrator.records.get(bytesToHex(run.context.id));
  if (files === undefined) throw new Error('there is no record');
  return { perLaptop, view: run.administrator.view, files };
}

/** The same algebra as the rules do it: sums first, the subgroup check on the sums, signature shares by their sum. */
function summedAlgebra(view: View): boolean {
  const { context, deal, confirm } = view;
  const { plan, suite } = context;
  if (plan.before === null || deal === undefined || confirm === undefined) return false;
  const dealers = new Map<number, Point[]>();
  for (const envelope of view.bundles.find((bundle) => bundle.round === 1)?.envelopes ?? []) {
    const index = Number(envelope.payload.sender.slice('holder-'.length));
    const { commitments } = dealSchema.parse(envelope.payload.body);
    dealers.set(index, decodeCommitments(suite, commitments, plan.threshold - 1, 'commitments', index));
  }
  const summed = sumCommitments(suite, dealers);
  checkSubgroup(suite, dealers, summed);
  const old = new Map(
    plan.before.holders.map((holder) => [
      holder.index,
      suite.pointFromBytes(fromHex(holder.publicShare), 'public share'),
    ]),
  );
  const renewed = newPublicShares(suite, old, summed);
  const secures = view.bundles.find((bundle) => bundle.round === 3)?.envelopes ?? [];
  finishProofs(context, deal, confirm, readShares(plan.proofs.length, secures), NO_AUDIT);
  return [...renewed].every(([index, point]) => point.equals(deal.publicShares.get(index) ?? suite.zero));
}

function readShares(proofs: number, envelopes: readonly Envelope[]): SignatureShares {
  const shares = Array.from({ length: proofs }, () => new Map<number, Uint8Array>());
  for (const envelope of envelopes)
    for (const [at, share] of secureSchema.parse(envelope.payload.body).signatureShares)
      shares[at]?.set(Number(envelope.payload.sender.slice('holder-'.length)), share);
  return shares;
}

/** What an auditor would do who follows the definitions word for word: every dealer, every power, every share. */
function naiveAlgebra(view: View): boolean {
  const { context, deal, confirm } = view;
  const { plan, suite } = context;
  if (plan.before === null || deal === undefined || confirm === undefined) return false;
  const dealEnvelopes = view.bundles.find((bundle) => bundle.round === 1)?.envelopes ?? [];
  let right = true;
  for (const holder of plan.before.holders) {
    let renewed: Point = suite.pointFromBytes(fromHex(holder.publicShare), 'public share');
    for (const envelope of dealEnvelopes) {
      const body = dealSchema.parse(envelope.payload.body);
      let power = 1n;
      for (const encoded of body.commitments) {
        power = suite.mod(power * BigInt(holder.index));
        renewed = renewed.add(suite.pointFromBytes(encoded, 'commitment').multiplyUnsafe(power));
      }
    }
    right &&= renewed.equals(deal.publicShares.get(holder.index) ?? suite.zero);
  }
  const key = { groupKey: deal.groupKey, publicShares: deal.publicShares, threshold: plan.threshold };
  for (const envelope of view.bundles.find((bundle) => bundle.round === 3)?.envelopes ?? []) {
    const index = Number(envelope.payload.sender.slice('holder-'.length));
    for (const [at, share] of secureSchema.parse(envelope.payload.body).signatureShares) {
      const proof = plan.proofs[at];
      const commitments = confirm.commitments[at];
      if (proof === undefined || commitments === undefined) return false;
      const message = proofMessage(context, bytesToHex(deal.fingerprint), at);
      right &&= verifySignatureShare(suite, proof.scheme, key, index, commitments, message, share);
    }
  }
  return right;
}

const rows: string[][] = [];
for (const [threshold, holders] of [
  [3, 5],
  [10, 15],
] as const)
  for (const suite of SUITE_NAMES) {
    const { perLaptop, view, files } = await refresh(suiteByName(suite).name, threshold, holders);
    const times = [...perLaptop].filter(([role]) => role.startsWith('holder-')).map(([, time]) => time);
    const [verifying, verdict] = timed(() => verifyRecord(files).verdict);
    const [summed, alsoRight] = timed(() => summedAlgebra(view));
    const [naive, right] = timed(() => naiveAlgebra(view));
    if (verdict !== 'VALID' || !right || !alsoRight) throw new Error('the record does not verify');
    rows.push([
      `${threshold}-of-${holders}`,
      suite,
      ms(times.reduce((a, b) => a + b, 0) / times.length),
      ms(Math.max(...times)),
      ms(verifying),
      ms(summed),
      ms(naive),
      `${(naive / summed).toFixed(1)}×`,
    ]);
  }

function timed<T>(action: () => T): [number, T] {
  action();
  const runs = [0, 1, 2].map(() => {
    const started = performance.now();
    const value = action();
    return { time: performance.now() - started, value };
  });
  runs.sort((a, b) => a.time - b.time);
  const middle = runs[1];
  if (middle === undefined) throw new Error('no run');
  return [middle.time, middle.value];
}

table(
  ['COMMITTEE', 'SUITE', 'LAPTOP, MEAN', 'LAPTOP, MOST', 'VERIFY RECORD', 'ITS ALGEBRA', 'NAIVE', 'RATIO'],
  rows,
  'Processor time of one holder’s laptop for a whole refresh (cryptography, codecs, checks; no disk, no Argon2), and of',
  'verifying its record (everything, signatures included); then the algebra of the new public shares and proofs alone,',
  'as the rules do it and as the definitions say it: dealer by dealer, power by power, signature share by signature share.',
);
