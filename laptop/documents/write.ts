/** Documents into a folder, without writing over anything. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { equalBytes } from '../../crypto/bytes.ts';
import { UsageError } from '../errors.ts';
import { readInput, writeOutput } from '../files.ts';

/**
 * Writes what is not there yet, and returns how many that were. A document that is there already has the same bytes, or
 * it is another one: then nothing is written at all.
 *
 * @param next what to do then, as the end of a sentence
 */
export function writeDocuments(out: string, made: ReadonlyMap<string, Uint8Array>, next: string): number {
  const missing = [...made].filter(([name, bytes]) => {
    const path = join(out, name);
    if (!existsSync(path)) return true;
    if (!equalBytes(readInput(path), bytes))
      throw new UsageError(`${path} is there already, and is another document: ${next}.`, 1);
    return false;
  });
  for (const [name, bytes] of missing) writeOutput(join(out, name), bytes);
  return missing.length;
}
