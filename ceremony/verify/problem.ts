/** What makes a record not valid: the rule it breaks, the file in which that shows, and one sentence. */
import { CryptoError } from '../../crypto/errors.ts';
import { CeremonyError } from '../errors.ts';
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

/**
 * Runs one part of verification. Whatever it throws becomes a RecordProblem of `file` under `rule`; one that names its
 * own is passed on.
 */
export function blame<T>(rule: RuleId, file: string, part: () => T): T {
  try {
    return part();
  } catch (error) {
    if (error instanceof RecordProblem) throw error;
    throw new RecordProblem(rule, file, sentenceOf(error));
  }
}

/**
 * What an error says to an auditor. Errors that are none of ours (a library that runs out of stack, say) are told as
 * they are: whatever the bytes do, the answer is a verdict and never a crash.
 */
export function sentenceOf(error: unknown): string {
  if (error instanceof CeremonyError || error instanceof CryptoError) return error.message;
  return `this cannot be read (${error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error'}).`;
}
