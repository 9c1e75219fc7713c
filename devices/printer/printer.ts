/**
 * Printing through CUPS, for sheets that must pass through memory only.
 *
 * The document goes from this process's memory into `lp`, which streams it to the scheduler. Nothing is written to a
 * file here. The scheduler does write: every job is a file in its spool until it is printed, and longer if it is set so
 * (spool.ts says what can be known of that). `lp` answers before anything is on paper, so a job has to be followed, and
 * "done" is only what the printer claims: the page itself, read back, is the proof.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { PrinterError } from './errors.ts';
import { parseJobs, parseQueues, parseRefusing, type Queue } from './status.ts';
import { runTool } from './tools.ts';

/** A queue that can be printed to. */
export interface Printer {
  readonly name: string;
  /** What people call it: the queue's description. */
  readonly title: string;
  readonly state: 'ready' | 'stopped';
  /** What has to be done about it; also of a printer that is ready, such as one without paper. */
  readonly reason: string | null;
}

/** The queues, or why there are none. */
export interface PrinterList {
  readonly printers: readonly Printer[];
  /** A sentence with the next step when the list is empty. */
  readonly why: string | null;
}

export interface PrintOptions {
  /** Name of the queue. */
  readonly printer: string;
  /** Goes into CUPS's files, its log, and the printer: it must not tell anything secret. At most 80 characters. */
  readonly title: string;
  readonly media: 'A4' | 'Letter';
}

/** A job that CUPS has taken. */
export interface Job {
  /** As CUPS names it, such as `office-12`. */
  readonly id: string;
  readonly printer: string;
}

export interface JobState {
  /** `stopped`: it was cancelled, given up, or nothing is known of it. A stopped printer lets its jobs wait. */
  readonly state: 'waiting' | 'printing' | 'done' | 'stopped';
  readonly reason: string | null;
}

/** Lists the queues of the scheduler that `CUPS_SERVER` names, or this laptop's. Does not throw for want of CUPS. */
export async function printers(): Promise<PrinterList> {
  try {
    const [long, accepting] = await Promise.all([runTool('lpstat', ['-l', '-p']), runTool('lpstat', ['-a'])]);
    const refusing = parseRefusing(accepting.out);
    const found = parseQueues(long.out).map(({ name, title, stopped, trouble }): Printer => {
      const refusal = refusing.get(name);
      const closed = refusal === undefined ? null : refusedSentence(name, refusal);
      return {
        name,
        title,
        state: stopped || closed !== null ? 'stopped' : 'ready',
        reason: trouble ?? closed,
      };
    });
    if (found.length > 0) return { printers: found, why: null };
    if (!(await schedulerRuns())) return { printers: [], why: noScheduler().message };
    return {
      printers: [],
      why: 'CUPS has no printer on this laptop: set one up (lpadmin, or the system’s settings), then look again.',
    };
  } catch (error) {
    if (error instanceof PrinterError) return { printers: [], why: error.message };
    throw error;
  }
}

/**
 * Hands a PDF to a printer. Returns as soon as CUPS has it: follow the job.
 *
 * Throws PrinterError: `bad-request`, `unknown-printer`, `refused`, `no-scheduler`, `no-cups`, `no-answer`, `failed`.
 */
