/** The documents of a ceremony as PDF files: from a plan those for before the start, from a record all of them. */
import { bytesToHex } from '../../crypto/bytes.ts';
import { CeremonyError } from '../../ceremony/errors.ts';
import { ceremonyDocuments, kindOf, type DocumentKind } from '../../ceremony/documents/documents.ts';
import { factsOf, type CeremonyFacts } from '../../ceremony/documents/facts.ts';
import { oldBackupsOf } from '../../ceremony/documents/old-backups.ts';
import type { CeremonyDocument } from '../../ceremony/documents/model.ts';
import { decodePlan, roles, type PlanContext } from '../../ceremony/plan.ts';
import type { RecordFiles } from '../../ceremony/record.ts';
import { examineRecord } from '../../ceremony/verify/verify.ts';
import { UsageError } from '../errors.ts';
import { readStamps } from '../timestamps.ts';
import { renderPages } from './kit/render.ts';

export interface DocumentsRequest {
  /** Bytes of a plan, or the files of a record. */
  readonly from: { readonly plan: Uint8Array } | { readonly record: RecordFiles };
  /** Records of the ceremonies that made earlier epochs of the key, for the destruction checklists. */
  readonly earlier?: readonly RecordFiles[];
  /** Only these kinds. */
  readonly only?: readonly DocumentKind[];
  /** Only what belongs to this role: `holder-3`. */
  readonly role?: string;
  /** Why the record must be kept beyond its date, where the plan does not say so. */
  readonly hold?: string;
}

/** What a record states. Throws `bad-record` for one that does not tell how the ceremony went. */
function read(files: RecordFiles, what: string): CeremonyFacts {
  const { verdict, view } = examineRecord(files);
  if (view !== undefined)
    return {
      ...factsOf(view, verdict, files.get('checkpoint') ?? new Uint8Array(0)),
      stamps: readStamps(files),
    };
  const failed = verdict.rules.find(({ state }) => state === 'failed')?.failure;
  throw new CeremonyError(
    'bad-record',
    `${what} is not valid, and no document can be made from it: ${failed === undefined ? 'not everything could be checked' : `${failed.file}: ${failed.message}`}`,
    'Check it with "reseal verify", and take the record of another laptop.',
  );
}

/** The documents as data, with the facts that they were made from: undefined before the start. */
function planned(request: DocumentsRequest): {
  documents: CeremonyDocument[];
  context: PlanContext;
  given: CeremonyFacts | undefined;
} {
  const given = 'record' in request.from ? read(request.from.record, 'The record') : undefined;
  const context: PlanContext =
    'plan' in request.from
      ? decodePlan(request.from.plan)
      : (given?.context ?? decodePlan(new Uint8Array(0)));
  const { role, only, earlier, hold } = request;
  const known = roles(context.plan).map((entry): string => entry.role);
  if (role !== undefined && !known.includes(role))
    throw new UsageError(`--role: there is no ${role} in this plan: expected one of ${known.join(', ')}.`);
  const old =
    earlier === undefined || earlier.length === 0
      ? undefined
      : earlier.flatMap((files) => oldBackupsOf(context, read(files, 'The earlier record')));
  const documents = ceremonyDocuments({ context, given, old, hold }).filter((document) => {
    const kind = kindOf(document.name);
    return (
      (role === undefined || document.role === role) &&
      (only === undefined || (kind !== undefined && only.includes(kind)))
    );
  });
  return { documents, context, given };
}

/** The documents as data. Throws `bad-record`, `bad-plan`, or UsageError for a role that is not in the plan. */
export function planDocuments(request: DocumentsRequest): CeremonyDocument[] {
  return planned(request).documents;
}

/** A document on paper. */
export interface MadeDocument {
  /** File name: `report.pdf`, `script-holder-3.pdf`. */
  readonly name: string;
  readonly title: string;
  readonly pages: number;
  readonly bytes: Uint8Array;
}

/** All documents of a request. */
export interface DocumentSet {
  /** A name for the folder they go into: before and after the ceremony, and after an early end, it is another one. */
  readonly folder: string;
  /** Of the record that they were made from; null: from a plan. */
  readonly verdict: 'VALID' | 'NOT VALID' | null;
  /** The ceremony ended without a new epoch: nothing old is to be destroyed. */
  readonly endedEarly: boolean;
  /** In the order in which they are needed. */
  readonly documents: readonly MadeDocument[];
}

/**
 * Makes the documents. The same plan or record gives the same bytes, whenever and wherever. Throws what `planDocuments`
 * does.
 */
export async function makeDocumentSet(request: DocumentsRequest): Promise<DocumentSet> {
  const { documents, context, given } = planned(request);
  const made: MadeDocument[] = [];
  for (const document of documents)
    made.push({
      name: `${document.name}.pdf`,
      title: document.title,
      ...(await renderPages(document)),
    });
  const endedEarly = given?.outcome === 'aborted';
  const ceremony = `${context.plan.kind}-${bytesToHex(context.id).slice(0, 8)}`;
  return {
    folder:
      given === undefined
        ? `documents-before-${ceremony}`
        : `documents-${ceremony}${endedEarly ? '-ended' : ''}`,
    verdict: given?.verdict.verdict ?? null,
    endedEarly,
    documents: made,
  };
}

/** The same as a map from file names to bytes. */
export async function makeDocuments(request: DocumentsRequest): Promise<Map<string, Uint8Array>> {
  const { documents } = await makeDocumentSet(request);
  return new Map(documents.map(({ name, bytes }) => [name, bytes]));
}
