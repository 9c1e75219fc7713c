/** Recipients from a file that somebody brings: a line for each, comments after "#", as `age -R` reads them. */
import { MOST_RECIPIENTS } from '../ceremony/planned-backup.ts';
import { recipientProblem } from '../ceremony/formats/age-recipient.ts';
import { UsageError } from './errors.ts';
import { readInput } from './files.ts';

const MAX_FILE = 64 * 1024;

/** Reads them. Throws UsageError where a line is none, where there are too many or none, and for a file with a secret key. */
export function recipientsInFile(path: string): string[] {
  const text = new TextDecoder().decode(readInput(path, MAX_FILE)).replace(/^\ufeff/, '');
  if (/AGE-SECRET-KEY-|AGE-PLUGIN-/i.test(text))
    throw new UsageError(
      `${path} holds a secret key, which belongs into the safe and not onto this laptop. Make a file of its public half with "age-keygen -y", and take this one away.`,
      1,
    );
  const found: string[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const word = line.trim();
    if (word === '' || word.startsWith('#')) continue;
    const wrong = recipientProblem(word);
    if (wrong !== undefined) throw new UsageError(`${path}, line ${at + 1}: ${wrong}`, 1);
    found.push(word);
  }
  if (found.length === 0) throw new UsageError(`${path} has no recipient in it: expected a line "age1…".`, 1);
  if (found.length > MOST_RECIPIENTS)
    throw new UsageError(
      `${path} has ${found.length} recipients; a backup takes at most ${MOST_RECIPIENTS}.`,
      1,
    );
  return found;
}
