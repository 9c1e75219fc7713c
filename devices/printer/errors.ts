/** What can go wrong between this laptop and a printer. */

/**
 * `no-cups`: the printing tools are not installed. `no-scheduler`: CUPS does not run. `no-answer`: a tool did not end.
 * `unknown-printer`: no queue of that name. `refused`: the queue takes no jobs. `bad-request`: what was handed in cannot
 * be printed. `finished`: the job has ended already. `failed`: anything else CUPS says.
 */
export type PrinterErrorCode =
  | 'no-cups'
  | 'no-scheduler'
  | 'no-answer'
  | 'unknown-printer'
  | 'refused'
  | 'bad-request'
  | 'finished'
  | 'failed';

/** The message is a sentence with the next step. It never contains anything of the document. */
export class PrinterError extends Error {
  readonly code: PrinterErrorCode;

  constructor(code: PrinterErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'PrinterError';
    this.code = code;
  }
}
