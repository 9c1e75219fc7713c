/** All documents of a ceremony, in the order in which they are needed. */
import { roles, type PlanContext } from '../plan.ts';
import { acknowledgement } from './acknowledgement.ts';
import { approvalRecord } from './approvals.ts';
import { custodyLog } from './custody.ts';
import { destructionCertificate } from './destruction-certificate.ts';
import { destructionChecklist, type OldBackup } from './destruction.ts';
import { exceptionSheets } from './exception-sheet.ts';
import type { CeremonyFacts } from './facts.ts';
import { paragraph, type CeremonyDocument } from './model.ts';
import { ceremonyReport, type Retention } from './report.ts';
import { scriptSheet } from './script-sheet.ts';

/** The kinds of documents, by the beginning of their file names. */
export const DOCUMENT_KINDS = [
  'script',
  'approvals',
  'acknowledgement',
  'custody-log',
  'destruction-checklist',
  'destruction-certificate',
  'exceptions',
  'report',
] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

export interface DocumentsInput {
  readonly context: PlanContext;
  /** What the record states; undefined before the ceremony has ended. */
  readonly given?: CeremonyFacts | undefined;
  /** Backups of earlier epochs; undefined where no earlier record is at hand. */
  readonly old?: readonly OldBackup[] | undefined;
  /** A legal hold that the plan does not know of. */
  readonly hold?: string | undefined;
}

/** How long to keep the record. A legal hold may come when the plan was long made. */
export function retentionOf({ context, hold }: Pick<DocumentsInput, 'context' | 'hold'>): Retention {
  const { retentionYears, legalHold } = context.plan;
  return { years: retentionYears, legalHold: legalHold ?? hold ?? null };
}

/** Makes all documents that apply. Without a record: those that are needed before the start. */
export function ceremonyDocuments(input: DocumentsInput): CeremonyDocument[] {
  const { context, given, old } = input;
  const { indices } = context;
  const documents = [
    ...roles(context.plan).map(({ role }) => scriptSheet(context, role)),
    approvalRecord(context, given),
    ...indices.map((index) => acknowledgement(context, index, given)),
    custodyLog(context, given),
    ...indices.map((index) => destructionChecklist(context, index, old, given)),
    ...(given === undefined
      ? []
      : [
          ...indices.map((index) => destructionCertificate(context, index, old, given)),
          exceptionSheets(given),
          ceremonyReport(given, retentionOf(input)),
        ]),
  ].filter((document) => document !== undefined);
  return given === undefined || given.verdict.verdict === 'VALID' ? documents : documents.map(doubtful);
}

/** A record that breaks a rule can still be told about, but nobody may take what it says for proven. */
function doubtful(document: CeremonyDocument): CeremonyDocument {
  // A script is made from the plan alone, and says the same as before the ceremony.
  if (document.name.startsWith('script-')) return document;
  const warning = paragraph(
    'The record that this was made from is NOT VALID. What stands here is what it says, not what is proven.',
    'attention',
  );
  return { ...document, blocks: [warning, ...document.blocks] };
}

/** The kind of a document, by its name. */
export function kindOf(name: string): DocumentKind | undefined {
  return DOCUMENT_KINDS.find((kind) => name === kind || name.startsWith(`${kind}-`));
}
