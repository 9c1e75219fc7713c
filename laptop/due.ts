/** When the keys of a laptop are to be refreshed: the plan that made the current epoch says after how many days. */
import { decodePlan, type Plan } from '../ceremony/plan.ts';
import type { Vault } from '../devices/vault/vault.ts';
import type { HeldKey } from './keys.ts';

/** A refresh that is due in this many days, or fewer, is due soon. */
export const SOON_DAYS = 14;
const DAY_MS = 24 * 60 * 60 * 1000;

/** When a key is to be refreshed. Times are RFC 3339 in UTC with whole seconds. */
export interface Due {
  /** When the current epoch was planned; null where nothing here says so: an import, or a plan that is not here. */
  readonly since: string | null;
  /** Null: on demand, or not known. */
  readonly cryptoperiodDays: Plan['cryptoperiodDays'];
  /** When the next refresh is due; null: on demand, or not known. */
  readonly due: string | null;
  /** `overdue` from the very moment on at which it is due; `none` where nothing is. */
  readonly state: 'none' | 'later' | 'soon' | 'overdue';
}

const UNKNOWN: Due = { since: null, cryptoperiodDays: null, due: null, state: 'none' };

/** What follows from a plan's time and period. `now` is RFC 3339, as a clock says it. */
export function dueFrom(
  { created, cryptoperiodDays }: Pick<Plan, 'created' | 'cryptoperiodDays'>,
  now: string,
): Due {
  if (cryptoperiodDays === null) return { since: created, cryptoperiodDays, due: null, state: 'none' };
  const due = Date.parse(created) + cryptoperiodDays * DAY_MS;
  const left = due - Date.parse(now);
  return {
    since: created,
    cryptoperiodDays,
    due: `${new Date(due).toISOString().slice(0, 19)}Z`,
    state: left <= 0 ? 'overdue' : left <= SOON_DAYS * DAY_MS ? 'soon' : 'later',
  };
}

/** When the current epoch of a key of this vault is to be refreshed. */
export async function dueOf(vault: Vault, { record }: Pick<HeldKey, 'record'>, now: string): Promise<Due> {
  const [, id] = /^ceremony ([0-9a-f]{32})$/.exec(record.origin) ?? [];
  if (id === undefined || !(await vault.ceremonyIds()).includes(id)) return UNKNOWN;
  const plan = await vault.journal(id).get('plan');
  return plan === undefined ? UNKNOWN : dueFrom(decodePlan(plan, 'Plan of the current epoch').plan, now);
}

/** The same for several keys, by fingerprint. */
export async function dueByKey(
  vault: Vault,
  keys: readonly HeldKey[],
  now: string,
): Promise<ReadonlyMap<string, Due>> {
  const all = new Map<string, Due>();
  for (const key of keys) all.set(key.record.fingerprint, await dueOf(vault, key, now));
  return all;
}

/** What to tell a person, without a full stop; undefined where nobody knows. */
export function dueSentence({ since, due, state }: Due): string | undefined {
  if (due === null) return since === null ? undefined : 'refresh on demand';
  const day = due.slice(0, 10);
  return {
    none: undefined,
    later: `refresh due ${day}`,
    soon: `refresh due soon: ${day}`,
    overdue: `refresh OVERDUE since ${day}`,
  }[state];
}
