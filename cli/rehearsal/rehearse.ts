/** A whole ceremony on one machine: as many processes as laptops, a folder or air between them, a record at the end. */
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bytesToHex } from '../../crypto/bytes.ts';
import type { IdentityAlgorithm } from '../../crypto/identity.ts';
import { ATTEST } from '../../ceremony/bundle.ts';
import type { Card } from '../../ceremony/card.ts';
import { decodeKeyRecord, type KeyRecord } from '../../ceremony/key-record.ts';
import type { BackupKind, PlanContext } from '../../ceremony/plan.ts';
import { planBackup } from '../../ceremony/planned-backup.ts';
import { planCode } from '../../ceremony/plan.ts';
import { verifyRecord, type Verdict } from '../../ceremony/verify/verify.ts';
import { parsePublicKeyPackage } from '../../ceremony/formats/zcash-frost.ts';
import { auditFolder } from '../../laptop/audit-folder.ts';
import { makeDocuments } from '../../laptop/documents/documents.ts';
import { importRecord } from '../../laptop/keys.ts';
import { readInput, readRecord, writeNewFolder, writeOutput } from '../../laptop/files.ts';
import { makePlan } from '../../laptop/plans.ts';
import { exportZcash, requireSameRecords, trialSignature, vaultState, type VaultState } from './after.ts';
import { Desk } from './desk.ts';
import type { KeySource } from './key-source.ts';
import { BACKUP_LABELS, IMPORTED_NAME, Layout, seatsFor, type LaptopEvent, type Seat } from './layout.ts';
import { loseLaptop } from './loss.ts';
import type { Dishonesty } from './misbehave.ts';
import { Air, DESK, type Seen } from './optical/air.ts';
import type { CameraName } from './optical/cameras.ts';
import type { OpticalReport } from './optical/statistics.ts';
import { makeRecoveryKey, tryRecoveryKey } from './recovery.ts';
import { roundTimes, stepTimes, type StepTime } from './timing.ts';

export interface RehearsalRequest {
  readonly out: string;
  readonly key: KeySource;
  /** What to rehearse: a key generation alone, or a refresh (of a new key, unless packages are given). */
  readonly ceremony: 'generate' | 'refresh';
  readonly identity: IdentityAlgorithm;
  readonly administratorHolds: boolean;
  /** A backup of each of these kinds for every holder. */
  readonly backups: readonly BackupKind[];
  readonly misbehave: Dishonesty | undefined;
  /** What a holder puts on record in the last ceremony. */
  readonly exception: { readonly holder: number; readonly text: string } | undefined;
  /** Messages go through screens and cameras like these; undefined: through one folder. */
  readonly optical: { readonly camera: CameraName; readonly loss: number; readonly seed: string } | undefined;
  /** A holder whose laptop is lost between the two ceremonies; undefined: none. */
  readonly lose: number | undefined;
  /** Also make the folder for the auditor. */
  readonly audit: boolean;
  /** Told about everything that happens, for progress. */
  readonly onEvent: (event: RehearsalEvent) => void;
}

export type RehearsalEvent =
  | LaptopEvent
  | { event: 'plan'; kind: string; code: string; ceremony: string }
  | ({ event: 'seen' } & Seen)
  | { event: 'lost'; seat: string };

