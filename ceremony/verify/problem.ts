/** What makes a record not valid: the rule it breaks, the file in which that shows, and one sentence. */
import type { RuleId } from '../rules.ts';

export class RecordProblem extends Error {
  readonly rule: RuleId;
  readonly file: string;

  constructor(rule: RuleId, file: string, message: string) {
    super(message);
    this.name = 'RecordProblem';
    this.rule = rule;
    this.file = file;
  }
}
