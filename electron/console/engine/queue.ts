/** One thing after the other: the engine's operations never overlap, in the order in which they were asked for. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` after everything that was asked for before it. A failure is its own caller's business alone. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** Makes a method of an operation: it waits its turn, and is shown while it works; null: without a word. */
export type One = <I, O>(what: string | null, work: (input: I) => Promise<O> | O) => (input: I) => Promise<O>;
