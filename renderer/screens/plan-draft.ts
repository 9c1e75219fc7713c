/** A plan in the making: what it begins with, and the small changes a person makes to it. */
import type { CardSummary, PlanCheck, PlanDraft, RecordSummary } from '../../electron/ipc/documents.ts';
import type { ConsoleState } from '../../electron/ipc/state.ts';

type Suite = PlanDraft['suite'];
type Scheme = PlanDraft['scheme'];

/** What is known to plan with. */
export interface Known {
  /** The newest card of every laptop that fits this one: for real keys, or for rehearsals. */
  readonly cards: readonly CardSummary[];
  readonly records: readonly RecordSummary[];
  /** Why some cards are not offered, as a sentence; null when all are. */
  readonly leftOut: string | null;
}

/** Of several cards of one laptop the newest counts. */
export function usable(cards: readonly CardSummary[], rehearsal: boolean): readonly CardSummary[] {
  const newest = new Map<string, CardSummary>();
  for (const card of cards) {
    if (card.rehearsal !== rehearsal) continue;
    const known = newest.get(card.identity);
    if (known === undefined || known.created < card.created) newest.set(card.identity, card);
  }
  return [...newest.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** Says that cards of the other kind of vault are here. */
export function leftOutWords(cards: readonly CardSummary[], rehearsal: boolean): string | null {
  const names = cards.filter((card) => card.rehearsal !== rehearsal).map((card) => card.name);
  if (names.length === 0) return null;
  return `Left out, because made for ${rehearsal ? 'real keys' : 'rehearsals'}: ${[...new Set(names)].join(', ')}.`;
}

/**
 * The newest record of every key, from each kind of place by itself: what lies in the courier's folder is signed by
 * nobody, and must not hide what this laptop or a person knows.
 */
export function current(records: readonly RecordSummary[], rehearsal: boolean): readonly RecordSummary[] {
  const newest = new Map<string, number>();
  const place = ({ fingerprint, source }: RecordSummary): string =>
    `${fingerprint} ${source === 'vault' || source === 'record' ? 'own' : source}`;
  for (const record of records)
    newest.set(place(record), Math.max(newest.get(place(record)) ?? 0, record.epoch));
  const sure = ['vault', 'record', 'file', 'courier'];
  return records
    .filter((record) => record.rehearsal === rehearsal && record.epoch === newest.get(place(record)))
    .sort((a, b) => a.name.localeCompare(b.name) || sure.indexOf(a.source) - sure.indexOf(b.source));
}

/** Where a record comes from, in words. */
export const SOURCE_WORDS: Readonly<Record<RecordSummary['source'], string>> = {
  vault: 'from this laptop',
  record: 'from a ceremony on this laptop',
  courier: 'from the courier’s folder, signed by nobody',
  file: 'from a file',
};

/** More than half, and at least two. */
export const usualThreshold = (holders: number): number => Math.max(2, Math.floor(holders / 2) + 1);
export const usualScheme = (suite: Suite): Scheme => (suite === 'secp256k1' ? 'bip340' : 'rfc9591');

/** Numbers the holders from 1 in the order of the list. */
export const numbered = (cards: readonly (string | null)[]): PlanDraft['holders'] =>
  cards.map((card, at) => ({ index: at + 1, card }));

const EMPTY: PlanDraft = {
  kind: 'generate',
  keyName: '',
  suite: 'secp256k1',
  threshold: 2,
  record: null,
  holders: [],
  administrator: null,
  approvers: [],
  approvalsNeeded: 0,
  witnesses: [],
  backups: [{ kind: 'file', label: 'stick A' }],
  cryptoperiod: 90,
  scheme: 'bip340',
};

/** This laptop administers; what a person changes is the exception. */
export function firstDraft(state: ConsoleState, known: Known): PlanDraft {
  const own = known.cards.find((card) => card.own);
  const base = { ...EMPTY, administrator: own?.id ?? null };
  const due =
    state.keys.find((key) => key.dueState === 'overdue' || key.dueState === 'soon') ?? state.keys[0];
  const record =
    known.records.find(({ fingerprint }) => fingerprint === due?.fingerprint) ?? known.records[0];
  return record === undefined ? toGenerate(base) : toRefresh(base, record, known);
}

/** A new key. Nobody holds it until a person has compared the words of their card and added it: anybody can put a card in. */
export function toGenerate(draft: PlanDraft): PlanDraft {
  return {
    ...draft,
    kind: 'generate',
    keyName: draft.kind === 'refresh' ? '' : draft.keyName,
    record: null,
    holders: draft.kind === 'refresh' ? [] : draft.holders,
    threshold: draft.kind === 'refresh' ? 2 : draft.threshold,
    scheme: usualScheme(draft.suite),
  };
}

/** Everything that the record of the key says. A holder whose laptop it does not name gets the card of that name. */
export function toRefresh(draft: PlanDraft, record: RecordSummary, { cards }: Known): PlanDraft {
  return {
    ...draft,
    kind: 'refresh',
    record: record.id,
    keyName: record.name,
    suite: record.suite,
    threshold: record.threshold,
    scheme: usualScheme(record.suite),
    holders: record.holders.map(({ index, name, enrolled }) => ({
      index,
      card: enrolled ? null : (cards.find((card) => card.name === name)?.id ?? null),
    })),
  };
}

/** The first sentence about a field, or about something in it. */
export function problemOf(check: PlanCheck | undefined, field: string): string | null {
  const found = check?.problems.find(
    (problem) => problem.field === field || problem.field.startsWith(`${field}.`),
  );
  return found?.message ?? null;
}
