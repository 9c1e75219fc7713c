/** `reseal step`: reads what has arrived, does whatever comes next, and says what it waits for. */
import type { Command } from '../command.ts';
import { answersFor, checkAnswers } from '../operator.ts';
import type { Laptop, PartReport } from '../../laptop/laptop.ts';
import type { Output } from '../output.ts';
import { COURIER_OPTION, openLaptop, VAULT_OPTIONS } from '../session.ts';

/** Options of every command that takes part in ceremonies. */
export const STEP_OPTIONS = {
  ...VAULT_OPTIONS,
  courier: COURIER_OPTION,
  answer: {
    value: 'STEP.FIELD=VALUE',
    help: 'answer a question of a step beforehand, such as join.code="four words", which also says for which ceremony',
    multiple: true,
  },
  'backup-dir': { value: 'DIR', help: 'where file backups go (default: backups/ beside the vault)' },
  'backup-passphrase-fd': {
    value: 'N',
    help: 'read the passphrase of the backups from file descriptor N (default: that of the vault)',
  },
} as const;

export const step: Command = {
  name: 'step',
  summary: 'Do whatever comes next in the ceremonies of this laptop, and say what is missing',
  options: {
    ...STEP_OPTIONS,
    watch: { help: 'stay, and go on whenever something arrives, until nothing is left to do' },
  },
  examples: [
    'reseal step --courier /media/usb',
    'reseal step --courier /media/usb --answer join.code="sterling distortion dashboard Virginia"',
  ],
  async run(given, output) {
    const answers = given.all('answer');
    checkAnswers(answers);
    const { laptop } = await openLaptop(given, output, (context, { parts }) =>
      answersFor(
        answers,
        context,
        parts.map((part) => part.context),
      ),
    );
    try {
      const reports = given.flag('watch')
        ? await watch(laptop, output)
        : await syncAndPrint(laptop, output, new Map());
      if (!given.flag('watch')) warnAboutNonces(laptop, output);
      output.result({ ceremonies: reports });
      return reports.every((report) => report.waiting === undefined) && reports.length > 0 ? 0 : 1;
    } finally {
      laptop.close();
    }
  },
};

/** One sync, with its report printed where it differs from what was printed before. */
export async function syncAndPrint(
  laptop: Laptop,
  output: Output,
  printed: Map<string, string>,
): Promise<PartReport[]> {
  const reports = await laptop.sync();
  if (reports.length === 0 && !printed.has('nothing')) {
    printed.set('nothing', '');
    output.line('Nothing to do: no plan that names this laptop has arrived.');
  }
  for (const report of reports) {
    const key = `${report.ceremony} ${report.role}`;
    const heading = `${report.keyName}, ${report.role} (${report.code}):`;
    for (const title of report.done) output.line(`${heading} done: ${title}.`);
    const state =
      (report.refusal === null ? report.waiting : `Cannot go on. ${report.waiting ?? ''}`) ??
      (report.outcome === 'aborted'
        ? 'Aborted. The epoch before stays as it was; the record is filed.'
        : 'Completed. The record is filed.');
    if (printed.get(key) !== state) output.line(`${heading} ${state}`);
    printed.set(key, state);
  }
  return reports;
}

async function watch(laptop: Laptop, output: Output): Promise<PartReport[]> {
  const printed = new Map<string, string>();
  for (;;) {
    const reports = await syncAndPrint(laptop, output, printed);
    if (reports.length > 0 && reports.every((report) => report.waiting === undefined)) return reports;
    await laptop.channel.waitForChange(5000);
  }
}

function warnAboutNonces(laptop: Laptop, output: Output): void {
  if (laptop.nonces.kind === 'tmpfs') return;
  const { place } = laptop.nonces;
  output.note(
    `${place === '' ? 'RESEAL_NONCES keeps nonces in the process' : `This laptop has no memory file system (${place})`}: use "reseal step --watch", or rounds 2 and 3 begin anew each time.`,
  );
}
