/** The record that tells of the backups of the epoch before, where this laptop has it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeKeyRecord } from '../../ceremony/key-record.ts';
import type { Plan } from '../../ceremony/plan.ts';
import type { RecordFiles } from '../../ceremony/record.ts';
import { verifyRecord } from '../../ceremony/verify/verify.ts';
import { isFolder } from '../../devices/files.ts';
import { readRecord } from '../files.ts';

/**
 * Looks among the records of this laptop for the one of the ceremony that made the epoch `before`; one that is not valid
 * does not count. Undefined where there is none.
 */
export function earlierRecord(home: string, before: NonNullable<Plan['before']>): RecordFiles | undefined {
  const dir = join(home, 'records');
  if (!isFolder(dir)) return undefined;
  for (const name of readdirSync(dir).sort()) {
    const path = join(dir, name);
    if (name.endsWith('.part') || !isFolder(path)) continue;
    const files = filesOf(path);
    const after = files?.get('keys/after.json');
    if (files === undefined || after === undefined || !isOf(after, before)) continue;
    if (verifyRecord(files).verdict === 'VALID') return files;
  }
  return undefined;
}

/** Undefined for a folder that is no record: whoever opens it is told what is wrong with it. */
function filesOf(path: string): RecordFiles | undefined {
  try {
    return readRecord(path);
  } catch {
    return undefined;
  }
}

function isOf(record: Uint8Array, { groupKey, epoch, rehearsal }: NonNullable<Plan['before']>): boolean {
  try {
    const after = decodeKeyRecord(record);
    return after.groupKey === groupKey && after.epoch === epoch && after.rehearsal === rehearsal;
  } catch {
    return false;
  }
}
