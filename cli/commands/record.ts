/** `reseal record pack` and `unpack`: a record as one file, and as a folder again. */
import { resolve } from 'node:path';
import { writeOutput, writeRecord } from '../../laptop/files.ts';
import { archiveOf, readRecordAt } from '../../laptop/record-archive.ts';
import type { Command } from '../command.ts';

export const recordPack: Command = {
  name: 'record pack',
  summary: 'Put the folder of a record into one file, to hand on; the same bytes every time',
  arguments: ['RECORD'],
  options: { out: { value: 'FILE', help: 'the file to write (default: RECORD.reseal)' } },
  examples: ['reseal record pack records/refresh-1a2b3c4d --out refresh.reseal'],
  run(given, output) {
    const folder = resolve(given.positionals[0] ?? '');
    const files = readRecordAt(folder);
    const out = resolve(given.text('out') ?? `${folder}.reseal`);
    const archive = archiveOf(files);
    writeOutput(out, archive);
    output.line(`Packed ${files.size} files into ${out} (${archive.length} bytes). Any ZIP tool opens it.`);
    output.result({ file: out, files: files.size, bytes: archive.length });
    return Promise.resolve(0);
  },
};

export const recordUnpack: Command = {
  name: 'record unpack',
  summary: 'Write the files of a packed record into a new folder',
  arguments: ['FILE'],
  options: { out: { value: 'DIR', help: 'the folder to make', required: true } },
  examples: ['reseal record unpack refresh.reseal --out refresh'],
  run(given, output) {
    const files = readRecordAt(given.positionals[0] ?? '');
    const out = resolve(given.required('out'));
    writeRecord(out, files);
    output.line(`Wrote ${files.size} files to ${out}. Check them: reseal verify ${out}`);
    output.result({ folder: out, files: files.size });
    return Promise.resolve(0);
  },
};
