/** Threads that look at pictures: drawing, photographing and reading them is most of the work of an optical rehearsal. */
import { Worker } from 'node:worker_threads';
import { UsageError } from '../../../laptop/errors.ts';
import type { Job, Outcome } from './reception.ts';

const THREAD = new URL('./thread.ts', import.meta.url);

/** What a thread answers: what became of its job, or why it could not be done. Classes of errors do not cross. */
export type Answer = { readonly outcome: Outcome } | { readonly refused: string; readonly defect: boolean };

interface Task {
  readonly job: Job;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

export class Threads {
  readonly #all: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Task>();
  readonly #waiting: Task[] = [];
  #failure: Error | undefined;

  constructor(count: number) {
    for (let at = 0; at < count; at++) this.#start();
  }

  #start(): void {
    const worker = new Worker(THREAD);
    this.#all.push(worker);
    this.#idle.push(worker);
    worker.on('message', (answer: Answer) => {
      const task = this.#busy.get(worker);
      this.#busy.delete(worker);
      this.#idle.push(worker);
      if ('outcome' in answer) task?.resolve(answer.outcome);
      else task?.reject(answer.defect ? new Error(answer.refused) : new UsageError(answer.refused, 1));
      this.#next();
    });
    worker.on('error', (error) => {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    });
  }

  /** Does a job in the next thread that is idle. Rejects with the error of the job, or of the thread. */
  run(job: Job): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#failure !== undefined) {
      for (const task of this.#waiting.splice(0)) task.reject(this.#failure);
      return;
    }
    const task = this.#waiting[0];
    const worker = task === undefined ? undefined : this.#idle.pop();
    if (task === undefined || worker === undefined) return;
    this.#waiting.shift();
    this.#busy.set(worker, task);
    worker.postMessage(task.job);
  }

  #fail(error: Error): void {
    this.#failure = error;
    for (const task of this.#busy.values()) task.reject(error);
    this.#busy.clear();
    this.#next();
  }

  /** Ends all threads. What they were at is never answered. */
  async close(): Promise<void> {
    this.#busy.clear();
    this.#waiting.length = 0;
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }
}
