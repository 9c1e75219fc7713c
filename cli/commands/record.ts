/** `reseal record pack`, `unpack` and `audit`: a record as one file, as a folder again, and with all that an auditor needs. */
import { basename, resolve } from 'node:path';
import { auditFolder } from '../../laptop/audit-folder.ts';
import { readRecord, writeNewFolder, writeOutput, writeRecord } from '../../laptop/files.ts';
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

export const recordAudit: Command = {
  name: 'record audit',
  summary: 'Make the folder for the auditor: record, documents, and verifiers that need nothing of Reseal',
  arguments: ['RECORD'],
  options: {
    out: { value: 'DIR', help: 'the folder to make (default: audit-RECORD)' },
    'old-record': {
      value: 'RECORD',
      help: 'record of the ceremony that made the epoch before: its backups are to be destroyed',
      multiple: true,
    },
    'legal-hold': { value: 'REASON', help: 'a legal hold on the record that the plan does not know of' },
  },
  examples: ['reseal record audit records/refresh-1a2b3c4d --out for-the-auditor'],
  async run(given, output) {
    const source = resolve(given.positionals[0] ?? '');
    const hold = given.text('legal-hold');
    const files = await auditFolder({
      record: readRecordAt(source),
      earlier: given.all('old-record').map((dir) => readRecord(dir)),
      ...(hold === undefined ? {} : { hold }),
    });
    const out = resolve(given.text('out') ?? `audit-${basename(source, '.reseal')}`);
    writeNewFolder(out, files);
    output.line(
      `Wrote ${files.size} files to ${out}. README.txt in it says what they are and how to check them.`,
    );
    output.result({ folder: out, files: [...files.keys()] });
    return 0;
  },
};
