/** `reseal exception`: puts on record, signed, what did not go as it should. It ends nothing. */
import { planCode } from '../../ceremony/plan.ts';
import { EXCEPTION_CATEGORIES, type ExceptionCategory } from '../../ceremony/rounds/exception.ts';
import { bytesToHex } from '../../crypto/bytes.ts';
import { UsageError } from '../../laptop/errors.ts';
import type { Laptop, Part } from '../../laptop/laptop.ts';
import type { Command, Given } from '../command.ts';
import { sameWords } from '../operator.ts';
import { openLaptop } from '../session.ts';
import { STEP_OPTIONS } from './step.ts';

export const exception: Command = {
  name: 'exception',
  summary: 'Put on record, signed, what did not go as it should; ends nothing',
  options: {
    home: STEP_OPTIONS.home,
    courier: STEP_OPTIONS.courier,
    'passphrase-fd': STEP_OPTIONS['passphrase-fd'],
    category: { value: 'CATEGORY', help: EXCEPTION_CATEGORIES.join(', '), required: true },
    text: { value: 'TEXT', help: 'what happened, up to 2000 characters', required: true },
    ceremony: { value: 'CODE', help: 'plan code or ceremony id; may be left out when there is one' },
    role: { value: 'ROLE', help: 'in which role, such as holder-3; may be left out when there is one' },
  },
  examples: [
    'reseal exception --category medium --text "The bag of Safe A was torn" --courier /media/usb',
    'reseal exception --category delay --text "We began an hour late" --role witness-1 --courier /media/usb',
  ],
  async run(given, output) {
    const category = categoryOf(given);
    const text = given.required('text');
    const { laptop } = await openLaptop(given, output, () => []);
    try {
      // Only read what has arrived: whoever has something to say says it before anything goes on.
      await laptop.read();
      const part = partFor(laptop, given);
      await part.runner.exception(category, text);
      const exceptions = await part.runner.exceptions();
      const own = exceptions.filter(({ role }) => role === part.role);
      output.line(
        `Signed as exception ${own.length} of ${part.role} in the ceremony "${planCode(part.context)}". The administrator's next bundle carries it.`,
      );
      output.result({
        ceremony: bytesToHex(part.context.id),
        code: planCode(part.context),
        role: part.role,
        number: own.length,
        exceptions,
      });
      return 0;
    } finally {
      laptop.close();
    }
  },
};

function categoryOf(given: Given): ExceptionCategory {
  const wanted = given.required('category');
  const known = EXCEPTION_CATEGORIES.find((candidate) => candidate === wanted);
  if (known === undefined)
    throw new UsageError(`--category: expected ${EXCEPTION_CATEGORIES.join(', ')}, found "${wanted}".`);
  return known;
}

/** The one role in the one ceremony that is meant. A closed one is found too, so that the refusal says that it is. */
function partFor(laptop: Laptop, given: Given): Part {
  const wanted = given.text('ceremony');
  const role = given.text('role');
  const named = laptop.parts.filter(
    (part) =>
      (role === undefined || part.role === role) &&
      (wanted === undefined
        ? part.runner.view.next !== undefined
        : sameWords(planCode(part.context), wanted) ||
          bytesToHex(part.context.id) === wanted.trim().toLowerCase()),
  );
  const [part] = named;
  if (part === undefined)
    throw new UsageError(
      role === undefined
        ? 'This laptop takes part in no such ceremony that is still open.'
        : `This laptop has no role "${role}" in such a ceremony that is still open.`,
      1,
    );
  if (new Set(named.map(({ context }) => bytesToHex(context.id))).size > 1)
    throw new UsageError('There are several open ceremonies: say which with --ceremony.', 1);
  if (named.length > 1)
    throw new UsageError(
      `This laptop has several roles (${named.map((one) => one.role).join(', ')}): say which with --role.`,
      1,
    );
  return part;
}
