/** What was seen, what was wrong, and which rules are through: nothing is right that was not looked at. */
import { plain, type Problem } from './basics.ts';

export interface Failure {
  readonly file: string;
  readonly message: string;
}

export class Found {
  readonly evidence = new Map<string, string[]>();
  readonly failures = new Map<string, Failure[]>();
  readonly complete = new Set<string>();

  see(rule: string, line: string): void {
    this.evidence.set(rule, [...(this.evidence.get(rule) ?? []), plain(line)]);
  }
  fail({ rule, file, message }: Problem): void {
    const failure = { file: plain(file), message: plain(message) };
    this.failures.set(rule, [...(this.failures.get(rule) ?? []), failure]);
  }
  through(...rules: readonly string[]): void {
    for (const rule of rules) this.complete.add(rule);
  }
  failed(rule: string): boolean {
    return this.failures.has(rule);
  }
}
