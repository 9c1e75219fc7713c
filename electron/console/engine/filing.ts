/** Files for people: the documents of a ceremony, and a record as one file, into a folder that they chose. */
import { basename, dirname, join, resolve } from 'node:path';
import { bytesToHex } from '../../../crypto/bytes.ts';
import { checkDisclosure, disclose } from '../../../ceremony/disclosure.ts';
import { CeremonyError } from '../../../ceremony/errors.ts';
import { decodePlan, type Plan } from '../../../ceremony/plan.ts';
import { isRegularFile, isThere } from '../../../devices/files.ts';
import { systemRandom } from '../../../devices/random.ts';
import { auditFolder } from '../../../laptop/audit-folder.ts';
import { chosenFolder } from '../../../laptop/chosen-folder.ts';
import { makeDocumentSet, type DocumentsRequest } from '../../../laptop/documents/documents.ts';
import { earlierRecord } from '../../../laptop/documents/earlier.ts';
import { writeDocuments } from '../../../laptop/documents/write.ts';
import { UsageError } from '../../../laptop/errors.ts';
import { readRecord, slug, writeNewFolder, writeOutput } from '../../../laptop/files.ts';
import { archiveOf, readRecordAt, requireValid } from '../../../laptop/record-archive.ts';
import { attachStamp, readStampFile, requestStamp } from '../../../laptop/timestamps.ts';
import type { InvokeInput, InvokeOutput } from '../../ipc/contract.ts';
import type { OpenLaptop } from './open-laptop.ts';

/**
 * Makes the documents of a record (no vault is needed for that) or of a plan of the opened laptop, and writes them into a
 * folder of their own. Throws UsageError where that folder cannot be, CeremonyError where there is nothing to make them of.
 */
export async function makeFiledDocuments(
  { of, folder }: InvokeInput<'documents:make'>,
  home: string,
  opened: () => OpenLaptop,
): Promise<InvokeOutput<'documents:make'>> {
  const began = performance.now();
  const chosen = chosenFolder(folder);
  const from =
    'record' in of ? { record: readRecord(of.record) } : { plan: await planOf(opened(), of.ceremony) };
  const before = beforeOf(from);
  const earlier = before === null ? undefined : earlierRecord(home, before);
  const made = await makeDocumentSet({ from, earlier: earlier === undefined ? [] : [earlier] });
  const out = join(chosen, made.folder);
  const written = writeDocuments(
    out,
    new Map(made.documents.map(({ name, bytes }) => [name, bytes])),
    'nothing was written; choose another folder',
  );
  return {
    folder: out,
    documents: made.documents.map(({ name, title, pages }) => ({ name, title, pages })),
    kept: made.documents.length - written,
    verdict: made.verdict,
    oldBackups: before === null || made.endedEarly ? 'none' : earlier === undefined ? 'unknown' : 'listed',
    milliseconds: Math.round(performance.now() - began),
  };
}

/** The plan of a ceremony of this laptop, once its people have typed the words: they stand on every page. */
async function planOf(opened: OpenLaptop, ceremony: string): Promise<Uint8Array> {
  const part = opened.laptop.parts.find(({ context }) => bytesToHex(context.id) === ceremony);
  const state = (await opened.ceremonies()).find(({ id }) => id === ceremony);
  if (part === undefined || state === undefined)
    throw new CeremonyError('not-for-this-laptop', 'This laptop has no part in that ceremony.');
  if (state.code === null)
    throw new CeremonyError(
      'evidence-rejected',
      'The words of the plan are not compared yet, and they stand on every page of its documents.',
      'Type the words that somebody else reads aloud, then make the documents.',
    );
  return part.context.bytes;
}

/** The epoch before the ceremony; null where there is none, or where the plan cannot be read: making says why. */
function beforeOf(from: DocumentsRequest['from']): Plan['before'] {
  try {
    const bytes = 'plan' in from ? from.plan : from.record.get('plan.json');
    return bytes === undefined ? null : decodePlan(bytes).plan.before;
  } catch {
    return null;
  }
}

/** Packs a record, valid or not, beside nothing of the same name. Throws UsageError. */
export function packRecord({ path, folder }: InvokeInput<'record:pack'>): InvokeOutput<'record:pack'> {
  const chosen = chosenFolder(folder);
  const files = readRecordAt(path);
  const file = join(chosen, `${basename(resolve(path)).replace(/\.reseal$/, '')}.reseal`);
  const archive = archiveOf(files);
  if (isThere(file))
    throw new UsageError(
      `${file} is there already: nothing was written; choose another folder, or remove it.`,
      1,
    );
  writeOutput(file, archive);
  return { file, files: files.size, bytes: archive.length };
}

/** Makes the folder for the auditor of a valid record, as a whole or not at all. Throws UsageError. */
export async function makeAuditFolder(
  { path, folder }: InvokeInput<'record:audit'>,
  home: string,
): Promise<InvokeOutput<'record:audit'>> {
  const began = performance.now();
  const chosen = chosenFolder(folder);
  const record = readRecordAt(path);
  const before = beforeOf({ record });
  const earlier = before === null ? undefined : earlierRecord(home, before);
  const made = await auditFolder({ record, earlier: earlier === undefined ? [] : [earlier] });
  const out = join(chosen, `audit-${basename(resolve(path)).replace(/\.reseal$/, '')}`);
  writeNewFolder(out, made);
  return { folder: out, files: made.size, milliseconds: Math.round(performance.now() - began) };
}

/** Writes a request for a timestamp of a record into a folder that a person chose. Throws UsageError. */
export function requestTimestamp({
  path,
  folder,
}: InvokeInput<'timestamp:request'>): InvokeOutput<'timestamp:request'> {
  const chosen = chosenFolder(folder);
  const file = join(chosen, requestName(path));
  writeOutput(file, requestStamp(readRecord(path), systemRandom));
  return { file };
}

/** Keeps an answer, after it was checked, also against the request where that lies beside it. Throws CeremonyError, UsageError. */
export function attachTimestamp({
  path,
  answer,
}: InvokeInput<'timestamp:attach'>): InvokeOutput<'timestamp:attach'> {
  const beside = join(dirname(resolve(answer)), requestName(path));
  const request = isRegularFile(beside) ? readStampFile(beside) : undefined;
  const { file, time, nonce } = attachStamp(path, readStampFile(answer), request);
  return { file, time, compared: nonce === 'equal' };
}

const requestName = (record: string): string => `${basename(resolve(record))}.tsq`;

/** Proves single lines of a transcript to somebody who must not see the rest. Throws CeremonyError, UsageError. */
export function discloseLines({
  path,
  lines,
  folder,
}: InvokeInput<'record:disclose'>): InvokeOutput<'record:disclose'> {
  const chosen = chosenFolder(folder);
  const files = readRecord(path);
  requireValid(files);
  const bytes = disclose(files, lines);
  const numbers = [...lines].sort((a, b) => a - b);
  const file = join(chosen, `disclosure-${basename(resolve(path))}-${slug(numbers.join('-'))}.json`);
  writeOutput(file, bytes);
  return { file, lines: lines.length, of: checkDisclosure(bytes).size };
}
