/** Share sheets in a rehearsal: printed into files, because its shares are worth nothing, and read back. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanContext } from '../../ceremony/plan.ts';
import type { Operator } from '../../ceremony/ports.ts';
import { writeOutput } from '../../laptop/files.ts';
import type { Laptop } from '../../laptop/laptop.ts';

/**
 * An operator that prints a sheet when it is asked what one says, and gives the text of its code. That paper can be read
 * with a camera is shown elsewhere: `npm run bench:paper`.
 */
export function readingSheets(
  operator: Operator,
  home: string,
  laptop: () => Laptop,
  context: PlanContext,
  role: string,
): Operator {
  return {
    answer: async (question) => {
      if (question.step !== 'backups' || question.field !== 'sheet') return operator.answer(question);
      const part = laptop().parts.find((one) => one.context.plan === context.plan && one.role === role);
      if (part === undefined) return undefined;
      const { made, fileName } = await laptop().sheet(part, question.about ?? '');
      const path = join(home, 'sheets', fileName);
      if (!existsSync(path)) writeOutput(path, made.pdf);
      return made.qrText;
    },
  };
}
