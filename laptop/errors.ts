/** What a command ends with when it cannot do what was asked: one sentence for a person, and an exit code. */

/** 0 done or valid · 1 not valid, refused, or waiting for somebody · 2 the command could not be read or its input not opened. */
export type ExitCode = 0 | 1 | 2;

/** A refusal of the command line itself: wrong words, a missing file. */
export class UsageError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = 2) {
    super(message);
    this.name = 'UsageError';
    this.exitCode = exitCode;
  }
}

/** Names of the error classes whose messages were written for people; anything else is a defect of Reseal. */
const FOR_PEOPLE = new Set([
  'UsageError',
  'CeremonyError',
  'CryptoError',
  'FormatError',
  'VaultError',
  'FileError',
  'PassphraseError',
  'BackupError',
  'NonceError',
  'PrinterError',
]);

/** An error that was written for people, as a window shows it; null for a defect, whose text nobody should see. */
export function explainForWindow(
  error: unknown,
): { reason: string | null; message: string; next: string | null } | null {
  if (!(error instanceof Error && FOR_PEOPLE.has(error.name))) return null;
  const { next } = explain(error);
  const reason = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { reason, message: error.message, next: next ?? null };
}

/** What to print for an error, and how to end. Never a stack trace, unless RESEAL_DEBUG asks for one. */
export function explain(error: unknown): { message: string; next: string | undefined; exitCode: ExitCode } {
  if (error instanceof Error && FOR_PEOPLE.has(error.name)) {
    const next = 'next' in error && typeof error.next === 'string' ? error.next : undefined;
    return { message: error.message, next, exitCode: error instanceof UsageError ? error.exitCode : 1 };
  }
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    message: `Something went wrong that Reseal did not foresee (${detail}).`,
    next: 'Nothing was half-written. Run the command again; if it happens again, report it.',
    exitCode: 1,
  };
}