export async function print(pdf: Uint8Array, { printer, title, media }: PrintOptions): Promise<Job> {
  checkName(printer);
  if (!/^[^\p{C}]{1,80}$/u.test(title))
    throw new PrinterError(
      'bad-request',
      'title: expected 1 to 80 printable characters. Give the sheet a short name that tells nothing secret.',
    );
  if (Buffer.from(pdf.subarray(0, 5)).toString('latin1') !== '%PDF-')
    throw new PrinterError('bad-request', 'document: it does not begin as a PDF does. Make the sheet again.');
  // Banner pages and copies may be preset by the user's lpoptions: a secret sheet is printed once, alone.
  const once = ['-n', '1', '-o', 'job-sheets=none'];
  const words = ['-d', printer, '-t', title, ...once, '-o', `media=${media}`, '-'];
  const { ok, out, complaint } = await runTool('lp', words, pdf);
  const id = /^request id is (\S+) \(/m.exec(out)?.[1];
  if (ok && id?.startsWith(`${printer}-`) === true) return { id, printer };
  // `lp` says the same of a missing scheduler and of a missing printer.
  if (!(await schedulerRuns())) throw noScheduler();
  if (/does not exist/i.test(complaint)) throw unknownPrinter(printer);
  if (/not accepting/i.test(complaint)) throw new PrinterError('refused', refusedSentence(printer, ''));
  throw new PrinterError(
    'failed',
    `CUPS did not take the sheet: ${complaint || 'it gave no reason'}. ${SEE_TO_IT}`,
  );
}

/** Where a job is. Throws PrinterError: `no-scheduler`, `no-cups`, `no-answer`, `bad-request`. */
export async function jobState(job: Job): Promise<JobState> {
  checkJob(job);
  const waiting = await runTool('lpstat', ['-l', '-W', 'not-completed', '-o', job.printer]);
  const listed = parseJobs(waiting.out).find(({ id }) => id === job.id);
  if (listed === undefined) return await ended(job);
  const queue = await queueOf(job.printer);
  const printing = queue?.printing === job.id || listed.alerts.includes('job-printing');
  const held = listed.alerts.some((word) => /^job-hold|^job-held/.test(word));
  return {
    state: printing ? 'printing' : 'waiting',
    reason: queue?.trouble ?? (held ? `The job is held: let it go on with: lp -i ${job.id} -H resume` : null),
  };
}

/** Milliseconds. */
export interface FollowOptions {
  /** How long to follow a job that does not end. Default: five minutes. */
  readonly patience?: number;
  /** Pause between two questions. Default: one second. */
  readonly every?: number;
  readonly signal?: AbortSignal;
  /** Told whenever state or reason changes: a jam shows here long before the end. */
  readonly onChange?: (state: JobState) => void;
}

/**
 * Asks for a job until it is done or stopped, or patience ends; then the last state is given back, with a reason. A
 * signal rejects with its own reason. It does not cancel the job. Throws as `jobState` does.
 */
export async function followJob(job: Job, options: FollowOptions = {}): Promise<JobState> {
  const { patience = 300_000, every = 1000, signal, onChange } = options;
  const end = performance.now() + patience;
  let last = '';
  for (;;) {
    signal?.throwIfAborted();
    const now = await jobState(job);
    const told = JSON.stringify(now);
    if (told !== last) onChange?.(now);
    last = told;
    if (now.state === 'done' || now.state === 'stopped') return now;
    if (performance.now() + every > end)
      return {
        state: now.state,
        reason:
          now.reason ??
          'The sheet has not come out yet. Look at the printer, then wait on, or cancel the job.',
      };
    await pause(every, undefined, signal === undefined ? {} : { signal });
  }
}

/**
 * Takes a job back. What the printer has already got may still come out; whether CUPS keeps the document is as for one
 * that was printed.
 * Throws PrinterError: `finished`, `no-scheduler`, `no-cups`, `no-answer`, `bad-request`, `failed`.
 */
export async function cancelJob(job: Job): Promise<void> {
  checkJob(job);
  const { ok, complaint } = await runTool('cancel', [job.id]);
  if (ok) return;
  if (!(await schedulerRuns())) throw noScheduler();
  if (/already|does not exist/i.test(complaint))
    throw new PrinterError('finished', `${job.id} has ended already, so it cannot be cancelled. ${LOOK}`);
  throw new PrinterError('failed', `${job.id} could not be cancelled: ${complaint}. ${SEE_TO_IT}`);
}

const SEE_TO_IT = 'See to the printer, then try again.';
const LOOK = 'Look at the printer: a sheet that came out must be kept or destroyed like the secret on it.';

/**
 * How a job ended that no longer waits. `lpstat` lists finished jobs without telling printed from cancelled ones, but
 * CUPS names the state when it refuses to cancel what has ended. Asked only of jobs that are listed as ended, which no
 * request can cancel.
 */
async function ended(job: Job): Promise<JobState> {
  const { ok, out } = await runTool('lpstat', ['-l', '-W', 'completed', '-o', job.printer]);
  const listed = parseJobs(out).find(({ id }) => id === job.id);
  if (listed === undefined) {
    if (!ok && !(await schedulerRuns())) throw noScheduler();
    return {
      state: 'stopped',
      reason: `CUPS no longer knows ${job.id}, so it cannot be told how it ended. ${LOOK}`,
    };
  }
  const { complaint } = await runTool('cancel', [job.id]);
  const how = /is already (completed|canceled|aborted)/.exec(complaint)?.[1];
  if (how === 'completed') return { state: 'done', reason: null };
  const said = listed.message === '' ? '' : ` The printer said: “${listed.message}”.`;
  // A printer that refuses a job has it cancelled, so nobody here needs to have done it.
  const words =
    how === 'canceled'
      ? 'was cancelled, by a person or by the printer.'
      : how === 'aborted'
        ? 'was given up by CUPS.'
        : 'has ended, but CUPS does not tell how.';
  return { state: 'stopped', reason: `${job.id} ${words}${said} ${LOOK}` };
}

async function queueOf(printer: string): Promise<Queue | undefined> {
  const { out } = await runTool('lpstat', ['-l', '-p', printer]);
  return parseQueues(out).find(({ name }) => name === printer);
}

async function schedulerRuns(): Promise<boolean> {
  const { out } = await runTool('lpstat', ['-r']);
  return /^scheduler is running/m.test(out);
}

/** CUPS forbids space, `/` and `#` in names; a word that begins with `-` could be taken for an option. */
function checkName(printer: string): void {
  if (!/^[^\p{C}\s/#,'"\\-][^\p{C}\s/#,'"\\]{0,126}$/u.test(printer))
    throw new PrinterError(
      'bad-request',
      `printer: ${JSON.stringify(printer.slice(0, 40))} is no name of a printer. Choose one of the list (lpstat -p).`,
    );
}

function checkJob({ id, printer }: Job): void {
  checkName(printer);
  if (!id.startsWith(`${printer}-`) || !/^[1-9]\d{0,9}$/.test(id.slice(printer.length + 1)))
    throw new PrinterError(
      'bad-request',
      `job: expected ${printer} and a number, found ${JSON.stringify(id.slice(0, 60))}. Take the job as print() gave it.`,
    );
}

function noScheduler(): PrinterError {
  return new PrinterError(
    'no-scheduler',
    'The printing service (CUPS) does not run on this laptop: start it (systemctl start cups), then look again.',
  );
}

function unknownPrinter(printer: string): PrinterError {
  return new PrinterError(
    'unknown-printer',
    `CUPS has no printer “${printer}”. Choose one of the list (lpstat -p), or set it up first.`,
  );
}

function refusedSentence(printer: string, message: string): string {
  const because = message === '' ? '' : ` It says: “${message}”.`;
  return `The printer takes no jobs.${because} Let it take them again with: cupsaccept ${printer}`;
}
