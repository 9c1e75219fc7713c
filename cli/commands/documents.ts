/** `reseal documents`: the documents of a ceremony as PDF, from its plan or its record. */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { DOCUMENT_KINDS, type DocumentKind } from '../../ceremony/documents/documents.ts';
import { makeDocuments } from '../../laptop/documents/documents.ts';
import { writeDocuments } from '../../laptop/documents/write.ts';
import { UsageError } from '../../laptop/errors.ts';
import { readInput, readRecord } from '../../laptop/files.ts';
import type { Command } from '../command.ts';

export const documents: Command = {
  name: 'documents',
  summary: 'Make the documents of a ceremony as PDF, from its plan (before the start) or its record (all)',
  arguments: ['RECORD|PLAN'],
  options: {
    out: { value: 'DIR', help: 'folder for the documents (default: documents)' },
    only: { value: 'NAMES', help: `some kinds, with commas: ${DOCUMENT_KINDS.join(', ')}` },
    role: { value: 'ROLE', help: 'only what belongs to one role, such as holder-3 or witness-1' },
    'old-record': {
      value: 'RECORD',
      help: 'record of the ceremony that made the epoch before: its backups are to be destroyed',
      multiple: true,
    },
    'legal-hold': { value: 'REASON', help: 'a legal hold on the record that the plan does not know of' },
  },
  examples: ['reseal documents plan.json', 'reseal documents record --old-record record-2025 --only report'],
  async run(given, output) {
    const source = resolve(given.positionals[0] ?? '');
    const out = resolve(given.text('out') ?? 'documents');
    const role = given.text('role');
    const hold = given.text('legal-hold');
    const only = kindsOf(given.text('only'));
    const began = performance.now();
    const made = await makeDocuments({
      from: isFolder(source) ? { record: readRecord(source) } : { plan: readInput(source) },
      earlier: given.all('old-record').map((dir) => readRecord(dir)),
      ...(only === undefined ? {} : { only }),
      ...(role === undefined ? {} : { role }),
      ...(hold === undefined ? {} : { hold }),
    });
    if (made.size === 0)
      throw new UsageError(
        'None of these documents applies here: leave out --only or --role to see which do.',
        1,
      );
    const written = writeDocuments(out, made, 'name another folder with --out');
    const seconds = (performance.now() - began) / 1000;
    for (const name of made.keys()) output.line(name);
    output.line();
    output.line(
      `${made.size} documents in ${out}, ${seconds.toFixed(2)} s${written < made.size ? `; ${made.size - written} of them were there already` : ''}`,
    );
    output.result({ source, out, documents: [...made.keys()], milliseconds: Math.round(1000 * seconds) });
    return 0;
  },
};

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function kindsOf(value: string | undefined): DocumentKind[] | undefined {
  return value?.split(',').map((name) => {
    const kind = DOCUMENT_KINDS.find((known) => known === name.trim());
    if (kind === undefined)
      throw new UsageError(`--only: expected some of ${DOCUMENT_KINDS.join(', ')}, found "${name.trim()}".`);
    return kind;
  });
}
