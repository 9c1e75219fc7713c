/** Which errors a person may read, and as what: the code, the sentence and the next step of a refusal, nothing else. */
import { explainForWindow } from '../../laptop/errors.ts';

/** What became of a call that failed. `internal` carries a detail for the log, which no window ever sees. */
export type Refusal =
  | {
      readonly internal: false;
      readonly reason: string | null;
      readonly message: string;
      readonly next: string | null;
    }
  | { readonly internal: true; readonly detail: string };

/** An error of the engine as it crosses to the main thread. */
export function explainRefusal(error: unknown): Refusal {
  const explained = explainForWindow(error);
  if (explained !== null) return { internal: false, ...explained };
  return { internal: true, detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
