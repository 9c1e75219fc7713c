/** Plans whose backups to recipients are not as they must be, and one whose are: every verifier must say the same of each. */
import { utf8ToBytes } from '../../crypto/bytes.ts';
import { NO_RECIPIENTS, RECIPIENTS, recipientOf, coordinate } from '../recipients.ts';
import { edit, withChecksums } from '../tamper.ts';
import type { Finished } from './ceremonies.ts';
import type { Sample } from './sample.ts';

interface Backup {
  readonly kind: string;
}

/** Changes of the first backup to recipients, in a record that has one. */
export function recipientPlans({ name, files }: Finished): Sample[] {
  const plan = JSON.parse(new TextDecoder().decode(files.get('plan.json'))) as { backups: Backup[] };
  const at = plan.backups.findIndex(({ kind }) => kind === 'recipients-file');
  const write = (what: string, change: (backup: Backup) => unknown, place = at): Sample => {
    const backups = plan.backups.map((backup, index) => (index === place ? change(backup) : backup));
    const text = `${JSON.stringify({ ...plan, backups })}\n`;
    return {
      name: `${name}: recipients, ${what}`,
      files: withChecksums(edit(files, { 'plan.json': utf8ToBytes(text) })),
    };
  };
  const sets: (readonly [string, unknown])[] = [
    ['others that are good', [RECIPIENTS[2]]],
    ['none', []],
    ['eight', eight(8)],
    ['nine', eight(9)],
    ['twins', [RECIPIENTS[1], RECIPIENTS[1]]],
    ['out of order', [RECIPIENTS[2], RECIPIENTS[1]]],
    ['a text', RECIPIENTS[0]],
    ['a number', [7]],
    ['null', null],
    ...NO_RECIPIENTS.map(([what, text]) => [what, [text]] as const),
  ];
  return [
    ...sets.map(([what, recipients]) => write(what, (backup) => ({ ...backup, recipients }))),
    write('not named', (backup) => ({ ...backup, recipients: undefined })),
    write('at a kind that has none', (backup) => ({ ...backup, recipients: RECIPIENTS }), 0),
    write('a kind that nobody knows', (backup) => ({ ...backup, kind: 'recipients' })),
  ];
}

/** As many good recipients, in order. */
function eight(count: number): string[] {
  return Array.from({ length: count }, (_, at) => recipientOf(coordinate(9n + BigInt(at)))).sort();
}