export interface RehearsalReport {
  readonly rehearsal: true;
  readonly suite: string;
  readonly holders: number;
  readonly threshold: number;
  readonly ceremony: string;
  readonly out: string;
  readonly record: string;
  readonly outcome: Verdict['outcome'];
  readonly verdict: Verdict['verdict'];
  readonly abort: { rule: string; culprit: string | null; reason: string } | null;
  /** What was put on record, a sentence each. */
  readonly exceptions: readonly string[];
  readonly groupKeyBefore: string | null;
  readonly groupKeyAfter: string | null;
  readonly epochBefore: number | null;
  readonly epochAfter: number | null;
  /** Milliseconds. */
  readonly phases: Readonly<Record<string, number | Readonly<Record<string, number>>>>;
  readonly steps: readonly StepTime[];
  readonly laptops: readonly VaultState[];
  /** A signature by the shares that are current now, verified under the group key without FROST code. */
  readonly trialSignature: Awaited<ReturnType<typeof trialSignature>> | null;
  /** File names of the documents, in `documents/`. */
  readonly documents: readonly string[];
  /** The folder for the auditor, where one was asked for. */
  readonly audit: string | null;
  /** The seat whose laptop was lost before the last ceremony. */
  readonly lost: string | null;
  /** Backups to recipients that the recovery key opened; null where none was planned. */
  readonly recovered: number | null;
  readonly exported: readonly string[];
  readonly problems: readonly string[];
  /** What cameras saw; null where messages went through a folder. */
  readonly optical: OpticalReport | null;
}

/** Milliseconds without any event after which a rehearsal is given up. */
const PATIENCE = 120_000;

/** Runs a rehearsal and returns its report, which is also written to `report.json`. Throws UsageError when it fails. */
export async function runRehearsal(request: RehearsalRequest): Promise<RehearsalReport> {
  const began = Date.now();
  const layout = new Layout(request.out, request.optical === undefined ? 'folder' : 'optical');
  const seats = seatsFor(request.key.indices, request.administratorHolds);
  for (const folder of [layout.desk, ...seats.map((seat) => layout.courier(seat.name))])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  const events: LaptopEvent[] = [];
  const generateFirst = request.ceremony === 'refresh' && request.key.packages === undefined;
  const replaced = new Map<string, Card>();
  const desk = new Desk({
    layout,
    seats,
    wordsFor: (seat) => wordsFor(request, seat, generateFirst && !replaced.has(seat.name) ? 2 : 1),
    onEvent: (event) => {
      events.push(event);
      if (event.event === 'ready') air?.on(event.seat);
      request.onEvent(event);
    },
    onKilled: (seat) => air?.off(seat),
    patience: PATIENCE,
  });
  const air = airBetween(request, layout, seats, desk);
  const phases: Record<string, number | Record<string, number>> = {};
  try {
    air?.start();
    desk.start();
    const cards = await desk.cards();
    const cardOf = (seat: string): Card => {
      const found = replaced.get(seat) ?? cards.get(seat);
      if (found === undefined) throw new Error(`no card of ${seat}`);
      return found;
    };
    phases['enrol'] = Date.now() - began;
    const recipients = request.backups.includes('recipients-file') ? [await makeRecoveryKey(layout)] : [];
    const hold = async (kind: 'generate' | 'refresh', before: KeyRecord | null): Promise<Held> => {
      const replacedHolders = seats.flatMap(({ name, holder }) =>
        holder !== undefined && replaced.has(name) ? [holder] : [],
      );
      const context = planFor(request, seats, cardOf, kind, before, replacedHolders, recipients);
      const startedAt = Date.now();
      await desk.announce(context);
      request.onEvent({ event: 'plan', kind, code: planCode(context), ceremony: bytesToHex(context.id) });
      await desk.ended(bytesToHex(context.id));
      phases[kind] = roundTimes(events, kind, startedAt, Date.now());
      return { context, name: `${kind}-${bytesToHex(context.id).slice(0, 8)}`, startedAt };
    };
    let held: Held;
    if (request.ceremony === 'generate') held = await hold('generate', null);
    else if (request.key.packages !== undefined) held = await hold('refresh', importedRecord(request.key));
    else {
      const generated = await hold('generate', null);
      const record = readRecord(join(layout.home('witness'), 'records', generated.name));
      writeRecordCopy(layout, generated.name, layout.recordGenerate);
      const key = decodeKeyRecord(record.get('keys/after.json') ?? new Uint8Array(0));
      const loser = seats.find(({ holder }) => holder !== undefined && holder === request.lose);
      if (loser !== undefined) {
        await desk.stop(loser);
        await loseLaptop(layout, loser, key, request.identity);
        replaced.set(loser.name, cardOf(loser.name));
        replaced.set(loser.name, await desk.startAgain(loser, cardOf(loser.name)));
        request.onEvent({ event: 'lost', seat: loser.name });
      }
      held = await hold('refresh', key);
    }
    await desk.allClosed();
    return await finish(request, layout, seats, held, phases, events, began, air);
  } finally {
    desk.close();
    await air?.close();
  }
}

