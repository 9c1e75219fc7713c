/** `reseal stop`: a holder's signed word that it will never finish this ceremony, which ends it for everybody. */
import { Participant } from '../../ceremony/participant.ts';
import { planCode } from '../../ceremony/plan.ts';
import { outcome } from '../../ceremony/view.ts';
import { bytesToHex } from '../../crypto/bytes.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../../laptop/errors.ts';
import { sameWords } from '../operator.ts';
import { openLaptop } from '../session.ts';
import { STEP_OPTIONS, syncAndPrint } from './step.ts';

export const stop: Command = {
  name: 'stop',
  summary: 'Stop a ceremony for everybody (holders only, until the new share was declared secure)',
  options: {
    home: STEP_OPTIONS.home,
    courier: STEP_OPTIONS.courier,
    'passphrase-fd': STEP_OPTIONS['passphrase-fd'],
    ceremony: { value: 'CODE', help: 'plan code or ceremony id; may be left out when there is one' },
    reason: { value: 'TEXT', help: 'for the record', required: true },
  },
  examples: ['reseal stop --courier /media/usb --reason "Laptop 2 was left unattended"'],
  async run(given, output) {
    const { laptop } = await openLaptop(given, output, () => []);
    try {
      // Only read what has arrived: going on first could be the very step after which nothing can be stopped.
      await laptop.read();
      const wanted = given.text('ceremony');
      const open = laptop.parts.filter(
        ({ context, role, runner }) =>
          role.startsWith('holder-') &&
          outcome(runner.view) === 'open' &&
          (wanted === undefined ||
            sameWords(planCode(context), wanted) ||
            bytesToHex(context.id) === wanted.trim().toLowerCase()),
      );
      const [part] = open;
      if (part === undefined || open.length > 1)
        throw new UsageError(
          part === undefined
            ? 'There is no ceremony that this laptop could stop as a holder.'
            : `There are ${open.length} open ceremonies: say which with --ceremony.`,
          1,
        );
      if (!(part.runner instanceof Participant))
        throw new UsageError('The administrator cannot stop a ceremony.', 1);
      await part.runner.stop(given.required('reason'));
      const reports = await syncAndPrint(laptop, output, new Map());
      output.line(
        'Stopped: this laptop will never declare its new share secure. Its old share stays the active one.',
      );
      output.result({
        stopped: bytesToHex(part.context.id),
        code: planCode(part.context),
        ceremonies: reports,
      });
      return 0;
    } finally {
      laptop.close();
    }
  },
};
