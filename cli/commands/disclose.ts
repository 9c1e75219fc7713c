/** `reseal disclose`: single entries of a transcript, proven against its checkpoint, and nothing else of the record. */
import { checkDisclosure, disclose as made, type Disclosed } from '../../ceremony/disclosure.ts';
import { CeremonyError } from '../../ceremony/errors.ts';
import { CryptoError } from '../../crypto/errors.ts';
import { UsageError, type ExitCode } from '../../laptop/errors.ts';
import { slug, writeOutput } from '../../laptop/files.ts';
import { readRecordAt, requireValid } from '../../laptop/record-archive.ts';
import type { Command } from '../command.ts';
import type { Output } from '../output.ts';

export const disclose: Command = {
  name: 'disclose',
  summary: 'Prove single lines of a transcript to somebody who must not see the rest of the record',
  arguments: ['RECORD'],
  options: {
    entries: { value: 'NUMBERS', help: 'numbers of the lines ("seq"), separated by commas', required: true },
    out: { value: 'FILE', help: 'the file to write (default: disclosure-NUMBERS.json)' },
  },
  examples: ['reseal disclose record --entries 3,7 --out for-the-auditor.json'],
  run(given, output) {
    const entries = given.required('entries');
    if (!/^\d{1,6}(?:,\d{1,6})*$/.test(entries))
      throw new UsageError(`--entries: expected numbers such as "3,7", found "${entries}".`);
    const files = readRecordAt(given.positionals[0] ?? '');
    requireValid(files);
    const bytes = made(files, entries.split(',').map(Number));
    const out = given.text('out') ?? `disclosure-${slug(entries)}.json`;
    writeOutput(out, bytes);
    const checked = checkDisclosure(bytes);
    output.line(
      `Wrote ${out}: ${checked.entries.length} of ${checked.size} lines. Check it: reseal verify ${out}`,
    );
    output.result({ file: out, entries: checked.entries.map(({ seq }) => seq), size: checked.size });
    return Promise.resolve(0);
  },
};

/** Checks a disclosure for `reseal verify` and prints what it proves. */
export function verifyDisclosure(path: string, bytes: Uint8Array, output: Output): ExitCode {
  let checked: Disclosed;
  try {
    checked = checkDisclosure(bytes, path);
  } catch (error) {
    if (!(error instanceof CeremonyError) && !(error instanceof CryptoError)) throw error;
    output.line(`NOT VALID: ${error.message}`);
    output.result({ record: path, kind: 'disclosure', verdict: 'NOT VALID', reason: error.message });
    return 1;
  }
  for (const { seq, type, at, actor, line } of checked.entries) {
    output.line(`✓ entry ${seq}  ${type} of ${actor} at ${at}`);
    output.line(`    ${line}`);
  }
  for (const { role, alg, key } of checked.signers) output.line(`✓ signed by ${role}, ${alg} key ${key}`);
  output.line();
  output.line(`VALID: ${checked.entries.length} of the ${checked.size} lines of ${checked.origin}.`);
  output.line(
    'Whose keys these are is not proven here: compare them with the plan, or with cards that you know.',
  );
  output.result({ record: path, kind: 'disclosure', verdict: 'VALID', ...checked });
  return 0;
}