/** The screens and cameras of an optical rehearsal. */
function airBetween(
  { optical, administratorHolds, onEvent }: RehearsalRequest,
  layout: Layout,
  seats: readonly Seat[],
  desk: Desk,
): Air | undefined {
  if (optical === undefined) return undefined;
  return new Air({
    ...optical,
    mailboxes: new Map([
      [DESK, layout.desk],
      ...seats.map(({ name }) => [name, layout.courier(name)] as const),
    ]),
    administrator: administratorSeat(seats, administratorHolds),
    onReception: () => {
      desk.alive();
    },
    onSeen: (seen) => {
      onEvent({ event: 'seen', ...seen });
    },
    onFailure: (error) => {
      desk.fail(error.message);
    },
  });
}

function administratorSeat(seats: readonly Seat[], administratorHolds: boolean): string {
  return administratorHolds ? (seats[0]?.name ?? '') : 'administrator';
}

interface Held {
  readonly context: PlanContext;
  /** Name of the record's folder on every laptop. */
  readonly name: string;
  readonly startedAt: number;
}

function wordsFor(request: RehearsalRequest, seat: Seat, ceremonies: number): string[] {
  const words = ['--ceremonies', String(ceremonies), '--identity', request.identity];
  const { packages } = request.key;
  const own = seat.holder === undefined ? undefined : packages?.byHolder.get(seat.holder);
  if (packages !== undefined && own !== undefined)
    words.push('--public-key-package', packages.publicKeyPackage, '--key-package', own);
  if (request.misbehave !== undefined && request.misbehave.holder === seat.holder)
    words.push('--misbehave', request.misbehave.kind);
  if (request.exception !== undefined && request.exception.holder === seat.holder)
    words.push(`--exception=${request.exception.text}`);
  return words;
}

function planFor(
  request: RehearsalRequest,
  seats: readonly Seat[],
  card: (seat: string) => Card,
  kind: 'generate' | 'refresh',
  before: KeyRecord | null,
  replacedCards: readonly number[],
  recipients: readonly string[],
): PlanContext {
  const holders = seats.flatMap((seat) =>
    seat.holder === undefined ? [] : [[seat.holder, card(seat.name)] as const],
  );
  return makePlan({
    kind,
    keyName: before?.name ?? 'Rehearsal key',
    suite: request.key.suite,
    threshold: request.key.threshold,
    rehearsal: true,
    before,
    // Of the others the record of the key says which laptop they have.
    holders: new Map(
      holders.filter(
        ([index]) => before === null || replacedCards.includes(index) || request.key.packages !== undefined,
      ),
    ),
    replacedCards,
    administrator: card(administratorSeat(seats, request.administratorHolds)),
    approvers: [card('witness')],
    approvalsNeeded: 1,
    witnesses: [card('witness')],
    backups: request.key.indices.flatMap((holder) =>
      request.backups.map((kind) => planBackup(holder, kind, BACKUP_LABELS[kind], recipients)),
    ),
    cryptoperiodDays: 90,
  });
}

/** The key record of an imported key: the same that every holder's laptop makes of the packages. */
function importedRecord(key: KeySource): KeyRecord {
  const { packages } = key;
  if (packages === undefined) throw new Error('no packages');
  const common = parsePublicKeyPackage(
    new TextDecoder().decode(readInput(packages.publicKeyPackage)),
    packages.publicKeyPackage,
  );
  return importRecord(IMPORTED_NAME, true, {
    suite: key.suite,
    threshold: key.threshold,
    groupKey: common.groupKey,
    publicShares: common.publicShares,
  });
}

