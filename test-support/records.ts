/** Finished records of small ceremonies, for tests of what happens to a record afterwards. */
import { bytesToHex } from '../crypto/bytes.ts';
import type { IdentityAlgorithm } from '../crypto/identity.ts';
import type { SuiteName } from '../crypto/suite.ts';
import { decodeKeyRecord, type KeyRecord } from '../ceremony/key-record.ts';
import type { Plan, PlanContext } from '../ceremony/plan.ts';
import type { RecordFiles } from '../ceremony/record.ts';
import type { Contributions } from '../ceremony/rounds/contributions.ts';
import { Committee, Run } from './memory.ts';

export interface Ended {
  readonly committee: Committee;
  readonly context: PlanContext;
  readonly run: Run;
  readonly files: RecordFiles;
}

export interface Shape {
  readonly suite: SuiteName;
  readonly holders: number;
  readonly threshold: number;
  readonly alg?: IdentityAlgorithm;
  readonly seed?: string;
}

/** A committee of holders 1..n. */
export function committeeOf({ suite, holders, alg, seed }: Shape): Committee {
  const indices = Array.from({ length: holders }, (_, at) => at + 1);
  return new Committee(indices, `${seed ?? 'records'}/${suite}`, alg);
}

/** Runs one ceremony to its end, be it closed or aborted. `disturb` is called once everything waits for the deals. */
export async function ceremony(
  committee: Committee,
  shape: Shape,
  before: KeyRecord | null = null,
  more: {
    change?: Partial<Plan>;
    contributions?: Readonly<Record<string, Contributions>>;
    disturb?: (run: Run) => Promise<void>;
  } = {},
): Promise<Ended> {
  const context = await committee.plan(shape.suite, shape.threshold, before, more.change);
  const run = await Run.start(committee, context, more.contributions);
  if (more.disturb !== undefined) await more.disturb(run);
  await run.toEnd();
  const files = committee.administrator.records.get(bytesToHex(context.id));
  if (files === undefined) throw new Error(`no record was filed: ${run.problems.join('; ')}`);
  return { committee, context, run, files };
}

/** Generates a key. */
export function generated(shape: Shape): Promise<Ended> {
  return ceremony(committeeOf(shape), shape);
}

/** The key record that a ceremony led to. */
export function keyAfter({ files }: Ended): KeyRecord {
  return decodeKeyRecord(files.get('keys/after.json') ?? new Uint8Array(0));
}

/** Generates a key, then refreshes it. Returns the refresh. */
export async function refreshed(shape: Shape): Promise<Ended> {
  const first = await generated(shape);
  return ceremony(first.committee, shape, keyAfter(first));
}
