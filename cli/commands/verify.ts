/** `reseal verify`: checks a record against every rule and says what each of them saw. */
import { verifyRecord, type RuleResult, type Verdict } from '../../ceremony/verify/verify.ts';
import type { Command } from '../command.ts';
import { readDisclosure, readRecordAt } from '../../laptop/record-archive.ts';
import { readStamps, type StampReport } from '../../laptop/timestamps.ts';
import { verifyDisclosure } from './disclose.ts';
import type { Output } from '../output.ts';
import { printStamp } from './timestamp.ts';

export const verify: Command = {
  name: 'verify',
  summary: 'Check a record: every rule with its evidence, and the verdict',
  arguments: ['RECORD'],
  options: { brief: { help: 'one line a rule, without the evidence' } },
  examples: ['reseal verify record', 'reseal verify record.reseal --json'],
  run(given, output) {
    const dir = given.positionals[0] ?? '';
    const disclosure = readDisclosure(dir);
    if (disclosure !== undefined) return Promise.resolve(verifyDisclosure(dir, disclosure, output));
    const files = readRecordAt(dir);
    const verdict = verifyRecord(files);
    const timestamps = readStamps(files);
    printVerdict(verdict, output, given.flag('brief'), timestamps);
    output.result({ record: dir, ...verdict, timestamps });
    return Promise.resolve(verdict.verdict === 'VALID' ? 0 : 1);
  },
};

const MARKS: Readonly<Record<RuleResult['state'], string>> = {
  ok: '✓',
  failed: '✗',
  broken: '!',
  'not checked': '·',
  'not applicable': '–',
};

/** Prints a verdict for people, and the timestamps, which are no part of it. Every mark stands with its word. */
export function printVerdict(
  verdict: Verdict,
  output: Output,
  brief: boolean,
  timestamps: readonly StampReport[] = [],
): void {
  for (const rule of verdict.rules) {
    output.line(`${MARKS[rule.state]} ${rule.rule}  ${rule.state}  ${rule.sentence}`);
    for (const failure of [rule.failure, ...(rule.furtherFailures ?? [])])
      if (failure !== undefined) output.line(`    ${failure.file}: ${failure.message}`);
    if (!brief) for (const evidence of rule.evidence) output.line(`    ${evidence}`);
  }
  for (const stamp of timestamps) printStamp(stamp, output);
  output.line();
  const { ceremony } = verdict;
  if (ceremony !== null) {
    output.line(
      `Ceremony   ${ceremony.id} (${ceremony.code})${verdict.rehearsal === true ? '  REHEARSAL' : ''}`,
    );
    output.line(
      `Key        ${ceremony.keyName}, ${ceremony.suite}, ${ceremony.threshold} of ${ceremony.holders}`,
    );
    if (ceremony.groupKeyBefore !== null)
      output.line(`Before     epoch ${ceremony.epochBefore ?? '?'}, group key ${ceremony.groupKeyBefore}`);
    if (ceremony.groupKeyAfter !== null)
      output.line(`After      epoch ${ceremony.epochAfter ?? '?'}, group key ${ceremony.groupKeyAfter}`);
    if (ceremony.abort !== null) output.line(`Aborted    ${ceremony.abort.reason}`);
  }
  const failed = verdict.rules.find((rule) => rule.state === 'failed');
  output.line(
    verdict.verdict === 'VALID'
      ? `VALID: a true account of a ceremony that was ${verdict.outcome === 'closed' ? 'completed' : 'aborted'}.`
      : `NOT VALID: ${failed === undefined ? 'not everything could be checked.' : `${failed.rule}, ${failed.failure?.file ?? ''}: ${failed.failure?.message ?? ''}`}`,
  );
}
