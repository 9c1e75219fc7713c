/**
 * The person at the window, as the ceremony engine sees them: an Operator that gives the answers which were submitted
 * for a step, and otherwise says "not now" and remembers what was asked.
 */
import { bytesToHex } from '../../../crypto/bytes.ts';
import type { PlanContext } from '../../../ceremony/plan.ts';
import type { Operator } from '../../../ceremony/ports.ts';
import { outcome, type View } from '../../../ceremony/view.ts';

export interface Question {
  readonly step: string;
  readonly about: string | null;
}

/** Answers as they were handed in. */
interface Submitted {
  /** What the person saw when they answered (`seenUpon`). */
  readonly seen: string;
  readonly answers: Map<string, string>;
}

/** What went wrong with answers that were right, and what to do about it. */
export interface Failure {
  readonly message: string;
  readonly next: string | null;
}

export class Desk {
  /** What each role was asked last, by ceremony and role. */
  readonly #asked = new Map<string, Question>();
  /** Submitted answers that were not used yet, by question. */
  readonly #answers = new Map<string, Submitted>();
  /** Questions whose answers were used since they were handed in. */
  readonly #used = new Set<string>();
  readonly #complaints = new Map<string, Map<string, string>>();
  readonly #failures = new Map<string, Failure>();

  /** `seen` says what a person would see now: an answer to something else counts for nothing. */
  operator(context: PlanContext, role: string, seen: (step: string) => string): Operator {
    const part = partKey(bytesToHex(context.id), role);
    return {
      answer: ({ step, field, about, complaint }) => {
        const question = { step, about: about ?? null };
        this.#asked.set(part, question);
        const key = questionKey(part, question);
        const submitted = this.#answers.get(key);
        // The bundles of this very look may have changed what the question is about.
        const answers = submitted?.seen === seen(step) ? submitted.answers : undefined;
        if (complaint !== undefined) {
          // What was wrong with one answer goes back to the person with the others as they were typed.
          this.#answers.delete(key);
          const complaints = this.#complaints.get(key) ?? new Map<string, string>();
          this.#complaints.set(key, complaints.set(field, asSentence(complaint)));
          return Promise.resolve(undefined);
        }
        const answer = answers?.get(field);
        answers?.delete(field);
        // Answered: unless something is wrong with it, this is not open any more.
        if (answer !== undefined) {
          this.#asked.delete(part);
          this.#used.add(key);
        }
        return Promise.resolve(answer);
      },
    };
  }

  /** Forgets what was asked: the coming look at the script asks again whatever is still open. */
  forget(): void {
    this.#asked.clear();
  }

  asked(ceremony: string, role: string): Question | undefined {
    return this.#asked.get(partKey(ceremony, role));
  }

  complaints(ceremony: string, role: string, question: Question): ReadonlyMap<string, string> {
    return this.#complaints.get(questionKey(partKey(ceremony, role), question)) ?? new Map<string, string>();
  }

  /** Remembers why the answers to a question came to nothing, until they are given again. */
  failed(ceremony: string, role: string, question: Question, failure: Failure): void {
    this.#failures.set(questionKey(partKey(ceremony, role), question), failure);
  }

  failure(ceremony: string, role: string, question: Question): Failure | undefined {
    return this.#failures.get(questionKey(partKey(ceremony, role), question));
  }

  /** Hands in all answers of a step. They are used up by the next look at the script. */
  submit(
    ceremony: string,
    role: string,
    question: Question,
    seen: string,
    answers: Readonly<Record<string, string>>,
  ): void {
    const key = questionKey(partKey(ceremony, role), question);
    this.#complaints.delete(key);
    this.#failures.delete(key);
    this.#used.delete(key);
    this.#answers.set(key, { seen, answers: new Map(Object.entries(answers)) });
  }

  /** True when the answers that were handed in last for this question were used. */
  wasUsed(ceremony: string, role: string, question: Question): boolean {
    return this.#used.has(questionKey(partKey(ceremony, role), question));
  }

  /** Takes back whatever was not used: a step that could not run must not run later without its person. */
  withdraw(): void {
    this.#answers.clear();
  }
}

const partKey = (ceremony: string, role: string): string => `${ceremony} ${role}`;
const questionKey = (part: string, { step, about }: Question): string => `${part} ${step} ${about ?? ''}`;

/** What a check found, as a sentence. */
const asSentence = (complaint: string): string =>
  `${complaint.charAt(0).toUpperCase()}${complaint.slice(1)}.`;

/**
 * What a step is shown upon, as a short text. A statement about how a ceremony went is about all that had happened; for
 * the other steps it is enough that the ceremony has not ended or been certified meanwhile.
 */
export function seenUpon(step: string, view: View): string {
  return step === 'attest' ? `${outcome(view)} ${bytesToHex(view.head)}` : outcome(view);
}
