/** `reseal approve`: an approver's answer to a plan. */
import { decodePlan, planCode, rolesOf } from '../../ceremony/plan.ts';
import { bytesToHex } from '../../crypto/bytes.ts';
import { decodeMessage } from '../../ceremony/message.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { readInput } from '../files.ts';
import { openLaptop } from '../session.ts';
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
    const reason = given.text('decline');
    const code = given.text('code');
    const { laptop } = await openLaptop(given, output, [
      `approve.decision=${reason === undefined ? 'approve' : `decline: ${reason}`}`,
      ...(code === undefined ? [] : [`join.code=${code}`]),
    ]);
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
      const sent = (await laptop.vault.journal(id).get(`out-${part?.role ?? ''}-r0-a1`)) !== undefined;
      output.result({
        ceremony: id,
        code: planCode(context),
        approved: sent && reason === undefined,
        declined: sent && reason !== undefined,
        ceremonies: reports,
      });
      return sent ? 0 : 1;
    } finally {
      laptop.close();
    }
  },
};

/** A plan from a file: the plan itself, or the message it travelled in. */
export function planFrom(path: string): ReturnType<typeof decodePlan> {
  const bytes = readInput(path);
  if (bytes[0] === 0x7b) return decodePlan(bytes, path);
  const message = decodeMessage(bytes, path);
  if (message.type !== 'plan')
    throw new UsageError(`${path} is not a plan but a message of type "${message.type}".`);
  return decodePlan(message.plan, path);
}