function writeRecordCopy(layout: Layout, name: string, target: string): void {
  cpSync(join(layout.home('witness'), 'records', name), target, { recursive: true });
}

/** When the last round was complete, in milliseconds: what comes after it is the laptops' and ours, not people's. */
function lastMessage(events: readonly LaptopEvent[], { startedAt }: Held): number {
  const rounds = events.flatMap((event) =>
    event.event === 'bundle' && event.at >= startedAt ? [event.at] : [],
  );
  const last = events.flatMap((event) =>
    event.event === 'bundle' && event.at >= startedAt && event.round === ATTEST ? [event.at] : [],
  );
  return Math.min(...(last.length === 0 ? rounds : last));
}

/** Makes all documents of the record, beside it. */
async function documentsOf(layout: Layout): Promise<ReadonlyMap<string, Uint8Array>> {
  const made = await makeDocuments({
    from: { record: readRecord(layout.record) },
    earlier: existsSync(layout.recordGenerate) ? [readRecord(layout.recordGenerate)] : [],
  });
  for (const [name, bytes] of made) writeOutput(join(layout.documents, name), bytes);
  return made;
}

async function finish(
  request: RehearsalRequest,
  layout: Layout,
  seats: readonly Seat[],
  held: Held,
  phases: Record<string, number | Record<string, number>>,
  events: readonly LaptopEvent[],
  began: number,
  air: Air | undefined,
): Promise<RehearsalReport> {
  requireSameRecords(layout, seats, held.name);
  writeRecordCopy(layout, held.name, layout.record);
  const verifying = Date.now();
  const verdict = verifyRecord(readRecord(layout.record));
  phases['verify'] = Date.now() - verifying;
  const documents = await documentsOf(layout);
  phases['documents'] = Date.now() - lastMessage(events, held);
  if (request.audit)
    writeNewFolder(layout.audit, await auditFolder({ record: readRecord(layout.record), documents }));
  const laptops: VaultState[] = [];
  for (const seat of seats) laptops.push(await vaultState(layout, seat));
  const fingerprint = laptops.flatMap((laptop) => laptop.epochs)[0]?.fingerprint;
  const trial = fingerprint === undefined ? null : await trialSignature(layout, seats, fingerprint);
  const exported =
    fingerprint === undefined || request.key.packages === undefined
      ? []
      : await exportZcash(layout, seats, fingerprint);
  const recovered = request.backups.includes('recipients-file')
    ? await tryRecoveryKey(layout, held.context)
    : null;
  phases['total'] = Date.now() - began;
  const { ceremony } = verdict;
  const report: RehearsalReport = {
    rehearsal: true,
    suite: request.key.suite,
    holders: request.key.indices.length,
    threshold: request.key.threshold,
    ceremony: request.ceremony,
    out: layout.out,
    record: layout.record,
    outcome: verdict.outcome,
    verdict: verdict.verdict,
    abort: ceremony?.abort ?? null,
    exceptions: verdict.rules.flatMap(({ rule, state, evidence }) =>
      rule === 'check_exceptions' && state === 'ok' ? evidence : [],
    ),
    groupKeyBefore: ceremony?.groupKeyBefore ?? null,
    groupKeyAfter: ceremony?.groupKeyAfter ?? null,
    epochBefore: ceremony?.epochBefore ?? null,
    epochAfter: ceremony?.epochAfter ?? null,
    phases,
    steps: stepTimes(events, held.context.plan.kind, held.startedAt),
    laptops,
    trialSignature: trial,
    documents: [...documents.keys()],
    audit: request.audit ? layout.audit : null,
    lost: request.lose === undefined ? null : `holder-${request.lose}`,
    recovered,
    exported,
    problems: events.flatMap((event) =>
      event.event === 'problem' ? [`${event.seat}: ${event.sentence}`] : [],
    ),
    optical: air?.report() ?? null,
  };
  if (air !== undefined) writeOutput(layout.receptions, jsonFile(air.receptions));
  writeOutput(layout.report, jsonFile(report));
  return report;
}

function jsonFile(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}
