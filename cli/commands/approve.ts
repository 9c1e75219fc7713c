/** `reseal approve`: an approver's answer to a plan. */
import { decodePlan, planCode, rolesOf } from '../../ceremony/plan.ts';
import { bytesToHex, equalBytes } from '../../crypto/bytes.ts';
import { decodeEnvelope } from '../../ceremony/envelope.ts';
import { decodeMessage } from '../../ceremony/message.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../../laptop/errors.ts';
import { readInput } from '../../laptop/files.ts';
import { openLaptop } from '../session.ts';
import { printRecipients } from './plan.ts';
import { STEP_OPTIONS, syncAndPrint } from './step.ts';

export const approve: Command = {
  name: 'approve',
  summary: 'Approve a plan, or decline it; the approval is bound to the hash of the plan',
  arguments: ['PLAN'],
  options: {
    home: STEP_OPTIONS.home,
    courier: STEP_OPTIONS.courier,
    'passphrase-fd': STEP_OPTIONS['passphrase-fd'],
    code: {
      value: 'WORDS',
      help: 'the four words of the plan, as agreed with the others (asked for otherwise)',
    },
    decline: { value: 'REASON', help: 'decline the plan; nobody can use it then' },
  },
  examples: ['reseal approve plan.json --courier /media/usb --code "sterling distortion dashboard Virginia"'],
  async run(given, output) {
    const path = given.positionals[0] ?? '';
    const context = planFrom(path);
    printRecipients(context.plan, output);
    const reason = given.text('decline');
    const code = given.text('code');
    // The answers are for this plan alone: another one that waits for an approval stays as it is.
    const answers = [
      `approve.decision=${reason === undefined ? 'approve' : `decline: ${reason}`}`,
      ...(code === undefined ? [] : [`join.code=${code}`]),
    ];
    const { laptop } = await openLaptop(given, output, ({ id }) =>
      equalBytes(id, context.id) ? answers : [],
    );
    try {
      if (!rolesOf(context.plan, laptop.vault.info.identity).some((role) => role.startsWith('approver-')))
        throw new UsageError(
          `The plan "${planCode(context)}" does not name ${laptop.vault.info.custodian} as an approver.`,
          1,
        );
      await laptop.add(context);
      const reports = await syncAndPrint(laptop, output, new Map());
      const id = bytesToHex(context.id);
      const part = laptop.parts.find(
        (one) => bytesToHex(one.context.id) === id && one.role.startsWith('approver-'),
      );
      const said = decisionIn(await laptop.vault.journal(id).get(`out-${part?.role ?? ''}-r0-a1`));
      const wanted = reason === undefined ? 'approve' : 'decline';
      output.result({
        ceremony: id,
        code: planCode(context),
        approved: said === 'approve',
        declined: said === 'decline',
        ceremonies: reports,
      });
      if (said !== undefined && said !== wanted)
        output.note(
          `This laptop has said "${said}" to this plan before, and nobody signs two answers: that one stands.`,
        );
      return said === wanted ? 0 : 1;
    } finally {
      laptop.close();
    }
  },
};

/** What an approver's envelope says: `approve` or `decline`; undefined where there is none yet. */
function decisionIn(stored: Uint8Array | undefined): string | undefined {
  if (stored === undefined) return undefined;
  const message = decodeMessage(stored);
  const kind = message.type === 'envelope' && decodeEnvelope(message.envelope).payload.body['kind'];
  return typeof kind === 'string' ? kind : undefined;
}

/** A plan from a file: the plan itself, or the message it travelled in. */
export function planFrom(path: string): ReturnType<typeof decodePlan> {
  const bytes = readInput(path);
  if (bytes[0] === 0x7b) return decodePlan(bytes, path);
  const message = decodeMessage(bytes, path);
  if (message.type !== 'plan')
    throw new UsageError(`${path} is not a plan but a message of type "${message.type}".`);
  return decodePlan(message.plan, path);
}
