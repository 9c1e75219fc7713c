/** Refusals of the ceremony engine, as values a person can act on: a code, what happened, and what to do next. */

export type CeremonyErrorCode =
  | 'bad-encoding'
  | 'bad-field'
  | 'bad-plan'
  | 'bad-card'
  | 'bad-key-record'
  | 'bad-envelope'
  | 'bad-signature'
  | 'unknown-sender'
  | 'wrong-ceremony'
  | 'wrong-round'
  | 'wrong-key'
  | 'wrong-epoch'
  | 'bad-bundle'
  | 'bad-exception'
  | 'incomplete-bundle'
  | 'split-view'
  | 'not-for-this-laptop'
  | 'ceremony-in-progress'
  | 'too-late-to-stop'
  | 'record-closed'
  | 'evidence-rejected'
  | 'rehearsal-mismatch'
  | 'own-equivocation'
  | 'bad-record'
  | 'bad-sheet'
  | 'bad-timestamp';

/** Thrown by everything under ceremony/. `message` is a full sentence; `next` says what the person does now. */
export class CeremonyError extends Error {
  readonly code: CeremonyErrorCode;
  readonly next: string | undefined;

  constructor(code: CeremonyErrorCode, message: string, next?: string) {
    super(message);
    this.name = 'CeremonyError';
    this.code = code;
    this.next = next;
  }
}
