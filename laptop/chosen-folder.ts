/** A folder that a person chose for files of their own: where it may be, and where it must not. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { realFolder } from '../devices/places.ts';
import { UsageError } from './errors.ts';

/** Folders of a laptop that hold nothing but what it puts there itself. */
const OWN = ['vault', 'records', 'destroyed'];

/**
 * The folder, as it really is. Throws UsageError for one that is not there, and for one inside a record or what a laptop
 * keeps for itself: a file too many is a difference there.
 */
export function chosenFolder(path: string): string {
  const real = realFolder(path);
  if (real === undefined)
    throw new UsageError(`${path} is not there: insert the medium, or choose another folder.`, 1);
  for (let at = real; ; at = dirname(at)) {
    if (isRecord(at))
      throw new UsageError(
        `${path} is inside a record, and a file too many would make it another one: choose a folder beside it.`,
        1,
      );
    if (OWN.includes(basename(at)) && existsSync(join(dirname(at), 'vault', 'vault.json')))
      throw new UsageError(
        `${path} is kept by this laptop for itself, and nothing else belongs there: choose another folder.`,
        1,
      );
    if (at === dirname(at)) return real;
  }
}

const isRecord = (dir: string): boolean =>
  existsSync(join(dir, 'plan.json')) && existsSync(join(dir, 'SHA256SUMS'));
