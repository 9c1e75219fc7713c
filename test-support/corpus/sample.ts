/** One record of the corpus. */
import type { RecordFiles } from '../../ceremony/record.ts';

export interface Sample {
  /** What was done to it; unique. */
  readonly name: string;
  readonly files: RecordFiles;
}
