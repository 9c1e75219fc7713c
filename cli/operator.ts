/** The person at the keyboard: answers from the terminal, from `--answer` options, or (in a rehearsal) the right ones. */
import { createInterface } from 'node:readline/promises';
import type { Operator } from '../ceremony/ports.ts';
import { planCode, type PlanContext } from '../ceremony/plan.ts';
import { CUTOVER_PHRASE, DESTROY_PHRASE } from '../ceremony/script.ts';
import { UsageError } from '../laptop/errors.ts';

/** Reads `step.field=value` and `step.field@about=value`. Throws UsageError for anything else. */
export function checkAnswers(answers: readonly string[]): Map<string, string> {
  const known = new Map<string, string>();
  for (const answer of answers) {
    const [, name, value] = /^([a-z-]+\.[a-z]+(?:@[^=]+)?)=(.*)$/su.exec(answer) ?? [];
    if (name === undefined || value === undefined)
      throw new UsageError(
        `--answer: expected step.field=value (such as join.code="four words"), found "${answer}".`,
      );
    known.set(name, value);
  }
  return known;
}

/**
 * Answers given beforehand: `step.field=value`, or `step.field@about=value` for one of several. An answer that was
 * refused is not tried again.
 */
export function scriptedOperator(answers: readonly string[], otherwise?: Operator): Operator {
  const known = checkAnswers(answers);
  return {
    answer: async (question) => {
      const name = `${question.step}.${question.field}`;
      const value = known.get(`${name}@${question.about ?? ''}`) ?? known.get(name);
      if (value === undefined) return otherwise?.answer(question);
      if (question.complaint !== undefined)
        throw new UsageError(`--answer ${name}: ${question.complaint}.`, 1);
      return value;
    },
  };
}

/**
 * The answers that are meant for one of several ceremonies: an answer to `join.code` names the ceremony that all of
 * them are for, so that nobody agrees to a plan whose words they did not give. Words that fit no plan at all are for
 * every one of them, to be refused.
 */
export function answersFor(
  answers: readonly string[],
  context: PlanContext,
  all: readonly PlanContext[],
): readonly string[] {
  const isCode = (answer: string): boolean => answer.startsWith('join.code=');
  const fits = (answer: string, plan: PlanContext): boolean =>
    sameWords(answer.slice('join.code='.length), planCode(plan));
  const codes = answers.filter(isCode);
  if (!codes.some((code) => all.some((plan) => fits(code, plan)))) return answers;
  return codes.some((code) => fits(code, context))
    ? answers.filter((answer) => !isCode(answer) || fits(answer, context))
    : [];
}

/** True when both are the same words: case, and how many spaces are between them, do not matter. */
export function sameWords(a: string, b: string): boolean {
  const plain = (text: string): string => text.trim().toLowerCase().split(/\s+/).join(' ');
  return plain(a) === plain(b);
}

/** Asks on the terminal, if there is one at both ends; otherwise nobody is there to answer. */
export function terminalOperator(): Operator | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return {
    answer: async ({ title, question, about, complaint }) => {
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      try {
        process.stderr.write(complaint === undefined ? `\n${title}\n` : `  ${complaint}\n`);
        if (about !== undefined && complaint === undefined) process.stderr.write(`  ${about}\n`);
        return await terminal.question(`  ${question}: `);
      } finally {
        terminal.close();
      }
    },
  };
}

/** Answers everything as the script wants it. For rehearsals only, whose keys are worth nothing. */
export function rehearsalOperator(context: PlanContext): Operator {
  if (!context.plan.rehearsal)
    throw new UsageError('This is not a rehearsal: somebody has to answer for themselves.');
  const answers: Readonly<Record<string, string>> = {
    'join.code': planCode(context),
    'approve.decision': 'approve',
    'backups.serial': 'REHEARSAL-1',
    'backups.witness': 'rehearsal witness',
    'cutover.phrase': CUTOVER_PHRASE,
    'destroy.phrase': DESTROY_PHRASE,
    'destroy.witness': 'rehearsal witness',
    'attest.statement': 'agree',
    'attest.remarks': '',
  };
  return { answer: ({ step, field }) => Promise.resolve(answers[`${step}.${field}`]) };
}
