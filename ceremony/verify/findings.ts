/**
 * What verification has found so far, by rule: what each check saw, what was wrong, and which rules are through. A
 * rule is `complete` only once everything it speaks of was looked at; passes alone do not make it that.
 */
import { plainLine } from '../plain.ts';
import type { Audit, RuleId } from '../rules.ts';
import type { RecordProblem } from './problem.ts';

/** Where a rule is broken, and how. */
export interface Failure {
  readonly file: string;
  readonly message: string;
}

export class Findings implements Audit {
  readonly #evidence = new Map<RuleId, string[]>();
  readonly #failures = new Map<RuleId, Failure[]>();
  readonly #complete = new Set<RuleId>();

  /** Texts come from the record, so what could move a terminal's cursor or fake a line is made visible. */
  pass(rule: RuleId, evidence: string): void {
    this.#evidence.set(rule, [...this.evidence(rule), plainLine(evidence)]);
  }

  fail({ rule, file, message }: RecordProblem): void {
    const failure = { file: plainLine(file), message: plainLine(message) };
    this.#failures.set(rule, [...this.failures(rule), failure]);
  }

  complete(...rules: readonly RuleId[]): void {
    for (const rule of rules) this.#complete.add(rule);
  }

  evidence(rule: RuleId): readonly string[] {
    return this.#evidence.get(rule) ?? [];
  }

  failures(rule: RuleId): readonly Failure[] {
    return this.#failures.get(rule) ?? [];
  }

  isComplete(rule: RuleId): boolean {
    return this.#complete.has(rule);
  }

  /** True once anything was wrong. */
  get anyFailed(): boolean {
    return this.#failures.size > 0;
  }
}
