/** Records with something in the folder of timestamps: what is no part of a record, and what is a file too many. */
import { utf8ToBytes } from '../../crypto/bytes.ts';
import { edit, withChecksums } from '../tamper.ts';
import type { Finished } from './ceremonies.ts';
import type { Sample } from './sample.ts';

/** Names and sizes around the edge. What is in a timestamp changes no verdict, so these are none. */
export function stamps({ name, files }: Finished): Sample[] {
  const noise = utf8ToBytes('no timestamp');
  const added: [path: string, bytes: Uint8Array][] = [
    ['timestamps/20261123T090000Z-1a2b3c4d.tsr', noise],
    ['timestamps/A.tsr', new Uint8Array(65536)],
    [`timestamps/${'a'.repeat(60)}.tsr`, noise],
    [`timestamps/${'a'.repeat(61)}.tsr`, noise],
    ['timestamps/A.tsr.tsr', new Uint8Array(65537)],
    ['timestamps/empty.tsr', new Uint8Array(0)],
    ['timestamps/a.TSR', noise],
    ['timestamps/a.tsq', noise],
    ['timestamps/.tsr', noise],
    ['timestamps/.a.tsr', noise],
    ['timestamps/a b.tsr', noise],
    ['timestamps/a.tsr\n', noise],
    ['timestamps/b/a.tsr', noise],
    ['a/timestamps/a.tsr', noise],
    ['timestamps.tsr', noise],
  ];
  return [
    ...added.map(([path, bytes]) => ({
      name: `${name}: with ${JSON.stringify(path)}`,
      files: edit(files, { [path]: bytes }),
    })),
    // Nobody who signed knew of it, so the checksums do not either.
    {
      name: `${name}: a timestamp in its checksums`,
      files: withChecksums(edit(files, { 'timestamps/a.tsr': noise })),
    },
  ];
}
