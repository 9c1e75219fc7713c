/**
 * Verification of a record: replays the ceremony from plan and envelopes through the same rules that the laptops
 * applied, then rebuilds every file of the record and compares byte for byte. Nothing in the record is believed that
 * can be computed; what cannot be computed must be signed.
 */
import type { PlanContext } from '../plan.ts';
import type { RecordFiles } from '../record.ts';
import { withoutStamps } from '../timestamp/files.ts';
import type { View } from '../view.ts';
import { checkCheckpoint, checkRehearsal } from './checkpoint.ts';
import { checkSums, compareFiles } from './files.ts';
import { Findings } from './findings.ts';
import { RecordProblem, sentenceOf } from './problem.ts';
import { readPlan, replay } from './replay.ts';
import { assemble, type Verdict } from './verdict.ts';

export type { Failure } from './findings.ts';
export type { RuleResult, RuleState, Verdict } from './verdict.ts';

/**
 * Verifies the files of a record. Never throws for bad content: that is what the verdict says. A wrong checksum, a
 * changed file that can be computed, or a breach after the certificate does not keep the rest from being checked; what
 * the replay itself rests on does (the plan, an envelope).
 */
export function verifyRecord(files: RecordFiles): Verdict {
  return examineRecord(files).verdict;
}

/** What verification of a record came to, and what the record says where it could be replayed to its end. */
export interface Examined {
  readonly verdict: Verdict;
  readonly view: View | undefined;
}

/** The same as `verifyRecord`, for those who go on with what the record says. A view is there also where a rule failed. */
export function examineRecord(all: RecordFiles): Examined {
  // Timestamps come after everything that is signed, and change nothing of it: laptop/timestamps.ts reads them.
  const files = withoutStamps(all);
  const findings = new Findings();
  let context: PlanContext | undefined;
  let view: View | undefined;
  try {
    checkSums(files, findings);
    context = readPlan(files, findings);
    checkRehearsal(context, files, findings);
    const end = replay(context, files, findings);
    compareFiles(end, files, findings);
    view = end;
    checkCheckpoint(view, files, findings);
  } catch (error) {
    findings.fail(
      error instanceof RecordProblem
        ? error
        : new RecordProblem('check_outcome', 'record', sentenceOf(error)),
    );
  }
  return { verdict: assemble(findings, context, view), view };
}
